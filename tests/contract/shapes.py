"""Small builders for schemas of what the description has no schema for, made of what it has."""

from __future__ import annotations

from .closing import Schema
from .description import ANSWERS, Description, referring

BOOLEAN: Schema = {"type": "boolean"}
INTEGER: Schema = {"type": "integer"}
STRING: Schema = {"type": "string"}
TEXT: Schema = {"type": "string", "minLength": 1}


def nothing_more(required: dict[str, Schema], **optionals: Schema) -> Schema:
    """An object with these keys, the named ones optional, and no other."""
    return {
        "type": "object",
        "properties": {**required, **optionals},
        "required": list(required),
        "additionalProperties": False,
    }


def items(schema: Schema) -> Schema:
    """A list."""
    return {"type": "array", "items": schema}


def table(schema: Schema) -> Schema:
    """An object with ids for keys."""
    return {"type": "object", "propertyNames": {"pattern": "^[0-9]+$"}, "additionalProperties": schema}


def either(*schemas: Schema) -> Schema:
    """Any of several."""
    return {"anyOf": list(schemas)}


def optional(schema: Schema) -> Schema:
    """The same, or ``null``."""
    return either({"type": "null"}, schema)


class Shapes:
    """The components of a description as building blocks."""

    def __init__(self, description: Description) -> None:
        self._description = description
        self.snowflake: Schema = self.of("SnowflakeType")
        self.instant: Schema = {"type": "string", "format": "date-time"}
        self.scheduled_event = either(
            *(self.of(f"{kind}ScheduledEventResponse") for kind in ("Stage", "Voice", "External"))
        )

    def of(self, name: str) -> Schema:
        """A component as it is."""
        return self._description.named(name)

    def with_keys(self, name: str, further: dict[str, Schema], **may_lack: bool) -> Schema:
        """A component with further keys: required, except those in ``may_lack``."""
        return {
            "$ref": f"{ANSWERS}#/components/schemas/{name}",
            "properties": further,
            "required": [key for key in further if not may_lack.get(key)],
            "unevaluatedProperties": False,
        }

    def without(self, name: str, *dropped: str, **further: Schema) -> Schema:
        """A component that lacks some of its keys, and has ``further`` ones."""
        component = referring(self._description.components()[name], ANSWERS)
        kept = {key: schema for key, schema in component["properties"].items() if key not in dropped}
        required = [key for key in component.get("required", ()) if key not in dropped]
        return nothing_more(kept | further) | {"required": [*required, *further]}
