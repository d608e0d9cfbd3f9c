"""The gateway itself: sessions, resuming, close codes, compression, intents, members on request."""

from __future__ import annotations

import asyncio
import gc
import json
import warnings
import zlib
from typing import Any

import discord
import pytest
import zstandard

from discord_emulator import ApiError, Emulator, Settings
from discord_emulator.gateway.compression import ZlibStream, ZstdStream

from .conftest import Stand
from .gateway.client import connected, identify


async def test_hello_ready_and_guild_create(stand: Stand) -> None:
    async with connected(stand.discord) as socket:
        assert (await socket.next())["op"] == 10
        await socket.send(1, None)
        assert (await socket.next())["op"] == 11
        await socket.send(2, identify(stand.application.token))
        ready = await socket.next()
        assert (ready["t"], ready["s"]) == ("READY", 1)
        assert ready["d"]["guilds"] == [{"id": str(stand.guild.id), "unavailable": True}]
        guild = await socket.next()
        assert guild["t"] == "GUILD_CREATE"
        assert guild["d"]["unavailable"] is False
        names = [member["user"]["username"] for member in guild["d"]["members"]]
        assert names == ["spaces"]


@pytest.mark.parametrize(
    ("opcode", "data", "code"),
    [
        (2, identify("wrong"), 4004),
        (4, {}, 4003),
        (99, None, 4001),
        (2, identify("TOKEN", shard=[3, 2]), 4010),
        (2, identify("TOKEN", intents=1 << 30), 4013),
        (2, identify("TOKEN", intents=1 << 15), 4014),
        (2, {"token": "TOKEN", "intents": 1}, 4002),
        (6, {"token": "wrong", "session_id": "x", "seq": 1}, 4004),
    ],
)
async def test_close_codes(stand: Stand, opcode: int, data: dict[str, object] | None, code: int) -> None:
    if data is not None and data.get("token") == "TOKEN":
        data = {**data, "token": stand.application.token}
    async with connected(stand.discord) as socket:
        with stand.discord.expecting("gateway"):
            await socket.send(opcode, data)
            assert await socket.closed() == code


async def test_unreadable_payloads_and_other_versions(stand: Stand) -> None:
    async with connected(stand.discord) as socket:
        with stand.discord.expecting("gateway"):
            await socket.socket.send_str("{")
            assert await socket.closed() == 4002
    async with connected(stand.discord, "?v=6") as socket:
        assert await socket.closed() == 4012


async def test_a_second_identify_within_five_seconds_has_to_wait(stand: Stand) -> None:
    for expected in (0, 9):
        async with connected(stand.discord) as socket:
            await socket.next()
            await socket.send(2, identify(stand.application.token))
            assert (await socket.next())["op"] == expected
    stand.discord.advance(5)
    async with connected(stand.discord) as socket:
        await socket.next()
        await socket.send(2, identify(stand.application.token))
        await socket.until("READY")
        with stand.discord.expecting("gateway"):
            await socket.send(2, identify(stand.application.token))
            assert await socket.closed() == 4005


async def test_without_heartbeats_the_socket_is_closed() -> None:
    async with Emulator(settings=Settings(heartbeat_interval=0.05)) as server, connected(server) as socket:
        assert await socket.closed() == 4009


async def test_more_than_120_sends_a_minute_are_too_many(stand: Stand) -> None:
    async with connected(stand.discord) as socket:
        with stand.discord.expecting("gateway"):
            for _ in range(121):
                await socket.send(1, None)
            assert await socket.closed() == 4008


async def test_resuming_replays_what_was_missed(stand: Stand) -> None:
    async with connected(stand.discord) as socket:
        await socket.next()
        await socket.send(2, identify(stand.application.token))
        ready = await socket.until("READY")
        last = await socket.until("GUILD_CREATE")
        await socket.socket.close(code=4000)
    await stand.ada.post(stand.chat, "one")
    await stand.ada.post(stand.chat, "two")
    again = {"token": stand.application.token, "session_id": ready["d"]["session_id"], "seq": last["s"]}
    async with connected(stand.discord) as socket:
        await socket.next()
        await socket.send(6, again)
        events = [(message["t"], message["s"]) for message in [await socket.next() for _ in range(3)]]
    assert events == [("MESSAGE_CREATE", 3), ("MESSAGE_CREATE", 4), ("RESUMED", 5)]


async def test_a_session_that_said_goodbye_cannot_be_resumed(stand: Stand) -> None:
    async with connected(stand.discord) as socket:
        await socket.next()
        await socket.send(2, identify(stand.application.token))
        ready = await socket.until("READY")
        await socket.socket.close(code=1000)
    async with connected(stand.discord) as socket:
        await socket.next()
        await socket.send(6, {"token": stand.application.token, "session_id": ready["d"]["session_id"], "seq": 2})
        assert await socket.next() == {"op": 9, "d": False}


@pytest.mark.parametrize("way", ["cut", "closed", "asked"])
async def test_a_client_comes_back_after_a_lost_socket(stand: Stand, way: str) -> None:
    bot = await stand.start()
    resumed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    heard: asyncio.Queue[discord.Message] = asyncio.Queue()

    @bot.event
    async def on_resumed() -> None:
        resumed.set_result(None)

    @bot.event
    async def on_message(message: discord.Message) -> None:
        heard.put_nowait(message)

    if way == "asked":
        stand.discord.faults.gateway.reconnect(stand.application)
    elif way == "closed":
        stand.discord.faults.gateway.close(stand.application)
    else:
        stand.discord.faults.gateway.drop(stand.application)
    message = await stand.ada.post(stand.chat, "while away")
    await asyncio.wait_for(resumed, 5)
    assert (await asyncio.wait_for(heard.get(), 5)).id == message.id
    assert bot.seen.count("READY") == 1
    assert stand.discord.violations == []
    with warnings.catch_warnings():
        # aiohttp forgets to close the response of a WebSocket whose TCP connection was cut.
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


async def test_zlib_stream_is_one_stream(stand: Stand) -> None:
    stream = zlib.decompressobj()
    async with connected(stand.discord, "?v=10&encoding=json&compress=zlib-stream") as socket:
        await socket.send(1, None)
        opcodes: list[int] = []
        for _ in range(2):
            data = await socket.socket.receive_bytes(timeout=5)
            assert data.endswith(b"\x00\x00\xff\xff")
            opcodes.append(json.loads(stream.decompress(data))["op"])
    assert opcodes == [10, 11]


async def test_zstd_stream_is_one_stream(stand: Stand) -> None:
    stream = zstandard.ZstdDecompressor().decompressobj()
    async with connected(stand.discord, "?v=10&encoding=json&compress=zstd-stream") as socket:
        await socket.send(1, None)
        received = [await socket.socket.receive_bytes(timeout=5) for _ in range(2)]
    assert [json.loads(stream.decompress(data))["op"] for data in received] == [10, 11]


@pytest.mark.parametrize("name", ["zlib-stream", "zstd-stream"])
async def test_discord_py_reads_either_compression(stand: Stand, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    decompressor = {"zlib-stream": ZlibContext, "zstd-stream": discord.utils._ActiveDecompressionContext}[name]
    assert name == decompressor.COMPRESSION_TYPE
    monkeypatch.setattr(discord.utils, "_ActiveDecompressionContext", decompressor)
    bot = await stand.start()
    (session,) = stand.discord.world.hub.of(stand.application)
    assert session.connection is not None
    compressor = {"zlib-stream": ZlibStream, "zstd-stream": ZstdStream}[name]
    assert isinstance(session.connection._compressor, compressor)
    for number in range(50):
        await stand.ada.post(stand.chat, f"message {number}")
    await bot.saw("MESSAGE_CREATE", 50)


class ZlibContext:
    """What discord.py itself uses where the zstandard package is missing; importing it twice is not possible."""

    COMPRESSION_TYPE = "zlib-stream"

    def __init__(self) -> None:
        self._stream = zlib.decompressobj()

    def decompress(self, data: bytes, /) -> str | None:
        assert data.endswith(b"\x00\x00\xff\xff")
        return self._stream.decompress(data).decode()


async def test_events_follow_the_intents(stand: Stand) -> None:
    async with connected(stand.discord) as socket:
        await socket.next()
        await socket.send(2, identify(stand.application.token, intents=discord.Intents(guilds=True).value))
        await socket.until("GUILD_CREATE")
        stage = stand.guild.add_stage_channel("room")
        await stand.ada.join(stage)
        await stand.ada.post(stand.chat, "unheard")
        stand.guild.add_member("Cleo")
        stand.guild.delete_channel(stage)
        assert [(await socket.next())["t"] for _ in range(2)] == ["CHANNEL_CREATE", "CHANNEL_DELETE"]


async def test_members_on_request(stand: Stand) -> None:
    bot = await stand.start()
    guild = bot.get_guild(stand.guild.id)
    assert guild is not None
    found = await guild.query_members(user_ids=[stand.ada.id, 1])
    assert [member.id for member in found] == [stand.ada.id]
    assert [member.id for member in await guild.query_members("be")] == [stand.ben.id]


async def test_a_server_that_is_joined_while_online(stand: Stand) -> None:
    bot = await stand.start()
    joined: asyncio.Future[discord.Guild] = asyncio.get_running_loop().create_future()
    bot.event(on_guild_join := _resolve(joined))
    assert on_guild_join is not None
    other = stand.discord.add_guild("Film club")
    other.install(stand.application)
    assert (await asyncio.wait_for(joined, 5)).name == "Film club"


def _resolve(future: asyncio.Future[discord.Guild]) -> Any:
    async def on_guild_join(guild: discord.Guild) -> None:
        future.set_result(guild)

    return on_guild_join


async def test_unknown_routes_are_counted(stand: Stand) -> None:
    bot = await stand.start()
    with stand.discord.expecting("unknown route"), pytest.raises(discord.NotFound):
        await bot.fetch_template("nowhere")
    assert stand.discord.unknown_routes == {"GET /guilds/templates/nowhere": 1}
    assert stand.discord.calls[-1].route is None


async def test_planned_refusals_and_audit_log_reasons(stand: Stand) -> None:
    bot = await stand.start()
    channel = bot.get_channel(stand.chat.id)
    assert isinstance(channel, discord.TextChannel)
    unknown = ApiError(404, 10003, "Unknown Channel")
    stand.discord.faults.rest.refuse(unknown, method="PATCH", route="/channels/{channel_id}", times=1)
    with pytest.raises(discord.NotFound):
        await channel.edit(topic="a")
    await channel.edit(topic="b", reason="because 100 % déjà vu")
    call = stand.discord.calls[-1]
    assert (call.method, call.route, call.status) == ("PATCH", "/channels/{channel_id}", 200)
    assert call.reason == "because 100 % déjà vu"


async def test_the_third_rename_within_ten_minutes_is_limited(stand: Stand) -> None:
    bot = await stand.start()
    for name in ("a", "b"):
        await bot.http.edit_channel(stand.chat.id, name=name)
    third = asyncio.create_task(bot.http.edit_channel(stand.chat.id, name="c"))
    await stand.discord.wait_for(lambda: stand.discord.calls[-1].status == 429)
    third.cancel()
    assert stand.discord.calls[-1].response_body["retry_after"] > 500
    assert stand.chat.name == "b"


async def test_a_fault_of_the_emulator_is_loud(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    bot = await stand.start()
    monkeypatch.setattr(stand.discord.world, "users", None)
    with (
        stand.discord.expecting("emulator fault") as faults,
        pytest.raises(discord.HTTPException) as error,
    ):
        await bot.fetch_user(1)
    assert error.value.status == 400
    assert "GET /users/{user_id}" in error.value.text
    assert "Traceback" in faults[0].detail
