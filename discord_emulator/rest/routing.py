"""How a route is declared, and what its handler gets and gives."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from discord_emulator.actions.uploads import Upload
from discord_emulator.errors import ApiError, FormErrors
from discord_emulator.model.channels import Channel
from discord_emulator.model.guild import GuildState
from discord_emulator.model.members import Member
from discord_emulator.model.users import Application
from discord_emulator.snowflake import as_snowflake
from discord_emulator.validation.form import Form
from discord_emulator.world import World

# The digits of 2⁶⁴, the greatest number Discord has; Python refuses to read very long ones.
_LONGEST_NUMBER = 20
_PARAMETER = re.compile(r"\{(\w+)\}")


@dataclass(slots=True)
class Request:
    """One call. ``parameters`` are the parts of the path, ``body`` the JSON, ``files`` what came with it."""

    world: World
    parameters: dict[str, str]
    query: dict[str, str]
    body: Any
    files: list[Upload]
    reason: str | None = None
    bot: Application | None = None

    @property
    def application(self) -> Application:
        """The application whose bot calls; only on routes that need a token."""
        if self.bot is None:
            raise ApiError(401, 0, "401: Unauthorized")
        return self.bot

    def id(self, name: str) -> int:
        """The id in the path under ``name``."""
        return int(self.parameters[name])

    def number(self, name: str, default: int = 0, *, least: int = 0, most: int = 2**64 - 1) -> int:
        """The whole number in the query under ``name``; raises 50035 if it is none, or out of bounds."""
        written = self.query.get(name, str(default))
        digits = written.isascii() and written.isdigit() and len(written) <= _LONGEST_NUMBER
        if not (digits and least <= int(written) <= most):
            form = FormErrors()
            form.add((name,), "NUMBER_TYPE_COERCE", f'Value "{written}" is not a number from {least} to {most}.')
            form.raise_if_any()
        return int(written)

    def flag(self, name: str) -> bool:
        """Whether the query says yes under ``name``."""
        return self.query.get(name, "").lower() in ("1", "true")

    def moment(self, name: str) -> datetime | None:
        """The point in time in the query under ``name``, if any; raises 50035 if it is none."""
        if name not in self.query:
            return None
        form = Form.of(dict(self.query))
        found = form.timestamp(name)
        form.errors.raise_if_any()
        return found

    def optional_fields(self) -> dict[str, Any]:
        """The body where one may be left out; an empty one then."""
        return {} if self.body is None else self.fields()

    def fields(self) -> dict[str, Any]:
        """The body, which has to be a JSON object; raises 50035 otherwise."""
        if not isinstance(self.body, dict):
            form = FormErrors()
            form.add((), "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
            form.raise_if_any()
        return self.body

    def snowflake(self, name: str) -> int:
        """The id in the body under ``name``; raises 50035 if it is missing or none."""
        fields = self.fields()
        if name not in fields:
            form = FormErrors()
            form.add((name,), "BASE_TYPE_REQUIRED", "This field is required")
            form.raise_if_any()
        return as_snowflake(fields[name], name)

    def guild(self) -> tuple[GuildState, Member]:
        """The server in the path and the bot's member there; raises 10004 or 50001."""
        return self.world.guild_for(self.application, self.id("guild_id"))

    def channel(self, name: str = "channel_id") -> Channel:
        """The channel in the path; raises 10003 or 50001."""
        return self.world.channel_for(self.application, self.id(name))


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: ``body`` ``None`` sends no content (204)."""

    body: Any = None
    status: int = 200


Handler = Callable[[Request], Answer | Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Route:
    """``template`` as in Discord's documentation, e.g. ``/channels/{channel_id}``."""

    method: str
    template: str
    handler: Handler
    needs_token: bool = True

    @property
    def pattern(self) -> str:
        """The template for aiohttp: parameters that end in ``_id`` match up to 20 digits only."""
        return _PARAMETER.sub(_as_pattern, self.template)


def _as_pattern(match: re.Match[str]) -> str:
    name = match.group(1)
    return f"{{{name}:[0-9]{{1,20}}}}" if name.endswith("_id") else f"{{{name}}}"


@dataclass(slots=True)
class Routes:
    """A table of routes, filled by decorating handlers."""

    entries: list[Route] = field(default_factory=list)

    def on(self, method: str, template: str, *, needs_token: bool = True) -> Callable[[Handler], Handler]:
        """Declares the handler of a route."""

        def register(handler: Handler) -> Handler:
            self.entries.append(Route(method, template, handler, needs_token))
            return handler

        return register


def nothing() -> Answer:
    """204, no content."""
    return Answer(None, 204)
