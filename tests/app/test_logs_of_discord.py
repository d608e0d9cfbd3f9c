"""discord.py itself, at DEBUG, over real sockets: what it logs about tokens and keys holds none."""

import asyncio
import io
import json
import logging
import random
from collections.abc import AsyncIterator, Iterator

import aiohttp
import discord
import pytest
from aiohttp import web
from discord.gateway import DiscordVoiceWebSocket
from discord.http import HTTPClient, Route, handle_message_parameters
from discord.webhook.async_ import AsyncWebhookAdapter

from app.logs import GONE, configure_logging
from tests.app.logging_state import restored_logging

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
CHANCE = random.Random(2)


def word(length: int) -> str:
    return "".join(CHANCE.choices(LETTERS, k=length))


BOT_TOKEN = f"{word(26)}.{word(6)}.{word(38)}"
INTERACTION_TOKEN = f"aW50ZXJhY3Rpb246{word(150)}"
WEBHOOK_TOKEN = word(68)
VOICE_TOKEN = word(16)
VOICE_KEY = CHANCE.choices(range(100, 256), k=32)
SECRETS = (BOT_TOKEN, INTERACTION_TOKEN, WEBHOOK_TOKEN, VOICE_TOKEN, ", ".join(map(str, VOICE_KEY)))
WEBHOOK = {"id": "1234567890123456789", "type": 1, "token": WEBHOOK_TOKEN}


def as_discord_does(body: object, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """A JSON answer without a charset: with one, discord.py takes it for text."""
    content = {"Content-Type": "application/json"} | (headers or {})
    return web.Response(body=json.dumps(body).encode(), status=status, headers=content)


class Api:
    """The few answers that the calls below need, and the voice socket's end."""

    def __init__(self) -> None:
        self.base = ""
        self.authorized_with: set[str] = set()
        self._limited = False

    def application(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/api/v10/voice", self.voice)
        app.router.add_route("*", "/api/v10/{path:.*}", self.answer)
        return app

    async def answer(self, request: web.Request) -> web.Response:
        self.authorized_with.add(request.headers.get("Authorization", ""))
        path = request.match_info["path"]
        if path.startswith("channels/"):
            return as_discord_does([WEBHOOK])
        if path.endswith("/callback"):
            return as_discord_does({"code": 10062, "message": f"Unknown interaction {INTERACTION_TOKEN}"}, status=404)
        if path.startswith("webhooks/"):
            return self.limited()
        return as_discord_does({"id": "1", "username": "bot"})

    def limited(self) -> web.Response:
        """First too many requests, then the last that is allowed: discord.py logs the token as part of a key."""
        headers = {"X-Ratelimit-Limit": "1", "X-Ratelimit-Reset-After": "0.01", "X-Ratelimit-Remaining": "0"}
        headers |= {"X-Ratelimit-Bucket": "b" * 32, "Via": "1.1 google"}
        if self._limited:
            return as_discord_does({}, headers=headers)
        self._limited = True
        return as_discord_does({"message": "slower", "retry_after": 0.01, "global": False}, status=429, headers=headers)

    async def voice(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for _ in socket:
            pass
        return socket


@pytest.fixture
async def api(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Api]:
    api = Api()
    runner = web.AppRunner(api.application())
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    api.base = f"http://127.0.0.1:{port}/api/v10"
    monkeypatch.setattr(Route, "BASE", api.base)
    yield api
    await runner.cleanup()


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    with restored_logging():
        stream = io.StringIO()
        configure_logging("debug", stream=stream)
        for talkative in ("discord.http", "discord.gateway"):
            logging.getLogger(talkative).setLevel(logging.DEBUG)  # as if somebody had asked for more than we ever do
        yield stream


async def test_calls_to_discord_are_logged_without_their_tokens(api: Api, log: io.StringIO) -> None:
    http = HTTPClient(asyncio.get_running_loop())
    try:
        await http.static_login(BOT_TOKEN)
        await http.request(Route("GET", "/channels/{channel_id}/webhooks", channel_id=5))
        await http.request(
            Route(
                "PATCH",
                "/webhooks/{webhook_id}/{webhook_token}/messages/@original",
                webhook_id=1234567890123456789,
                webhook_token=INTERACTION_TOKEN,
            ),
            json={"content": "hello"},
        )
    finally:
        await http.close()

    text = log.getvalue()
    assert f"Bot {BOT_TOKEN}" in api.authorized_with
    assert f"'token': '{GONE}'" in text
    assert f"/webhooks/1234567890123456789/{GONE}/messages/@original" in text
    assert f"with '1234567890123456789+{GONE}' major parameters" in text
    assert not [secret for secret in SECRETS if secret in text]


async def test_a_failed_answer_is_logged_without_its_token(api: Api, log: io.StringIO) -> None:
    adapter = AsyncWebhookAdapter()
    async with aiohttp.ClientSession() as session:
        with handle_message_parameters(content="hello") as parameters, pytest.raises(discord.NotFound) as caught:
            await adapter.create_interaction_response(7, INTERACTION_TOKEN, session=session, params=parameters)
        with pytest.raises(aiohttp.ClientResponseError) as refused:
            await session.post(f"{api.base}/interactions/7/{INTERACTION_TOKEN}/callback", raise_for_status=True)

    discord.client._log.error("could not answer", exc_info=caught.value)
    discord.client._log.error("could not answer", exc_info=refused.value)

    text = log.getvalue()
    assert INTERACTION_TOKEN in str(caught.value)
    assert INTERACTION_TOKEN in str(refused.value)
    assert f"/interactions/7/{GONE}/callback has returned status code 404" in text
    assert "Unknown interaction" in text
    assert not [secret for secret in SECRETS if secret in text]


async def test_the_voice_connection_is_logged_without_its_token_and_key(api: Api, log: io.StringIO) -> None:
    unused_opcode = 99  # logged like the session description, which would need a whole voice state to act on
    async with aiohttp.ClientSession() as session, session.ws_connect(f"{api.base}/voice") as socket:
        voice = DiscordVoiceWebSocket(socket, asyncio.get_running_loop())
        voice._connection = type("NoEncryption", (), {"dave_session": None})()
        await voice.send_as_json({"op": 0, "d": {"server_id": "1", "session_id": "s", "token": VOICE_TOKEN}})
        await voice.received_message({"op": unused_opcode, "d": {"mode": "m", "secret_key": VOICE_KEY}})

    text = log.getvalue()
    assert f"'token': '{GONE}'" in text
    assert f"'secret_key': [{GONE}]" in text
    assert not [secret for secret in SECRETS if secret in text]
