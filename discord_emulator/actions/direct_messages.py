"""Channels of direct messages: https://discord.com/developers/docs/resources/user#create-dm"""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord_emulator.model.channels import Channel, ChannelType
from discord_emulator.model.users import User

if TYPE_CHECKING:
    from discord_emulator.world import World


def channel_between(world: World, one: User, other: User) -> Channel:
    """The channel of these two, opened if there is none yet."""
    for channel in world.channels.values():
        if channel.guild is None and set(channel.recipients) == {one, other}:
            return channel
    channel = Channel(world.snowflakes.next(), ChannelType.DIRECT_MESSAGE, None, recipients=[other, one])
    world.channels[channel.id] = channel
    return channel
