"""The kinds of values that faults take, as annotations that also tell how to read them from text."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from discord_emulator.errors import ApiError
from discord_emulator.model.channels import Channel
from discord_emulator.model.guild import GuildState
from discord_emulator.model.users import Application
from discord_emulator.voice.protocol import AFTERMATHS

if TYPE_CHECKING:
    from discord_emulator.world import World

_DURATION = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)(ms|s|m|h|)")
_UNITS = {"ms": 0.001, "s": 1.0, "": 1.0, "m": 60.0, "h": 3600.0}
_VOICE_CODES = {str(int(code)): int(code) for code in AFTERMATHS}
_REFUSAL = re.compile(r"([0-9]{3})/([0-9]{1,6}) (.+)")


@dataclass(frozen=True, slots=True)
class Kind:
    """Reads a value from text. ``read`` raises ``ValueError`` or ``LookupError`` for what is not ``allowed``."""

    allowed: str
    read: Callable[[str, World], Any]


def seconds(text: str) -> float:
    """``250ms``, ``1.5s``, ``2m``, ``1h`` or plain seconds as seconds. Raises ``ValueError``."""
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError(text)
    return float(match[1]) * _UNITS[match[2]]


def _share(text: str) -> float:
    share = float(text)
    if not 0 <= share <= 1:
        raise ValueError(text)
    return share


def _one_of(*allowed: str) -> Kind:
    words = f"{', '.join(allowed[:-1])} or {allowed[-1]}"
    return Kind(words, lambda text, _: allowed[allowed.index(text)])


def _number(least: int, most: int) -> Kind:
    def read(text: str, _: World) -> int:
        if not (text.isascii() and text.isdigit() and least <= int(text[:12]) <= most):
            raise ValueError(text)
        return int(text)

    return Kind(f"a whole number from {least} to {most}", read)


def _application(text: str, world: World) -> Application:
    return {name: each for each in world.applications.values() for name in (each.name, str(each.id))}[text]


def _channel(text: str, world: World) -> Channel:
    return {name: each for each in world.channels.values() for name in (each.name, str(each.id))}[text]


def _guild(text: str, world: World) -> GuildState:
    return {name: each for each in world.guilds.values() for name in (each.name, str(each.id))}[text]


def _refusal(text: str, _: World) -> ApiError:
    match = _REFUSAL.fullmatch(text)
    if match is None:
        raise ValueError(text)
    return ApiError(int(match[1]), int(match[2]), match[3])


Seconds = Annotated[float, Kind("a duration such as 250ms, 10s or 2m", lambda text, _: seconds(text))]
Share = Annotated[float, Kind("a number from 0 to 1", lambda text, _: _share(text))]
Switch = Annotated[bool, Kind("true or false", lambda text, _: {"true": True, "false": False}[text])]
Path = Annotated[Literal["both", "to_client", "from_client"], _one_of("both", "to_client", "from_client")]
Times = Annotated[int, _number(1, 1_000_000)]
CloseCode = Annotated[int, _number(1000, 4999)]
VoiceCloseCode = Annotated[int, Kind(f"one of {', '.join(_VOICE_CODES)}", lambda text, _: _VOICE_CODES[text])]
ServerError = Annotated[int, _number(500, 599)]
Method = Annotated[str, _one_of("GET", "POST", "PUT", "PATCH", "DELETE")]
Template = Annotated[
    str, Kind("a route such as /channels/{channel_id}/messages", lambda text, _: {"/": text}[text[:1]])
]
Refusal = Annotated[
    ApiError, Kind('a status, Discord\'s code and its words, such as "403/50013 Missing Permissions"', _refusal)
]
Scope = Annotated[Literal["user", "global", "shared", "cloudflare"], _one_of("user", "global", "shared", "cloudflare")]
AnApplication = Annotated[Application | None, Kind("the name or id of an application", _application)]
AChannel = Annotated[Channel | None, Kind("the name or id of a channel", _channel)]
AGuild = Annotated[GuildState | None, Kind("the name or id of a server", _guild)]
