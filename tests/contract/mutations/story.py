"""A real story, kept as it went over the sockets: the calls with their answers, and the events."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, field, replace
from typing import Any

import aiohttp

from discord_emulator import Call

from .ground import COMMAND, Ground, fresh_ground
from .requests import FORM_ANSWER, MESSAGE, RIGHT

# guilds, members, voice states, messages, reactions, scheduled events: all but what is privileged.
_INTENTS = 1 | 1 << 2 | 1 << 3 | 1 << 7 | 1 << 9 | 1 << 10 | 1 << 16


@dataclass(slots=True)
class Story:
    """An observer that keeps copies."""

    calls: list[Call] = field(default_factory=list)
    events: list[tuple[str, Any]] = field(default_factory=list)

    def called(self, call: Call) -> None:
        """Keeps a call."""
        bodies = copy.deepcopy((call.request_body, call.response_body))
        self.calls.append(replace(call, request_body=bodies[0], response_body=bodies[1]))

    def dispatched(self, event: str, payload: str) -> None:
        """Keeps an event."""
        self.events.append((event, json.loads(payload)["d"]))

    def call(self, method: str, route: str, status: int = 200) -> Call:
        """The last call of that kind; raises ``LookupError`` if the story has none."""
        for call in reversed(self.calls):
            if (call.method, call.route, call.status) == (method, route, status):
                return call
        raise LookupError(f"the story has no {method} {route} answered {status}")

    def event(self, name: str, **having: Any) -> Any:
        """The last event of that name with these values; raises ``LookupError`` if the story has none."""
        for event, data in reversed(self.events):
            if event == name and all(data.get(key) == value for key, value in having.items()):
                return data
        raise LookupError(f"the story has no {name} with {having}")


async def told() -> Story:
    """Plays the story on a local Discord."""
    story = Story()
    async with fresh_ground() as ground:
        ground.discord.world.record.observers.append(story)
        await _play(ground)
    return story


async def _play(ground: Ground) -> None:
    guild, chat = f"/guilds/{ground.guild.id}", f"/channels/{ground.chat.id}"
    socket = await ground.log_in(intents=_INTENTS)
    await ground.ask("PUT", f"/applications/{ground.app.id}/commands", [COMMAND])
    await ground.ask("GET", "/users/@me")
    await ground.ask("GET", guild)
    await ground.ask("GET", f"{guild}/channels")
    await ground.ask("GET", f"{guild}/members/{ground.ada.id}")
    await ground.ask("GET", "/channels/1")
    for name in ("channel", "role", "event", "stage"):
        send, body = RIGHT[name]
        await send(ground, body)
    await _take_the_stage(ground)
    interaction = await ground.interaction(socket)
    hook = f"/webhooks/{ground.app.id}/{interaction['token']}"
    await ground.ask(
        "POST",
        f"/interactions/{interaction['id']}/{interaction['token']}/callback?with_response=1",
        {"type": 4, "data": {"content": "Live"}},
        token="",
    )
    await ground.ask("POST", hook, {"content": "More", "flags": 64}, token="")
    await ground.answer(await ground.press(socket), FORM_ANSWER)
    await _write(ground, chat)
    await ground.ask("DELETE", f"/stage-instances/{ground.stage.id}")


async def _take_the_stage(ground: Ground) -> None:
    await ground.ada.join(ground.stage)
    await ground.ada.raise_hand()
    path = f"/guilds/{ground.guild.id}/voice-states/{ground.ada.id}"
    await ground.ask("GET", path)
    await ground.ask("PATCH", path, {"channel_id": ground.stage.id, "suppress": False})


async def _write(ground: Ground, chat: str) -> None:
    form = aiohttp.FormData({"payload_json": json.dumps({"content": "A file"})})
    form.add_field("files[0]", b"x", filename="a.txt")
    await ground.ask("POST", f"{chat}/messages", form=form)
    sent = await ground.ask("POST", f"{chat}/messages", MESSAGE)
    message = f"{chat}/messages/{sent.body['id']}"
    await ground.ask("PUT", f"{message}/reactions/%E2%9C%8B/@me")
    await ground.ask("PATCH", message, {"content": "Bye"})
    await ground.ask("GET", f"{chat}/messages?limit=50")
    await ground.ask("POST", f"{chat}/threads", {"name": "backstage", "type": 11})
    await ground.ask("DELETE", message)
