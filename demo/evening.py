"""The server of the demo, its people and its bot, and what they have done so far."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from demo.bot_process import BotProcess
from demo.captions import CaptionWatch
from demo.expectations import NotSeen, Story
from demo.processes import Process, ProcessTable, descendants
from demo.report import Narrator
from demo.screen import plain
from demo.script import ADA, BEN, CALLUM, CAST, DINA, ELENA, Character, Line
from discord_emulator import Application, Channel, Emulator, Guild, Message, Person, Reply
from discord_emulator.voice import Spoken

CONFIG = Path(__file__).with_name("spaces.yaml")
FELIX = Character("Felix", "member of the server whom nobody wants to hear")
BOT_PERMISSIONS = (
    "view_channel",
    "connect",
    "send_messages",
    "attach_files",
    "manage_channels",
    "manage_roles",
    "mute_members",
    "move_members",
)
"""What the README asks an admin to give."""

_START_SECONDS = 30.0
_Thing = TypeVar("_Thing")
_SOUND = re.compile(r"Sound: ([\d,]+) packets heard of people who agreed, ([\d,]+) refused unheard")


@dataclass(frozen=True, slots=True)
class Talk:
    """A line of the script, as it was spoken. ``life`` counts the bot's processes from 0."""

    line: Line
    spoken: Spoken
    life: int


@dataclass(frozen=True, slots=True)
class Sound:
    """What the host read about one life of the bot: packets heard of who agreed, and packets refused unheard."""

    heard: int
    refused: int


@dataclass
class Evening:
    """One server on the local Discord. ``stage`` and ``panel`` are there once the Space is open."""

    discord: Emulator
    application: Application
    bot: BotProcess
    narrator: Narrator
    guild: Guild
    general: Channel
    reports: Channel
    people: dict[str, Person]
    story: Story
    talks: list[Talk] = field(default_factory=list[Talk])
    sounds: list[Sound] = field(default_factory=list[Sound])
    first_answers: list[float] = field(default_factory=list[float])
    files: dict[str, str] = field(default_factory=dict[str, str])
    panel_when_live: str = ""
    panel_when_over: str = ""
    _stage: Channel | None = None
    _panel: Message | None = None
    _captions: CaptionWatch | None = None
    _watching: asyncio.Task[None] | None = None
    _started: float = 0.0
    _offspring: list[Process] = field(default_factory=list[Process])

    # -- people --------------------------------------------------------------------------------------------------

    @property
    def ada(self) -> Person:
        """Hosts."""
        return self.people[ADA.name]

    @property
    def ben(self) -> Person:
        """Speaks, and agrees to be written down."""
        return self.people[BEN.name]

    @property
    def callum(self) -> Person:
        """Speaks, and never agrees."""
        return self.people[CALLUM.name]

    @property
    def dina(self) -> Person:
        """Moderates the server."""
        return self.people[DINA.name]

    @property
    def elena(self) -> Person:
        """Listens."""
        return self.people[ELENA.name]

    @property
    def felix(self) -> Person:
        """Is on Ada's list."""
        return self.people[FELIX.name]

    # -- places --------------------------------------------------------------------------------------------------

    @property
    def stage(self) -> Channel:
        """The stage of the Space."""
        return _there(self._stage, "stage")

    @property
    def panel(self) -> Message:
        """The panel in the stage's chat."""
        return _there(self._panel, "panel")

    @property
    def captions(self) -> CaptionWatch:
        """What the captions show, and ever showed."""
        return _there(self._captions, "captions")

    def opened(self, stage: Channel, panel: Message) -> None:
        """The Space is open: from now on Elena watches its captions."""
        self._stage, self._panel = stage, panel
        self._captions = CaptionWatch(self.elena, stage, self.application.bot.id)
        self._watching = asyncio.create_task(self._captions.watch(), name="captions")

    # -- talking -------------------------------------------------------------------------------------------------

    async def say(self, line: Line, *, after: float = 0.0) -> None:
        """Somebody on stage speaks a line of the script, ``after`` seconds of letting others talk."""
        person = self.people[line.speaker.name]
        await asyncio.sleep(after)
        if person.voice_position != "on stage":
            raise NotSeen(person.name, "speaks on stage", f"{person.voice_position}")
        self.narrator.tell_speech(self.story.seconds, person.name, line.text)
        try:
            spoken = await person.speak(line.path)
        finally:
            self.narrator.tell_silence(person.name)
        self.talks.append(Talk(line, spoken, len(self.first_answers) - 1))

    @property
    def captions_while_talking(self) -> int:
        """How many captions appeared or grew while somebody was talking."""
        spans = [(talk.spoken.first_packet_at, talk.spoken.last_packet_at) for talk in self.talks]
        return sum(self.captions.came_during(began, ended) for began, ended in spans)

    def note_sound(self, text: str) -> None:
        """Keeps what a host reads about the sound of this life of the bot."""
        match = _SOUND.search(text)
        if match is None:
            raise NotSeen(self.ada.name, "reads how many packets were refused", text)
        self.sounds.append(Sound(*(int(number.replace(",", "")) for number in match.groups())))

    # -- the bot -------------------------------------------------------------------------------------------------

    async def start_bot(self) -> None:
        """Starts the bot's process and waits until people can use its commands."""
        self._started = time.monotonic()
        await self.bot.start()
        ready = asyncio.create_task(self.discord.wait_until_ready(self.application, _START_SECONDS))
        ended = asyncio.create_task(ProcessTable().wait_for(lambda: not self.bot.is_running, _START_SECONDS))
        await asyncio.wait({ready, ended}, return_when=asyncio.FIRST_COMPLETED)
        ended.cancel()
        ready.cancel()
        (outcome, _) = await asyncio.gather(ready, ended, return_exceptions=True)
        if isinstance(outcome, BaseException):
            instead = f"not in {_START_SECONDS:g} s" if self.bot.is_running else "its process has ended"
            raise NotSeen("The bot", "comes online", instead)

    def first_command_answered(self, submitted: float, reply: Reply) -> None:
        """Notes how long after its start the bot answered for the first time; ``submitted`` as time.monotonic()."""
        self.first_answers.append(submitted + reply.seconds - self._started)

    async def kill_bot(self) -> None:
        """Ends the bot as a power cut would, and waits until Discord has noticed."""
        self.note_offspring()
        await self.bot.kill()
        await self.discord.wait_for(lambda: not self.discord.is_online(self.application))

    def note_offspring(self) -> None:
        """Remembers the processes that the bot has started until now."""
        if self.bot.is_running:
            self._offspring += descendants(self.bot.pid)

    @property
    def processes_left(self) -> list[Process]:
        """Those processes below the bot that still run."""
        return [process for process in self._offspring if process.is_alive]

    async def sees_no_process_left(self) -> None:
        """A step: whatever the bot had started ends with it."""
        await self.story.sees(
            ProcessTable(),
            f"end the {len(self._offspring)} processes that it had started",
            lambda: not self.processes_left,
            instead=lambda: self.processes_left,
        )

    async def close(self) -> None:
        """Ends what the evening itself has started."""
        self.note_offspring()
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.gather(self._watching, return_exceptions=True)


@asynccontextmanager
async def evening_in(folder: Path, narrator: Narrator) -> AsyncIterator[Evening]:
    """A local Discord with a server, its people, and a bot that is not started yet and ends with the block."""
    async with Emulator(seed=0) as discord:
        application = discord.add_application("Spaces")
        guild = discord.add_guild("Book club", community=True)
        moderators = guild.add_role("Moderators")
        general = guild.add_text_channel("general")
        guild.add_category("Spaces")
        reports = guild.add_text_channel("reports")
        bot = guild.install(application, BOT_PERMISSIONS)
        guild.allow(reports, moderators, "view_channel")
        guild.allow(reports, bot, ["view_channel", "send_messages"])
        guild.deny(reports, guild.default_role, "view_channel")
        people = {
            one.name: guild.add_member(one.name, roles=[moderators] if one is DINA else []) for one in (*CAST, FELIX)
        }
        evening = Evening(
            discord=discord,
            application=application,
            bot=BotProcess(application.environment(), folder, config=CONFIG),
            narrator=narrator,
            guild=guild,
            general=general,
            reports=reports,
            people=people,
            story=Story(narrator, lambda text: plain(text, guild)),
        )
        try:
            yield evening
        finally:
            await evening.close()
            await evening.bot.stop()


def _there(thing: _Thing | None, name: str) -> _Thing:
    if thing is None:
        raise RuntimeError(f"the {name} is not there before the Space is open")
    return thing
