"""A live stage over time, who finds a place in it, and the reactions people send there."""

from __future__ import annotations

import asyncio

import discord
import pytest

from discord_emulator import Emulator, EmulatorError
from discord_emulator.model.audit_log import AuditLogAction

from .conftest import PERMISSIONS, Stand
from .moderation import own_role, refused, start_with
from .test_stages import open_stage


async def test_a_stage_closes_minutes_after_the_last_speaker_has_gone(stand: Stand) -> None:
    bot = await stand.start()
    _, channel = await open_stage(bot, stand)
    silence = stand.discord.settings.stage_silence
    await stand.host.join(channel)
    await stand.host.step_up()
    stand.discord.advance(10 * silence)
    assert stand.guild.stage_instance(channel) is not None
    await stand.host.step_down()
    stand.discord.advance(silence - 1)
    await stand.host.step_up()
    await stand.host.leave()
    stand.discord.advance(silence - 1)
    assert stand.guild.stage_instance(channel) is not None
    stand.discord.advance(1)
    assert stand.guild.stage_instance(channel) is None
    await bot.saw("STAGE_INSTANCE_DELETE")
    # Discord did it, not somebody: the log has nothing of it.
    assert stand.guild.audit_log[-1].action != AuditLogAction.STAGE_INSTANCE_DELETE


async def test_it_closes_in_real_time_too(stand: Stand) -> None:
    stand.discord.settings.stage_silence = 0.05
    bot = await stand.start()
    _, channel = await open_stage(bot, stand)
    await stand.discord.wait_for(lambda: stand.guild.stage_instance(channel) is None, timeout=5)
    await bot.saw("STAGE_INSTANCE_DELETE")


async def test_who_is_only_invited_is_no_speaker_and_a_bot_is_one(stand: Stand) -> None:
    bot = await stand.start()
    stage, channel = await open_stage(bot, stand)
    await stand.ada.join(channel)
    await stand.host.join(channel)
    await stand.host.invite_natively(stand.ada)
    assert stand.ada.voice_position == "invited"
    await stage.connect(timeout=5)
    await stage.guild.me.edit(suppress=False)
    stand.discord.advance(stand.discord.settings.stage_silence)
    assert stand.guild.stage_instance(channel) is not None
    await stage.guild.me.edit(suppress=True)
    stand.discord.advance(stand.discord.settings.stage_silence)
    assert stand.guild.stage_instance(channel) is None


async def test_a_start_notification_needs_mention_everyone(stand: Stand) -> None:
    channel = stand.guild.add_stage_channel("room")
    _, guild = await start_with(stand, *PERMISSIONS)
    stage = guild.get_channel(channel.id)
    assert isinstance(stage, discord.StageChannel)
    with refused(stand, 50013, "missing permission"):
        await stage.create_instance(topic="Books", send_start_notification=True)
    stand.guild.set_permissions(own_role(stand), [*PERMISSIONS, "mention_everyone"])
    await stage.create_instance(topic="Books", send_start_notification=True)
    with refused(stand, 150006, "invalid call"):
        await stage.create_instance(topic="Books again")


async def test_a_full_channel_lets_in_who_may_move_members(stand: Stand) -> None:
    channel = stand.guild.add_stage_channel("room")
    await start_with(stand, *PERMISSIONS)
    await stand.host.edit_channel(channel, user_limit=1)
    await stand.ada.join(channel)
    with pytest.raises(EmulatorError, match="full"):
        await stand.ben.join(channel)
    await stand.host.join(channel)
    other = stand.guild.add_voice_channel("corner")
    await stand.ben.join(other)
    await stand.host.drag(stand.ben, channel)
    assert stand.ben.voice is not None
    assert stand.ben.voice.channel is channel
    with pytest.raises(EmulatorError, match="Missing Permissions"):
        await stand.ada.drag(stand.ben, other)


async def test_moving_and_deafening_need_somebody_in_voice(stand: Stand) -> None:
    channel = stand.guild.add_stage_channel("room")
    _, guild = await start_with(stand, *PERMISSIONS, "deafen_members")
    ada = await guild.fetch_member(stand.ada.id)
    place = guild.get_channel(channel.id)
    assert isinstance(place, discord.StageChannel)
    for attempt in (ada.move_to(place), ada.edit(deafen=True), ada.edit(mute=True), ada.move_to(None)):
        with refused(stand, 40032):
            await attempt
    await stand.ada.join(channel)
    await ada.edit(deafen=True)
    assert stand.ada.server_deaf


async def test_a_native_reaction_reaches_the_bots_in_that_channel_alone(emulator: Emulator, stand: Stand) -> None:
    bot = await stand.start()
    stage, channel = await open_stage(bot, stand)
    elsewhere = stand.guild.add_stage_channel("elsewhere")
    seen: asyncio.Queue[discord.VoiceChannelEffect] = asyncio.Queue()

    @bot.event
    async def on_voice_channel_effect(effect: discord.VoiceChannelEffect) -> None:
        seen.put_nowait(effect)

    with pytest.raises(EmulatorError, match="not connected"):
        await stand.ada.react_in_voice("👏")
    await stand.ada.join(channel)
    await stand.ada.react_in_voice("🙈")
    await stage.connect(timeout=5)
    await stand.ben.join(elsewhere)
    await stand.ben.react_in_voice("🔥")
    await stand.ada.react_in_voice("👏")
    effect = await asyncio.wait_for(seen.get(), 5)
    assert effect.emoji is not None
    assert (effect.emoji.name, effect.channel.id) == ("👏", channel.id)
    assert bot.bodies("VOICE_CHANNEL_EFFECT_SEND")[0]["user_id"] == str(stand.ada.id)
    stand.guild.deny(channel, stand.ada, ["speak", "request_to_speak"])
    with pytest.raises(EmulatorError, match="Missing Permissions"):
        await stand.ada.react_in_voice("👏")
    assert len(bot.bodies("VOICE_CHANNEL_EFFECT_SEND")) == 1


async def test_a_reaction_needs_the_voice_intent(stand: Stand) -> None:
    bot = await stand.start(intents=discord.Intents(guilds=True))
    channel = stand.guild.add_voice_channel("corner")
    await stand.ada.join(channel)
    await bot.ws.voice_state(stand.guild.id, channel.id)
    await stand.discord.wait_for(lambda: stand.guild.members[stand.application.bot.id].voice)
    await stand.ada.react_in_voice("👏")
    stand.guild.add_text_channel("last")
    await bot.saw("CHANNEL_CREATE", 2)
    assert bot.bodies("VOICE_CHANNEL_EFFECT_SEND") == []


async def test_a_voice_channel_has_a_status_while_somebody_is_there_and_a_stage_none(stand: Stand) -> None:
    channel, stage = stand.guild.add_voice_channel("corner"), stand.guild.add_stage_channel("room")
    bot, guild = await start_with(stand, "view_channel", "connect", "manage_channels", "set_voice_channel_status")
    await stand.ada.join(channel)
    place = guild.get_channel(channel.id)
    assert isinstance(place, discord.VoiceChannel)
    await place.edit(status="reading", reason="we begin")
    assert channel.voice_status == "reading"
    assert stand.guild.audit_log[-1].action == AuditLogAction.VOICE_CHANNEL_STATUS_UPDATE
    await stand.ada.leave()
    await bot.saw("VOICE_CHANNEL_STATUS_UPDATE", 2)
    assert [body["status"] for body in bot.bodies("VOICE_CHANNEL_STATUS_UPDATE")] == ["reading", None]
    with refused(stand, 50024, "invalid call"):
        await bot.http.edit_voice_channel_status("reading", channel_id=stage.id)
    stand.guild.set_permissions(own_role(stand), ["view_channel", "connect", "set_voice_channel_status"])
    with refused(stand, 50013, "missing permission"):
        await bot.http.edit_voice_channel_status("reading", channel_id=channel.id)
