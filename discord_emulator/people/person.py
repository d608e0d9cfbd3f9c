"""A simulated person: what they can do, what they see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from discord_emulator.actions import stage, voice
from discord_emulator.model.belongings import Emoji
from discord_emulator.model.channels import Channel
from discord_emulator.model.errors import EmulatorError
from discord_emulator.model.guild import StageInstance
from discord_emulator.model.members import Member
from discord_emulator.voice import Network, PersonVoice, Speech, Spoken

from .moderating import Moderating
from .writing import Writing

_Value = TypeVar("_Value")


@dataclass(eq=False, repr=False)
class Person(Writing, Moderating):
    """A member that a test or the demo moves.

    Refusals raise :class:`EmulatorError`, as a client would not allow them.
    """

    async def wait_for(self, condition: Callable[[], _Value], timeout: float = 5.0) -> _Value:
        """The first truthy value of ``condition``, looked at after every change of the world.

        Raises ``TimeoutError`` when it stays false for ``timeout`` real seconds.
        """
        return await self.world.changes.wait_for(condition, timeout)

    # -- voice ---------------------------------------------------------------------------------------------------

    async def join(self, channel: Channel | StageInstance | int) -> None:
        """Connects to a voice or stage channel; on a stage they come as audience."""
        await self._do(lambda: voice.join(self.world, self, self._vocal(channel)))

    async def leave(self) -> None:
        """Disconnects from voice."""
        await self._do(lambda: voice.leave(self.world, self))

    async def mute(self) -> None:
        """Mutes their own microphone."""
        await self._do(lambda: voice.set_own_switches(self.world, self, self_mute=True))

    async def unmute(self) -> None:
        """Opens their own microphone."""
        await self._do(lambda: voice.set_own_switches(self.world, self, self_mute=False))

    async def deafen(self, deaf: bool = True) -> None:
        """Stops (or starts) hearing others."""
        await self._do(lambda: voice.set_own_switches(self.world, self, self_deaf=deaf))

    async def raise_hand(self) -> None:
        """Asks to speak in Discord itself."""
        if self.voice_position != "listening":
            raise EmulatorError(f"{self.name} is not listening on a stage, but {self.voice_position}")
        asked = {"request_to_speak_timestamp": self.world.clock.now().isoformat()}
        await self._do(lambda: stage.update_own_state(self.world, self, asked))

    async def lower_hand(self) -> None:
        """Takes the request to speak back."""
        if self.voice_position != "hand up":
            raise EmulatorError(f"{self.name} has no hand up, but is {self.voice_position}")
        await self._do(lambda: stage.update_own_state(self.world, self, {"request_to_speak_timestamp": None}))

    async def accept_invitation(self) -> None:
        """Accepts an invitation to speak."""
        self._need_invitation()
        await self._do(lambda: stage.accept_invitation(self.world, self))

    async def decline_invitation(self) -> None:
        """Declines an invitation to speak."""
        self._need_invitation()
        await self._do(lambda: stage.decline_invitation(self.world, self))

    async def step_up(self) -> None:
        """Goes on stage as a stage moderator can."""
        await self._do(lambda: stage.update_own_state(self.world, self, {"suppress": False}))

    async def step_down(self) -> None:
        """Goes back to the audience."""
        await self._do(lambda: stage.update_own_state(self.world, self, {"suppress": True}))

    async def invite_natively(self, member: Member) -> None:
        """Invites somebody to speak with Discord's own button, as a stage moderator can."""
        await self._moderate(member, {"suppress": False})

    async def move_to_audience_natively(self, member: Member) -> None:
        """Sends a speaker back to the audience with Discord's own button."""
        await self._moderate(member, {"suppress": True})

    async def react_in_voice(self, emoji: str | Emoji) -> None:
        """Shows a reaction over the voice or stage channel they are in; the bots connected to it learn of it."""
        await self._do(lambda: voice.send_effect(self.world, self, emoji))

    async def speak(
        self,
        speech: Speech,
        *,
        skip: float = 0.0,
        seconds: float | None = None,
        network: Network | None = None,
    ) -> Spoken:
        """Sends an Ogg Opus file, Opus packets or live speech in real time, as :meth:`PersonVoice.speak` does."""
        return await self.own_voice.speak(speech, skip=skip, seconds=seconds, network=network)

    @property
    def own_voice(self) -> PersonVoice:
        """What they speak with; raises :class:`EmulatorError` while they are not in voice."""
        own_voice = self.world.voice.voice_of(self)
        if own_voice is None:
            raise EmulatorError(f"{self.name} is not in voice")
        return own_voice

    async def _moderate(self, member: Member, change: dict[str, Any]) -> None:
        await self._do(lambda: stage.update_state_of(self.world, self, member, change))

    def _need_invitation(self) -> None:
        if self.voice_position != "invited":
            raise EmulatorError(f"{self.name} is not invited to speak, but {self.voice_position}")

    def _vocal(self, channel: Channel | StageInstance | int) -> Channel:
        if isinstance(channel, Channel):
            return channel
        channel_id = channel if isinstance(channel, int) else channel.channel_id
        found = self.guild.channels.get(channel_id)
        if found is None:
            raise EmulatorError(f"there is no channel {channel_id}")
        return found
