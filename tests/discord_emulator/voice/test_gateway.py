"""The voice gateway over a real TLS websocket."""

from __future__ import annotations

import asyncio
import ssl
from typing import Any

import pytest

from discord_emulator.voice import VoiceServer
from tests.discord_emulator.voice.client import (
    BOT,
    GCM,
    GUILD,
    OTHER_STAGE,
    STAGE,
    XCHACHA,
    Client,
    Clients,
    clients_of,
)
from tests.discord_emulator.voice.conftest import Crowd, VoiceStates

ADA, BEN = 101, 102
FRAME = b"\xf8frame"


async def opened(clients: Clients, *, requires_e2ee: bool = False) -> Client:
    """A client that is admitted and was greeted."""
    client = clients.new()
    client.admit(requires_e2ee=requires_e2ee)
    await client.open()
    await client.expect(8)
    return client


async def test_handshake_offers_modes_in_order_and_describes_the_session(server: VoiceServer, clients: Clients) -> None:
    client = clients.new()
    client.admit()
    await client.open()
    assert await client.expect(8) == {"v": 8, "heartbeat_interval": 13750}
    await client.identify()
    ready = await client.expect(2)
    assert ready["modes"] == [GCM, XCHACHA]
    assert ready["ip"] == "127.0.0.1"
    assert 0 < ready["ssrc"] < 1 << 32
    await client.select_protocol(XCHACHA)
    description = await client.expect(4)
    assert description["mode"] == XCHACHA
    assert description["dave_protocol_version"] == 0
    assert len(description["secret_key"]) == 32
    assert all(isinstance(byte, int) and 0 <= byte < 256 for byte in description["secret_key"])
    assert server.is_connected(GUILD, BOT)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"token": "another"}, 4004),
        ({"session_id": "another"}, 4006),
        ({"server_id": "999"}, 4006),
        ({"user_id": "999"}, 4006),
        ({"server_id": "no number"}, 4002),
        ({"token": None}, 4002),
    ],
)
async def test_identify_that_fits_no_admission_is_closed(clients: Clients, changes: dict[str, Any], code: int) -> None:
    client = await opened(clients)
    await client.identify(**changes)
    assert await client.close_code() == code


@pytest.mark.parametrize("version", [0, 1])
async def test_calls_that_demand_end_to_end_encryption_are_refused(clients: Clients, version: int) -> None:
    client = await opened(clients, requires_e2ee=True)
    await client.identify(max_dave_protocol_version=version)
    assert await client.close_code() == 4017


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"op": 1, "d": {}}', 4003),
        ('{"op": 5, "d": {}}', 4003),
        ('{"op": 99, "d": {}}', 4001),
        ('{"op": 3, "d": 5}', 4020),
        ('{"op": 0, "d": null}', 4002),
        ("[]", 4002),
        ("no json", 4002),
        ('{"op": "0"}', 4002),
    ],
)
async def test_bad_first_messages_close_with_their_code(clients: Clients, text: str, code: int) -> None:
    client = await opened(clients)
    await client.ws.send_str(text)
    assert await client.close_code() == code


async def test_identify_twice_is_already_authenticated(server: VoiceServer, clients: Clients) -> None:
    client = await opened(clients)
    await client.identify()
    await client.expect(2)
    await client.identify()
    assert await client.close_code() == 4005
    assert not server.is_connected(GUILD, BOT)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"protocol": "udp", "data": {"address": "127.0.0.1", "port": 9, "mode": "xsalsa20_poly1305"}}, 4016),
        ({"protocol": "webrtc", "data": {}}, 4012),
        ({"protocol": "udp", "data": {"address": "nowhere", "port": 9, "mode": GCM}}, 4020),
        ({"protocol": "udp", "data": {"address": "127.0.0.1", "port": 70000, "mode": GCM}}, 4020),
        ({"protocol": "udp"}, 4002),
    ],
)
async def test_select_protocol_refuses_what_it_does_not_know(clients: Clients, data: dict[str, Any], code: int) -> None:
    client = await opened(clients)
    await client.identify()
    await client.send(1, data)
    assert await client.close_code() == code


@pytest.mark.parametrize("version", ["", "?v=4"])
async def test_other_gateway_versions_are_closed(clients: Clients, version: str) -> None:
    client = clients.new()
    await client.open(version)
    assert await client.close_code() == 4012


async def test_heartbeats_are_acknowledged_with_their_nonce(clients: Clients) -> None:
    client = await opened(clients)
    await client.send(3, {"t": 1501184119561, "seq_ack": -1})
    assert await client.expect(6) == {"t": 1501184119561}


async def test_a_client_without_heartbeats_times_out_and_one_with_them_stays(
    server_tls: ssl.SSLContext, states: VoiceStates, trust: ssl.SSLContext
) -> None:
    server = VoiceServer(host="127.0.0.1", ssl_context=server_tls, hooks=states, heartbeat_interval=0.3)
    await server.start()
    async with clients_of(server, trust) as clients:
        mute, lively = await opened(clients), await opened(clients)
        ended = asyncio.create_task(mute.close_code())
        beats = 0
        while not ended.done():
            await lively.send(3, {"t": beats, "seq_ack": -1})
            assert await lively.expect(6) == {"t": beats}
            beats += 1
            await asyncio.sleep(0.05)
        assert await ended == 4009
        await asyncio.sleep(0.1)
        await lively.send(3, {"t": 77, "seq_ack": -1})
        assert await lively.expect(6) == {"t": 77}
        assert beats >= 3
    await server.stop()


async def test_key_packages_are_counted_and_ignored_in_a_call_without_encryption_groups(
    server: VoiceServer, clients: Clients
) -> None:
    client = await opened(clients)
    await client.identify()
    await client.expect(2)
    await client.ws.send_bytes(b"\x1akey package")
    await client.send(3, {"t": 1})
    await client.expect(6)
    assert server.counters.dave_ignored == 1


async def test_joining_and_leaving_are_told_to_those_in_the_channel_only(clients: Clients, crowd: Crowd) -> None:
    ada = crowd.enter(ADA)
    crowd.enter(BEN, OTHER_STAGE)
    client = await opened(clients)
    await client.identify()
    await client.expect(2)
    assert await client.expect(11) == {"user_ids": [str(ADA)]}
    other = clients.new(user_id=31)
    await other.connect(present=True)
    assert await client.expect(11) == {"user_ids": ["31"]}
    await ada.close()
    await ada.close()
    assert await client.expect(13) == {"user_id": str(ADA)}
    await other.ws.close()
    assert await client.expect(13) == {"user_id": "31"}


async def test_speaking_is_announced_once_and_not_for_the_suppressed(
    clients: Clients, crowd: Crowd, states: VoiceStates
) -> None:
    ada, ben = crowd.enter(ADA), crowd.enter(BEN)
    states.suppressed.add(BEN)
    client = clients.new()
    await client.connect(present=True)
    await ben.send_packets([FRAME])
    await ada.send_packets([FRAME])
    await ada.send_packets([FRAME])
    await client.send(3, {"t": 1})
    assert await client.expect(5) == {"user_id": str(ADA), "ssrc": ada.ssrc, "speaking": 1}
    await client.expect(6)


async def test_whoever_joins_later_learns_of_those_who_are_speaking(
    clients: Clients, crowd: Crowd, states: VoiceStates
) -> None:
    ada = crowd.enter(ADA)
    # Nothing that is forwarded can be what announces her.
    states.deafened.add(BOT)
    talking = asyncio.create_task(ada.send_packets([FRAME] * 500))
    client = clients.new()
    await client.connect(present=True)
    assert await client.expect(5) == {"user_id": str(ADA), "ssrc": ada.ssrc, "speaking": 1}
    states.deafened.clear()
    assert (await client.hear()).ssrc == ada.ssrc
    talking.cancel()


async def test_a_clients_speaking_is_passed_on_and_must_name_its_own_ssrc(clients: Clients) -> None:
    listener, player = clients.new(), clients.new(user_id=31)
    await listener.connect()
    await player.connect(present=True)
    await listener.expect(11)
    await player.send(5, {"speaking": 0, "delay": 0})
    await player.send(5, {"speaking": 5, "delay": 0, "ssrc": player.ssrc})
    assert await listener.expect(5) == {"user_id": "31", "ssrc": player.ssrc, "speaking": 5}
    await player.send(5, {"speaking": 1, "delay": 0, "ssrc": player.ssrc + 1})
    assert await player.close_code() == 4020


async def test_resume_replays_what_was_missed_in_order(server: VoiceServer, clients: Clients, crowd: Crowd) -> None:
    client = clients.new()
    await client.connect()
    before = client.sequence
    server.close_client(guild_id=GUILD, user_id=BOT, code=4015)
    assert await client.close_code() == 4015
    ada = crowd.enter(ADA)
    await ada.send_packets([FRAME])
    await ada.close()
    assert server.is_connected(GUILD, BOT)
    await client.open()
    await client.expect(8)
    await client.resume()
    assert await client.next() == {"op": 9, "d": None}
    replayed = [await client.next() for _ in range(3)]
    assert [message["op"] for message in replayed] == [11, 5, 13]
    assert [message["seq"] for message in replayed] == [before + 1, before + 2, before + 3]
    crowd.enter(BEN)
    assert await client.expect(11) == {"user_ids": [str(BEN)]}


async def test_resume_without_any_numbered_message_replays_all(server: VoiceServer, clients: Clients) -> None:
    client = clients.new()
    await client.connect()
    server.close_client(guild_id=GUILD, user_id=BOT, code=4015)
    await client.close_code()
    await client.open()
    await client.expect(8)
    await client.resume(seq_ack=-1)
    await client.expect(9)
    assert (await client.expect(4))["secret_key"] == list(client.key)


@pytest.mark.parametrize(
    ("changes", "code"), [({"token": "another"}, 4004), ({"session_id": "another"}, 4006), ({"seq_ack": 77}, 4006)]
)
async def test_resume_that_fits_no_session_is_closed(
    server: VoiceServer, clients: Clients, changes: dict[str, Any], code: int
) -> None:
    client = clients.new()
    await client.connect()
    server.close_client(guild_id=GUILD, user_id=BOT, code=4015)
    await client.close_code()
    await client.open()
    await client.expect(8)
    await client.resume(**changes)
    assert await client.close_code() == code


async def test_a_resumed_session_outlives_the_resume_window(
    server_tls: ssl.SSLContext, states: VoiceStates, trust: ssl.SSLContext
) -> None:
    server = VoiceServer(host="127.0.0.1", ssl_context=server_tls, hooks=states, resume_window=0.5)
    await server.start()
    async with clients_of(server, trust) as clients:
        client = clients.new()
        await client.connect()
        await client.ws.close(code=4000)
        await client.open()
        await client.expect(8)
        await client.resume()
        await client.expect(9)
        await asyncio.sleep(0.6)
        assert server.is_connected(GUILD, BOT)
    await server.stop()


async def test_a_session_that_is_not_resumed_in_time_ends(
    server_tls: ssl.SSLContext, states: VoiceStates, trust: ssl.SSLContext
) -> None:
    server = VoiceServer(host="127.0.0.1", ssl_context=server_tls, hooks=states, resume_window=0.05)
    await server.start()
    async with clients_of(server, trust) as clients:
        watcher, client = clients.new(user_id=31), clients.new()
        await watcher.connect()
        await client.connect(present=True)
        await watcher.expect(11)
        await client.ws.close(code=4000)
        assert await watcher.expect(13) == {"user_id": str(BOT)}
        await client.open()
        await client.expect(8)
        await client.resume()
        assert await client.close_code() == 4006
    await server.stop()


async def test_expelling_ends_session_and_admission(server: VoiceServer, clients: Clients) -> None:
    client = clients.new()
    await client.connect()
    await server.expel(guild_id=GUILD, user_id=BOT)
    assert await client.close_code() == 4014
    assert not server.is_connected(GUILD, BOT)
    await client.open()
    await client.expect(8)
    await client.identify()
    assert await client.close_code() == 4006


@pytest.mark.parametrize("admitted_first", [True, False])
async def test_a_moved_client_is_closed_and_identifies_anew(
    server: VoiceServer, clients: Clients, crowd: Crowd, *, admitted_first: bool
) -> None:
    crowd.enter(ADA, OTHER_STAGE)
    client = clients.new()
    await client.connect()
    former_ssrc = client.ssrc
    client.token = "token after the move"
    if admitted_first:
        client.admit(channel_id=OTHER_STAGE)
    await server.move(guild_id=GUILD, user_id=BOT, channel_id=OTHER_STAGE)
    assert await client.close_code() == 4014
    if not admitted_first:
        client.admit(channel_id=OTHER_STAGE)
    await client.connect(present=True, admit=False)
    assert client.ssrc != former_ssrc


async def test_a_new_identify_takes_over_from_the_session_before(server: VoiceServer, clients: Clients) -> None:
    former, later = clients.new(), clients.new()
    await former.connect()
    later.token = "renewed"
    await later.connect()
    assert await former.close_code() == 4014
    assert server.is_connected(GUILD, BOT)


async def test_a_moved_person_has_a_new_ssrc_in_the_new_channel(
    server: VoiceServer, clients: Clients, crowd: Crowd
) -> None:
    ada = crowd.enter(ADA)
    client = clients.new()
    await client.connect(present=True)
    former_ssrc = ada.ssrc
    await server.move(guild_id=GUILD, user_id=ADA, channel_id=OTHER_STAGE)
    assert await client.expect(13) == {"user_id": str(ADA)}
    await server.move(guild_id=GUILD, user_id=ADA, channel_id=STAGE)
    assert await client.expect(11) == {"user_ids": [str(ADA)]}
    assert ada.ssrc != former_ssrc


async def test_stop_closes_every_websocket_and_lets_people_go(
    server: VoiceServer, clients: Clients, crowd: Crowd
) -> None:
    ada = crowd.enter(ADA)
    client, greeted = clients.new(), await opened(clients)
    await client.connect(present=True)
    codes = asyncio.gather(client.close_code(), greeted.close_code())
    await server.stop()
    assert await codes == [1001, 1001]
    assert ada.closed
    with pytest.raises(RuntimeError, match="Person 101"):
        await ada.send_packets([FRAME])
