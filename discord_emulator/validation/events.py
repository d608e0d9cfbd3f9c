"""Scheduled events.

Rules: https://docs.discord.com/developers/resources/guild-scheduled-event
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from discord_emulator.errors import ApiError

from .form import REQUIRED, Form

STAGE_INSTANCE, VOICE, EXTERNAL = 1, 2, 3
SCHEDULED, ACTIVE, COMPLETED, CANCELED = 1, 2, 3, 4
_NEXT_STATUSES = {SCHEDULED: (SCHEDULED, ACTIVE, CANCELED), ACTIVE: (ACTIVE, COMPLETED)}

_KEYS = frozenset(
    {"name", "description", "image", "privacy_level", "entity_type", "channel_id", "entity_metadata"}
    | {"scheduled_start_time", "scheduled_end_time", "recurrence_rule"}
)


def check_scheduled_event(
    body: dict[str, Any],
    *,
    is_edit: bool = False,
    previous: dict[str, Any] | None = None,
    now: datetime | None = None,
) -> None:
    """Checks an event that is created or, with ``is_edit``, changed.

    ``previous`` is the stored event of an edit: what the body leaves out is taken from it. ``now`` (aware) is
    the time that a start must be later than; the real one by default.

    Raises ApiError 50035, or 180000 for an event that is over.
    """
    previous = previous or {}
    if previous.get("status") in (COMPLETED, CANCELED):
        raise ApiError(400, 180000, "Cannot modify a finished event")
    event = Form.of(body)
    event.only(_KEYS | {"status"} if is_edit else _KEYS)
    event.text("name", 100, minimum=1, required=not is_edit or "name" in event.data)
    event.text("description", 1_000)
    event.text("image", 2**31)
    event.choice("privacy_level", (2,), required=not is_edit)
    kind = event.choice("entity_type", (STAGE_INSTANCE, VOICE, EXTERNAL), required=not is_edit)
    kind = kind or previous.get("entity_type")
    event.child("recurrence_rule")
    _check_times(event, previous, is_edit, now or datetime.now(UTC))
    _check_place(event, previous, kind)
    _check_status(event, previous)
    event.errors.raise_if_any()


def _check_times(event: Form, previous: dict[str, Any], is_edit: bool, now: datetime) -> None:
    """A start in the future, and an end after it."""
    start = event.timestamp("scheduled_start_time", required=not is_edit)
    if start is not None and start <= now:
        text = "Cannot schedule event in the past."
        event.fault("scheduled_start_time", "GUILD_SCHEDULED_EVENT_SCHEDULE_PAST", text)
    if start is not None and previous.get("status") == ACTIVE:
        text = "The start of a running event cannot be changed"
        event.fault("scheduled_start_time", "GUILD_SCHEDULED_EVENT_SCHEDULE_INVALID_START_BY_STATUS", text)
    end = event.timestamp("scheduled_end_time")
    start = start or Form(previous).timestamp("scheduled_start_time")
    if "scheduled_end_time" not in event.data:
        end = Form(previous).timestamp("scheduled_end_time")
    if start is not None and end is not None and end <= start:
        key = "scheduled_end_time" if event.given("scheduled_end_time") else "scheduled_start_time"
        event.fault(key, "EMULATOR_EVENT_ENDS_BEFORE_START", "An event ends after its start")


def _check_place(event: Form, previous: dict[str, Any], kind: int | None) -> None:
    """A stage or voice event has a channel; one elsewhere has a location and an end, and no channel."""
    event.snowflake("channel_id")
    metadata = event.child("entity_metadata")
    if metadata is not None:
        metadata.only({"location"})
        metadata.text("location", 100, minimum=1)
    now: dict[str, Any] = {**previous, **event.data}
    location = now["entity_metadata"].get("location") if isinstance(now.get("entity_metadata"), dict) else None
    if kind == EXTERNAL:
        if now.get("channel_id"):
            event.fault("channel_id", "EMULATOR_EVENT_PLACE", "An external event has no channel")
        if not location:
            event.errors.add((*event.path, "entity_metadata", "location"), *REQUIRED)
        if not now.get("scheduled_end_time"):
            event.fault("scheduled_end_time", *REQUIRED)
    elif kind is not None:
        if not now.get("channel_id"):
            event.fault("channel_id", *REQUIRED)
        if location:
            text = "Only external events have a location"
            event.fault("entity_metadata", "EMULATOR_EVENT_PLACE", text)


def _check_status(event: Form, previous: dict[str, Any]) -> None:
    """An event goes from scheduled to active to completed, or from scheduled to canceled."""
    status = event.choice("status", (SCHEDULED, ACTIVE, COMPLETED, CANCELED))
    allowed = _NEXT_STATUSES.get(previous.get("status", 0))
    if status is not None and allowed is not None and status not in allowed:
        text = "This status cannot follow the present one"
        event.fault("status", "EMULATOR_EVENT_STATUS", text)
