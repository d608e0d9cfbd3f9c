"""All that is wrong with a configuration, at once, each with its line and with what is allowed."""

import os
import time
from pathlib import Path

import pytest

from config.errors import ConfigurationError
from config.loader import load_settings, parse_settings
from config.schema import Settings
from config.yaml_reader import MAX_BYTES, MAX_VALUES
from tests.config.test_yaml_reader import LAUGHS


def faults(text: str | bytes) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        parse_settings(text.encode() if isinstance(text, str) else text, "s.yaml")
    return str(caught.value).splitlines()


def test_two_faults_are_told_at_once_in_the_order_of_the_file() -> None:
    text = "# mine\nspaces:\n  speek: everyone\n\ntranscripts:\n  days: soon\n"

    assert faults(text) == [
        's.yaml:3: spaces.speek: is no setting; did you mean "speak"?',
        's.yaml:6: transcripts.days: must be a whole number from 1 to 3650, not "soon"',
    ]


def test_faults_of_yaml_and_of_values_are_told_together() -> None:
    text = "transcripts:\n  days: 0\n  days: 7\n  workers: !!int '2'\nlogging: {level: loud}\n"

    assert faults(text) == [
        "s.yaml:3: transcripts.days: is written twice, first in line 2; keep one",
        's.yaml:4: transcripts.workers: has the tag "!!int"; tags are not allowed, write the plain value',
        's.yaml:5: logging.level: must be debug, info, warning or error, not "loud"',
    ]


SERVER = "123456789012345678"
WHOLE = "must be a whole number from"
NAME = "must be a name of 1 to 100 characters or an id (17 to 20 digits)"
ONE_LINE = "characters in one line, in"
SECONDS = "must be a number of seconds from 0 to 3600, not"
HTTPS = "must be an https:// address of at most 512 characters"
SECTION = "must be a section, with its settings indented below it, not"
FILE = "must be sqlite+aiosqlite:/// and the path of a file"
ONCE = "is set once for all servers, not for one of them"

WRONG = {
    "spaces": [
        ("speak: no", "speak", 'must be by request, everyone or invited, not "no"'),
        ("speak: true", "speak", "must be by request, everyone or invited, not true"),
        ("join: friends", "join", 'must be everyone, roles or invited, not "friends"'),
        ("queue_order: loudest", "queue_order", "must be as raised, newcomers first or least time on stage, not"),
        ("turn_seconds: 5", "turn_seconds", "must be a whole number from 15 to 3600, or null for no turns, not 5"),
        ("language: English", "language", 'must be two letters such as en, or null, not "English"'),
        ("rollout: []", "rollout", "must"),
        ("rollout: [{open_to: friends}]", "rollout[1].open_to", "must be nobody, roles, members or everyone, not"),
        ("rollout: [{begins: 2026-02-30}]", "rollout[1].begins", "must be a day such as 2026-03-31, or null, not"),
        ("rollout: [{begins: 2026-03-02}, {begins: 2026-03-01}]", "rollout", "must be steps in the order of their"),
        ("rollout: [{begins: 2026-03-02}, {}]", "rollout", "must be steps in the order of their"),
        ("speaker_limit: 1:30", "speaker_limit", f'{WHOLE} 1 to 100, not "1:30"'),
        ("speaker_limit: 1e1", "speaker_limit", f'{WHOLE} 1 to 100, not "1e1"'),
        ("speaker_limit: 13.0", "speaker_limit", f"{WHOLE} 1 to 100, not 13.0"),
        ("speaker_limit: 0", "speaker_limit", f"{WHOLE} 1 to 100, not 0"),
        ("speaker_limit: 101", "speaker_limit", f"{WHOLE} 1 to 100, not 101"),
        ("speaker_limit: true", "speaker_limit", f"{WHOLE} 1 to 100, not true"),
        ("speaker_limit: [13]", "speaker_limit", f"{WHOLE} 1 to 100, not a list"),
        ("speaker_limit: {a: 1}", "speaker_limit", f"{WHOLE} 1 to 100, not a section"),
        ("speaker_limit: ", "speaker_limit", f"{WHOLE} 1 to 100, and is empty"),
        ("channel_stays_hours: 8761", "channel_stays_hours", f"{WHOLE} 0 to 8760, or null for ever, not 8761"),
        ("join_roles: Early Hosts", "join_roles", "must be a list, each item on a line of its own after a dash, not"),
        ("join_roles: [12]", "join_roles[1]", 'must be a name in "quotes" or an id (17 to 20 digits), not 12'),
        ("join_roles: [a, true]", "join_roles[2]", NAME),
        ("join_roles: ['']", "join_roles[1]", NAME),
        ("join_roles: ['  ']", "join_roles[1]", NAME),
        ("join_roles: [null]", "join_roles[1]", NAME),
        ("join_roles: ['@Hosts']", "join_roles[1]", "must be a name without # or @ in front, or an id"),
        (f"category: {'x' * 101}", "category", NAME),
        ('category: "a\\nb"', "category", f'{NAME}, not "a\\nb"'),
        ("speek: everyone", "speek", 'is no setting; did you mean "speak"?'),
    ],
    "transcripts": [
        ("from_start: yes", "from_start", 'must be true or false, not "yes"'),
        ("from_start: 1", "from_start", "must be true or false, not 1"),
        ("engine: whisper", "engine", 'must be pocketsphinx, the one engine there is, not "whisper"'),
        ("workers: 65", "workers", f"{WHOLE} 0 to 64 (0: chosen by the number of cores), not 65"),
        ("days: 3651", "days", f"{WHOLE} 1 to 3650, not 3651"),
        ("days: '30'", "days", f'{WHOLE} 1 to 3650, not "30"'),
        ("days: 2026-02-30", "days", f'{WHOLE} 1 to 3650, not "2026-02-30"'),
        (f"days: {'9' * 5000}", "days", f'{WHOLE} 1 to 3650, not "{"9" * 59}…"'),
        ("consent_days: -1", "consent_days", f"{WHOLE} 1 to 3650, not -1"),
        ("readers: ''", "readers", f"must be text of 1 to 200 {ONE_LINE}"),
        (f"readers: {'x' * 201}", "readers", f"must be text of 1 to 200 {ONE_LINE}"),
        ("readers: all\u202e", "readers", f'must be text of 1 to 200 {ONE_LINE} "quotes", not "all\\u202e"'),
        ('readers: "a\\nb"', "readers", f'must be text of 1 to 200 {ONE_LINE} "quotes", not "a\\nb"'),
    ],
    "moderation": [
        ("roles: Mods", "roles", 'must be a list, each item on a line of its own after a dash, not "Mods"'),
        ("reports_channel: '#x'", "reports_channel", "must be a name without # or @ in front, or an id"),
        ("reports_channel: [a]", "reports_channel", f"{NAME}, not a list"),
    ],
    "reactions": [
        ("cooldown_seconds: 1e3", "cooldown_seconds", f'{SECONDS} "1e3"'),
        ("cooldown_seconds: .nan", "cooldown_seconds", f'{SECONDS} ".nan"'),
        ("cooldown_seconds: -0.5", "cooldown_seconds", f"{SECONDS} -0.5"),
        ("cooldown_seconds: true", "cooldown_seconds", f"{SECONDS} true"),
        ("gestures: ", "gestures", "must hold at least 1"),
        ("gestures: [clap]", "gestures[1]", f'{SECTION} "clap"'),
        ("gestures: [{key: a, label: A}]", "gestures[1].emoji", "is missing"),
        ("gestures: [{key: A b, label: A, emoji: 👏}]", "gestures[1].key", "must be 1 to 32 small letters, digits"),
        ("gestures: [{key: a, label: '', emoji: 👏}]", "gestures[1].label", f"must be text of 1 to 80 {ONE_LINE}"),
        ("gestures: [{key: a, label: A, emoji: clap}]", "gestures[1].emoji", "must be one emoji, or a server's own"),
        ("gestures: [{key: a, label: A, emoji: 👏👏}]", "gestures[1].emoji", "must be one emoji, or a server's own"),
        ("gestures: [{key: a, label: A, emoji: <:x:1>}]", "gestures[1].emoji", "must be one emoji, or a server's own"),
        ("gestures: [{kee: a, key: a, label: A, emoji: 👏}]", "gestures[1].kee", 'is no setting; did you mean "key"?'),
    ],
    "storage": [
        ("url: 'sqlite+aiosqlite:///:memory:'", "url", FILE),
        ("url: mysql://me:hidden@host/d", "url", f'{FILE}, not "mysql://…@host/d"'),
        ("folder: ", "folder", "must be the path of a folder, and is empty"),
    ],
    "logging": [("level: DEBUG", "level", 'must be debug, info, warning or error, not "DEBUG"')],
    "servers": [
        ("12: {}", "12", 'must be a server\'s id (17 to 20 digits), not "12"'),
        (f"{SERVER}: {{spaces: {{speek: a}}}}", f"{SERVER}.spaces.speek", 'is no setting; did you mean "speak"?'),
        (f"{SERVER}: {{transcripts: {{engine: x}}}}", f"{SERVER}.transcripts.engine", ONCE),
        (f"{SERVER}: {{storage: {{}}}}", f"{SERVER}.storage", ONCE),
        (f"{SERVER}: {{transcripts: {{days: 0}}}}", f"{SERVER}.transcripts.days", f"{WHOLE} 1 to 3650, not 0"),
    ],
}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        *(
            (f"{name}:\n  {text}", f"s.yaml:2: {name}.{key}: {said}")
            for name in WRONG
            for text, key, said in WRONG[name]
        ),
        ("\nservers: [1]", f"s.yaml:2: servers: {SECTION} a list"),
        ("\nspaces: [a]", f"s.yaml:2: spaces: {SECTION} a list"),
        ("\nstorage: yes", f's.yaml:2: storage: {SECTION} "yes"'),
        ("\nprivacy_notice: http://example.org", f's.yaml:2: privacy_notice: {HTTPS}, not "http://example.org"'),
        ("\nprivacy_notice: https://", f's.yaml:2: privacy_notice: {HTTPS}, not "https://"'),
        ("\nprivacy_notice: docs/privacy.md", f's.yaml:2: privacy_notice: {HTTPS}, not "docs/privacy.md"'),
        ("\nprivacy_notice: 5", f"s.yaml:2: privacy_notice: {HTTPS}, not 5"),
        (
            "\ntoken: abc",
            "s.yaml:2: token: is no setting; there are spaces, presets, transcripts, moderation, reactions,",
        ),
        ('\n"\\e[31m\\n": 1', "s.yaml:2: \\x1b[31m\\n: is no setting; there are spaces,"),
    ],
)
def test_a_wrong_value_is_named_with_what_is_allowed(text: str, fault: str) -> None:
    (found,) = faults(text)

    assert found.startswith(fault)


def test_gestures_need_keys_of_their_own() -> None:
    text = "reactions:\n  gestures:\n" + "    - {key: clap, label: Clap, emoji: 👏}\n" * 3

    assert faults(text) == [
        's.yaml:4: reactions.gestures[2].key: must be another key than those of the other gestures, not "clap"',
        's.yaml:5: reactions.gestures[3].key: must be another key than those of the other gestures, not "clap"',
    ]


def test_twenty_gestures_are_the_most() -> None:
    gestures = [f"    - {{key: k{number}, label: L, emoji: 👏}}\n" for number in range(21)]

    assert faults("reactions:\n  gestures:\n" + "".join(gestures)) == [
        "s.yaml:2: reactions.gestures: must hold at most 20 items"
    ]
    assert (
        len(parse_settings(("reactions:\n  gestures:\n" + "".join(gestures[:20])).encode(), "s").reactions.gestures)
        == 20
    )


@pytest.mark.parametrize("text", ["[]", "- a", "hello", "13"])
def test_a_file_that_is_no_mapping_is_refused(text: str) -> None:
    (fault,) = faults(text)

    assert fault.startswith("s.yaml: must be a section, with its settings indented below it, not")


@pytest.mark.parametrize(
    "raw",
    [
        LAUGHS,
        b"[" * 20_000,
        b"#" * (2 * 1024 * 1024),
        "".join(f"k{number}: 1\n" for number in range(MAX_VALUES // 2 - 1)).encode(),
        ("spaces: {" + "".join(f"speek{number}: 1, " for number in range(4_500)) + "}").encode(),
        ("k" * (MAX_BYTES - 10) + ": 1").encode(),
        ("spaces: {join_roles: [" + "1," * 9_000 + "]}").encode(),
        b"transcripts: {readers: " + b"x" * (MAX_BYTES - 30) + b"}",
    ],
    ids=lambda raw: repr(raw[:16]),
)
def test_hostile_files_are_refused_in_a_moment(raw: bytes) -> None:
    began = time.process_time()
    found = faults(raw)

    assert time.process_time() - began < 1
    assert found


def test_hundreds_of_unknown_keys_are_counted() -> None:
    found = faults("".join(f"k{number}: 1\n" for number in range(70)))

    assert found[0] == "s.yaml: holds 20 more unknown keys"
    assert len(found) == 51


def test_a_secret_in_the_wrong_place_is_not_repeated() -> None:
    assert "hunter2" not in "\n".join(faults("discord_token: hunter2\nstorage: {url: 'postgresql://a:hunter2@b/c'}"))


@pytest.mark.parametrize(
    "text", ["", "# nothing\n", "spaces:\n  # join_roles: []\ntranscripts:\n", "spaces: {join_roles: }"]
)
def test_what_is_left_out_has_its_default(text: str) -> None:
    assert parse_settings(text.encode(), "s.yaml") == Settings()


def load_faults(path: Path) -> list[str]:
    began = time.process_time()
    with pytest.raises(ConfigurationError) as caught:
        load_settings(path)
    assert time.process_time() - began < 1
    return [str(fault) for fault in caught.value.faults]


def test_the_file_is_named_from_where_one_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config").mkdir()
    path = tmp_path / "config" / "spaces.yaml"
    path.write_text("privacy_notice: 1\n")
    monkeypatch.chdir(tmp_path)

    assert load_faults(path)[0].startswith("config/spaces.yaml:1: privacy_notice: ")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    assert load_faults(tmp_path / "none.yaml")[0].startswith(f"{tmp_path}/none.yaml: is not there; SPACES_CONFIG names")
    assert load_faults(tmp_path) == [f"{tmp_path}: is no file"]
    assert load_faults(tmp_path / ("x" * 300)) == [f"{tmp_path / ('x' * 300)}: cannot be read: File name too long"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_does_not_hold_the_bot_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    assert load_faults(tmp_path / "pipe") == [f"{tmp_path}/pipe: is no file"]


def test_a_data_folder_takes_the_database_along(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text("storage: {url: 'sqlite+aiosqlite:////elsewhere/db', folder: /elsewhere}")

    storage = load_settings(tmp_path / "s.yaml", data_folder=tmp_path / "data").storage

    assert storage.folder_path == tmp_path / "data"
    assert storage.database_path == tmp_path / "data" / "spaces.sqlite3"
    assert load_settings(tmp_path / "s.yaml").storage.url == "sqlite+aiosqlite:////elsewhere/db"
