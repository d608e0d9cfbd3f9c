"""People of Discord as the domain knows them."""

from __future__ import annotations

from typing import Any

import discord

from spaces.errors import NotAllowed
from spaces.model import Actor, Person, RoleTag
from spaces.room import Room, Rooms
from spaces.text import known_as


def person(user: discord.abc.User) -> Person:
    """Who it is, by the name shown in the server."""
    return Person(user.id, known_as(user.display_name))


def actor(interaction: discord.Interaction[Any]) -> Actor:
    """Who asks, with roles. Admins are members with Manage Server, as Discord itself draws the line for bots."""
    user = interaction.user
    is_admin = interaction.permissions.manage_guild
    return member(user, is_admin=is_admin) if isinstance(user, discord.Member) else Actor(person(user))


def member(of: discord.Member, *, is_admin: bool = False) -> Actor:
    """A member with roles, whom an action concerns."""
    roles = tuple(RoleTag(role.id, role.name) for role in of.roles)
    return Actor(person(of), roles, is_admin=is_admin, member_since=of.joined_at)


def can_see(user: discord.abc.User, channel_id: int | None) -> bool:
    """Whether a member can see a channel of the server, as far as Discord told us of it."""
    if not isinstance(user, discord.Member):
        return False
    channel = user.guild.get_channel(channel_id or 0)
    return channel is not None and channel.permissions_for(user).view_channel


def guild_id(interaction: discord.Interaction[Any]) -> int:
    """The server. Raises :class:`NotAllowed` outside one."""
    if interaction.guild_id is None:
        raise NotAllowed("Spaces live in servers. Use this in a server's channel.")
    return interaction.guild_id


def room(rooms: Rooms, interaction: discord.Interaction[Any]) -> Room:
    """The Space that a command without a number means."""
    return rooms.meant_by(guild_id(interaction), interaction.user.id, interaction.channel_id)
