"""``/hand`` and the panel's hand: the way to the stage."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from cogs import people
from cogs.answers import Answer
from cogs.router import Press, Router
from spaces.consenting import Consenting
from spaces.model import Person
from spaces.room import Room, Rooms
from spaces.speaking import HandUp, Speaking
from ui import forms, words
from ui.custom_ids import Kind
from ui.pieces import button, page

LOWERED = "Your hand is down."


class HandsCog(commands.Cog):
    """Raising and lowering one's hand."""

    hand = app_commands.Group(name="hand", description="Ask to speak", guild_only=True)

    def __init__(self, rooms: Rooms, speaking: Speaking, consenting: Consenting, router: Router) -> None:
        self._rooms = rooms
        self._speaking = speaking
        self._consenting = consenting
        router.add(Kind.RAISE_HAND, self._on_raise)
        router.add(Kind.HAND_FORM, self._on_form)
        router.add(Kind.LOWER_HAND, self._on_lower)

    @hand.command(name="raise", description="Raise your hand to speak")
    async def raise_hand(self, interaction: discord.Interaction[Any]) -> None:
        """Raises the person's hand, after asking about captions if that is due."""
        await self._raise(interaction, people.room(self._rooms, interaction))

    @hand.command(name="lower", description="Lower your hand")
    async def lower_hand(self, interaction: discord.Interaction[Any]) -> None:
        """Lowers the person's hand."""
        await self._lower(interaction, people.room(self._rooms, interaction))

    async def _on_raise(self, press: Press) -> None:
        await self._raise(press.interaction, press.room(self._rooms))

    async def _on_lower(self, press: Press) -> None:
        await self._lower(press.interaction, press.room(self._rooms))

    async def _on_form(self, press: Press) -> None:
        """The consent form at the mic was sent in: the choice first, then the hand."""
        async with Answer(press.interaction) as answer:
            room = press.room(self._rooms)
            person = people.person(press.interaction.user)
            consent = await self._consenting.choose(
                room,
                person,
                forms.read_choice(press.answers),
                hide_name=press.answers.ticked(forms.HIDE_NAME),
                whole_server=press.answers.text(forms.SCOPE) == forms.SCOPE_SERVER,
            )
            hand = await self._speaking.raise_hand(room, person)
            await answer.say(_hand_is_up(room, hand, words.chosen(consent)))

    async def _raise(self, interaction: discord.Interaction[Any], room: Room) -> None:
        async with Answer(interaction) as answer:
            person: Person = people.person(interaction.user)
            await self._speaking.require_may_raise(room, person)
            if await self._consenting.must_ask(room, person.id):
                terms = self._consenting.terms(room.space)
                await answer.ask(forms.consent_form(room.space.id, terms, raises_hand=True))
                return
            hand = await self._speaking.raise_hand(room, person)
            await answer.say(_hand_is_up(room, hand))

    async def _lower(self, interaction: discord.Interaction[Any], room: Room) -> None:
        async with Answer(interaction) as answer:
            await self._speaking.lower_hand(room, people.person(interaction.user))
            await answer.say(LOWERED)


def _hand_is_up(room: Room, hand: HandUp, choice: str = "") -> discord.ui.LayoutView:
    rows = [[button("Lower my hand", Kind.LOWER_HAND, room.space.id, emoji="⬇️")]] if hand.place else []
    return page([hand.sentence, choice], rows)
