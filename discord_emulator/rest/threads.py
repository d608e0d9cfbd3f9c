"""Threads: https://discord.com/developers/docs/resources/channel#start-thread-without-message"""

from __future__ import annotations

from discord_emulator.actions import channels as actions
from discord_emulator.errors import ApiError, FormErrors, missing_access, unknown
from discord_emulator.model.channels import Channel, ChannelType
from discord_emulator.payloads import places
from discord_emulator.permissions import Permission

from .access import require
from .routing import Answer, Request, Routes, nothing

routes = Routes()
_MEMBERS = "/channels/{channel_id}/thread-members"


def _check(request: Request) -> None:
    name = request.fields().get("name")
    if not isinstance(name, str) or not 1 <= len(name) <= 100:
        form = FormErrors()
        form.add(("name",), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")
        form.raise_if_any()


@routes.on("POST", "/channels/{channel_id}/threads")
def start(request: Request) -> Answer:
    """A thread without a message: private (type 12, the default) or public (11)."""
    parent = request.channel()
    _check(request)
    private = request.fields().get("type", ChannelType.PRIVATE_THREAD) == ChannelType.PRIVATE_THREAD
    needed = Permission.CREATE_PRIVATE_THREADS if private else Permission.CREATE_PUBLIC_THREADS
    require(request, parent, needed)
    thread = actions.create_thread(request.world, parent, request.application.bot.id, request.fields())
    return Answer(places.channel(thread), 201)


@routes.on("POST", "/channels/{channel_id}/messages/{message_id}/threads")
def start_from_message(request: Request) -> Answer:
    """A public thread on a message."""
    parent = request.channel()
    _check(request)
    require(request, parent, Permission.CREATE_PUBLIC_THREADS | Permission.READ_MESSAGE_HISTORY)
    message_id = request.id("message_id")
    if message_id not in parent.messages:
        raise unknown("Message", 10008)
    if message_id in request.world.channels:
        raise ApiError(400, 160004, "A thread has already been created for this message")
    thread = actions.create_thread(
        request.world, parent, request.application.bot.id, request.fields(), from_message_id=message_id
    )
    return Answer(places.channel(thread), 201)


def _thread(request: Request) -> Channel:
    thread = request.channel()
    if thread.thread is None:
        raise ApiError(400, 50024, "Cannot execute action on this channel type")
    require(request, thread, Permission.VIEW_CHANNEL)
    return thread


@routes.on("PUT", _MEMBERS + "/{user_id}")
def add_member(request: Request) -> Answer:
    thread = _thread(request)
    require(request, thread, Permission.SEND_MESSAGES_IN_THREADS)
    user_id = request.id("user_id")
    if thread.guild is None or user_id not in thread.guild.members:
        raise missing_access()
    actions.change_thread_members(request.world, thread, added=user_id)
    return nothing()


@routes.on("PUT", _MEMBERS + "/@me")
def join(request: Request) -> Answer:
    actions.change_thread_members(request.world, _thread(request), added=request.application.bot.id)
    return nothing()


@routes.on("DELETE", _MEMBERS + "/{user_id}")
def remove_member(request: Request) -> Answer:
    thread = _thread(request)
    require(request, thread, Permission.MANAGE_THREADS)
    actions.change_thread_members(request.world, thread, removed=request.id("user_id"))
    return nothing()


@routes.on("GET", _MEMBERS)
def members(request: Request) -> Answer:
    thread = _thread(request)
    ids = sorted(thread.thread.members if thread.thread else {})
    after, limit = request.number("after"), request.number("limit", 100, least=1, most=100)
    page = [user_id for user_id in ids if user_id > after][:limit]
    return Answer([places.thread_member(thread, user_id) for user_id in page])


@routes.on("GET", "/guilds/{guild_id}/threads/active")
def active(request: Request) -> Answer:
    guild, me = request.guild()
    open_threads = [thread for thread in guild.threads.values() if thread.thread and not thread.thread.archived]
    mine = [thread for thread in open_threads if thread.thread and me.id in thread.thread.members]
    return Answer(
        {
            "threads": [places.thread(thread) for thread in open_threads],
            "members": [places.thread_member(thread, me.id) for thread in mine],
        }
    )
