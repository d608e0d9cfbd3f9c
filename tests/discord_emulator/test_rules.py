"""Permissions, roles, members and overwrites, as a bot meets them over REST."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import discord
import pytest

from discord_emulator import Channel, Permission

from .conftest import PERMISSIONS, Stand
from .moderation import own_role, start_with


def granted(stand: Stand, channel: Channel) -> Permission:
    return Permission(stand.discord.world.permissions(stand.ada, channel))


def test_overwrites_apply_everyone_then_roles_then_member(stand: Stand) -> None:
    role = stand.guild.add_role("Quiet")
    stand.ada.role_ids.add(role.id)
    stand.guild.deny(stand.chat, stand.guild.default_role, "send_messages")
    assert not granted(stand, stand.chat) & Permission.SEND_MESSAGES
    stand.guild.allow(stand.chat, role, "send_messages")
    assert granted(stand, stand.chat) & Permission.SEND_MESSAGES
    stand.guild.deny(stand.chat, stand.ada, "send_messages")
    assert not granted(stand, stand.chat) & Permission.SEND_MESSAGES


def test_implicit_denials(stand: Stand) -> None:
    stand.guild.deny(stand.chat, stand.ada, "send_messages")
    assert not granted(stand, stand.chat) & (Permission.ATTACH_FILES | Permission.EMBED_LINKS)
    stand.guild.deny(stand.chat, stand.ada, "view_channel")
    assert granted(stand, stand.chat) == 0
    stage = stand.guild.add_stage_channel("room")
    stand.guild.deny(stage, stand.ada, "connect")
    assert granted(stand, stage) & Permission.VIEW_CHANNEL
    assert not granted(stand, stage) & (Permission.REQUEST_TO_SPEAK | Permission.CONNECT)


def test_owner_and_administrator_may_do_everything_and_a_timeout_almost_nothing(stand: Stand) -> None:
    everything = sum(Permission)
    role = stand.guild.add_role("Admin", "administrator")
    stand.guild.deny(stand.chat, stand.guild.default_role, "view_channel")
    assert stand.discord.world.permissions(stand.host, stand.chat) == everything
    stand.ben.timeout_until = stand.discord.world.clock.now() + timedelta(minutes=1)
    stand.ben.role_ids.add(role.id)
    assert stand.discord.world.permissions(stand.ben, stand.chat) == everything
    stand.guild.allow(stand.chat, stand.ada, "view_channel")
    stand.ada.timeout_until = stand.ben.timeout_until
    assert granted(stand, stand.chat) == Permission.VIEW_CHANNEL | Permission.READ_MESSAGE_HISTORY


async def test_nobody_gives_what_they_do_not_have(stand: Stand) -> None:
    _, guild = await start_with(stand, "manage_channels", "manage_roles", "view_channel")
    channel = guild.get_channel(stand.chat.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.set_permissions(guild.default_role, connect=False)
    assert stand.chat.overwrites[stand.guild.id].deny == Permission.CONNECT
    with stand.discord.expecting("missing permission"), pytest.raises(discord.Forbidden):
        await channel.set_permissions(guild.default_role, mute_members=True)
    await channel.set_permissions(guild.default_role, overwrite=None)
    assert stand.chat.overwrites == {}


@pytest.mark.parametrize("missing", ["manage_channels", "manage_roles"])
async def test_a_channel_with_overwrites_needs_both(stand: Stand, missing: str) -> None:
    _, guild = await start_with(stand, *(set(PERMISSIONS) - {missing}))
    overwrites: dict[discord.Role | discord.Member | discord.Object, discord.PermissionOverwrite] = {
        guild.default_role: discord.PermissionOverwrite(connect=False)
    }
    with stand.discord.expecting("missing permission"), pytest.raises(discord.Forbidden):
        await guild.create_stage_channel("room", overwrites=overwrites)
    assert stand.guild.stages == []


async def test_permissions_of_the_category_count_for_what_is_made_in_it(stand: Stand) -> None:
    category = stand.guild.add_category("Spaces")
    stand.guild.deny(category, stand.guild.members[stand.application.bot.id], "manage_channels")
    _, guild = await start_with(stand, *PERMISSIONS)
    place = guild.get_channel(category.id)
    assert isinstance(place, discord.CategoryChannel)
    with stand.discord.expecting("missing permission"), pytest.raises(discord.Forbidden):
        await place.create_stage_channel("room")
    await guild.create_stage_channel("elsewhere")


async def test_a_channel_takes_over_the_overwrites_of_its_category(stand: Stand) -> None:
    category = stand.guild.add_category("Spaces")
    stand.guild.deny(category, stand.guild.default_role, "send_messages")
    stage = stand.guild.add_stage_channel("room", category)
    assert stage.overwrites[stand.guild.id].deny == Permission.SEND_MESSAGES


async def test_roles_are_handed_out_from_above_only(stand: Stand) -> None:
    _, guild = await start_with(stand, "manage_roles", "view_channel")
    # The bot's own role stands at the bottom, as Discord puts it: it is above nothing.
    role = stand.guild.add_role("Speaker", position=2)
    member = await guild.fetch_member(stand.ada.id)
    with stand.discord.expecting("missing permission"), pytest.raises(discord.Forbidden):
        await member.add_roles(discord.Object(role.id))
    stand.guild.move_role(own_role(stand), 2)
    await member.add_roles(discord.Object(role.id))
    assert role.id in stand.ada.role_ids
    await member.remove_roles(discord.Object(role.id))
    assert role.id not in stand.ada.role_ids


async def test_moderation_stops_at_the_hierarchy(stand: Stand) -> None:
    permissions = ["kick_members", "moderate_members", "manage_nicknames", "ban_members", "view_channel"]
    _, guild = await start_with(stand, *permissions)
    owner, ada = await guild.fetch_member(stand.host.id), await guild.fetch_member(stand.ada.id)
    with stand.discord.expecting("missing permission"):
        for attempt in (owner.kick(), owner.edit(nick="x"), owner.timeout(timedelta(minutes=1))):
            with pytest.raises(discord.Forbidden):
                await attempt
    await ada.edit(nick="Ada L.")
    assert stand.ada.name == "Ada L."
    await ada.timeout(timedelta(minutes=1))
    assert stand.ada.timed_out(stand.discord.world.clock.now())
    await ada.ban(reason="rude")
    assert stand.guild.bans == {stand.ada.id: "rude"}
    assert stand.ada.id not in stand.guild.members
    await guild.unban(discord.Object(stand.ada.id))
    assert stand.guild.bans == {}


async def test_the_bots_own_nickname(stand: Stand) -> None:
    bot, guild = await start_with(stand, "change_nickname", "view_channel")
    await guild.me.edit(nick="captions on")
    await bot.saw("GUILD_MEMBER_UPDATE")
    assert guild.me.nick == "captions on"
    stand.guild.set_permissions(own_role(stand), "view_channel")
    with stand.discord.expecting("missing permission"), pytest.raises(discord.Forbidden):
        await guild.me.edit(nick="captions off")


async def test_another_server_is_missing_access(stand: Stand) -> None:
    other = stand.discord.add_guild("Film club")
    hidden = other.add_text_channel("secret")
    bot = await stand.start()
    for attempt in (bot.fetch_guild(other.id), bot.fetch_channel(hidden.id)):
        with stand.discord.expecting("missing access"), pytest.raises(discord.Forbidden):
            await attempt
    with pytest.raises(discord.NotFound) as gone:
        await bot.fetch_channel(1)
    assert gone.value.code == 10003


async def test_an_outage_and_a_farewell(stand: Stand) -> None:
    bot = await stand.start()
    stand.guild.go_down()
    await bot.saw("GUILD_DELETE")
    await stand.ada.post(stand.chat, "unheard")
    stand.guild.come_back()
    await bot.saw("GUILD_CREATE", 2)
    assert bot.seen.count("MESSAGE_CREATE") == 0
    removed: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    @bot.event
    async def on_guild_remove(guild: discord.Guild) -> None:
        removed.set_result(guild.id)

    stand.guild.remove_member(stand.guild.members[stand.application.bot.id])
    assert await asyncio.wait_for(removed, 5) == stand.guild.id


async def test_a_scheduled_event_lives_with_its_stage(stand: Stand) -> None:
    stage = stand.guild.add_stage_channel("room")
    _, guild = await start_with(stand, *PERMISSIONS, "create_events")
    place = guild.get_channel(stage.id)
    assert isinstance(place, discord.StageChannel)
    event = await guild.create_scheduled_event(
        name="Reading",
        start_time=discord.utils.utcnow() + timedelta(hours=1),
        channel=place,
        entity_type=discord.EntityType.stage_instance,
        privacy_level=discord.PrivacyLevel.guild_only,
    )
    await place.create_instance(topic="Books", scheduled_event=event)
    assert stand.guild.events[event.id].status == 2
    stand.guild.end_stage_instance(stage)
    assert stand.guild.events[event.id].status == 3
    with stand.discord.expecting("invalid body"), pytest.raises(discord.HTTPException):
        await guild.create_scheduled_event(
            name="Yesterday",
            start_time=discord.utils.utcnow() - timedelta(days=1),
            channel=place,
            entity_type=discord.EntityType.stage_instance,
            privacy_level=discord.PrivacyLevel.guild_only,
        )
