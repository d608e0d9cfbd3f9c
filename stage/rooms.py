"""Stage channels as the domain's ``StageGateway``.

A stage moderator has Manage Channels, Mute Members and Move Members on the channel; overwrites need Manage Roles.
https://support.discord.com/hc/articles/1500005513722
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import timedelta
from functools import partial
from weakref import WeakValueDictionary

import discord

from spaces.errors import DiscordUnavailable, NotFound, ServerNotReady, SpacesError
from spaces.model import Person, Space, VoiceStanding
from spaces.policy import PolicySource
from spaces.ports import StageState
from spaces.rules import LARGEST_CAPACITY, NameOrId
from spaces.text import known_as
from stage import doors
from stage.errors import discord_errors
from stage.servers import server

NEEDED = {
    "view_channel": "View Channels",
    "connect": "Connect",
    "send_messages": "Send Messages",
    "manage_channels": "Manage Channels",
    "manage_roles": "Manage Roles",
    "mute_members": "Mute Members",
    "move_members": "Move Members",
}
"""Permissions that a Space needs, by discord.py's name, with the name that an admin reads in Discord."""

_STAGE_GONE = "The stage is gone."
CLOCKS_DIFFER = timedelta(minutes=1)
"""How far Discord's clock, which is in the ids of channels, and ours may be apart."""


_ALREADY_OPEN = 150006
"""https://discord.com/developers/docs/topics/opcodes-and-status-codes#json"""


class DiscordStages:
    """Opens, runs and ends stages."""

    def __init__(self, client: discord.Client, policies: PolicySource) -> None:
        self._client = client
        self._policies = policies
        self._door_locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        """One a channel: a change of overwrites starts from those that hold, so no two may overlap."""

    async def check_can_open(self, guild_id: int) -> None:
        """Raises :class:`ServerNotReady` with what an admin must do, all missing permissions at once."""
        guild = self._guild(guild_id)
        if "COMMUNITY" not in guild.features:
            raise ServerNotReady("Stages need a Community server; an admin can turn it on in Server Settings.")
        category = self._category(guild)
        held = guild.me.guild_permissions if category is None else category.permissions_for(guild.me)
        lacking = [f"**{name}**" for key, name in NEEDED.items() if not getattr(held, key)]
        if lacking:
            where = f"in the category *{category.name}*" if category is not None else "in this server"
            raise ServerNotReady(
                f"I can't open a stage here: I need {and_so_on(lacking)} {where}. "
                "An admin can give them to my role there."
            )

    async def create_channel(self, space: Space) -> int:
        """Creates the stage channel, for those who see its category; the bot is a stage moderator of it alone."""
        guild = self._guild(space.guild_id)
        category = self._category(guild)
        with discord_errors("open a stage here"):
            channel = await guild.create_stage_channel(
                space.title,
                category=category,
                overwrites=doors.for_new_stage(guild, category, space.rules, NEEDED, [space.host.id]),
                user_limit=space.rules.capacity or 0,
                reason=f"{space.host.name} opens a Space",
            )
        return channel.id

    async def find_unsaved(self, space: Space, known: Collection[int]) -> int | None:
        """A channel as :meth:`create_channel` makes it: of that name, since then, and with an overwrite of ours."""
        guild = self._guild(space.guild_id)
        since = space.created_at - CLOCKS_DIFFER
        for channel in guild.stage_channels:
            is_alike = channel.name == space.title and guild.me in channel.overwrites
            if is_alike and channel.created_at >= since and channel.id not in known and channel.instance is None:
                return channel.id
        return None

    async def start_stage(self, space: Space) -> None:
        """Starts the stage instance with the Space's title as topic; Discord tells members where that is wanted and
        the bot holds Mention Everyone."""
        channel = await self._channel(space)
        notice = self._policies.for_server(space.guild_id).native_notice
        with discord_errors("start the stage"):
            await channel.create_instance(
                topic=space.title,
                send_start_notification=notice and channel.permissions_for(channel.guild.me).mention_everyone,
                reason=f"{space.host.name} opens a Space",
            )

    async def reopen_stage(self, space: Space) -> None:
        """Starts the stage instance again; one that somebody started meanwhile is as good."""
        channel = await self._channel(space)
        if channel.instance is not None:
            return
        with discord_errors("start the stage again"):
            try:
                await channel.create_instance(topic=space.title, reason="The Space goes on")
            except discord.HTTPException as error:
                if error.code != _ALREADY_OPEN:
                    raise

    async def retitle(self, space: Space) -> None:
        """Changes the topic of the stage instance: a channel's name may be changed only twice in ten minutes.

        https://discord.com/developers/docs/topics/rate-limits
        """
        channel = await self._channel(space)
        with discord_errors("change the title"):
            if channel.instance is not None:
                await channel.instance.edit(topic=space.title, reason="The Space has a new title")

    async def check_doors(self, space: Space) -> None:
        """Raises :class:`ServerNotReady` if the roles are unknown, or the bot may not say who joins."""
        guild = self._guild(space.guild_id)
        doors.check_roles(guild, space.rules)
        channel = guild.get_channel(space.channel_id or 0)
        if channel is not None and not channel.permissions_for(guild.me).manage_roles:
            raise ServerNotReady(
                f"I can't choose who joins <#{channel.id}>: I need **Manage Roles** there. "
                "An admin can give it to my role."
            )

    async def set_doors(self, space: Space, let_in: Collection[int]) -> None:
        """Sets overwrites and user limit. While the bot is in the room for captions, it takes a seat of its own."""
        capacity = space.rules.capacity
        seats = None if capacity is None else min(capacity + space.captions_on, LARGEST_CAPACITY)
        async with self._door_lock(space.channel_id):
            channel = await self._channel_now(space.guild_id, space.channel_id)
            with discord_errors("change who may join", missing=_STAGE_GONE):
                await doors.suit(self._client.http, channel, space.rules, let_in, seats)

    async def end_stage(self, space: Space) -> None:
        """Moves speakers to the audience, shuts the door of a channel that was made for the Space, and deletes the
        stage instance.

        Each step is done whatever became of the others (a speaker may just have left); the first fault is then raised.
        """
        try:
            channel = await self._channel(space)
        except NotFound:
            return
        steps: list[Callable[[], Awaitable[None]]] = [
            partial(self._suppress, space, person_id)
            for person_id, state in channel.voice_states.items()
            if not state.suppress and person_id != channel.guild.me.id
        ]
        steps += [partial(self._shut, space)] if space.owns_channel else []
        steps += [partial(_delete_instance, channel)]
        faults = [fault for step in steps if (fault := await _fault_of(step)) is not None]
        if faults:
            raise faults[0]

    async def remove_channel(self, space: Space) -> None:
        """Deletes the channel."""
        try:
            channel = await self._channel(space)
            with discord_errors("remove the channel"):
                await channel.delete(reason="The Space is over")
        except NotFound:
            return

    async def state(self, space: Space) -> StageState:
        """Whether channel and stage instance are there."""
        try:
            guild = self._guild(space.guild_id)
        except DiscordUnavailable:
            return StageState.UNKNOWN
        except NotFound:
            return StageState.GONE
        channel = guild.get_channel(space.channel_id or 0)
        if not isinstance(channel, discord.StageChannel):
            return StageState.GONE
        return StageState.CLOSED if channel.instance is None else StageState.OPEN

    async def people(self, space: Space) -> Sequence[VoiceStanding]:
        """Everybody in the channel, bots left out."""
        channel = await self._channel(space)
        found: list[VoiceStanding] = []
        for person_id, state in channel.voice_states.items():
            member = channel.guild.get_member(person_id)
            if member is None:
                with discord_errors("see who is here"):
                    member = await channel.guild.fetch_member(person_id)
            if not member.bot:
                found.append(standing(member, state))
        return found

    async def invite(self, space: Space, person_id: int) -> None:
        """Un-suppresses: for another person, Discord makes an invitation of it."""
        with discord_errors("invite to the stage", missing="They left the Space."):
            await self._client.http.edit_voice_state(
                space.guild_id, person_id, {"channel_id": str(space.channel_id), "suppress": False}
            )

    async def to_audience(self, space: Space, person_id: int) -> None:
        """Suppresses, which also clears a request to speak."""
        with discord_errors("move to the audience", missing="They left the Space."):
            await self._suppress(space, person_id)

    async def disconnect(self, space: Space, person_id: int) -> None:
        """Takes a person out of voice."""
        with discord_errors("disconnect"):
            guild = self._guild(space.guild_id)
            member = guild.get_member(person_id)
            here = member.voice.channel if member is not None and member.voice is not None else None
            if member is not None and here is not None and here.id == space.channel_id:
                await member.move_to(None, reason="May not join this Space")  # admins read it; whose list, they do not

    async def server_mute(self, guild_id: int, person_id: int, *, muted: bool) -> None:
        """Mutes or unmutes in the whole server; Discord does it only for members in voice.

        https://discord.com/developers/docs/resources/guild#modify-guild-member
        """
        member = self._guild(guild_id).get_member(person_id)
        if member is None or member.voice is None or member.voice.channel is None:
            raise NotFound("They are not in voice.")
        if member.voice.mute is not muted:
            reason = "Muted by a host of a Space" if muted else "A host's mute is lifted"
            with discord_errors("mute in the whole server", missing="They are not in voice."):
                await member.edit(mute=muted, reason=reason)

    async def set_moderator(self, guild_id: int, channel_id: int, person_id: int, *, is_one: bool) -> None:
        """Gives or takes the overwrite of one member; what else it says stays."""
        async with self._door_lock(channel_id):
            channel = await self._channel_now(guild_id, channel_id)
            with discord_errors("change who moderates the stage", missing=_STAGE_GONE):
                await doors.set_moderator(self._client.http, channel, person_id, is_one=is_one)

    async def _shut(self, space: Space) -> None:
        async with self._door_lock(space.channel_id):
            await doors.shut(self._client.http, await self._channel_now(space.guild_id, space.channel_id))

    def _door_lock(self, channel_id: int | None) -> asyncio.Lock:
        return self._door_locks.setdefault(channel_id or 0, asyncio.Lock())

    async def _channel_now(self, guild_id: int, channel_id: int | None) -> discord.StageChannel:
        """The channel as Discord has it: what we are told of it lags behind what we have just changed."""
        guild = self._guild(guild_id)
        with discord_errors("find the stage", missing=_STAGE_GONE):
            channel = await guild.fetch_channel(channel_id or 0)
        if not isinstance(channel, discord.StageChannel):
            raise NotFound(_STAGE_GONE)
        return channel

    async def _suppress(self, space: Space, person_id: int) -> None:
        await self._client.http.edit_voice_state(
            space.guild_id, person_id, {"channel_id": str(space.channel_id), "suppress": True}
        )

    def _guild(self, guild_id: int) -> discord.Guild:
        return server(self._client, guild_id)

    def _category(self, guild: discord.Guild) -> discord.CategoryChannel | None:
        wanted = self._policies.for_server(guild.id).category
        if wanted is None:
            return None
        for category in guild.categories:
            if wanted.matches(category.id, category.name):
                return category
        raise ServerNotReady(_no_category(wanted))

    async def _channel(self, space: Space) -> discord.StageChannel:
        guild = self._guild(space.guild_id)
        channel = guild.get_channel(space.channel_id or 0)
        if channel is None and space.channel_id is not None:
            return await self._channel_now(space.guild_id, space.channel_id)
        if not isinstance(channel, discord.StageChannel):
            raise NotFound(_STAGE_GONE)
        return channel


def standing(member: discord.Member, state: discord.VoiceState) -> VoiceStanding:
    """A voice state in the domain's words."""
    return VoiceStanding(
        guild_id=member.guild.id,
        person=Person(member.id, known_as(member.display_name)),
        channel_id=state.channel.id if state.channel is not None else None,
        suppressed=state.suppress,
        requested_at=state.requested_to_speak_at,
        self_muted=state.self_mute,
        server_muted=state.mute,
    )


async def _delete_instance(channel: discord.StageChannel) -> None:
    if channel.instance is not None:
        await channel.instance.delete(reason="The Space is over")


async def _fault_of(step: Callable[[], Awaitable[None]]) -> SpacesError | None:
    """Does one step of ending; returns what went wrong. What is gone already needs no ending."""
    try:
        with discord_errors("end the stage"):
            await step()
    except NotFound:
        return None
    except SpacesError as error:
        return error
    return None


def _no_category(wanted: NameOrId) -> str:
    return (
        f"I can't find the category *{wanted}* that my configuration names. "
        "An admin can create it, or change `spaces.category` in config/spaces.yaml."
    )


def and_so_on(parts: Sequence[str]) -> str:
    """``a, b and c``."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
