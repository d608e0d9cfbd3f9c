"""What a client can do wrong on the gateway."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.contract.judge import Judge

from .ground import INVALID_SESSION, Ground, Socket, fresh_ground
from .mutation import EMULATOR, NOBODY, Mutation, Outcome

Plant = Callable[[Ground], Awaitable[Socket]]


@dataclass(frozen=True, slots=True)
class _Fault:
    name: str
    plant: Plant
    codes: tuple[int, ...]
    settings: dict[str, Any]


TABLE: list[_Fault] = []


def fault(name: str, *codes: int, **settings: Any) -> Callable[[Plant], Plant]:
    """Adds a function that commits a fault, for which the socket has to be closed with one of ``codes``.

    9 stands for an answer with op 9 instead.
    """

    def register(plant: Plant) -> Plant:
        TABLE.append(_Fault(name, plant, codes, settings))
        return plant

    return register


def mutations() -> Iterator[Mutation]:
    """Every fault below, each on an emulator of its own."""
    for entry in TABLE:
        yield Mutation("gateway", entry.name, _planting(entry))


def _planting(entry: _Fault) -> Callable[[Judge], Awaitable[Outcome]]:
    async def run(judge: Judge) -> Outcome:
        async with fresh_ground(**entry.settings) as ground:
            socket = await entry.plant(ground)
            code = await socket.verdict()
            how = "op 9" if code == INVALID_SESSION else f"close code {code}"
            return Outcome(EMULATOR if code in entry.codes else NOBODY, how)

    return run


async def _greeted(ground: Ground, payload: Any) -> Socket:
    socket = await ground.connect()
    await socket.until(10)
    await socket.send(payload)
    return socket


async def _logged_in(ground: Ground, payload: Any) -> Socket:
    socket = await ground.log_in()
    await socket.send(payload)
    return socket


@fault("IDENTIFY twice", 4005)
async def _(ground: Ground) -> Socket:
    return await _logged_in(ground, ground.identity())


@fault("no heartbeat", 4009, heartbeat_interval=0.1)
async def _(ground: Ground) -> Socket:
    return await ground.connect()


@fault("an opcode that does not exist", 4001)
async def _(ground: Ground) -> Socket:
    return await _logged_in(ground, {"op": 99, "d": None})


@fault("text that is no JSON", 4002)
async def _(ground: Ground) -> Socket:
    return await _logged_in(ground, '{"op": 1')


@fault("a payload that is a list", 4002)
async def _(ground: Ground) -> Socket:
    return await _logged_in(ground, [1, None])


@fault("a payload without an opcode", 4002)
async def _(ground: Ground) -> Socket:
    return await _logged_in(ground, {"d": None})


@fault("a payload of more than 4,096 bytes", 4002)
async def _(ground: Ground) -> Socket:
    return await _logged_in(ground, {"op": 1, "d": None, "padding": "x" * 4096})


@fault("121 payloads within a minute", 4008)
async def _(ground: Ground) -> Socket:
    socket = await ground.log_in()
    for _number in range(121):
        await socket.send({"op": 1, "d": None})
    return socket


@fault("a command before IDENTIFY", 4003)
async def _(ground: Ground) -> Socket:
    return await _greeted(ground, {"op": 3, "d": {"since": None, "activities": [], "status": "online", "afk": False}})


@fault("IDENTIFY with a wrong token", 4004)
async def _(ground: Ground) -> Socket:
    return await _greeted(ground, ground.identity(token="x" * 60))


@fault("intents that do not exist", 4013)
async def _(ground: Ground) -> Socket:
    return await _greeted(ground, ground.identity(intents=1 << 40))


@fault("intents that are a word", 4013, 4002)
async def _(ground: Ground) -> Socket:
    return await _greeted(ground, ground.identity(intents="all"))


@fault("message content without permission for it", 4014)
async def _(ground: Ground) -> Socket:
    return await _greeted(ground, ground.identity(intents=1 << 15))


@fault("a shard that is not there", 4010)
async def _(ground: Ground) -> Socket:
    return await _greeted(ground, ground.identity(shard=[1, 1]))


@fault("IDENTIFY without properties", 4002)
async def _(ground: Ground) -> Socket:
    payload = ground.identity()
    del payload["d"]["properties"]
    return await _greeted(ground, payload)


@fault("IDENTIFY again within five seconds", INVALID_SESSION, identify_window=5.0)
async def _(ground: Ground) -> Socket:
    await ground.log_in()
    return await _greeted(ground, ground.identity())


@fault("version 5 of the gateway", 4012)
async def _(ground: Ground) -> Socket:
    return await ground.connect(query="?v=5&encoding=json")


@fault("RESUME of a session that is not there", INVALID_SESSION)
async def _(ground: Ground) -> Socket:
    return await _greeted(ground, {"op": 6, "d": {"token": ground.app.token, "session_id": "x", "seq": 1}})


@fault("RESUME from a number that was never sent", 4007, INVALID_SESSION)
async def _(ground: Ground) -> Socket:
    first = await ground.log_in()
    ready = next(payload["d"] for payload in first.got if payload.get("t") == "READY")
    ground.discord.faults.gateway.drop(ground.app)
    await first.verdict()
    resume = {"token": ground.app.token, "session_id": ready["session_id"], "seq": 10_000}
    return await _greeted(ground, {"op": 6, "d": resume})


@fault("all members without the intent for them", 4014)
async def _(ground: Ground) -> Socket:
    asked = {"guild_id": str(ground.guild.id), "query": "", "limit": 0}
    return await _logged_in(ground, {"op": 8, "d": asked})


@fault("a voice channel that is a word", 4002)
async def _(ground: Ground) -> Socket:
    wanted = {"guild_id": str(ground.guild.id), "channel_id": "room", "self_mute": False, "self_deaf": False}
    return await _logged_in(ground, {"op": 4, "d": wanted})


@fault("a presence that does not exist", 4002)
async def _(ground: Ground) -> Socket:
    presence = {"since": None, "activities": [], "status": "sleepy", "afk": False}
    return await _logged_in(ground, json.dumps({"op": 3, "d": presence}))
