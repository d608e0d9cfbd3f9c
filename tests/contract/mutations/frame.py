"""What is wrong around a request: token, address, encoding, size, pace."""

from __future__ import annotations

import io

import aiohttp

from .ground import Answer, Ground
from .requests import FORM, MESSAGE, send_message
from .situation import Situations

FRAME = Situations("frame")
LIMITS = Situations("limits", {"rate_limits": True})


@FRAME.fault("no token", 401)
async def _(ground: Ground) -> Answer:
    return await ground.ask("GET", "/users/@me", token="")


@FRAME.fault("a wrong token", 401)
async def _(ground: Ground) -> Answer:
    return await ground.ask("GET", "/users/@me", token="x" * 60)


@FRAME.fault("a token without the word Bot", 401)
async def _(ground: Ground) -> Answer:
    return await ground.ask("GET", "/users/@me", token="", headers={"Authorization": ground.app.token})


@FRAME.fault("the wrong method", 404, 405)
async def _(ground: Ground) -> Answer:
    return await ground.ask("PUT", f"/channels/{ground.chat.id}/messages", MESSAGE)


@FRAME.fault("an address that does not exist", 404)
async def _(ground: Ground) -> Answer:
    return await ground.ask("GET", "/guild/1")


@FRAME.fault("a channel that is a word", 404, FORM)
async def _(ground: Ground) -> Answer:
    return await ground.ask("GET", "/channels/general")


@FRAME.fault("a body that is no JSON", 50109)
async def _(ground: Ground) -> Answer:
    path, headers = f"/channels/{ground.chat.id}/messages", {"Content-Type": "application/json"}
    return await ground.ask("POST", path, raw=b'{"content": "Hello"', headers=headers)


@FRAME.fault("a body of another type", FORM)
async def _(ground: Ground) -> Answer:
    path, headers = f"/channels/{ground.chat.id}/messages", {"Content-Type": "text/plain"}
    return await ground.ask("POST", path, raw=b'{"content": "Hello"}', headers=headers)


@FRAME.fault("no body", FORM, 50109)
async def _(ground: Ground) -> Answer:
    return await ground.ask("POST", f"/channels/{ground.chat.id}/messages")


@FRAME.fault("eleven files", FORM, 30015)
async def _(ground: Ground) -> Answer:
    form = aiohttp.FormData({"payload_json": "{}"})
    for number in range(11):
        form.add_field(f"files[{number}]", b"x", filename=f"{number}.txt")
    return await ground.ask("POST", f"/channels/{ground.chat.id}/messages", form=form)


@FRAME.fault("a file of 10 MiB and a byte", 40005)
async def _(ground: Ground) -> Answer:
    form = aiohttp.FormData({"payload_json": "{}"})
    form.add_field("files[0]", io.BytesIO(bytes(10 * 1024 * 1024 + 1)), filename="a.bin")
    return await ground.ask("POST", f"/channels/{ground.chat.id}/messages", form=form)


@FRAME.fault("101 messages asked for", FORM)
async def _(ground: Ground) -> Answer:
    return await ground.ask("GET", f"/channels/{ground.chat.id}/messages?limit=101")


@FRAME.fault("a number in the query that is a word", FORM)
async def _(ground: Ground) -> Answer:
    return await ground.ask("GET", f"/channels/{ground.chat.id}/messages?limit=many")


@FRAME.fault("a name in the query that nobody knows", 0)
async def _(ground: Ground) -> Answer:
    return await ground.ask("GET", f"/channels/{ground.chat.id}/messages?limits=5")


@FRAME.fault("a reason of 513 characters", FORM)
async def _(ground: Ground) -> Answer:
    headers = {"X-Audit-Log-Reason": "x" * 513}
    return await ground.ask("PATCH", f"/channels/{ground.chat.id}", {"nsfw": True}, headers=headers)


@LIMITS.fault("the third rename within ten minutes", 429)
async def _(ground: Ground) -> Answer:
    answers = [await ground.ask("PATCH", f"/channels/{ground.chat.id}", {"name": f"room-{n}"}) for n in range(3)]
    return answers[-1]


@LIMITS.fault("the sixth message within five seconds", 429)
async def _(ground: Ground) -> Answer:
    answers = [await send_message(ground, {"content": str(number)}) for number in range(6)]
    return answers[-1]
