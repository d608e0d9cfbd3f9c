"""Invites: made, used, listed, revoked, run out."""

from __future__ import annotations

import discord
import pytest

from discord_emulator import EmulatorError

from .conftest import Stand
from .moderation import call, own_role, refused, start_with


async def test_an_invite_is_made_used_and_used_up(stand: Stand) -> None:
    bot, guild = await start_with(stand, "create_instant_invite", "manage_channels", "view_channel", invites=True)
    channel = guild.get_channel(stand.chat.id)
    assert isinstance(channel, discord.TextChannel)
    invite = await channel.create_invite(max_uses=1, max_age=600)
    await bot.saw("INVITE_CREATE")
    assert invite.max_uses == 1
    eve = stand.guild.add_member("Eve")
    stand.guild.remove_member(eve)
    stand.guild.welcome(eve.user, invite=invite.code)
    await bot.saw("INVITE_DELETE")
    with pytest.raises(EmulatorError, match="invalid or has expired"):
        stand.guild.welcome(eve.user, invite=invite.code)
    with refused(stand, 10006):
        await bot.fetch_invite(invite.code)


async def test_invites_are_listed_resolved_and_revoked(stand: Stand) -> None:
    bot, guild = await start_with(stand, "manage_guild", "view_channel", invites=True)
    made = await stand.host.invite_people(stand.chat)
    assert await stand.host.invite_people(stand.chat) is made
    other = await stand.host.invite_people(stand.chat, unique=True)
    assert {invite.code for invite in await guild.invites()} == {made.code, other.code}
    resolved = await bot.fetch_invite(made.code, with_counts=True)
    assert resolved.approximate_member_count == len(stand.guild.members)
    await resolved.delete(reason="closing")
    assert list(stand.guild.invites) == [other.code]
    stand.guild.set_permissions(own_role(stand), ["view_channel"])
    with refused(stand, 50013, "missing permission"):
        await guild.invites()
    with refused(stand, 50013, "missing permission"):
        await (await bot.fetch_invite(other.code)).delete()
    stand.discord.advance(86_400)
    with refused(stand, 10006):
        await bot.fetch_invite(other.code)


async def test_only_managers_of_the_channel_are_told_of_invites(stand: Stand) -> None:
    bot, _ = await start_with(stand, "view_channel", invites=True)
    await stand.host.invite_people(stand.chat)
    stand.guild.add_text_channel("last")
    await bot.saw("CHANNEL_CREATE")
    assert "INVITE_CREATE" not in bot.seen


@pytest.mark.parametrize("body", [{"max_age": 604_801}, {"max_uses": 101}, {"temporary": "yes"}, {"maximum": 3}])
async def test_bad_invites(stand: Stand, body: dict[str, object]) -> None:
    with stand.discord.expecting("invalid body"):
        status, answer = await call(stand, "POST", f"/channels/{stand.chat.id}/invites", body=body)
    assert (status, answer["code"]) == (400, 50035)


async def test_invites_go_with_their_channel(stand: Stand) -> None:
    room = stand.guild.add_text_channel("room")
    bot, _ = await start_with(stand, "view_channel", "manage_channels", invites=True)
    await stand.host.invite_people(room)
    await stand.host.delete_channel(room)
    await bot.saw("INVITE_DELETE")
    assert stand.guild.invites == {}
