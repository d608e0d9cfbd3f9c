"""**My words**: what a person chose for their voice, and how they change it."""

from __future__ import annotations

from typing import Any

import discord
from discord.ext import commands

from cogs import people
from cogs.answers import Answer
from cogs.router import Press, Router
from spaces.consenting import Consenting
from spaces.errors import NotFound
from spaces.model import Space
from spaces.room import Room, Rooms
from spaces.transcribing import Transcribing
from ui import forms, words
from ui.custom_ids import Kind

STOPPED = "Done. Nothing you say is written down from now on."


class WordsCog(commands.Cog):
    """Presses about one's own words."""

    def __init__(self, rooms: Rooms, consenting: Consenting, transcribing: Transcribing, router: Router) -> None:
        self._rooms = rooms
        self._consenting = consenting
        self._transcribing = transcribing
        router.add(Kind.MY_WORDS, self._on_open)
        router.add(Kind.CHOOSE, self._on_choose)
        router.add(Kind.CONSENT_FORM, self._on_form)
        router.add(Kind.STOP, self._on_stop)
        router.add(Kind.REMOVE_WORDS, self._on_remove)
        router.add(Kind.RECEIPT, self._on_receipt)

    async def show(self, interaction: discord.Interaction[Any], room: Room) -> None:
        """Shows the person's choice in this Space, to them alone."""
        async with Answer(interaction) as answer:
            await self._draw(answer, room.space, interaction.user.id)

    async def _on_open(self, press: Press) -> None:
        await self.show(press.interaction, press.room(self._rooms))

    async def _on_choose(self, press: Press) -> None:
        async with Answer(press.interaction) as answer:
            room = press.room(self._rooms)
            terms = self._consenting.terms(room.space)
            await answer.ask(forms.consent_form(room.space.id, terms))

    async def _on_form(self, press: Press) -> None:
        async with Answer(press.interaction, redraws=True) as answer:
            room = press.room(self._rooms)
            consent = await self._consenting.choose(
                room,
                people.person(press.interaction.user),
                forms.read_choice(press.answers),
                hide_name=press.answers.ticked(forms.HIDE_NAME),
                whole_server=press.answers.text(forms.SCOPE) == forms.SCOPE_SERVER,
            )
            await self._draw(answer, room.space, consent.person.id, said="Saved.")

    async def _on_stop(self, press: Press) -> None:
        async with Answer(press.interaction, redraws=True) as answer:
            room = press.room(self._rooms)
            await self._consenting.stop(room, people.person(press.interaction.user))
            await self._draw(answer, room.space, press.interaction.user.id, said=STOPPED)

    async def _on_remove(self, press: Press) -> None:
        """Works in an ended Space as well: words can be taken back as long as they are kept."""
        async with Answer(press.interaction, redraws=True) as answer:
            space = await self._transcribing.find(people.guild_id(press.interaction), press.key.space_id)
            removed = await self._consenting.remove_mine(space, press.interaction.user.id)
            await self._draw(answer, space, press.interaction.user.id, said=words.removed(removed))

    async def _on_receipt(self, press: Press) -> None:
        async with Answer(press.interaction) as answer:
            space = await self._transcribing.find(people.guild_id(press.interaction), press.key.space_id)
            consent = await self._consenting.current(space, press.interaction.user.id)
            if consent is None:
                raise NotFound("You have not chosen yet, so there is no receipt.")
            await answer.say(words.receipt(consent, self._consenting.terms(space)))

    async def _draw(self, answer: Answer, space: Space, person_id: int, *, said: str = "") -> None:
        consent = await self._consenting.current(space, person_id)
        lines = await self._consenting.lines_of(space, person_id)
        await answer.say(words.my_words(space, consent, lines, said=said))
