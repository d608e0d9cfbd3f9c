"""What each close code leaves to a client, and calls that move to another voice server."""

from __future__ import annotations

import asyncio

import pytest

from discord_emulator.voice import Aftermath, CloseCode, VoiceServer
from discord_emulator.voice.protocol import AFTERMATHS
from tests.discord_emulator.voice.client import BOT, GUILD, STAGE, Client, Clients
from tests.discord_emulator.voice.conftest import Crowd

ADA = 101
FRAME = b"\xf8frame"
DOCUMENTED = {4001, 4002, 4003, 4004, 4005, 4006, 4009, 4011, 4012, 4014, 4015, 4016, 4017, 4020, 4021, 4022}


def codes(*aftermaths: Aftermath) -> list[int]:
    return [int(code) for code, aftermath in AFTERMATHS.items() if aftermath in aftermaths]


async def closed(server: VoiceServer, clients: Clients, code: int) -> Client:
    """A client whose websocket was closed with ``code`` and which opened another one."""
    client = clients.new()
    await client.connect()
    server.close_client(guild_id=GUILD, user_id=BOT, code=code)
    assert await client.close_code() == code
    assert server.counters.closes[code] == 1
    await client.open()
    await client.expect(8)
    return client


def test_every_documented_code_has_an_aftermath() -> None:
    assert DOCUMENTED | {1000, 1001} == set(AFTERMATHS) == set(CloseCode)


@pytest.mark.parametrize("code", codes(Aftermath.RESUME))
async def test_some_sessions_can_be_resumed(server: VoiceServer, clients: Clients, crowd: Crowd, code: int) -> None:
    client = await closed(server, clients, code)
    await client.resume()
    await client.expect(9)
    ada = crowd.enter(ADA)
    await asyncio.gather(ada.speak([FRAME]), client.hear())


@pytest.mark.parametrize("code", codes(Aftermath.IDENTIFY))
async def test_some_sessions_are_gone_but_can_be_begun_anew(server: VoiceServer, clients: Clients, code: int) -> None:
    client = await closed(server, clients, code)
    await client.resume()
    assert await client.close_code() == 4006
    former_ssrc = client.ssrc
    await client.connect(admit=False)
    assert client.ssrc != former_ssrc


@pytest.mark.parametrize("code", codes(Aftermath.REJOIN, Aftermath.NOTHING))
async def test_after_some_codes_nothing_works_but_to_be_let_in_again(
    server: VoiceServer, clients: Clients, code: int
) -> None:
    client = await closed(server, clients, code)
    assert not server.is_connected(GUILD, BOT)
    await client.resume()
    assert await client.close_code() == 4006
    await client.open()
    await client.expect(8)
    await client.identify()
    assert await client.close_code() == 4006
    await client.connect()


async def test_a_websocket_that_breaks_off_can_be_resumed(server: VoiceServer, clients: Clients) -> None:
    client = clients.new()
    await client.connect()
    server.close_client(guild_id=GUILD, user_id=BOT, code=None)
    assert await client.close_code() == 1006
    await client.open()
    await client.expect(8)
    await client.resume()
    await client.expect(9)
    assert server.counters.closes[4006] == 0


async def test_other_codes_are_refused(server: VoiceServer, clients: Clients) -> None:
    client = clients.new()
    await client.connect()
    with pytest.raises(ValueError, match="4999"):
        server.close_client(guild_id=GUILD, user_id=BOT, code=4999)
    assert server.is_connected(GUILD, BOT)


async def test_a_call_moves_to_another_voice_server(server: VoiceServer, clients: Clients, crowd: Crowd) -> None:
    ada = crowd.enter(ADA)
    client = clients.new()
    await client.connect(present=True)
    before, former_ssrc, former_port = server.endpoint(STAGE), ada.ssrc, client.udp.getpeername()[1]
    server.relocate(guild_id=GUILD, channel_id=STAGE)
    assert server.endpoint(STAGE) != before
    await server.end_stale(guild_id=GUILD, channel_id=STAGE)
    assert await client.close_code() == 4022

    client.token = "of the new server"
    client.admit()
    await client.open(endpoint=before)
    await client.expect(8)
    await client.identify()
    assert await client.close_code() == 4011
    await client.connect(present=True, admit=False)
    assert client.udp.getpeername()[1] != former_port
    assert ada.ssrc != former_ssrc
    _, heard = await asyncio.gather(ada.speak([FRAME]), client.hear())
    assert (heard.ssrc, heard.opus) == (ada.ssrc, FRAME)


async def test_a_session_cannot_be_resumed_on_another_voice_server(server: VoiceServer, clients: Clients) -> None:
    client = clients.new()
    await client.connect()
    server.close_client(guild_id=GUILD, user_id=BOT, code=4015)
    await client.close_code()
    server.relocate(guild_id=GUILD, channel_id=STAGE)
    client.admit()
    await client.open()
    await client.expect(8)
    await client.resume()
    assert await client.close_code() == 4011


async def test_a_call_is_downgraded_when_all_are_ready(server: VoiceServer, clients: Clients) -> None:
    first, second = clients.new(), clients.new(user_id=31)
    await first.connect()
    await second.connect(present=True)
    await first.expect(11)
    number = server.announce_downgrade(guild_id=GUILD, channel_id=STAGE)
    for client in (first, second):
        assert await client.expect(21) == {"protocol_version": 0, "transition_id": number}
    await first.send(23, {"transition_id": number})
    await first.send(23, {"transition_id": number + 1})
    await first.send(31, {"transition_id": number})
    await first.send(3, {"t": 1, "seq_ack": first.sequence})
    await first.expect(6)
    assert server.counters.dave_ignored == 2
    await second.send(23, {"transition_id": number})
    for client in (first, second):
        assert await client.expect(22) == {"transition_id": number}


async def test_a_downgrade_does_not_wait_forever(
    server: VoiceServer, clients: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("discord_emulator.voice.transitions.TIMEOUT", 0.05)
    client = clients.new()
    await client.connect()
    number = server.announce_downgrade(guild_id=GUILD, channel_id=STAGE)
    await client.expect(21)
    assert await client.expect(22) == {"transition_id": number}
