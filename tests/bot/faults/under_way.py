"""A Space in full swing, and what of it must be as before after a fault."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Self

from demo import script
from discord_emulator import Channel, Message, Person
from discord_emulator.gateway.session import Session
from discord_emulator.model.members import VoiceState
from discord_emulator.voice import Spoken
from tests.bot.conftest import City
from tests.bot.evening import Evening
from tests.bot.test_words import BOTH, choose, two_on_stage

_SOUND = re.compile(r"([\d,]+) packets heard .*, ([\d,]+) refused")
_MADE_ONCE = ("/guilds/{guild_id}/channels", "/stage-instances", "/applications/{application_id}/commands")


@dataclass(frozen=True, slots=True)
class Started:
    """How often something was begun that a fault must not begin twice."""

    gateway_sessions: int
    voice_sessions: int
    rooms: int
    """Channels, stages and command lists that the bot has made."""


def identified(city: City) -> int:
    """How often the bot has asked for a gateway session; what was refused counts, as on Discord."""
    limit = city.discord.world.hub.starts.describe(city.application, 1)["session_start_limit"]
    return limit["total"] - limit["remaining"]


class UnderWay:
    """Ada hosts and has agreed to be written down, Ben is on stage and has not, Cleo waits; captions are on."""

    def __init__(self, city: City, evening: Evening, stage: Channel) -> None:
        self.city = city
        self.discord = city.discord
        self.evening = evening
        self.stage = stage
        self.panel: Message = evening.panel(stage)
        self._queue = ["Cleo"]
        self._started = self.started()

    @classmethod
    async def begin(cls, city: City, evening: Evening) -> Self:
        """Opens the Space."""
        stage = await two_on_stage(evening)
        await choose(evening.ada, BOTH)
        await evening.cleo.join(stage)
        await evening.cleo.raise_hand()
        under_way = cls(city, evening, stage)
        await under_way.queue_is_right()
        return under_way

    async def end(self) -> None:
        """The host ends it, and the room shows that it is over."""
        reply = await self.evening.ada.run("space end")
        assert "is over" in reply.text
        await self.evening.panel_says(self.stage, "ENDED")
        await self.discord.wait_for(lambda: self.place is None)

    # -- what happens meanwhile -------------------------------------------------------------------------------------

    async def another_hand(self) -> None:
        """Somebody comes and raises their hand, whether or not the bot can notice it now."""
        await self.evening.mod.join(self.stage)
        await self.evening.mod.raise_hand()
        self._queue.append("Mod")

    def leaves_the_queue(self, name: str) -> None:
        """Somebody is expected to wait no longer."""
        self._queue.remove(name)

    @asynccontextmanager
    async def both_talk(self, seconds: float) -> AsyncIterator[None]:
        """Both speakers talk, already before the block and for so many seconds. Not a packet of his is heard."""
        heard, refused = await self._sound()
        ada, ben = (asyncio.create_task(self._talk(who, seconds)) for who in (self.evening.ada, self.evening.ben))
        try:
            while (await self._sound())[1] == refused:
                pass
            yield
        finally:
            sent, _ = await asyncio.gather(ada, ben)
        assert (await self._sound())[0] - heard <= sent.packets + 10

    async def hears(self) -> None:
        """Both speakers say something: every packet of hers is heard, and every one of his refused unheard."""
        heard, refused = await self._sound()
        ada, ben = await asyncio.gather(self._talk(self.evening.ada, 0.3), self._talk(self.evening.ben, 0.3))

        def complete(now: tuple[int, int]) -> bool:
            return now[0] - heard >= ada.packets and now[1] - refused >= ben.packets

        now = await self._sound()
        async with asyncio.timeout(5):
            while not complete(now):
                now = await self._sound()
        assert now[0] - heard <= ada.packets + 10  # and up to ten frames of silence
        assert now[1] - refused <= ben.packets + 10

    async def is_deaf(self) -> None:
        """Both speakers say something, and not a packet reaches the bot."""
        before = await self._sound()
        await asyncio.gather(self._talk(self.evening.ada, 0.3), self._talk(self.evening.ben, 0.3))
        assert await self._sound() == before

    # -- what must be as before -------------------------------------------------------------------------------------

    @property
    def session(self) -> Session:
        """The bot's gateway session."""
        (session,) = self.discord.world.hub.of(self.city.application)
        return session

    @property
    def place(self) -> VoiceState | None:
        """The bot's voice state in this server."""
        return self.evening.guild.members[self.city.application.bot.id].voice

    @property
    def is_listening(self) -> bool:
        """Whether the bot has a voice connection to the stage, and its key. Nothing tells when that changes."""
        has_a_key = any(listener.cipher is not None for listener in self.evening.ada.own_voice.listeners)
        return self.place is not None and self.place.channel is self.stage and has_a_key

    def started(self) -> Started:
        """What was begun until now, by this bot in any server."""
        made = [call for call in self.discord.calls if call.route in _MADE_ONCE and call.method in {"POST", "PUT"}]
        voice = self.discord.world.voice.server.counters
        return Started(identified(self.city), voice.identified, len(made))

    def begun_anew(self) -> Started:
        """What was begun since the Space was in full swing, or since this was last asked."""
        before, self._started = self._started, self.started()
        return Started(
            gateway_sessions=self._started.gateway_sessions - before.gateway_sessions,
            voice_sessions=self._started.voice_sessions - before.voice_sessions,
            rooms=self._started.rooms - before.rooms,
        )

    def host_is_told(self) -> list[str]:
        """What the host was told unasked, in private or by a line that mentions them: not answers to what they did."""
        ada = self.evening.ada
        answers = {id(interaction.original) for interaction in self.discord.world.interactions.values()}
        return [word.text for word in (*ada.private_words, *ada.mentions) if id(word) not in answers]

    async def queue_is_right(self) -> None:
        """Waits until the host reads who waits, in order."""
        async with asyncio.timeout(15):
            while self._waiting((await self.evening.console(self.stage)).text) != self._queue:
                pass

    async def goes_on(self) -> None:
        """One stage, one panel, the same people in the same places; buttons and commands work."""
        evening = self.evening
        await self.queue_is_right()
        assert [stage for stage in evening.guild.stages if evening.guild.stage_instance(stage)] == [self.stage]
        assert evening.panel(self.stage) is self.panel
        panels = [message for message in evening.mod.messages(self.stage) if "LIVE" in message.text]
        assert panels == [self.panel]
        assert evening.ada.voice_position == evening.ben.voice_position == "on stage"
        assert "Captions are on already" in (await evening.ada.run("transcript on")).text
        assert BOTH in (await evening.ada.run("transcript me")).text

    @staticmethod
    def _waiting(console: str) -> list[str]:
        return re.findall(r"^\d+\. (\w+)", console, re.MULTILINE)

    async def _talk(self, person: Person, seconds: float) -> Spoken:
        line = script.WELCOME if person is self.evening.ada else script.CALLUM_IN_CONFIDENCE
        return await person.speak(line.path, seconds=seconds)

    async def _sound(self) -> tuple[int, int]:
        found = _SOUND.search((await self.evening.console(self.stage)).text)
        assert found is not None
        heard, refused = (int(number.replace(",", "")) for number in found.groups())
        return heard, refused


class Stopwatch:
    """Seconds since it was made."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        """So far."""
        return time.monotonic() - self._began
