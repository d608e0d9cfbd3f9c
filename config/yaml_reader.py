"""YAML, read strictly: what the admin typed is what the settings get, or a fault says why not.

PyYAML's parser delivers events; the values are built here, because its constructor follows YAML 1.1, in which ``no``
is False, ``1:30`` is 90 and a 340-byte file of aliases can grow to a billion nodes. Here

* a plain scalar is a number only in decimal notation (``13``, ``0.5``), a boolean only as ``true`` or ``false``,
  empty only as ``null``, ``~`` or nothing; everything else stays the text that was typed;
* anchors, aliases, tags and keys that appear twice are faults;
* size, depth and number of values are bounded, so that no file takes longer than a moment.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from config.errors import Fault

MAX_BYTES = 128 * 1024
MAX_DEPTH = 16
MAX_VALUES = 10_000

KeyPath = tuple[str | int, ...]
"""Where a value stands: keys of mappings as text, positions in lists from 0."""

_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,19})(\.[0-9]{1,20})?")
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}
_CONTROL_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(slots=True)
class Document:
    """A file's values, the line of every key and list item (from 1), and the faults of the YAML itself.

    ``broken`` are the paths that have such a fault: what stands there is not worth a second one. ``complete`` is
    False when reading had to stop, so that what is missing in ``value`` says nothing.
    """

    value: Any = None
    lines: dict[KeyPath, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    broken: set[KeyPath] = field(default_factory=set)
    complete: bool = True

    def line_of(self, path: KeyPath) -> int | None:
        """The line of the value at ``path``, or of the nearest thing around it; None for an empty file."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)


class _Unreadable(Exception):
    """Nothing beyond this line can be read. Carries the sentence and the line."""

    def __init__(self, sentence: str, line: int | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.line = line


def name_of(path: KeyPath) -> str:
    """A path as people read it: ``reactions.gestures[2].key``, list items counted from 1."""
    name = ""
    for part in path:
        name += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if name else part
    return name


def read_yaml(raw: bytes, file: str) -> Document:
    """The values in ``raw``, the bytes of the file called ``file``. Never raises: see the document's ``faults``."""
    reader = _Reader(file)
    try:
        reader.read(_text(raw))
    except _Unreadable as stop:
        reader.stop(stop)
    except yaml.MarkedYAMLError as error:
        reader.stop(_unreadable(error))
    reader.document.faults.sort(key=lambda fault: fault.line or 0)
    return reader.document


def _text(raw: bytes) -> str:
    if len(raw) > MAX_BYTES:
        raise _Unreadable(f"must be at most {MAX_BYTES // 1024} KiB long, and has {len(raw) // 1024}")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _Unreadable("must be saved as UTF-8", raw.count(b"\n", 0, error.start) + 1) from None
    if odd := _CONTROL_CHARACTER.search(text):
        line = text.count("\n", 0, odd.start()) + 1
        raise _Unreadable(f"holds a control character (U+{ord(odd.group()):04X}); remove it", line)
    return text


def _unreadable(error: yaml.MarkedYAMLError) -> _Unreadable:
    """A syntax error as the admin needs it: where to look, and the usual remedy."""
    problem = error.problem or error.context or "it cannot be read"
    mark = error.problem_mark or error.context_mark
    remedy = ""
    if "quoted scalar" in (error.context or "") and "end of stream" in problem:
        problem, mark = "the quotation that begins here never ends", error.context_mark or mark
    elif "'\\t'" in problem:
        remedy = "; indent with spaces, not with tabs"
    elif "cannot start any token" in problem:
        remedy = '; put the text in "quotes"'
    elif "mapping values are not allowed" in problem:
        remedy = '; check the indentation, and put text that holds ": " in "quotes"'
    return _Unreadable(f"is not valid YAML: {problem}{remedy}", None if mark is None else mark.line + 1)


@dataclass(slots=True)
class _Open:
    """A mapping or list whose end is still to come; ``key`` is the mapping's key that waits for its value."""

    path: KeyPath
    value: dict[str, Any] | list[Any]
    key: str | None = None


class _Reader:
    """Builds the values out of the parser's events, without recursion and without ever following a reference."""

    def __init__(self, file: str) -> None:
        self.document = Document()
        self._file = file
        self._values = 0
        self._open: list[_Open] = []
        self._line_of_last_alias = 0

    def fault(self, path: KeyPath, sentence: str, line: int | None) -> None:
        """Records what is wrong at ``path``."""
        self.document.broken.add(path)
        self.document.faults.append(Fault(name_of(path), sentence, self._file, line))

    def stop(self, reason: _Unreadable) -> None:
        """Records that nothing more can be read."""
        self.document.complete = False
        self.fault((), reason.sentence, reason.line)

    def read(self, text: str) -> None:
        """Reads a whole file. Raises :class:`_Unreadable` or a ``yaml.MarkedYAMLError`` where reading must stop."""
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.DocumentStartEvent) and self._values:
                raise _Unreadable('must hold one document: remove this "---"', event.start_mark.line + 1)
            if isinstance(event, yaml.CollectionEndEvent):
                self._open.pop()
            elif isinstance(event, yaml.NodeEvent):
                self._read_node(event, event.start_mark.line + 1)

    def _read_node(self, event: yaml.NodeEvent, line: int) -> None:
        self._values += 1
        if self._values > MAX_VALUES:
            raise _Unreadable(f"holds more than {MAX_VALUES:,} values", line)
        around = self._open[-1] if self._open else None
        if around is not None and isinstance(around.value, dict) and around.key is None:
            self._read_key(event, around, line)
        else:
            self._read_value(event, around, line)

    def _read_key(self, event: yaml.NodeEvent, mapping: _Open, line: int) -> None:
        if not isinstance(event, yaml.ScalarEvent):
            raise _Unreadable("has a key that is no plain word", line)
        mapping.key = key = str(event.value)
        path = (*mapping.path, key)
        self._refuse_cleverness(event, path, line)
        first = self.document.lines.setdefault(path, line)
        if key in mapping.value:
            self.fault(path, f"is written twice, first in line {first}; keep one", line)

    def _read_value(self, event: yaml.NodeEvent, around: _Open | None, line: int) -> None:
        value = _value_of(event)
        if around is None:
            path: KeyPath = ()
            self.document.value = value
        elif isinstance(around.value, list):
            path = (*around.path, len(around.value))
            around.value.append(value)
            self.document.lines[path] = line
        else:
            key, around.key = around.key or "", None
            path = (*around.path, key)
            around.value.setdefault(key, value)
        self._refuse_cleverness(event, path, line)
        if isinstance(event, yaml.CollectionStartEvent):
            if len(self._open) == MAX_DEPTH:
                raise _Unreadable(f"is nested more than {MAX_DEPTH} levels deep", line)
            self._open.append(_Open(path, value))

    def _refuse_cleverness(self, event: yaml.NodeEvent, path: KeyPath, line: int) -> None:
        """Records what YAML can do and a configuration never needs; of a line full of aliases, the first."""
        if isinstance(event, yaml.AliasEvent):
            if line != self._line_of_last_alias:
                self.fault(path, f'repeats "&{event.anchor}"; aliases are not allowed, write the value out', line)
            self.document.broken.add(path)
            self._line_of_last_alias = line
        elif event.anchor is not None:
            self.fault(path, f'is marked "&{event.anchor}"; anchors are not allowed, remove the mark', line)
        elif isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag is not None:
            tag = str(event.tag).replace("tag:yaml.org,2002:", "!!")
            self.fault(path, f'has the tag "{tag}"; tags are not allowed, write the plain value', line)


def _value_of(event: yaml.NodeEvent) -> Any:
    """A scalar's value; a collection's still empty one; None for an alias, which is never followed."""
    if isinstance(event, yaml.MappingStartEvent):
        return {}
    if isinstance(event, yaml.SequenceStartEvent):
        return []
    if isinstance(event, yaml.ScalarEvent):
        return event.value if event.style else _plain_value(event.value)
    return None


def _plain_value(text: str) -> Any:
    """What an unquoted scalar means."""
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if number := _NUMBER.fullmatch(text):
        return float(text) if number[2] else int(text)
    return text
