"""No secret reaches the log: whatever its form, whatever stands around it, whoever handles the record."""

import io
import json
import logging
import logging.handlers
import queue
import random
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.logs import GONE, Redactor, configure_logging
from config.loader import ROOT
from tests.app.logging_state import restored_logging

WORD = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"


def words(least: int, most: int) -> st.SearchStrategy[str]:
    return st.text(WORD, min_size=least, max_size=most)


BOT_TOKENS = st.tuples(words(24, 26), words(6, 6), words(38, 38)).map(".".join)
INTERACTION_TOKENS = words(20, 200).map("aW50ZXJhY3Rpb246".__add__)
WEBHOOK_TOKENS = words(68, 68).filter(lambda token: token.strip("_-") != "")
VOICE_TOKENS = words(8, 40).map("Zq".__add__)  # no part of the text around it
SNOWFLAKES = st.integers(10**17, 10**19).map(str)
VOICE_KEYS = st.lists(st.integers(0, 255), min_size=32, max_size=32)
PROSE = st.sampled_from(["", "in the middle of things", "(", "'", '"', "[{", "ready: ", "Ärger 👏 ", "a,b;c=d "])


@given(BOT_TOKENS | INTERACTION_TOKENS | WEBHOOK_TOKENS, PROSE, PROSE)
def test_a_token_of_discord_is_known_wherever_it_stands(token: str, before: str, after: str) -> None:
    assert token not in Redactor()(f"{before} {token}{after and ' '}{after}")
    assert token not in Redactor()(f"{before}'{token}'{after}")


@given(VOICE_TOKENS | BOT_TOKENS, SNOWFLAKES)
def test_a_token_is_known_by_its_name(token: str, snowflake: str) -> None:
    frame = {"op": 0, "d": {"server_id": snowflake, "session_id": "s", "token": token, "seq": 1}}
    texts = [
        f"Sending voice websocket frame: {frame}.",
        json.dumps(frame),
        json.dumps(frame, separators=(",", ":")),
        json.dumps({"body": json.dumps(frame)}),
        repr(json.dumps(frame)),
        f"connect(token={token!r}, access_token={token!r})",
        f"DISCORD_TOKEN={token} python bot.py",
        f"https://example.org/?access_token={token}&x=1",
        repr({"Authorization": f"Bot {token}", "X-Other": "1"}),
        f"Authorization: Bot {token}\r\nHost: x",
        f"authorization: {token}",
        f'{{"client_secret" : "{token}"',
        f"'token': '{token}",
    ]
    for text in texts:
        redacted = Redactor()(text)
        assert token not in redacted.replace(GONE, ""), text


@given(VOICE_TOKENS | INTERACTION_TOKENS | WEBHOOK_TOKENS, SNOWFLAKES)
def test_a_token_is_known_by_its_place_in_an_address(token: str, snowflake: str) -> None:
    for text in (
        f"POST https://discord.com/api/v10/interactions/{snowflake}/{token}/callback with None has returned 204",
        f"url='http://127.0.0.1:80/api/v10/webhooks/{snowflake}/{token}/messages/@original?thread_id=1'",
        f"https://discord.com/api/webhooks/{snowflake}/{token}",
        f"A rate limit bucket (abc:{snowflake}+{token}) has been exhausted.",
        f"bucket hash abc with '{snowflake}+{token}' major parameters",
        f"postgresql://spaces:{token}@localhost/spaces",
    ):
        redacted = Redactor()(text)
        assert token not in redacted.replace(GONE, ""), text
        assert text[:12] in redacted
    assert snowflake in Redactor()(f"/webhooks/{snowflake}/{token}")


@given(VOICE_KEYS)
def test_the_key_of_a_voice_connection_is_known(key: list[int]) -> None:
    numbers = ", ".join(map(str, key))
    for text in (
        f"Voice websocket frame received: {{'op': 4, 'd': {{'mode': 'x', 'secret_key': {key}, 'dave': 0}}}}",
        json.dumps({"d": {"secret_key": key}}, separators=(",", ":")),
        f"Description(secret_key={tuple(key)}, mode='x')",
        f"Description(secret_key={bytes(key)!r}, mode='x')",
        f"Description(secret_key={bytearray(key)!r}, mode='x')",
    ):
        redacted = Redactor()(text)
        assert numbers not in redacted
        assert ",".join(map(str, key)) not in redacted
        assert repr(bytes(key))[2:-1] not in redacted


@given(st.text(min_size=8, max_size=60).filter(lambda secret: secret not in GONE), st.text(max_size=20))
def test_given_secrets_are_known_whatever_their_shape(secret: str, around: str) -> None:
    redacted = Redactor([secret])(f"{around}|{secret}|{around}")

    assert f"|{secret}|" not in redacted


def test_a_secret_in_another_is_no_excuse() -> None:
    assert Redactor(["abcdefgh", "abcdefghijkl"])("x abcdefghijkl y") == f"x {GONE} y"
    assert Redactor(["a/b+c=d&e"])("?x=a%2Fb%2Bc%3Dd%26e") == f"?x={GONE}"


@pytest.mark.parametrize(
    "text",
    [
        "Improper token has been passed.",
        "line 12 of Space 3 stored 0.91 s after its last packet",
        "GET https://discord.com/api/v10/channels/1234567890123456789/messages has returned 200",
        "Shard ID None has connected to Gateway (Session ID: 5f0c3a1f9b8d4e6f8a7b6c5d4e3f2a1b).",
        "Discovered the rate limit hash of GET /webhooks/{webhook_id}/{webhook_token}",
        "{'op': 4, 'd': {'mode': 'aead_aes256_gcm_rtpsize', 'ssrc': 12}}",
        "-" * 80,
        "_" * 80,
        "これは" * 40,
        "C:\\spaces\\data and /srv/spaces/data/spaces.sqlite3",
        "3.11.7, 2.7.1 and 192.168.100.200:50000",
        "the secret of a good Space: people",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert Redactor(["short"])(text) == text


@given(st.text(WORD + "\"'\\/:=[]{}., \n+@", max_size=300))
def test_redacting_twice_is_redacting_once(text: str) -> None:
    once = Redactor()(text)

    assert Redactor()(once) == once


PIECES = ["a", "_", "token", "token=", "'token': '", "a_", "://", "\\", "'", "/webhooks/1/", "secret_key: ", "a."]


@pytest.mark.parametrize(
    "piece", [*PIECES, "1" * 15 + "+", "a" * 25 + ".", "authorization: ", "bot ", "aW50ZXJhY3Rpb246"]
)
def test_long_lines_take_a_moment(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    began = time.process_time()
    Redactor(["MTIzNDU2Nzg5"])(text)

    assert time.process_time() - began < 2


# --- the whole log -------------------------------------------------------------------------------------------------

SECRET = "aW50ZXJhY3Rpb246" + "".join(random.Random(1).choices(WORD, k=120))
KNOWN = "a known secret of no shape"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    with restored_logging():
        stream = io.StringIO()
        configure_logging("debug", secrets=[KNOWN], stream=stream)
        yield stream


class Unprintable:
    """Fails when it is written out, and names a secret on the way."""

    def __str__(self) -> str:
        raise ValueError(SECRET)


def fail() -> None:
    try:
        raise ConnectionError(f"cannot reach /webhooks/123/{SECRET}")
    except ConnectionError as error:
        error.add_note(f"tried with {KNOWN}")
        raise RuntimeError(f"token={SECRET}") from error


def test_messages_tracebacks_and_stacks_lose_their_secrets(log: io.StringIO) -> None:
    logger = logging.getLogger("discord.client")
    logger.debug("%s %s", "POST", f"https://discord.com/api/v10/interactions/1/{SECRET}/callback")
    logger.info("from %(who)s", {"who": KNOWN})
    logger.warning("%d%%", 12)
    try:
        fail()
    except RuntimeError:
        logger.exception("it failed for %s", SECRET, stack_info=True)

    text = log.getvalue()
    assert SECRET not in text
    assert KNOWN not in text
    assert f"POST https://discord.com/api/v10/interactions/1/{GONE}/callback" in text
    assert "12%" in text
    assert "ConnectionError: cannot reach /webhooks/123/[redacted]" in text
    assert "RuntimeError: token=[redacted]" in text
    assert "Stack (most recent call last)" in text


def test_a_faulty_log_call_hurts_nobody_and_shows_nothing(log: io.StringIO, capsys: pytest.CaptureFixture[str]) -> None:
    logger = logging.getLogger("faulty")
    logger.info("one %s two %s", SECRET)  # noqa: PLE1206 - the fault is the point
    logger.info("%s", Unprintable())

    output = capsys.readouterr()
    assert SECRET not in log.getvalue() + output.err + output.out
    assert "one %s two %s (the arguments could not be put in)" in log.getvalue()


def test_every_other_handler_gets_clean_records_too(log: io.StringIO) -> None:
    logger = logging.getLogger("elsewhere")
    waiting: queue.Queue[logging.LogRecord] = queue.Queue()
    memory = logging.handlers.MemoryHandler(100, flushLevel=logging.CRITICAL + 1)
    handlers = [logging.handlers.QueueHandler(waiting), memory]
    for handler in handlers:
        logger.addHandler(handler)
    try:
        fail()
    except RuntimeError:
        logger.exception("failed with %s and %s", SECRET, KNOWN)
    finally:
        for handler in handlers:
            logger.removeHandler(handler)

    records = [waiting.get_nowait(), *memory.buffer]
    memory.close()
    assert len(records) == 2
    for record in records:
        held = repr(vars(record)) + logging.Formatter().format(record)
        assert SECRET not in held
        assert KNOWN not in held
        assert "RuntimeError" in held


def test_warnings_are_logged(log: io.StringIO) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(f"token='{SECRET}'", UserWarning, stacklevel=1)

    assert "UserWarning: token='[redacted]'" in log.getvalue().replace(SECRET, "LEAKED")


def test_the_level_holds_and_can_be_changed() -> None:
    with restored_logging():
        first, second = io.StringIO(), io.StringIO()
        configure_logging("warning", stream=first)
        logging.getLogger("x").info("too quiet")
        logging.getLogger("x").warning("loud enough")
        configure_logging("debug", stream=second)
        logging.getLogger("x").debug("heard now")
        for name in ("aiosqlite", "discord.gateway", "discord.http", "sqlalchemy.engine.Engine"):
            logging.getLogger(name).debug("what somebody said")

    assert first.getvalue().endswith("Z WARNING x: loud enough\n")
    assert first.getvalue().count("\n") == 1
    assert second.getvalue().endswith("Z DEBUG   x: heard now\n")
    assert "what somebody said" not in second.getvalue()


UNCAUGHT = """
import logging, sys, threading
from app.logs import configure_logging
configure_logging("info", secrets=["hunter2hunter2"])
class Hasty:
    def __del__(self):
        raise ValueError("deleted with hunter2hunter2")
def work():
    raise ValueError("threaded with hunter2hunter2")
del (hasty := [Hasty()])[0]
thread = threading.Thread(target=work, name="reader")
thread.start(); thread.join()
raise ValueError("ended with hunter2hunter2")
"""


def test_what_nobody_caught_is_logged_without_secrets() -> None:
    done = subprocess.run(
        [sys.executable, "-c", UNCAUGHT], cwd=ROOT, capture_output=True, text=True, timeout=30, check=False
    )

    assert done.returncode == 1
    assert "hunter2hunter2" not in done.stdout + done.stderr
    for what in ("deleted with", "threaded with", "ended with"):
        assert f"ValueError: {what} {GONE}" in done.stderr
    assert "the thread reader stops: an unexpected error" in done.stderr
