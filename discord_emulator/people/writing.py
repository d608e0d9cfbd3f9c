"""What a person writes and reads: messages, reactions, polls, pins, threads, direct messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from discord_emulator.actions import (
    direct_messages,
    messages,
    pins,
    polls,
    publishing,
    reactions,
    thread_state,
    threads,
)
from discord_emulator.actions.uploads import Upload
from discord_emulator.errors import ApiError
from discord_emulator.model.channels import Channel, ChannelType
from discord_emulator.model.errors import EmulatorError
from discord_emulator.model.messages import Message, MessageType
from discord_emulator.model.users import Application, User
from discord_emulator.permissions import Permission

from .acting import Acting

_UNSLOWED = Permission.MANAGE_MESSAGES | Permission.MANAGE_CHANNELS | Permission.BYPASS_SLOWMODE


@dataclass(eq=False, repr=False)
class Writing(Acting):
    """The part of a person that writes and reads. Reading is live: messages change when the application edits them."""

    # -- writing -------------------------------------------------------------------------------------------------

    async def post(
        self, channel: Channel, content: str, *, files: dict[str, bytes] | None = None, reply_to: Message | None = None
    ) -> Message:
        """Writes a message in ``channel``, which may be their :meth:`direct_channel` to an application."""
        granted = self._granted(channel)
        self._check_may_write(channel, granted)
        if not 1 <= len(content) <= 2000:
            raise EmulatorError(f"a message has 1 to 2000 characters, not {len(content)}")
        uploads = [Upload(index, name, data) for index, (name, data) in enumerate((files or {}).items())]
        return messages.write(
            self.world,
            channel,
            self.user,
            {"content": content},
            uploads,
            granted=granted,
            message_type=MessageType.DEFAULT if reply_to is None else MessageType.REPLY,
            reference=reply_to,
        )

    def _check_may_write(self, channel: Channel, granted: int) -> None:
        needed = Permission.SEND_MESSAGES_IN_THREADS if channel.is_thread else Permission.SEND_MESSAGES
        if not channel.holds_messages or not granted & needed or not granted & Permission.VIEW_CHANNEL:
            raise EmulatorError(f"{self.name} cannot write in {channel.name}")
        if channel.thread is not None and channel.thread.locked and not granted & Permission.MANAGE_THREADS:
            raise EmulatorError(f"the thread {channel.name} is locked")
        if not channel.slowmode_seconds or granted & _UNSLOWED:
            return
        since = self.world.clock.now() - timedelta(seconds=channel.slowmode_seconds)
        if any(each.author is self.user and each.created_at > since for each in channel.messages.values()):
            raise EmulatorError(f"{channel.name} takes one message every {channel.slowmode_seconds} s")

    async def edit(self, message: Message, content: str) -> None:
        """Changes what they wrote."""
        if message.author is not self.user or message.deleted:
            raise EmulatorError(f"{self.name} cannot edit this message")
        messages.edit(self.world, message, {"content": content}, [], self._granted(message.channel))

    async def delete(self, message: Message) -> None:
        """Deletes a message of their own, or with Manage Messages another's."""
        if message.author is not self.user and not self._granted(message.channel) & Permission.MANAGE_MESSAGES:
            raise EmulatorError(f"{self.name} cannot delete this message")
        publishing.delete_as(self.world, message, self._by())

    async def begin_typing(self, channel: Channel) -> None:
        """Starts to type; others see it for a while."""
        self._check_may_write(channel, self._granted(channel))
        publishing.typing(self.world, channel, self.user)

    # -- reactions, polls, pins ----------------------------------------------------------------------------------

    async def react(self, message: Message, emoji: str) -> None:
        """Reacts to a message."""
        new = emoji not in message.reactions
        if not self.can_see(message.channel) or (new and not self._granted(message.channel) & Permission.ADD_REACTIONS):
            raise EmulatorError(f"{self.name} cannot react there")
        await self._do(lambda: reactions.react(self.world, message, self.user, emoji))

    async def unreact(self, message: Message, emoji: str) -> None:
        """Takes a reaction back."""
        reactions.unreact(self.world, message, self.user, emoji)

    async def vote(self, message: Message, *answers: str) -> None:
        """Votes in a poll, by the texts of answers."""
        self._need_to_see(message)
        if message.poll is None:
            raise EmulatorError("the message has no poll")
        for answer in [message.poll.answer(text) for text in answers]:
            await self._do(lambda answer=answer: polls.vote(self.world, message, self.user, answer))

    async def withdraw_vote(self, message: Message) -> None:
        """Takes back their votes in a poll."""
        self._need_to_see(message)
        await self._do(lambda: polls.unvote(self.world, message, self.user))

    async def pin(self, message: Message) -> None:
        """Pins a message."""
        self._need_to_see(message)
        if message.channel.is_stage or not self._granted(message.channel) & Permission.PIN_MESSAGES:
            raise EmulatorError(f"{self.name} cannot pin there")
        await self._do(lambda: pins.pin(self.world, message, self._by()))

    # -- threads -------------------------------------------------------------------------------------------------

    async def start_thread(
        self, where: Channel | Message, name: str, *, private: bool = False, content: str | None = None
    ) -> Channel:
        """Starts a thread in a channel or on a message, or a post (with its ``content``) in a forum."""
        parent = where.channel if isinstance(where, Message) else where
        kind = Permission.CREATE_PRIVATE_THREADS if private else Permission.CREATE_PUBLIC_THREADS
        needed = Permission.SEND_MESSAGES if parent.is_forum else kind
        granted = self._granted(parent)
        if not granted & needed:
            raise EmulatorError(f"{self.name} cannot start a thread in {parent.name}")
        try:
            return self._start_thread(where, {"name": name}, granted, private, content)
        except ApiError as error:
            raise EmulatorError(f"{self.name} cannot do this: {error.message}") from error

    def _start_thread(
        self, where: Channel | Message, body: dict[str, str], granted: int, private: bool, content: str | None
    ) -> Channel:
        if isinstance(where, Message):
            kind = threads.kind_for(where.channel, None, on_message=True)
            return threads.start_on(self.world, where, self._by(), body, kind)
        if where.is_forum:
            post = body | {"message": {"content": content or body["name"]}}
            return threads.start_post(self.world, where, self._by(), post, [], granted=granted)[0]
        public = ChannelType.NEWS_THREAD if where.type == ChannelType.NEWS else ChannelType.PUBLIC_THREAD
        wanted = ChannelType.PRIVATE_THREAD if private else public
        return threads.start(self.world, where, self._by(), body, threads.kind_for(where, wanted, on_message=False))

    async def join_thread(self, thread: Channel) -> None:
        """Joins a thread that they can see."""
        if not self.can_see(thread):
            raise EmulatorError(f"{self.name} does not see this thread")
        thread_state.add_member(self.world, thread, self.id)

    async def leave_thread(self, thread: Channel) -> None:
        """Leaves a thread."""
        thread_state.remove_member(self.world, thread, self.id)

    # -- reading -------------------------------------------------------------------------------------------------

    def can_see(self, channel: Channel) -> bool:
        """Whether the channel shows in their list; private threads show to their members and moderators only."""
        return bool(self._granted(channel) & Permission.VIEW_CHANNEL)

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

    def direct_channel(self, other: Application | User) -> Channel:
        """The channel of direct messages with an application (or account)."""
        return direct_messages.channel_between(
            self.world, self.user, other.bot if isinstance(other, Application) else other
        )

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
