"""What an absence comes to, read from what is stored: who takes over, when a Space winds down, what keeps it."""

from __future__ import annotations

from datetime import datetime, timedelta

from spaces.model import SOMEONE, Participant, Role, Space
from spaces.policy import ServerPolicy
from spaces.room import Room


def heir(room: Room, policy: ServerPolicy) -> Participant | None:
    """Who hosts next if the host stays away: the first co-host who is here, in the order of appointment; else, where
    speakers inherit, who has been on stage longest."""
    co_hosts = (one for one in room.hosts if one.role is Role.CO_HOST)
    speakers = (one for one in room.on_stage if one.role is Role.GUEST)
    heirs = (*co_hosts, *speakers) if policy.speakers_inherit else tuple(co_hosts)
    return next((one for one in heirs if may_host(one)), None)


def may_host(one: Participant) -> bool:
    """Whether a person can become the host: they are here, may stay, and have not asked to be forgotten."""
    return one.present and not one.barred and one.person.name != SOMEONE


def taken_over_at(space: Space, policy: ServerPolicy) -> datetime | None:
    """When somebody else hosts; None while the host is not away."""
    return None if space.host_away_at is None else space.host_away_at + timedelta(seconds=policy.host_away_seconds)


def wound_down_at(space: Space, policy: ServerPolicy) -> datetime | None:
    """When the Space ends; None while it is not paused."""
    return None if space.paused_at is None else space.paused_at + timedelta(minutes=policy.wind_down_minutes)


def is_unhosted(room: Room, policy: ServerPolicy, now: datetime) -> bool:
    """Whether the host has been away for too long, and nobody is here who could take over."""
    at = taken_over_at(room.space, policy)
    return at is not None and now >= at and heir(room, policy) is None


def shows_life(room: Room, since: datetime, *, hands_count: bool) -> bool:
    """Whether, since that moment, somebody came to the stage or opened their microphone there, a host or co-host came
    in, or (where ``hands_count``) a hand went up."""
    if any(one.present and _is_later(one.arrived_at, since) for one in room.hosts):
        return True
    if any(_is_later(one.stage_since, since) or _is_later(one.unmuted_since, since) for one in room.on_stage):
        return True
    return hands_count and room.hand_count > 0 and _is_later(room.latest_hand, since)


def _is_later(moment: datetime | None, since: datetime) -> bool:
    return moment is not None and moment > since
