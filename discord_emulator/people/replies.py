"""What a person gets back after a command, a press or a form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from discord_emulator.model.errors import EmulatorError
from discord_emulator.model.interactions import Interaction
from discord_emulator.model.messages import ComponentType, Message

FAILURE = "The application did not respond"


@dataclass(frozen=True, slots=True)
class Field:
    """One input of a form under its label. ``options`` are (label, value) pairs of what can be chosen."""

    label: str
    description: str | None
    component: dict[str, Any]

    @property
    def custom_id(self) -> str:
        return self.component["custom_id"]

    @property
    def type(self) -> int:
        return self.component["type"]

    @property
    def options(self) -> list[tuple[str, str]]:
        return [(option["label"], option["value"]) for option in self.component.get("options", [])]

    @property
    def preselected(self) -> list[str]:
        """The values a client shows as chosen before the person touches anything."""
        return [option["value"] for option in self.component.get("options", []) if option.get("default")]


@dataclass(frozen=True, slots=True)
class Modal:
    """A form that has opened on a person's screen."""

    interaction: Interaction
    data: dict[str, Any]

    @property
    def title(self) -> str:
        return self.data["title"]

    @property
    def custom_id(self) -> str:
        return self.data["custom_id"]

    @property
    def fields(self) -> dict[str, Field]:
        """The inputs by label, in order."""
        fields: dict[str, Field] = {}
        for part in self.data["components"]:
            if part["type"] == ComponentType.LABEL:
                fields[part["label"]] = Field(part["label"], part.get("description"), part["component"])
            elif part["type"] == ComponentType.ACTION_ROW:
                for component in part["components"]:
                    label = component.get("label") or component.get("placeholder") or component["custom_id"]
                    fields[label] = Field(label, None, component)
        return fields

    @property
    def text(self) -> str:
        """Everything one can read on it: title, texts, labels, descriptions, options."""
        lines = [self.title]
        displays = (part for part in self.data["components"] if part["type"] == ComponentType.TEXT_DISPLAY)
        lines += [part["content"] for part in displays]
        for field in self.fields.values():
            lines += [field.label, field.description or "", *(label for label, _ in field.options)]
        return "\n".join(line for line in lines if line)


class Reply:
    """The application's answer as the person sees it. ``message`` is alive: later edits show in :attr:`text`."""

    def __init__(self, interaction: Interaction) -> None:
        self.interaction = interaction

    @property
    def failed(self) -> bool:
        """Whether the person was told that the application did not respond."""
        return self.interaction.failed

    @property
    def message(self) -> Message | None:
        """The answer, or for a component that updated its message, that message; ``None`` for forms and silence."""
        return self.interaction.original

    @property
    def modal(self) -> Modal | None:
        """The form that opened, if one did."""
        data = self.interaction.modal
        return None if data is None else Modal(self.interaction, data)

    @property
    def follow_ups(self) -> list[Message]:
        """Further messages that came after the answer, oldest first."""
        return [message for message in self.interaction.follow_ups if not message.deleted]

    @property
    def text(self) -> str:
        """Everything the person can read in the answer."""
        if self.failed:
            return FAILURE
        if self.modal is not None:
            return self.modal.text
        return "" if self.message is None else self.message.text

    @property
    def ephemeral(self) -> bool:
        """Whether nobody else sees it."""
        return self.modal is not None or (self.message is not None and self.message.ephemeral)

    @property
    def silent(self) -> bool:
        """Whether a press was acknowledged without anything to see."""
        return self.interaction.answer == 6

    @property
    def seconds(self) -> float:
        """Time from submitting to the first answer; raises :class:`EmulatorError` if none came."""
        if self.interaction.answered_after is None:
            raise EmulatorError(FAILURE)
        return self.interaction.answered_after

    @property
    def buttons(self) -> list[str]:
        return [] if self.message is None else self.message.buttons

    @property
    def files(self) -> dict[str, bytes]:
        return {} if self.message is None else self.message.files

    def __repr__(self) -> str:
        kind = "ephemeral " if self.ephemeral else ""
        return f"<Reply {kind}{self.text[:80]!r}>"
