"""A simulated person: what they can do, what they see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from discord_emulator.actions import messages, stage, voice
from discord_emulator.actions.uploads import Upload
from discord_emulator.errors import ApiError, missing_permissions
from discord_emulator.model.channels import Channel
from discord_emulator.model.errors import EmulatorError
from discord_emulator.model.guild import StageInstance
from discord_emulator.model.members import Member
from discord_emulator.model.messages import Message
from discord_emulator.permissions import Permission
from discord_emulator.voice import Network, PersonVoice, Speech, Spoken

from .acting import Acting

_Value = TypeVar("_Value")


@dataclass(eq=False)
class Person(Acting, Member):
    """A member that a test or the demo moves. Refusals raise :class:`EmulatorError`, as a client would not allow them.

    Reading is live: messages change when the application edits them.
    """

    # -- writing and reading ------------------------------------------------------------------------------------

    async def post(self, channel: Channel, content: str, *, files: dict[str, bytes] | None = None) -> Message:
        """Writes a message in ``channel``."""
        granted = self._granted(channel)
        needed = Permission.SEND_MESSAGES_IN_THREADS if channel.is_thread else Permission.SEND_MESSAGES
        if not channel.holds_messages or not granted & needed or not granted & Permission.VIEW_CHANNEL:
            raise EmulatorError(f"{self.name} cannot write in {channel.name}")
        if not 1 <= len(content) <= 2000:
            raise EmulatorError(f"a message has 1 to 2000 characters, not {len(content)}")
        uploads = [Upload(index, name, data) for index, (name, data) in enumerate((files or {}).items())]
        return messages.write(self.world, channel, self.user, {"content": content}, uploads, granted=granted)

    async def delete(self, message: Message) -> None:
        """Deletes a message of their own, or with Manage Messages another's."""
        if message.author is not self.user and not self._granted(message.channel) & Permission.MANAGE_MESSAGES:
            raise EmulatorError(f"{self.name} cannot delete this message")
        messages.delete(self.world, message)

    async def react(self, message: Message, emoji: str) -> None:
        """Reacts to a message."""
        new = emoji not in message.reactions
        if not self.can_see(message.channel) or (new and not self._granted(message.channel) & Permission.ADD_REACTIONS):
            raise EmulatorError(f"{self.name} cannot react there")
        messages.react(self.world, message, self.user, emoji)

    def can_see(self, channel: Channel) -> bool:
        """Whether the channel shows in their list; private threads show to their members only."""
        if channel.guild is None:
            return self.user in channel.recipients
        if not self._granted(channel) & Permission.VIEW_CHANNEL:
            return False
        if channel.thread is not None and channel.type == 12:
            managing = self._granted(channel) & Permission.MANAGE_THREADS
            return bool(managing) or self.id in channel.thread.members
        return True

    def messages(self, channel: Channel) -> list[Message]:
        """What they can read in a channel, public and to them alone, oldest first."""
        if not self.can_see(channel):
            return []
        mine = [message for message in channel.ephemerals.values() if message.recipient_id == self.id]
        return sorted([*channel.messages.values(), *mine], key=lambda message: message.id)

    @property
    def private_words(self) -> list[Message]:
        """Every ephemeral message that is still on their screen, newest last."""
        everywhere = (*self.guild.channels.values(), *self.guild.threads.values())
        found = [
            message
            for channel in everywhere
            for message in channel.ephemerals.values()
            if message.recipient_id == self.id
        ]
        return sorted(found, key=lambda message: message.id)

    @property
    def direct_messages(self) -> list[Message]:
        """What they got and wrote in direct messages, newest last."""
        found = [
            message
            for channel in self.world.channels.values()
            if channel.guild is None and self.user in channel.recipients
            for message in channel.messages.values()
        ]
        return sorted(found, key=lambda message: message.id)

    @property
    def mentions(self) -> list[Message]:
        """The messages that ping them and that they can see, newest last."""
        everywhere = (*self.guild.channels.values(), *self.guild.threads.values())
        found = [
            message for channel in everywhere for message in self.messages(channel) if self.id in message.pinged_ids
        ]
        return sorted(found, key=lambda message: message.id)

    async def wait_for(self, condition: Callable[[], _Value], timeout: float = 15.0) -> _Value:
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

    async def drag(self, member: Member, channel: Channel | None) -> None:
        """Drags somebody into another voice channel, or with ``None`` out of voice, as a moderator can."""

        def move() -> None:
            if channel is not None:
                voice.move(self.world, self, member, channel)
            elif member.voice is None or not self._granted(member.voice.channel) & Permission.MOVE_MEMBERS:
                raise missing_permissions()
            else:
                voice.leave(self.world, member)

        await self._do(move)

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

    async def _do(self, action: Callable[[], None]) -> None:
        try:
            action()
        except ApiError as error:
            raise EmulatorError(f"{self.name} cannot do this: {error.message}") from error
        self.world.changes.announce()

    def _granted(self, channel: Channel) -> int:
        return self.world.permissions(self, channel)
