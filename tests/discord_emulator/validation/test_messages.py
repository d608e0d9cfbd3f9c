"""Messages: every limit from both sides, edits, and refusals of the whole message."""

from __future__ import annotations

from typing import Any

import pytest

from discord_emulator.validation.attachments import check_upload_sizes
from discord_emulator.validation.messages import check_message
from tests.discord_emulator.validation.support import V2, Rule, button, faults, layout, row, text

TEXT = {"content": "hello"}
SPACES = {"content": "hello", "allowed_mentions": {"parse": []}}
SENT = {"id": "9", "content": "hello", "flags": 0, "embeds": [], "components": [], "attachments": []}
SENT_V2 = {**SENT, "content": "", "flags": V2, "components": [text()]}


def embed(**changes: Any) -> dict[str, Any]:
    return {"embeds": [{"title": "Live"} | changes]}


def mentions(**changes: Any) -> dict[str, Any]:
    return {"content": "hello", "allowed_mentions": changes}


def poll(**changes: Any) -> dict[str, Any]:
    answers = [{"poll_media": {"text": "Yes"}}]
    return {"poll": {"question": {"text": "Again?"}, "answers": answers, "duration": 24} | changes}


def with_files(*entries: dict[str, Any]) -> dict[str, Any]:
    return {"attachments": list(entries)}


def six_thousand(extra: str) -> dict[str, Any]:
    fields = [{"name": "n" * 100, "value": "v" * 900} for _ in range(2)]
    author = {"name": "a" * 100}
    footer = {"text": "f" * 100}
    first = {"title": "t" * 200, "description": "d" * 3_000, "fields": fields, "author": author, "footer": footer}
    return {"embeds": [first, {"description": "e" * 600 + extra}]}


def numbers(amount: int) -> list[str]:
    return [str(1_000 + number) for number in range(amount)]


EDIT = {"is_edit": True, "previous": SENT}
EDIT_V2 = {"is_edit": True, "previous": SENT_V2}
ANSWER = {"is_interaction": True}
URL = "https://e.org/"

RULES = [
    Rule("content", {"content": "x" * 2_000}, {"content": "x" * 2_001}, "content", "BASE_TYPE_MAX_LENGTH"),
    Rule("content is text", TEXT, {"content": 5, "embeds": [{"title": "t"}]}, "content", "STRING_TYPE_CONVERT"),
    Rule("known keys", TEXT | {"tts": False}, TEXT | {"contnet": "x"}, "contnet", "EMULATOR_UNKNOWN_KEY"),
    Rule("tts", TEXT | {"tts": True}, TEXT | {"tts": "yes"}, "tts", "BOOLEAN_TYPE_CONVERT"),
    Rule(
        "ten embeds",
        {"embeds": [{"title": "t"}] * 10},
        {"embeds": [{"title": "t"}] * 11},
        "embeds",
        "BASE_TYPE_MAX_LENGTH",
    ),
    Rule("embeds are a list", embed(), {"embeds": {"title": "t"}}, "embeds", "LIST_TYPE_CONVERT"),
    Rule("embeds are objects", embed(), {"embeds": ["t"]}, "embeds.0", "MODEL_TYPE_CONVERT"),
    Rule("embeds in all", six_thousand(""), six_thousand("x"), "embeds", "MAX_EMBED_SIZE_EXCEEDED"),
    Rule("embed title", embed(title="t" * 256), embed(title="t" * 257), "embeds.0.title", "BASE_TYPE_MAX_LENGTH"),
    Rule(
        "embed description",
        embed(description="d" * 4_096),
        embed(description="d" * 4_097),
        "embeds.0.description",
        "BASE_TYPE_MAX_LENGTH",
    ),
    Rule(
        "empty embed",
        {"embeds": [{"image": {"url": URL + "a.png"}}]},
        {"embeds": [{"color": 1}]},
        "embeds.0.description",
        "BASE_TYPE_REQUIRED",
    ),
    Rule("embed color", embed(color=0xFFFFFF), embed(color=0x1000000), "embeds.0.color", "NUMBER_TYPE_MAX"),
    Rule(
        "embed time",
        embed(timestamp="2026-08-01T12:00:00+00:00"),
        embed(timestamp="tomorrow"),
        "embeds.0.timestamp",
        "DATE_TIME_TYPE_PARSE",
    ),
    Rule("embed link", embed(url=URL), embed(url="ftp://e.org"), "embeds.0.url", "URL_TYPE_INVALID_SCHEME"),
    Rule("embed link form", embed(url=URL), embed(url="not a link"), "embeds.0.url", "URL_TYPE_INVALID_URL"),
    Rule("embed link host", embed(url=URL), embed(url="https://"), "embeds.0.url", "URL_TYPE_INVALID_URL"),
    Rule(
        "embed link length",
        embed(url=URL + "x" * (2_048 - len(URL))),
        embed(url=URL + "x" * (2_049 - len(URL))),
        "embeds.0.url",
        "BASE_TYPE_MAX_LENGTH",
    ),
    Rule(
        "embed picture",
        embed(image={"url": "attachment://a.png"}),
        embed(image={"url": "file:///a.png"}),
        "embeds.0.image.url",
        "URL_TYPE_INVALID_SCHEME",
    ),
    Rule(
        "embed author",
        embed(author={"name": "a" * 256, "icon_url": URL + "i"}),
        embed(author={"name": "a" * 257}),
        "embeds.0.author.name",
        "BASE_TYPE_MAX_LENGTH",
    ),
    Rule(
        "embed footer",
        embed(footer={"text": "f" * 2_048}),
        embed(footer={"text": "f" * 2_049}),
        "embeds.0.footer.text",
        "BASE_TYPE_MAX_LENGTH",
    ),
    Rule(
        "embed fields",
        embed(fields=[{"name": "n", "value": "v"}] * 25),
        embed(fields=[{"name": "n", "value": "v"}] * 26),
        "embeds.0.fields",
        "BASE_TYPE_MAX_LENGTH",
    ),
    Rule(
        "field name",
        embed(fields=[{"name": "n" * 256, "value": "v" * 1_024, "inline": True}]),
        embed(fields=[{"name": "n" * 257, "value": "v"}]),
        "embeds.0.fields.0.name",
        "BASE_TYPE_BAD_LENGTH",
    ),
    Rule(
        "field value",
        embed(fields=[{"name": "n", "value": "\u200b"}]),
        embed(fields=[{"name": "n", "value": " "}]),
        "embeds.0.fields.0.value",
        "BASE_TYPE_REQUIRED",
    ),
    Rule(
        "mentioned kinds",
        mentions(parse=["users", "roles", "everyone"]),
        mentions(parse=["here"]),
        "allowed_mentions.parse.0",
        "BASE_TYPE_CHOICES",
    ),
    Rule(
        "mentioned users",
        mentions(users=numbers(100)),
        mentions(users=numbers(101)),
        "allowed_mentions.users",
        "BASE_TYPE_MAX_LENGTH",
    ),
    Rule(
        "mentioned roles",
        mentions(roles=numbers(100)),
        mentions(roles=numbers(101)),
        "allowed_mentions.roles",
        "BASE_TYPE_MAX_LENGTH",
    ),
    Rule(
        "mentioned twice",
        mentions(users=["1", "2"]),
        mentions(users=["1", 1]),
        "allowed_mentions.users.1",
        "SET_TYPE_ALREADY_CONTAINS_VALUE",
    ),
    Rule(
        "mentions by kind or by id",
        mentions(parse=["users"], roles=["1"], users=[]),
        mentions(parse=["users"], users=["1"]),
        "allowed_mentions",
        "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
    ),
    Rule(
        "mention of an id",
        mentions(users=[2**63]),
        mentions(users=["@everyone"]),
        "allowed_mentions.users.0",
        "NUMBER_TYPE_COERCE",
    ),
    Rule(
        "reply ping",
        mentions(replied_user=False),
        mentions(replied_user="no"),
        "allowed_mentions.replied_user",
        "BOOLEAN_TYPE_CONVERT",
    ),
    Rule(
        "settable flags",
        TEXT | {"flags": 4 | 4096},
        TEXT | {"flags": 128},
        "flags",
        "EMULATOR_FLAG_NOT_SETTABLE",
    ),
    Rule(
        "ephemeral answers",
        TEXT | {"flags": 64},
        TEXT | {"flags": 64 | 16},
        "flags",
        "EMULATOR_FLAG_NOT_SETTABLE",
        ANSWER,
    ),
    Rule("nonce", TEXT | {"nonce": "n" * 25}, TEXT | {"nonce": "n" * 26}, "nonce", "NONCE_TYPE_TOO_LONG"),
    Rule("nonce number", TEXT | {"nonce": 2**63 - 1}, TEXT | {"nonce": 2**63}, "nonce", "NONCE_TYPE_OUT_OF_BOUNDS"),
    Rule("nonce type", TEXT | {"nonce": 1}, TEXT | {"nonce": [1]}, "nonce", "NONCE_TYPE_INVALID_TYPE"),
    Rule(
        "reply",
        TEXT | {"message_reference": {"message_id": "1", "fail_if_not_exists": False}},
        TEXT | {"message_reference": {"channel_id": "1"}},
        "message_reference.message_id",
        "BASE_TYPE_REQUIRED",
    ),
    Rule(
        "forward",
        {"message_reference": {"type": 1, "message_id": "1", "channel_id": "2"}},
        {"message_reference": {"type": 1, "message_id": "1"}},
        "message_reference.channel_id",
        "BASE_TYPE_REQUIRED",
    ),
    Rule(
        "reference type",
        TEXT | {"message_reference": {"type": 0, "message_id": "1"}},
        TEXT | {"message_reference": {"type": 2, "message_id": "1"}},
        "message_reference.type",
        "BASE_TYPE_CHOICES",
    ),
    Rule(
        "stickers",
        {"sticker_ids": numbers(3)},
        {"sticker_ids": numbers(4)},
        "sticker_ids",
        "BASE_TYPE_MAX_LENGTH",
    ),
    Rule(
        "uploads are known",
        with_files({"id": 0, "filename": "a.txt"}),
        with_files({"id": 1, "filename": "a.txt"}),
        "attachments.0.id",
        "ATTACHMENT_NOT_FOUND",
        {"files": 1},
    ),
    Rule(
        "attachment id",
        with_files({"id": "0"}),
        with_files({"filename": "a.txt"}),
        "attachments.0.id",
        "BASE_TYPE_REQUIRED",
        {"files": 1},
    ),
    Rule(
        "attachment description",
        with_files({"id": 0, "description": "d" * 1_024}),
        with_files({"id": 0, "description": "d" * 1_025}),
        "attachments.0.description",
        "BASE_TYPE_MAX_LENGTH",
        {"files": 1},
    ),
    Rule(
        "kept attachments",
        with_files({"id": "77"}),
        with_files({"id": "78"}),
        "attachments.0.id",
        "ATTACHMENT_NOT_FOUND",
        {"is_edit": True, "previous": SENT | {"attachments": [{"id": "77", "filename": "a.txt"}]}},
    ),
    Rule(
        "poll question",
        poll(question={"text": "q" * 300}),
        poll(question={"text": "q" * 301}),
        "poll.question.text",
        "BASE_TYPE_BAD_LENGTH",
    ),
    Rule(
        "poll answers",
        poll(answers=[{"poll_media": {"text": "a"}}] * 10),
        poll(answers=[{"poll_media": {"text": "a"}}] * 11),
        "poll.answers",
        "BASE_TYPE_BAD_LENGTH",
    ),
    Rule(
        "poll answer",
        poll(answers=[{"poll_media": {"text": "a" * 55, "emoji": {"name": "👍"}}}]),
        poll(answers=[{"poll_media": {"text": "a" * 56}}]),
        "poll.answers.0.poll_media.text",
        "BASE_TYPE_BAD_LENGTH",
    ),
    Rule("poll hours", poll(duration=768.0), poll(duration=769), "poll.duration", "NUMBER_TYPE_MAX"),
    Rule("poll hours are whole", poll(duration=1), poll(duration=1.5), "poll.duration", "NUMBER_TYPE_COERCE"),
    Rule("flags are whole", TEXT | {"flags": 4}, TEXT | {"flags": 4.0}, "flags", "NUMBER_TYPE_COERCE"),
    Rule("poll layout", poll(layout_type=1), poll(layout_type=2), "poll.layout_type", "BASE_TYPE_CHOICES"),
    Rule("v2 needs the flag", layout(text()), {"components": [text()]}, "components.0", "UNION_TYPE_CHOICES"),
    Rule(
        "v2 without content",
        layout(text()) | {"content": ""},
        layout(text()) | {"content": "hello"},
        "content",
        "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
    ),
    Rule(
        "v2 without embeds",
        layout(text()) | {"embeds": []},
        layout(text()) | embed(),
        "embeds",
        "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
    ),
    Rule(
        "v2 without poll",
        layout(text()),
        layout(text()) | poll(),
        "poll",
        "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
    ),
    Rule(
        "v2 without stickers",
        layout(text()),
        layout(text()) | {"sticker_ids": ["1"]},
        "sticker_ids",
        "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
    ),
    Rule(
        "an edit to v2 clears the content",
        layout(text()) | {"content": None},
        layout(text()),
        "content",
        "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
        EDIT,
    ),
    Rule(
        "a v2 message gets no content",
        layout(text("new")),
        TEXT,
        "content",
        "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
        EDIT_V2,
    ),
    Rule(
        "v2 stays",
        {"flags": V2 | 4},
        {"flags": 4},
        "flags",
        "MESSAGE_CANNOT_REMOVE_COMPONENTS_V2_FLAG",
        EDIT_V2,
    ),
    Rule(
        "v2 parts need the flag again",
        layout(text()),
        {"components": [text()]},
        "components.0",
        "UNION_TYPE_CHOICES",
        EDIT_V2,
    ),
    Rule(
        "an edit keeps other flags",
        TEXT | {"flags": 4},
        TEXT | {"flags": 4096},
        "flags",
        "EMULATOR_FLAG_NOT_SETTABLE",
        EDIT,
    ),
    Rule(
        "webhook name", TEXT | {"username": "u" * 80}, TEXT | {"username": "u" * 81}, "username", "BASE_TYPE_BAD_LENGTH"
    ),
    Rule(
        "webhook picture",
        TEXT | {"avatar_url": URL + "x" * (2_048 - len(URL))},
        TEXT | {"avatar_url": URL + "x" * (2_049 - len(URL))},
        "avatar_url",
        "BASE_TYPE_MAX_LENGTH",
    ),
    Rule(
        "post tags",
        TEXT | {"applied_tags": numbers(5)},
        TEXT | {"applied_tags": numbers(6)},
        "applied_tags",
        "BASE_TYPE_MAX_LENGTH",
    ),
    Rule(
        "embed provider",
        embed(provider={"name": "p" * 256}),
        embed(provider={"name": "p" * 257}),
        "embeds.0.provider.name",
        "BASE_TYPE_MAX_LENGTH",
    ),
    Rule(
        "long field value",
        embed(fields=[{"name": "n", "value": "v" * 1_024}]),
        embed(fields=[{"name": "n", "value": "v" * 1_025}]),
        "embeds.0.fields.0.value",
        "BASE_TYPE_BAD_LENGTH",
    ),
    Rule("embed black", embed(color=0), embed(color=-1), "embeds.0.color", "NUMBER_TYPE_MIN"),
    Rule(
        "attachment title",
        with_files({"id": 0, "title": "t" * 1_024}),
        with_files({"id": 0, "title": "t" * 1_025}),
        "attachments.0.title",
        "BASE_TYPE_MAX_LENGTH",
        {"files": 1},
    ),
    Rule(
        "attachment name",
        with_files({"id": 0, "filename": "f" * 1_024}),
        with_files({"id": 0, "filename": "f" * 1_025}),
        "attachments.0.filename",
        "BASE_TYPE_BAD_LENGTH",
        {"files": 1},
    ),
    Rule(
        "attachment waveform",
        with_files({"id": 0, "waveform": "A" * 400}),
        with_files({"id": 0, "waveform": "A" * 401}),
        "attachments.0.waveform",
        "BASE_TYPE_MAX_LENGTH",
        {"files": 1},
    ),
    Rule(
        "attachment length",
        with_files({"id": 0, "duration_secs": 0}),
        with_files({"id": 0, "duration_secs": -0.1}),
        "attachments.0.duration_secs",
        "NUMBER_TYPE_MIN",
        {"files": 1},
    ),
    Rule(
        "shortest poll question",
        poll(question={"text": "q"}),
        poll(question={"text": ""}),
        "poll.question.text",
        "BASE_TYPE_REQUIRED",
    ),
    Rule(
        "poll answer is there",
        poll(answers=[{"poll_media": {"text": "a"}}]),
        poll(answers=[{}]),
        "poll.answers.0.poll_media",
        "BASE_TYPE_REQUIRED",
    ),
    Rule("poll answers are there", poll(), poll(answers=[]), "poll.answers", "BASE_TYPE_BAD_LENGTH"),
    Rule("shortest poll", poll(duration=1), poll(duration=0), "poll.duration", "NUMBER_TYPE_MIN"),
    Rule("negative flags", TEXT | {"flags": 0}, TEXT | {"flags": -1}, "flags", "NUMBER_TYPE_MIN"),
    Rule(
        "shown files are uploaded",
        layout({"type": 13, "file": {"url": "attachment://a.txt"}}) | with_files({"id": 0, "filename": "a.txt"}),
        layout({"type": 13, "file": {"url": "attachment://b.txt"}}) | with_files({"id": 0, "filename": "a.txt"}),
        "components.0.file.url",
        "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND",
        {"files": 1},
    ),
]


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_just_within(rule: Rule) -> None:
    assert faults(check_message, rule.good, **{"files": 0, **rule.options}) == set()


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_just_beyond(rule: Rule) -> None:
    assert faults(check_message, rule.bad, **{"files": 0, **rule.options}) == {(rule.at, rule.code)}


def test_all_faults_at_once() -> None:
    body = {"content": "x" * 2_001, "nonce": [], "embeds": [{"title": "t" * 257, "color": -1}]}
    assert faults(check_message, body, files=0) == {
        ("content", "BASE_TYPE_MAX_LENGTH"),
        ("nonce", "NONCE_TYPE_INVALID_TYPE"),
        ("embeds.0.title", "BASE_TYPE_MAX_LENGTH"),
        ("embeds.0.color", "NUMBER_TYPE_MIN"),
    }


@pytest.mark.parametrize(
    "body",
    [{}, {"content": ""}, {"content": " \n"}, {"content": None, "embeds": [], "components": []}, {"flags": V2}],
)
def test_empty_messages_are_refused(body: dict[str, Any]) -> None:
    assert faults(check_message, body, files=0) == {("", "50006")}


@pytest.mark.parametrize(
    ("body", "files"),
    [({}, 1), ({"sticker_ids": ["1"]}, 0), ({"components": [row(button())]}, 0), (poll(), 0), (embed(), 0)],
)
def test_something_to_show_is_enough(body: dict[str, Any], files: int) -> None:
    assert faults(check_message, body, files=files) == set()


def test_an_edit_may_not_leave_a_message_empty() -> None:
    assert faults(check_message, {"content": ""}, files=0, **EDIT) == {("", "50006")}
    assert faults(check_message, {"content": "", "embeds": [{"title": "t"}]}, files=0, **EDIT) == set()
    assert faults(check_message, {"embeds": []}, files=0, **EDIT) == set()
    assert faults(check_message, {"components": []}, files=0, **EDIT_V2) == {("", "50006")}


def test_an_edit_of_an_unknown_message_is_judged_by_its_fields() -> None:
    assert faults(check_message, {"content": ""}, files=0, is_edit=True) == set()
    assert faults(check_message, {"attachments": [{"id": "77"}]}, files=0, is_edit=True) == set()


def test_only_answers_to_interactions_are_ephemeral() -> None:
    body = TEXT | {"flags": 64}
    assert faults(check_message, body, files=0) == {("flags", "EMULATOR_FLAG_NOT_SETTABLE")}
    assert faults(check_message, body, files=0, is_interaction=True) == set()


def test_forwards_carry_nothing_else() -> None:
    forward = {"message_reference": {"type": 1, "message_id": "1", "channel_id": "2"}}
    assert faults(check_message, forward | TEXT, files=0) == {("", "160011")}


def test_files_are_at_most_ten() -> None:
    assert faults(check_message, {}, files=10) == set()
    assert faults(check_message, {}, files=11) == {("", "30015")}


VOICE = {"flags": 8192, "attachments": [{"id": 0, "duration_secs": 1.5, "waveform": "AAAA"}]}


def test_voice_messages() -> None:
    assert faults(check_message, VOICE, files=1) == set()
    assert faults(check_message, VOICE | TEXT, files=1) == {("", "50159")}
    assert faults(check_message, VOICE, files=2) == {("", "50160")}
    assert faults(check_message, {"flags": 8192}, files=1) == {("", "50161")}


def test_flags_of_an_edit_may_stay_as_they_were() -> None:
    previous = SENT | {"flags": 64 | 4096}
    assert faults(check_message, TEXT | {"flags": 64 | 4096 | 4}, files=0, is_edit=True, previous=previous) == set()


def test_upload_sizes() -> None:
    check_upload_sizes([10 * 1024 * 1024])
    assert faults(check_upload_sizes, [10 * 1024 * 1024 + 1]) == {("", "40005")}
    check_upload_sizes([6_000_000, 4_000_000], limit=10_000_000)
    assert faults(check_upload_sizes, [6_000_000, 4_000_001], limit=10_000_000) == {("", "40005")}
    assert faults(check_upload_sizes, [1] * 11) == {("", "30015")}


def test_a_body_that_is_no_object() -> None:
    assert faults(check_message, ["hello"], files=0) == {("", "MODEL_TYPE_CONVERT")}
