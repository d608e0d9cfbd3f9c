"""Words of people inside our messages: shown as typed, never as markup, link or ping."""

from __future__ import annotations

import re

import regex

from spaces.text import escaped

_LIST = re.compile(r"^(\s*)([+-])(?=\s)", re.MULTILINE)


def escape(text: str) -> str:
    """Text of a person anywhere in a message: markdown, mentions, timestamps, links and lists lose their meaning."""
    return _LIST.sub(r"\1\\\2", escaped(text))


def shorten(text: str, longest: int) -> str:
    """At most ``longest`` characters, cut between graphemes, with an ellipsis where something was left out."""
    if len(text) <= longest:
        return text
    kept = 0
    for cluster in regex.finditer(r"\X", text):
        if cluster.end() > longest - 1:
            break
        kept = cluster.end()
    return text[:kept].rstrip() + "…"
