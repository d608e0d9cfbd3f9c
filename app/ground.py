"""What every service stands on: the files, the engine, the clock, and what all of them share."""

from __future__ import annotations

import discord

from app.clock import SystemClock
from app.stores import Stores
from config.policies import Policies
from spaces.events import EventBus
from spaces.ports import SpeechEngine
from spaces.room import Rooms
from storage.database import Database
from voice.spool import DiskSpool


class Ground:
    """Made before any service; holds nothing that has to be started."""

    def __init__(
        self,
        client: discord.Client,
        *,
        policies: Policies,
        database: Database,
        spool: DiskSpool,
        engine: SpeechEngine,
    ) -> None:
        self.client = client
        self.policies = policies
        self.scrubber = database
        self.stores = Stores(database)
        self.spool = spool
        self.engine = engine
        self.clock = SystemClock()
        self.events = EventBus()
        self.rooms = Rooms()
