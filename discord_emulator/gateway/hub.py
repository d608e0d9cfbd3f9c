"""Where events go out to every session that may see them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from discord_emulator.permissions import Permission

from .intents import ALWAYS, Intent
from .line import Line
from .pace import Pace
from .session import Session
from .starts import SessionStarts

if TYPE_CHECKING:
    from discord_emulator.model.channels import Channel
    from discord_emulator.model.guild import GuildState
    from discord_emulator.model.messages import Message
    from discord_emulator.model.users import Application
    from discord_emulator.world import World


class Hub:
    """All gateway sessions of one emulator.

    ``member_lists`` paces requests for a whole member list, by application and server.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self.sessions: dict[str, Session] = {}
        self.line = Line()
        self.starts = SessionStarts(world.clock, world.settings)
        self.member_lists: dict[tuple[int, int], Pace] = {}

    def of(self, application: Application) -> list[Session]:
        """The sessions of one application, oldest first."""
        return [session for session in self.sessions.values() if session.application is application]

    def introduce(self, application: Application, guild: GuildState, *, is_back: bool = False) -> None:
        """Tells an application that is online of a server it was just added to, or of one that ``is_back``."""
        from .identify import describe

        state = {"unavailable": False} if is_back else {}
        for session in self.of(application):
            if session.ready and session.covers(guild.id) and session.wants(Intent.GUILDS):
                session.dispatch("GUILD_CREATE", describe(self._world, session, guild) | state)
        self._world.changes.announce()

    def to_guild(
        self,
        guild: GuildState,
        event: str,
        data: dict[str, Any],
        intent: Intent = ALWAYS,
        *,
        only: Callable[[Application], bool] | None = None,
    ) -> None:
        """Sends an event to every application in the server whose session has the intent."""
        for session in self.sessions.values():
            if (
                guild.available
                and session.ready
                and session.application.id in guild.applications
                and session.covers(guild.id)
                and session.wants(intent)
                and (only is None or only(session.application))
            ):
                session.dispatch(event, data)
        self._world.changes.announce()

    def to_application(
        self,
        application: Application,
        event: str,
        data: dict[str, Any],
        guild_id: int | None = None,
        intent: Intent = ALWAYS,
    ) -> None:
        """Sends an event to one application: to the shard of ``guild_id`` if its session has the intent."""
        for session in self.of(application):
            if session.ready and session.covers(guild_id) and session.wants(intent):
                session.dispatch(event, data)
        self._world.changes.announce()

    def to_channel(self, channel: Channel, event: str, data: dict[str, Any], intent: Intent) -> None:
        """Sends an event about a channel's messages to the applications that can see the channel."""
        for session in self._readers(channel, intent):
            session.dispatch(event, data)
        self._world.changes.announce()

    def message_event(
        self, event: str, message: Message, render: Callable[..., dict[str, Any]], intent: Intent
    ) -> None:
        """Sends a message to the applications that can see the channel, blanked where the content is not theirs."""
        for session in self._readers(message.channel, intent):
            reads_all = bool(session.intents & Intent.MESSAGE_CONTENT)
            session.dispatch(event, render(message, viewer_id=session.application.bot.id, reads_all=reads_all))
        self._world.changes.announce()

    def to_each_reader(
        self, channel: Channel, event: str, intent: Intent, render: Callable[[Session], dict[str, Any] | None]
    ) -> None:
        """Sends each session that can see a channel what ``render`` makes for it; nothing for ``None``."""
        for session in list(self._readers(channel, intent)):
            data = render(session)
            if data is not None:
                session.dispatch(event, data)
        self._world.changes.announce()

    def _readers(self, channel: Channel, intent: Intent) -> Iterator[Session]:
        guild_id = channel.guild.id if channel.guild else None
        for session in self.sessions.values():
            subscribed = session.ready and session.wants(intent) and session.covers(guild_id)
            if subscribed and self._can_see(session.application, channel):
                yield session

    def _can_see(self, application: Application, channel: Channel) -> bool:
        if channel.guild is None:
            return application.bot in channel.recipients
        if not channel.guild.available:
            return False
        member = channel.guild.members.get(application.bot.id)
        if member is None or application.id not in channel.guild.applications:
            return False
        return bool(self._world.permissions(member, channel) & Permission.VIEW_CHANNEL)
