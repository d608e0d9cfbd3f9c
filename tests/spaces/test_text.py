from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from spaces.errors import InvalidInput
from spaces.text import clean, escaped, optional_line, require_line

ANYTHING = st.text(max_size=60) | st.text(
    alphabet="a \u0301\u0302\u0327\u05b0\u20e3\u200d\u200c\ufe0f\u202e\u200b\u2066\u3164\u00e9\u0bc6\u0bbe\n\ud800",
    max_size=60,
)


@settings(derandomize=True, database=None, max_examples=400, deadline=None)
@given(ANYTHING)
@example("e\u200b\u0301")
@example("\u09c7\u0301\u0302\u0303\u09be")
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@settings(derandomize=True, database=None, max_examples=400, deadline=None)
@given(ANYTHING)
def test_nothing_unseen_and_no_tower_is_left(text: str) -> None:
    line = clean(text)

    assert line == unicodedata.normalize("NFC", line)
    assert line == " ".join(line.split())
    marks = 0
    for character in line:
        category = unicodedata.category(character)
        assert category not in {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}
        assert category != "Cf" or character in "\u200c\u200d"
        if character not in "\u200c\u200d":
            marks = marks + 1 if category in {"Mn", "Me"} else 0
        assert marks <= 2


@settings(derandomize=True, database=None, max_examples=200, deadline=None)
@given(st.text(alphabet=st.characters(categories=("L", "Nd")), max_size=60))
def test_plain_words_stay_as_they_are(text: str) -> None:
    expected = " ".join("".join(" " if one in "\u115f\u1160\u3164\uffa0" else one for one in text).split())

    assert clean(text) == unicodedata.normalize("NFC", expected)


@pytest.mark.parametrize(
    "text",
    [
        "👩‍👩‍👧 family",
        "❤️‍🔥 1️⃣ 🏳️‍⚧️",
        "می‌خواهم",
        "क़्‍ष हिन्दी",
        "Tiếng Việt",
        "שָׁלוֹם",
    ],
)
def test_what_real_languages_and_emoji_need_is_kept(text: str) -> None:
    assert clean(text) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("a" + "\u0301\u0302\ufe0f" * 20, "\u00e1\u0302\ufe0f"),
        ("a" + "\u200d\u0316\u200d\u0317" * 20, "a\u200d\u0316\u200d\u0317\u200d"),
        ("one\u2028two\x00three\x1b[31m", "one two three [31m"),
        ("\u2066evil\u2069 \u202dtext\u202c", "evil text"),
        ("tag\U000e0041\U000e0042s", "tags"),
    ],
)
def test_tricks_come_to_nothing(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


def test_a_line_is_required_within_its_length() -> None:
    assert require_line(" a  b ", what="The note", longest=3) == "a b"
    with pytest.raises(InvalidInput, match="The note is empty"):
        require_line("\u200d\ufe0f", what="The note", longest=3)
    with pytest.raises(InvalidInput, match="The note has 4 characters; 3 is the most"):
        require_line("abcd", what="The note", longest=3)


def test_an_optional_line_may_be_empty_but_not_too_long() -> None:
    assert optional_line("\u200b \u3164", what="The note", longest=3) == ""
    assert optional_line("abc", what="The note", longest=3) == "abc"
    with pytest.raises(InvalidInput):
        optional_line("abcd", what="The note", longest=3)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ann", "Ann"),
        ("**Ann_**", r"\*\*Ann\_\*\*"),
        ("[free](https://evil.example)", "\\[free\\](https:\u200b//evil.example)"),
        ("<@123> <t:1:R> </end:1>", r"\<\@123\> \<t:1:R\> \</end:1\>"),
        ("@everyone", r"\@everyone"),
        ("# big `code` ||spoiler|| ~~x~~ \\", r"\# big \`code\` \|\|spoiler\|\| \~\~x\~\~ \\"),
    ],
)
def test_names_act_on_nothing_in_our_sentences(name: str, shown: str) -> None:
    assert escaped(name) == shown
