"""Who may see and join a stage channel, as permission overwrites.

https://discord.com/developers/docs/topics/permissions#permission-overwrites
"""

from __future__ import annotations

from collections.abc import Iterable

import discord
from discord.http import HTTPClient

from spaces.rules import RoomRules, SpeakMode

MODERATOR = ("manage_channels", "mute_members", "move_members")
"""What makes somebody a stage moderator of a channel: https://support.discord.com/hc/articles/1500005513722"""

_MEMBER = 1
"""The kind of overwrite that concerns one member.
https://discord.com/developers/docs/resources/channel#overwrite-object"""

Overwrites = dict[discord.Role | discord.Member | discord.Object, discord.PermissionOverwrite]


def for_new_stage(
    guild: discord.Guild, category: discord.CategoryChannel | None, rules: RoomRules, needed: Iterable[str]
) -> Overwrites:
    """The overwrites of a new stage: those of its category, then the ``needed`` ones of the bot.

    A channel that is created with overwrites takes over none from its category: a stage in a category for members only
    would be open to everybody.
    """
    held = guild.me.guild_permissions if category is None else category.permissions_for(guild.me)
    may_hand_on = held & ~discord.Permissions(manage_roles=True)  # this one only administrators may set on a channel
    found: Overwrites = {}
    for target, overwrite in category.overwrites.items() if category is not None else ():
        found[target] = _limited(overwrite, may_hand_on)
    own = found.setdefault(guild.me, discord.PermissionOverwrite())
    own.update(**{name: True for name in needed if name != "manage_roles"})
    if held.request_to_speak:
        own.update(request_to_speak=True)  # who lacks a permission cannot give it back to others
    if held.request_to_speak and not may_raise_hands(rules):
        found.setdefault(guild.default_role, discord.PermissionOverwrite()).update(request_to_speak=False)
    return found


def may_raise_hands(rules: RoomRules) -> bool:
    """Whether Discord's own raising of hands is of any use in a room."""
    return rules.hands_open and rules.speak is not SpeakMode.INVITED


async def open_hands(channel: discord.StageChannel, *, are_open: bool) -> None:
    """Lets everyone raise a hand in Discord, or nobody; hosts are told by Discord that requests are off."""
    everyone = channel.guild.default_role
    overwrite = channel.overwrites_for(everyone)
    wanted = None if are_open else False
    may_change = channel.permissions_for(channel.guild.me).request_to_speak
    if may_change and overwrite.request_to_speak is not wanted:
        overwrite.update(request_to_speak=wanted)
        await channel.set_permissions(everyone, overwrite=overwrite, reason="Hands are opened or closed")


async def set_moderator(http: HTTPClient, channel: discord.StageChannel, person_id: int, *, is_one: bool) -> None:
    """Gives a member the permissions of a stage moderator on the channel, or takes them away.

    By number: discord.py changes overwrites of members that it knows only, and this one may have left. Discord is asked
    whatever our copy of the channel says, which lags behind what was done a moment ago.
    """
    known = next((overwrite for target, overwrite in channel.overwrites.items() if target.id == person_id), None)
    overwrite = known or discord.PermissionOverwrite()
    overwrite.update(**dict.fromkeys(MODERATOR, True if is_one else None))
    if overwrite.is_empty():
        await http.delete_channel_permissions(channel.id, person_id, reason="Hosts no Space here any more")
        return
    allow, deny = overwrite.pair()
    await http.edit_channel_permissions(
        channel.id,
        person_id,
        str(allow.value),
        str(deny.value),
        _MEMBER,
        reason="Hosts a Space here" if is_one else "Hosts no Space here any more",
    )


async def shut(channel: discord.StageChannel) -> None:
    """Lets nobody join any more: neither everyone nor the roles that were let in. Who sees the channel still does."""
    everyone = channel.guild.default_role
    for target, overwrite in {everyone: discord.PermissionOverwrite(), **channel.overwrites}.items():
        if isinstance(target, discord.Role) and (target == everyone or overwrite.connect):
            overwrite.update(connect=False)
            await channel.set_permissions(target, overwrite=overwrite, reason="The Space is over")


def _limited(overwrite: discord.PermissionOverwrite, limit: discord.Permissions) -> discord.PermissionOverwrite:
    """What of an overwrite a bot that holds ``limit`` may set; Discord refuses a channel with any more."""
    allow, deny = overwrite.pair()
    return discord.PermissionOverwrite.from_pair(allow & limit, deny & limit)
