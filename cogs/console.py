"""The host console: who waits, who speaks, and what to do with them."""

from __future__ import annotations

from functools import partial

from discord.ext import commands

from cogs import people
from cogs.answers import Answer
from cogs.router import Press, Router
from spaces.controlling import Controlling
from spaces.hosting import Hosting
from spaces.leading import Leading
from spaces.overview import Overview
from spaces.pausing import Pausing
from spaces.queueing import Queueing
from spaces.room import Room, Rooms
from spaces.speaking import Speaking
from spaces.transcribing import Transcribing
from spaces.turns import Turns
from ui import console, wording
from ui.custom_ids import Kind, number


class ConsoleCog(commands.Cog):
    """Presses on the host console. Every one checks anew whether this person may."""

    def __init__(
        self,
        *,
        rooms: Rooms,
        hosting: Hosting,
        leading: Leading,
        pausing: Pausing,
        speaking: Speaking,
        transcribing: Transcribing,
        queueing: Queueing,
        controlling: Controlling,
        turns: Turns,
        overview: Overview,
        router: Router,
    ) -> None:
        self._rooms = rooms
        self._hosting = hosting
        self._leading = leading
        self._pausing = pausing
        self._speaking = speaking
        self._transcribing = transcribing
        self._queueing = queueing
        self._controlling = controlling
        self._turns = turns
        self._overview = overview
        router.add(Kind.CONSOLE, self._on_open)
        router.add(Kind.NEXT, self._on_next)
        router.add(Kind.PERSON, self._on_person)
        router.add(Kind.INVITE, self._on_invite)
        router.add(Kind.TO_AUDIENCE, self._on_to_audience)
        router.add(Kind.MORE_TIME, self._on_more_time)
        router.add(Kind.CAPTIONS_ON, self._on_captions_on)
        router.add(Kind.CAPTIONS_OFF, self._on_captions_off)
        router.add(Kind.OPEN_HANDS, partial(self._on_hands, are_open=True))
        router.add(Kind.CLOSE_HANDS, partial(self._on_hands, are_open=False))
        router.add(Kind.LOWER_ALL, self._on_lower_all)
        router.add(Kind.LOCK, partial(self._on_lock, locked=True))
        router.add(Kind.UNLOCK, partial(self._on_lock, locked=False))
        router.add(Kind.QUIET_STAGE, self._on_quiet)
        router.add(Kind.QUIET_CONFIRMED, self._on_quiet_confirmed)
        router.add(Kind.REMOVE, self._on_remove)
        router.add(Kind.KEEP_OUT, partial(self._on_removed, may_return=False))
        router.add(Kind.SEND_OUT, partial(self._on_removed, may_return=True))
        router.add(Kind.SHOW_QUESTION, self._on_show_question)
        router.add(Kind.HIDE_QUESTION, self._on_hide_question)
        router.add(Kind.HAND_OVER, self._on_hand_over)
        router.add(Kind.HAND_OVER_CONFIRMED, self._on_handed_over)
        router.add(Kind.RESUME, self._on_resume)

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
            await self._draw(answer, room, said=console.invited(invited))

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
            await self._draw(answer, room, chosen=invited.id, said=console.invited(invited))

    async def _on_to_audience(self, press: Press) -> None:
        async with Answer(press.interaction, redraws=True) as answer:
            room = press.room(self._rooms)
            moved = await self._speaking.to_audience(room, people.actor(press.interaction), press.person_id)
            await self._draw(answer, room, said=console.in_audience(moved))

    async def _on_more_time(self, press: Press) -> None:
        async with Answer(press.interaction, redraws=True) as answer:
            room = press.room(self._rooms)
            speaker = await self._turns.extend(room, people.actor(press.interaction), press.person_id)
            await self._draw(answer, room, chosen=speaker.person.id, said=console.extended(speaker))

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

    async def _on_hands(self, press: Press, *, are_open: bool) -> None:
        async with Answer(press.interaction, redraws=True) as answer:
            room = press.room(self._rooms)
            await self._queueing.set_hands(room, people.actor(press.interaction), are_open=are_open)
            await self._draw(answer, room, said=console.HANDS_OPENED if are_open else console.HANDS_CLOSED)

    async def _on_lower_all(self, press: Press) -> None:
        async with Answer(press.interaction, redraws=True) as answer:
            room = press.room(self._rooms)
            lowered = await self._queueing.lower_all(room, people.actor(press.interaction))
            await self._draw(answer, room, said=console.lowered(lowered))

    async def _on_lock(self, press: Press, *, locked: bool) -> None:
        async with Answer(press.interaction, redraws=True) as answer:
            room = press.room(self._rooms)
            await self._controlling.set_lock(room, people.actor(press.interaction), locked=locked)
            await self._draw(answer, room, said=console.LOCKED if locked else console.UNLOCKED)

    async def _on_quiet(self, press: Press) -> None:
        async with Answer(press.interaction, redraws=True) as answer:
            room = press.room(self._rooms)
            self._hosting.require_authority(room, people.actor(press.interaction))
            await answer.say(console.confirm_quiet(room.space.id, room.guests_on_stage))

    async def _on_quiet_confirmed(self, press: Press) -> None:
        async with Answer(press.interaction, redraws=True) as answer:
            room = press.room(self._rooms)
            moved = await self._controlling.quiet_stage(room, people.actor(press.interaction))
            await self._draw(answer, room, said=console.quieted(moved))

    async def _on_remove(self, press: Press) -> None:
        async with Answer(press.interaction, redraws=True) as answer:
            room = press.room(self._rooms)
            self._hosting.require_authority(room, people.actor(press.interaction))
            await answer.say(console.confirm_remove(room.space.id, room.known(press.person_id).person))

    async def _on_removed(self, press: Press, *, may_return: bool) -> None:
        async with Answer(press.interaction, redraws=True) as answer:
            room = press.room(self._rooms)
            person = room.known(press.person_id).person
            await self._controlling.remove(room, people.actor(press.interaction), person, may_return=may_return)
            await self._draw(answer, room, said=console.removed(person, may_return=may_return))

    async def _on_show_question(self, press: Press) -> None:
        async with Answer(press.interaction, redraws=True) as answer:
            room = press.room(self._rooms)
            asked = await self._queueing.show_question(room, people.actor(press.interaction), press.person_id)
            said = f"The room sees what {wording.name(asked.name)} asks."
            await self._draw(answer, room, chosen=asked.id, said=said)

    async def _on_hide_question(self, press: Press) -> None:
        async with Answer(press.interaction, redraws=True) as answer:
            room = press.room(self._rooms)
            await self._queueing.hide_question(room, people.actor(press.interaction))
            await self._draw(answer, room, chosen=press.person_id, said="The room sees no question.")

    async def _on_hand_over(self, press: Press) -> None:
        async with Answer(press.interaction, redraws=True) as answer:
            room = press.room(self._rooms)
            actor = people.actor(press.interaction)
            heir = self._leading.require_may_hand_over(room, actor, press.person_id)
            await answer.say(console.confirm_hand_over(room.space, heir.person))

    async def _on_handed_over(self, press: Press) -> None:
        """Whoever handed over may not run the Space any more: they read one sentence instead of the console."""
        async with Answer(press.interaction, redraws=True) as answer:
            room = press.room(self._rooms)
            actor = people.actor(press.interaction)
            before = room.space.host
            heir, role = await self._leading.hand_over(room, actor, press.person_id)
            await answer.say(console.handed_over(room.space, heir, before, role, reader=actor.person.id))

    async def _on_resume(self, press: Press) -> None:
        async with Answer(press.interaction, redraws=True) as answer:
            room = press.room(self._rooms)
            await self._pausing.resume(room, people.actor(press.interaction))
            await self._draw(answer, room, said=console.RESUMED)

    async def _draw(self, answer: Answer, room: Room, *, chosen: int | None = None, said: str = "") -> None:
        await answer.say(console.console(await self._overview.console(room), chosen=chosen, said=said))
