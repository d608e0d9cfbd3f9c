"""Ties voice states to the voice server: who is let in, moved and sent away, and who may speak or hear."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from .voice import CloseCode, PersonVoice, VoiceServer

if TYPE_CHECKING:
    from .certificate import Certificate
    from .model.channels import Channel
    from .model.members import Member, VoiceState
    from .world import World


class VoiceLink:
    """The voice server of one emulator, asked and told by the rest of it. Implements the server's hooks."""

    def __init__(self, world: World, certificate: Certificate, host: str, seed: int, port: int = 0) -> None:
        self._world = world
        self.server = VoiceServer(
            host=host,
            port=port,
            ssl_context=certificate.server_context,
            hooks=self,
            seed=seed,
            heartbeat_interval=world.settings.voice_heartbeat_interval,
            resume_window=world.settings.voice_resume_window,
        )
        self.without_server: set[int] = set()
        """Channels whose call waits for a voice server."""
        self._voices: dict[tuple[int, int], PersonVoice] = {}
        self._jobs: asyncio.Queue[Coroutine[Any, Any, None]] = asyncio.Queue()
        self._worker: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Opens the ports."""
        await self.server.start()
        self._worker = asyncio.create_task(self._work(), name="voice jobs")

    async def stop(self) -> None:
        """Finishes what was asked for, sends everybody away and frees the ports."""
        if self._worker is not None:
            await self.settled()
            self._worker.cancel()
            await asyncio.gather(self._worker, return_exceptions=True)
        self._voices.clear()
        await self.server.stop()

    async def settled(self) -> None:
        """Returns when the voice server has done all it was told so far."""
        await self._jobs.join()

    def may_speak(self, guild_id: int, user_id: int) -> bool:
        """False while suppressed, only invited, muted by the server or by themselves, or in no channel."""
        member, state = self._state(guild_id, user_id)
        if member is None or state is None:
            return False
        return not (
            state.suppress or member.server_mute or state.self_mute or state.request_to_speak_timestamp is not None
        )

    def may_hear(self, guild_id: int, user_id: int) -> bool:
        """False while deafened by the server or by themselves, or in no channel."""
        member, state = self._state(guild_id, user_id)
        return member is not None and state is not None and not (member.server_deaf or state.self_deaf)

    def admit(self, member: Member, state: VoiceState, token: str, then: Callable[[], None]) -> None:
        """Lets a bot in, after all the server was told before, and calls ``then``.

        Only stages are free of end-to-end encryption.
        """
        self._jobs.put_nowait(self._admit(member, state, token, then))

    async def _admit(self, member: Member, state: VoiceState, token: str, then: Callable[[], None]) -> None:
        if member.voice is not state:
            return
        self.server.admit(
            guild_id=member.guild.id,
            channel_id=state.channel.id,
            user_id=member.id,
            session_id=state.session_id,
            token=token,
            requires_e2ee=not state.channel.is_stage,
            modes=self._world.settings.voice_modes,
        )
        then()

    def enter(self, member: Member, state: VoiceState) -> None:
        """A person comes into a channel, or into another one."""
        self._voices[member.guild.id, member.id] = self.server.open_person(
            guild_id=member.guild.id, channel_id=state.channel.id, user_id=member.id, name=member.name
        )

    def move(self, member: Member, channel_id: int) -> None:
        """Somebody was moved to another channel of the server (close code 4014 for a bot)."""
        voice = self.voice_of(member)
        if voice is not None:
            voice.move(channel_id)
        else:
            self._jobs.put_nowait(self.server.move(guild_id=member.guild.id, user_id=member.id, channel_id=channel_id))

    def leave(self, member: Member, code: int = CloseCode.DISCONNECTED) -> None:
        """Somebody left voice or was sent away (a bot with ``code``)."""
        voice = self._voices.pop((member.guild.id, member.id), None)
        if voice is not None:
            voice.leave()
        else:
            self._jobs.put_nowait(self.server.expel(guild_id=member.guild.id, user_id=member.id, code=code))

    def relocate(self, channel: Channel) -> None:
        """The call of a channel moves to another voice server."""
        if channel.guild is not None:
            self.server.relocate(guild_id=channel.guild.id, channel_id=channel.id)

    def end_stale(self, channel: Channel) -> None:
        """The voice server that held the call of a channel before lets go of its bots (close code 4022)."""
        if channel.guild is not None:
            self._jobs.put_nowait(self.server.end_stale(guild_id=channel.guild.id, channel_id=channel.id))

    def voice_of(self, member: Member) -> PersonVoice | None:
        """What a person speaks with while in voice."""
        return self._voices.get((member.guild.id, member.id))

    def _state(self, guild_id: int, user_id: int) -> tuple[Member | None, VoiceState | None]:
        guild = self._world.guilds.get(guild_id)
        member = None if guild is None else guild.members.get(user_id)
        return member, None if member is None else member.voice

    async def _work(self) -> None:
        while True:
            job = await self._jobs.get()
            try:
                await job
            finally:
                self._jobs.task_done()
