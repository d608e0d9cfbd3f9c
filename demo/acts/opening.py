"""A Space opens, its host takes the stage, listeners come."""

from __future__ import annotations

import time

from demo.evening import Evening
from demo.script import TITLE


async def play(evening: Evening) -> None:
    """From the command to a room with five people."""
    await _open(evening)
    await _host_takes_the_stage(evening)
    await _listeners_come(evening)


async def _open(evening: Evening) -> None:
    story, ada, elena, guild = evening.story, evening.ada, evening.elena, evening.guild
    await evening.start_bot()
    submitted = time.monotonic()
    reply = await story.runs(ada, "space create", where=evening.general, title=TITLE)
    evening.first_command_answered(submitted, reply)
    await story.reads(ada, reply, TITLE, "is live in", "accept Discord's prompt")
    stage = await story.sees(
        elena,
        "a stage with that title in the category “Spaces”",
        lambda: next((one for one in guild.stages if one.parent is not None and one.parent.name == "Spaces"), None),
        instead=lambda: guild.stages,
    )
    instance = guild.stage_instance(stage)
    await story.sees(
        elena,
        f"that it is live: “{TITLE}”",
        lambda: instance is not None and instance.topic == TITLE,
        instead=lambda: instance,
    )
    panel = await story.sees(
        elena,
        "the panel as the first message of its chat",
        lambda: next((one for one in elena.messages(stage)[:1] if "LIVE" in one.text), None),
        instead=lambda: elena.messages(stage),
    )
    evening.opened(stage, panel)
    await story.reads(elena, panel, f"{TITLE} · LIVE", "Hosted by Ada", "Captions off", where="on the panel")
    await story.sees(
        elena,
        "nothing of what the bot answered Ada: that is for Ada alone",
        lambda: reply.ephemeral and not elena.private_words and not elena.messages(evening.general),
        instead=lambda: [*elena.private_words, *elena.messages(evening.general)],
    )


async def _host_takes_the_stage(evening: Evening) -> None:
    story, ada = evening.story, evening.ada
    await story.does(ada, "joins the stage", ada.join(evening.stage))
    await story.sees(
        ada,
        "Discord's prompt to speak",
        lambda: ada.voice_position == "invited",
        instead=lambda: ada.voice_position,
    )
    await story.does(ada, "accepts and unmutes", ada.accept_invitation())
    await ada.unmute()


async def _listeners_come(evening: Evening) -> None:
    story = evening.story
    for person in (evening.ben, evening.callum, evening.dina, evening.elena):
        await story.does(person, "joins as a listener", person.join(evening.stage))
