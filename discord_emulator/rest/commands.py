"""Application commands, global and of one server.

https://discord.com/developers/docs/interactions/application-commands#endpoints
"""

from __future__ import annotations

import copy
from typing import Any

from discord_emulator.errors import ApiError, missing_access, unknown
from discord_emulator.model.users import Application, ApplicationCommand
from discord_emulator.payloads import people
from discord_emulator.validation.command_options import tidied
from discord_emulator.validation.commands import check_command, check_commands
from discord_emulator.world import World

from .routing import Answer, Request, Routes, nothing

routes = Routes()
_GLOBAL = "/applications/{application_id}/commands"
_GUILD = "/applications/{application_id}/guilds/{guild_id}/commands"
_CREATIONS_A_DAY, _DAY_SECONDS = 200, 86_400.0
_DEFAULTS: dict[str, Any] = {
    "description": "",
    "options": [],
    "default_member_permissions": None,
    "dm_permission": True,
    "nsfw": False,
    "name_localizations": None,
    "description_localizations": None,
    "contexts": None,
    "integration_types": [0],
}


def _own(request: Request) -> tuple[Application, int | None, dict[int, ApplicationCommand]]:
    application = request.application
    if request.id("application_id") != application.id:
        raise missing_access()
    guild_id = None
    if "guild_id" in request.parameters:
        guild_id = request.guild()[0].id
    return application, guild_id, application.commands.setdefault(guild_id, {})


def _register(world: World, guild_id: int | None, body: dict[str, Any]) -> ApplicationCommand:
    given = {key: value for key, value in body.items() if value is not None}
    stored = copy.deepcopy(_DEFAULTS | given)
    stored["type"] = int(body.get("type", 1))
    stored["options"] = tidied(stored["options"])
    if stored["default_member_permissions"] is not None:
        stored["default_member_permissions"] = str(stored["default_member_permissions"])
    for key in ("id", "application_id", "version", "guild_id"):
        stored.pop(key, None)
    return ApplicationCommand(world.snowflakes.next(), world.snowflakes.next(), guild_id, stored)


def _keep(command: ApplicationCommand, before: ApplicationCommand) -> None:
    """A command keeps its id, and without any change its version."""
    command.id = before.id
    if before.body == command.body:
        command.version = before.version


def _count_creations(world: World, application: Application, guild_id: int | None, amount: int) -> None:
    """Counts new commands of a scope; raises 30034 for more than 200 within a day."""
    now = world.clock()
    recent = [moment for moment in application.creations.get(guild_id, []) if now - moment < _DAY_SECONDS]
    if len(recent) + amount > _CREATIONS_A_DAY:
        text = f"Maximum number of daily application command creates has been reached ({_CREATIONS_A_DAY})"
        raise ApiError(400, 30034, text)
    application.creations[guild_id] = recent + [now] * amount


def _same(registered: dict[int, ApplicationCommand], body: dict[str, Any]) -> ApplicationCommand | None:
    key = (int(body.get("type", 1)), body["name"])
    return next((command for command in registered.values() if (command.type, command.name) == key), None)


@routes.on("GET", _GLOBAL)
@routes.on("GET", _GUILD)
def listing(request: Request) -> Answer:
    application, _, registered = _own(request)
    translated = request.flag("with_localizations")
    return Answer([_listed(application, command, translated=translated) for command in registered.values()])


def _listed(application: Application, command: ApplicationCommand, *, translated: bool) -> dict[str, Any]:
    """A command as a list holds it: its translations only where the query asks for them."""
    body = people.command(application, command)
    if not translated:
        body = {key: value for key, value in body.items() if not key.endswith("_localizations")}
        body["options"] = [_untranslated(option) for option in body.get("options", [])]
    return body


def _untranslated(option: dict[str, Any]) -> dict[str, Any]:
    plain = {key: value for key, value in option.items() if not key.endswith("_localizations")}
    for inner in ("options", "choices"):
        if plain.get(inner):
            plain[inner] = [_untranslated(each) for each in plain[inner]]
    return plain


@routes.on("PUT", _GLOBAL)
@routes.on("PUT", _GUILD)
def overwrite(request: Request) -> Answer:
    """Replaces all commands; one whose type and name stay keeps its id."""
    application, guild_id, registered = _own(request)
    check_commands(request.body)
    new = sum(1 for body in request.body if _same(registered, body) is None)
    _count_creations(request.world, application, guild_id, new)
    fresh: dict[int, ApplicationCommand] = {}
    for body in request.body:
        command = _register(request.world, guild_id, body)
        before = _same(registered, body)
        if before is not None:
            _keep(command, before)
        fresh[command.id] = command
    application.commands[guild_id] = fresh
    return Answer([people.command(application, command) for command in fresh.values()])


@routes.on("POST", _GLOBAL)
@routes.on("POST", _GUILD)
def create(request: Request) -> Answer:
    """Adds a command, or replaces the one of the same type and name (200)."""
    application, guild_id, registered = _own(request)
    check_command(request.fields())
    before = _same(registered, request.fields())
    bodies = [command.body for command in registered.values() if command is not before]
    check_commands([*bodies, request.fields()])
    command = _register(request.world, guild_id, request.fields())
    if before is None:
        _count_creations(request.world, application, guild_id, 1)
    else:
        _keep(command, before)
    registered[command.id] = command
    return Answer(people.command(application, command), 201 if before is None else 200)


def _one(request: Request) -> tuple[Application, dict[int, ApplicationCommand], ApplicationCommand]:
    application, _, registered = _own(request)
    command = registered.get(request.id("command_id"))
    if command is None:
        raise unknown("application command", 10063)
    return application, registered, command


@routes.on("GET", _GLOBAL + "/{command_id}")
@routes.on("GET", _GUILD + "/{command_id}")
def single(request: Request) -> Answer:
    application, _, command = _one(request)
    return Answer(people.command(application, command))


@routes.on("GET", _GUILD + "/permissions")
def all_rights(request: Request) -> Answer:
    """What moderators set for the application's commands, which only they can change."""
    application, guild_id, _ = _own(request)
    rights = application.rights.get(guild_id or 0, {})
    return Answer([people.command_rights(application, guild_id or 0, key) for key in rights])


@routes.on("GET", _GUILD + "/{command_id}/permissions")
def rights_of_one(request: Request) -> Answer:
    application, guild_id, _ = _own(request)
    if request.id("command_id") not in application.rights.get(guild_id or 0, {}):
        raise unknown("application command permissions", 10066)
    return Answer(people.command_rights(application, guild_id or 0, request.id("command_id")))


@routes.on("PUT", _GUILD + "/{command_id}/permissions")
def set_rights(_: Request) -> Answer:
    """Takes the token of a moderator, not a bot's."""
    raise ApiError(403, 20001, "Bots cannot use this endpoint")


@routes.on("PATCH", _GLOBAL + "/{command_id}")
@routes.on("PATCH", _GUILD + "/{command_id}")
def change(request: Request) -> Answer:
    application, registered, command = _one(request)
    check_command(request.fields(), is_edit=True, kind=command.type)
    body = command.body | request.fields()
    others = [other.body for other in registered.values() if other is not command]
    check_commands([*others, body])
    changed = _register(request.world, command.guild_id, body)
    _keep(changed, command)
    registered[command.id] = changed
    return Answer(people.command(application, changed))


@routes.on("DELETE", _GLOBAL + "/{command_id}")
@routes.on("DELETE", _GUILD + "/{command_id}")
def remove(request: Request) -> Answer:
    application, registered, command = _one(request)
    del registered[command.id]
    for rights in application.rights.values():
        rights.pop(command.id, None)
    return nothing()
