"""The Discord client of the bot: intents, cogs, commands, start and stop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

import aiohttp
import discord
from discord.ext import commands

from app.command_sync import sync_if_changed
from app.housekeeping import LOOK_SECONDS, Housekeeping
from app.services import Services
from cogs.chat import ChatCog
from cogs.console import ConsoleCog
from cogs.hands import HandsCog
from cogs.listeners import ListenersCog
from cogs.posts import PostsCog
from cogs.privacy import PrivacyCog
from cogs.reactions import ReactionsCog
from cogs.router import Router
from cogs.safety import SafetyCog
from cogs.spaces import SpacesCog
from cogs.speakers import SpeakersCog
from cogs.transcripts import TranscriptsCog
from cogs.tree import SpacesTree
from cogs.words import WordsCog
from stage.rooms import standing

_log = logging.getLogger(__name__)

STOP_SECONDS = 8.0
"""Longest wait for the services to stop: service managers kill after ten. What is left is done after the next start."""


def intents() -> discord.Intents:
    """What the bot asks to be told; none of it is privileged.

    https://discord.com/developers/docs/events/gateway#list-of-intents
    """
    wanted = discord.Intents.none()
    wanted.guilds = True
    wanted.voice_states = True
    wanted.guild_scheduled_events = True  # to offer them where one is taken over
    wanted.guild_messages = True  # only that a message landed, to place captions and panel; never its text
    return wanted


class SpacesBot(commands.Bot):
    """discord.py's bot with our services behind it."""

    def __init__(self, connector: aiohttp.BaseConnector, services: Callable[[discord.Client], Services]) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=intents(),
            tree_cls=SpacesTree,
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            connector=connector,
        )
        self.services = services(self)
        self._stopping: asyncio.Task[None] | None = None
        self._watch = Housekeeping({"things due in live Spaces": self.services.watch.look}, seconds=LOOK_SECONDS)
        self._housekeeping = Housekeeping(
            {
                "utterances taken up that waited on disk": self.services.take_up,
                "expired transcript lines removed": self.services.transcribing.expire,
                "Spaces wound up that nobody else ends": self.services.hosting.wind_up_the_rest,
                "mutes lifted and stage controls taken back that were owed": self.services.debts.pay_everywhere,
                "channels of ended Spaces removed": self.services.hosting.remove_stale_channels,
            }
        )

    async def setup_hook(self) -> None:
        """Called by discord.py after login, before it connects."""
        await self.services.start()
        for cog in self._cogs():
            await self.add_cog(cog)
        await sync_if_changed(self.tree, self.services.facts, self.application_id or 0)

    async def on_ready(self) -> None:
        """Called whenever a gateway session is ready; from the first time on, chores are done.

        discord.py waits 2 s for servers before it calls this: by then the bot may be stopping.
        """
        if self._stopping is not None:
            return
        _log.info("ready as %s in %d servers", self.user, len(self.guilds))
        self._housekeeping.start()
        self._watch.start()

    async def close(self) -> None:
        """Stops the services while Discord still listens, then leaves; leaves also if a service does not stop."""
        if self._stopping is None:
            self._stopping = asyncio.create_task(self._stop(), name="stop of the services")
        await asyncio.wait([self._stopping])
        await super().close()

    async def _stop(self) -> None:
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await self._watch.stop()
                await self._housekeeping.stop()
                await self.services.stop()
        except Exception:  # noqa: BLE001 - whatever it is, the bot must end
            _log.exception("not everything was stopped in good order; the next start goes on with it")

    def _cogs(self) -> list[commands.Cog]:
        services = self.services
        rooms = services.rooms
        router = Router(services.notifier.remember)
        words = WordsCog(rooms, services.consenting, services.transcribing, router)
        return [
            router,
            words,
            SpacesCog(
                rooms=rooms,
                hosting=services.hosting,
                leading=services.leading,
                editing=services.editing,
                admitting=services.admitting,
                overview=services.overview,
                policies=services.policies,
                router=router,
            ),
            HandsCog(rooms, services.speaking, services.consenting, router),
            ConsoleCog(
                rooms=rooms,
                hosting=services.hosting,
                leading=services.leading,
                pausing=services.pausing,
                speaking=services.speaking,
                transcribing=services.transcribing,
                queueing=services.queueing,
                controlling=services.controlling,
                turns=services.turns,
                overview=services.overview,
                router=router,
            ),
            SpeakersCog(self.tree, rooms, services.speaking, services.controlling, services.turns),
            ReactionsCog(rooms, services.reacting, services.policies, router),
            PostsCog(rooms, services.sharing, router),
            TranscriptsCog(rooms, services.transcribing, words, router),
            PrivacyCog(services.privacy, services.admitting, router),
            SafetyCog(self.tree, rooms, services.safety, services.transcribing, router),
            ChatCog(services.board.message_landed, services.board.messages_gone),
            ListenersCog(services.hosting, services.speaking, standing),
        ]
