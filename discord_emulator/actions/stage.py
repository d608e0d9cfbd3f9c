"""The rules of stages: the four voice states and stage instances.

https://discord.com/developers/docs/resources/voice#modify-current-user-voice-state
https://discord.com/developers/docs/resources/stage-instance
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from discord_emulator.errors import ApiError, FormErrors, missing_access, missing_permissions, unknown
from discord_emulator.gateway.intents import Intent
from discord_emulator.model.channels import Channel
from discord_emulator.model.guild import GuildState, StageInstance
from discord_emulator.model.members import Member, VoiceState
from discord_emulator.payloads import places as payloads
from discord_emulator.permissions import STAGE_MODERATOR, Permission
from discord_emulator.snowflake import as_snowflake

from . import events, voice

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


def check_moderator(world: World, member: Member, channel: Channel) -> None:
    """Raises 50001 or 50013 unless ``member`` is a stage moderator of ``channel``."""
    granted = world.permissions(member, channel)
    if not granted & Permission.VIEW_CHANNEL:
        raise missing_access()
    if granted & STAGE_MODERATOR != STAGE_MODERATOR:
        raise missing_permissions()


def open_stage(world: World, member: Member, channel: Channel, body: dict[str, Any]) -> StageInstance:
    """POST stage-instances: goes live with a topic.

    Raises 50024 outside stage channels, 150006 if the stage is live already, 50013; a start notification needs
    Mention Everyone.
    """
    guild = member.guild
    if not channel.is_stage:
        raise ApiError(400, 50024, "Cannot execute action on this channel type")
    check_moderator(world, member, channel)
    notifies = bool(body.get("send_start_notification"))
    if notifies and not world.permissions(member, channel) & Permission.MENTION_EVERYONE:
        raise missing_permissions()
    if channel.id in guild.stage_instances:
        raise ApiError(400, 150006, "The Stage is already open")
    event_id = body.get("guild_scheduled_event_id")
    instance = StageInstance(
        world.snowflakes.next(),
        guild.id,
        channel.id,
        body["topic"],
        int(body.get("privacy_level", 2)),
        None if event_id is None else as_snowflake(event_id, "guild_scheduled_event_id"),
    )
    if instance.event_id is not None and instance.event_id not in guild.events:
        raise unknown("Guild Scheduled Event", 10070)
    guild.stage_instances[channel.id] = instance
    _set_event(world, guild, instance, events.ACTIVE)
    world.hub.to_guild(guild, "STAGE_INSTANCE_CREATE", payloads.stage_instance(instance), Intent.GUILDS)
    return instance


def change_stage(world: World, member: Member, channel: Channel, body: dict[str, Any]) -> StageInstance:
    """PATCH stage-instances: another topic. Raises 10067 if the stage is not live, 50013."""
    check_moderator(world, member, channel)
    instance = member.guild.stage_instances.get(channel.id)
    if instance is None:
        raise unknown("Stage Instance", 10067)
    instance.topic = body.get("topic", instance.topic)
    instance.privacy_level = int(body.get("privacy_level", instance.privacy_level))
    world.hub.to_guild(member.guild, "STAGE_INSTANCE_UPDATE", payloads.stage_instance(instance), Intent.GUILDS)
    return instance


def close_stage(world: World, channel: Channel) -> None:
    """Ends the live stage in ``channel``.

    Discord does so itself after minutes without speakers. Raises 10067 if the stage is not live.
    """
    guild = channel.guild
    instance = None if guild is None else guild.stage_instances.pop(channel.id, None)
    if guild is None or instance is None:
        raise unknown("Stage Instance", 10067)
    _set_event(world, guild, instance, events.COMPLETED)
    world.hub.to_guild(guild, "STAGE_INSTANCE_DELETE", payloads.stage_instance(instance), Intent.GUILDS)


def _set_event(world: World, guild: GuildState, instance: StageInstance, status: int) -> None:
    """The scheduled event that a stage began with starts and ends with it."""
    event = None if instance.event_id is None else guild.events.get(instance.event_id)
    if event is not None:
        events.change(world, guild, event, {"status": status})
