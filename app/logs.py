"""The log: on standard error, and without secrets, whoever writes it and whichever handler shows it.

discord.py logs at DEBUG what it sends and receives: voice tokens, the keys of voice connections, tokens of
interactions and webhooks; exceptions of aiohttp hold whole addresses. Secrets are recognised by their shape and by
what stands before them, and are taken out when a record is *made*: no handler, formatter or queue ever holds them.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
import time
from collections.abc import Iterable
from types import TracebackType
from typing import Any, TextIO
from urllib.parse import quote

GONE = "[redacted]"

SHORTEST_SECRET = 8
"""Known secrets that are shorter are left alone: taking them out would garble every other word."""

LEAST_LEVELS = {
    "aiosqlite": logging.INFO,
    "alembic": logging.WARNING,
    "discord.gateway": logging.INFO,
    "discord.http": logging.INFO,
    "sqlalchemy": logging.WARNING,
}
"""Libraries that are never heard below a level. At DEBUG they write the values of every statement and row, and every
message that Discord sends and gets: what people said and typed would outlive its erasure in a log. alembic lists its
own parts at every start."""

_KEY = r"\b[a-z0-9_]*(?:token|secret|secret_key|password|authorization|api_?key)"
_QUOTE = r"\\*[\"']"

_SHAPES = tuple(
    (re.compile(pattern, re.IGNORECASE | re.MULTILINE | re.ASCII), replacement)
    for pattern, replacement in (
        # "token": "…", 'token': '…', \"token\": \"…\", token='…', secret_key=bytearray(b'…')
        (rf"({_KEY}(?:{_QUOTE})?\s*[:=]\s*(?:bytearray\()?[bru]?({_QUOTE})).*?(?:(?<!\\)\2|$)", rf"\1{GONE}\2"),
        # the key of a voice connection as 32 numbers: 'secret_key': [1, 2, …]
        (r"(\bsecret_key\W{1,6}?[\[(])[\d\s,.]*", rf"\1{GONE}"),
        # Authorization: Bot …
        (r"(\bauthorization\s*[:=]\s*(?:(?:bot|bearer|basic)\s+)?)[^\s'\",;)}]+", rf"\1{GONE}"),
        # DISCORD_TOKEN=…, ?access_token=…&
        (rf"({_KEY}\s*=\s*)[^\s'\"&,;()\[\]{{}}\\]+", rf"\1{GONE}"),
        # /interactions/{id}/{token}/callback, /webhooks/{id}/{token}/messages/@original
        (r"(/(?:interactions|webhooks)/\d+/)[^/\s?#'\"<>)\]}]+", rf"\1{GONE}"),
        # https://user:password@host
        (r"(://)[^/@\s'\"]+@", rf"\1{GONE}@"),
        # the rate limit keys of discord.py: {application's id}+{interaction's token}
        (r"(\b\d{15,20}\+)[^\s'\"+:]{8,}", rf"\1{GONE}"),
        # tokens of bots and of interactions ("interaction:" in base64) wherever they stand
        (r"(?<![\w-])[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}", GONE),
        (r"(?<![\w-])aW50ZXJhY3Rpb246[\w+/=-]+", GONE),
        # webhook tokens have 68 characters; no word has 60 letters
        (r"(?<![\w-])(?=[_-]*[a-z0-9])[\w-]{60,}", GONE),
    )
)


class Redactor:
    """Takes secrets out of text: the given ones, and whatever has the shape of one."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        known = {secret for secret in secrets if len(secret) >= SHORTEST_SECRET}
        known |= {quote(secret, safe="") for secret in known}
        ordered = sorted(known, key=len, reverse=True)  # a secret may be the beginning of another
        self._known = re.compile("|".join(map(re.escape, ordered))) if ordered else None

    def __call__(self, text: str) -> str:
        """The text without secrets."""
        if self._known is not None:
            text = self._known.sub(GONE, text)
        for shape, replacement in _SHAPES:
            text = shape.sub(replacement, text)
        return text


class RecordFactory:
    """Makes log records that hold finished text without secrets: message, traceback and stack."""

    def __init__(self, redact: Redactor) -> None:
        self._redact = redact
        self._formatter = logging.Formatter()

    def __call__(self, *arguments: Any, **keywords: Any) -> logging.LogRecord:
        record = logging.LogRecord(*arguments, **keywords)
        record.msg, record.args = self._redact(_message_of(record)), None
        if record.exc_info:
            record.exc_text = self._redact(self._formatter.formatException(record.exc_info))
            record.exc_info = None  # formatters would write it out anew, with everything in it
        if record.stack_info:
            record.stack_info = self._redact(record.stack_info)
        return record


def configure_logging(level: str, *, secrets: Iterable[str] = (), stream: TextIO | None = None) -> None:
    """Sends the log from ``level`` (debug, info, warning, error) on to ``stream``, standard error by default.

    ``secrets`` are taken out literally, whatever their shape. Also logs warnings and whatever exception nobody
    caught: Python would print those as they are. May be called again, such as after a change of the level.
    """
    logging.setLogRecordFactory(RecordFactory(Redactor(secrets)))
    formatter = logging.Formatter("%(asctime)s.%(msecs)03dZ %(levelname)-7s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(formatter)
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name, least in LEAST_LEVELS.items():
        logging.getLogger(name).setLevel(max(least, logging.getLogger().level))
    logging.captureWarnings(capture=True)
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_uncaught_in_thread
    sys.unraisablehook = _log_unraisable


def _message_of(record: logging.LogRecord) -> str:
    """The finished message. A faulty log call must not end whoever made it, nor print its arguments."""
    try:
        return record.getMessage()
    except Exception:  # noqa: BLE001 - the arguments' own code may raise anything
        return f"{record.msg} (the arguments could not be put in)"


def _log_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    logging.getLogger(__name__).critical("the bot stops: an unexpected error", exc_info=(kind, error, trace))


def _log_uncaught_in_thread(failure: threading.ExceptHookArgs) -> None:
    if failure.exc_value is not None and not isinstance(failure.exc_value, SystemExit):
        name = failure.thread.name if failure.thread else "unknown"
        logging.getLogger(__name__).error("the thread %s stops: an unexpected error", name, exc_info=failure.exc_value)


def _log_unraisable(failure: sys.UnraisableHookArgs) -> None:
    what = failure.err_msg or "Exception ignored in"
    logging.getLogger(__name__).error("%s: %r", what, failure.object, exc_info=failure.exc_value)
