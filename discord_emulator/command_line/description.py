"""What a YAML file may say: settings, applications, servers with their people, faults and a story."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from discord_emulator.faults.kinds import seconds
from discord_emulator.gateway.intents import PRIVILEGED, Intent
from discord_emulator.permissions import Permission


def _permission(name: str) -> str:
    if name.upper() not in Permission.__members__:
        raise ValueError(f"there is no permission {name!r}; there are: {', '.join(Permission.__members__).lower()}")
    return name


def _intent(name: str) -> str:
    privileged = [intent.name.lower() for intent in Intent if intent & PRIVILEGED and intent.name]
    if name not in privileged:
        raise ValueError(f"{name!r} is no privileged intent; there are: {', '.join(privileged)}")
    return name


def _moment(text: str) -> str:
    try:
        seconds(text)
    except ValueError:
        raise ValueError(f"must be a duration such as 250ms, 10s or 2m, not {text!r}") from None
    return text


Name = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^\S(.*\S)?$")]
Token = Annotated[str, Field(pattern=r"^[\x21-\x7e]{8,200}$")]
PermissionName = Annotated[str, AfterValidator(_permission)]
IntentName = Annotated[str, AfterValidator(_intent)]
Moment = Annotated[str, AfterValidator(_moment)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class ApplicationEntry(_Section):
    """An application; without a ``token`` it gets one."""

    name: Name
    token: Token | None = None
    privileged_intents: list[IntentName] = []


class RoleEntry(_Section):
    """A role; the first of the list is the highest."""

    name: Name
    permissions: list[PermissionName] = []
    mentionable: bool = False


class ChannelEntry(_Section):
    """A channel, or a category with ``channels``. ``allow`` and ``deny`` are permissions by role or member."""

    name: Name
    type: Literal["text", "voice", "stage", "category"] = "text"
    allow: dict[Name, list[PermissionName]] = {}
    deny: dict[Name, list[PermissionName]] = {}
    channels: list[ChannelEntry] = []


class MemberEntry(_Section):
    """A person."""

    name: Name
    roles: list[Name] = []


class InstalledEntry(_Section):
    """An application in the server with the permissions of its role."""

    name: Name
    permissions: list[PermissionName] = []


class GuildEntry(_Section):
    """A server."""

    name: Name
    community: bool = True
    owner: Name = "Owner"
    everyone: list[PermissionName] | None = None
    roles: list[RoleEntry] = []
    channels: list[ChannelEntry] = []
    members: list[MemberEntry] = []
    applications: list[InstalledEntry] = []


class Line(_Section):
    """A line of the console, ``at`` so long after the start."""

    at: Moment = "0s"
    do: str


class Description(_Section):
    """The whole file. ``settings`` are the emulator's own (:class:`discord_emulator.Settings`)."""

    settings: dict[str, Any] = {}
    applications: Annotated[list[ApplicationEntry], Field(min_length=1)]
    guilds: Annotated[list[GuildEntry], Field(min_length=1)]
    faults: list[str] = []
    story: list[Line] = []
