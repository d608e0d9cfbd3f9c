"""The host agrees to be written down, then turns captions on."""

from __future__ import annotations

from demo.evening import Evening

CHOICES = ["Captions only, deleted at the end", "Captions and transcript", "Neither"]
WHAT_I_SAY = "What I say"
AGREES = {WHAT_I_SAY: CHOICES[1]}


async def play(evening: Evening) -> None:
    """Ada chooses, captions go on, the bot comes to the stage; meanwhile the panel has caught up."""
    await _ada_agrees(evening)
    await _captions_go_on(evening)
    on_panel = ("On stage 1 of 13: Ada", "Captions on: 1 of 1", "4 listening")
    await evening.story.reads(evening.dina, evening.panel, *on_panel, where="on the panel")


async def _ada_agrees(evening: Evening) -> None:
    story, ada = evening.story, evening.ada
    words = await story.presses(ada, evening.panel, "My words")
    await story.reads(ada, words, "You have not chosen, so nothing you say is written down")
    form = await story.opens(ada, await story.presses(ada, words, "Choose"), "My words")
    await story.sees(
        ada,
        "three choices, none of them made for her, and where the privacy notice is",
        lambda: (
            [label for label, _ in form.fields[WHAT_I_SAY].options] == CHOICES
            and not form.fields[WHAT_I_SAY].preselected
            and "Privacy notice" in form.text
        ),
        instead=lambda: form.text,
    )
    saved = await story.submits(ada, form, AGREES)
    await story.reads(ada, saved, "Saved", "Captions and transcript")


async def _captions_go_on(evening: Evening) -> None:
    story, ada = evening.story, evening.ada
    console = await story.presses(ada, evening.panel, "Host")
    console = await story.presses(ada, console, "Captions on")
    await story.reads(ada, console, "Captions are on", "Only people who agreed")
    bot = evening.guild.members[evening.application.bot.id]
    await story.sees(
        evening.elena,
        "the bot among the listeners of the stage",
        lambda: bot.voice_state is not None and bot.voice_state.channel is evening.stage and bot.voice_state.suppress,
        instead=lambda: bot.voice_state,
    )
