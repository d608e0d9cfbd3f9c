"""A running session: heartbeats, limits, resuming, invalidation, close codes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from discord_emulator import Application, Emulator, Settings
from discord_emulator.gateway.connection import Connection
from discord_emulator.gateway.intents import Intent

from .client import Socket, connected, identify


@pytest.fixture
async def server() -> AsyncIterator[Emulator]:
    async with Emulator(seed=6, settings=Settings(identify_window=0.0)) as emulator:
        yield emulator


def installed(server: Emulator) -> Application:
    application = server.add_application("Steady")
    server.add_guild("Home").install(application, permissions=8)
    return application


def connection_of(server: Emulator, application: Application) -> Connection:
    connection = server.world.hub.of(application)[0].connection
    assert connection is not None
    return connection


async def test_a_silent_client_is_asked_for_a_heartbeat_before_it_is_given_up() -> None:
    async with Emulator(settings=Settings(heartbeat_interval=0.2)) as server, connected(server) as socket:
        await socket.opcode(10)
        assert await socket.next() == {"op": 1, "d": None}
        await socket.send(1, None)
        assert await socket.next() == {"op": 11}
        assert (await socket.next())["op"] == 1
        assert await socket.closed() == 4009


async def test_a_client_without_a_session_is_closed_whatever_its_heartbeats() -> None:
    async with Emulator(settings=Settings(identify_timeout=0.2)) as server, connected(server) as socket:
        await socket.send(1, None)
        await socket.opcode(11)
        assert await socket.closed() == 4009
        assert server.violations == []


async def test_a_heartbeat_of_the_future_is_4007(server: Emulator) -> None:
    application = installed(server)
    async with connected(server) as socket:
        ready = await socket.identified(application)
        await socket.send(1, ready["s"])
        await socket.opcode(11)
        with server.expecting("gateway"):
            await socket.send(1, 1_000)
            assert await socket.closed() == 4007


async def test_the_121st_send_of_a_minute_is_4008_and_a_minute_later_it_is_not(server: Emulator) -> None:
    async with connected(server) as socket:
        await socket.opcode(10)
        for _ in range(120):
            await socket.send(1, None)
            await socket.opcode(11)
        server.advance(60)
        for _ in range(120):
            await socket.send(1, None)
            await socket.opcode(11)
        with server.expecting("gateway"):
            await socket.send(1, None)
            assert await socket.closed() == 4008


async def test_the_sixth_presence_of_20_seconds_is_noted(server: Emulator) -> None:
    presence = {"since": None, "activities": [{"name": "a", "type": 0}], "status": "idle", "afk": False}
    application = installed(server)
    async with connected(server) as socket:
        await socket.identified(application, presence=presence)
        for _ in range(5):
            await socket.send(3, presence)
        await socket.events()
        assert server.violations == []
        with server.expecting("gateway") as violations:
            await socket.send(3, presence)
            await socket.events()
        assert len(violations) == 1
        server.advance(20)
        await socket.send(3, presence)
        await socket.events()
        assert server.violations == []


async def test_4096_bytes_are_allowed_and_no_more(server: Emulator) -> None:
    async with connected(server) as socket:
        await socket.opcode(10)
        empty = '{"op":1,"d":null,"x":""}'
        await socket.socket.send_str(empty.replace('""', '"' + "a" * (4096 - len(empty)) + '"'))
        await socket.opcode(11)
        with server.expecting("gateway"):
            # As many characters, but more bytes.
            await socket.socket.send_str(empty.replace('""', '"' + "ä" * (4096 - len(empty)) + '"'))
            assert await socket.closed() == 4002


@pytest.mark.parametrize("code", [4000, 4001, 4002, 4003, 4004, 4005, 4007, 4008, 4009, 4010, 4011, 4012, 4013, 4014])
async def test_every_close_code_can_be_sent_after_what_came_before(server: Emulator, code: int) -> None:
    application = installed(server)
    async with connected(server) as socket:
        await socket.identified(application)
        connection_of(server, application).close(code)
        assert await socket.closed() == code


async def begin(server: Emulator, application: Application) -> tuple[str, int]:
    """Starts a session, loses its socket, returns its id and the last sequence."""
    async with connected(server) as socket:
        ready = await socket.identified(application)
        last = await socket.until("GUILD_CREATE")
        assert ready["d"]["resume_gateway_url"] == server.gateway_url
        await socket.socket.close(code=4000)
    return ready["d"]["session_id"], last["s"]


async def resuming(socket: Socket, application: Application, session_id: str, sequence: int) -> None:
    await socket.opcode(10)
    await socket.send(6, {"token": application.token, "session_id": session_id, "seq": sequence})


async def test_resuming_beyond_what_was_sent_is_4007_and_ends_the_session(server: Emulator) -> None:
    application = installed(server)
    session_id, last = await begin(server, application)
    async with connected(server) as socket:
        with server.expecting("gateway"):
            await resuming(socket, application, session_id, last + 1)
            assert await socket.closed() == 4007
    async with connected(server) as socket:
        await resuming(socket, application, session_id, last)
        assert await socket.next() == {"op": 9, "d": False}


async def test_a_session_of_another_bot_cannot_be_resumed(server: Emulator) -> None:
    application = installed(server)
    session_id, last = await begin(server, application)
    async with connected(server) as socket:
        await resuming(socket, server.add_application("Thief"), session_id, last)
        assert await socket.next() == {"op": 9, "d": False}
        await socket.send(2, identify(application.token))
        await socket.until("READY")


async def test_a_session_taken_over_by_another_socket_goes_on_there(server: Emulator) -> None:
    application = installed(server)
    async with connected(server) as old, connected(server) as new:
        ready = await old.identified(application)
        await old.events()
        await resuming(new, application, ready["d"]["session_id"], 2)
        await new.until("RESUMED")
        assert await old.closed() == 4000
        assert server.is_online(application)


async def test_an_invalidated_session_that_can_be_resumed(server: Emulator) -> None:
    application = installed(server)
    async with connected(server) as socket:
        ready = await socket.identified(application)
        await socket.events()
        connection_of(server, application).invalidate(resumable=True)
        assert await socket.next() == {"op": 9, "d": True}
        await socket.send(6, {"token": application.token, "session_id": ready["d"]["session_id"], "seq": 2})
        await socket.until("RESUMED")


async def test_an_invalidated_session_that_cannot(server: Emulator) -> None:
    application = installed(server)
    async with connected(server) as socket:
        ready = await socket.identified(application)
        await socket.events()
        connection_of(server, application).invalidate(resumable=False)
        assert await socket.next() == {"op": 9, "d": False}
        await socket.send(6, {"token": application.token, "session_id": ready["d"]["session_id"], "seq": 2})
        assert await socket.next() == {"op": 9, "d": False}
        with server.expecting("gateway"):
            await socket.send(4, {"guild_id": "1", "channel_id": None, "self_mute": False, "self_deaf": False})
            assert await socket.closed() == 4003


def transport_of(socket: Socket) -> asyncio.ReadTransport:
    connection = socket.socket._response.connection
    assert connection is not None
    assert isinstance(connection.transport, asyncio.ReadTransport)
    return connection.transport


async def test_a_client_that_does_not_read_is_cut_off_and_may_resume() -> None:
    settings = Settings(identify_window=0.0, outgoing_bytes=1_000_000)
    async with Emulator(settings=settings) as server:
        application, reader = installed(server), server.add_application("Reader")
        guild = server.add_guild("Busy")
        guild.install(application), guild.install(reader)
        async with connected(server) as slow, connected(server) as quick:
            ready = await slow.identified(application)
            await quick.identified(reader)
            reading = transport_of(slow)
            reading.pause_reading()
            sent = 0
            long_status = {"id": "1", "guild_id": str(guild.id), "status": "x" * 100_000}
            with server.expecting("gateway") as violations:
                # The operating system takes some megabytes for the client before anything has to wait here.
                while server.is_online(application) and sent < 1_000:
                    sent += 1
                    server.world.hub.to_guild(guild, "VOICE_CHANNEL_STATUS_UPDATE", long_status, Intent.GUILDS)
                    assert len(await quick.events()) >= 1
                    server.advance(1)
            assert "cut off" in violations[0].detail
            assert sent < 1_000
            reading.resume_reading()
        session = server.world.hub.sessions[ready["d"]["session_id"]]
        async with connected(server) as again:
            await resuming(again, application, session.id, session.sequence - 5)
            events = [await again.next() for _ in range(6)]
            assert [event["t"] for event in events] == ["VOICE_CHANNEL_STATUS_UPDATE"] * 5 + ["RESUMED"]
