"""What may differ from Discord's description, each with the reason. A run counts what it used; the rest can go."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from .faults import ABSENT_VALUE, UNKNOWN_KEY, Fault


@dataclass(frozen=True, slots=True)
class Allowance:
    """One kind of fault that is none: patterns for what was judged, place, message and value, matched in full."""

    name: str
    subject: str
    place: str
    message: str
    why: str
    value: str = ".*"

    def covers(self, subject: str, fault: Fault) -> bool:
        """Whether a fault of what ``subject`` names is of this kind."""
        pairs = (
            (self.subject, subject),
            (self.place, fault.place),
            (self.message, fault.message),
            (self.value, fault.value),
        )
        return all(_pattern(pattern).fullmatch(text) for pattern, text in pairs)


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


ALLOWANCES: tuple[Allowance, ...] = (
    # -- what the description lacks ----------------------------------------------------------------------------------
    Allowance(
        "words as codes of form errors",
        "answer 400 of .*",
        r"\$\.errors.*\._errors\[\d+\]\.code",
        "breaks 'type': .*",
        "The description gives all errors one schema with a number; the documented codes of form errors are words:"
        " https://discord.com/developers/docs/reference#error-messages",
        value=r'"[A-Z0-9_]+"',
    ),
    Allowance(
        "nsfw of a command",
        r"body of (PUT|POST|PATCH) /applications/\{application_id\}/(guilds/\{guild_id\}/)?commands(/\{command_id\})?",
        r"\$(\[\d+\])?\.nsfw",
        UNKNOWN_KEY,
        "Documented: https://discord.com/developers/docs/interactions/application-commands#application-command-object",
        value="true|false",
    ),
    Allowance(
        "lifting a ban without a body",
        r"body of DELETE /guilds/\{guild_id\}/bans/\{user_id\}",
        r"\$",
        ABSENT_VALUE,
        "The documentation names none: https://discord.com/developers/docs/resources/guild#remove-guild-ban",
    ),
    Allowance(
        "a ban by Cloudflare",
        "answer 429 of .*",
        r"\$",
        "breaks 'type': .*",
        "It does not come from Discord and is no JSON: https://discord.com/developers/docs/topics/rate-limits",
        value='"<!DOCTYPE html>.*',
    ),
    Allowance(
        "forwards, asked for",
        "body of POST /channels/.*",
        r"\$(\.message)?\.message_reference\.type",
        "breaks 'type': .*",
        "The description knows answers only: https://discord.com/developers/docs/resources/message#message-reference-types",
        value="1",
    ),
    Allowance(
        "forwards",
        "(answer 200 of|event) .*",
        r"\$.*\.message_reference\.type",
        "breaks 'const': 0",
        "As above.",
        value="1",
    ),
    Allowance(
        "the first message of a post",
        r"answer 201 of POST /channels/\{channel_id\}/threads",
        r"\$\.message",
        UNKNOWN_KEY,
        "Documented: https://discord.com/developers/docs/resources/channel#start-thread-in-forum-or-media-channel",
    ),
    # -- what discord.py 2.7.1 sends beyond the documentation, and Discord ignores -----------------------------------
    Allowance(
        "request_to_speak_timestamp of somebody else",
        r"body of PATCH /guilds/\{guild_id\}/voice-states/\{user_id\}",
        r"\$\.request_to_speak_timestamp",
        UNKNOWN_KEY,
        "Member.edit(suppress=False) sends it for everybody (discord/member.py).",
    ),
    Allowance(
        "delete_message_seconds of a ban, as a query",
        r"address of PUT /guilds/\{guild_id\}/bans/\{user_id\}",
        r"\$\.query\.delete_message_seconds",
        UNKNOWN_KEY,
        "HTTPClient.ban puts it into the query, where the documentation has it in the body (discord/http.py).",
        value=r'"\d+"',
    ),
    Allowance(
        "a ban without a body",
        r"body of PUT /guilds/\{guild_id\}/bans/\{user_id\}",
        r"\$",
        ABSENT_VALUE,
        "See the query above; every key of the body is optional.",
    ),
    Allowance(
        "tts of an edit",
        r"body of (PATCH /channels/.*|PATCH /webhooks/.*|POST /interactions/.*)",
        r"\$\.(data\.)?tts",
        UNKNOWN_KEY,
        "handle_message_parameters writes it for edits as for new messages (discord/http.py).",
        value="true|false",
    ),
    Allowance(
        "tts of a post",
        r"body of POST /channels/\{channel_id\}/threads",
        r"\$\.message\.tts",
        UNKNOWN_KEY,
        "handle_message_parameters writes it for posts as for messages (discord/http.py).",
        value="true|false",
    ),
    Allowance(
        "empty keys of an option",
        r"body of (PUT|POST|PATCH) /applications/.*",
        r"\$.*\.options\[\d+\]\.(choices|autocomplete)",
        UNKNOWN_KEY,
        "py-cord writes them for every kind of option (discord/commands/options.py).",
        value=r"\[\]|false",
    ),
    Allowance(
        "type of a post",
        r"body of POST /channels/\{channel_id\}/threads",
        r"\$\.type",
        UNKNOWN_KEY,
        "ForumChannel.create_thread sends that of a public thread, which a post is (discord/channel.py).",
        value="11",
    ),
    Allowance(
        "use_nested_fields of a post",
        r"address of POST /channels/\{channel_id\}/threads",
        r"\$\.query\.use_nested_fields",
        UNKNOWN_KEY,
        "HTTPClient.start_thread_in_forum asks so for the message in the body that is documented (discord/http.py).",
        value='"1"',
    ),
    Allowance(
        "a kept attachment as it was read",
        "body of PATCH .*",
        r"\$\.attachments\[\d+\]\.(proxy_url|size|url|spoiler|content_type|width|height|placeholder.*)",
        UNKNOWN_KEY,
        "Attachment.to_dict sends back all that it knows (discord/message.py).",
    ),
    Allowance(
        "flags of an embed",
        r"body of .*",
        r"\$\.(data\.)?embeds\[\d+\]\.flags",
        UNKNOWN_KEY,
        "An embed that was read from a message is sent back with its flags (discord/embeds.py).",
        value=r"\d+",
    ),
    Allowance(
        "id of an overwrite, in the path and the body",
        r"body of PUT /channels/\{channel_id\}/permissions/\{overwrite_id\}",
        r"\$\.id",
        UNKNOWN_KEY,
        "GuildChannel.set_permissions sends the whole overwrite (discord/http.py, edit_channel_permissions).",
    ),
)


def allowance_for(subject: str, fault: Fault) -> Allowance | None:
    """The first allowance that covers a fault."""
    return next((allowance for allowance in ALLOWANCES if allowance.covers(subject, fault)), None)
