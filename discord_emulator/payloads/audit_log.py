"""Audit log entries."""

from __future__ import annotations

from typing import Any

from discord_emulator.model.audit_log import AuditLogEntry


def entry(one: AuditLogEntry) -> dict[str, Any]:
    """An audit log entry object; what there is nothing of is left out."""
    body: dict[str, Any] = {
        "id": str(one.id),
        "action_type": int(one.action),
        "user_id": str(one.user_id),
        "target_id": None if one.target_id is None else str(one.target_id),
    }
    if one.changes:
        body["changes"] = one.changes
    if one.options:
        body["options"] = one.options
    if one.reason is not None:
        body["reason"] = one.reason
    return body
