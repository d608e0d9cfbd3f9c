"""Scheduled events: who may make and change them, what they do by themselves, who is interested."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import discord
import pytest

from discord_emulator import Channel, EmulatorError
from discord_emulator.model.guild import EventStatus, ScheduledEvent

from .conftest import PERMISSIONS, Stand
from .moderation import call, own_role, refused, start_with

STAGE = ("manage_channels", "mute_members", "move_members", "view_channel", "connect")


async def announce(stand: Stand, guild: discord.Guild, channel: Channel, **changes: Any) -> discord.ScheduledEvent:
    """An event on a stage, an hour from now."""
    place = guild.get_channel(channel.id)
    assert isinstance(place, discord.StageChannel | discord.VoiceChannel)
    settings: dict[str, Any] = {
        "name": "Reading",
        "start_time": stand.discord.world.clock.now() + timedelta(hours=1),
        "channel": place,
        "entity_type": discord.EntityType.stage_instance if channel.is_stage else discord.EntityType.voice,
        "privacy_level": discord.PrivacyLevel.guild_only,
    }
    return await guild.create_scheduled_event(**(settings | changes))


def status_of(stand: Stand, event: discord.ScheduledEvent | ScheduledEvent) -> EventStatus:
    return stand.guild.events[event.id].status


async def test_from_scheduled_to_active_to_completed(stand: Stand) -> None:
    stage = stand.guild.add_stage_channel("room")
    bot, guild = await start_with(stand, *STAGE, "create_events", guild_scheduled_events=True)
    event = await announce(stand, guild, stage)
    with refused(stand, 50035, "invalid body"):
        await event.edit(status=discord.EventStatus.completed)
    await event.edit(description="Chapter one")
    event = await event.start()
    with refused(stand, 50035, "invalid body"):
        await event.edit(status=discord.EventStatus.canceled)
    await event.end()
    assert status_of(stand, event) is EventStatus.COMPLETED
    with refused(stand, 180000):
        await event.edit(name="Again")
    await bot.saw("GUILD_SCHEDULED_EVENT_UPDATE", 3)
    assert await guild.fetch_scheduled_events() == []


@pytest.mark.parametrize("missing", [*STAGE[:3], "create_events"])
async def test_an_event_on_a_stage_needs_a_stage_moderator(stand: Stand, missing: str) -> None:
    stage = stand.guild.add_stage_channel("room")
    _, guild = await start_with(stand, *({*STAGE, "create_events"} - {missing}))
    with refused(stand, 50013, "missing permission"):
        await announce(stand, guild, stage)
    assert stand.guild.events == {}


async def test_anothers_event_needs_manage_events(stand: Stand) -> None:
    stage = stand.guild.add_stage_channel("room")
    _, guild = await start_with(stand, *STAGE, "create_events")
    starts = stand.discord.world.clock.now() + timedelta(hours=1)
    theirs = await stand.host.schedule_event("Film", starts, stage)
    event = await guild.fetch_scheduled_event(theirs.id)
    with refused(stand, 50013, "missing permission"):
        await event.delete()
    stand.guild.set_permissions(own_role(stand), [*STAGE, "manage_events"])
    await event.edit(name="Film night")
    assert theirs.name == "Film night"
    await event.delete()
    assert stand.guild.events == {}
    with pytest.raises(EmulatorError, match="Missing Permissions"):
        await stand.ada.schedule_event("Mine", starts, stage)


async def test_the_channel_suits_the_event(stand: Stand) -> None:
    stage, voice = stand.guild.add_stage_channel("room"), stand.guild.add_voice_channel("corner")
    _, guild = await start_with(stand, *STAGE, "create_events")
    with refused(stand, 50024, "invalid call"):
        await announce(stand, guild, voice, entity_type=discord.EntityType.stage_instance)
    with refused(stand, 50024, "invalid call"):
        await announce(stand, guild, stage, entity_type=discord.EntityType.voice)
    event = await announce(stand, guild, voice)
    path = f"/guilds/{guild.id}/scheduled-events/{event.id}"
    with stand.discord.expecting("invalid call"):
        assert (await call(stand, "PATCH", path, body={"channel_id": str(stage.id)}))[0] == 400
    assert stand.guild.events[event.id].channel_id == voice.id
    stand.guild.deny(voice, stand.guild.default_role, "view_channel")
    with refused(stand, 50001, "missing access"):
        await guild.fetch_scheduled_event(event.id)
    assert await guild.fetch_scheduled_events() == []


async def test_a_server_has_100_open_events(stand: Stand) -> None:
    stage = stand.guild.add_stage_channel("room")
    _, guild = await start_with(stand, *STAGE, "create_events")
    starts = stand.discord.world.clock.now() + timedelta(hours=1)
    made = [await stand.host.schedule_event(f"Reading {number}", starts, stage) for number in range(100)]
    with refused(stand, 30038):
        await announce(stand, guild, stage)
    await stand.host.cancel_event(made[0])
    await announce(stand, guild, stage)


async def test_who_is_interested(stand: Stand) -> None:
    stage = stand.guild.add_stage_channel("room")
    bot, guild = await start_with(stand, *STAGE, "create_events", guild_scheduled_events=True)
    event = await announce(stand, guild, stage)
    kept = stand.guild.events[event.id]
    for person in (stand.ada, stand.ben, stand.host):
        await person.mark_interested(kept)
    await stand.ben.mark_interested(kept, False)
    await bot.saw("GUILD_SCHEDULED_EVENT_USER_ADD", 3)
    await bot.saw("GUILD_SCHEDULED_EVENT_USER_REMOVE")
    assert [user.id async for user in event.users()] == sorted([stand.ada.id, stand.host.id])
    assert (await guild.fetch_scheduled_event(event.id)).user_count == 2
    path = f"/guilds/{guild.id}/scheduled-events/{event.id}/users"
    status, body = await call(stand, "GET", path, limit="1", with_member="true", after=str(stand.host.id))
    assert (status, [entry["member"]["user"]["id"] for entry in body]) == (200, [str(stand.ada.id)])
    with stand.discord.expecting("invalid body"):
        assert (await call(stand, "GET", path, limit="101"))[0] == 400
    stand.guild.remove_member(stand.ada)
    assert kept.interested == {stand.host.id}


async def test_an_event_ends_minutes_after_its_stage_is_empty(stand: Stand) -> None:
    stage = stand.guild.add_stage_channel("room")
    bot, guild = await start_with(stand, *PERMISSIONS, "create_events", guild_scheduled_events=True)
    event = await announce(stand, guild, stage)
    place = guild.get_channel(stage.id)
    assert isinstance(place, discord.StageChannel)
    await place.create_instance(topic="Books", scheduled_event=event)
    assert status_of(stand, event) is EventStatus.ACTIVE
    await stand.ada.join(stage)
    # Without a speaker the stage is closed, but its event goes on: somebody is there.
    stand.discord.advance(stand.discord.settings.stage_silence)
    assert stand.guild.stage_instance(stage) is None
    assert status_of(stand, event) is EventStatus.ACTIVE
    await stand.ada.leave()
    stand.discord.advance(stand.discord.settings.event_desertion - 1)
    await stand.ada.join(stage)
    await stand.ada.leave()
    stand.discord.advance(stand.discord.settings.event_desertion - 1)
    assert status_of(stand, event) is EventStatus.ACTIVE
    stand.discord.advance(1)
    assert status_of(stand, event) is EventStatus.COMPLETED
    await bot.saw("GUILD_SCHEDULED_EVENT_UPDATE", 2)


async def test_an_event_that_nobody_begins_is_cancelled_after_hours(stand: Stand) -> None:
    stage = stand.guild.add_stage_channel("room")
    _, guild = await start_with(stand, *STAGE, "create_events")
    event = await announce(stand, guild, stage)
    stand.discord.advance(3600 + stand.discord.settings.event_delay - 60)
    assert status_of(stand, event) is EventStatus.SCHEDULED
    stand.discord.advance(61)
    assert status_of(stand, event) is EventStatus.CANCELLED


async def test_an_event_whose_channel_is_gone_can_still_be_deleted(stand: Stand) -> None:
    stage = stand.guild.add_stage_channel("room")
    _, guild = await start_with(stand, *STAGE, "create_events")
    event = await announce(stand, guild, stage)
    await stand.host.delete_channel(stage)
    assert status_of(stand, event) is EventStatus.CANCELLED
    await event.delete()
    assert stand.guild.events == {}


async def test_an_event_elsewhere_begins_and_ends_by_the_clock(stand: Stand) -> None:
    _, guild = await start_with(stand, "create_events", "view_channel")
    starts = stand.discord.world.clock.now() + timedelta(hours=1)
    event = await guild.create_scheduled_event(
        name="Picnic",
        start_time=starts,
        end_time=starts + timedelta(hours=2),
        entity_type=discord.EntityType.external,
        privacy_level=discord.PrivacyLevel.guild_only,
        location="the park",
    )
    stand.discord.advance(3601)
    assert status_of(stand, event) is EventStatus.ACTIVE
    stand.discord.advance(7200)
    assert status_of(stand, event) is EventStatus.COMPLETED
