"""The last words, the end, and what remains."""

from __future__ import annotations

from demo.acts.talking import holds_both, read_caption
from demo.evening import Evening
from demo.screen import laid_out
from demo.script import GOODBYE, TITLE


async def play(evening: Evening) -> None:
    """Ada says goodbye and ends the Space; the panel becomes the summary; Elena takes the transcript."""
    story, ada, elena = evening.story, evening.ada, evening.elena
    await evening.say(GOODBYE)
    evening.panel_when_live = laid_out(evening.panel, evening.guild)
    over = await story.runs(ada, "space end")
    evening.note_sound(await story.reads(ada, over, f"{TITLE} is over", "Time on stage:", "Sound:"))
    await story.sees(
        elena,
        "the stage end",
        lambda: evening.guild.stage_instance(evening.stage) is None,
        instead=lambda: evening.guild.stage_instance(evening.stage),
    )
    await story.reads(
        elena,
        evening.panel,
        f"{TITLE} · ENDED",
        "5 people at most · 3 spoke",
        "Reactions:",
        "Shared:",
        "Transcript:",
        where="on the panel",
        within=30.0,
    )
    evening.panel_when_over = laid_out(evening.panel, evening.guild)
    await read_caption(evening, GOODBYE)
    await story.sees(
        elena,
        "that captions came while people were talking",
        lambda: evening.captions_while_talking > 0,
        instead=lambda: [version.at for version in evening.captions.versions],
    )
    await story.sees(
        elena,
        "the Transcript button, and no other",
        lambda: evening.panel.buttons == ["Transcript"],
        instead=lambda: evening.panel.buttons,
    )
    files = await story.presses(elena, evening.panel, "Transcript")
    await story.reads(elena, files, f"Transcript of {TITLE}")
    await story.sees(
        elena,
        "a TXT and a VTT file, from before the crash and after it",
        lambda: holds_both(files),
        instead=lambda: sorted(files.files),
    )
    evening.files.update({f"transcript.{name.rpartition('.')[2]}": text.decode() for name, text in files.files.items()})
