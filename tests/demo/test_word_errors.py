from __future__ import annotations

import pytest

from demo.word_errors import WordErrors, normalise, word_errors


@pytest.mark.parametrize(
    ("said", "heard", "errors"),
    [
        ("one two three", "one two three", 0),
        ("one two three", "one too three", 1),
        ("one two three", "one three", 1),
        ("one two three", "one two two three", 1),
        ("one two three", "", 3),
        ("one", "two three four", 3),
        ("Mister Dashwood, ill-disposed!", "mr dashwood ill disposed", 0),
        ("I don't know.", "i don’t know", 0),
    ],
)
def test_counts_replaced_dropped_and_added_words(said: str, heard: str, errors: int) -> None:
    assert word_errors([(said, heard)]).errors == errors


def test_pools_over_all_words() -> None:
    counted = word_errors([("one two three four five six seven eight nine", "one"), ("ten", "ten")])
    assert counted == WordErrors(errors=8, words=10)
    assert counted.rate == 0.8


def test_a_reference_without_words_is_refused() -> None:
    with pytest.raises(ValueError, match="without words"):
        word_errors([("one", "one"), (" . ", "two")])


def test_normalises_to_words_alone() -> None:
    assert normalise("  Mr. Brown's  cold-hearted;\nDR. Who? ") == "mister brown's cold hearted doctor who"
