"""Stage channels, the four voice states, voice connections, and what goes when a channel goes."""

from __future__ import annotations

from datetime import timedelta

import discord
import pytest

from discord_emulator import Channel, EmulatorError

from .conftest import PERMISSIONS, Bot, Stand


async def open_stage(bot: Bot, stand: Stand, topic: str = "What we read") -> tuple[discord.StageChannel, Channel]:
    """A live stage that the bot opened: as the bot sees it, and as it is."""
    guild = bot.get_guild(stand.guild.id)
    assert guild is not None
    channel = await guild.create_stage_channel("what-we-read")
    await channel.create_instance(topic=topic)
    return channel, stand.guild.channel("what-we-read")


def as_seen(bot: Bot, stand: Stand, user_id: int) -> discord.Member:
    guild = bot.get_guild(stand.guild.id)
    member = guild and guild.get_member(user_id)
    assert member is not None
    return member


async def test_a_stage_goes_live(stand: Stand) -> None:
    bot = await stand.start()
    _, channel = await open_stage(bot, stand)
    assert stand.guild.stages == [channel]
    instance = stand.guild.stage_instance(channel)
    assert instance is not None
    assert instance.topic == "What we read"
    assert stand.discord.violations == []


@pytest.mark.parametrize("topic", ["", "x" * 121])
async def test_a_topic_has_1_to_120_characters(stand: Stand, topic: str) -> None:
    bot = await stand.start()
    with stand.discord.expecting("invalid body"), pytest.raises(discord.HTTPException) as refusal:
        await open_stage(bot, stand, topic)
    assert refusal.value.code == 50035


async def test_stages_need_a_community_server(stand: Stand) -> None:
    stand.guild.community = False
    bot = await stand.start()
    with stand.discord.expecting("invalid call"), pytest.raises(discord.HTTPException) as refusal:
        await open_stage(bot, stand)
    assert refusal.value.code == 50024


@pytest.mark.parametrize("missing", ["manage_channels", "mute_members", "move_members"])
async def test_going_live_needs_a_stage_moderator(stand: Stand, missing: str) -> None:
    channel = stand.guild.add_stage_channel("room")
    role = next(role for role in stand.guild.roles.values() if role.managed)
    stand.guild.set_permissions(role, [name for name in PERMISSIONS if name != missing])
    bot = await stand.start()
    with stand.discord.expecting("missing permission"), pytest.raises(discord.Forbidden) as refusal:
        await bot.http.create_stage_instance(channel_id=channel.id, topic="x", reason=None)
    assert refusal.value.code == 50013


async def test_a_native_hand_is_invited_and_accepts(stand: Stand) -> None:
    bot = await stand.start()
    _, channel = await open_stage(bot, stand)
    await stand.ada.join(channel)
    assert stand.ada.voice_position == "listening"
    await stand.ada.raise_hand()
    assert stand.ada.voice_position == "hand up"
    await bot.saw("VOICE_STATE_UPDATE", 2)
    member = as_seen(bot, stand, stand.ada.id)
    assert member.voice is not None
    assert member.voice.suppress
    assert member.voice.requested_to_speak_at is not None

    await member.edit(suppress=False)
    assert stand.ada.voice_position == "invited"
    await bot.saw("VOICE_STATE_UPDATE", 3)
    assert not member.voice.suppress
    assert member.voice.requested_to_speak_at is not None
    await stand.ada.accept_invitation()
    assert stand.ada.voice_position == "on stage"
    await bot.saw("VOICE_STATE_UPDATE", 4)
    assert member.voice.requested_to_speak_at is None

    await member.edit(suppress=True)
    assert stand.ada.voice_position == "listening"
    assert stand.discord.violations == []


async def test_a_hand_may_lead_straight_to_the_stage(stand: Stand) -> None:
    stand.discord.settings.hand_needs_acceptance = False
    bot = await stand.start()
    _, channel = await open_stage(bot, stand)
    await stand.ada.join(channel)
    await stand.ben.join(channel)
    await stand.ada.raise_hand()
    await bot.saw("VOICE_STATE_UPDATE", 3)
    await as_seen(bot, stand, stand.ada.id).edit(suppress=False)
    await as_seen(bot, stand, stand.ben.id).edit(suppress=False)
    assert (stand.ada.voice_position, stand.ben.voice_position) == ("on stage", "invited")


async def test_an_invitation_is_declined_and_a_hand_lowered(stand: Stand) -> None:
    bot = await stand.start()
    _, channel = await open_stage(bot, stand)
    await stand.ada.join(channel)
    await stand.host.join(channel)
    await stand.host.invite_natively(stand.ada)
    await stand.ada.decline_invitation()
    assert stand.ada.voice_position == "listening"
    await stand.ada.raise_hand()
    await stand.ada.lower_hand()
    assert stand.ada.voice_position == "listening"
    with pytest.raises(EmulatorError, match="not invited"):
        await stand.ada.accept_invitation()
    with pytest.raises(EmulatorError, match="Missing Permissions"):
        await stand.ben.invite_natively(stand.ada)


async def test_who_may_not_connect_causes_no_event(stand: Stand) -> None:
    bot = await stand.start()
    _, channel = await open_stage(bot, stand)
    stand.guild.deny(channel, stand.ada, "connect")
    with pytest.raises(EmulatorError, match="Missing Permissions"):
        await stand.ada.join(channel)
    stand.guild.deny(channel, stand.guild.default_role, "request_to_speak")
    await stand.ben.join(channel)
    with pytest.raises(EmulatorError, match="Missing Permissions"):
        await stand.ben.raise_hand()
    await bot.saw("VOICE_STATE_UPDATE")
    assert bot.seen.count("VOICE_STATE_UPDATE") == 1


async def test_a_hand_cannot_be_raised_in_the_past(stand: Stand) -> None:
    bot = await stand.start()
    stage, _ = await open_stage(bot, stand)
    await stage.connect(timeout=5)
    past = (discord.utils.utcnow() - timedelta(minutes=1)).isoformat()
    body = {"channel_id": str(stage.id), "request_to_speak_timestamp": past}
    with stand.discord.expecting("invalid body"), pytest.raises(discord.HTTPException) as refusal:
        await bot.http.edit_my_voice_state(stand.guild.id, body)
    assert refusal.value.code == 50035


async def test_going_on_stage_oneself_needs_mute_members(stand: Stand) -> None:
    bot = await stand.start()
    stage, _ = await open_stage(bot, stand)
    await stage.connect(timeout=5)
    role = next(role for role in stand.guild.roles.values() if role.managed)
    stand.guild.set_permissions(role, [name for name in PERMISSIONS if name != "mute_members"])
    with stand.discord.expecting("missing permission"), pytest.raises(discord.Forbidden):
        await stage.guild.me.edit(suppress=False)


async def test_the_bot_connects_and_speaks_at_once(stand: Stand) -> None:
    bot = await stand.start()
    stage, channel = await open_stage(bot, stand)
    voice = await stage.connect(timeout=5)
    me = stand.guild.members[stand.application.bot.id]
    assert me.voice_position == "listening"
    await stage.guild.me.edit(suppress=False)
    assert me.voice_position == "on stage"
    await voice.disconnect()
    assert me.voice is None
    assert stand.discord.violations == []
    assert channel in stand.guild.stages


async def test_joining_without_permission_is_silent_but_recorded(stand: Stand) -> None:
    bot = await stand.start()
    stage, channel = await open_stage(bot, stand)
    stand.guild.deny(channel, stand.guild.members[stand.application.bot.id], "connect")
    with stand.discord.expecting("missing permission"), pytest.raises(TimeoutError):
        await stage.connect(timeout=0.3, reconnect=False)


async def test_server_mute_is_refused_outside_voice(stand: Stand) -> None:
    bot = await stand.start()
    _, channel = await open_stage(bot, stand)
    await stand.ada.join(channel)
    await bot.saw("VOICE_STATE_UPDATE")
    member = as_seen(bot, stand, stand.ada.id)
    await member.edit(mute=True)
    assert stand.ada.server_mute
    await stand.ada.leave()
    with pytest.raises(discord.HTTPException) as refusal:
        await member.edit(mute=False)
    assert refusal.value.code == 40032
    await stand.ada.join(channel)
    assert stand.ada.server_mute


async def test_a_person_is_sent_out_of_voice(stand: Stand) -> None:
    bot = await stand.start()
    _, channel = await open_stage(bot, stand)
    await stand.ada.join(channel)
    await bot.saw("VOICE_STATE_UPDATE")
    await as_seen(bot, stand, stand.ada.id).move_to(None)
    assert stand.ada.voice is None


async def test_deleting_the_channel_takes_everything_with_it(stand: Stand) -> None:
    bot = await stand.start()
    stage, channel = await open_stage(bot, stand)
    await stand.ada.join(channel)
    message = await stage.send("the panel")
    posted = stand.ada.messages(channel)[0]
    await stage.delete()
    assert stand.ada.voice is None
    assert stand.guild.stages == []
    assert stand.guild.stage_instances == {}
    assert posted.deleted
    await bot.saw("STAGE_INSTANCE_DELETE")
    await bot.saw("VOICE_STATE_UPDATE", 2)
    await bot.saw("CHANNEL_DELETE")
    with pytest.raises(discord.NotFound) as gone:
        await message.edit(content="late")
    assert gone.value.code == 10003


async def test_a_person_speaks_only_on_stage_and_unmuted(stand: Stand) -> None:
    bot = await stand.start()
    _, channel = await open_stage(bot, stand)
    hooks = stand.discord.world.voice

    def may_speak() -> bool:
        return hooks.may_speak(stand.guild.id, stand.ada.id)

    assert not may_speak()
    await stand.ada.join(channel)
    assert not may_speak()
    await stand.host.join(channel)
    await stand.host.invite_natively(stand.ada)
    assert not may_speak()
    await stand.ada.accept_invitation()
    assert may_speak()
    await stand.ada.mute()
    assert not may_speak()
    await stand.ada.unmute()
    assert may_speak()
    await stand.ada.step_down()
    assert not may_speak()
    assert hooks.may_hear(stand.guild.id, stand.ada.id)
    await stand.ada.deafen()
    assert not hooks.may_hear(stand.guild.id, stand.ada.id)


async def test_people_in_a_voice_channel_are_not_suppressed(stand: Stand) -> None:
    channel = stand.guild.add_voice_channel("voice")
    await stand.ada.join(channel)
    assert stand.ada.voice is not None
    assert not stand.ada.voice.suppress
    assert stand.ada.voice_position is None


async def test_a_bot_that_starts_learns_who_is_in_voice(stand: Stand) -> None:
    channel = stand.guild.add_stage_channel("room")
    await stand.ada.join(channel)
    bot = await stand.start()
    member = as_seen(bot, stand, stand.ada.id)
    assert member.voice is not None
    assert member.voice.channel is not None
    assert member.voice.channel.id == channel.id
    guild = bot.get_guild(stand.guild.id)
    assert guild is not None
    assert guild.get_member(stand.ben.id) is None
