"""``/report`` and ``/block``."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from cogs import people
from cogs.answers import Answer
from cogs.menus import MemberMenus
from cogs.router import Press, Router
from spaces.errors import InvalidInput
from spaces.model import Person
from spaces.room import Rooms
from spaces.safety import Safety
from spaces.transcribing import Transcribing
from ui import forms, wording
from ui.custom_ids import Kind, number

MOST_LISTED = 25
REPORTED = "Thank you. The moderators have it."


class SafetyCog(commands.Cog):
    """Reports to the moderators, and each member's own block list."""

    block = app_commands.Group(name="block", description="Keep somebody out of Spaces you host", guild_only=True)

    def __init__(
        self,
        tree: app_commands.CommandTree[Any],
        rooms: Rooms,
        safety: Safety,
        transcribing: Transcribing,
        router: Router,
    ) -> None:
        self._rooms = rooms
        self._safety = safety
        self._transcribing = transcribing
        router.add(Kind.REPORT, self._on_report)
        router.add(Kind.REPORT_FORM, self._on_form)
        MemberMenus({"Report": self._report_by_menu}).add_to(tree)

    @app_commands.command(name="report", description="Tell the moderators about a person or the Space")
    @app_commands.describe(reason="What happened", person="Whom it is about; empty for the Space as a whole")
    @app_commands.guild_only()
    async def report(
        self, interaction: discord.Interaction[Any], reason: str, person: discord.User | None = None
    ) -> None:
        """Files a report."""
        async with Answer(interaction) as answer:
            space = people.room(self._rooms, interaction).space
            subject = None if person is None else people.person(person)
            await self._safety.report(space, people.person(interaction.user), subject, reason)
            await answer.say(REPORTED)

    async def _report_by_menu(self, interaction: discord.Interaction[Any], member: discord.Member) -> None:
        """Asks why; the Space is the one that a command would mean."""
        async with Answer(interaction) as answer:
            room = people.room(self._rooms, interaction)
            await answer.ask(forms.report_form(room.space.id, people.person(member)))

    @block.command(name="add", description="Keep somebody out of every Space you host")
    @app_commands.describe(person="Whom")
    async def block_add(self, interaction: discord.Interaction[Any], person: discord.User) -> None:
        """Puts somebody on one's own list."""
        async with Answer(interaction) as answer:
            if person.bot:
                raise InvalidInput("Bots can't be blocked here. A moderator can remove them from the server.")
            await self._safety.block(people.person(interaction.user), people.person(person))
            await answer.say(
                f"{wording.name(people.person(person).name)} is kept out of every Space you host. They are not told."
            )

    @block.command(name="remove", description="Take somebody off your list")
    @app_commands.describe(person="Whom")
    async def block_remove(self, interaction: discord.Interaction[Any], person: discord.User) -> None:
        """Takes somebody off one's own list."""
        async with Answer(interaction) as answer:
            await self._safety.unblock(people.person(interaction.user), people.person(person))
            await answer.say(f"{wording.name(people.person(person).name)} can join Spaces you host again.")

    @block.command(name="list", description="Whom you keep out")
    async def block_list(self, interaction: discord.Interaction[Any]) -> None:
        """Shows one's own list."""
        async with Answer(interaction) as answer:
            blocked = await self._safety.block_list(people.person(interaction.user))
            names = [f"- {wording.name(one.name)}" for one in blocked[:MOST_LISTED]]
            if (more := len(blocked) - MOST_LISTED) > 0:
                names.append(f"and {more} more")
            await answer.say("\n".join(["You keep out:", *names]) if blocked else "You keep nobody out.")

    async def _on_report(self, press: Press) -> None:
        """From the panel about anybody; from the console about the person chosen there."""
        async with Answer(press.interaction) as answer:
            room = press.room(self._rooms)
            subject = None
            if press.key.extra is not None:
                participant = room.find(press.person_id)
                subject = participant.person if participant is not None else None
            await answer.ask(forms.report_form(room.space.id, subject))

    async def _on_form(self, press: Press) -> None:
        async with Answer(press.interaction) as answer:
            space = await self._transcribing.find(people.guild_id(press.interaction), press.key.space_id)
            reason = press.answers.text(forms.REASON)
            await self._safety.report(space, people.person(press.interaction.user), self._subject(press), reason)
            await answer.say(REPORTED)

    def _subject(self, press: Press) -> Person | None:
        chosen = number(press.key.extra or press.answers.text(forms.SUBJECT))
        if chosen is None:
            return None
        room = self._rooms.get(press.key.space_id)
        known = room.find(chosen) if room is not None else None
        return known.person if known is not None else Person(chosen, press.users.get(chosen, "somebody"))
