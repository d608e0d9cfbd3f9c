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
from spaces.speaking import LONGEST_QUESTION, Speaking
from ui import forms, hands, words
from ui.custom_ids import Kind

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
        router.add(Kind.ASK, self._on_ask)
        router.add(Kind.QUESTION_FORM, self._on_question)

    @hand.command(name="raise", description="Raise your hand to speak")
    @app_commands.describe(question="What you want to ask; only hosts see it until they show it")
    async def raise_hand(
        self,
        interaction: discord.Interaction[Any],
        question: app_commands.Range[str, 1, LONGEST_QUESTION] | None = None,
    ) -> None:
        """Raises the person's hand, after asking about captions if that is due."""
        await self._raise(interaction, people.room(self._rooms, interaction), question or "")

    @hand.command(name="lower", description="Lower your hand")
    async def lower_hand(self, interaction: discord.Interaction[Any]) -> None:
        """Lowers the person's hand."""
        await self._lower(interaction, people.room(self._rooms, interaction))

    @hand.command(name="queue", description="Who is waiting to speak, and where you stand")
    async def queue(self, interaction: discord.Interaction[Any]) -> None:
        """Shows the queue to one person."""
        async with Answer(interaction) as answer:
            room = people.room(self._rooms, interaction)
            await answer.say(hands.queue(room.queue, room.space.rules.queue_order, interaction.user.id))

    async def _on_raise(self, press: Press) -> None:
        await self._raise(press.interaction, press.room(self._rooms))

    async def _on_lower(self, press: Press) -> None:
        await self._lower(press.interaction, press.room(self._rooms))

    async def _on_form(self, press: Press) -> None:
        """The form at the mic was sent in: the choice first, if it was asked for, then the hand."""
        async with Answer(press.interaction) as answer:
            room = press.room(self._rooms)
            person = people.person(press.interaction.user)
            choice = ""
            if forms.CHOICE in press.answers.values:
                consent = await self._consenting.choose(
                    room,
                    person,
                    forms.read_choice(press.answers),
                    hide_name=press.answers.has(forms.WISHES, forms.HIDE_NAME),
                    whole_server=press.answers.text(forms.SCOPE) == forms.SCOPE_SERVER,
                )
                choice = words.chosen(consent)
            hand = await self._speaking.raise_hand(
                room,
                person,
                question=press.answers.text(forms.QUESTION),
                read_aloud=press.answers.has(forms.WISHES, forms.READ_ALOUD),
            )
            await answer.say(hands.is_up(room.space, hand, choice))

    async def _raise(self, interaction: discord.Interaction[Any], room: Room, question: str = "") -> None:
        """By button or command; a form comes first where something has to be asked."""
        async with Answer(interaction) as answer:
            person: Person = people.person(interaction.user)
            if room.place(person.id) is None:
                await self._speaking.require_may_raise(room, person)
                must_ask = await self._consenting.must_ask(room, person.id)
                needs_question = room.space.rules.question_required and not question
                if must_ask or needs_question:
                    terms = self._consenting.terms(room.space) if must_ask else None
                    needed = room.space.rules.question_required
                    await answer.ask(forms.hand_form(room.space.id, terms, needs_question=needed, question=question))
                    return
            hand = await self._speaking.raise_hand(room, person, question=question)
            await answer.say(hands.is_up(room.space, hand))

    async def _on_ask(self, press: Press) -> None:
        async with Answer(press.interaction) as answer:
            room = press.room(self._rooms)
            mine = room.find(press.interaction.user.id)
            await answer.ask(forms.question_form(room.space.id, "" if mine is None else mine.question))

    async def _on_question(self, press: Press) -> None:
        """A question for a hand that is up; should it have been taken down meanwhile, it goes up again."""
        async with Answer(press.interaction, redraws=True) as answer:
            room = press.room(self._rooms)
            person = people.person(press.interaction.user)
            hand = await self._speaking.raise_hand(room, person, question=press.answers.text(forms.QUESTION))
            await answer.say(hands.is_up(room.space, hand, hands.QUESTION_SAVED))

    async def _lower(self, interaction: discord.Interaction[Any], room: Room) -> None:
        async with Answer(interaction) as answer:
            await self._speaking.lower_hand(room, people.person(interaction.user))
            await answer.say(LOWERED)
