"""Discord's OpenAPI description, found and ready to be asked: https://github.com/discord/discord-api-spec"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

from .closing import Schema, as_clients_write, closed, shut

_BESIDE_THE_REPOSITORY = Path(__file__).parents[3] / "shared" / "discord-openapi.json"
ABSENT = "Discord's OpenAPI description is not at hand: DISCORD_OPENAPI names no file, nor is it in ../shared"
ANSWERS = "urn:discord:answers"
REQUESTS = "urn:discord:requests"


def find() -> Path | None:
    """The file: what ``DISCORD_OPENAPI`` names, or the one beside the repository; ``None`` if there is neither."""
    path = Path(os.environ.get("DISCORD_OPENAPI") or _BESIDE_THE_REPOSITORY)
    return path if path.is_file() else None


@cache
def load() -> Description | None:
    """The description, read once; ``None`` where it is not at hand."""
    path = find()
    return None if path is None else Description(json.loads(path.read_text(encoding="utf-8")))


@dataclass(frozen=True, slots=True)
class Operation:
    """A method of a path, by the description's names, and what the path's parameters are in a given call."""

    method: str
    path: str
    parameters: dict[str, str]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class Description:
    """The description in two copies, both closed to unknown keys: for answers and for what clients write."""

    def __init__(self, document: Schema) -> None:
        strict = closed(document)
        self._documents = {ANSWERS: strict, REQUESTS: as_clients_write(strict)}
        self._registry = jsonschema_rs.Registry(list(self._documents.items()))
        self._paths = _tree(document["paths"])

    def components(self) -> Schema:
        """The named schemas, as they are for answers."""
        return self._documents[ANSWERS]["components"]["schemas"]

    def operation(self, method: str, path: str) -> Operation | None:
        """The operation that a concrete path belongs to; literal parts win over parameters."""
        found = _descend(self._paths, path.strip("/").split("/"), [])
        if found is None or method.lower() not in self._documents[ANSWERS]["paths"][found[0]]:
            return None
        names = re.findall(r"\{(\w+)\}", found[0])
        return Operation(method, found[0], dict(zip(names, found[1], strict=True)))

    def declared(self, operation: Operation, document: str) -> Schema:
        """What one of the copies says about an operation."""
        path = self._documents[document]["paths"][operation.path]
        own = path[operation.method.lower()]
        return {**own, "parameters": [*path.get("parameters", ()), *own.get("parameters", ())]}

    def validator(self, schema: Schema) -> jsonschema_rs.Draft202012Validator:
        """A validator of a schema whose references start with :data:`ANSWERS` or :data:`REQUESTS`."""
        return jsonschema_rs.Draft202012Validator(
            schema,
            registry=self._registry,
            validate_formats=True,
            formats={"snowflake": _is_snowflake, "date-time": _is_instant, "nonce": _is_anything},
        )

    def named(self, name: str, document: str = ANSWERS) -> Schema:
        """A component's schema by reference, closed."""
        components = self._documents[document]["components"]["schemas"]
        local = shut({"$ref": f"#/components/schemas/{name}"}, components)
        return {**local, "$ref": f"{document}#/components/schemas/{name}"}

    def of_operation(self, operation: Operation, document: str, *keys: str) -> Schema:
        """The schema that stands below an operation at ``keys``, by reference."""
        pointer = "/".join(_escaped(key) for key in ("paths", operation.path, operation.method.lower(), *keys))
        return {"$ref": f"{document}#/{pointer}"}


def referring(schema: Any, document: str) -> Any:
    """A copy of a piece of the description whose references name the document they point into."""
    if isinstance(schema, list):
        return [referring(entry, document) for entry in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: f"{document}{value}" if key == "$ref" and isinstance(value, str) else referring(value, document)
        for key, value in schema.items()
    }


def _tree(paths: Schema) -> dict[str, Any]:
    """The paths by their parts; a parameter is ``{}``, the end of a path ``""``."""
    root: dict[str, Any] = {}
    for path in paths:
        node = root
        for part in path.strip("/").split("/"):
            node = node.setdefault("{}" if part.startswith("{") else part, {})
        node[""] = path
    return root


def _descend(node: dict[str, Any], parts: list[str], taken: list[str]) -> tuple[str, list[str]] | None:
    if not parts:
        return (node[""], taken) if "" in node else None
    head, *rest = parts
    if head and head in node and (found := _descend(node[head], rest, taken)) is not None:
        return found
    return _descend(node["{}"], rest, [*taken, head]) if "{}" in node else None


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1").replace("{", "%7B").replace("}", "%7D")


def _is_snowflake(value: str) -> bool:
    return value.isascii() and value.isdigit() and int(value) < 2**64


def _is_instant(value: str) -> bool:
    """ISO 8601 as Discord writes and reads it: with an offset."""
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _is_anything(value: str) -> bool:
    return True
