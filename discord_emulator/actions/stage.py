"""The four voice states of a stage: listening, hand up, invited, on stage.

https://discord.com/developers/docs/resources/voice#modify-current-user-voice-state
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from discord_emulator.errors import ApiError, FormErrors, missing_permissions, unknown
from discord_emulator.model.members import Member, VoiceState
from discord_emulator.permissions import Permission
from discord_emulator.snowflake import as_snowflake

from . import voice

if TYPE_CHECKING:
    from discord_emulator.world import World

# "You are able to set request_to_speak_timestamp to any present or future time": what was present when the call was
# sent is a little past when it arrives.
_PRESENT = timedelta(seconds=10)


def update_own_state(world: World, member: Member, body: dict[str, Any]) -> None:
    """PATCH voice-states/@me with a checked body: step up or down, ask to speak, take the request back.

    Raises 50013 without Mute Members (to un-suppress oneself) or Request to Speak, 10065 outside a stage, 50035 for a
    request in the past.
    """
    state = _state_on_stage(member, body)
    granted = world.permissions(member, state.channel)
    asked = _asked_at(world, body)
    if body.get("suppress") is False and state.suppress and not granted & Permission.MUTE_MEMBERS:
        raise missing_permissions()
    if asked is not None and not granted & Permission.REQUEST_TO_SPEAK:
        raise missing_permissions()
    if body.get("suppress") is not None:
        state.suppress = body["suppress"]
        if state.suppress:
            state.request_to_speak_timestamp = None
    if "request_to_speak_timestamp" in body and (asked is None or state.suppress):
        state.request_to_speak_timestamp = asked
    elif body.get("suppress") is False:
        state.request_to_speak_timestamp = None
    voice.announce(world, member)


def update_state_of(world: World, actor: Member, target: Member, body: dict[str, Any]) -> None:
    """PATCH voice-states/{user} with a checked body: a moderator invites to speak, or moves to the audience.

    A person who is un-suppressed is invited (timestamp = now) and has to accept; a bot speaks at once.
    """
    state = _state_on_stage(target, body)
    if not world.permissions(actor, state.channel) & Permission.MUTE_MEMBERS:
        raise missing_permissions()
    if body.get("suppress") is not None:
        suppress = body["suppress"]
        invites = not target.user.bot and state.suppress and not suppress
        state.suppress = suppress
        if suppress or target.user.bot:
            state.request_to_speak_timestamp = None
        elif invites:
            direct = state.request_to_speak_timestamp is not None and not world.settings.hand_needs_acceptance
            state.request_to_speak_timestamp = None if direct else world.clock.now()
    voice.announce(world, target)


def accept_invitation(world: World, member: Member) -> None:
    """A person accepts to speak; raises 10065 unless they are invited."""
    state = _invited(member)
    state.request_to_speak_timestamp = None
    voice.announce(world, member)


def decline_invitation(world: World, member: Member) -> None:
    """A person declines to speak and stays in the audience; raises 10065 unless they are invited."""
    state = _invited(member)
    state.suppress, state.request_to_speak_timestamp = True, None
    voice.announce(world, member)


def _invited(member: Member) -> VoiceState:
    if member.voice is None or member.voice.position != "invited":
        raise unknown("Voice State", 10065)
    return member.voice


def _state_on_stage(member: Member, body: dict[str, Any]) -> VoiceState:
    state = member.voice
    if state is None:
        raise unknown("Voice State", 10065)
    if "channel_id" in body and as_snowflake(body["channel_id"], "channel_id") != state.channel.id:
        raise unknown("Voice State", 10065)
    if not state.channel.is_stage:
        raise ApiError(400, 50024, "Cannot execute action on this channel type")
    return state


def _asked_at(world: World, body: dict[str, Any]) -> datetime | None:
    written = body.get("request_to_speak_timestamp")
    if written is None:
        return None
    asked = datetime.fromisoformat(written)
    asked = asked if asked.tzinfo else asked.replace(tzinfo=UTC)
    if asked < world.clock.now() - _PRESENT:
        form = FormErrors()
        form.add(("request_to_speak_timestamp",), "EMULATOR_TIME_PAST", "The time must be present or future.")
        form.raise_if_any()
    return asked
