"""Faults in what the emulator answers and sends, planted in a real story; only the judge can see them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from typing import Any

from tests.contract.judge import Judge

from .mutation import Mutation, Outcome, drop, of_breaches, put, rename
from .story import Story

Change = Callable[[Any], Any]
_CHANNELS = "/guilds/{guild_id}/channels"
_MESSAGES = "/channels/{channel_id}/messages"
_CALLBACK = "/interactions/{interaction_id}/{token}/callback"
_COMMANDS = "/applications/{application_id}/commands"
_MEMBER = "/guilds/{guild_id}/members/{user_id}"
_VOICE = "/guilds/{guild_id}/voice-states/{user_id}"
_EVENTS = "/guilds/{guild_id}/scheduled-events"
_ROLES = "/guilds/{guild_id}/roles"

# Method, route and status of the call, what is wrong with its answer, and how it gets so.
ANSWERS: list[tuple[str, str, int, str, Change]] = [
    ("GET", _MESSAGES, 200, "a message without its author", drop("0.author")),
    ("GET", _MESSAGES, 200, "a message whose content is called text", rename("0.content", "text")),
    ("GET", _MESSAGES, 200, "a message id that is a number", put("0.id", int)),
    ("GET", _MESSAGES, 200, "a message id with a leading zero", put("0.id", lambda old: f"0{old}")),
    ("GET", _MESSAGES, 200, "a time in seconds", put("0.timestamp", 1_790_000_000)),
    ("GET", _MESSAGES, 200, "a time without an offset", put("0.timestamp", "2026-08-01T12:00:00")),
    ("GET", _MESSAGES, 200, "embeds that are null", put("0.embeds", None)),
    ("GET", _MESSAGES, 200, "messages in an object", lambda body: {"messages": body}),
    ("GET", _MESSAGES, 200, "a message type that is a word", put("0.type", "default")),
    ("GET", _MESSAGES, 200, "a message type that does not exist", put("0.type", 999)),
    ("GET", _MESSAGES, 200, "an author without a name", drop("0.author.username")),
    ("GET", _MESSAGES, 200, "an author with a secret", put("0.author.token", "x")),
    ("GET", _MESSAGES, 200, "a mentioned user by id only", put("0.mentions", ["1"])),
    ("GET", _MESSAGES, 200, "pinned that is a number", put("0.pinned", 0)),
    ("POST", _MESSAGES, 200, "a component without a type", drop("components.0.components.0.type")),
    ("POST", _MESSAGES, 200, "a component without its number", drop("components.0.id")),
    ("POST", _MESSAGES, 200, "an embed's colour that is text", put("embeds.0.color", "red")),
    ("POST", _MESSAGES, 200, "an embed's field without a name", drop("embeds.0.fields.0.name")),
    (
        "PATCH",
        _MESSAGES + "/{message_id}",
        200,
        "an edited message without the time of its edit",
        drop("edited_timestamp"),
    ),
    ("PATCH", _MESSAGES + "/{message_id}", 200, "a reaction without a count", drop("reactions.0.count")),
    ("PATCH", _MESSAGES + "/{message_id}", 200, "a reaction's emoji that is text", put("reactions.0.emoji", "✋")),
    ("GET", "/guilds/{guild_id}", 200, "a server without roles", drop("roles")),
    ("GET", "/guilds/{guild_id}", 200, "a role's permissions as a number", put("roles.0.permissions", int)),
    ("GET", "/guilds/{guild_id}", 200, "a server's owner as an object", put("owner_id", {"id": "1"})),
    ("GET", "/guilds/{guild_id}", 200, "a verification level of 9", put("verification_level", 9)),
    ("GET", _CHANNELS, 200, "a channel without a position", drop("0.position")),
    ("GET", _CHANNELS, 200, "a channel without a type", drop("0.type")),
    ("GET", _CHANNELS, 200, "an answered bitrate that is text", put("1.bitrate", "64000")),
    ("POST", _CHANNELS, 201, "a channel's overwrites that are an object", put("permission_overwrites", {})),
    ("POST", _ROLES, 200, "a role without its colours", drop("colors")),
    ("GET", _MEMBER, 200, "a member without the user", drop("user")),
    ("GET", _MEMBER, 200, "a member's roles as objects", put("roles", [{"id": "1"}])),
    ("GET", _MEMBER, 200, "a member without the time they joined", drop("joined_at")),
    ("GET", _MEMBER, 200, "a misspelt key in a member", rename("nick", "nickname")),
    ("GET", _VOICE, 200, "a voice state without suppress", drop("suppress")),
    ("GET", _VOICE, 200, "suppress as text", put("suppress", "true")),
    ("POST", "/stage-instances", 200, "a stage without a topic", drop("topic")),
    ("POST", _EVENTS, 200, "an event's status as text", put("status", "1")),
    ("POST", _EVENTS, 200, "an event's kind that does not exist", put("entity_type", 9)),
    ("PUT", _COMMANDS, 200, "a command without a version", drop("0.version")),
    ("PUT", _COMMANDS, 200, "a command's option type as text", put("0.options.0.type", "3")),
    ("POST", _CALLBACK, 200, "an interaction's answer without the interaction", drop("interaction")),
    ("POST", _CALLBACK, 200, "an interaction's message without an id", drop("resource.message.id")),
    ("POST", "/channels/{channel_id}/threads", 201, "a thread without its metadata", drop("thread_metadata")),
    ("GET", "/channels/{channel_id}", 404, "an error without a code", drop("code")),
    ("GET", "/channels/{channel_id}", 404, "an error's code that is a word", put("code", "10003")),
    ("GET", "/channels/{channel_id}", 404, "an error that is text", lambda body: "Unknown Channel"),
]
# A call's status instead of its body.
STATUSES: list[tuple[str, str, int, str, int]] = [
    ("POST", _CHANNELS, 201, "a new channel with 200", 200),
    ("GET", "/guilds/{guild_id}", 200, "a server with 202", 202),
    ("DELETE", "/stage-instances/{channel_id}", 204, "the end of a stage with 200", 200),
]
_EVENT_OF_COMMAND, _EVENT_OF_PRESS = {"type": 2}, {"type": 3}
# An event, which of them, what is wrong with it, and how it gets so.
EVENTS: list[tuple[str, dict[str, Any], str, Change]] = [
    ("READY", {}, "READY without a session", drop("session_id")),
    ("READY", {}, "READY of version 9", put("v", 9)),
    ("READY", {}, "READY with servers in full", put("guilds.0.unavailable", False)),
    ("GUILD_CREATE", {}, "a server without channels", drop("channels")),
    ("GUILD_CREATE", {}, "a server's members that are null", put("members", None)),
    ("GUILD_CREATE", {}, "a channel in a server without a name", drop("channels.0.name")),
    ("GUILD_CREATE", {}, "a server without the time the bot joined", drop("joined_at")),
    ("MESSAGE_CREATE", {}, "a message event without a channel", drop("channel_id")),
    ("MESSAGE_CREATE", {}, "the author's member with the user in it", put("member.user", {"id": "1"})),
    ("MESSAGE_CREATE", {}, "a server id that is a number", put("guild_id", int)),
    ("MESSAGE_UPDATE", {}, "an edited message that is half there", drop("attachments")),
    ("MESSAGE_DELETE", {}, "a deleted message with its content", put("content", "Hello")),
    ("MESSAGE_REACTION_ADD", {}, "a reaction event without its emoji", drop("emoji")),
    ("MESSAGE_REACTION_ADD", {}, "a reaction event with a text for its emoji", put("emoji", "✋")),
    ("VOICE_STATE_UPDATE", {}, "a voice state without a session", drop("session_id")),
    ("VOICE_STATE_UPDATE", {}, "a raised hand as a flag", put("request_to_speak_timestamp", True)),
    ("STAGE_INSTANCE_CREATE", {}, "a live stage whose topic is null", put("topic", None)),
    ("STAGE_INSTANCE_DELETE", {}, "an ended stage by id only", lambda body: {"id": body["id"]}),
    ("CHANNEL_CREATE", {}, "a new channel without its server", drop("guild_id")),
    ("THREAD_CREATE", {}, "a new thread without an owner", drop("owner_id")),
    ("GUILD_ROLE_CREATE", {}, "a new role by id only", put("role", "1")),
    ("GUILD_SCHEDULED_EVENT_CREATE", {}, "a new event without a start", drop("scheduled_start_time")),
    ("INTERACTION_CREATE", _EVENT_OF_COMMAND, "an interaction without a token", drop("token")),
    ("INTERACTION_CREATE", _EVENT_OF_COMMAND, "an interaction of a type that does not exist", put("type", 6)),
    ("INTERACTION_CREATE", _EVENT_OF_COMMAND, "a command without an id", drop("data.id")),
    ("INTERACTION_CREATE", _EVENT_OF_COMMAND, "an option without a value", drop("data.options.0.value")),
    ("INTERACTION_CREATE", _EVENT_OF_COMMAND, "permissions as a number", put("app_permissions", int)),
    ("INTERACTION_CREATE", _EVENT_OF_COMMAND, "an interaction by nobody", drop("member")),
    ("INTERACTION_CREATE", _EVENT_OF_COMMAND, "the channel as its id", put("channel", "1")),
    ("INTERACTION_CREATE", _EVENT_OF_PRESS, "a press without the message", drop("message")),
    ("INTERACTION_CREATE", _EVENT_OF_PRESS, "a press without a custom_id", drop("data.custom_id")),
]


def mutations(story: Story) -> Iterator[Mutation]:
    """Every fault above, planted in the story."""
    for method, route, status, name, change in ANSWERS:
        call = story.call(method, route, status)
        yield Mutation("response", name, _judging(replace(call, response_body=change(call.response_body))))
    for method, route, status, name, instead in STATUSES:
        yield Mutation("response", name, _judging(replace(story.call(method, route, status), status=instead)))
    for event, having, name, change in EVENTS:
        yield Mutation("event", name, _judging_event(event, change(story.event(event, **having))))
    yield Mutation("event", "an event that does not exist", _judging_event("MESSAGE_CREATED", {}))


def _judging(call: Any) -> Callable[[Judge], Awaitable[Outcome]]:
    async def plant(judge: Judge) -> Outcome:
        return of_breaches(judge.call(call))

    return plant


def _judging_event(event: str, data: Any) -> Callable[[Judge], Awaitable[Outcome]]:
    async def plant(judge: Judge) -> Outcome:
        return of_breaches(judge.event(event, data))

    return plant
