"""Forms that people fill in, and how their answers are read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import discord
from discord import ui

from spaces.consenting import Terms
from spaces.model import ConsentChoice, Person
from spaces.safety import LONGEST_REASON
from spaces.sharing import LONGEST_LINK, LONGEST_NOTE
from spaces.speaking import LONGEST_QUESTION
from ui import wording
from ui.custom_ids import Key, Kind
from ui.escaping import shorten

CHOICE, HIDE_NAME, SCOPE = "choice", "hide-name", "scope"
QUESTION, READ_ALOUD, WISHES = "question", "read-aloud", "wishes"
LINK, NOTE = "link", "note"
SUBJECT, REASON = "subject", "reason"
SCOPE_SPACE, SCOPE_SERVER = "space", "server"


@dataclass(frozen=True, slots=True)
class Answers:
    """What was filled in, by field id: text, or the values chosen; absent is empty."""

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])

    def text(self, name: str) -> str:
        """The text, or the one value chosen; empty if left blank."""
        values = self.values.get(name, ())
        return values[0] if values else ""

    def ticked(self, name: str) -> bool:
        """Whether a box was ticked."""
        return self.text(name) == "true"

    def has(self, name: str, value: str) -> bool:
        """Whether a value is among those chosen."""
        return value in self.values.get(name, ())


def read(components: Iterable[Mapping[str, Any]]) -> Answers:
    """The answers in the ``components`` of a modal submit.

    https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-object-modal-submit-data-structure
    """
    found: dict[str, tuple[str, ...]] = {}
    for component in components:
        inner = component.get("component")
        for one in [inner] if inner else component.get("components", []):
            found[one["custom_id"]] = _values(one)
    return Answers(found)


def _values(component: Mapping[str, Any]) -> tuple[str, ...]:
    if "values" in component:
        return tuple(str(value) for value in component["values"])
    value = component.get("value")
    if value is None:
        return ()
    if isinstance(value, bool):
        return ("true",) if value else ()
    return (str(value),)


def _form(title: str, key: Key, items: Iterable[ui.Item[Any]]) -> ui.Modal:
    modal = ui.Modal(title=shorten(title, 45), custom_id=str(key), timeout=None)
    for item in items:
        modal.add_item(item)
    modal.stop()
    return modal


def consent_form(space_id: int, terms: Terms) -> ui.Modal:
    """Asks what may happen with a person's words. Nothing is preselected; blank counts as neither."""
    return _form(
        "My words",
        Key(Kind.CONSENT_FORM, space_id),
        [
            _what_i_say(),
            ui.Label(
                text="Hide my name",
                description="People may still know my voice.",
                component=ui.Checkbox(custom_id=HIDE_NAME),
            ),
            _scope(terms),
            ui.TextDisplay(_promises(terms)),
        ],
    )


def hand_form(space_id: int, terms: Terms | None, *, needs_question: bool, question: str = "") -> ui.Modal:
    """Asks for a question and, with ``terms``, what may happen with the person's words, before their hand goes up.

    A form holds five things: https://discord.com/developers/docs/interactions/receiving-and-responding#modal
    """
    aloud = discord.CheckboxGroupOption(label="Read my question aloud for me, I won't speak", value=READ_ALOUD)
    hidden = discord.CheckboxGroupOption(label="Hide my name (people may still know my voice)", value=HIDE_NAME)
    wishes = [aloud] if terms is None else [aloud, hidden]
    items: list[ui.Item[Any]] = [
        ui.Label(
            text="Your question",
            description=f"{'' if needs_question else 'May be empty. '}Only hosts see it until they show it.",
            component=ui.TextInput(
                custom_id=QUESTION, max_length=LONGEST_QUESTION, required=needs_question, default=question or None
            ),
        ),
        ui.Label(
            text="Also",
            component=ui.CheckboxGroup(
                custom_id=WISHES, options=wishes, required=False, min_values=0, max_values=len(wishes)
            ),
        ),
    ]
    if terms is not None:
        items += [_what_i_say(), _scope(terms), ui.TextDisplay(_promises(terms))]
    return _form("Before you speak", Key(Kind.HAND_FORM, space_id), items)


def question_form(space_id: int, question: str) -> ui.Modal:
    """Asks for the question that goes with a hand that is up."""
    text = ui.TextInput[Any](custom_id=QUESTION, max_length=LONGEST_QUESTION, default=question or None)
    label = ui.Label[Any](text="Your question", description="Only hosts see it until they show it.", component=text)
    return _form("Your question", Key(Kind.QUESTION_FORM, space_id), [label])


def _what_i_say() -> ui.Label[Any]:
    options = [
        discord.RadioGroupOption(label=wording.CHOICES[choice], value=choice.value)
        for choice in (ConsentChoice.CAPTIONS, ConsentChoice.TRANSCRIPT, ConsentChoice.NEITHER)
    ]
    return ui.Label(text="What I say", component=ui.RadioGroup(custom_id=CHOICE, options=options, required=False))


def _scope(terms: Terms) -> ui.Label[Any]:
    scopes = [
        discord.RadioGroupOption(label="This Space", value=SCOPE_SPACE),
        discord.RadioGroupOption(label=f"This server, for {terms.server_days} days", value=SCOPE_SERVER),
    ]
    return ui.Label(text="This holds for", component=ui.RadioGroup(custom_id=SCOPE, options=scopes, required=False))


def _promises(terms: Terms) -> str:
    return (
        f"Made by {terms.engine}, {terms.runs_where}. Readable by {terms.readers}. "
        f"Transcripts are kept {wording.plural(terms.kept_days, 'day')}. May be attached to reports: no. "
        f"Leave all blank for Neither. [Privacy notice]({terms.notice})"
    )


def read_choice(answers: Answers) -> ConsentChoice:
    """The choice in a consent form; blank is neither."""
    text = answers.text(CHOICE)
    return ConsentChoice(text) if text in set(ConsentChoice) else ConsentChoice.NEITHER


def share_form(space_id: int) -> ui.Modal:
    """Asks for a link and a note."""
    return _form(
        "Share a link",
        Key(Kind.SHARE_FORM, space_id),
        [
            ui.Label(text="Link", component=ui.TextInput(custom_id=LINK, max_length=LONGEST_LINK)),
            ui.Label(
                text="Note",
                description="May be empty.",
                component=ui.TextInput(custom_id=NOTE, max_length=LONGEST_NOTE, required=False),
            ),
        ],
    )


def report_form(space_id: int, subject: Person | None = None) -> ui.Modal:
    """Asks whom a report is about and why; with ``subject`` given, only why."""
    key = Key(Kind.REPORT_FORM, space_id, None if subject is None else str(subject.id))
    items: list[ui.Item[Any]] = []
    if subject is None:
        items.append(
            ui.Label(
                text="Who",
                description="Leave empty to report the Space as a whole.",
                component=ui.UserSelect(custom_id=SUBJECT, required=False, min_values=0, max_values=1),
            )
        )
    reason = ui.TextInput(custom_id=REASON, style=discord.TextStyle.paragraph, max_length=LONGEST_REASON)
    items.append(ui.Label(text="What happened", component=reason))
    title = "Report" if subject is None else f"Report {subject.name}"
    return _form(title, key, items)
