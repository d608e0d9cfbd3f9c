"""A link for the room; somebody rude is reported and kept out; a listener may not end the Space."""

from __future__ import annotations

import asyncio

from demo.evening import Evening
from demo.script import ADA_SHARES

LINK = "https://books.example/reviews/the-map-of-the-river?utm_source=newsletter"
CANONICAL = "https://books.example/reviews/the-map-of-the-river"
NOTE = "the review I meant"
RUDE = "Nobody wants to hear you read, you bores"


async def play(evening: Evening) -> None:
    """Most of it happens while Ada talks."""
    async with asyncio.TaskGroup() as together:
        together.create_task(evening.say(ADA_SHARES))
        together.create_task(_trouble(evening))
    await _share(evening)


async def _trouble(evening: Evening) -> None:
    await _report(evening)
    await _refused(evening)
    await _block(evening)


async def _report(evening: Evening) -> None:
    story, dina, elena, felix = evening.story, evening.dina, evening.elena, evening.felix
    await story.does(felix, f"writes in #general: {RUDE}", felix.post(evening.general, RUDE))
    reply = await story.runs(elena, "report", reason="insults us in #general", person=felix)
    await story.reads(elena, reply, "Thank you. The moderators have it.")
    card = await story.sees(
        dina,
        "a report in the moderators' channel, which Elena cannot see",
        lambda: None if elena.can_see(evening.reports) else next(iter(dina.messages(evening.reports)), None),
        instead=lambda: dina.messages(evening.reports),
    )
    await story.reads(dina, card, "About: Felix", "By: Elena", "insults us in #general")


async def _refused(evening: Evening) -> None:
    story, elena = evening.story, evening.elena
    reply = await story.runs(elena, "space end")
    await story.reads(elena, reply, "Ada hosts this Space. Raise your hand, or ask in chat.")
    await story.sees(
        elena,
        "that the Space goes on",
        lambda: reply.ephemeral and evening.guild.stage_instance(evening.stage) is not None,
        instead=lambda: evening.panel.text,
    )


async def _block(evening: Evening) -> None:
    story, ada, felix = evening.story, evening.ada, evening.felix
    reply = await story.runs(ada, "block add", person=felix)
    await story.reads(ada, reply, "Felix is kept out of every Space you host. They are not told.")
    await story.does(felix, "joins the stage", felix.join(evening.stage))
    await story.sees(
        felix,
        "himself disconnected, with no name given",
        lambda: felix.voice_state is None and not any("Ada" in word.text for word in felix.private_words),
        instead=lambda: [felix.voice_state, *felix.private_words],
    )


async def _share(evening: Evening) -> None:
    story, ada, elena = evening.story, evening.ada, evening.elena
    reply = await story.runs(ada, "share", link=LINK, note=NOTE)
    await story.reads(ada, reply, "Shared with the room.")
    card = await story.sees(
        elena,
        "a card in the chat",
        lambda: next((one for one in elena.messages(evening.stage) if "Shared by Ada" in one.text), None),
        instead=lambda: elena.messages(evening.stage),
    )
    await story.reads(elena, card, "Shared by Ada", NOTE, CANONICAL)
    await story.reads(elena, evening.panel, f"Post 1 of 1: {CANONICAL}", NOTE, where="on the panel")
