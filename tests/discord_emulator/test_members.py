"""Members: bans, kicks, timeouts, nicks, lists, and what somebody who goes takes along."""

from __future__ import annotations

from datetime import timedelta

import discord
import pytest

from discord_emulator import Emulator, EmulatorError, Permission

from .conftest import Stand
from .moderation import call, own_role, refused, start_with


async def test_bans_one_by_one(stand: Stand) -> None:
    bot, guild = await start_with(stand, "ban_members", "view_channel", moderation=True)
    stand.guild.move_role(own_role(stand), 1)
    old = await stand.ada.post(stand.chat, "yesterday's")
    stand.discord.advance(7200)
    fresh = [await stand.ada.post(stand.chat, text) for text in ("one", "two")]
    await guild.ban(discord.Object(stand.ada.id), reason="spam", delete_message_seconds=3600)
    await bot.saw("GUILD_BAN_ADD")
    assert [message.deleted for message in (old, *fresh)] == [False, True, True]
    assert [(entry.user.id, entry.reason) async for entry in guild.bans()] == [(stand.ada.id, "spam")]
    assert (await guild.fetch_ban(discord.Object(stand.ada.id))).reason == "spam"
    with pytest.raises(EmulatorError, match="banned"):
        stand.guild.welcome(stand.ada.user)
    await guild.unban(discord.Object(stand.ada.id))
    await bot.saw("GUILD_BAN_REMOVE")
    assert stand.guild.welcome(stand.ada.user).id in stand.guild.members
    with refused(stand, 10026):
        await guild.unban(discord.Object(stand.ada.id))
    with refused(stand, 10013):
        await guild.ban(discord.Object(1))
    with refused(stand, 50013, "missing permission"):
        await guild.ban(discord.Object(stand.host.id))
    for bad in (-1, 604_801):
        path = f"/guilds/{guild.id}/bans/{stand.ben.id}"
        with stand.discord.expecting("invalid body"):
            assert (await call(stand, "PUT", path, body={"delete_message_seconds": bad}))[0] == 400


async def test_bans_in_bulk(stand: Stand) -> None:
    _, guild = await start_with(stand, "ban_members", "manage_guild", "view_channel")
    result = await guild.bulk_ban([discord.Object(user.id) for user in (stand.ada, stand.host)])
    assert [user.id for user in result.banned] == [stand.ada.id]
    assert [user.id for user in result.failed] == [stand.host.id]
    with refused(stand, 500000):
        await guild.bulk_ban([discord.Object(stand.host.id)])
    path = f"/guilds/{guild.id}/bulk-ban"
    with stand.discord.expecting("invalid body"):
        assert (await call(stand, "POST", path, body={"user_ids": [str(number) for number in range(201)]}))[0] == 400
    stand.guild.set_permissions(own_role(stand), ["ban_members", "view_channel"])
    with refused(stand, 50013, "missing permission"):
        await guild.bulk_ban([discord.Object(stand.ben.id)])


async def test_bans_are_listed_in_pages(stand: Stand) -> None:
    _, guild = await start_with(stand, "ban_members", "view_channel")
    people = [stand.guild.add_member(f"Guest {number}") for number in range(4)]
    for person in people:
        await stand.host.ban(person)
    ids = [person.id for person in people]
    assert [entry.user.id async for entry in guild.bans(limit=2)] == ids[:2]
    assert [entry.user.id async for entry in guild.bans(after=discord.Object(ids[1]))] == ids[2:]
    path = f"/guilds/{guild.id}/bans"
    status, body = await call(stand, "GET", path, before=str(ids[3]), limit="2")
    assert (status, [int(entry["user"]["id"]) for entry in body]) == (200, ids[1:3])
    with stand.discord.expecting("invalid body"):
        assert (await call(stand, "GET", path, limit="1001"))[0] == 400


async def test_a_timeout_lasts_at_most_28_days_and_takes_out_of_voice(stand: Stand) -> None:
    _, guild = await start_with(stand, "moderate_members", "view_channel")
    stage = stand.guild.add_stage_channel("room")
    await stand.ada.join(stage)
    ada = await guild.fetch_member(stand.ada.id)
    with refused(stand, 50035, "invalid body"):
        await ada.timeout(timedelta(days=28, seconds=30))
    assert stand.ada.voice is not None
    await ada.timeout(timedelta(days=27))
    assert stand.ada.voice is None
    with pytest.raises(EmulatorError):
        await stand.ada.join(stage)
    with pytest.raises(EmulatorError):
        await stand.ada.post(stand.chat, "let me in")
    stand.discord.advance(timedelta(days=27).total_seconds() + 1)
    await stand.ada.join(stage)


async def test_nobody_times_out_an_administrator_or_themselves(stand: Stand) -> None:
    admin = stand.guild.add_role("Admin", "administrator", position=1)
    stand.ada.role_ids.add(admin.id)
    stand.guild.move_role(own_role(stand), 2)
    _, guild = await start_with(stand, "moderate_members", "view_channel")
    for user_id in (stand.ada.id, guild.me.id):
        member = await guild.fetch_member(user_id)
        with refused(stand, 50013, "missing permission"):
            await member.timeout(timedelta(minutes=1))


async def test_all_parts_of_a_change_are_checked_before_the_first_is_done(stand: Stand) -> None:
    _, guild = await start_with(stand, "manage_nicknames", "view_channel")
    ada = await guild.fetch_member(stand.ada.id)
    with refused(stand, 50013, "missing permission"):
        await ada.edit(nick="A.", timed_out_until=discord.utils.utcnow() + timedelta(minutes=1))
    with refused(stand, 40032):
        await ada.edit(nick="A.", deafen=True)
    assert stand.ada.nick is None
    await ada.edit(nick="  A.  ")
    assert stand.ada.name == "A."
    with refused(stand, 50035, "invalid body"):
        await ada.edit(nick="x" * 33)


@pytest.mark.parametrize("intended", [False, True])
async def test_member_events_need_the_intent(emulator: Emulator, stand: Stand, intended: bool) -> None:
    stand.application.privileged_intents = 1 << 1
    bot, _ = await start_with(stand, "view_channel", members=intended)
    eve = stand.guild.add_member("Eve")
    await stand.host.rename(eve, "Evi")
    stand.guild.remove_member(eve)
    stand.guild.add_text_channel("last")
    await bot.saw("CHANNEL_CREATE")
    told = [name for name in bot.seen if name.startswith("GUILD_MEMBER_") and name != "GUILD_MEMBERS_CHUNK"]
    assert told == (["GUILD_MEMBER_ADD", "GUILD_MEMBER_UPDATE", "GUILD_MEMBER_REMOVE"] if intended else [])
    assert "PRESENCE_UPDATE" not in bot.seen


async def test_members_are_listed_and_searched(stand: Stand) -> None:
    _, guild = await start_with(stand, "view_channel")
    await stand.host.rename(stand.ben, "Captain")
    assert [member.id for member in await guild.query_members("capt")] == [stand.ben.id]
    path = f"/guilds/{guild.id}/members"
    status, found = await call(stand, "GET", path + "/search", query="BE", limit="10")
    assert (status, [entry["user"]["id"] for entry in found]) == (200, [str(stand.ben.id)])
    with stand.discord.expecting("invalid body"):
        assert (await call(stand, "GET", path + "/search"))[0] == 400
        assert (await call(stand, "GET", path + "/search", query="b", limit="1001"))[0] == 400
    with stand.discord.expecting("missing access"):
        assert (await call(stand, "GET", path))[0] == 403
    stand.application.privileged_intents = 1 << 1
    status, found = await call(stand, "GET", path, limit="2", after=str(stand.host.id))
    assert (status, len(found)) == (200, 2)


async def test_a_bot_that_is_kicked_or_leaves_is_told_and_loses_its_role(stand: Stand) -> None:
    bot, guild = await start_with(stand, "view_channel")
    role = own_role(stand)
    await stand.host.kick(stand.guild.members[stand.application.bot.id], "too loud")
    await bot.saw("GUILD_DELETE")
    assert bot.bodies("GUILD_DELETE") == [{"id": str(guild.id)}]
    assert role.id not in stand.guild.roles
    with refused(stand, 50001, "missing access"):
        await bot.fetch_guild(guild.id)
    stand.guild.install(stand.application, Permission.VIEW_CHANNEL)
    await bot.saw("GUILD_CREATE", 2)
    back = bot.get_guild(guild.id)
    assert back is not None
    await back.leave()
    await bot.saw("GUILD_DELETE", 2)
    assert stand.application.bot.id not in stand.guild.members
    assert [entry async for entry in bot.fetch_guilds()] == []
