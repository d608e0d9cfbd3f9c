"""The audit log: https://discord.com/developers/docs/resources/audit-log#get-guild-audit-log"""

from __future__ import annotations

from datetime import timedelta

from discord_emulator.model.audit_log import AuditLogAction, AuditLogEntry
from discord_emulator.model.guild import GuildState
from discord_emulator.payloads import audit_log as payloads
from discord_emulator.payloads import people, places, webhooks
from discord_emulator.permissions import Permission
from discord_emulator.snowflake import created_at

from .access import require_in_guild
from .routing import Answer, Request, Routes

routes = Routes()
_KEPT_FOR = timedelta(days=45)
_EVENTS = (
    AuditLogAction.GUILD_SCHEDULED_EVENT_CREATE,
    AuditLogAction.GUILD_SCHEDULED_EVENT_UPDATE,
    AuditLogAction.GUILD_SCHEDULED_EVENT_DELETE,
)
_THREADS = (AuditLogAction.THREAD_CREATE, AuditLogAction.THREAD_UPDATE)


@routes.on("GET", "/guilds/{guild_id}/audit-logs")
def read(request: Request) -> Answer:
    """Newest first; with ``after``, oldest first."""
    guild, _ = require_in_guild(request, Permission.VIEW_AUDIT_LOG)
    limit = request.number("limit", 50, least=1, most=100)
    found = _matching(request, guild)
    if "after" not in request.query:
        found.reverse()
    found = found[:limit]
    targets = {entry.target_id for entry in found}
    ids = {entry.user_id for entry in found} | targets
    events = {entry.target_id for entry in found if entry.action in _EVENTS}
    threads = {entry.target_id for entry in found if entry.action in _THREADS}
    return Answer(
        {
            "audit_log_entries": [payloads.entry(entry) for entry in found],
            "users": [people.user(user) for user in request.world.users.values() if user.id in ids],
            "guild_scheduled_events": [places.event(event) for event in guild.events.values() if event.id in events],
            "threads": [places.thread(thread) for thread in guild.threads.values() if thread.id in threads],
            "application_commands": [],
            "auto_moderation_rules": [],
            "integrations": [],
            "webhooks": [webhooks.webhook(one) for one in request.world.webhooks.values() if one.id in targets],
        }
    )


def _matching(request: Request, guild: GuildState) -> list[AuditLogEntry]:
    """What the query asks for, oldest first."""
    oldest = (request.world.clock.now() - _KEPT_FOR).timestamp()
    wanted = {key: request.number(key) for key in ("user_id", "target_id", "action_type") if key in request.query}
    after, before = request.number("after"), request.number("before", 2**64 - 1)
    return [
        entry
        for entry in guild.audit_log
        if created_at(entry.id) >= oldest
        and after < entry.id < before
        and wanted.get("user_id", entry.user_id) == entry.user_id
        and wanted.get("target_id", entry.target_id) == entry.target_id
        and wanted.get("action_type", entry.action) == entry.action
    ]
