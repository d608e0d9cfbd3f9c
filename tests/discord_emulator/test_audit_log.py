"""The audit log: what bots and people do is kept, with who and why, and told to who may read it."""

from __future__ import annotations

from datetime import timedelta

import discord
import pytest

from discord_emulator import EmulatorError
from discord_emulator.model.audit_log import AuditLogAction

from .conftest import PERMISSIONS, Stand
from .moderation import call, own_role, refused, start_with


async def test_what_a_bot_does_is_kept_with_its_reason(stand: Stand) -> None:
    bot, guild = await start_with(stand, *PERMISSIONS, "view_audit_log", moderation=True)
    channel = await guild.create_stage_channel("room", reason="a Space begins – 8 o'clock")
    await bot.saw("GUILD_AUDIT_LOG_ENTRY_CREATE")
    entry = bot.bodies("GUILD_AUDIT_LOG_ENTRY_CREATE")[0]
    assert entry["guild_id"] == str(guild.id)
    assert entry["reason"] == "a Space begins – 8 o'clock"
    found = [entry async for entry in guild.audit_logs(limit=1)]
    assert found[0].action is discord.AuditLogAction.channel_create
    assert found[0].user == guild.me
    assert found[0].reason == "a Space begins – 8 o'clock"
    assert getattr(found[0].target, "id", None) == channel.id
    assert found[0].after.name == "room"


async def test_changes_say_what_was_and_what_is(stand: Stand) -> None:
    _, guild = await start_with(stand, *PERMISSIONS, "view_audit_log")
    channel = guild.get_channel(stand.chat.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.edit(name="lobby", topic="Welcome")
    renamed = stand.guild.audit_log[-1]
    assert renamed.action == AuditLogAction.CHANNEL_UPDATE
    assert {"key": "name", "old_value": "general", "new_value": "lobby"} in renamed.changes
    assert {"key": "topic", "new_value": "Welcome"} in renamed.changes
    await channel.set_permissions(guild.default_role, send_messages=False)
    denied = stand.guild.audit_log[-1]
    assert denied.action == AuditLogAction.CHANNEL_OVERWRITE_CREATE
    assert denied.options == {"id": str(guild.id), "type": "0", "role_name": "@everyone"}


async def test_people_are_in_it_too(stand: Stand) -> None:
    await start_with(stand, "view_channel")
    stage = stand.guild.add_stage_channel("room")
    await stand.host.time_out(stand.ada, 60, "shouting")
    await stand.ben.join(stage)
    await stand.host.drag(stand.ben, None)
    await stand.host.start_stage(stage, "Books")
    kept = [(entry.action, entry.user_id, entry.reason) for entry in stand.guild.audit_log[-3:]]
    assert kept == [
        (AuditLogAction.MEMBER_UPDATE, stand.host.id, "shouting"),
        (AuditLogAction.MEMBER_DISCONNECT, stand.host.id, None),
        (AuditLogAction.STAGE_INSTANCE_CREATE, stand.host.id, None),
    ]


async def test_it_is_read_by_who_may_only(stand: Stand) -> None:
    bot, guild = await start_with(stand, "manage_channels", "view_channel", moderation=True)
    with refused(stand, 50013, "missing permission"):
        await anext(guild.audit_logs())
    stand.guild.add_text_channel("quiet")
    stand.guild.set_permissions(own_role(stand), ["view_channel", "view_audit_log"])
    stand.guild.add_text_channel("told")
    await bot.saw("GUILD_AUDIT_LOG_ENTRY_CREATE")
    told = bot.bodies("GUILD_AUDIT_LOG_ENTRY_CREATE")
    assert [entry["target_id"] for entry in told] == [str(stand.guild.channel("told").id)]


async def test_filters_order_and_limits_of_reading(stand: Stand) -> None:
    _, guild = await start_with(stand, *PERMISSIONS, "view_audit_log")
    for name in ("one", "two", "three"):
        await guild.create_text_channel(name)
    stand.guild.add_role("by the owner")
    newest = [entry async for entry in guild.audit_logs(limit=2)]
    assert [entry.action for entry in newest] == [
        discord.AuditLogAction.role_create,
        discord.AuditLogAction.channel_create,
    ]
    assert newest[0].id > newest[1].id
    mine = [entry.after.name async for entry in guild.audit_logs(user=guild.me, oldest_first=True)]
    assert mine == ["one", "two", "three"]
    made = [entry async for entry in guild.audit_logs(action=discord.AuditLogAction.role_create, user=stand.host)]  # type: ignore[arg-type]
    assert {entry.user_id for entry in made} == {stand.host.id}
    path = f"/guilds/{guild.id}/audit-logs"
    with stand.discord.expecting("invalid body"):
        assert (await call(stand, "GET", path, limit="101"))[0] == 400
    status, body = await call(stand, "GET", path, after="0", limit="1", target_id=str(stand.guild.channel("two").id))
    assert status == 200
    assert [entry["target_id"] for entry in body["audit_log_entries"]] == [str(stand.guild.channel("two").id)]


async def test_entries_go_after_45_days_and_reasons_are_short(stand: Stand) -> None:
    _, guild = await start_with(stand, *PERMISSIONS, "view_audit_log")
    await guild.create_text_channel("one", reason="x" * 512)
    with refused(stand, 50035, "invalid body"):
        await guild.create_text_channel("two", reason="x" * 513)
    stand.discord.advance(timedelta(days=45).total_seconds())
    assert [entry async for entry in guild.audit_logs()] == []


async def test_a_refused_person_leaves_no_entry(stand: Stand) -> None:
    before = len(stand.guild.audit_log)
    for attempt in (stand.ada.kick(stand.ben), stand.ada.ban(stand.host), stand.ada.delete_channel(stand.chat)):
        with pytest.raises(EmulatorError, match="Missing Permissions"):
            await attempt
    assert len(stand.guild.audit_log) == before
