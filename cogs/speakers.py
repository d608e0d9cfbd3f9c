"""``/speakers`` and the menus on a person: the console's deeds as commands."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from cogs import people
from cogs.answers import Answer
from cogs.menus import MemberMenus
from spaces.controlling import Controlling
from spaces.model import Actor, Person
from spaces.room import Room, Rooms
from spaces.speaking import Speaking
from spaces.turns import MOST_MINUTES, Turns
from ui import console, wording


class SpeakersCog(commands.Cog):
    """Who is on stage, and who may stay in the room."""

    speakers = app_commands.Group(name="speakers", description="Decide who speaks in your Space", guild_only=True)

    def __init__(
        self,
        tree: app_commands.CommandTree[Any],
        rooms: Rooms,
        speaking: Speaking,
        controlling: Controlling,
        turns: Turns,
    ) -> None:
        self._rooms = rooms
        self._speaking = speaking
        self._controlling = controlling
        self._turns = turns
        MemberMenus({"Invite to speak": self._invite, "Move to audience": self._to_audience}).add_to(tree)

    @speakers.command(name="next", description="Invite whoever is first in the queue")
    async def next(self, interaction: discord.Interaction[Any]) -> None:
        """Invites the first in the queue."""
        async with Answer(interaction) as answer:
            room, actor = self._asked(interaction)
            await answer.say(console.invited(await self._speaking.next(room, actor)))

    @speakers.command(name="invite", description="Invite somebody in the audience to speak")
    @app_commands.describe(person="Whom")
    async def invite(self, interaction: discord.Interaction[Any], person: discord.Member) -> None:
        """Invites one person."""
        await self._invite(interaction, person)

    @speakers.command(name="audience", description="Move somebody from the stage to the audience")
    @app_commands.describe(person="Whom")
    async def audience(self, interaction: discord.Interaction[Any], person: discord.Member) -> None:
        """Moves one person."""
        await self._to_audience(interaction, person)

    @speakers.command(name="extend", description="Give somebody on stage more time, where turns are timed")
    @app_commands.describe(person="Whose turn", minutes="How many minutes more; one if left out")
    async def extend(
        self,
        interaction: discord.Interaction[Any],
        person: discord.Member,
        minutes: app_commands.Range[int, 1, MOST_MINUTES] = 1,
    ) -> None:
        """Extends one turn."""
        async with Answer(interaction) as answer:
            room, actor = self._asked(interaction)
            await answer.say(console.extended(await self._turns.extend(room, actor, person.id, minutes=minutes)))

    @speakers.command(name="quiet", description="Move everybody but the hosts to the audience")
    async def quiet(self, interaction: discord.Interaction[Any]) -> None:
        """Quiets the stage; a host can invite people again at once, so it does not ask."""
        async with Answer(interaction) as answer:
            room, actor = self._asked(interaction)
            await answer.say(console.quieted(await self._controlling.quiet_stage(room, actor)))

    @speakers.command(name="remove", description="Take somebody out of the Space")
    @app_commands.describe(person="Whom", come_back="Whether they may join again; no if left out")
    async def remove(
        self, interaction: discord.Interaction[Any], person: discord.User, come_back: bool = False
    ) -> None:
        """Removes one person, here or not yet here."""
        async with Answer(interaction) as answer:
            room, actor = self._asked(interaction)
            subject = people.person(person)
            await self._controlling.remove(room, actor, subject, may_return=come_back)
            await answer.say(console.removed(subject, may_return=come_back))

    @speakers.command(name="readmit", description="Let somebody join again who was removed")
    @app_commands.describe(person="Whom")
    async def readmit(self, interaction: discord.Interaction[Any], person: discord.User) -> None:
        """Readmits one person."""
        async with Answer(interaction) as answer:
            room, actor = self._asked(interaction)
            await self._controlling.readmit(room, actor, people.person(person))
            await answer.say(f"{_name(people.person(person))} may join again.")

    @speakers.command(name="mute", description="Mute somebody in the whole server, where this server allows it")
    @app_commands.describe(person="Whom")
    async def mute(self, interaction: discord.Interaction[Any], person: discord.Member) -> None:
        """Mutes one person everywhere."""
        async with Answer(interaction) as answer:
            room, actor = self._asked(interaction)
            await self._controlling.server_mute(room, actor, people.person(person))
            await answer.say(
                f"{_name(people.person(person))} is muted in the whole server. I lift that when they next join "
                "voice elsewhere, or when the Space is over."
            )

    @speakers.command(name="unmute", description="Lift a mute that was set here")
    @app_commands.describe(person="Whom")
    async def unmute(self, interaction: discord.Interaction[Any], person: discord.Member) -> None:
        """Lifts one mute."""
        async with Answer(interaction) as answer:
            room, actor = self._asked(interaction)
            await self._controlling.server_unmute(room, actor, people.person(person))
            await answer.say(f"{_name(people.person(person))} can be heard again, at the latest when next in voice.")

    @speakers.command(name="lock", description="Let nobody new join, or everybody again")
    @app_commands.describe(locked="Locked or not")
    async def lock(self, interaction: discord.Interaction[Any], locked: bool) -> None:
        """Locks or unlocks the room."""
        async with Answer(interaction) as answer:
            room, actor = self._asked(interaction)
            await self._controlling.set_lock(room, actor, locked=locked)
            await answer.say(console.LOCKED if locked else console.UNLOCKED)

    async def _invite(self, interaction: discord.Interaction[Any], member: discord.Member) -> None:
        async with Answer(interaction) as answer:
            room, actor = self._asked(interaction)
            await answer.say(console.invited(await self._speaking.invite(room, actor, member.id)))

    async def _to_audience(self, interaction: discord.Interaction[Any], member: discord.Member) -> None:
        async with Answer(interaction) as answer:
            room, actor = self._asked(interaction)
            moved = await self._speaking.to_audience(room, actor, member.id)
            await answer.say(console.in_audience(moved))

    def _asked(self, interaction: discord.Interaction[Any]) -> tuple[Room, Actor]:
        return people.room(self._rooms, interaction), people.actor(interaction)


def _name(person: Person) -> str:
    return wording.name(person.name)
