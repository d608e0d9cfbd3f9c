"""Discord's OpenAPI description, made strict where it is silent and lenient where Discord's clients are.

The description does not forbid keys that it does not name. Here every object is closed to them (JSON Schema 2020-12,
``unevaluatedProperties``), so that a misspelt or invented key is a fault; and numbers are kept within their format.
"""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]
_ALTERNATIVES = ("oneOf", "anyOf", "allOf")
_INT32 = {"minimum": -(2**31), "maximum": 2**31 - 1}
_BIT_SETS = frozenset({"allow", "deny", "permissions", "default_member_permissions"})


def closed(document: Schema) -> Schema:
    """A copy of the whole description in which no object takes keys that it does not name."""
    components = document["components"]["schemas"]
    return {
        **document,
        "paths": _within(document["paths"], components),
        "components": {
            **document["components"],
            "schemas": {name: _inside(schema, components) for name, schema in components.items()},
            "responses": _within(document["components"]["responses"], components),
        },
    }


def as_clients_write(document: Schema) -> Schema:
    """A copy for what clients send: ids may also be integers, also those of attachments; bit sets also strings."""
    components = document["components"]["schemas"]
    snowflake = {**components["SnowflakeType"], "type": ["string", "integer"], "minimum": 0}
    lenient = _with_textual_bit_sets(document)
    lenient["components"]["schemas"]["SnowflakeType"] = snowflake
    return lenient


def shut(schema: Schema, components: Schema) -> Schema:
    """The schema, closed to further keys if it names any; what is inside it has to be closed already."""
    return {**schema, "unevaluatedProperties": False} if _names_keys(schema, components) else schema


def _within(node: Any, components: Schema) -> Any:
    """Closes every schema below a part of the description that is no schema itself: paths and responses."""
    if isinstance(node, list):
        return [_within(entry, components) for entry in node]
    if not isinstance(node, dict):
        return node
    return {
        key: _used(value, components) if key == "schema" else _within(value, components) for key, value in node.items()
    }


def _used(schema: Schema, components: Schema) -> Schema:
    """A schema in a place where it alone says what the value is: a property, an item, a body."""
    if schema.keys() <= {*_ALTERNATIVES, "x-discord-union"} and "allOf" not in schema:
        # Nothing but alternatives: a value is one of them, not a mixture.
        return {
            key: [shut(_inside(entry, components), components) for entry in value] if key in _ALTERNATIVES else value
            for key, value in schema.items()
        }
    return shut(_inside(schema, components), components)


def _inside(schema: Schema, components: Schema) -> Schema:
    """A schema whose parts are closed; itself it stays open, as others may build on it."""
    copy = dict(schema)
    if "properties" in copy:
        copy["properties"] = {name: _used(value, components) for name, value in copy["properties"].items()}
    for key in ("items", "additionalProperties"):
        if isinstance(copy.get(key), dict):
            copy[key] = _used(copy[key], components)
    for key in _ALTERNATIVES:
        if key in copy:
            copy[key] = [_inside(entry, components) for entry in copy[key]]
    if copy.get("format") == "int32":
        copy = _INT32 | copy
    return copy


def _names_keys(schema: Schema, components: Schema) -> bool:
    """Whether a schema says which keys an object has. One that takes any object says so nowhere."""
    branches = list(_branches(schema, components))
    free = any(
        branch.get("type") == "object" and "properties" not in branch and "additionalProperties" not in branch
        for branch in branches
    )
    return not free and any("properties" in branch for branch in branches)


def _branches(schema: Schema, components: Schema) -> list[Schema]:
    """A schema and everything that applies to the same value through references and alternatives."""
    found = [schema]
    if "$ref" in schema:
        found += _branches(components[schema["$ref"].rsplit("/", 1)[1]], components)
    for key in _ALTERNATIVES:
        for entry in schema.get(key, ()):
            found += _branches(entry, components)
    return found


def _with_textual_bit_sets(node: Any, name: str = "") -> Any:
    if isinstance(node, list):
        return [_with_textual_bit_sets(entry) for entry in node]
    if not isinstance(node, dict):
        return node
    copy = {key: _with_textual_bit_sets(value, key) for key, value in node.items()}
    kinds = copy.get("type")
    if name in _BIT_SETS and kinds is not None and "integer" in kinds:
        copy["type"] = [*([kinds] if isinstance(kinds, str) else kinds), "string"]
        copy["pattern"] = "^[0-9]+$"
    return copy
