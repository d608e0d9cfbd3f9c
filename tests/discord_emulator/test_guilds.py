"""The server: its settings, channels and emojis; several servers and bots; what goes with what."""

from __future__ import annotations

import discord
import pytest

from discord_emulator import Emulator
from discord_emulator.actions import webhooks
from discord_emulator.model.audit_log import Actor
from discord_emulator.model.guild import EventStatus

from .conftest import Bot, Stand
from .moderation import PNG, call, own_role, refused, start_with


async def test_settings_are_changed(stand: Stand) -> None:
    corner = stand.guild.add_voice_channel("corner")
    bot, guild = await start_with(stand, "manage_guild", "view_channel")
    place = guild.get_channel(corner.id)
    assert isinstance(place, discord.VoiceChannel)
    await guild.edit(name="Film club", afk_channel=place, afk_timeout=900, description="Films", icon=PNG, reason="new")
    await bot.saw("GUILD_UPDATE")
    assert (guild.name, guild.afk_timeout, guild.description) == ("Film club", 900, "Films")
    assert guild.icon is not None
    assert stand.guild.audit_log[-1].reason == "new"
    path = f"/guilds/{guild.id}"
    status, fresh = await call(stand, "PATCH", path, body={"afk_timeout": None, "description": None})
    assert (status, fresh["afk_timeout"], fresh["description"]) == (200, 300, None)
    bad = [
        {"name": "x"},
        {"afk_timeout": 61},
        {"afk_channel_id": str(stand.chat.id)},
        {"icon": "data:,"},
        {"motto": "!"},
    ]
    for body in bad:
        with stand.discord.expecting("invalid body"):
            assert (await call(stand, "PATCH", path, body=body))[0] == 400
    with stand.discord.expecting("missing permission"):
        assert (await call(stand, "PATCH", path, body={"owner_id": str(guild.me.id)}))[0] == 403
    stand.guild.set_permissions(own_role(stand), "view_channel")
    with refused(stand, 50013, "missing permission"):
        await guild.edit(name="Mine")


async def test_channels_move_into_a_category_and_take_over_its_overwrites(stand: Stand) -> None:
    category = stand.guild.add_category("Spaces")
    stand.guild.deny(category, stand.guild.default_role, "speak")
    bot, guild = await start_with(stand, "manage_channels", "manage_roles", "view_channel", "speak")
    channel = guild.get_channel(stand.chat.id)
    place = guild.get_channel(category.id)
    assert isinstance(channel, discord.TextChannel)
    assert isinstance(place, discord.CategoryChannel)
    await channel.move(beginning=True, category=place, sync_permissions=True)
    await bot.saw("CHANNEL_UPDATE", 2)
    assert stand.chat.parent is category
    assert stand.chat.overwrites.keys() == category.overwrites.keys()
    with stand.discord.expecting("invalid body"):
        status, _ = await call(stand, "PATCH", f"/guilds/{guild.id}/channels", body=[])
    assert status == 400
    stand.guild.set_permissions(own_role(stand), ["manage_channels", "view_channel"])
    body = [{"id": str(stand.chat.id), "parent_id": str(category.id), "lock_permissions": True}]
    with stand.discord.expecting("missing permission"):
        assert (await call(stand, "PATCH", f"/guilds/{guild.id}/channels", body=body))[0] == 403


async def test_manage_roles_is_set_in_channels_by_administrators_only(stand: Stand) -> None:
    _, guild = await start_with(stand, "manage_channels", "manage_roles", "view_channel")
    channel = guild.get_channel(stand.chat.id)
    assert isinstance(channel, discord.TextChannel)
    with refused(stand, 50013, "missing permission"):
        await channel.set_permissions(guild.me, manage_roles=True)
    stand.guild.set_permissions(own_role(stand), "administrator")
    await channel.set_permissions(guild.me, manage_roles=True)


async def test_emojis_of_a_server(stand: Stand) -> None:
    bot, guild = await start_with(stand, "create_guild_expressions", "view_channel", emojis_and_stickers=True)
    emoji = await guild.create_custom_emoji(name="clap", image=PNG)
    await bot.saw("GUILD_EMOJIS_UPDATE")
    await emoji.edit(name="applause")
    assert stand.guild.emojis[emoji.id].name == "applause"
    assert [each.name for each in await guild.fetch_emojis()] == ["applause"]
    await emoji.delete()
    with refused(stand, 10014):
        await guild.fetch_emoji(emoji.id)
    path = f"/guilds/{guild.id}/emojis"
    image = "data:image/png;base64,bm8gaW1hZ2U="
    for body in ({"name": "x y", "image": image}, {"name": "clap", "image": image}, {"name": "clap"}):
        with stand.discord.expecting("invalid body"):
            assert (await call(stand, "POST", path, body=body))[0] == 400
    stand.guild.set_permissions(own_role(stand), "view_channel")
    with refused(stand, 50013, "missing permission"):
        await guild.create_custom_emoji(name="clap", image=PNG)


async def test_emojis_of_an_application(stand: Stand) -> None:
    bot, _ = await start_with(stand, "view_channel")
    emoji = await bot.create_application_emoji(name="live", image=PNG)
    await emoji.edit(name="on_air")
    assert [each.name for each in await bot.fetch_application_emojis()] == ["on_air"]
    await emoji.delete()
    assert await bot.fetch_application_emojis() == []
    assert await bot.fetch_soundboard_default_sounds() == []
    assert stand.discord.violations == []


async def test_the_bots_own_account(stand: Stand) -> None:
    bot, _ = await start_with(stand, "view_channel")
    assert bot.user is not None
    await bot.user.edit(username="Spaces 2", avatar=PNG)
    assert stand.application.bot.name == "Spaces 2"
    await bot.saw("USER_UPDATE")
    with refused(stand, 50035, "invalid body"):
        await bot.user.edit(username="x")
    assert (await bot.application_info()).approximate_guild_count == 1


async def test_each_bot_and_each_server_for_itself(emulator: Emulator, stand: Stand) -> None:
    other = emulator.add_guild("Film club")
    room = other.add_text_channel("room")
    music = emulator.add_application("Music")
    stand.guild.install(music, ["view_channel", "view_audit_log"])
    other.install(music, "view_channel")
    bot, _ = await start_with(stand, "view_channel")
    neighbour = await stand.start(intents=discord.Intents(guilds=True, guild_messages=True), token=music.token)
    assert {guild.id for guild in bot.guilds} == {stand.guild.id}
    assert {guild.id for guild in neighbour.guilds} == {stand.guild.id, other.id}
    assert [entry.id async for entry in bot.fetch_guilds()] == [stand.guild.id]
    stand.guild.deny(stand.chat, stand.guild.members[stand.application.bot.id], "view_channel")
    await stand.host.post(stand.chat, "for one of them")
    await other.owner.post(room, "in the other server")
    shared = stand.guild.add_text_channel("shared")
    await stand.host.post(shared, "for both")
    await neighbour.saw("MESSAGE_CREATE", 3)
    await bot.saw("MESSAGE_CREATE")
    assert [body["channel_id"] for body in bot.bodies("MESSAGE_CREATE")] == [str(shared.id)]
    with refused(stand, 50001, "missing access"):
        await bot.fetch_channel(room.id)
    with refused(stand, 50013, "missing permission"):
        await call_audit_log(bot, stand)
    assert await call_audit_log(neighbour, stand)
    assert stand.discord.violations == []


async def call_audit_log(bot: Bot, stand: Stand) -> list[discord.AuditLogEntry]:
    guild = bot.get_guild(stand.guild.id)
    assert guild is not None
    return [entry async for entry in guild.audit_logs()]


async def test_a_deleted_server_takes_everything_with_it(stand: Stand) -> None:
    bot, guild = await start_with(stand, "view_channel")
    stage = stand.guild.add_stage_channel("room")
    await stand.ada.join(stage)
    posted = await stand.ada.post(stand.chat, "hello")
    webhooks.create(stand.discord.world, stand.chat, Actor(stand.host.user), {"name": "Captions"})
    stand.guild.delete()
    await bot.saw("GUILD_DELETE")
    assert stand.discord.world.webhooks == {}
    assert posted.deleted
    assert stand.ada.voice is None
    for attempt in (bot.fetch_guild(guild.id), bot.fetch_channel(stand.chat.id), bot.fetch_channel(stage.id)):
        with pytest.raises(discord.NotFound):
            await attempt
    assert list(bot.guilds) == []


async def test_a_deleted_category_leaves_its_channels_and_a_channel_its_events(stand: Stand) -> None:
    category = stand.guild.add_category("Spaces")
    stage = stand.guild.add_stage_channel("room", category)
    bot, _ = await start_with(stand, "view_channel", guild_scheduled_events=True)
    starts = stand.discord.world.clock.now().replace(year=stand.discord.world.clock.now().year + 1)
    event = await stand.host.schedule_event("Reading", starts, stage)
    await stand.host.delete_channel(category)
    assert stage.parent_id is None
    await bot.saw("CHANNEL_UPDATE")
    await stand.host.delete_channel(stage)
    assert event.status is EventStatus.CANCELLED
    await bot.saw("GUILD_SCHEDULED_EVENT_UPDATE")


async def test_ids_grow_in_the_order_of_making_whatever_the_clock_does(stand: Stand) -> None:
    made: list[int] = []
    for step in (0.0, 0.0, 3600.0, 0.0, 0.001):
        stand.discord.advance(step)
        made += [
            stand.guild.add_role("x").id,
            stand.guild.add_text_channel("y").id,
            stand.guild.add_member("Z").id,
            (await stand.host.post(stand.chat, "hello")).id,
        ]
    assert made == sorted(set(made))
    first, last = discord.utils.snowflake_time(made[0]), discord.utils.snowflake_time(made[-1])
    assert (last - first).total_seconds() >= 3600
