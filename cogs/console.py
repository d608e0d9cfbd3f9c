"""The host console: who waits, who speaks, and what to do with them."""

from __future__ import annotations

from discord.ext import commands

from cogs import people
from cogs.answers import Answer
from cogs.router import Press, Router
from spaces.hosting import Hosting
from spaces.overview import Overview
from spaces.room import Room, Rooms
from spaces.speaking import Speaking
from spaces.transcribing import Transcribing
from ui import console, wording
from ui.custom_ids import Kind, number


class ConsoleCog(commands.Cog):
    """Presses on the host console. Every one checks anew whether this person may."""

    def __init__(
        self,
        *,
        rooms: Rooms,
        hosting: Hosting,
        speaking: Speaking,
        transcribing: Transcribing,
        overview: Overview,
        router: Router,
    ) -> None:
        self._rooms = rooms
        self._hosting = hosting
        self._speaking = speaking
        self._transcribing = transcribing
        self._overview = overview
        router.add(Kind.CONSOLE, self._on_open)
        router.add(Kind.NEXT, self._on_next)
        router.add(Kind.PERSON, self._on_person)
        router.add(Kind.INVITE, self._on_invite)
        router.add(Kind.TO_AUDIENCE, self._on_to_audience)
        router.add(Kind.CAPTIONS_ON, self._on_captions_on)
        router.add(Kind.CAPTIONS_OFF, self._on_captions_off)

    async def _on_open(self, press: Press) -> None:
        """From the panel a console of one's own opens; on the console itself it is drawn anew."""
        async with Answer(press.interaction, redraws=True) as answer:
            room = press.room(self._rooms)
            self._hosting.require_authority(room, people.actor(press.interaction))
            await self._draw(answer, room)

    async def _on_next(self, press: Press) -> None:
        async with Answer(press.interaction, redraws=True) as answer:
            room = press.room(self._rooms)
            invited = await self._speaking.next(room, people.actor(press.interaction))
            await self._draw(answer, room, said=f"{wording.name(invited.name)} is invited; they accept in Discord.")

    async def _on_person(self, press: Press) -> None:
        async with Answer(press.interaction, redraws=True) as answer:
            room = press.room(self._rooms)
            self._hosting.require_authority(room, people.actor(press.interaction))
            chosen = number(press.values[0]) if press.values else None
            await self._draw(answer, room, chosen=chosen)

    async def _on_invite(self, press: Press) -> None:
        async with Answer(press.interaction, redraws=True) as answer:
            room = press.room(self._rooms)
            invited = await self._speaking.invite(room, people.actor(press.interaction), press.person_id)
            said = f"{wording.name(invited.name)} is invited; they accept in Discord."
            await self._draw(answer, room, chosen=invited.id, said=said)

    async def _on_to_audience(self, press: Press) -> None:
        async with Answer(press.interaction, redraws=True) as answer:
            room = press.room(self._rooms)
            moved = await self._speaking.to_audience(room, people.actor(press.interaction), press.person_id)
            await self._draw(answer, room, said=f"{wording.name(moved.name)} is in the audience.")

    async def _on_captions_on(self, press: Press) -> None:
        async with Answer(press.interaction, redraws=True) as answer:
            room = press.room(self._rooms)
            await self._transcribing.turn_on(room, people.actor(press.interaction))
            await self._draw(answer, room, said="Captions are on. Only people who agreed are written down.")

    async def _on_captions_off(self, press: Press) -> None:
        async with Answer(press.interaction, redraws=True) as answer:
            room = press.room(self._rooms)
            await self._transcribing.turn_off(room, people.actor(press.interaction))
            await self._draw(answer, room, said="Captions are off. I have left the room and hear nothing.")

    async def _draw(self, answer: Answer, room: Room, *, chosen: int | None = None, said: str = "") -> None:
        await answer.say(console.console(await self._overview.console(room), chosen=chosen, said=said))
