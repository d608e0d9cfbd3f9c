"""``/space``: opening, changing, finding and ending."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from cogs import people, room_options, scheduled
from cogs.answers import Answer
from cogs.router import Press, Router
from spaces.admitting import Admitting
from spaces.editing import Editing
from spaces.errors import InvalidInput, NotAllowed, NotFound
from spaces.hosting import Hosting
from spaces.leading import Leading
from spaces.model import Space
from spaces.overview import Overview
from spaces.policy import PolicySource
from spaces.room import Room, Rooms
from ui import console, opening, rooms, wording
from ui.custom_ids import Kind
from ui.escaping import shorten

MOST_OFFERED = 25
"""Suggestions while one types, each of at most :data:`LONGEST_OFFER` characters.

https://discord.com/developers/docs/interactions/application-commands#autocomplete
"""
LONGEST_OFFER = 100


class SpacesCog(commands.Cog):
    """Spaces as a whole."""

    space = app_commands.Group(name="space", description="Open and end Spaces", guild_only=True)

    def __init__(
        self,
        *,
        rooms: Rooms,
        hosting: Hosting,
        leading: Leading,
        editing: Editing,
        admitting: Admitting,
        overview: Overview,
        policies: PolicySource,
        router: Router,
    ) -> None:
        self._rooms = rooms
        self._hosting = hosting
        self._leading = leading
        self._editing = editing
        self._admitting = admitting
        self._overview = overview
        self._policies = policies
        router.add(Kind.END, self._on_end)
        router.add(Kind.END_CONFIRMED, self._on_end_confirmed)

    @space.command(name="create", description="Open a Space: a stage with a title, hosted by you")
    @app_commands.describe(
        title="What you talk about",
        preset="A kind of room",
        event="A scheduled event that begins with the Space and ends with it",
        **room_options.DESCRIPTIONS,
    )
    @app_commands.choices(**room_options.FIXED)
    async def create(  # noqa: PLR0917 - Discord's options are parameters here
        self,
        interaction: discord.Interaction[Any],
        title: str,
        preset: str | None = None,
        speak: str | None = None,
        join: str | None = None,
        join_role: discord.Role | None = None,
        speakers: room_options.Speakers | None = None,
        cohosts: room_options.CoHosts | None = None,
        capacity: room_options.Capacity | None = None,
        language: str | None = None,
        hands: str | None = None,
        questions: str | None = None,
        order: str | None = None,
        turn: room_options.Turn | None = None,
        event: str | None = None,
    ) -> None:
        """Opens a Space."""
        choices = room_options.chosen(interaction.namespace)
        async with Answer(interaction, meanwhile=opening.IN_PROGRESS) as answer:
            actor = people.actor(interaction)
            guild_id, event_id = people.guild_id(interaction), scheduled.chosen(event)
            room = await self._hosting.open(guild_id, actor, title, choices, preset=preset, event_id=event_id)
            await answer.say(opening.is_live(room.space))

    @create.autocomplete("preset")
    async def _presets(self, interaction: discord.Interaction[Any], typed: str) -> list[app_commands.Choice[str]]:
        known = self._policies.for_server(interaction.guild_id or 0).presets
        return [app_commands.Choice(name=name, value=name) for name in known if typed.casefold() in name][:MOST_OFFERED]

    @create.autocomplete("event")
    async def _planned(self, interaction: discord.Interaction[Any], typed: str) -> list[app_commands.Choice[str]]:
        return [
            app_commands.Choice(name=shorten(name, LONGEST_OFFER), value=str(event_id))
            for event_id, name in scheduled.planned(interaction)
            if typed.casefold() in name.casefold()
        ][:MOST_OFFERED]

    @space.command(name="edit", description="Change the title or the rules of your Space")
    @app_commands.describe(title="What you talk about", **room_options.DESCRIPTIONS)
    @app_commands.choices(**room_options.FIXED)
    async def edit(  # noqa: PLR0917 - Discord's options are parameters here
        self,
        interaction: discord.Interaction[Any],
        title: str | None = None,
        speak: str | None = None,
        join: str | None = None,
        join_role: discord.Role | None = None,
        speakers: room_options.Speakers | None = None,
        cohosts: room_options.CoHosts | None = None,
        capacity: room_options.Capacity | None = None,
        language: str | None = None,
        hands: str | None = None,
        questions: str | None = None,
        order: str | None = None,
        turn: room_options.Turn | None = None,
    ) -> None:
        """Changes the Space that is meant."""
        choices = room_options.chosen(interaction.namespace)
        async with Answer(interaction) as answer:
            room = people.room(self._rooms, interaction)
            await answer.say(
                rooms.changed(await self._editing.edit(room, people.actor(interaction), choices, title=title))
            )

    @space.command(name="info", description="What a Space is about, and where you stand")
    @app_commands.describe(space="Which one; the one you are in if left out")
    async def info(self, interaction: discord.Interaction[Any], space: str | None = None) -> None:
        """Tells about one live Space."""
        async with Answer(interaction) as answer:
            room = people.room(self._rooms, interaction) if space is None else self._named(interaction, space)
            await answer.say(rooms.info(self._overview.room(room, interaction.user.id)))

    @info.autocomplete("space")
    async def _live(self, interaction: discord.Interaction[Any], typed: str) -> list[app_commands.Choice[str]]:
        here = self._overview.live(self._visible(interaction), interaction.user.id)
        return [
            app_commands.Choice(name=shorten(facts.space.title, LONGEST_OFFER), value=str(facts.space.id))
            for facts in here
            if typed.casefold() in facts.space.title.casefold()
        ][:MOST_OFFERED]

    @space.command(name="list", description="All Spaces that are live here")
    async def list_live(self, interaction: discord.Interaction[Any]) -> None:
        """Lists live Spaces that the person can see."""
        async with Answer(interaction) as answer:
            here = self._overview.live(self._visible(interaction), interaction.user.id)
            if not here:
                raise NotFound("No Space is live here. `/space create` opens one.")
            await answer.say(rooms.listing(here))

    def _visible(self, interaction: discord.Interaction[Any]) -> list[Room]:
        """The live Spaces whose channel the person can see: others do not exist for them."""
        return [
            room
            for room in self._rooms.in_guild(people.guild_id(interaction))
            if people.can_see(interaction.user, room.space.channel_id)
        ]

    def _named(self, interaction: discord.Interaction[Any], value: str) -> Room:
        """The Space chosen from the list, or typed by its title."""
        for room in self._visible(interaction):
            if value in {str(room.space.id), room.space.title}:
                return room
        raise NotFound("That Space is not live. `/space list` shows those that are.")

    @space.command(name="end", description="End the Space for everybody")
    async def end(self, interaction: discord.Interaction[Any]) -> None:
        """Ends the Space that is meant."""
        async with Answer(interaction) as answer:
            space = await self._hosting.end(people.room(self._rooms, interaction), people.actor(interaction))
            await answer.say(await self._ended(space))

    @space.command(name="invite", description="Invite somebody into the Space with a link")
    @app_commands.describe(person="Whom; nobody else is notified")
    async def invite(self, interaction: discord.Interaction[Any], person: discord.Member) -> None:
        """Brings one person in."""
        async with Answer(interaction) as answer:
            if person.bot:
                raise InvalidInput("Bots can't be invited. Choose a member.")
            room = people.room(self._rooms, interaction)
            if not people.can_see(person, room.space.channel_id):
                raise NotAllowed("They can't see this Space's channel. An admin can let them see it.")
            is_open = await self._admitting.bring_in(room, people.actor(interaction), people.member(person))
            await answer.say(opening.is_invited(people.person(person), is_open=is_open))

    @space.command(name="cohost", description="Let somebody run the Space with you")
    @app_commands.describe(person="Whom", action="Add or remove; add if left out")
    @app_commands.choices(action=[app_commands.Choice(name=name, value=name) for name in ("add", "remove")])
    async def cohost(self, interaction: discord.Interaction[Any], person: discord.Member, action: str = "add") -> None:
        """Appoints or dismisses a co-host."""
        async with Answer(interaction) as answer:
            if person.bot:
                raise InvalidInput("Bots can't host. Choose a member.")
            room = people.room(self._rooms, interaction)
            change = self._leading.appoint if action == "add" else self._leading.dismiss
            await change(room, people.actor(interaction), people.person(person))
            name = wording.name(people.person(person).name)
            await answer.say(f"{name} is a co-host now." if action == "add" else f"{name} is no co-host any more.")

    @space.command(name="handover", description="Make somebody who is here the host")
    @app_commands.describe(person="Whom")
    async def handover(self, interaction: discord.Interaction[Any], person: discord.Member) -> None:
        """Asks once before somebody else hosts the Space that is meant."""
        async with Answer(interaction) as answer:
            if person.bot:
                raise InvalidInput("Bots can't host. Choose a member.")
            room = people.room(self._rooms, interaction)
            heir = self._leading.require_may_hand_over(room, people.actor(interaction), person.id)
            await answer.say(console.confirm_hand_over(room.space, heir.person))

    async def _on_end(self, press: Press) -> None:
        async with Answer(press.interaction, redraws=True) as answer:
            room = press.room(self._rooms)
            self._hosting.require_authority(room, people.actor(press.interaction))
            await answer.say(console.confirm_end(room.space.id, room.space.title, room.head_count))

    async def _on_end_confirmed(self, press: Press) -> None:
        async with Answer(press.interaction, redraws=True) as answer:
            space = await self._hosting.end(press.room(self._rooms), people.actor(press.interaction))
            await answer.say(await self._ended(space))

    async def _ended(self, space: Space) -> discord.ui.LayoutView:
        return opening.is_over(await self._overview.host_summary(space))
