"""YAML is read as it was typed, or refused with the line and the reason, in a moment."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.yaml_reader import MAX_BYTES, MAX_VALUES, name_of, read_yaml

LAUGHS = b"a: &a [lol,lol,lol,lol,lol,lol,lol,lol,lol]\n" + b"".join(
    f"{after}: &{after} [{','.join(f'*{before}' for _ in range(9))}]\n".encode()
    for before, after in zip("abcdefgh", "bcdefghi", strict=True)
)


def read(text: str | bytes) -> object:
    document = read_yaml(text.encode() if isinstance(text, str) else text, "s.yaml")
    assert document.faults == []
    return document.value


def faults(text: str | bytes) -> list[str]:
    document = read_yaml(text.encode() if isinstance(text, str) else text, "s.yaml")
    return [str(fault) for fault in document.faults]


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("13", 13),
        ("-3", -3),
        ("0.5", 0.5),
        ("1.0", 1.0),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        # What YAML 1.1 would turn into something else stays what was typed.
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("Off", "Off"),
        ("y", "y"),
        ("1:30", "1:30"),
        ("1e3", "1e3"),
        ("010", "010"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("2026-02-30", "2026-02-30"),
        ("2026-02-28", "2026-02-28"),
        ("9" * 5000, "9" * 5000),
        ("'13'", "13"),
        ('"true"', "true"),
        ('"null"', "null"),
        ("|\n  true", "true"),
        ("by request", "by request"),
    ],
)
def test_a_value_is_what_was_typed(typed: str, value: object) -> None:
    result = read(f"key: {typed}")

    assert result == {"key": value}
    assert isinstance(result, dict)
    assert type(result["key"]) is type(value)


def test_keys_are_text() -> None:
    assert read("no: 1\n12: 2\nnull: 3\ntrue: 4\n<<: {a: 5}") == {
        "no": 1,
        "12": 2,
        "null": 3,
        "true": 4,
        "<<": {"a": 5},
    }


def test_every_key_and_item_has_its_line() -> None:
    document = read_yaml(b"\xef\xbb\xbf# x\na:\n  b: 1\n\n  c:\n    - d\n    - {e: 1,\n       f: 2}\n", "s.yaml")

    assert document.value == {"a": {"b": 1, "c": ["d", {"e": 1, "f": 2}]}}
    assert document.lines == {
        ("a",): 2,
        ("a", "b"): 3,
        ("a", "c"): 5,
        ("a", "c", 0): 6,
        ("a", "c", 1): 7,
        ("a", "c", 1, "e"): 7,
        ("a", "c", 1, "f"): 8,
    }
    assert document.line_of(("a", "c", 1, "missing")) == 7
    assert document.line_of(("elsewhere",)) is None


def test_a_path_reads_as_people_write_it() -> None:
    assert name_of(("reactions", "gestures", 1, "key")) == "reactions.gestures[2].key"
    assert name_of(()) == ""


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            "a: 1\nb: !!python/object/apply:os.system ['true']",
            's.yaml:2: b: has the tag "!!python/object/apply:os.system"',
        ),
        ("a: !!str 1", 's.yaml:1: a: has the tag "!!str"'),
        ("a: !secret x", 's.yaml:1: a: has the tag "!secret"'),
        ("a: !!binary |\n  aGk=", 's.yaml:1: a: has the tag "!!binary"'),
        ("!!int 1: 2", 's.yaml:1: 1: has the tag "!!int"'),
        ("a: 1\nb: 2\na: 3", "s.yaml:3: a: is written twice, first in line 1"),
        ("x:\n  a: {b: 1, b: 2}", "s.yaml:2: x.a.b: is written twice, first in line 2"),
        ("1: a\n'1': b", "s.yaml:2: 1: is written twice, first in line 1"),
        ("a: &x 1", 's.yaml:1: a: is marked "&x"; anchors are not allowed'),
        ("a: *x", 's.yaml:1: a: repeats "&x"; aliases are not allowed'),
        ("[a]: 1", "s.yaml:1: has a key that is no plain word"),
        ("? {a: 1}\n: 1", "s.yaml:1: has a key that is no plain word"),
        ("a:\n\tb: 1", "s.yaml:2: is not valid YAML: found character '\\t' that cannot start any token; indent with"),
        ("a: b: c", "s.yaml:1: is not valid YAML: mapping values are not allowed here; check the indentation"),
        ("a: 1\nb: @Hosts", "s.yaml:2: is not valid YAML: found character '@' that cannot start any token; put the"),
        ('a: 1\nb: "x\nc: 1\n', "s.yaml:2: is not valid YAML: the quotation that begins here never ends"),
        ("a: [1, 2", "s.yaml:1: is not valid YAML:"),
        ("a: 1\n---\nb: 1", 's.yaml:2: must hold one document: remove this "---"'),
        ("a: 1\nb: \x07", "s.yaml:2: holds a control character (U+0007); remove it"),
        (b"a: 1\nb: \xe9t\xe9", "s.yaml:2: must be saved as UTF-8"),
        ("a: 1\n".encode("utf-16"), "s.yaml:1: must be saved as UTF-8"),
        ("[" * 20_000, "s.yaml:1: is nested more than 16 levels deep"),
        ("{" * 20_000, "s.yaml:1: has a key that is no plain word"),
        ("- " * 20_000, "s.yaml:1: is nested more than 16 levels deep"),
        ("{a: " * 20_000, "s.yaml:1: is nested more than 16 levels deep"),
        ("\n".join(" " * depth + "a:" for depth in range(500)), "s.yaml:17: is nested more than 16 levels deep"),
        (b"#" * (1024 * 1024 + 1), f"s.yaml: must be at most {MAX_BYTES // 1024} KiB long"),
        ("a: [" + "1," * MAX_VALUES + "]", f"s.yaml:1: holds more than {MAX_VALUES:,} values"),
    ],
    ids=lambda value: repr(value[:24]),
)
def test_a_fault_says_where_and_why(text: str | bytes, fault: str) -> None:
    began = time.process_time()
    found = faults(text)

    assert any(line.startswith(fault) for line in found), found
    assert time.process_time() - began < 1


def test_laughter_is_cut_short() -> None:
    document = read_yaml(LAUGHS, "s.yaml")

    assert len(LAUGHS) < 400
    assert [fault.line for fault in document.faults if "repeats" in fault.sentence] == list(range(2, 10))
    assert [fault.line for fault in document.faults if "is marked" in fault.sentence] == list(range(1, 10))
    assert document.value["i"] == [None] * 9


def test_faults_of_all_kinds_are_told_at_once() -> None:
    assert [fault.split(":")[1] for fault in faults("a: !x 1\nb: &b 1\nb: *b\n")] == ["1", "2", "3", "3"]


@pytest.mark.parametrize(
    "text",
    [
        "#\n" * (MAX_BYTES // 2),
        "a: " + "x " * (MAX_BYTES // 2 - 2),
        'a: "' + "\\n" * (MAX_BYTES // 2 - 3) + '"',
        "a: |\n" + " x\n" * (MAX_BYTES // 3 - 2),
        "%a b\n" * (MAX_BYTES // 5),
        "".join(f"k{number}:\n" for number in range(MAX_VALUES)),
        "a: " + "!" * (MAX_BYTES - 4),
        ("[" * 900 + " " * 200 + "\n") * 2,
    ],
    ids=lambda text: repr(text[:12]),
)
def test_the_largest_files_take_a_moment(text: str) -> None:
    began = time.process_time()
    read_yaml(text.encode(), "s.yaml")

    assert time.process_time() - began < 1


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=200), st.text(alphabet="ab:-[]{}&*!|>'\"#%@`,? \n\t019.~", max_size=80).map(str.encode)
    )
)
def test_nothing_that_is_typed_breaks_the_reader(raw: bytes) -> None:
    document = read_yaml(raw, "s.yaml")

    assert document.complete or document.faults
    assert all(
        fault.line is None or 1 <= fault.line <= raw.count(b"\n") + raw.count(b"\r") + 3 for fault in document.faults
    )
