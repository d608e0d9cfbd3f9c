"""The bot's presence on one stage, kept up as long as the Space wants captions."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable

import aiohttp
import discord

from spaces.errors import DiscordUnavailable, NotFound
from spaces.model import Space
from voice.client import StageVoiceClient
from voice.receiver import Receiver

log = logging.getLogger(__name__)

CONNECT_SECONDS = 10.0
"""Longest wait for a connection, and for Discord's word that it ended."""

RETRY_SECONDS = (0.0, 1.0, 3.0, 10.0, 30.0)
"""Waits before the five tries to come back: long enough for a gateway that is away for a moment."""

_GONE_SECONDS = 3.0


class StageSession:
    """Listens on the stage of one Space, from :meth:`start` to :meth:`stop`.

    ``on_lost`` is called with the Space when coming back was given up.
    """

    def __init__(
        self, client: discord.Client, space: Space, receiver: Receiver, *, on_lost: Callable[[Space], None]
    ) -> None:
        self.receiver = receiver
        self._client = client
        self._space = space
        self._on_lost = on_lost
        self._voice: StageVoiceClient | None = None
        self._task: asyncio.Task[None] | None = None
        self._stopping = False

    async def start(self) -> None:
        """Connects. Raises :class:`DiscordUnavailable`, or :class:`NotFound` for a stage that is gone."""
        ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._task = asyncio.create_task(self._live(ready), name=f"voice of Space {self._space.id}")
        await ready

    async def stop(self) -> None:
        """Disconnects and hands on what was said last. Leaves no task, thread or socket behind."""
        self._stopping = True
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])
        self.receiver.end_session()
        self.receiver.hand_on()

    async def _live(self, ready: asyncio.Future[None]) -> None:
        """Connects, then comes back whenever the connection is lost."""
        try:
            voice = await self._first(ready)
            while voice is not None and not self._stopping:
                await voice.lost.wait()
                await self._retire()
                voice = await self._return()
        except Exception:
            log.exception("Listening to Space %d has ended", self._space.id)
            if ready.done():
                self._on_lost(self._space)
        finally:
            await self._retire()
            if not ready.done():
                ready.set_exception(DiscordUnavailable("The bot left the stage before it had arrived."))

    async def _first(self, ready: asyncio.Future[None]) -> StageVoiceClient | None:
        """The first connection; whoever waits for ``ready`` learns how it went."""
        try:
            voice = await self._connect()
        except (DiscordUnavailable, NotFound) as fault:
            if not ready.done():
                ready.set_exception(fault)
            return None
        if not ready.done():
            ready.set_result(None)
        return voice

    async def _return(self) -> StageVoiceClient | None:
        for tries, wait in enumerate(RETRY_SECONDS, start=1):
            if self._stopping or self._client.is_closed():  # discord.py swallows a cancellation while it disconnects
                return None
            await asyncio.sleep(wait)
            try:
                voice = await self._connect()
            except NotFound:
                log.info("The stage of Space %d is gone: not listening any more", self._space.id)
                break
            except DiscordUnavailable as fault:
                log.warning("Try %d to come back to Space %d failed: %s", tries, self._space.id, fault.__cause__)
            else:
                log.info("Back on the stage of Space %d at try %d", self._space.id, tries)
                return voice
        self._on_lost(self._space)
        return None

    async def _connect(self) -> StageVoiceClient:
        channel = self._client.get_channel(self._space.channel_id or 0)
        if not isinstance(channel, discord.StageChannel):
            raise NotFound("The stage of this Space is not there any more.")
        if channel.guild.voice_client is not None:
            await channel.guild.voice_client.disconnect(force=True)
        try:
            await channel.connect(
                timeout=CONNECT_SECONDS, reconnect=False, cls=self._make_client, self_deaf=False, self_mute=True
            )
        except (TimeoutError, discord.DiscordException, aiohttp.ClientError, OSError, asyncio.CancelledError) as fault:
            # discord.py cancels its own attempt when it is told of another voice server before it is through.
            if isinstance(fault, asyncio.CancelledError) and _is_being_cancelled():
                raise
            await self._retire()
            raise DiscordUnavailable("Discord did not let the bot listen to the stage. Please try again.") from fault
        assert self._voice is not None  # noqa: S101  (connect has called _make_client)
        return self._voice

    def _make_client(self, client: discord.Client, channel: discord.abc.Connectable) -> StageVoiceClient:
        self._voice = StageVoiceClient(client, channel, self.receiver)
        return self._voice

    async def _retire(self) -> None:
        """Ends the connection in whatever state it is, and waits until Discord knows that the bot is out."""
        voice, self._voice = self._voice, None
        if voice is None:
            return
        if not voice.is_cleaned_up:
            await voice.disconnect(force=True)
            return
        # discord.py ended it without waiting. The news would otherwise reach, and end, the next connection.
        guild = voice.guild
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_GONE_SECONDS):
                while guild.me.voice is not None and guild.me.voice.channel is not None:
                    await self._client.wait_for("voice_state_update", check=lambda member, *_: member == guild.me)


def _is_being_cancelled() -> bool:
    """Whether somebody cancels this very task, and not only what it waits for."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
