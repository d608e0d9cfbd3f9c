"""Puts what a description says into an emulator."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import or_

from discord_emulator.gateway.intents import Intent
from discord_emulator.model.channels import Channel
from discord_emulator.model.guild import Role
from discord_emulator.model.members import Member
from discord_emulator.model.users import Application
from discord_emulator.people.guild import Guild
from discord_emulator.server import Emulator

from .description import ApplicationEntry, ChannelEntry, Description, GuildEntry
from .loading import EVERYONE


def build(emulator: Emulator, description: Description) -> None:
    """Adds applications and servers to an emulator that has started."""
    applications = {entry.name: _application(emulator, entry) for entry in description.applications}
    for entry in description.guilds:
        _guild(emulator, entry, applications)


def _application(emulator: Emulator, entry: ApplicationEntry) -> Application:
    intents = reduce(or_, (Intent[name.upper()] for name in entry.privileged_intents), Intent(0))
    return emulator.add_application(entry.name, privileged_intents=int(intents), token=entry.token)


def _guild(emulator: Emulator, entry: GuildEntry, applications: dict[str, Application]) -> None:
    guild = emulator.add_guild(entry.name, community=entry.community, owner_name=entry.owner)
    if entry.everyone is not None:
        guild.set_permissions(guild.default_role, entry.everyone)
    roles = {
        role.name: guild.add_role(role.name, role.permissions, position=1, mentionable=role.mentionable)
        for role in entry.roles  # the highest first: each goes below those before it
    }
    targets: dict[str, Role | Member] = {EVERYONE: guild.default_role, **roles, entry.owner: guild.owner}
    for bot in entry.applications:
        targets[bot.name] = guild.install(applications[bot.name], bot.permissions)
        for own in [role for role in guild.roles.values() if role.bot_id == targets[bot.name].id]:
            guild.move_role(own, len(guild.roles) - 1)
    for member in entry.members:
        targets[member.name] = guild.add_member(member.name, roles=[roles[name] for name in member.roles])
    _add_channels(guild, entry.channels, targets, None)


def _add_channels(
    guild: Guild, entries: Iterable[ChannelEntry], targets: dict[str, Role | Member], category: Channel | None
) -> None:
    for entry in entries:
        match entry.type:
            case "text":
                channel = guild.add_text_channel(entry.name, category)
            case "voice":
                channel = guild.add_voice_channel(entry.name, category)
            case "stage":
                channel = guild.add_stage_channel(entry.name, category)
            case "category":
                channel = guild.add_category(entry.name)
        for name, permissions in entry.allow.items():
            guild.allow(channel, targets[name], permissions)
        for name, permissions in entry.deny.items():
            guild.deny(channel, targets[name], permissions)
        _add_channels(guild, entry.channels, targets, channel)
