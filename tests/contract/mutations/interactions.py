"""Answers to interactions that come too late, twice, or from nowhere."""

from __future__ import annotations

import asyncio
from typing import Any

from .ground import Answer, Ground, Socket
from .requests import ANSWER, FORM, FORM_ANSWER
from .situation import Situations

ANSWERS = Situations("answer")


@ANSWERS.fault("an answer after three seconds", 10062)
async def _(ground: Ground) -> Answer:
    interaction = await ground.interaction(await ground.log_in())
    ground.discord.advance(3.1)
    return await ground.answer(interaction, ANSWER)


@ANSWERS.fault("a second answer", 40060)
async def _(ground: Ground) -> Answer:
    interaction = await ground.interaction(await ground.log_in())
    await ground.answer(interaction, ANSWER)
    return await ground.answer(interaction, ANSWER)


@ANSWERS.fault("an answer with a wrong token", 10062, 10015)
async def _(ground: Ground) -> Answer:
    interaction = await ground.interaction(await ground.log_in())
    return await ground.answer({**interaction, "token": "x" * 60}, ANSWER)


@ANSWERS.fault("an answer to another interaction's id", 10062, 10015)
async def _(ground: Ground) -> Answer:
    interaction = await ground.interaction(await ground.log_in())
    return await ground.answer({**interaction, "id": str(int(interaction["id"]) + 1)}, ANSWER)


@ANSWERS.fault("a follow-up before the answer", 10015)
async def _(ground: Ground) -> Answer:
    interaction = await ground.interaction(await ground.log_in())
    path = f"/webhooks/{ground.app.id}/{interaction['token']}"
    return await ground.ask("POST", path, {"content": "Live"}, token="")


@ANSWERS.fault("a token of sixteen minutes", 50027)
async def _(ground: Ground) -> Answer:
    interaction = await ground.interaction(await ground.log_in())
    await ground.answer(interaction, ANSWER)
    ground.discord.advance(16 * 60)
    path = f"/webhooks/{ground.app.id}/{interaction['token']}/messages/@original"
    return await ground.ask("PATCH", path, {"content": "Over"}, token="")


@ANSWERS.fault("an edit of an answer that was deleted", 10008)
async def _(ground: Ground) -> Answer:
    interaction = await ground.interaction(await ground.log_in())
    await ground.answer(interaction, ANSWER)
    path = f"/webhooks/{ground.app.id}/{interaction['token']}/messages/@original"
    await ground.ask("DELETE", path, token="")
    return await ground.ask("PATCH", path, {"content": "Over"}, token="")


@ANSWERS.fault("a form as the answer to a form", FORM)
async def _(ground: Ground) -> Answer:
    socket = await ground.log_in()
    ground.tasks.append(await _form_shown(ground, socket))
    submitted = (await socket.until("INTERACTION_CREATE"))["d"]
    return await ground.answer(submitted, FORM_ANSWER)


async def _form_shown(ground: Ground, socket: Socket) -> asyncio.Task[Any]:
    """Ada's submission of a form that a press has opened."""
    interaction = await ground.press(socket)
    await ground.answer(interaction, FORM_ANSWER)
    shown = await ground.tasks.pop()
    return asyncio.create_task(ground.ada.submit(shown.modal, {"What I say": "Yes"}))
