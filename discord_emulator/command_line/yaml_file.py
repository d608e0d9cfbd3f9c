"""Reads YAML as it is typed: no aliases, no tags, no key twice, ``no`` stays a word; every value knows its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from .faulty import BadFile, KeyPath, Mistake

_MOST_BYTES = 1024 * 1024
_MOST_VALUES = 50_000
_DEEPEST = 24
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,18})(\.\d{1,18})?")
_WORDS = {"": None, "null": None, "~": None, "true": True, "false": False}


@dataclass(slots=True)
class Document:
    """The ``value`` of a file, and the line on which each key and list item begins."""

    name: str
    value: Any
    lines: dict[KeyPath, int] = field(default_factory=dict)

    def mistake(self, path: KeyPath, sentence: str) -> Mistake:
        """What is wrong at ``path``, on its line or that of the nearest thing around it."""
        near = path
        while near and near not in self.lines:
            near = near[:-1]
        return Mistake(sentence, path, self.name, self.lines.get(near))


def read(path: Path) -> Document:
    """Reads a file; raises :class:`BadFile`."""
    name = str(path)
    try:
        if path.exists() and not path.is_file():
            raise BadFile([Mistake("is no file", file=name)])
        with path.open("rb") as file:
            raw = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise BadFile([Mistake(f"cannot be read: {(error.strerror or str(error)).lower()}", file=name)]) from error
    if len(raw) > _MOST_BYTES:
        raise BadFile([Mistake(f"is larger than {_MOST_BYTES // 1024} KiB", file=name)])
    return parse(raw, name)


def parse(raw: bytes, name: str) -> Document:
    """Reads YAML from ``raw``; raises :class:`BadFile` with ``name``."""
    try:
        text = raw.decode("utf-8-sig")
        _refuse_cleverness(text, name)
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except UnicodeDecodeError as error:
        raise BadFile([Mistake("is not UTF-8", file=name, line=raw.count(b"\n", 0, error.start) + 1)]) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        words = f"is not valid YAML: {error.problem or error.context}"
        raise BadFile([Mistake(words, file=name, line=mark.line + 1 if mark else None)]) from None
    except yaml.YAMLError as error:
        raise BadFile([Mistake(f"is not valid YAML: {str(error).splitlines()[0]}", file=name)]) from None
    document = Document(name, None)
    mistakes: list[Mistake] = []
    if root is not None:
        document.value = _value(root, (), document, mistakes)
    if mistakes:
        raise BadFile(mistakes)
    return document


def _refuse_cleverness(text: str, name: str) -> None:
    """Looks at the events, which take no memory however much they stand for, before any value is made."""
    depth = values = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = event.start_mark.line + 1
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        values += isinstance(event, yaml.NodeEvent)
        if depth > _DEEPEST or values > _MOST_VALUES:
            raise BadFile([Mistake("holds too much to be meant", file=name, line=line)])
        if isinstance(event, yaml.NodeEvent) and event.anchor is not None:
            raise BadFile([Mistake("anchors and aliases are not allowed, write the value out", file=name, line=line)])
        if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag is not None:
            raise BadFile([Mistake("tags are not allowed, write the plain value", file=name, line=line)])


def _value(node: yaml.Node, path: KeyPath, document: Document, mistakes: list[Mistake]) -> Any:
    if isinstance(node, yaml.MappingNode):
        mapping: dict[str, Any] = {}
        for key, value in _entries(node, path, document, mistakes):
            mapping[key] = _value(value, (*path, key), document, mistakes)
        return mapping
    if isinstance(node, yaml.SequenceNode):
        items: list[Any] = []
        for index, item in enumerate(node.value):
            document.lines[*path, index] = item.start_mark.line + 1
            items.append(_value(item, (*path, index), document, mistakes))
        return items
    return _scalar(node) if isinstance(node, yaml.ScalarNode) else None


def _entries(
    node: yaml.MappingNode, path: KeyPath, document: Document, mistakes: list[Mistake]
) -> Iterator[tuple[str, yaml.Node]]:
    for key_node, value in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            mistakes.append(Mistake("has a key that is no word", path, document.name, line))
            continue
        key = str(key_node.value)
        if (*path, key) in document.lines:
            first = document.lines[*path, key]
            mistakes.append(Mistake(f"is written twice, first on line {first}", (*path, key), document.name, line))
            continue
        document.lines[*path, key] = line
        yield key, value


def _scalar(node: yaml.ScalarNode) -> Any:
    if node.style is not None:
        return node.value
    if node.value in _WORDS:
        return _WORDS[node.value]
    if match := _NUMBER.fullmatch(node.value):
        return float(node.value) if match[1] else int(node.value)
    return node.value
