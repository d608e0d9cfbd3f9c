"""JSON from outside, read without surprises: whatever is wrong with it is a ``ValueError``."""

from __future__ import annotations

import json
import math
from typing import Any

_LONE_SURROGATE_HINT = "\\ud"


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is not JSON")


def _finite(written: str) -> float:
    number = float(written)
    if math.isinf(number):
        raise ValueError(f"{written} is out of range")
    return number


_DECODER = json.JSONDecoder(parse_constant=_refuse, parse_float=_finite)


def loads(raw: str | bytes) -> Any:
    """The value that ``raw`` (UTF-8) holds.

    Raises ``ValueError`` for everything RFC 8259 forbids, and for what Python's reader lets through or stumbles over:
    NaN and infinities, numbers beyond a double, nesting that exhausts the stack, halves of surrogate pairs (which no
    text can be written with).
    """
    text = raw if isinstance(raw, str) else raw.decode()
    try:
        value = _DECODER.decode(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if _LONE_SURROGATE_HINT in text.lower():
        json.dumps(value, ensure_ascii=False).encode()
    return value
