"""From the YAML file to the settings, or to the list of everything that is wrong with it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from config.errors import ConfigurationError, Fault
from config.kinds import REFUSED
from config.schema import Settings
from config.yaml_reader import MAX_BYTES, Document, KeyPath, name_of, read_yaml

ROOT = Path(__file__).resolve().parent.parent
"""The folder that holds ``bot.py``; relative paths of the storage count from it."""

DEFAULT_FILE = ROOT / "config" / "spaces.yaml"

_MOST_UNKNOWN_KEYS = 50
"""Unknown keys that are told one by one. So many are another file's, not slips."""

_COUNTED = {
    "missing": "is missing",
    "too_long": "must hold at most {max_length} items",
    "too_short": "must hold at least {min_length}",
}
_MISSHAPEN = {
    "list_type": "must be a list, each item on a line of its own after a dash",
    "dict_type": "must be a section, with its settings indented below it",
}


def load_settings(path: Path = DEFAULT_FILE, *, data_folder: Path | None = None) -> Settings:
    """The settings in the YAML file at ``path``, with absolute storage paths.

    ``data_folder``, if given, replaces the file's storage folder and holds the database too. Raises
    :class:`ConfigurationError` with all faults at once; takes well under a second for whatever the file holds.
    """
    name = shown_path(path)
    settings = parse_settings(_bytes_of(path, name), name)
    storage = settings.storage.anchored(ROOT) if data_folder is None else settings.storage.moved(data_folder.absolute())
    return settings.model_copy(update={"storage": storage})


def parse_settings(raw: bytes, name: str) -> Settings:
    """The settings in ``raw``, the bytes of the YAML file called ``name``. Raises :class:`ConfigurationError`."""
    document = read_yaml(raw, name)
    faults = list(document.faults)
    settings: Settings | None = None
    if document.complete:
        try:
            settings = Settings.model_validate(document.value)
        except ValidationError as error:
            faults.extend(_faults_of(error, document, name))
    if settings is None or faults:
        raise ConfigurationError(sorted(faults, key=lambda fault: fault.line or 0))
    return settings


def shown_path(path: Path) -> str:
    """The path as messages name it: from the working directory if it is below that, else as it is."""
    try:
        return path.absolute().relative_to(Path.cwd()).as_posix()
    except (ValueError, OSError):
        return str(path)


def _bytes_of(path: Path, name: str) -> bytes:
    """The file's bytes, at most one more than are allowed. Raises :class:`ConfigurationError`."""
    try:
        if path.exists() and not path.is_file():  # a pipe would hold the bot up for ever
            raise ConfigurationError([Fault("", "is no file", name)])
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        sentence = "is not there; SPACES_CONFIG names the configuration file, config/spaces.yaml if it is not set"
        raise ConfigurationError([Fault("", sentence, name)]) from None
    except OSError as error:
        raise ConfigurationError([Fault("", f"cannot be read: {error.strerror}", name)]) from error


def _faults_of(error: ValidationError, document: Document, file: str) -> Iterator[Fault]:
    unknown = 0
    for detail in error.errors(include_url=False):
        path: KeyPath = tuple(part for part in detail["loc"] if part != "[key]")
        if path in document.broken:
            continue
        if detail["type"] == "extra_forbidden":
            unknown += 1
            if unknown > _MOST_UNKNOWN_KEYS:
                continue
        yield Fault(name_of(path), _sentence_of(detail, path), file, document.line_of(path))
    if unknown > _MOST_UNKNOWN_KEYS:
        yield Fault("", f"holds {unknown - _MOST_UNKNOWN_KEYS:,} more unknown keys", file)


def _sentence_of(detail: ErrorDetails, path: KeyPath) -> str:
    """What is wrong in a sentence that follows the name of the setting."""
    kind = detail["type"]
    if kind == "extra_forbidden":
        return _unknown(path)
    if kind in _COUNTED:
        return _COUNTED[kind].format_map(detail.get("ctx", {}))
    if kind == REFUSED:
        return detail["msg"] + _instead(detail["input"])
    return _MISSHAPEN.get(kind, f"cannot be used: {detail['msg']}") + _instead(detail["input"])


def _instead(value: Any) -> str:
    """What stands there instead, short, and without a password that an address may hold."""
    if value is None:
        return ", and is empty"
    if isinstance(value, list):
        return ", not a list"
    if isinstance(value, dict):
        return ", not a section"
    if isinstance(value, str):
        text = re.sub("://[^/@]*@", "://…@", value)
        return f', not "{text if len(text) <= 60 else text[:59] + "…"}"'
    return f", not {str(value).lower()}"


def _unknown(path: KeyPath) -> str:
    """About a key that does not exist: the one that was probably meant, or those that do."""
    key, known = str(path[-1]), _known_keys(path[:-1])
    if path[0] == "servers" and key in _known_keys(path[2:-1]):
        return "is set once for all servers, not for one of them"
    close = difflib.get_close_matches(key, known, n=1) if len(key) <= 64 else []
    if close:
        return f'is no setting; did you mean "{close[0]}"?'
    return f"is no setting; there are {', '.join(known)}"


def _known_keys(section: KeyPath) -> list[str]:
    """The keys that a section may hold. Ids of servers and positions in lists are no keys and are passed over."""
    model: type[BaseModel] = Settings
    for part in section:
        if isinstance(part, str) and part in model.model_fields:
            model = _section_in(model.model_fields[part].annotation) or model
    return list(model.model_fields)


def _section_in(annotation: Any) -> type[BaseModel] | None:
    """The section type in a field's annotation, be it optional, in a list or in a mapping."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for inner in get_args(annotation) if (found := _section_in(inner))), None)
