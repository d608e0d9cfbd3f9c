"""Settings about rooms: who opens them and where, what holds in them, and the presets that hosts choose from."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from config.kinds import (
    Allowed,
    AwaySeconds,
    Capacity,
    CoHostLimit,
    Day,
    EmptyList,
    HourlyLimit,
    Hours,
    InvitationSeconds,
    Join,
    Language,
    MemberDays,
    Minutes,
    Misses,
    Opening,
    Order,
    RoleOrChannel,
    SpacesLimit,
    Speak,
    SpeakerLimit,
    Switch,
    TurnSeconds,
    refusal,
)
from config.section import Section
from spaces.rollout import OpenTo, Rollout, RolloutStep
from spaces.rules import STANDARD_PRESETS, JoinMode, QueueOrder, RoomRules, SpeakMode


class RoomSection(Section):
    """The rules of a room."""

    join: Join = JoinMode.EVERYONE
    join_roles: Annotated[list[RoleOrChannel], EmptyList] = Field(default=[], max_length=20)
    speak: Speak = SpeakMode.BY_REQUEST
    speaker_limit: SpeakerLimit = 13
    co_host_limit: CoHostLimit = 2
    capacity: Capacity | None = None
    language: Language | None = None
    hands_open: Switch = True
    question_required: Switch = False
    queue_order: Order = QueueOrder.AS_RAISED
    turn_seconds: TurnSeconds | None = None

    def rules(self) -> RoomRules:
        """They as the domain knows them."""
        return RoomRules(
            join=self.join,
            join_roles=tuple(self.join_roles),
            speak=self.speak,
            speaker_limit=self.speaker_limit,
            co_host_limit=self.co_host_limit,
            capacity=self.capacity,
            language=self.language,
            hands_open=self.hands_open,
            question_required=self.question_required,
            queue_order=self.queue_order,
            turn_seconds=self.turn_seconds,
        )

    def rules_with(self, preset: RoomSection) -> RoomRules:
        """These rules with what ``preset`` sets."""
        return self.rules().evolve(**{name: getattr(preset.rules(), name) for name in preset.model_fields_set})


class StepSetting(Section):
    """One step of the rollout."""

    open_to: Opening = OpenTo.EVERYONE
    roles: Annotated[list[RoleOrChannel], EmptyList] = Field(default=[], max_length=100)
    member_days: MemberDays = 0
    begins: Day | None = None

    def step(self) -> RolloutStep:
        """It as the domain knows it."""
        return RolloutStep(self.open_to, tuple(self.roles), self.member_days, self.begins)


def _in_order(steps: list[StepSetting]) -> list[StepSetting]:
    """Raises a refusal unless every step but the first has a date, later than the one before."""
    days = [step.begins for step in steps]
    later = days[1:]
    if None in later or any(a is not None and b is not None and a >= b for a, b in zip(days, later, strict=False)):
        raise refusal("steps in the order of their dates; only the first one may be without a date")
    return steps


class SpacesSection(RoomSection):
    """Who opens Spaces, where, what holds in them, and how long things wait."""

    category: RoleOrChannel | None = None
    rollout: Annotated[list[StepSetting], AfterValidator(_in_order)] = Field(
        default=[StepSetting()], min_length=1, max_length=20
    )
    per_member: SpacesLimit = 1
    per_server: SpacesLimit = 10
    channel_stays_hours: Hours | None = 24
    invitation_seconds: InvitationSeconds = 30
    invitation_misses: Misses = 2
    hand_stays_minutes: Minutes | None = 60
    host_away_seconds: AwaySeconds = 60
    speakers_inherit: Switch = True
    wind_down_minutes: Minutes = 10
    invitations_an_hour: HourlyLimit = 5
    native_moderators: Switch = False
    server_mute: Switch = False
    start_notice: RoleOrChannel | None = None
    native_notice: Switch = False

    def steps(self) -> Rollout:
        """The rollout as the domain knows it."""
        return Rollout(tuple(setting.step() for setting in self.rollout))


PresetName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,31}\z"),
    Allowed("1 to 32 small letters, digits and -"),
]


def _no_presets(value: object) -> object:
    """A key whose items are all commented out means no presets."""
    return {} if value is None else value


Presets = Annotated[dict[PresetName, RoomSection], BeforeValidator(_no_presets), Field(max_length=25)]


def _differences(rules: RoomRules) -> RoomSection:
    """The section that makes these rules out of the defaults."""
    standard = RoomRules()
    names = [name for name in RoomSection.model_fields if getattr(rules, name) != getattr(standard, name)]
    return RoomSection(**{name: getattr(rules, name) for name in names})


STANDARD: dict[str, RoomSection] = {name: _differences(rules) for name, rules in STANDARD_PRESETS.items()}
"""The presets that there are unless an admin writes others."""
