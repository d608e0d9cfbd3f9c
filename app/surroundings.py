"""Discord behind the ports: what is heard there, shown there and done there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from app.ground import Ground
from spaces.model import Space
from spaces.overview import PanelFacts
from spaces.room import Room
from stage.board import DiscordBoard
from stage.calendar import DiscordCalendar
from stage.notifier import DiscordNotifier
from stage.report_desk import ModeratorsChannel
from stage.rooms import DiscordStages
from voice.listener import StageListener


class Surroundings:
    """The adapters to Discord. The board hears every event before any service does."""

    def __init__(
        self,
        ground: Ground,
        *,
        panel_facts: Callable[[Room], Awaitable[PanelFacts]],
        captions_lost: Callable[[Space], None],
    ) -> None:
        """Called back later only: ``panel_facts`` for each drawing of a panel, ``captions_lost`` when the listener
        could not come back to a stage."""
        self.stage = DiscordStages(ground.client, ground.policies)
        self.calendar = DiscordCalendar(ground.client)
        self.notifier = DiscordNotifier(ground.client)
        self.reports = ModeratorsChannel(ground.client, ground.policies)
        self.listener = StageListener(ground.client, ground.clock, on_lost=captions_lost)
        self.board = DiscordBoard(
            ground.client,
            rooms=ground.rooms,
            transcripts=ground.stores.transcripts,
            policies=ground.policies,
            panel_facts=panel_facts,
        )
        ground.events.subscribe(self.board.on_event)
