"""The file that ships is the documentation of the settings: complete, commented, true."""

from collections.abc import Iterator

import yaml

from config.loader import DEFAULT_FILE, ROOT, load_settings, parse_settings
from config.rooms import STANDARD
from config.schema import Settings
from spaces.policy import ServerPolicy

LINES = DEFAULT_FILE.read_text(encoding="utf-8").splitlines()


def leaves(node: yaml.Node, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], int]]:
    """Path and line (from 0) of every key whose value is no section."""
    assert isinstance(node, yaml.MappingNode)
    for key, value in node.value:
        if isinstance(value, yaml.MappingNode) and value.value:
            yield from leaves(value, (*path, key.value))
        else:
            yield (*path, key.value), key.start_mark.line


def test_it_is_valid_and_says_what_the_defaults_are() -> None:
    settings = parse_settings(DEFAULT_FILE.read_bytes(), "config/spaces.yaml")

    assert settings == Settings()
    assert settings.policy_for(1) == ServerPolicy()


def test_every_setting_is_in_it() -> None:
    present = {path for path, _ in leaves(yaml.compose("\n".join(LINES)))}
    sections = {"spaces", "transcripts", "moderation", "reactions", "storage", "logging"}
    expected = {(section, key) for section in sections for key in type(getattr(Settings(), section)).model_fields} | {
        ("privacy_notice",),
        ("servers",),
    }

    presets = {path for path in present if path[0] == "presets"}
    assert {path[1] for path in presets} == STANDARD.keys()
    assert present - presets == expected


def test_every_setting_has_a_comment_of_its_own() -> None:
    uncommented = [
        ".".join(path)
        for path, line in leaves(yaml.compose("\n".join(LINES)))
        if " # " not in LINES[line] and not LINES[line - 1].lstrip().startswith("# ")
    ]

    assert uncommented == []


def test_every_number_names_its_unit_and_range() -> None:
    text = "\n".join(LINES)
    for unit in ("How many people", "How many hours", "How many days", "How many seconds", "How many processes"):
        assert unit in text


def test_its_paths_count_from_the_folder_of_the_program(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)

    storage = load_settings().storage

    assert storage.url == f"sqlite+aiosqlite:///{ROOT / 'data' / 'spaces.sqlite3'}"
    assert storage.folder_path == ROOT / "data"
