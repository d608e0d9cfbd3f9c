"""Junk on the HTTP port: a clear 4xx each time, never a 5xx, and nobody else notices."""

from __future__ import annotations

import gzip
import io
import random
import re
import zlib
from typing import Any

import aiohttp
import pytest

from discord_emulator import Application, Emulator, Settings
from discord_emulator.rest import RESOURCES

from .support import answer_to, raw, statuses, still_serves

HEAD = b"GET /api/v10/gateway HTTP/1.1\r\nHost: a\r\n"


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"\x00\x01\x02\x03\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200),
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"G\xffT / HTTP/1.1\r\nHost: a\r\n\r\n",
        HEAD + b"X: " + b"a" * 100_000 + b"\r\n\r\n",
        HEAD + b"".join(b"X%d: a\r\n" % number for number in range(5_000)) + b"\r\n",
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        HEAD + b"No colon here\r\n\r\n",
        HEAD + b"Content-Length: -5\r\n\r\n",
        HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
        HEAD + b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nabc",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET http://[::1 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET //[ HTTP/1.1\r\nHost: a\r\n\r\n",
    ],
    ids=range(15),
)
async def test_what_is_not_http_is_refused(request_bytes: bytes) -> None:
    async with Emulator() as server:
        answer = await answer_to(server, request_bytes)
        assert all(400 <= status < 500 for status in statuses(answer)), answer[:300]
        assert answer == b"" or statuses(answer)
        await still_serves(server)


async def test_garbage_after_a_request_does_not_spoil_its_answer() -> None:
    async with Emulator() as server, raw(server) as (reader, writer):
        writer.write(HEAD + b"\r\n")
        assert statuses(await reader.readuntil(b"}")) == [200]
        writer.write(b"\x00garbage\r\n\r\n" + HEAD + b"\r\n")
        assert statuses(await reader.read()) == [400]
        await still_serves(server)


async def test_many_requests_at_once_are_answered_in_order() -> None:
    async with Emulator() as server:
        answer = await answer_to(server, (HEAD + b"\r\n") * 60)
        assert statuses(answer) == [200] * 50 + [429] * 10
        server.advance(1)
        await still_serves(server)


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/v10/channels/abc", 400, 50035),
        ("/api/v10/channels/" + "9" * 5_000, 400, 50035),
        ("/api/v10/channels/%D9%A3", 400, 50035),
        ("/api/v10/channels/%00", 400, 50035),
        ("/api/v10/channels/%FF%FE%ED%A0%80", 400, 50035),
        ("/api/v10/channels/..%2f..%2fetc", 404, 0),
        ("/api/v10/channels/99999999999999999999", 404, 10003),
        ("/api/v10/nothing?%FF=%FF&a[]=1&&&=", 404, 0),
        ("/api/v6/gateway", 400, 50041),
        ("/api/v11/channels/1", 400, 50041),
        ("/api/gateway", 400, 50041),
        ("/api/vX", 400, 50041),
        ("/api/v10", 404, 0),
        ("/", 404, 0),
        ("/attachments/1/" + "9" * 3_000 + "/a", 404, 0),
        ("/gateway", 400, None),
    ],
)
async def test_addresses_that_lead_nowhere(path: str, status: int, code: int | None) -> None:
    async with Emulator() as server:
        application = server.add_application("Junk")
        head = f"GET {path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bot {application.token}\r\nConnection: close\r\n\r\n"
        answer = await answer_to(server, head.encode())
        assert statuses(answer) == [status]
        found = re.search(rb'"code":(\d+)', answer)
        assert (None if found is None else int(found.group(1))) == code
        await still_serves(server)


async def test_the_wrong_method_is_405() -> None:
    async with Emulator() as server, aiohttp.ClientSession() as session:
        for method in ("DELETE", "PATCH", "PUT"):
            async with session.request(method, f"{server.api_base}/gateway") as response:
                assert (response.status, (await response.json())["code"]) == (405, 0)
        assert server.unknown_routes.total() == 3


BODIES: list[tuple[dict[str, str], bytes, int, int | None]] = [
    ({"Content-Type": "application/json"}, b"{", 400, 50109),
    ({"Content-Type": "application/json"}, b"\xff\xfe{}", 400, 50109),
    ({"Content-Type": "application/json"}, b"[" * 200_000, 400, 50109),
    ({"Content-Type": "application/json"}, b'{"a":' * 100_000, 400, 50109),
    ({"Content-Type": "application/json"}, b'{"content": NaN}', 400, 50109),
    ({"Content-Type": "application/json"}, b'{"content": 1e999}', 400, 50109),
    ({"Content-Type": "application/json"}, b'{"content": "\\ud800"}', 400, 50109),
    ({"Content-Type": "application/json"}, b'{"nonce": ' + b"1" * 10_000 + b"}", 400, 50109),
    ({"Content-Type": "application/json"}, b"[1]", 400, 50035),
    ({"Content-Type": "text/plain"}, b'{"content": "a"}', 400, 50035),
    ({"Content-Type": "application/x-www-form-urlencoded"}, b"content=a", 400, 50035),
    ({"Content-Type": "no type at all"}, b'{"content": "a"}', 400, 50035),
    ({"Content-Type": "multipart/form-data"}, b"abc", 400, 50035),
    ({"Content-Type": "multipart/form-data; boundary=x"}, b"abc", 400, 50035),
    ({"Content-Type": "multipart/form-data; boundary=x"}, b"--x\r\nbroken", 400, 50035),
    ({"Content-Type": "multipart/form-data; boundary=x"}, b"--x\r\n\r\nabc\r\n--x--\r\n", 400, 50035),
    (
        {"Content-Type": "multipart/form-data; boundary=x"},
        b'--x\r\nContent-Disposition: form-data; name="payload_json"\r\n\r\n{"content"\r\n--x--\r\n',
        400,
        50109,
    ),
    (
        {"Content-Type": "multipart/form-data; boundary=x"},
        b'--x\r\nContent-Disposition: form-data; name="files[\xd9\xa3]"; filename="a"\r\n\r\n1\r\n--x--\r\n',
        400,
        50035,
    ),
    (
        {"Content-Type": "multipart/form-data; boundary=x"},
        b"--x\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n--y\r\n\r\na\r\n--y--\r\n--x--\r\n",
        400,
        50035,
    ),
    ({"Content-Type": "application/json", "Content-Encoding": "gzip"}, b"not gzip", 400, 0),
    ({"Content-Type": "application/json", "Content-Encoding": "deflate"}, zlib.compress(b"{}")[:-3], 400, None),
    ({"Content-Type": "application/json", "Content-Encoding": "gzip"}, gzip.compress(bytes(60_000_000)), 413, 40005),
    ({"Content-Type": "application/json"}, b'"' + b"a" * (26 * 1024 * 1024) + b'"', 413, 40005),
    (
        {"Content-Type": "multipart/form-data; boundary=x"},
        b'--x\r\nContent-Disposition: form-data; name="files[0]"; filename="a"\r\n\r\n'
        + bytes(26 * 1024 * 1024)
        + b"\r\n--x--\r\n",
        413,
        40005,
    ),
]


@pytest.mark.parametrize(("headers", "body", "status", "code"), BODIES, ids=range(len(BODIES)))
async def test_bodies_that_are_none(headers: dict[str, str], body: bytes, status: int, code: int | None) -> None:
    async with Emulator() as server:
        application, channel = at_home(server)
        async with aiohttp.ClientSession() as session:
            headers = {"Authorization": f"Bot {application.token}", **headers}
            url = f"{server.api_base}/channels/{channel}/messages"
            data = io.BytesIO(body)
            async with session.post(url, data=data, headers=headers, skip_auto_headers=["Content-Type"]) as response:
                # aiohttp's own refusals of broken HTTP are plain text.
                is_json = response.content_type == "application/json"
                assert response.status == status
                assert ((await response.json())["code"] if is_json else None) == code
        await still_serves(server)


async def test_a_body_that_never_comes_is_given_up_on() -> None:
    async with Emulator(settings=Settings(request_timeout=0.1)) as server:
        application, channel = at_home(server)
        head = (
            f"POST /api/v10/channels/{channel}/messages HTTP/1.1\r\nHost: a\r\nAuthorization: Bot {application.token}"
        )
        answer = await answer_to(
            server, f"{head}\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n".encode()
        )
        assert statuses(answer) == [408]
        await still_serves(server)


async def test_who_hangs_up_within_a_body_disturbs_nobody() -> None:
    async with Emulator() as server:
        application, channel = at_home(server)
        head = (
            f"POST /api/v10/channels/{channel}/messages HTTP/1.1\r\nHost: a\r\nAuthorization: Bot {application.token}"
        )
        for kind in ("application/json", "multipart/form-data; boundary=x"):
            request = f"{head}\r\nContent-Type: {kind}\r\nContent-Length: 900\r\n\r\n--x\r\n"
            await answer_to(server, request.encode())
        await still_serves(server)


def posting(application: Application, channel: int) -> str:
    """The head of a request that posts a message, without what tells of its body."""
    path = f"/api/v10/channels/{channel}/messages"
    return f"POST {path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bot {application.token}"


def at_home(server: Emulator) -> tuple[Application, int]:
    """A bot in a server, and the text channel there."""
    application = server.add_application("Junk")
    guild = server.add_guild("Home")
    guild.install(application, permissions=8)
    return application, guild.add_text_channel("general").id


@pytest.mark.junk
@pytest.mark.parametrize("seed", range(3))
async def test_every_route_survives_junk(seed: int) -> None:
    chance = random.Random(seed)
    async with Emulator(seed=seed, settings=Settings(rate_limits=False, invalid_requests=10**9)) as server:
        application, channel = at_home(server)
        ids = [channel, *server.world.guilds, application.id, *server.world.users, 1, 2**64 - 1]
        async with aiohttp.ClientSession(headers={"Authorization": f"Bot {application.token}"}) as session:
            for route in RESOURCES * 2:
                path = re.sub(r"\{\w+\}", lambda _: str(chance.choice(ids)), route.template)
                query = {chance.choice(QUERY_KEYS): str(chance.choice(JUNK)) for _ in range(3)}
                body = None if route.method == "GET" else junk_object(chance)
                url = server.api_base + path
                async with session.request(route.method, url, params=query, json=body) as response:
                    assert response.status < 500, (route, body)
        await still_serves(server)


QUERY_KEYS = ["limit", "before", "after", "around", "with_counts", "with_response", "query", "user_id", "wait", "type"]
BODY_KEYS = [
    "name", "content", "type", "topic", "data", "flags", "embeds", "components", "options", "description", "channel_id",
    "recipient_id", "permission_overwrites", "parent_id", "position", "entity_type", "scheduled_start_time", "messages",
    "allow", "deny", "id", "nick", "roles", "mute", "suppress", "request_to_speak_timestamp", "allowed_mentions",
    "poll", "message_reference", "attachments", "privacy_level", "entity_metadata", "communication_disabled_until",
]  # fmt: skip
JUNK: list[Any] = [
    None, True, False, 0, -1, 1, 2**63, 2**64, -(2**70), 1.5, 1e300, "", "a", "٣", "9" * 5_000, "x" * 5_000, "\x00",
    "’", [], {}, [[]], [{}], [None], {"a": None}, "2026-02-30T00:00:00", "-1", "1e3", "NaN", ["1", 1, None], "\u202e",
]  # fmt: skip


def junk_object(chance: random.Random, depth: int = 0) -> Any:
    """A JSON object with keys that Discord knows and values that fit or do not."""
    return {
        chance.choice(BODY_KEYS): (
            junk_object(chance, depth + 1) if depth < 3 and chance.random() < 0.3 else chance.choice(JUNK)
        )
        for _ in range(chance.randrange(8))
    }
