"""What the local Discord costs: ``make bench ONLY=emulator``.

A round trip: a person runs a slash command, a bot in another process answers it, the person sees the answer. Counted is
the processor time of this process alone, in which the local Discord and its people live. Rounds of every row are
interleaved and the median is shown, so that other work on the machine disturbs all alike.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import aiohttp
from aiohttp import web

from benchmarks.table import Row, Table
from discord_emulator import Application, Emulator, Person

STARTS = 20
ROUNDS = 7
TRIPS = 400
"""Round trips in a round."""
PEOPLE = 20
"""How many wait for their answers at the same time."""
_COMMAND = {"name": "ping", "description": "Answers"}


def run() -> Table:
    """Measures and gives the table."""
    return asyncio.run(_measure())


async def _measure() -> Table:
    starts = [await _start_time() for _ in range(STARTS)]
    async with AsyncExitStack() as stack:
        plain = await stack.enter_async_context(_emulated(""))
        packed = await stack.enter_async_context(_emulated("zlib-stream"))
        bare = await stack.enter_async_context(_bare(await _sample()))
        costs: list[list[float]] = [[], [], []]
        for work in (plain, packed, bare):
            await work(TRIPS // 4)  # connections, caches and branch predictors warm up
        for _ in range(ROUNDS):
            for work, taken in zip((plain, packed, bare), costs, strict=True):
                taken.append(await _processor_time(work))
    plain_cost, packed_cost, bare_cost = (statistics.median(taken) for taken in costs)
    ratio = statistics.median(ours / theirs for ours, theirs in zip(costs[0], costs[2], strict=True))
    rows = [
        Row("start", statistics.median(starts) * 1e3, "ms", "≤ 300"),
        Row("first start", starts[0] * 1e3, "ms", "≤ 300"),
        Row("slash round trip", plain_cost * 1e3, "ms of processor time", "≤ 0.5"),
        Row("slash round trips", 1 / plain_cost, "a second of one core", "≥ 2,000"),
        Row("slash round trip, zlib-stream", packed_cost * 1e3, "ms of processor time"),
        Row("bare aiohttp, same messages", bare_cost * 1e3, "ms of processor time"),
        Row("the local Discord over bare aiohttp", ratio, "times"),
    ]
    notes = [
        f"Start: median of {STARTS}. Round trips: median of {ROUNDS} rounds of {TRIPS}, {PEOPLE} at a time; "
        "rounds of all rows are interleaved, and the ratio is the median of each round's.",
        "A round trip is INTERACTION_CREATE, the bot's POST and MESSAGE_CREATE. Only the process of the local Discord "
        "and its people is counted; the bot is another.",
        "Bare aiohttp sends and takes the same JSON over one WebSocket and POST; it checks and keeps nothing.",
    ]
    return Table("emulator", rows, notes)


async def _start_time() -> float:
    began = time.perf_counter()
    server = Emulator()
    await server.start()
    taken = time.perf_counter() - began
    await server.stop()
    return taken


async def _processor_time(work: Callable[[int], Awaitable[None]]) -> float:
    """Seconds of this process's processor time a round trip."""
    began = time.process_time()
    await work(TRIPS)
    return (time.process_time() - began) / TRIPS


@asynccontextmanager
async def _emulated(compress: str) -> AsyncIterator[Callable[[int], Awaitable[None]]]:
    """Round trips on the local Discord."""
    async with Emulator() as discord:
        application, people = await _populate(discord)

        async def trips(count: int) -> None:
            async def ask(person: Person) -> None:
                for _ in range(count // len(people)):
                    reply = await person.run("ping")
                    if reply.text != "pong":
                        raise RuntimeError(f"answered {reply.text!r}; {discord.violations}")

            await asyncio.gather(*(ask(person) for person in people))

        async with _bot(discord.api_base, discord.gateway_url, application.token, compress):
            await discord.wait_until_ready(application, timeout=30)
            yield trips


async def _populate(discord: Emulator) -> tuple[Application, list[Person]]:
    application = discord.add_application("Ping")
    guild = discord.add_guild("Bench")
    guild.add_text_channel("general")
    people = [guild.add_member(f"Person {number}") for number in range(PEOPLE)]
    guild.install(application, ("view_channel", "send_messages"))
    headers = {"Authorization": f"Bot {application.token}"}
    url = f"{discord.api_base}/applications/{application.id}/commands"
    async with aiohttp.ClientSession(headers=headers) as http, http.put(url, json=[_COMMAND]) as response:
        response.raise_for_status()
    return application, people


async def _sample() -> list[dict[str, Any]]:
    """The two events of a round trip, as the local Discord sends them."""
    async with Emulator() as discord:
        application, [person, *_] = await _populate(discord)
        async with aiohttp.ClientSession() as http, http.ws_connect(f"{discord.gateway_url}?v=10") as socket:
            properties = {"os": "linux", "browser": "raw", "device": "raw"}
            login = {"token": application.token, "intents": 1 | 1 << 9, "properties": properties}
            await socket.send_json({"op": 2, "d": login})
            await discord.wait_until_ready(application)
            running = asyncio.create_task(person.run("ping"))
            interaction = await _event(socket, "INTERACTION_CREATE")
            about = interaction["d"]
            url = f"{discord.api_base}/interactions/{about['id']}/{about['token']}/callback"
            async with http.post(url, json={"type": 4, "data": {"content": "pong"}}) as response:
                response.raise_for_status()
            await running
            return [interaction, await _event(socket, "MESSAGE_CREATE")]


async def _event(socket: aiohttp.ClientWebSocketResponse, name: str) -> dict[str, Any]:
    while (message := await socket.receive_json(timeout=5)).get("t") != name:
        pass
    return message


@asynccontextmanager
async def _bare(events: list[dict[str, Any]]) -> AsyncIterator[Callable[[int], Awaitable[None]]]:
    """The same messages through aiohttp, with nothing behind it."""
    connected: asyncio.Future[web.WebSocketResponse] = asyncio.get_running_loop().create_future()
    answered: dict[str, asyncio.Future[None]] = {}

    async def gateway(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        connected.set_result(socket)
        async for _ in socket:
            pass
        return socket

    async def callback(request: web.Request) -> web.Response:
        json.loads(await request.read())
        await (await connected).send_str(json.dumps(events[1]))
        answered.pop(request.match_info["id"]).set_result(None)
        return web.Response(status=204)

    app = web.Application()
    app.router.add_get("/gateway", gateway)
    app.router.add_post("/interactions/{id}/{token}/callback", callback)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]

    async def ask(person: int, count: int) -> None:
        socket = await connected
        for number in range(count):
            interaction = str(person * count + number)
            future = answered[interaction] = asyncio.get_running_loop().create_future()
            await socket.send_str(json.dumps(events[0] | {"d": events[0]["d"] | {"id": interaction}}))
            await future

    async def trips(count: int) -> None:
        await asyncio.gather(*(ask(person, count // PEOPLE) for person in range(PEOPLE)))

    try:
        async with _bot(f"http://127.0.0.1:{port}", f"ws://127.0.0.1:{port}/gateway", "-", ""):
            yield trips
    finally:
        await runner.cleanup()


@asynccontextmanager
async def _bot(*arguments: str) -> AsyncIterator[None]:
    """A bot process for as long as the block runs."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "benchmarks.raw_bot", *arguments)
    try:
        yield
    finally:
        process.kill()
        await process.wait()


if __name__ == "__main__":
    print(run().text())
