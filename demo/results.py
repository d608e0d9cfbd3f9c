"""The evening in numbers, each with what it must be for the demo to succeed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from demo import measures
from demo.evening import Evening, Sound, Talk
from demo.report import Result
from demo.script import CALLUM, LINES, SECRETS

MOST_WORD_ERRORS = 0.15
MOST_START_SECONDS = 5.0

_MOST_NAMED = 8
_SILENCE_FRAMES = 5
"""What a client sends after each stretch of speech:
https://discord.com/developers/docs/topics/voice-connections#voice-data-interpolation"""


def results(evening: Evening, folder: Path) -> list[Result]:
    """All of them; ``folder`` is where the bot has kept its data, and it must have ended."""
    steps = len(evening.story.steps)
    return [
        Result("Steps observed", f"{steps} of {steps}", "all"),
        *_words(evening),
        _leaks(evening, folder),
        *packets(evening.talks, evening.sounds),
        *_answers(evening),
        *_latencies(evening, folder),
        *_conduct(evening),
    ]


def _words(evening: Evening) -> list[Result]:
    heard = measures.said_in(evening.files["transcript.txt"])
    errors = measures.errors_by_speaker(LINES, heard)
    rows = [
        Result(f"Word error rate, {name}", f"{one.rate:.3f} ({one.errors} of {one.words} words)")
        for name, one in errors.items()
    ]
    pooled = measures.pooled(errors.values())
    text = f"{pooled.rate:.3f} ({pooled.errors} of {pooled.words} words)"
    return [
        *rows,
        Result("Word error rate, together", text, f"≤ {MOST_WORD_ERRORS}", pooled.rate <= MOST_WORD_ERRORS),
    ]


def _leaks(evening: Evening, folder: Path) -> Result:
    """Callum's words anywhere: what members got, all that was sent to Discord, and every byte that was kept."""
    texts = {
        "the captions": "\n".join(evening.captions.all_texts()),
        "what was sent to Discord": measures.sent_texts(call.request_body for call in evening.discord.calls),
        **evening.files,
    }
    found = measures.words_in_texts(SECRETS, texts)
    found += measures.words_in_files(SECRETS, measures.left_behind(folder))
    found += [f"{CALLUM.name} in {name}" for name in evening.files if CALLUM.name in measures.said_in(texts[name])]
    found += [
        f"a stored line of {CALLUM.name}"
        for line in measures.stored_lines(database_in(folder))
        if line.person_id == evening.callum.id
    ]
    return _none(f"Words of {CALLUM.name} written down", found)


def packets(talks: Sequence[Talk], sounds: Sequence[Sound]) -> list[Result]:
    """Packets by life of the bot, since its counters begin anew with it."""
    rows: list[Result] = []
    for life, sound in enumerate(sounds):
        heard_then = [talk for talk in talks if talk.life == life]
        refusable = _sent(talk for talk in heard_then if not talk.line.speaker.consents)
        hearable = _sent(talk for talk in heard_then if talk.line.speaker.consents)
        when = "before the crash" if life == 0 else "after it"
        rows += [
            Result(
                f"Packets of {CALLUM.name} refused unheard, {when}",
                f"{sound.refused} of {refusable} sent",
                "all",
                sound.refused >= refusable,
            ),
            Result(
                f"Packets heard of who agreed, {when}",
                f"{sound.heard} of {hearable} sent",
                "no more",
                sound.heard <= hearable,
            ),
        ]
    return rows


def _sent(talks: Iterable[Talk]) -> int:
    return sum(talk.spoken.packets + _SILENCE_FRAMES for talk in talks)


def _answers(evening: Evening) -> list[Result]:
    commands = evening.story.commands
    middle = measures.median(command.seconds for command in commands)
    first, again = evening.first_answers
    return [
        Result("Slash command answered, median", f"{middle * 1000:.0f} ms ({len(commands)} commands)"),
        Result(
            "Process start → first slash command answered",
            f"{first:.2f} s",
            f"≤ {MOST_START_SECONDS:g} s",
            first <= MOST_START_SECONDS,
        ),
        Result("The same after the crash", f"{again:.2f} s"),
    ]


def _latencies(evening: Evening, folder: Path) -> list[Result]:
    lines = measures.stored_lines(database_in(folder))
    return [
        _latency("Caption: last packet → line stored", measures.until_stored(lines)),
        _latency("Caption: last packet → visible to a member", measures.until_visible(lines, evening.captions)),
    ]


def _latency(what: str, latency: measures.Latency | None) -> Result:
    if latency is None:
        return Result(what, "no line", "measured", met=False)
    return Result(what, f"median {latency.median:.2f} s, at most {latency.longest:.2f} s")


def _conduct(evening: Evening) -> list[Result]:
    """What a correct bot never does, and what it must not leave behind."""
    routes = [f"{route} ({count})" for route, count in evening.discord.unknown_routes.items()]
    violations = [str(violation) for violation in evening.discord.violations]
    faults = [line for line in evening.bot.log_text().splitlines() if " ERROR " in line or " CRITICAL " in line]
    left = [str(process.pid) for process in evening.processes_left]
    return [
        _none("Routes that the local Discord does not know", routes),
        _none("Violations that Discord would have refused", violations),
        _none("Errors in the bot's log", faults),
        _none("Processes left behind", left),
    ]


def _none(what: str, found: list[str]) -> Result:
    more = [f"{len(found) - _MOST_NAMED} more"] if len(found) > _MOST_NAMED else []
    named = "; ".join([*found[:_MOST_NAMED], *more])
    return Result(what, f"{len(found)}: {named}" if found else "0", "0", not found)


def database_in(folder: Path) -> Path:
    """The bot's database."""
    return folder / "spaces.sqlite3"
