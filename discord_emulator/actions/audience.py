"""Which bots an event about a channel is for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from discord_emulator.model.channels import Channel
from discord_emulator.model.users import Application
from discord_emulator.permissions import Permission

if TYPE_CHECKING:
    from discord_emulator.world import World


def who_can(world: World, channel: Channel, needed: Permission) -> Callable[[Application], bool]:
    """The applications whose bot has ``needed`` in the channel."""

    def may(application: Application) -> bool:
        member = None if channel.guild is None else channel.guild.members.get(application.bot.id)
        return member is not None and bool(world.permissions(member, channel) & needed)

    return may
