"""Ten thousand connections that want nothing: everybody else is served, and they are shown out."""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from discord_emulator import Emulator, Settings
from discord_emulator.listener import allow_many_files

from ..gateway.client import connected
from .support import http_address, raw, still_serves

CROWD = 10_000


async def test_ten_thousand_connections() -> None:
    resource = pytest.importorskip("resource")
    allow_many_files()
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < CROWD + 500:
        pytest.skip(f"only {soft} files may be open here")
    # Debug mode makes accepting a connection several times as slow.
    asyncio.get_running_loop().set_debug(False)
    async with Emulator(settings=Settings(request_timeout=6.0, identify_timeout=6.0)) as server:
        host, port = http_address(server)
        script = Path(__file__).with_name("crowd.py")
        crowd = await asyncio.create_subprocess_exec(
            sys.executable, str(script), host, str(port), str(CROWD), stdout=asyncio.subprocess.PIPE
        )
        try:
            assert crowd.stdout is not None
            assert await asyncio.wait_for(crowd.stdout.readline(), 60) == b"open\n"
            application = server.add_application("Undisturbed")
            server.add_guild("Home").install(application)
            async with connected(server) as socket:
                await socket.identified(application)
                await socket.until("GUILD_CREATE")
                await still_serves(server)
                assert await asyncio.wait_for(crowd.stdout.readline(), 60) == b"closed\n"
                assert await socket.events() == []
            await still_serves(server)
            assert await crowd.wait() == 0
        finally:
            if crowd.returncode is None:
                crowd.kill()
                await crowd.wait()


async def is_cut(reader: asyncio.StreamReader) -> None:
    """Returns when the other side has hung up; raises ``TimeoutError`` if it does not within 5 s."""
    with suppress(ConnectionResetError):
        assert await asyncio.wait_for(reader.read(), 5) == b""


@pytest.mark.parametrize("start", [b"", b"G", b"GET / HTTP/1.1\r\nHost: a\r\n"])
async def test_who_sends_no_whole_request_is_cut(start: bytes) -> None:
    async with Emulator(settings=Settings(request_timeout=0.1)) as server, raw(server) as (reader, writer):
        writer.write(start)
        await is_cut(reader)
        await still_serves(server)


async def test_a_dripping_request_gets_no_more_time() -> None:
    async with Emulator(settings=Settings(request_timeout=0.3)) as server, raw(server) as (reader, writer):

        async def drip() -> None:
            writer.write(b"GET / HTTP/1.1\r\nX: ")
            while True:
                writer.write(b"X")
                await asyncio.sleep(0.02)

        dripping = asyncio.create_task(drip())
        try:
            await is_cut(reader)
        finally:
            dripping.cancel()
            await asyncio.gather(dripping, return_exceptions=True)


async def test_starting_is_quick() -> None:
    async with Emulator():
        pass
    began = asyncio.get_running_loop().time()
    async with Emulator():
        took = asyncio.get_running_loop().time() - began
    # A tenth of this on an idle machine: a key of another kind (RSA) would take longer than this alone.
    assert took < 0.3
