"""Invites: making, using and revoking them. https://discord.com/developers/docs/resources/invite"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from discord_emulator.errors import ApiError, missing_permissions, unknown
from discord_emulator.gateway.intents import Intent
from discord_emulator.model.audit_log import Actor, AuditLogAction
from discord_emulator.model.belongings import Invite
from discord_emulator.model.channels import Channel
from discord_emulator.model.guild import GuildState
from discord_emulator.model.members import Member
from discord_emulator.payloads import invites as payloads
from discord_emulator.permissions import Permission

from . import audit_log
from .audience import who_can

if TYPE_CHECKING:
    from discord_emulator.world import World

_DAY_SECONDS = 86_400
_INVITES_IN_GUILD = 1_000
_KEYS = ("code", "channel_id", "inviter_id", "max_age", "max_uses", "temporary", "uses")


def create(world: World, guild: GuildState, channel: Channel, body: dict[str, Any], by: Actor) -> Invite:
    """A link into a channel, from a checked body; the same as before where nothing asks for a ``unique`` one.

    Raises 30016 for more than 1,000.
    """
    age = _DAY_SECONDS if body.get("max_age") is None else int(body["max_age"])
    uses, temporary = int(body.get("max_uses") or 0), bool(body.get("temporary"))
    if not body.get("unique"):
        for invite in open_invites(world, guild):
            alike = (invite.channel_id, invite.inviter, invite.max_age, invite.max_uses, invite.temporary)
            if alike == (channel.id, by.user, age, uses, temporary):
                return invite
    if len(open_invites(world, guild)) >= _INVITES_IN_GUILD:
        raise ApiError(400, 30016, "Maximum number of invites reached (1000)")
    now = world.clock.now()
    expires = now + timedelta(seconds=age) if age else None
    invite = Invite(world.new_token(8), channel.id, by.user, now, expires, age, uses, temporary)
    guild.invites[invite.code] = invite
    _announce(world, guild, channel, "INVITE_CREATE", payloads.created(invite, guild))
    changes = audit_log.difference(None, _described(invite), _KEYS)
    audit_log.record(world, guild, by, AuditLogAction.INVITE_CREATE, None, changes=changes)
    return invite


def open_invites(world: World, guild: GuildState) -> list[Invite]:
    """The invites that still lead in; those past their time go without an event."""
    now = world.clock.now()
    for code, invite in list(guild.invites.items()):
        if invite.expires_at is not None and invite.expires_at <= now:
            del guild.invites[code]
    return list(guild.invites.values())


def find(world: World, code: str) -> tuple[GuildState, Invite]:
    """The invite with this code, of whichever server; raises 10006."""
    for guild in world.guilds.values():
        for invite in open_invites(world, guild):
            if invite.code == code:
                return guild, invite
    raise unknown("Invite", 10006)


def revoke(world: World, actor: Member, invite: Invite, by: Actor) -> None:
    """Makes a link useless. Raises 50013 without Manage Channels there or Manage Server."""
    channel = actor.guild.channels[invite.channel_id]
    manages = world.permissions(actor, channel) & Permission.MANAGE_CHANNELS
    if not manages and not world.permissions_in_guild(actor) & Permission.MANAGE_GUILD:
        raise missing_permissions()
    _remove(world, actor.guild, invite)
    changes = audit_log.difference(_described(invite), None, _KEYS)
    audit_log.record(world, actor.guild, by, AuditLogAction.INVITE_DELETE, None, changes=changes)


def use(world: World, guild: GuildState, invite: Invite) -> None:
    """Counts that somebody came by the link; after the last use it is gone."""
    invite.uses += 1
    if invite.max_uses and invite.uses >= invite.max_uses:
        _remove(world, guild, invite)


def channel_deleted(world: World, guild: GuildState, channel: Channel) -> None:
    """Revokes the links into a channel that goes."""
    for invite in open_invites(world, guild):
        if invite.channel_id == channel.id:
            _remove(world, guild, invite)


def _remove(world: World, guild: GuildState, invite: Invite) -> None:
    del guild.invites[invite.code]
    body = {"channel_id": str(invite.channel_id), "guild_id": str(guild.id), "code": invite.code}
    _announce(world, guild, guild.channels[invite.channel_id], "INVITE_DELETE", body)


def _described(invite: Invite) -> dict[str, Any]:
    about = payloads.metadata(invite)
    return about | {
        "code": invite.code,
        "channel_id": str(invite.channel_id),
        "inviter_id": str(invite.inviter.id),
    }


def _announce(world: World, guild: GuildState, channel: Channel, event: str, body: dict[str, Any]) -> None:
    """Invites are told of to those only who manage the channel."""
    world.hub.to_guild(
        guild, event, body, Intent.GUILD_INVITES, only=who_can(world, channel, Permission.MANAGE_CHANNELS)
    )
