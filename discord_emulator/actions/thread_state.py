"""What a thread is at the moment: open or archived, and who is in it.

https://discord.com/developers/docs/topics/threads
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from discord_emulator.errors import ApiError
from discord_emulator.gateway.intents import Intent
from discord_emulator.model.audit_log import Actor, AuditLogAction
from discord_emulator.model.channels import Channel, ThreadDetails
from discord_emulator.model.members import Member
from discord_emulator.model.messages import Message
from discord_emulator.payloads import places as payloads

from . import audit_log

if TYPE_CHECKING:
    from discord_emulator.gateway.session import Session
    from discord_emulator.world import World

_ACTIVE_IN_GUILD = 1_000
RECORDED = (
    "name", "type", "archived", "locked", "invitable", "auto_archive_duration", "rate_limit_per_user", "applied_tags",
)  # fmt: skip
"""What the audit log keeps of a thread's settings."""


def details_of(thread: Channel) -> ThreadDetails:
    """What only threads have; raises 50024 for any other channel."""
    if thread.thread is None:
        raise ApiError(400, 50024, "Cannot execute action on this channel type")
    return thread.thread


def check_room_for(parent: Channel) -> None:
    """Raises 160006 where a server has as many active threads as it can."""
    threads = [] if parent.guild is None else parent.guild.threads.values()
    if sum(1 for thread in threads if thread.thread and not thread.thread.archived) >= _ACTIVE_IN_GUILD:
        raise ApiError(400, 160006, "Maximum number of active threads reached")


def shown_to(thread: Channel, user_id: int) -> dict[str, Any]:
    """The thread as a user gets it: with their own membership, if they are in it."""
    body = payloads.thread(thread)
    if user_id in details_of(thread).members:
        body["member"] = payloads.thread_member(thread, user_id)
    return body


def settings_of(thread: Channel) -> dict[str, Any]:
    """A thread's settings by the names the audit log has for them."""
    body = payloads.thread(thread)
    return {key: value for key, value in (body | body["thread_metadata"]).items() if key in RECORDED}


def announce(world: World, thread: Channel, event: str, *, extra: dict[str, Any] | None = None) -> None:
    """Sends an event with the thread itself to all who can see it."""

    def render(session: Session) -> dict[str, Any]:
        return shown_to(thread, session.application.bot.id) | (extra or {})

    world.hub.to_each_reader(thread, event, Intent.GUILDS, render)


def set_archived(world: World, thread: Channel, archived: bool) -> None:
    """Archives a thread or opens it again, without a word to anybody."""
    details = details_of(thread)
    details.archived, details.archived_at = archived, world.clock.now()
    if not archived:
        wake(world, thread)


def wake(world: World, thread: Channel) -> None:
    """Notes activity: only threads without any are archived by time."""
    details = details_of(thread)
    details.active_at = world.clock.now()
    if not details.watched:
        _watch(world, thread, details)


def _watch(world: World, thread: Channel, details: ThreadDetails) -> None:
    """Looks at a thread again when it may have been idle for long enough; one look at a time is planned."""

    def look() -> None:
        details.watched = False
        _archive_if_idle(world, thread)
        if not details.archived and thread.id in world.channels:
            _watch(world, thread, details)

    idle = timedelta(0) if details.active_at is None else world.clock.now() - details.active_at
    details.watched = True
    world.later(details.auto_archive_minutes * 60.0 - idle.total_seconds(), look)


def archive_all_idle(world: World) -> None:
    """Archives every thread that nobody used for long enough, after the clock was moved."""
    for guild in world.guilds.values():
        for thread in list(guild.threads.values()):
            _archive_if_idle(world, thread)


def _archive_if_idle(world: World, thread: Channel) -> None:
    details = details_of(thread)
    if details.archived or details.active_at is None or thread.id not in world.channels:
        return
    if world.clock.now() - details.active_at >= timedelta(minutes=details.auto_archive_minutes):
        set_archived(world, thread, True)
        announce(world, thread, "THREAD_UPDATE")


def note_message(world: World, thread: Channel, message: Message) -> None:
    """What a new message does to its thread: it opens it again, and who writes is in it."""
    details = details_of(thread)
    details.messages_ever += 1
    if details.archived:
        set_archived(world, thread, False)
        announce(world, thread, "THREAD_UPDATE")
    wake(world, thread)
    writes = message.written and thread.guild is not None and message.author.id in thread.guild.members
    if writes and message.author.id not in details.members:
        add_member(world, thread, message.author.id)


def add_member(world: World, thread: Channel, user_id: int) -> None:
    """Puts somebody into a thread, if they are not; an application that is added learns of the thread first."""
    details = details_of(thread)
    if user_id in details.members:
        return
    details.members[user_id] = world.clock.now()

    def introduce(session: Session) -> dict[str, Any] | None:
        return shown_to(thread, user_id) if session.application.bot.id == user_id else None

    world.hub.to_each_reader(thread, "THREAD_CREATE", Intent.GUILDS, introduce)
    _members_update(world, thread, {"added_members": [payloads.thread_member(thread, user_id)]}, user_id)


def remove_member(world: World, thread: Channel, user_id: int) -> None:
    """Takes somebody out of a thread; who loses sight of a private one by it is still told."""
    details = details_of(thread)
    if user_id not in details.members:
        return
    _members_update(world, thread, {"removed_member_ids": [str(user_id)]}, user_id, leaving=1)
    del details.members[user_id]


def leave_all(world: World, member: Member) -> None:
    """Takes somebody who goes out of every thread they are in."""
    for thread in member.guild.threads.values():
        remove_member(world, thread, member.id)


def _members_update(world: World, thread: Channel, change: dict[str, Any], user_id: int, *, leaving: int = 0) -> None:
    """Sends THREAD_MEMBERS_UPDATE: of others it goes only to sessions with the members intent."""
    body = {
        "id": str(thread.id),
        "guild_id": None if thread.guild is None else str(thread.guild.id),
        "member_count": min(50, len(details_of(thread).members) - leaving),
    }

    def render(session: Session) -> dict[str, Any] | None:
        concerned = session.application.bot.id == user_id or session.wants(Intent.GUILD_MEMBERS)
        return body | change if concerned else None

    world.hub.to_each_reader(thread, "THREAD_MEMBERS_UPDATE", Intent.GUILDS, render)


def delete(world: World, thread: Channel, by: Actor | None = None, *, announce_it: bool = True) -> None:
    """Removes a thread; with its channel it goes without an event of its own."""
    forget_messages(thread)
    guild = thread.guild
    body = {key: payloads.thread(thread)[key] for key in ("id", "guild_id", "parent_id", "type")}
    if guild is not None:
        guild.threads.pop(thread.id, None)
    world.channels.pop(thread.id, None)
    if announce_it:
        world.hub.to_channel(thread, "THREAD_DELETE", body, Intent.GUILDS)
    if guild is not None:
        changes = audit_log.difference(settings_of(thread), None, RECORDED)
        audit_log.record(world, guild, by, AuditLogAction.THREAD_DELETE, thread.id, changes=changes)


def forget_messages(channel: Channel) -> None:
    """Every message in a channel is gone, public or not."""
    for message in (*channel.messages.values(), *channel.ephemerals.values()):
        message.deleted = True
    channel.messages.clear()
    channel.ephemerals.clear()
