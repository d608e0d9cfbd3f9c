"""A bot in its surroundings, the people of the stories, and what they do in few words."""

from __future__ import annotations

import asyncio
import itertools
from datetime import timedelta

from spaces.choices import Choices
from spaces.events import Event
from spaces.model import (
    Actor,
    ConsentChoice,
    Participant,
    Person,
    Role,
    SharedPost,
    Standing,
    TranscriptLine,
    Utterance,
)
from spaces.policy import ServerPolicy
from spaces.room import Room
from spaces.rules import SpeakMode
from tests.spaces.services import Services, Surroundings

GUILD = 1
OTHER_GUILD = 2
ANN = Person(11, "Ann")
BO = Person(12, "Bo")
CY = Person(13, "Cy")
DEE = Person(14, "Dee")
EVE = Person(15, "Eve")


def actor(person: Person, *, is_admin: bool = False) -> Actor:
    """The person as somebody who asks for something, without any role."""
    return Actor(person, is_admin=is_admin)


class World(Surroundings):
    """Everything around the bot, the bot itself (``bot``), and shortcuts for what people do."""

    def __init__(self, policy: ServerPolicy | None = None) -> None:
        super().__init__(policy)
        self.heard: list[Event] = []
        self._numbers = itertools.count(1)
        self.bot = self._start()

    def _start(self) -> Services:
        bot = Services(self)
        bot.events.subscribe(self.board.on_event)
        bot.events.subscribe(self.heard.append)
        self.stage.on_voice = bot.speaking.voice_changed
        self.stage.on_stage_closed = bot.hosting.stage_closed
        self.stage.on_channel_gone = bot.hosting.channel_removed
        return bot

    async def close(self) -> None:
        """Stops the bot's own tasks."""
        await self.bot.transcribing.close()
        await self.bot.hosting.close()
        await self.bot.scribe.close()
        await self.stage.quiet()

    async def crash(self) -> None:
        """The process ends at this point: nothing of its memory is left, and voice is cut."""
        await self.close()
        self.stage.on_voice = self.stage.on_stage_closed = self.stage.on_channel_gone = None
        self.ears.ears.clear()

    async def restart(self) -> None:
        """A new process loads what was kept, and Discord shows it the servers."""
        await self.crash()
        self.bot = self._start()
        await self.bot.hosting.load()
        for guild_id in (GUILD, OTHER_GUILD):
            await self.bot.hosting.reconcile(guild_id)
        await self.stage.quiet()

    # --- what people do --------------------------------------------------------------------------------------------

    async def open(
        self, host: Person = ANN, title: str = "What we read", *, speak: SpeakMode | None = None, guild_id: int = GUILD
    ) -> Room:
        """A live Space; its host is not in the stage yet."""
        room = await self.bot.hosting.open(guild_id, actor(host), title, Choices(speak=speak))
        await self.stage.quiet()
        return room

    async def join(self, room: Room, *people: Person) -> None:
        """The people connect as listeners, one after the other."""
        for person in people:
            self.stage.join(person, room.space.channel_id or 0)
            await self.stage.quiet()
            self.clock.advance(1)

    async def on_stage(self, room: Room, *people: Person) -> None:
        """The people connect, are invited by the host, and accept."""
        for person in people:
            if self.stage.where(person.id) != room.space.channel_id:
                await self.join(room, person)
            if self.standing(room, person) is not Standing.INVITED:
                await self.bot.speaking.invite(room, actor(room.space.host), person.id)
            self.stage.accept(person.id)
            await self.stage.quiet()

    async def agree(
        self, room: Room, person: Person, choice: ConsentChoice = ConsentChoice.TRANSCRIPT, **how: bool
    ) -> None:
        """The person fills in the consent form."""
        await self.bot.consenting.choose(room, person, choice, **{"hide_name": False, **how})

    async def captioned(self, *speakers: Person, choice: ConsentChoice = ConsentChoice.TRANSCRIPT) -> Room:
        """A Space with captions on and these people on stage, all of whom agreed."""
        room = await self.open()
        await self.bot.transcribing.turn_on(room, actor(ANN))
        await self.on_stage(room, *speakers)
        for person in speakers:
            await self.agree(room, person, choice)
        return room

    def utterance(self, room: Room, person: Person, text: str) -> Utterance:
        """Two seconds of talk that the engine will recognise as ``text``."""
        number = f"u{next(self._numbers)}"
        self.engine.said[number] = text
        now = self.clock.now()
        return Utterance(number, room.space.id, person.id, now, now + timedelta(seconds=2), (b"",) * 100)

    def speak(self, room: Room, person: Person, text: str) -> Utterance | None:
        """The person says something in the stage; None if the gate let nothing through."""
        utterance = self.utterance(room, person, text)
        return utterance if self.ears.speak(room.space.guild_id, utterance) else None

    async def written(self, room: Room) -> None:
        """Returns when all that was said is written down, as far as it may be."""
        assert await self.bot.scribe.drain(room.space.id, 5)

    async def look(self, seconds: float = 0) -> int:
        """Time passes, and what is due by then is done; returns how many things."""
        self.clock.advance(seconds)
        done = await self.bot.watch.look()
        await self.stage.quiet()
        return done

    async def end(self, room: Room, by: Person | None = None) -> None:
        """Ends the Space and waits until it is tidied up."""
        await self.bot.hosting.end(room, actor(by or room.space.host))
        await self.bot.hosting.settled(room.space.id)
        await self.stage.quiet()

    # --- what a test asks ------------------------------------------------------------------------------------------

    def standing(self, room: Room, person: Person) -> Standing | None:
        """Where the person stands in the room; None if they are not present."""
        one = room.find(person.id)
        return one.standing if one is not None and one.present else None

    def queue(self, room: Room) -> list[str]:
        """Names in the queue, in order."""
        return [one.person.name for one in room.queue]

    def texts(self, room: Room) -> list[str]:
        """Texts of the Space's stored lines."""
        return [line.text for line in self.lines(room)]

    def lines(self, room: Room) -> list[TranscriptLine]:
        """The Space's stored lines."""
        return [line for line in self.stores.transcripts.rows.values() if line.space_id == room.space.id]

    def posts(self, room: Room) -> list[SharedPost]:
        """The Space's stored links."""
        return [post for post in self.stores.posts.rows.values() if post.space_id == room.space.id]

    def check(self, room: Room) -> None:
        """The invariants of ``spaces/room.py``, and that the room agrees with what is stored and with Discord."""
        stored = {key[1]: one for key, one in self.stores.spaces.people.items() if key[0] == room.space.id}
        assert {one.person.id: one for one in room.everyone} == stored
        assert [one.person.id for one in room.everyone if one.role is Role.HOST] == [room.space.host.id]
        for one in room.everyone:
            assert one.hand_at is not None or one.standing is not Standing.HAND_UP, one
            assert one.hand_at is None or one.standing in {Standing.HAND_UP, Standing.INVITED}, one
            assert (one.invited_at is not None) == (one.standing is Standing.INVITED), one
            assert one.unmuted_since is None or one.standing is Standing.ON_STAGE, one
            assert not one.question or one.standing is not Standing.LISTENING, one
            assert (one.stage_since is not None) == (one.standing is Standing.ON_STAGE), one
            assert one.turn_ends_at is None or one.standing is Standing.ON_STAGE, one
            assert one.present or one.standing is Standing.LISTENING, one
        if room.space.is_live:
            self._check_seats(room)

    def _check_seats(self, room: Room) -> None:
        seats = self.stage.channels[room.space.channel_id or 0].seats
        assert {one.person.id for one in room.present} == set(seats)
        self._check_indexes(room)
        for one in room.present:
            assert _shown(one) is _in_discord(seats[one.person.id].suppressed, seats[one.person.id].requested_at), one

    @staticmethod
    def _check_indexes(room: Room) -> None:
        """What the room keeps at hand is what its participants say."""

        def ids(*standings: Standing) -> set[int]:
            return {one.person.id for one in room.everyone if one.present and one.standing in standings}

        assert room.head_count == len(room.present) == len([one for one in room.everyone if one.present])
        assert {one.person.id for one in room.on_stage} == ids(Standing.ON_STAGE)
        assert {one.person.id for one in room.invited} == ids(Standing.INVITED)
        assert room.seats_taken == len(ids(Standing.ON_STAGE, Standing.INVITED))
        queue = [one.person.id for one in room.queue]
        assert set(queue) == ids(Standing.HAND_UP)
        assert [room.place(person_id) for person_id in queue] == list(range(1, len(queue) + 1))
        assert room.hand_count == len(queue)


def _shown(one: Participant) -> Standing:
    """What Discord knows of a standing: nothing of hands that were raised by button."""
    by_button = one.standing is Standing.HAND_UP and not one.hand_native
    return Standing.LISTENING if by_button else one.standing


def _in_discord(suppressed: bool, requested_at: object) -> Standing:
    if suppressed:
        return Standing.LISTENING if requested_at is None else Standing.HAND_UP
    return Standing.ON_STAGE if requested_at is None else Standing.INVITED


async def turns(number: int = 50) -> None:
    """Lets other tasks go on for a while."""
    for _ in range(number):
        await asyncio.sleep(0)
