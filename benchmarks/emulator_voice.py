"""How well the local Discord's voice keeps time: ``make bench ONLY=emulator_voice``.

A hundred people sit in one stage and twenty talk at once while a client in another process receives all of them over
TLS and UDP. Lateness is how much later than in perfect pace a packet arrives; its pace is that of the speaker's
earliest packet.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import select
import socket
import ssl
import struct
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

import aiohttp

from benchmarks.table import Row, Table
from discord_emulator.certificate import Certificate
from discord_emulator.voice import PersonVoice, VoiceServer
from discord_emulator.voice.ciphers import CIPHERS

GUILD, STAGE, CLIENT = 1, 2, 3
_TOKEN = "what the gateway would have told"  # noqa: S105
FRAME_SECONDS = 0.02
TICKS_A_SECOND = 48_000
SILENCE_FRAMES = 5
LATEST_P99 = 0.020
"""Seconds: a packet that is later than its successor is due has missed real time."""


@dataclass(frozen=True)
class Arrivals:
    """What the client received: how many packets, of how many speakers, and their lateness in seconds, sorted."""

    packets: int
    speakers: int
    lateness: list[float]
    processor_share: float


class _EverybodyMay:
    def may_speak(self, guild_id: int, user_id: int) -> bool:
        return True

    def may_hear(self, guild_id: int, user_id: int) -> bool:
        return True


@dataclass(frozen=True)
class Load:
    """Who sits there and talks, for how long, under which encryption."""

    seconds: float = 10.0
    people: int = 100
    speakers: int = 20
    mode: str = next(iter(CIPHERS))


def run(load: Load = Load()) -> Table:
    """Runs the load once and gives the table."""
    return asyncio.run(_measure(load))


async def _measure(load: Load) -> Table:
    certificate = Certificate.issue("127.0.0.1")
    server = VoiceServer(host="127.0.0.1", ssl_context=certificate.server_context, hooks=_EverybodyMay())
    await server.start()
    here, there = multiprocessing.Pipe()
    task = (str(certificate.ca_file), server.endpoint(STAGE), load.mode)
    server.admit(guild_id=GUILD, channel_id=STAGE, user_id=CLIENT, session_id="s", token=_TOKEN, requires_e2ee=False)
    client = multiprocessing.get_context("spawn").Process(target=_client, args=(there, *task), daemon=True)
    client.start()
    there.close()  # so that a client that dies is noticed
    try:
        people = [
            server.open_person(guild_id=GUILD, channel_id=STAGE, user_id=100 + n, name=f"Person {n}")
            for n in range(load.people)
        ]
        await asyncio.to_thread(here.recv)
        frames = [b"\xf8" + bytes(range(159))] * round(load.seconds / FRAME_SECONDS)
        began, used = time.monotonic(), time.process_time()
        await asyncio.gather(*(_speak(person, frames, n) for n, person in enumerate(people[: load.speakers])))
        share = (time.process_time() - used) / (time.monotonic() - began)
        here.send("that was all")
        arrivals: Arrivals = await asyncio.to_thread(here.recv)
    finally:
        await server.stop()
        certificate.discard()
    return _table(load, (len(frames) + SILENCE_FRAMES) * load.speakers, arrivals, share)


async def _speak(person: PersonVoice, frames: Sequence[bytes], number: int) -> None:
    """Begins at a moment of its own within 20 ms, as people do: their packets come one by one."""
    await asyncio.sleep(number * FRAME_SECONDS * 0.618 % FRAME_SECONDS)
    await person.speak(frames)


def _table(load: Load, expected: int, arrivals: Arrivals, share: float) -> Table:
    def percentile(part: float) -> float:
        return arrivals.lateness[min(len(arrivals.lateness) - 1, int(part * len(arrivals.lateness)))] * 1000

    rows = [
        Row("packets received", arrivals.packets, "", f"{expected:,}"),
        Row("speakers heard", arrivals.speakers, "", str(load.speakers)),
        Row("lateness, p50", percentile(0.5), "ms"),
        Row("lateness, p99", percentile(0.99), "ms", f"≤ {LATEST_P99 * 1000:g}"),
        Row("lateness, most", percentile(1), "ms"),
        Row("processor, emulator", share * 100, "% of a core"),
        Row("processor, client", arrivals.processor_share * 100, "% of a core"),
        Row("a packet costs the emulator", share * load.seconds / expected * 1e6, "µs"),
    ]
    note = f"{load.people} people, {load.speakers} talking for {load.seconds:g} s, {load.mode}."
    return Table("emulator_voice", rows, [note])


def _client(pipe: Connection, ca_file: str, endpoint: str, mode: str) -> None:
    asyncio.run(_receive(pipe, ca_file, endpoint, mode))


async def _receive(pipe: Connection, ca_file: str, endpoint: str, mode: str) -> None:
    trust = ssl.create_default_context(cafile=ca_file)
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    udp.bind(("127.0.0.1", 0))
    async with aiohttp.ClientSession() as http, http.ws_connect(f"wss://{endpoint}/?v=8", ssl=trust) as websocket:
        hello = await websocket.receive_json()
        await _send(websocket, 0, server_id=str(GUILD), user_id=str(CLIENT), session_id="s", token=_TOKEN)
        await _until(websocket, 2)
        address, port = udp.getsockname()
        await _send(websocket, 1, protocol="udp", data={"address": address, "port": port, "mode": mode})
        await _until(websocket, 4)
        beating = asyncio.create_task(_beat(websocket, hello["d"]["heartbeat_interval"] / 1000))
        reading = asyncio.create_task(_until(websocket, -1))
        pipe.send("ready")
        pipe.send(await asyncio.to_thread(_listen, pipe, udp))
        beating.cancel()
        reading.cancel()
        await asyncio.gather(beating, reading, return_exceptions=True)
    udp.close()


def _listen(pipe: Connection, udp: socket.socket) -> Arrivals:
    """Takes the time of every packet until the talks are over and nothing comes any more."""
    seen: list[tuple[float, bytes]] = []
    used, began = time.thread_time(), time.monotonic()
    over = False
    while True:
        ready, _, _ = select.select([udp] if over else [udp, pipe], [], [], 0.3)
        if not ready and over:
            break
        if udp in ready:
            data = udp.recv(2048)
            seen.append((time.monotonic(), data[:12]))
        over = over or pipe in ready
    share = (time.thread_time() - used) / (time.monotonic() - began)
    paces: dict[int, list[float]] = defaultdict(list)
    for at, header in seen:
        _, _, _, timestamp, ssrc = struct.unpack(">BBHII", header)
        paces[ssrc].append(at - timestamp / TICKS_A_SECOND)
    lateness = sorted(pace - min(paces_of_one) for paces_of_one in paces.values() for pace in paces_of_one)
    return Arrivals(len(seen), len(paces), lateness, share)


async def _send(websocket: aiohttp.ClientWebSocketResponse, op: int, **data: Any) -> None:
    await websocket.send_str(json.dumps({"op": op, "d": data}))


async def _until(websocket: aiohttp.ClientWebSocketResponse, op: int) -> None:
    while (await websocket.receive_json())["op"] != op:
        pass


async def _beat(websocket: aiohttp.ClientWebSocketResponse, interval: float) -> None:
    while True:
        await asyncio.sleep(interval)
        await _send(websocket, 3, t=int(time.time() * 1000), seq_ack=-1)


if __name__ == "__main__":
    print(run().text())
