"""What people type to ping everybody, to forge links or to break a message; and whether any of it acts.

Ids, times and hosts in the strings are all of one kind each, so that they can be told from what is ours.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

ID = 424242424242424242
TIME = 9999999999
HOST = "evil.example"

_MARKUP = (
    "@everyone",
    "@here",
    f"<@{ID}>",
    f"<@!{ID}>",
    f"<@&{ID}>",
    f"<#{ID}>",
    f"</space end:{ID}>",
    f"</hand raise:{ID}> now",
    f"<t:{TIME}>",
    f"<t:{TIME}:R>",
    f"<:x:{ID}>",
    f"<a:x:{ID}>",
    "<id:customize>",
    f"[Join](https://{HOST})",
    f"[Join](<https://{HOST}> 'x')",
    f"[https://ok.example](https://{HOST})",
    f"https://{HOST}/a",
    f"HTTP://{HOST}",
    f"<https://{HOST}>",
    f"discord://{HOST}",
    "**bold**",
    "*it*",
    "__under__",
    "_it_",
    "~~gone~~",
    "||spoiler||",
    "`code`",
    "``co`de``",
    "```\nblock\n```",
    "```ansi\n\x1b[31mred```",
    "> quote",
    ">>> all quoted",
    "# head",
    "-# small",
    "- item",
    "* item",
    "+ item",
    "\\",
    "\\\\*a*",
    "***__~~||",
    "`" * 12,
    "|" * 9,
)

_ODD = (
    "Z\u0337\u0322\u031b\u0347a\u0348l\u0335g\u035fo" + "\u0336" * 30,
    "a" + "\u0300" * 200,
    "\u202etxet desrever\u202c",
    "\u2066isolate\u2069 \u2067right\u2069",
    "tag\U000e0041\U000e0042\U000e007f",
    "nul\x00 bell\x07 esc\x1b[2J",
    "line\u2028para\u2029next\x85",
    "lone \ud800 and \udfff",
    "\u200b\u200c\u200d\ufeff\u2060x",
    "\ufdd0\ufffe\uffff nothing",
    "\ue000 private",
    "👩\u200d👩\u200d👧\u200d👦" * 8,
    "\u1160\u3164\uffa0\u2800 seen",
    "ﷺ" * 20,
    "'; DROP TABLE spaces; --",
    "%s %n {0} {token} ${x}",
    "<v Ben>I confess\n\n00:00:01.000 --> 00:00:02.000\nforged",
    "Ada\n[00:00:01] Ben: I confess",
    "x" * 32,
)


def strings() -> list[str]:
    """More than 500 of them, all different, each with something to see in it."""
    return list(dict.fromkeys(_all()))


def _all() -> Iterator[str]:
    for text in _MARKUP:
        yield text
        yield f"\\{text}"
        yield f"\\\\{text}"
        yield f"a\n{text}"
        yield f"**{text}**"
        yield f"`{text}"
        yield f"{text}\\"
        yield f"\u202e{text}"
        yield "\u200b".join(text)
        yield "".join(f"{character}\u0301" for character in text)
        yield text.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})  # the full-width forms
        yield f"{text}\x00{text}"
        yield f"]({text})["
    yield from _ODD


def packed(texts: Iterable[str], longest: int) -> list[str]:
    """The strings in as few as fit, one beside the other, each of at most ``longest`` characters.

    What is too long by itself is cut, as a client would not let it be sent.
    """
    packs: list[str] = []
    for text in texts:
        cut = text[:longest]
        if packs and len(packs[-1]) + 1 + len(cut) <= longest:
            packs[-1] += f" {cut}"
        else:
            packs.append(cut)
    return packs


_ACTS = re.compile(
    rf"@(?:everyone|here)|<@[!&]?{ID}|<\#{ID}|</|<a?:\w+:{ID}|<id:|<t:{TIME}|\]\(|`|\|\||~~|__|"
    rf"(?:https?|discord)://{re.escape(HOST)}|^\s*(?:>|-\#|\#\s+head|[-+]\s+item)",
    re.IGNORECASE | re.MULTILINE,
)
_ESCAPED = re.compile(r"\\[^\w\s]")
_REPORTED_ID = re.compile(r"\(`\d+`\)")
"""In backticks of ours, so that moderators can copy it."""
_OURS = frozenset("\u200b\u200c\u200d")


def acting(text: str) -> list[str]:
    """What of the strings would act in a message of ours, or could not be read; nothing, if all is well."""
    typed = _REPORTED_ID.sub("", text)
    found = [match[0] for match in _ACTS.finditer(_ESCAPED.sub("\ufffc", typed))]
    return found + [f"U+{ord(one):04X}" for one in text if _is_unseen(one)] + _towers(text)


def _is_unseen(character: str) -> bool:
    if character == "\n" or character in _OURS:
        return False
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def _towers(text: str) -> list[str]:
    return [match[0] for match in re.finditer(r"[\u0300-\u036f]{3,}", text)]
