"""Emojis of servers and applications: https://discord.com/developers/docs/resources/emoji"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from discord_emulator.errors import ApiError, missing_permissions, unknown
from discord_emulator.gateway.intents import Intent
from discord_emulator.images import read_image
from discord_emulator.model.audit_log import Actor, AuditLogAction
from discord_emulator.model.belongings import Emoji
from discord_emulator.model.channels import Channel
from discord_emulator.model.guild import GuildState
from discord_emulator.model.members import Member
from discord_emulator.model.users import Application, User
from discord_emulator.payloads import places as payloads
from discord_emulator.permissions import Permission
from discord_emulator.snowflake import as_snowflake

from . import audit_log

if TYPE_CHECKING:
    from discord_emulator.world import World

_IMAGE_BYTES = 256 * 1024
_OF_EACH_KIND = 50
_IN_APPLICATION = 2_000
_KEYS = ("name",)


def read(world: World, body: dict[str, Any], creator: Actor) -> Emoji:
    """A new emoji from a checked body. Raises 50035 for what is no image, or one of more than 256 KiB."""
    kind, _ = read_image(body["image"], "image", most_bytes=_IMAGE_BYTES)
    role_ids = [as_snowflake(role_id, "roles") for role_id in body.get("roles") or []]
    return Emoji(world.snowflakes.next(), body["name"], creator.user, kind == "image/gif", role_ids)


def create(world: World, actor: Member, body: dict[str, Any], by: Actor) -> Emoji:
    """Adds an emoji to a server. Raises 50013 without Create Expressions, 30008 beyond 50 of a kind, 10011."""
    guild = actor.guild
    if not world.permissions_in_guild(actor) & Permission.CREATE_GUILD_EXPRESSIONS:
        raise missing_permissions()
    emoji = read(world, body, by)
    _check_roles(guild, emoji.role_ids)
    if sum(1 for other in guild.emojis.values() if other.animated == emoji.animated) >= _OF_EACH_KIND:
        raise ApiError(400, 30008, "Maximum number of emojis reached (50)")
    guild.emojis[emoji.id] = emoji
    _announce(world, guild)
    changes = audit_log.difference(None, payloads.emoji(emoji), _KEYS)
    audit_log.record(world, guild, by, AuditLogAction.EMOJI_CREATE, emoji.id, changes=changes)
    return emoji


def change(world: World, actor: Member, emoji: Emoji, body: dict[str, Any], by: Actor) -> None:
    """Renames an emoji or limits who may use it. Raises 50013, 10011."""
    guild = actor.guild
    _check_may_change(world, actor, emoji)
    before = payloads.emoji(emoji)
    if "roles" in body:
        role_ids = [as_snowflake(role_id, "roles") for role_id in body["roles"] or []]
        _check_roles(guild, role_ids)
        emoji.role_ids = role_ids
    emoji.name = body.get("name") or emoji.name
    _announce(world, guild)
    changes = audit_log.difference(before, payloads.emoji(emoji), _KEYS)
    audit_log.record(world, guild, by, AuditLogAction.EMOJI_UPDATE, emoji.id, changes=changes)


def delete(world: World, actor: Member, emoji: Emoji, by: Actor) -> None:
    """Removes an emoji. Raises 50013."""
    guild = actor.guild
    _check_may_change(world, actor, emoji)
    del guild.emojis[emoji.id]
    _announce(world, guild)
    changes = audit_log.difference(payloads.emoji(emoji), None, _KEYS)
    audit_log.record(world, guild, by, AuditLogAction.EMOJI_DELETE, emoji.id, changes=changes)


def create_for(world: World, application: Application, body: dict[str, Any], by: Actor) -> Emoji:
    """Adds an emoji to an application. Raises 30008 beyond 2,000."""
    if len(application.emojis) >= _IN_APPLICATION:
        raise ApiError(400, 30008, "Maximum number of emojis reached (2000)")
    emoji = read(world, body, by)
    application.emojis[emoji.id] = emoji
    return emoji


def find(emojis: dict[int, Emoji], emoji_id: int) -> Emoji:
    """The emoji with this id; raises 10014."""
    emoji = emojis.get(emoji_id)
    if emoji is None:
        raise unknown("Emoji", 10014)
    return emoji


def check_usable(world: World, user: User, channel: Channel, emoji_id: int) -> None:
    """Whether somebody may use an emoji of a server or application in ``channel``.

    People without Nitro have those of the server they are in; a bot those of all its servers, elsewhere with Use
    External Emojis, and its application's own. Raises 10014 for one that is not there for them, 50013.
    """
    own = (one for one in world.applications.values() if one.bot is user)
    if any(emoji_id in application.emojis for application in own):
        return
    home = next((guild for guild in world.guilds.values() if emoji_id in guild.emojis), None)
    member = None if home is None else home.members.get(user.id)
    if home is None or member is None or (home is not channel.guild and not user.bot):
        raise unknown("Emoji", 10014)
    roles = home.emojis[emoji_id].role_ids
    if roles and not member.role_ids & set(roles):
        raise unknown("Emoji", 10014)
    here = None if channel.guild is None else channel.guild.members.get(user.id)
    if here is None or home is channel.guild:
        return
    if not world.permissions(here, channel) & Permission.USE_EXTERNAL_EMOJIS:
        raise missing_permissions()


def _check_may_change(world: World, actor: Member, emoji: Emoji) -> None:
    """One's own with Create Expressions, anybody's with Manage Expressions."""
    needed = Permission.MANAGE_GUILD_EXPRESSIONS
    if emoji.creator is actor.user:
        needed |= Permission.CREATE_GUILD_EXPRESSIONS
    if not world.permissions_in_guild(actor) & needed:
        raise missing_permissions()


def _check_roles(guild: GuildState, role_ids: list[int]) -> None:
    if any(role_id not in guild.roles for role_id in role_ids):
        raise unknown("Role", 10011)


def _announce(world: World, guild: GuildState) -> None:
    body = {"guild_id": str(guild.id), "emojis": [payloads.emoji(emoji) for emoji in guild.emojis.values()]}
    world.hub.to_guild(guild, "GUILD_EMOJIS_UPDATE", body, Intent.GUILD_EXPRESSIONS)
