"""Who may use which command where, as a server's moderators set it under Integrations.

https://discord.com/developers/docs/interactions/application-commands#permissions
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from discord_emulator.gateway.intents import ALWAYS
from discord_emulator.model.channels import Channel
from discord_emulator.model.errors import EmulatorError
from discord_emulator.model.guild import GuildState, Role
from discord_emulator.model.members import Member
from discord_emulator.model.users import Application, ApplicationCommand, CommandRight
from discord_emulator.payloads import people

if TYPE_CHECKING:
    from discord_emulator.world import World

_ROLE, _USER, _CHANNEL = 1, 2, 3
_LIMIT = 100

Target = Role | Member | Channel


def set_rights(
    world: World, guild: GuildState, application: Application, command: str | None, rights: Mapping[Target, bool]
) -> None:
    """Replaces who may use a command (by name), or with ``None`` all of the application's commands.

    Raises :class:`EmulatorError` for an unknown command or more than 100 targets.
    """
    if len(rights) > _LIMIT:
        raise EmulatorError(f"a command takes rights for {_LIMIT} targets at most")
    key = application.id
    if command is not None:
        found = [each for each in application.commands_in(guild.id) if each.name == command]
        if not found:
            raise EmulatorError(f"no such command {command!r}")
        key = found[0].id
    fresh = [CommandRight(target.id, _kind(target), allowed) for target, allowed in rights.items()]
    application.rights.setdefault(guild.id, {})[key] = fresh
    body = people.command_rights(application, guild.id, key)
    world.hub.to_guild(
        guild, "APPLICATION_COMMAND_PERMISSIONS_UPDATE", body, ALWAYS, only=lambda each: each is application
    )


def _kind(target: Target) -> int:
    if isinstance(target, Role):
        return _ROLE
    return _USER if isinstance(target, Member) else _CHANNEL


def ruling(application: Application, command: ApplicationCommand, member: Member, where: Channel) -> bool | None:
    """What the moderators decided for ``member`` in a channel; ``None`` where they left it to the command's default.

    The rights of the command stand above those of the application, a person's above their roles', any role that is
    allowed above those denied, and those above @everyone's.
    """
    guild_rights = application.rights.get(member.guild.id, {})
    for key in (command.id, application.id):
        if any(right.type == _CHANNEL and right.id == where.id for right in guild_rights.get(key, [])):
            if not all(right.allowed for right in guild_rights[key] if right.id == where.id):
                return False
            break
    for key in (command.id, application.id):
        decided = _of_person(guild_rights.get(key, []), member)
        if decided is not None:
            return decided
    return None


def _of_person(rights: list[CommandRight], member: Member) -> bool | None:
    own = {right.id: right.allowed for right in rights if right.type != _CHANNEL}
    if member.id in own:
        return own[member.id]
    by_role = [own[role_id] for role_id in member.role_ids if role_id in own]
    if by_role:
        return any(by_role)
    return own.get(member.guild.id)
