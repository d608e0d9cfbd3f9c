"""Starting and changing threads, with what Discord notes about it in the channels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from discord_emulator.errors import ApiError, FormErrors
from discord_emulator.model.audit_log import Actor, AuditLogAction
from discord_emulator.model.channels import Channel, ChannelType, ThreadDetails
from discord_emulator.model.messages import Message, MessageFlag, MessageType
from discord_emulator.model.users import User
from discord_emulator.snowflake import as_snowflake

from . import audit_log, messages, publishing, thread_state
from .uploads import Upload

if TYPE_CHECKING:
    from discord_emulator.world import World

_DEFAULT_ARCHIVE_MINUTES = 4_320
_KINDS = {
    ChannelType.TEXT: (ChannelType.PUBLIC_THREAD, ChannelType.PRIVATE_THREAD),
    ChannelType.NEWS: (ChannelType.NEWS_THREAD,),
}


def kind_for(parent: Channel, wanted: int | None, *, on_message: bool) -> ChannelType:
    """The type of a thread in ``parent``; raises 50024 where there are none, 50035 for a type it cannot have."""
    possible = _KINDS.get(parent.type)
    if possible is None:
        raise ApiError(400, 50024, "Cannot execute action on this channel type")
    if on_message:
        return possible[0]
    # The type has a default for historical reasons: a private thread.
    kind = ChannelType(wanted or ChannelType.PRIVATE_THREAD)
    if kind not in possible:
        form = FormErrors()
        listed = ", ".join(str(int(each)) for each in possible)
        form.add(("type",), "BASE_TYPE_CHOICES", f"Value must be one of {{{listed}}}.")
        form.raise_if_any()
    return kind


def start(world: World, parent: Channel, by: Actor, body: dict[str, Any], kind: ChannelType) -> Channel:
    """Starts a thread without a message; a public one is told of in its channel."""
    thread = _create(world, parent, by, body, kind, thread_id=world.snowflakes.next())
    if kind != ChannelType.PRIVATE_THREAD:
        publishing.note(world, parent, by.user, MessageType.THREAD_CREATED, content=thread.name, refers_to=thread)
    return thread


def start_on(world: World, message: Message, by: Actor, body: dict[str, Any], kind: ChannelType) -> Channel:
    """Starts a thread on a message, whose id it takes. Raises 160004 for a second one, 50021 on a note of Discord."""
    if not message.written:
        raise ApiError(400, 50021, "Cannot execute action on a system message")
    if message.id in world.channels:
        raise ApiError(400, 160004, "A thread has already been created for this message")
    thread = _create(world, message.channel, by, body, kind, thread_id=message.id)
    message.flags |= MessageFlag.HAS_THREAD
    publishing.announce_edit(world, message)
    publishing.note(world, thread, by.user, MessageType.THREAD_STARTER_MESSAGE, reference=message)
    return thread


def start_post(
    world: World,
    forum: Channel,
    by: Actor,
    body: dict[str, Any],
    files: list[Upload],
    *,
    granted: int,
    **details: Any,
) -> tuple[Channel, Message]:
    """Starts a post in a forum with its first message, which has the post's id.

    ``body["message"]`` is the checked message, ``details`` as :func:`messages.write` takes them.
    """
    thread_id = world.snowflakes.next()
    thread = _create(world, forum, by, body, ChannelType.PUBLIC_THREAD, thread_id=thread_id)
    thread_state.details_of(thread).tag_ids = [as_snowflake(tag) for tag in body.get("applied_tags") or []]
    first = messages.write(
        world, thread, by.user, body["message"], files, granted=granted, message_id=thread_id, **details
    )
    return thread, first


def _create(
    world: World, parent: Channel, by: Actor, body: dict[str, Any], kind: ChannelType, *, thread_id: int
) -> Channel:
    guild = parent.guild
    if guild is None:
        raise ApiError(400, 50003, "Cannot execute action on a DM channel")
    thread_state.check_room_for(parent)
    now = world.clock.now()
    thread = Channel(thread_id, kind, guild, body["name"], parent_id=parent.id)
    minutes = body.get("auto_archive_duration") or _DEFAULT_ARCHIVE_MINUTES
    invitable = body.get("invitable")
    thread.thread = ThreadDetails(
        by.user.id, now, now, invitable=True if invitable is None else invitable, auto_archive_minutes=minutes
    )
    if by.user.id in guild.members:
        thread.thread.members[by.user.id] = now
    thread.slowmode_seconds = body.get("rate_limit_per_user") or parent.slowmode_of_threads_seconds
    parent.last_message_id = thread_id if parent.is_forum else parent.last_message_id
    guild.threads[thread_id] = world.channels[thread_id] = thread
    thread_state.wake(world, thread)
    thread_state.announce(world, thread, "THREAD_CREATE", extra={"newly_created": True})
    changes = audit_log.difference(None, thread_state.settings_of(thread), thread_state.RECORDED)
    audit_log.record(world, guild, by, AuditLogAction.THREAD_CREATE, thread.id, changes=changes)
    return thread


def change(world: World, thread: Channel, by: Actor, body: dict[str, Any]) -> None:
    """Renames, archives, locks, tags a thread as a checked body says."""
    details = thread_state.details_of(thread)
    before = thread_state.settings_of(thread)
    renamed = body.get("name") is not None and body["name"] != thread.name
    thread.name = body.get("name") or thread.name
    for key in ("locked", "invitable"):
        if body.get(key) is not None:
            setattr(details, key, body[key])
    if body.get("rate_limit_per_user") is not None:
        thread.slowmode_seconds = body["rate_limit_per_user"]
    if body.get("applied_tags") is not None:
        details.tag_ids = [as_snowflake(tag) for tag in body["applied_tags"]]
    if body.get("auto_archive_duration") is not None:
        details.auto_archive_minutes, details.archived_at = body["auto_archive_duration"], world.clock.now()
        thread_state.wake(world, thread)
    if body.get("archived") not in (None, details.archived):
        thread_state.set_archived(world, thread, body["archived"])
    thread_state.announce(world, thread, "THREAD_UPDATE")
    if renamed and not details.archived:
        publishing.note(world, thread, by.user, MessageType.CHANNEL_NAME_CHANGE, content=thread.name)
    changes = audit_log.difference(before, thread_state.settings_of(thread), thread_state.RECORDED)
    if thread.guild is not None and changes:
        audit_log.record(world, thread.guild, by, AuditLogAction.THREAD_UPDATE, thread.id, changes=changes)


def add(world: World, thread: Channel, actor: User, user: User) -> None:
    """Puts somebody else into a thread."""
    if user.id in thread_state.details_of(thread).members:
        return
    thread_state.add_member(world, thread, user.id)
    publishing.note(world, thread, actor, MessageType.RECIPIENT_ADD, about=user)


def remove(world: World, thread: Channel, actor: User, user: User) -> None:
    """Takes somebody else out of a thread."""
    if user.id not in thread_state.details_of(thread).members:
        return
    thread_state.remove_member(world, thread, user.id)
    publishing.note(world, thread, actor, MessageType.RECIPIENT_REMOVE, about=user)
