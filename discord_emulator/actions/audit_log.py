"""Keeping the audit log: https://discord.com/developers/docs/resources/audit-log"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from discord_emulator.gateway.intents import Intent
from discord_emulator.model.audit_log import Actor, AuditLogAction, AuditLogEntry
from discord_emulator.model.guild import GuildState
from discord_emulator.model.users import Application
from discord_emulator.payloads import audit_log as payloads
from discord_emulator.permissions import Permission

if TYPE_CHECKING:
    from discord_emulator.world import World


def record(
    world: World,
    guild: GuildState,
    by: Actor | None,
    action: AuditLogAction,
    target_id: int | None,
    *,
    changes: list[dict[str, Any]] | None = None,
    options: dict[str, str] | None = None,
) -> None:
    """Keeps what ``by`` has done and tells the bots that may read the log; ``None`` is Discord itself, unrecorded.

    GUILD_AUDIT_LOG_ENTRY_CREATE needs the moderation intent and View Audit Log.
    """
    if by is None:
        return
    entry = AuditLogEntry(
        world.snowflakes.next(), action, by.user.id, target_id, changes or [], options or {}, by.reason
    )
    guild.audit_log.append(entry)

    def may_read(application: Application) -> bool:
        member = guild.members.get(application.bot.id)
        return member is not None and bool(world.permissions_in_guild(member) & Permission.VIEW_AUDIT_LOG)

    body = payloads.entry(entry) | {"guild_id": str(guild.id)}
    world.hub.to_guild(guild, "GUILD_AUDIT_LOG_ENTRY_CREATE", body, Intent.GUILD_MODERATION, only=may_read)


def difference(
    before: dict[str, Any] | None, after: dict[str, Any] | None, keys: Collection[str]
) -> list[dict[str, Any]]:
    """The changes between two payloads of a thing, among ``keys``; ``None`` before it was made or after it went.

    What was or became ``null`` is left out of its change, as Discord does.
    """
    changes: list[dict[str, Any]] = []
    for key in keys:
        old, new = (before or {}).get(key), (after or {}).get(key)
        if old == new:
            continue
        change: dict[str, Any] = {"key": key}
        if old is not None:
            change["old_value"] = old
        if new is not None:
            change["new_value"] = new
        changes.append(change)
    return changes
