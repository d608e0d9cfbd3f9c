"""Accounts and applications."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .belongings import Emoji


@dataclass(eq=False, slots=True)
class User:
    """An account, of a person or of a bot. ``handle`` is the unique name where it does not follow from ``name``."""

    id: int
    name: str
    bot: bool = False
    discriminator: str = "0"
    accepts_direct_messages: bool = True
    handle: str | None = None
    avatar: str | None = None
    banner: str | None = None

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name!r} {self.id}>"

    @property
    def username(self) -> str:
        """The unique lower-case handle Discord gives to an account."""
        if self.handle is not None:
            return self.handle
        handle = "".join(letter for letter in self.name.lower() if letter.isalnum() or letter in "._")
        return handle if len(handle) > 1 else f"user_{handle}{self.id % 10_000}"


@dataclass(eq=False, slots=True)
class ApplicationCommand:
    """A registered command: ``body`` as Discord stores it (defaults filled in), ``guild_id`` ``None`` if global."""

    id: int
    version: int
    guild_id: int | None
    body: dict[str, Any]

    def __repr__(self) -> str:
        return f"<ApplicationCommand {self.name!r} {self.id}>"

    @property
    def name(self) -> str:
        return self.body["name"]

    @property
    def type(self) -> int:
        """1 slash command, 2 user menu, 3 message menu."""
        return self.body["type"]


@dataclass(frozen=True, slots=True)
class CommandRight:
    """Whether a role (``type`` 1), user (2) or channel (3) may use a command, set by a server's moderators."""

    id: int
    type: int
    allowed: bool


@dataclass(eq=False, slots=True)
class Application:
    """An application with its bot user and what it has registered.

    ``privileged_intents`` are the intents switched on for it in the developer portal, as bits. ``rights`` are what
    moderators set, by server and by command; under the application's own id, for all of its commands. ``creations``
    are the times at which commands of a scope were new.
    """

    id: int
    name: str
    token: str
    bot: User
    owner: User
    endpoints: dict[str, str]
    privileged_intents: int = 0
    commands: dict[int | None, dict[int, ApplicationCommand]] = field(default_factory=dict)
    emojis: dict[int, Emoji] = field(default_factory=dict)
    rights: dict[int, dict[int, list[CommandRight]]] = field(default_factory=dict)
    creations: dict[int | None, list[float]] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name!r} {self.id}>"

    def environment(self) -> dict[str, str]:
        """The environment variables that point a bot process at this emulator."""
        return {"DISCORD_TOKEN": self.token, **self.endpoints}

    def commands_in(self, guild_id: int) -> list[ApplicationCommand]:
        """What people in this server are offered: the server's own commands and the global ones."""
        here = list(self.commands.get(guild_id, {}).values())
        taken = {(command.type, command.name) for command in here}
        everywhere = self.commands.get(None, {}).values()
        return here + [command for command in everywhere if (command.type, command.name) not in taken]
