"""What ``python bot.py check`` says: the configuration as it was understood, in a few lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from config.loader import shown_path
from spaces.policy import ServerPolicy
from spaces.rollout import Rollout
from spaces.rules import NameOrId

if TYPE_CHECKING:
    from config.environment import Environment
    from config.schema import Settings


def overview(settings: Settings, environment: Environment) -> str:
    """The settings for people, secrets left out."""
    lines = [f"{shown_path(environment.config_file)} is valid."]
    lines += [f"- {line}" for line in _rules(settings.policy_for(0))]
    lines += [f"- {line}" for line in _house(settings, environment)]
    return "\n".join(lines)


def _rules(policy: ServerPolicy) -> list[str]:
    place = f"in the category {policy.category}" if policy.category else "outside any category"
    captions = "from the start" if policy.captions_from_start else "when a host turns them on"
    reports = f"to the channel {policy.reports_channel}" if policy.reports_channel else "to nobody: no channel is set"
    gestures = ", ".join(gesture.label for gesture in policy.gestures)
    afterwards = _channel_stays(policy.channel_stays_hours)
    return [
        f"Spaces: {place}, opened by {_rollout(policy.rollout)}; afterwards {afterwards}",
        f"Rooms: joined by {policy.rules.join}, speaking {policy.rules.speak}, up to {policy.rules.speaker_limit} on "
        f"stage and {policy.rules.co_host_limit} co-hosts; presets: {', '.join(policy.presets) or 'none'}",
        f"Captions: {captions}; transcripts kept {_days(policy.transcript_days)}, readable by {policy.readers}; "
        f"a choice for the whole server holds {_days(policy.consent_days)}",
        f"Moderation: {_listed(policy.moderators, nobody='administrators only')}; reports go {reports}",
        f"Gestures: {len(policy.gestures)} ({gestures}), one every {policy.reaction_cooldown_seconds:g} s",
        f"Privacy notice: {policy.privacy_notice}",
    ]


def _rollout(rollout: Rollout) -> str:
    steps = [f"{step.sentence}{f' from {step.begins}' if step.begins else ''}" for step in rollout.steps]
    return ", then ".join(steps)


def _house(settings: Settings, environment: Environment) -> list[str]:
    workers = settings.transcripts.workers or "one per core"
    overrides = len(settings.servers)
    return [
        f"Speech to text: {settings.transcripts.engine}, processes: {workers}",
        f"Database: {settings.storage.database_path}; waiting sound: {settings.storage.folder}",
        f"Log level: {settings.logging.level}",
        f"Servers with rules of their own: {overrides or 'none'}",
        f"Discord: {environment.api_base or 'the real one'}; DISCORD_TOKEN is "
        f"{'set' if environment.token else 'not set, which `run` needs'}",
    ]


def _listed(things: Sequence[NameOrId], nobody: str) -> str:
    return ", ".join(str(thing) for thing in things) or nobody


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"


def _channel_stays(hours: int | None) -> str:
    if hours is None:
        return "the channel stays"
    return f"the channel stays {hours} h" if hours else "the channel goes at once"
