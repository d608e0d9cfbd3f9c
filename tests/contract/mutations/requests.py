"""Right requests, and what can be wrong with their bodies."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.contract.judge import Judge

from .ground import COMMAND, Answer, Ground, fresh_ground
from .mutation import Mutation, Outcome, drop, of_call, put, rename

Change = Callable[[Any], Any]
FORM = 50035


def button(number: int = 1) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "Raise hand", "custom_id": f"hand:{number}"}


def row(*components: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(components)}


def select(**changes: Any) -> dict[str, Any]:
    return {"type": 3, "custom_id": "pick", "options": [{"label": "One", "value": "1"}], **changes}


def text_input(name: str = "say") -> dict[str, Any]:
    return {"type": 18, "label": "What I say", "component": {"type": 4, "custom_id": name, "style": 1}}


FIELD = {"name": "Speaker", "value": "Ada", "inline": True}
EMBED = {"title": "What we read", "description": "Chapter one", "color": 0xFF0000, "fields": [FIELD]}
MESSAGE = {
    "content": "Hello",
    "embeds": [EMBED],
    "components": [row(button())],
    "allowed_mentions": {"parse": []},
}
LAYOUT = {"flags": 1 << 15, "components": [{"type": 17, "components": [{"type": 10, "content": "**LIVE**"}]}]}
ANSWER = {"type": 4, "data": {"content": "Live", "flags": 64}}
FORM_ANSWER = {"type": 9, "data": {"custom_id": "form", "title": "Captions", "components": [text_input()]}}


def soon(**distance: float) -> str:
    return (datetime.now(UTC) + timedelta(**distance)).isoformat()


async def send_message(ground: Ground, body: Any) -> Answer:
    return await ground.ask("POST", f"/channels/{ground.chat.id}/messages", body)


async def edit_message(ground: Ground, body: Any) -> Answer:
    sent = await send_message(ground, MESSAGE)
    return await ground.ask("PATCH", f"/channels/{ground.chat.id}/messages/{sent.body['id']}", body)


async def sync_commands(ground: Ground, body: Any) -> Answer:
    return await ground.ask("PUT", f"/applications/{ground.app.id}/commands", body)


async def go_live(ground: Ground, body: Any) -> Answer:
    return await ground.ask("POST", "/stage-instances", {"channel_id": ground.stage.id} | body)


async def create_channel(ground: Ground, body: Any) -> Answer:
    return await ground.ask("POST", f"/guilds/{ground.guild.id}/channels", body)


async def create_role(ground: Ground, body: Any) -> Answer:
    return await ground.ask("POST", f"/guilds/{ground.guild.id}/roles", body)


async def plan_event(ground: Ground, body: Any) -> Answer:
    body = {"channel_id": ground.stage.id} | body
    return await ground.ask("POST", f"/guilds/{ground.guild.id}/scheduled-events", body)


async def edit_member(ground: Ground, body: Any) -> Answer:
    return await ground.ask("PATCH", f"/guilds/{ground.guild.id}/members/{ground.ada.id}", body)


async def answer_command(ground: Ground, body: Any) -> Answer:
    socket = await ground.log_in()
    return await ground.answer(await ground.interaction(socket), body)


async def answer_press(ground: Ground, body: Any) -> Answer:
    socket = await ground.log_in()
    return await ground.answer(await ground.press(socket), body)


Send = Callable[[Ground, Any], Awaitable[Answer]]
RIGHT: dict[str, tuple[Send, Any]] = {
    "message": (send_message, MESSAGE),
    "layout": (send_message, LAYOUT),
    "edit": (edit_message, {"content": "Good bye"}),
    "commands": (sync_commands, [COMMAND]),
    "stage": (go_live, {"topic": "Books"}),
    "channel": (create_channel, {"name": "readers", "type": 0, "topic": "What we read"}),
    "stage channel": (create_channel, {"name": "room", "type": 13, "bitrate": 64000, "user_limit": 0}),
    "role": (create_role, {"name": "Readers", "permissions": "0"}),
    "event": (
        plan_event,
        {"name": "Reading", "privacy_level": 2, "entity_type": 1, "scheduled_start_time": soon(days=1)},
    ),
    "timeout": (edit_member, {"communication_disabled_until": soon(days=1)}),
    "answer": (answer_command, ANSWER),
    "form": (answer_press, FORM_ANSWER),
}

BODIES: dict[str, dict[str, tuple[Change, int]]] = {
    "message": {
        "content of 2,001 characters": (put("content", "x" * 2001), FORM),
        "content that is a list": (put("content", ["Hello"]), FORM),
        "nothing to read": (lambda body: {"content": ""}, 50006),
        "eleven embeds": (put("embeds", [EMBED] * 11), FORM),
        "an embed that is null": (put("embeds", [None]), FORM),
        "an embed's title of 257 characters": (put("embeds.0.title", "x" * 257), FORM),
        "6,001 characters in embeds": (put("embeds", [{"description": "x" * 3000}] * 2 + [{"title": "x"}]), FORM),
        "an embed's field without a value": (drop("embeds.0.fields.0.value"), FORM),
        "26 fields in an embed": (put("embeds.0.fields", [FIELD] * 26), FORM),
        "a colour beyond 24 bits": (put("embeds.0.color", 1 << 24), FORM),
        "an embed's address that is none": (put("embeds.0.url", "not an address"), FORM),
        "six rows": (put("components", [row(button(number)) for number in range(6)]), FORM),
        "six buttons in a row": (put("components", [row(*(button(number) for number in range(6)))]), FORM),
        "an empty row": (put("components", [row()]), FORM),
        "a custom_id of 101 characters": (put("components.0.components.0.custom_id", "x" * 101), FORM),
        "the same custom_id twice": (put("components", [row(button(), button())]), FORM),
        "a button without custom_id": (drop("components.0.components.0.custom_id"), FORM),
        "a link without an address": (put("components.0.components.0.style", 5), FORM),
        "a button's label of 81 characters": (put("components.0.components.0.label", "x" * 81), FORM),
        "a button's style that is text": (put("components.0.components.0.style", "primary"), FORM),
        "a misspelt key in a button": (rename("components.0.components.0.label", "lable"), FORM),
        "a component of no known type": (put("components.0.components.0.type", 99), FORM),
        "a button outside of a row": (put("components", [button()]), FORM),
        "a select with 26 options": (
            put("components", [row(select(options=[{"label": str(n), "value": str(n)} for n in range(26)]))]),
            FORM,
        ),
        "a select with the same value twice": (
            put("components", [row(select(options=[{"label": "One", "value": "1"}] * 2))]),
            FORM,
        ),
        "a select with no options": (put("components", [row(select(options=[]))]), FORM),
        "a select that wants more than it lets": (put("components", [row(select(min_values=2))]), FORM),
        "a field that nobody knows": (put("mood", "glad"), FORM),
        "mentions allowed in two ways": (put("allowed_mentions", {"parse": ["users"], "users": ["1"]}), FORM),
        "101 people to mention": (put("allowed_mentions", {"users": [str(n) for n in range(101)]}), FORM),
        "a reply to no message id": (put("message_reference", {"message_id": "first"}), FORM),
        "a reply to an unknown message": (put("message_reference", {"message_id": "1"}), FORM),
        "an attachment that was not sent": (put("attachments", [{"id": 0, "filename": "a.png"}]), FORM),
        "tts that is a word": (put("tts", "loud"), FORM),
        "a nonce of 26 characters": (put("nonce", "n" * 26), FORM),
        "a message that is a list": (lambda body: [body], FORM),
    },
    "layout": {
        "content beside components v2": (put("content", "Hello"), FORM),
        "an embed beside components v2": (put("embeds", [EMBED]), FORM),
        "components v2 without their flag": (drop("flags"), FORM),
        "41 components": (put("components", [{"type": 10, "content": "x"}] * 41), FORM),
        "4,001 characters in a layout": (put("components.0.components.0.content", "x" * 4001), FORM),
        "a container in a container": (put("components.0.components", [{"type": 17, "components": []}]), FORM),
        "the same id twice": (
            put("components", [{"type": 10, "content": "a", "id": 5}, {"type": 10, "content": "b", "id": 5}]),
            FORM,
        ),
    },
    "edit": {
        "an edit to 2,001 characters": (put("content", "x" * 2001), FORM),
        "an edit to nothing": (lambda body: {"content": "", "embeds": [], "components": []}, 50006),
        "flags of an edit that are text": (put("flags", "hidden"), FORM),
    },
    "commands": {
        "an upper-case command": (put("0.name", "Space"), FORM),
        "a command with a blank in its name": (put("0.name", "open space"), FORM),
        "a command of 33 characters": (put("0.name", "x" * 33), FORM),
        "a command without a name": (drop("0.name"), FORM),
        "an empty description": (put("0.description", ""), FORM),
        "a description of 101 characters": (put("0.description", "x" * 101), FORM),
        "a description that is null": (put("0.description", None), FORM),
        "a misspelt key in a command": (rename("0.description", "desciption"), FORM),
        "the 101st command": (
            lambda body: [{"name": f"c{n}", "description": "x", "type": 1} for n in range(101)],
            30032,
        ),
        "two commands of one name": (lambda body: body * 2, FORM),
        "26 options": (
            put("0.options", [{"type": 3, "name": f"o{n}", "description": "x"} for n in range(26)]),
            FORM,
        ),
        "a required option after one that is not": (
            lambda body: [{**body[0], "options": body[0]["options"][::-1]}],
            FORM,
        ),
        "an upper-case option": (put("0.options.0.name", "Title"), FORM),
        "two options of one name": (put("0.options.1.name", "title"), FORM),
        "an option of no known type": (put("0.options.0.type", 12), FORM),
        "26 choices": (put("0.options.1.choices", [{"name": str(n), "value": str(n)} for n in range(26)]), FORM),
        "a choice of the wrong type": (put("0.options.1.choices.0.value", 1), FORM),
        "choices and autocomplete": (put("0.options.1.autocomplete", True), FORM),
        "a text option of 6,001 characters": (put("0.options.0.max_length", 6001), FORM),
    },
    "stage": {
        "a topic of 121 characters": (put("topic", "x" * 121), FORM),
        "no topic": (drop("topic"), FORM),
        "a topic that is a number": (put("topic", 7), FORM),
        "a channel that is no id": (put("channel_id", "room"), FORM),
        "a privacy level that is gone": (put("privacy_level", 1), FORM),
    },
    "channel": {
        "a channel's name of 101 characters": (put("name", "x" * 101), FORM),
        "a channel without a name": (drop("name"), FORM),
        "a channel of no known type": (put("type", 99), FORM),
        "a topic of 1,025 characters": (put("topic", "x" * 1025), FORM),
        "a slowmode of seven hours": (put("rate_limit_per_user", 25_200), FORM),
        "a category that is no id": (put("parent_id", "Spaces"), FORM),
        "overwrites that are an object": (put("permission_overwrites", {}), FORM),
        "an overwrite without an id": (put("permission_overwrites", [{"type": 0, "allow": "0"}]), FORM),
    },
    "stage channel": {
        "a bitrate of 64": (put("bitrate", 64), FORM),
        "a bitrate that is text": (put("bitrate", "high"), FORM),
        "a user limit of 10,001": (put("user_limit", 10_001), FORM),
    },
    "role": {
        "a role's name of 101 characters": (put("name", "x" * 101), FORM),
        "permissions that are words": (put("permissions", "view"), FORM),
        "a role's colour beyond 24 bits": (put("color", 1 << 24), FORM),
    },
    "event": {
        "an event in the past": (put("scheduled_start_time", soon(days=-1)), FORM),
        "an event that ends before it starts": (put("scheduled_end_time", soon(hours=1)), FORM),
        "an event without a name": (drop("name"), FORM),
        "an event's description of 1,001 characters": (put("description", "x" * 1001), FORM),
        "an event's time that is none": (put("scheduled_start_time", "tomorrow"), FORM),
        "an event elsewhere without a place": (put("entity_type", 3), FORM),
    },
    "timeout": {
        "a timeout of 29 days": (put("communication_disabled_until", soon(days=29)), FORM),
        "a nickname of 33 characters": (lambda body: {"nick": "x" * 33}, FORM),
        "roles that are names": (lambda body: {"roles": ["Readers"]}, FORM),
        "a mute that is a word": (lambda body: {"mute": "yes"}, FORM),
    },
    "answer": {
        "an answer of no known type": (put("type", 42), FORM),
        "an answer without a type": (drop("type"), FORM),
        "an answer of 2,001 characters": (put("data.content", "x" * 2001), FORM),
        "an answer with nothing in it": (put("data", {}), 50006),
        "suggestions for a command": (lambda body: {"type": 8, "data": {"choices": []}}, FORM),
        "an update where no button was pressed": (put("type", 7), FORM),
        "a pong": (lambda body: {"type": 1}, FORM),
    },
    "form": {
        "a form's title of 46 characters": (put("data.title", "x" * 46), FORM),
        "a form without a title": (drop("data.title"), FORM),
        "a form with no fields": (put("data.components", []), FORM),
        "a form with six fields": (put("data.components", [text_input(f"say{n}") for n in range(6)]), FORM),
        "a form with the same field twice": (put("data.components", [text_input(), text_input()]), FORM),
        "a label of 46 characters": (put("data.components.0.label", "x" * 46), FORM),
        "a button in a form": (put("data.components", [row(button())]), FORM),
    },
}


def mutations() -> Iterator[Mutation]:
    """Every fault above, each sent to an emulator of its own."""
    for base, table in BODIES.items():
        send, right = RIGHT[base]
        for name, (change, code) in table.items():
            yield Mutation("body", name, _planting(send, change(right), code))


def _planting(send: Send, body: Any, code: int) -> Callable[[Judge], Awaitable[Outcome]]:
    async def plant(judge: Judge) -> Outcome:
        async with fresh_ground() as ground:
            return of_call(judge, ground, await send(ground, body), code)

    return plant
