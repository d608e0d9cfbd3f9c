"""Hands, invitations, talk and gestures; then what people find out about their words."""

from __future__ import annotations

import asyncio

from demo.acts.consent import AGREES, WHAT_I_SAY
from demo.evening import Evening
from demo.script import BEN_ON_THE_MAP, CALLUM_IN_CONFIDENCE, WELCOME, Line
from discord_emulator import Message, Person, Reply

_GESTURE_PAUSE = 0.6  # longer than the pause between two gestures that the demo's server asks for


async def hands(evening: Evening) -> None:
    """While Ada speaks, one hand goes up by button and one in Discord; then both are invited, in that order."""
    async with asyncio.TaskGroup() as together:
        together.create_task(evening.say(WELCOME))
        together.create_task(_hands_go_up(evening))
    await _invite_both(evening)
    await _come_up(evening)


async def talk(evening: Evening) -> None:
    """Ben talks, Callum talks into it, listeners send gestures; Ada's caption has long appeared."""
    async with asyncio.TaskGroup() as together:
        together.create_task(evening.say(BEN_ON_THE_MAP))
        together.create_task(evening.say(CALLUM_IN_CONFIDENCE, after=3.0))
        together.create_task(_who_is_captioned(evening))
        together.create_task(_gestures(evening))
        together.create_task(read_caption(evening, WELCOME))


async def words(evening: Evening) -> None:
    """Ben and Callum look at what is kept of them; Elena gets the transcript so far."""
    story, ben, callum, elena = evening.story, evening.ben, evening.callum, evening.elena
    await read_caption(evening, BEN_ON_THE_MAP)
    shown = await story.presses(ben, evening.panel, "My words")
    await story.reads(ben, shown, "Captions and transcript", "of yours in this Space")
    shown = await story.runs(callum, "transcript me")
    await story.reads(callum, shown, "You have not chosen, so nothing you say is written down")
    reply = await story.runs(elena, "transcript export")
    await story.reads(elena, reply, "Transcript of", "made by machine, often wrong, not a record")
    await story.sees(
        elena,
        "a TXT and a VTT file with the words of Ada and of Ben",
        lambda: holds_both(reply),
        instead=lambda: sorted(reply.files),
    )
    evening.files.update({f"so far, {name}": content.decode() for name, content in reply.files.items()})


def holds_both(reply: Reply) -> bool:
    """Whether there is one file of each kind, and both people who agreed are in each."""
    suffixes = sorted(name.rpartition(".")[2] for name in reply.files)
    texts = [content.decode() for content in reply.files.values()]
    return suffixes == ["txt", "vtt"] and all("Ada" in text and "Ben" in text for text in texts)


async def read_caption(evening: Evening, line: Line, within: float = 12.0) -> None:
    """A step: Elena reads a line of the script in the captions, as far as the machine understood it."""
    name, watch = line.speaker.name, evening.captions
    await evening.story.sees(
        evening.elena,
        f"{name}'s caption",
        lambda: watch.of_line(name, line.text),
        instead=lambda: watch.of(name),
        within=within,
        quoting=True,
    )


async def _hands_go_up(evening: Evening) -> None:
    story, ben, callum = evening.story, evening.ben, evening.callum
    form = await story.opens(ben, await story.presses(ben, evening.panel, "Raise hand"), "Before you speak")
    await story.sees(
        ben,
        "no choice made for him",
        lambda: not form.fields[WHAT_I_SAY].preselected,
        instead=lambda: form.fields[WHAT_I_SAY].preselected,
    )
    reply = await story.submits(ben, form, AGREES)
    await story.reads(ben, reply, "You're first", "stay in the transcript")
    await story.does(callum, "raises his hand in Discord itself", callum.raise_hand())
    await story.reads(evening.dina, evening.panel, "Hands 2: Ben, Callum · order: as raised", where="on the panel")


async def _invite_both(evening: Evening) -> None:
    story, ada = evening.story, evening.ada
    console = await story.presses(ada, evening.panel, "Host")
    await story.reads(ada, console, "1. Ben", "2. Callum", where="in the console")
    console = await story.presses(ada, console, "Next")
    await story.reads(ada, console, "Ben is invited")
    console = await story.presses(ada, console, "Next")
    await story.reads(ada, console, "Callum is invited")


async def _come_up(evening: Evening) -> None:
    """Ben is told in private, for he has pressed something; Callum by a line that pings only him."""
    story, ben, callum, elena = evening.story, evening.ben, evening.callum, evening.elena
    said = await story.sees(ben, "a private word", lambda: _invitation(ben.private_words), instead=lambda: "none")
    await story.reads(ben, said, "Ada invites you to speak")
    line = await story.sees(
        callum,
        "a line that pings him and nobody else",
        lambda: None if _invitation(elena.mentions) else _invitation(callum.mentions),
        instead=lambda: callum.mentions,
    )
    await story.reads(callum, line, "@Callum Ada invites you to speak")
    for person in (ben, callum):
        await _accept(evening, person)
    await story.sees(
        elena,
        "that line go, now that Callum has acted",
        lambda: line not in elena.messages(evening.stage),
        instead=lambda: line,
    )


async def _accept(evening: Evening, person: Person) -> None:
    await evening.story.does(person, "accepts the invitation and unmutes", person.accept_invitation())
    await person.unmute()


def _invitation(messages: list[Message]) -> Message | None:
    return next((one for one in reversed(messages) if "invites you to speak" in one.text), None)


async def _who_is_captioned(evening: Evening) -> None:
    """The room sees how many, the host sees who."""
    story, ada = evening.story, evening.ada
    on_panel = ("On stage 3 of 13: Ada, Ben, Callum", "Captions on: 2 of 3")
    await story.reads(evening.elena, evening.panel, *on_panel, where="on the panel")
    console = await story.presses(ada, evening.panel, "Host")
    await story.reads(ada, console, "Ben · captioned", "Callum · not captioned", where="in the console")


async def _gestures(evening: Evening) -> None:
    """By the panel's buttons, by the page behind "More", by command."""
    story, dina, elena = evening.story, evening.dina, evening.elena
    more = await story.presses(dina, evening.panel, "More")
    for place, button in ((evening.panel, "Clap"), (evening.panel, "Fist"), (more, "Heart"), (more, "Peace")):
        reply = await story.presses(dina, place, button)
        await story.sees(dina, "no message for it", lambda reply=reply: reply.silent, instead=lambda reply=reply: reply)
        await asyncio.sleep(_GESTURE_PAUSE)
    for gesture, answer in (("Wave", "👋 Wave sent"), ("100", "💯 100 sent"), ("Clap", "👏 Clap sent")):
        reply = await story.runs(elena, "react", gesture=gesture)
        await story.reads(elena, reply, answer)
        await asyncio.sleep(_GESTURE_PAUSE)
    tally = ("Clap 2", "Wave 1", "Fist 1", "100 1", "Heart 1", "Peace 1")
    await story.reads(elena, evening.panel, *tally, where="on the panel")
