"""Threads and posts in forums: https://discord.com/developers/docs/resources/channel#start-thread-from-message"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from discord_emulator.actions import thread_state
from discord_emulator.actions import threads as actions
from discord_emulator.errors import ApiError, FormErrors, missing_access, missing_permissions, unknown
from discord_emulator.gateway.intents import Intent
from discord_emulator.model.channels import Channel, ChannelType, ThreadDetails
from discord_emulator.payloads import people, places
from discord_emulator.permissions import Permission
from discord_emulator.snowflake import as_snowflake
from discord_emulator.validation.threads import check_post, check_thread

from .access import actor, bot_in, require
from .message_access import check_active, find, refuse_stickers, shown
from .routing import Answer, Request, Routes, nothing

routes = Routes()
_CHANNEL = "/channels/{channel_id}"
_MEMBERS = _CHANNEL + "/thread-members"
_ARCHIVED = _CHANNEL + "/threads/archived"
_PAGE = 50


# -- starting ----------------------------------------------------------------------------------------------------------


@routes.on("POST", _CHANNEL + "/threads")
def start(request: Request) -> Answer:
    """A thread without a message; in a forum, a post with its first message."""
    parent = request.channel()
    if parent.is_forum:
        return _start_post(request, parent)
    check_thread(request.fields())
    kind = actions.kind_for(parent, request.fields().get("type"), on_message=False)
    private = kind == ChannelType.PRIVATE_THREAD
    require(request, parent, Permission.CREATE_PRIVATE_THREADS if private else Permission.CREATE_PUBLIC_THREADS)
    thread = actions.start(request.world, parent, actor(request), request.fields(), kind)
    return Answer(_shown(request, thread), 201)


@routes.on("POST", _CHANNEL + "/messages/{message_id}/threads")
def start_from_message(request: Request) -> Answer:
    """A public thread on a message."""
    parent = request.channel()
    check_thread(request.fields(), on_message=True)
    kind = actions.kind_for(parent, None, on_message=True)
    require(request, parent, Permission.CREATE_PUBLIC_THREADS | Permission.READ_MESSAGE_HISTORY)
    message = find(parent, request.id("message_id"))
    thread = actions.start_on(request.world, message, actor(request), request.fields(), kind)
    return Answer(_shown(request, thread), 201)


def _start_post(request: Request, forum: Channel) -> Answer:
    body = request.fields()
    check_post(body, files=len(request.files))
    needed = Permission.SEND_MESSAGES
    if request.files:
        needed |= Permission.ATTACH_FILES
    if body["message"].get("embeds"):
        needed |= Permission.EMBED_LINKS
    bits = require(request, forum, needed)
    refuse_stickers(body["message"])
    _check_tags(forum, body.get("applied_tags") or [], set(), bits)
    if forum.needs_tag and not body.get("applied_tags"):
        raise ApiError(400, 40067, "A tag is required to create a forum post in this channel")
    thread, first = actions.start_post(request.world, forum, actor(request), body, request.files, granted=bits)
    return Answer(_shown(request, thread) | {"message": shown(request, first)}, 201)


def _check_tags(forum: Channel, wanted: list[Any], before: set[int], bits: int) -> None:
    """Tags have to be the forum's; moderated ones are given and taken by those who manage threads. Raises 50035."""
    form = FormErrors()
    ids = {as_snowflake(tag) for tag in wanted}
    if not ids <= forum.tags.keys():
        form.add(("applied_tags",), "INVALID_FORUM_TAG", "Invalid forum tag")
    form.raise_if_any()
    changed = [forum.tags[tag_id] for tag_id in ids ^ before if tag_id in forum.tags]
    if any(tag.moderated for tag in changed) and not bits & Permission.MANAGE_THREADS:
        raise missing_permissions()


def _shown(request: Request, thread: Channel) -> dict[str, Any]:
    return thread_state.shown_to(thread, request.application.bot.id)


# -- changing ----------------------------------------------------------------------------------------------------------


def change(request: Request, thread: Channel, body: dict[str, Any]) -> Answer:
    """Changes a thread, as Modify Channel does: https://discord.com/developers/docs/topics/threads#editing-deleting-threads

    An archived thread takes no change but being opened, together with others perhaps.
    """
    details = thread_state.details_of(thread)
    bits = require(request, thread, Permission.VIEW_CHANNEL)
    opens = details.archived and body.get("archived") is False
    if details.archived and not opens and body.get("archived") is None:
        check_active(thread)
    if not bits & Permission.MANAGE_THREADS:
        _check_unprivileged(request, thread, details, body, bits, opens=opens)
    if body.get("applied_tags") is not None:
        if thread.parent is None or not thread.parent.is_forum:
            raise ApiError(400, 50024, "Cannot execute action on this channel type")
        _check_tags(thread.parent, body["applied_tags"], set(details.tag_ids), bits)
    if opens:
        thread_state.check_room_for(thread)
    actions.change(request.world, thread, actor(request), body)
    return Answer(_shown(request, thread))


def _check_unprivileged(
    request: Request, thread: Channel, details: ThreadDetails, body: dict[str, Any], bits: int, *, opens: bool
) -> None:
    """Without Manage Threads one opens threads that are not locked, and changes little in one's own."""
    me = bot_in(request, thread)
    if details.locked or {"locked", "rate_limit_per_user", "flags"} & body.keys():
        raise missing_permissions()
    if opens and body.keys() == {"archived"} and bits & Permission.SEND_MESSAGES_IN_THREADS:
        return
    if details.owner_id != me.id:
        raise missing_permissions()


# -- who is in it ------------------------------------------------------------------------------------------------------


def _open_thread(request: Request, needed: Permission = Permission.VIEW_CHANNEL) -> tuple[Channel, ThreadDetails]:
    """The thread in the path, which has to be active; raises 50024, 50001, 50013 or 50083."""
    thread, details = _thread(request, needed)
    check_active(thread)
    return thread, details


def _thread(request: Request, needed: Permission = Permission.VIEW_CHANNEL) -> tuple[Channel, ThreadDetails]:
    thread = request.channel()
    details = thread_state.details_of(thread)
    require(request, thread, needed)
    return thread, details


@routes.on("PUT", _MEMBERS + "/@me")
def join(request: Request) -> Answer:
    thread, _ = _open_thread(request)
    thread_state.add_member(request.world, thread, request.application.bot.id)
    return nothing()


@routes.on("DELETE", _MEMBERS + "/@me")
def leave(request: Request) -> Answer:
    thread, _ = _open_thread(request)
    thread_state.remove_member(request.world, thread, request.application.bot.id)
    return nothing()


@routes.on("PUT", _MEMBERS + "/{user_id}")
def add_member(request: Request) -> Answer:
    """Adds somebody who can see the channel; to a private thread that is not by invitation, only its managers do."""
    thread, details = _open_thread(request, Permission.SEND_MESSAGES_IN_THREADS)
    bits = require(request, thread, Permission.SEND_MESSAGES_IN_THREADS)
    guild = bot_in(request, thread).guild
    someone = guild.members.get(request.id("user_id"))
    if someone is None:
        raise unknown("Member", 10007)
    if thread.parent is None or not request.world.permissions(someone, thread.parent) & Permission.VIEW_CHANNEL:
        raise missing_access()
    invites = details.invitable or details.owner_id == request.application.bot.id
    if thread.is_private_thread and not invites and not bits & Permission.MANAGE_THREADS:
        raise missing_permissions()
    actions.add(request.world, thread, request.application.bot, someone.user)
    return nothing()


@routes.on("DELETE", _MEMBERS + "/{user_id}")
def remove_member(request: Request) -> Answer:
    thread, details = _open_thread(request)
    owns = thread.is_private_thread and details.owner_id == request.application.bot.id
    if not owns:
        require(request, thread, Permission.MANAGE_THREADS)
    user = request.world.users.get(request.id("user_id"))
    if user is None or user.id not in details.members:
        raise unknown("Member", 10007)
    actions.remove(request.world, thread, request.application.bot, user)
    return nothing()


@routes.on("GET", _MEMBERS + "/{user_id}")
def one_member(request: Request) -> Answer:
    thread, details = _thread(request)
    if request.id("user_id") not in details.members:
        raise unknown("Member", 10007)
    return Answer(_member(thread, request.id("user_id"), with_member=request.flag("with_member")))


@routes.on("GET", _MEMBERS)
def members(request: Request) -> Answer:
    """Everybody in a thread, which needs the members intent; by pages with ``with_member``."""
    thread, details = _thread(request)
    if not request.application.privileged_intents & Intent.GUILD_MEMBERS:
        raise missing_access()
    with_member = request.flag("with_member")
    ids = sorted(details.members)
    if with_member:
        after, limit = request.number("after"), request.number("limit", 100, least=1, most=100)
        ids = [user_id for user_id in ids if user_id > after][:limit]
    return Answer([_member(thread, user_id, with_member=with_member) for user_id in ids])


def _member(thread: Channel, user_id: int, *, with_member: bool) -> dict[str, Any]:
    body = places.thread_member(thread, user_id)
    if with_member and thread.guild is not None and user_id in thread.guild.members:
        body["member"] = people.member(thread.guild.members[user_id])
    return body


# -- lists -------------------------------------------------------------------------------------------------------------


@routes.on("GET", "/guilds/{guild_id}/threads/active")
def active(request: Request) -> Answer:
    """The active threads that the bot can see, newest first."""
    guild, me = request.guild()
    found = [
        thread
        for thread in guild.threads.values()
        if not thread_state.details_of(thread).archived
        and request.world.permissions(me, thread) & Permission.VIEW_CHANNEL
    ]
    newest_first = sorted(found, key=lambda thread: thread.id, reverse=True)
    return Answer(_list(request, newest_first) | {"has_more": False})


def _list(request: Request, found: list[Channel]) -> dict[str, Any]:
    my_id = request.application.bot.id
    mine = [thread for thread in found if my_id in thread_state.details_of(thread).members]
    return {
        "threads": [places.thread(thread) for thread in found],
        "members": [places.thread_member(thread, my_id) for thread in mine],
    }


def _archived(request: Request, needed: Permission, fits: Callable[[Channel], bool]) -> list[Channel]:
    parent = request.channel()
    if parent.is_stage or parent.is_vocal or parent.guild is None or not (parent.is_forum or parent.holds_messages):
        raise ApiError(400, 50024, "Cannot execute action on this channel type")
    require(request, parent, Permission.READ_MESSAGE_HISTORY | needed)
    return [
        thread
        for thread in parent.guild.threads.values()
        if thread.parent_id == parent.id and thread_state.details_of(thread).archived and fits(thread)
    ]


def _page(request: Request, found: list[Channel]) -> Answer:
    limit = request.number("limit", _PAGE, least=2, most=100)
    return Answer(_list(request, found[:limit]) | {"has_more": len(found) > limit})


def _by_time(request: Request, found: list[Channel]) -> Answer:
    """The page before a point in time, the last that was archived first."""
    before = request.moment("before")

    def archived_at(thread: Channel) -> datetime:
        return thread_state.details_of(thread).archived_at

    older = [thread for thread in found if before is None or archived_at(thread) < before]
    return _page(request, sorted(older, key=archived_at, reverse=True))


@routes.on("GET", _ARCHIVED + "/public")
def archived_public(request: Request) -> Answer:
    return _by_time(request, _archived(request, Permission(0), lambda thread: not thread.is_private_thread))


@routes.on("GET", _ARCHIVED + "/private")
def archived_private(request: Request) -> Answer:
    return _by_time(request, _archived(request, Permission.MANAGE_THREADS, lambda thread: thread.is_private_thread))


@routes.on("GET", _CHANNEL + "/users/@me/threads/archived/private")
def archived_joined(request: Request) -> Answer:
    """Those the bot is in, by id and not by time."""
    my_id = request.application.bot.id
    found = _archived(
        request,
        Permission(0),
        lambda thread: thread.is_private_thread and my_id in thread_state.details_of(thread).members,
    )
    before = request.number("before", 2**64 - 1)
    return _page(request, sorted((each for each in found if each.id < before), key=lambda each: each.id, reverse=True))
