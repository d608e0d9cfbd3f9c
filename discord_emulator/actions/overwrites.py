"""Permission overwrites of channels: https://discord.com/developers/docs/resources/channel#overwrite-object"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from discord_emulator.errors import ApiError, missing_permissions, unknown
from discord_emulator.model.audit_log import Actor, AuditLogAction
from discord_emulator.model.channels import Channel, Overwrite
from discord_emulator.model.guild import GuildState
from discord_emulator.payloads import places as payloads
from discord_emulator.permissions import Permission
from discord_emulator.snowflake import as_snowflake

from . import audit_log

if TYPE_CHECKING:
    from discord_emulator.world import World

_OVERWRITES_IN_CHANNEL = 1_000
_KEYS = ("allow", "deny")


def read(written: list[dict[str, Any]] | None) -> dict[int, Overwrite]:
    """Permission overwrites from a checked request body."""
    overwrites = (
        Overwrite(
            as_snowflake(entry["id"]), int(entry["type"]), int(entry.get("allow") or 0), int(entry.get("deny") or 0)
        )
        for entry in written or []
    )
    return {overwrite.id: overwrite for overwrite in overwrites}


def check(guild: GuildState, granted: int, overwrite: Overwrite) -> None:
    """Raises 50013 for what is not in ``granted``: nobody gives or takes what they do not have themselves.

    Raises 10011 or 10007 for a role or member that is not there.
    """
    known = guild.roles if overwrite.type == 0 else guild.members
    if overwrite.id not in known:
        raise unknown("Role", 10011) if overwrite.type == 0 else unknown("Member", 10007)
    if (overwrite.allow | overwrite.deny) & ~granted:
        raise missing_permissions()


def check_managing(overwrite: Overwrite, *, administers: bool) -> None:
    """Raises 50013 for an overwrite that speaks of Manage Permissions, of somebody who is no administrator.

    https://discord.com/developers/docs/resources/guild#create-guild-channel: "Setting MANAGE_ROLES permission in
    channels is only possible for guild administrators".
    """
    if (overwrite.allow | overwrite.deny) & Permission.MANAGE_ROLES and not administers:
        raise missing_permissions()


def difference(before: dict[int, Overwrite], after: dict[int, Overwrite]) -> list[Overwrite]:
    """What differs, bit by bit: only that needs the permissions it speaks of."""
    changed: list[Overwrite] = []
    for target_id in before.keys() | after.keys():
        kind = (after.get(target_id) or before[target_id]).type
        old = before.get(target_id, Overwrite(target_id, kind))
        new = after.get(target_id, Overwrite(target_id, kind))
        if old.allow != new.allow or old.deny != new.deny:
            changed.append(Overwrite(target_id, kind, old.allow ^ new.allow, old.deny ^ new.deny))
    return changed


def replace(world: World, channel: Channel, after: dict[int, Overwrite], by: Actor | None = None) -> None:
    """Gives a channel exactly these overwrites. Raises 30060 for more than 1,000."""
    guild = channel.guild
    if guild is None:
        raise ApiError(400, 50003, "Cannot execute action on a DM channel")
    if len(after) > _OVERWRITES_IN_CHANNEL:
        raise ApiError(400, 30060, "Maximum number of channel permissions overwrites reached (1000)")
    before, channel.overwrites = channel.overwrites, after
    for target_id in sorted(before.keys() | after.keys()):
        _record(world, by, channel, before.get(target_id), after.get(target_id))


def _record(
    world: World, by: Actor | None, channel: Channel, before: Overwrite | None, after: Overwrite | None
) -> None:
    guild = channel.guild
    target = after or before
    if guild is None or target is None:
        return
    old = None if before is None else payloads.overwrite(before)
    new = None if after is None else payloads.overwrite(after)
    if old == new:
        return
    action = AuditLogAction.CHANNEL_OVERWRITE_UPDATE
    if old is None:
        action = AuditLogAction.CHANNEL_OVERWRITE_CREATE
    elif new is None:
        action = AuditLogAction.CHANNEL_OVERWRITE_DELETE
    options = {"id": str(target.id), "type": str(target.type)}
    if target.type == 0 and target.id in guild.roles:
        options["role_name"] = guild.roles[target.id].name
    changes = audit_log.difference(old, new, _KEYS)
    audit_log.record(world, guild, by, action, channel.id, changes=changes, options=options)
