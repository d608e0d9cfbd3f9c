"""The domain's :class:`~spaces.ports.VoiceListener`, on discord.py: one stage per server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection

import discord

from spaces.model import Space
from spaces.ports import Clock, UtteranceSink, VoiceCounters
from voice.receiver import Receiver
from voice.session import StageSession


def _nobody_cares(space: Space) -> None:
    pass


class StageListener:
    """Listens on stages. ``on_lost`` is called with a Space when coming back to its stage was given up."""

    def __init__(
        self, client: discord.Client, clock: Clock, *, on_lost: Callable[[Space], None] = _nobody_cares
    ) -> None:
        self._client = client
        self._clock = clock
        self._on_lost = on_lost
        self._sessions: dict[int, StageSession] = {}

    async def join(self, space: Space, sink: UtteranceSink, consenting: Collection[int]) -> None:
        """Joins the Space's stage, leaving another one of the same server.

        Raises :class:`~spaces.errors.DiscordUnavailable` or :class:`~spaces.errors.NotFound`; nothing is left
        behind then.
        """
        await self.leave(space.guild_id)
        receiver = Receiver(space.id, sink, consenting, self._clock, asyncio.get_running_loop().call_soon_threadsafe)
        session = StageSession(self._client, space, receiver, on_lost=self._on_lost)
        self._sessions[space.guild_id] = session
        try:
            await session.start()
        except BaseException:
            if self._sessions.get(space.guild_id) is session:
                del self._sessions[space.guild_id]
            await session.stop()
            raise

    async def leave(self, guild_id: int) -> None:
        """Leaves the stage; what was said last is handed on before this returns. Does nothing if not there."""
        session = self._sessions.pop(guild_id, None)
        if session is not None:
            await session.stop()

    async def close(self) -> None:
        """Leaves every stage."""
        for guild_id in list(self._sessions):
            await self.leave(guild_id)

    def allow(self, guild_id: int, person_id: int) -> None:
        """From the next packet on, this person's sound passes the gate."""
        session = self._sessions.get(guild_id)
        if session is not None:
            session.receiver.allow(person_id)

    def refuse(self, guild_id: int, person_id: int) -> None:
        """From the next packet on, nothing of this person passes; what was not yet handed on is thrown away."""
        session = self._sessions.get(guild_id)
        if session is not None:
            session.receiver.refuse(person_id)

    def counters(self, guild_id: int) -> VoiceCounters | None:
        """Packets since joining; None when not in a stage of that server."""
        session = self._sessions.get(guild_id)
        return session.receiver.counters() if session is not None else None
