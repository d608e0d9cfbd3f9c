"""The rules that the domain gets: a server's own where it has any, everybody's otherwise."""

from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError

from config.loader import parse_settings
from config.policies import Policies
from config.schema import Settings
from spaces.model import Actor, Gesture, Person, RoleTag
from spaces.policy import ServerPolicy
from spaces.rollout import OpenTo, Rollout, RolloutStep
from spaces.rules import JoinMode, NameOrId, QueueOrder, RoomRules, SpeakMode

MARCH = datetime(2026, 3, 1, tzinfo=UTC)
OURS, THEIRS = 123456789012345678, 223456789012345678

CONFIGURATION = """
spaces:
  category: Stages
  rollout:
    - open_to: roles
      roles: ["Early Hosts", 323456789012345678, "423456789012345678"]
    - {open_to: members, member_days: 30, begins: 2026-03-31}
    - {begins: 2026-06-30}
  per_member: 2
  per_server: 7
  join: roles
  join_roles: [Readers]
  speak: everyone
  speaker_limit: 5
  co_host_limit: 4
  capacity: 90
  language: de
  hands_open: false
  question_required: true
  queue_order: least time on stage
  turn_seconds: 60
  invitation_seconds: 20
  invitation_misses: 3
  hand_stays_minutes: null
  host_away_seconds: 30
  speakers_inherit: false
  wind_down_minutes: 5
  invitations_an_hour: 6
  native_moderators: true
  server_mute: true
  start_notice: Fans
  native_notice: true
  channel_stays_hours: null
presets:
  small: {speaker_limit: 2, capacity: null}
transcripts:
  from_start: true
  workers: 2
  days: 14
  readers: the moderators
moderation:
  roles: [Mods]
  reports_channel: 523456789012345678
reactions:
  gestures:
    - {key: own, label: Our own, emoji: "<a:own:623456789012345678>"}
    - {key: flag, label: Flag, emoji: 🇺🇦}
    - {key: family, label: Family, emoji: 👨‍👩‍👧}
    - {key: one, label: One, emoji: 1️⃣}
    - {key: hand, label: Hand, emoji: ✋🏽}
  cooldown_seconds: 2
privacy_notice: https://example.org/privacy
servers:
  123456789012345678:
    spaces:
      category: null
      speak: invited
      channel_stays_hours: 0
    transcripts:
      days: 7
    moderation:
      roles: []
    reactions:
      gestures: [{key: clap, label: Clap, emoji: 👏}]
  723456789012345678:
"""

RULES = RoomRules(
    join=JoinMode.ROLES,
    join_roles=(NameOrId("Readers"),),
    speak=SpeakMode.EVERYONE,
    speaker_limit=5,
    co_host_limit=4,
    capacity=90,
    language="de",
    hands_open=False,
    question_required=True,
    queue_order=QueueOrder.LEAST_TIME,
    turn_seconds=60,
)


@pytest.fixture
def settings() -> Settings:
    return parse_settings(CONFIGURATION.encode(), "spaces.yaml")


def test_every_setting_reaches_the_policy(settings: Settings) -> None:
    assert settings.policy_for(THEIRS) == ServerPolicy(
        category=NameOrId("Stages"),
        rollout=Rollout(
            (
                RolloutStep(
                    OpenTo.ROLES,
                    (NameOrId("Early Hosts"), NameOrId(323456789012345678), NameOrId(423456789012345678)),
                ),
                RolloutStep(OpenTo.MEMBERS, member_days=30, begins=date(2026, 3, 31)),
                RolloutStep(begins=date(2026, 6, 30)),
            )
        ),
        spaces_per_member=2,
        spaces_per_server=7,
        rules=RULES,
        presets={"small": RULES.evolve(speaker_limit=2, capacity=None)},
        invitation_seconds=20,
        invitation_misses=3,
        hand_stays_minutes=None,
        host_away_seconds=30,
        speakers_inherit=False,
        wind_down_minutes=5,
        invitations_an_hour=6,
        native_moderators=True,
        server_mute=True,
        start_notice=NameOrId("Fans"),
        native_notice=True,
        channel_stays_hours=None,
        captions_from_start=True,
        transcript_days=14,
        consent_days=90,
        readers="the moderators",
        moderators=(NameOrId("Mods"),),
        reports_channel=NameOrId(523456789012345678),
        gestures=(
            Gesture("own", "Our own", "<a:own:623456789012345678>"),
            Gesture("flag", "Flag", "🇺🇦"),
            Gesture("family", "Family", "👨‍👩‍👧"),
            Gesture("one", "One", "1️⃣"),
            Gesture("hand", "Hand", "✋🏽"),
        ),
        reaction_cooldown_seconds=2,
        privacy_notice="https://example.org/privacy",
    )


def test_a_server_overrides_only_what_it_says(settings: Settings) -> None:
    policy = settings.policy_for(OURS)

    assert (policy.category, policy.rules.speak, policy.channel_stays_hours) == (None, SpeakMode.INVITED, 0)
    assert (policy.rules.speaker_limit, len(policy.rollout.steps)) == (5, 3)
    assert policy.presets["small"] == RULES.evolve(speak=SpeakMode.INVITED, speaker_limit=2, capacity=None)
    assert (policy.transcript_days, policy.captions_from_start, policy.readers) == (7, True, "the moderators")
    assert (policy.moderators, policy.reports_channel) == ((), NameOrId(523456789012345678))
    assert [gesture.key for gesture in policy.gestures] == ["clap"]
    assert policy.reaction_cooldown_seconds == 2


def test_a_server_without_settings_is_like_the_others(settings: Settings) -> None:
    assert settings.policy_for(723456789012345678) == settings.policy_for(THEIRS)


def test_the_roles_of_the_file_decide(settings: Settings) -> None:
    policy = settings.policy_for(THEIRS)
    by_name = Actor(Person(1, "Ada"), (RoleTag(2, "early hosts"),))
    by_id = Actor(Person(1, "Ada"), (RoleTag(423456789012345678, "whatever"),))

    step = policy.rollout.at(MARCH)
    assert step.admits(by_name, MARCH)
    assert step.admits(by_id, MARCH)
    assert not step.admits(Actor(Person(1, "Ada")), MARCH)


def test_a_swap_changes_the_answers(settings: Settings) -> None:
    policies = Policies(Settings())
    assert policies.for_server(OURS) == ServerPolicy()
    assert policies.for_server(OURS) is policies.for_server(OURS)

    policies.swap(settings)

    assert policies.settings is settings
    assert policies.for_server(OURS) == settings.policy_for(OURS)


def test_settings_never_change(settings: Settings) -> None:
    with pytest.raises(ValidationError, match="frozen"):
        settings.transcripts.days = 1  # pyright: ignore[reportAttributeAccessIssue]
