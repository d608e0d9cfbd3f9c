from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from spaces.model import Actor, Person, RoleTag
from spaces.rollout import OPEN_TO_EVERYONE, OpenTo, Rollout, RolloutStep
from spaces.rules import NameOrId

EARLY = NameOrId("Early Hosts")
ROLLOUT = Rollout(
    (
        RolloutStep(OpenTo.ROLES, (EARLY,), begins=date(2026, 3, 1)),
        RolloutStep(OpenTo.MEMBERS, (EARLY,), member_days=30, begins=date(2026, 4, 1)),
        RolloutStep(OpenTo.EVERYONE, begins=date(2026, 5, 1)),
    )
)
BEFORE, FIRST, SECOND, LAST = (datetime(2026, month, 1, tzinfo=UTC) for month in (2, 3, 4, 5))


def member(
    *, days: int | None = 0, now: datetime = SECOND, roles: tuple[str, ...] = (), is_admin: bool = False
) -> Actor:
    since = None if days is None else now - timedelta(days=days)
    return Actor(Person(1, "Ann"), tuple(RoleTag(9, role) for role in roles), is_admin, since)


def admitted(actor: Actor, now: datetime) -> bool:
    return ROLLOUT.at(now).admits(actor, now)


def test_before_the_first_step_only_admins_open_spaces() -> None:
    assert not admitted(member(days=900, roles=("Early Hosts",)), BEFORE)
    assert admitted(member(is_admin=True), BEFORE)
    assert ROLLOUT.refusal(BEFORE) == (
        "Nobody can open a Space here yet, members with @Early Hosts from <t:1772323200:D>."
    )


def test_then_members_with_a_role() -> None:
    assert admitted(member(roles=("early hosts",)), FIRST)
    assert not admitted(member(days=900), FIRST)
    assert ROLLOUT.refusal(FIRST) == (
        "Spaces are in beta here: members with @Early Hosts can open one, "
        "members of at least 30 days and members with @Early Hosts from <t:1775001600:D>."
    )


def test_then_members_of_some_standing_or_with_a_role() -> None:
    assert admitted(member(days=30), SECOND)
    assert not admitted(member(days=29), SECOND)
    assert not admitted(member(days=None), SECOND)
    assert admitted(member(days=0, roles=("Early Hosts",)), SECOND)
    assert not admitted(member(days=30, now=SECOND), SECOND - timedelta(microseconds=1))


def test_then_everyone() -> None:
    assert admitted(member(days=None), LAST)
    assert ROLLOUT.coming(LAST) is None


def test_a_step_without_a_date_holds_until_the_next_begins() -> None:
    rollout = Rollout((RolloutStep(OpenTo.NOBODY), RolloutStep(begins=date(2026, 4, 1))))
    assert not rollout.at(FIRST).admits(member(), FIRST)
    assert rollout.refusal(FIRST) == "Nobody can open a Space here yet, everyone from <t:1775001600:D>."
    assert rollout.at(SECOND).admits(member(), SECOND)


def test_an_end_that_nobody_set_is_the_admins_to_decide() -> None:
    rollout = Rollout((RolloutStep(OpenTo.MEMBERS, member_days=1),))
    assert rollout.refusal(FIRST) == (
        "Spaces are in beta here: members of at least 1 day can open one. An admin decides when that changes."
    )
    assert OPEN_TO_EVERYONE.at(BEFORE).admits(member(days=None), BEFORE)
