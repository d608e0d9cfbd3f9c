"""Roles: making, ordering, handing out and deleting them, from above only."""

from __future__ import annotations

import discord

from .conftest import Stand
from .moderation import call, own_role, refused, start_with


async def test_a_role_is_made_changed_and_deleted(stand: Stand) -> None:
    bot, guild = await start_with(stand, "manage_roles", "view_channel", "send_messages")
    stand.guild.move_role(own_role(stand), 1)
    role = await guild.create_role(name="Speaker", permissions=discord.Permissions(send_messages=True), colour=0xFF0000)
    await bot.saw("GUILD_ROLE_CREATE")
    assert stand.guild.roles[role.id].colour == 0xFF0000
    await role.edit(name="Host", colour=0, hoist=True)
    kept = stand.guild.roles[role.id]
    assert (kept.name, kept.colour, kept.hoist) == ("Host", 0, True)
    stand.ada.role_ids.add(role.id)
    stand.guild.allow(stand.chat, kept, "send_messages")
    status, counts = await call(stand, "GET", f"/guilds/{guild.id}/roles/member-counts")
    assert (status, counts[str(role.id)]) == (200, 1)
    await role.delete()
    await bot.saw("GUILD_ROLE_DELETE")
    assert role.id not in stand.guild.roles
    assert role.id not in stand.ada.role_ids
    assert role.id not in stand.chat.overwrites
    assert stand.discord.violations == []


async def test_a_role_has_no_permission_that_its_maker_lacks(stand: Stand) -> None:
    _, guild = await start_with(stand, "manage_roles", "view_channel")
    with refused(stand, 50013, "missing permission"):
        await guild.create_role(name="Boss", permissions=discord.Permissions(ban_members=True))
    role = await guild.create_role(name="Guest", permissions=discord.Permissions(view_channel=True))
    with refused(stand, 50013, "missing permission"):
        await role.edit(permissions=discord.Permissions(view_channel=True, ban_members=True))
    assert role.id in stand.guild.roles


async def test_roles_move_below_the_highest_of_the_mover_only(stand: Stand) -> None:
    low, high = stand.guild.add_role("Low"), stand.guild.add_role("High")
    stand.guild.move_role(own_role(stand), 3)
    top = stand.guild.add_role("Top", position=4)
    bot, guild = await start_with(stand, "manage_roles", "view_channel")
    assert (low.position, high.position, top.position) == (2, 1, 4)
    shown = guild.get_role(low.id)
    assert shown is not None
    await shown.edit(position=1)
    assert (low.position, high.position) == (1, 2)
    await bot.saw("GUILD_ROLE_UPDATE", 2)
    for role_id, position in ((top.id, 1), (low.id, 4), (low.id, 3)):
        with refused(stand, 50013, "missing permission"):
            await bot.http.move_role_position(guild.id, [{"id": role_id, "position": position}])
    with refused(stand, 50028, "invalid body"):
        await bot.http.move_role_position(guild.id, [{"id": guild.id, "position": 1}])


async def test_managed_roles_are_untouchable(stand: Stand) -> None:
    other = stand.discord.add_application("Music")
    stand.guild.install(other)
    theirs = next(role for role in stand.guild.roles.values() if role.bot_id == other.bot.id)
    stand.guild.move_role(own_role(stand), 2)
    _, guild = await start_with(stand, "manage_roles", "view_channel")
    shown = guild.get_role(theirs.id)
    assert shown is not None
    with refused(stand, 50028, "invalid body"):
        await shown.delete()
    with refused(stand, 50028, "invalid body"):
        await shown.edit(name="mine now")
    member = await guild.fetch_member(stand.ada.id)
    with refused(stand, 50013, "missing permission"):
        await member.add_roles(shown)
    with refused(stand, 50013, "missing permission"):
        await member.add_roles(guild.default_role)


async def test_people_hand_out_roles_by_the_same_rules(stand: Stand) -> None:
    role = stand.guild.add_role("Speaker")
    await stand.host.give_role(stand.ada, role, "reads well")
    assert role.id in stand.ada.role_ids
    await stand.host.take_role(stand.ada, role)
    assert role.id not in stand.ada.role_ids
    assert [entry.changes[0]["key"] for entry in stand.guild.audit_log[-2:]] == ["$add", "$remove"]
    stand.guild.delete_role(role)
    assert role.id not in stand.guild.roles


async def test_a_server_has_250_roles(stand: Stand) -> None:
    _, guild = await start_with(stand, "manage_roles", "view_channel")
    for number in range(250 - len(stand.guild.roles)):
        stand.guild.add_role(f"role {number}")
    with refused(stand, 30005):
        await guild.create_role(name="one more", permissions=discord.Permissions.none())
