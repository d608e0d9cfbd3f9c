"""The forms in which a request body may come."""

from __future__ import annotations

import json

import aiohttp

from .conftest import Stand


async def post(stand: Stand, fields: dict[str, str]) -> tuple[int, dict[str, object]]:
    """Sends a message as an URL-encoded form, as aiohttp sends one that holds no file."""
    headers = {"Authorization": f"Bot {stand.application.token}"}
    url = f"{stand.discord.api_base}/channels/{stand.chat.id}/messages"
    async with aiohttp.ClientSession(headers=headers) as session, session.post(url, data=fields) as response:
        return response.status, await response.json()


async def test_a_form_without_files_may_be_url_encoded(stand: Stand) -> None:
    status, message = await post(stand, {"payload_json": json.dumps({"content": "2 + 2 = 4 & more ☕"})})
    assert status == 200
    assert message["content"] == "2 + 2 = 4 & more ☕"


async def test_other_forms_are_refused(stand: Stand) -> None:
    with stand.discord.expecting("invalid body"):
        status, refusal = await post(stand, {"content": "hello"})
    assert (status, refusal["code"]) == (400, 50035)
