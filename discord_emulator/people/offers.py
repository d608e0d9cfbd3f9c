"""Which commands a client offers a person, and where they are found by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from discord_emulator.model.channels import Channel
from discord_emulator.model.errors import EmulatorError
from discord_emulator.model.members import Member
from discord_emulator.model.users import Application, ApplicationCommand
from discord_emulator.permissions import Permission, guild_permissions
from discord_emulator.world import World

from . import command_rights, options
from .resolved import Resolved

SLASH, USER_MENU, MESSAGE_MENU = 1, 2, 3
_IN_GUILD, _IN_DIRECT_MESSAGE = 0, 1


@dataclass(frozen=True, slots=True)
class Offer:
    """A command under the name a person types or clicks; ``path`` are its groups, ``declared`` its options."""

    application: Application
    command: ApplicationCommand
    name: str
    path: list[str]
    declared: list[dict[str, Any]]

    def data(self, resolved: Resolved, details: dict[str, Any]) -> dict[str, Any]:
        """The ``data`` of the interaction."""
        command = self.command
        data: dict[str, Any] = {"id": str(command.id), "name": command.name, "type": command.type}
        if command.guild_id is not None:
            data["guild_id"] = str(command.guild_id)
        if resolved.data:
            data["resolved"] = resolved.data
        return data | details


def offered(world: World, member: Member, where: Channel, kind: int) -> Iterator[Offer]:
    """The commands a client shows ``member`` in a channel.

    Needed are Use Application Commands there and the permissions that the command itself asks for by default.
    """
    granted = world.permissions(member, where)
    if not granted & Permission.VIEW_CHANNEL or not granted & Permission.USE_APPLICATION_COMMANDS:
        return
    if where.guild is not None:
        granted |= guild_permissions(member, world.clock.now()) & Permission.ADMINISTRATOR
    for application, command in _registered(world, member, where):
        if command.type != kind or not _fits(application, command, member, where, granted):
            continue
        if kind == SLASH:
            for name, (path, declared) in options.full_names(command).items():
                yield Offer(application, command, name, path, declared)
        else:
            yield Offer(application, command, command.name, [], [])


def _registered(world: World, member: Member, where: Channel) -> Iterator[tuple[Application, ApplicationCommand]]:
    """The commands there are: those of a server's applications, or the global ones of whom one writes with."""
    if where.guild is not None:
        for application in member.guild.applications.values():
            for command in application.commands_in(member.guild.id):
                yield application, command
        return
    for application in world.applications.values():
        if application.bot in where.recipients:
            for command in application.commands.get(None, {}).values():
                yield application, command


def find(world: World, member: Member, where: Channel, kind: int, name: str) -> Offer:
    """The offered command of this name; raises :class:`EmulatorError` with the names there are."""
    for offer in offered(world, member, where, kind):
        if offer.name == name:
            return offer
    shown = ", ".join(sorted(offer.name for offer in offered(world, member, where, kind))) or "none"
    raise EmulatorError(f"no such command {name!r} in {where.name}; {member.name} is offered: {shown}")


def _fits(application: Application, command: ApplicationCommand, member: Member, where: Channel, granted: int) -> bool:
    direct = where.guild is None
    contexts = command.body.get("contexts")
    if contexts is not None and (_IN_DIRECT_MESSAGE if direct else _IN_GUILD) not in contexts:
        return False
    if direct:
        return contexts is not None or command.body.get("dm_permission") is not False
    if granted & Permission.ADMINISTRATOR:
        return True
    decided = command_rights.ruling(application, command, member, where)
    if decided is not None:
        return decided
    needed = command.body.get("default_member_permissions")
    if needed is None:
        return True
    return int(needed) != 0 and granted & int(needed) == int(needed)
