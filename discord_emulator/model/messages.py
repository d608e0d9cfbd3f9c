"""Messages and what can be read in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, IntFlag
from typing import TYPE_CHECKING, Any

from .errors import EmulatorError

if TYPE_CHECKING:
    from .channels import Channel
    from .interactions import Interaction
    from .polls import Poll
    from .users import User


class MessageType(IntEnum):
    """https://discord.com/developers/docs/resources/message#message-object-message-types"""

    DEFAULT = 0
    RECIPIENT_ADD = 1
    RECIPIENT_REMOVE = 2
    CHANNEL_NAME_CHANGE = 4
    CHANNEL_PINNED_MESSAGE = 6
    THREAD_CREATED = 18
    REPLY = 19
    CHAT_INPUT_COMMAND = 20
    THREAD_STARTER_MESSAGE = 21
    CONTEXT_MENU_COMMAND = 23
    POLL_RESULT = 46


# What somebody wrote; all other types are notes of Discord itself.
WRITTEN = frozenset(
    {MessageType.DEFAULT, MessageType.REPLY, MessageType.CHAT_INPUT_COMMAND, MessageType.CONTEXT_MENU_COMMAND}
)


class MessageFlag(IntFlag):
    """https://discord.com/developers/docs/resources/message#message-object-message-flags"""

    CROSSPOSTED = 1 << 0
    SUPPRESS_EMBEDS = 1 << 2
    HAS_THREAD = 1 << 5
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SUPPRESS_NOTIFICATIONS = 1 << 12
    IS_VOICE_MESSAGE = 1 << 13
    COMPONENTS_V2 = 1 << 15


class ComponentType:
    """https://discord.com/developers/docs/components/reference#component-object-component-types"""

    ACTION_ROW = 1
    BUTTON = 2
    STRING_SELECT = 3
    TEXT_INPUT = 4
    USER_SELECT = 5
    ROLE_SELECT = 6
    MENTIONABLE_SELECT = 7
    CHANNEL_SELECT = 8
    SECTION = 9
    TEXT_DISPLAY = 10
    THUMBNAIL = 11
    MEDIA_GALLERY = 12
    FILE = 13
    SEPARATOR = 14
    CONTAINER = 17
    LABEL = 18
    FILE_UPLOAD = 19
    RADIO_GROUP = 21
    CHECKBOX_GROUP = 22
    CHECKBOX = 23


SELECTS = frozenset({3, 5, 6, 7, 8})


@dataclass(eq=False, slots=True)
class Attachment:
    """An uploaded file."""

    id: int
    filename: str
    content: bytes = field(repr=False)
    content_type: str
    url: str
    description: str | None = None
    spoiler: bool = False
    title: str | None = None
    seconds: float | None = None
    waveform: str | None = None


@dataclass(eq=False, slots=True)
class Button:
    """A button as a person sees it."""

    label: str
    custom_id: str | None
    url: str | None
    disabled: bool


@dataclass(eq=False)
class Message:
    """A message. It is alive: an edit changes it.

    ``reference`` is the message it answers or tells of, ``refers_to`` the channel it tells of, ``forwarded`` a message
    as it was when this one passed it on. ``recipient_id`` is set when only that person sees it. ``pinged_ids`` are
    those notified when it appeared: an edit mentions people anew but pings nobody.
    """

    id: int
    channel: Channel
    author: User
    created_at: datetime
    type: int = 0
    content: str = ""
    embeds: list[dict[str, Any]] = field(default_factory=list)
    components: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    flags: int = 0
    edited_at: datetime | None = None
    tts: bool = False
    nonce: str | int | None = None
    mention_ids: set[int] = field(default_factory=set)
    mention_role_ids: set[int] = field(default_factory=set)
    mention_everyone: bool = False
    pinged_ids: set[int] = field(default_factory=set)
    reactions: dict[str, list[int]] = field(default_factory=dict)
    reference: Message | None = None
    refers_to: Channel | None = None
    forwarded: Message | None = None
    poll: Poll | None = None
    pinned_at: datetime | None = None
    webhook_id: int | None = None
    application_id: int | None = None
    interaction: Interaction | None = None
    is_follow_up: bool = False
    recipient_id: int | None = None
    deleted: bool = False
    edits: int = 0

    @property
    def ephemeral(self) -> bool:
        return self.recipient_id is not None

    @property
    def pinned(self) -> bool:
        return self.pinned_at is not None

    @property
    def written(self) -> bool:
        """Whether somebody wrote it; otherwise it is a note of Discord itself."""
        return self.type in WRITTEN

    def is_open_to(self, bot_id: int) -> bool:
        """Whether a bot reads the content without the message-content intent.

        What it sent itself, direct messages and messages that mention it:
        https://discord.com/developers/docs/events/gateway#message-content-intent
        """
        own = bot_id in (self.author.id, self.application_id)
        return own or self.channel.guild is None or bot_id in self.mention_ids

    @property
    def thread(self) -> Channel | None:
        """The thread that was started on it; the first message of a post in a forum is in its thread instead."""
        if self.channel.guild is None or self.channel.id == self.id:
            return None
        return self.channel.guild.threads.get(self.id)

    @property
    def loading(self) -> bool:
        """Whether it still says "… is thinking"."""
        return bool(self.flags & MessageFlag.LOADING)

    @property
    def text(self) -> str:
        """Everything one can read: content, embeds and text displays, a line each."""
        return "\n".join(line for line in self._lines() if line)

    @property
    def buttons(self) -> list[str]:
        """The labels of the buttons, in order; a button with an emoji alone is named by the emoji."""
        return [_label(component) for component in self.walk() if component["type"] == ComponentType.BUTTON]

    @property
    def files(self) -> dict[str, bytes]:
        """Attached files by name."""
        return {attachment.filename: attachment.content for attachment in self.attachments}

    def button(self, label: str) -> Button:
        """The button with this label or custom_id; raises :class:`EmulatorError` with those there are."""
        component = self.find_component(label, frozenset({ComponentType.BUTTON}))
        return Button(
            _label(component),
            component.get("custom_id"),
            component.get("url"),
            component.get("disabled", False),
        )

    def walk(self) -> Iterator[dict[str, Any]]:
        """Every component, outer ones first."""
        return walk_components(self.components)

    def find_component(self, name: str, types: frozenset[int]) -> dict[str, Any]:
        """The component of ``types`` with this label, placeholder or custom_id.

        A label matches whole, or without its emoji: "Raise hand" finds "✋ Raise hand".
        """
        candidates = [component for component in self.walk() if component["type"] in types]
        for wanted in (_matches_exactly, _matches_words):
            for component in candidates:
                if wanted(component, name):
                    return component
        shown = ", ".join(repr(_label(component)) for component in candidates) or "nothing of the kind"
        raise EmulatorError(f"the message shows no {name!r}; there is {shown}")

    def _lines(self) -> Iterator[str]:
        yield self.content
        if self.forwarded is not None:
            yield self.forwarded.text
        if self.poll is not None:
            yield self.poll.question
            yield from (answer.text for answer in self.poll.answers)
        for embed in self.embeds:
            yield from _embed_lines(embed)
        for component in self.walk():
            if component["type"] == ComponentType.TEXT_DISPLAY:
                yield component["content"]

    def __repr__(self) -> str:
        return f"<Message {self.id} by {self.author.name}: {self.text[:60]!r}>"


def walk_components(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every component in a tree of components, outer ones first."""
    for component in components:
        yield component
        yield from walk_components(component.get("components", []))
        for key in ("accessory", "component"):
            if key in component:
                yield from walk_components([component[key]])


def _embed_lines(embed: dict[str, Any]) -> Iterator[str]:
    yield embed.get("author", {}).get("name", "")
    yield embed.get("title") or ""
    yield embed.get("description") or ""
    for part in embed.get("fields", []):
        yield part["name"]
        yield part["value"]
    yield embed.get("footer", {}).get("text", "")


def _label(component: dict[str, Any]) -> str:
    shown = component.get("label") or component.get("placeholder")
    return shown or (component.get("emoji") or {}).get("name") or component.get("custom_id", "")


def _matches_exactly(component: dict[str, Any], name: str) -> bool:
    return name in (component.get("label"), component.get("placeholder"), component.get("custom_id")) or (
        name == (component.get("emoji") or {}).get("name")
    )


def _matches_words(component: dict[str, Any], name: str) -> bool:
    words = _words(name)
    return bool(words) and _words(_label(component)) == words


def _words(text: str) -> list[str]:
    spoken = "".join(letter if letter.isalnum() else " " for letter in text)
    return spoken.casefold().split()
