"""Word error rate: how many words of a reference were replaced, dropped or added, per word of the reference."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import jiwer

# The recogniser's dictionary spells titles short, the references spell them out.
_SPELLED_OUT = {"mr": "mister", "mrs": "missus", "dr": "doctor"}


@dataclass(frozen=True, slots=True)
class WordErrors:
    """Errors and reference words, pooled over all texts: long texts count for more than short ones."""

    errors: int
    words: int

    @property
    def rate(self) -> float:
        """Errors per reference word: 0 is perfect; more than 1 is possible when many words were added."""
        return self.errors / self.words


def word_errors(pairs: Iterable[tuple[str, str]]) -> WordErrors:
    """Compares ``(reference, hypothesis)`` pairs by words alone: case, punctuation and hyphens do not count.

    A hypothesis may be empty. Raises :class:`ValueError` if a reference has no words.
    """
    references, hypotheses = zip(*((normalise(said), normalise(heard)) for said, heard in pairs), strict=True)
    if not all(references):
        raise ValueError("a reference without words has no word error rate")
    counts = jiwer.process_words(list(references), list(hypotheses))
    return WordErrors(
        errors=counts.substitutions + counts.deletions + counts.insertions,
        words=counts.hits + counts.substitutions + counts.deletions,
    )


def normalise(text: str) -> str:
    """Lower-case words with single spaces between them."""
    words: list[str] = re.findall(r"\w+(?:'\w+)*", text.lower().replace("’", "'"))
    return " ".join(_SPELLED_OUT.get(word, word) for word in words)
