"""What all sections of the settings have in common."""

from __future__ import annotations

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, model_validator

from config.kinds import refusal


class Section(BaseModel):
    """A mapping of settings. Unknown keys are refused, nothing is converted silently, values never change."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _is_mapping(cls, value: Any) -> Any:
        """A section whose keys are all commented out has its defaults."""
        if value is None:
            return {}
        if not isinstance(value, dict | cls):
            raise refusal("a section, with its settings indented below it")
        return value

    def merged(self, override: Section | None) -> Self:
        """This section with what ``override`` sets."""
        if override is None:
            return self
        return self.model_copy(update={name: getattr(override, name) for name in override.model_fields_set})
