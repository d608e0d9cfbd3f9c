"""An evening in steps that can each be interrupted and taken up again, and all that must be true after each.

A step returns what the member read. Whoever read nothing, because the bot died, does the step once more: it may have
happened or not, and both ``done`` and ``again`` are then fair answers. ``holds`` is what must be true of the store and
of Discord from the moment on in which somebody read ``done``.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from discord_emulator import Channel, Person, Reply
from tests.bot.conftest import City
from tests.bot.evening import Evening

Truth = Callable[[], object]
_LIVE, _OVER = "· LIVE", "· ENDED"


@dataclass(frozen=True)
class Step:
    """Something that somebody does. ``ends`` names facts that are true no longer from its beginning on."""

    name: str
    do: Callable[[], Awaitable[Reply | None]]
    done: str = ""
    again: tuple[str, ...] = ()
    holds: Truth = bool
    ends: tuple[str, ...] = ()


class ScriptedEvening(Evening):
    """One Space from opening to end. ``facts`` are what members were told, by the name of the step."""

    def __init__(self, city: City, number: int) -> None:
        super().__init__(city.discord, city.application)
        self._city = city
        self._database = f"file:{city.data}/spaces.sqlite3?mode=ro"
        self.title = f"Evening {number}"
        self.dora, self.eve = self.guild.add_member("Dora"), self.guild.add_member("Eve")
        self.claps = 0
        """Reactions that were acknowledged."""
        self.perhaps = 0
        """Reactions whose acknowledgement nobody saw."""

    def script(self) -> list[Step]:
        """The steps in order."""
        ada, ben, cleo, dora, eve = self.ada, self.ben, self.cleo, self.dora, self.eve
        link = f"https://example.org/{self.title[-1]}"
        coming = [self._joins(person) for person in (ada, ben, cleo, dora, eve)]
        return [
            Step("open", self._open, "is live", holds=self._is_live),
            *coming,
            Step("on stage", self._accepts(ada), holds=lambda: self._stands(ada, "on stage")),
            Step(
                "hand",
                lambda: ben.run("hand raise", question="Why?"),
                "You're first",
                ("Your hand is up already",),
                lambda: self._stands(ben, "hand up"),
            ),
            Step("native hand", self._raises(cleo), holds=lambda: self._stands(cleo, "hand up")),
            *(Step("clap", self._claps, holds=self._counts) for _ in range(3)),
            Step(
                "next",
                self._next,
                "Ben is invited",
                ("Ben is invited",),
                lambda: self._stands(ben, "invited"),
                ("hand",),
            ),
            Step("accept", self._accepts(ben), holds=lambda: self._stands(ben, "on stage"), ends=("next",)),
            Step(
                "share",
                lambda: ada.run("share", link=link),
                "Shared with the room.",
                ("That link is in this Space already.",),
                lambda: self._shared(link),
            ),
            Step("captions", lambda: ada.run("transcript on"), "Captions are on", ("on already",), self._captioned),
            Step("choose", self._choose, "Captions and transcript", ("Captions and transcript",), self._chose),
            Step(
                "lower",
                lambda: cleo.run("hand lower"),
                "Your hand is down.",
                ("Your hand is not up",),
                lambda: self._stands(cleo, "listening"),
                ("native hand",),
            ),
            Step(
                "edit",
                lambda: ada.run("space edit", title=f"{self.title}, late"),
                "is changed.",
                ("That is how it is already.",),
                self._retitled,
                ("open",),
            ),
            Step("lock", lambda: ada.run("speakers lock", locked=True), "locked.", ("locked already.",), self._locked),
            Step(
                "co-host",
                lambda: ada.run("space cohost", person=dora),
                "Dora is a co-host now.",
                ("hosts here already",),
                lambda: self._row(dora)["role"] == "co-host",
            ),
            Step(
                "remove",
                lambda: ada.run("speakers remove", person=eve),
                "Eve is removed.",
                ("Eve is removed.", "is kept out already"),
                lambda: self._row(eve)["barred"] and eve.voice_state is None,
                ("Eve joins",),
            ),
            Step(
                "quiet",
                lambda: ada.run("speakers quiet"),
                "moved to",
                ("moved to", "Nobody but"),
                self._quiet,
                ("accept",),
            ),
            Step(
                "end",
                lambda: ada.run("space end"),
                "is over",
                ("is over already", "No Space is live"),
                self._ended,
                ("on stage", "lower", "quiet", "captions", "edit", "open", *(step.name for step in coming)),
            ),
        ]

    # --- what is always true -----------------------------------------------------------------------------------------

    def orderly(self) -> str:
        """What is doubled or left over, in words; empty if nothing is."""
        rows = self._rows("SELECT state, channel_id FROM spaces WHERE guild_id = ?", self.guild.id)
        live = [row["channel_id"] for row in rows if row["state"] == "live"]
        kept = {row["channel_id"] for row in rows if row["channel_id"] is not None}
        wrong = [f"{len(live)} Spaces are live"] if len(live) > 1 else []
        wrong += ["a Space is half open"] if any(row["state"] == "opening" for row in rows) else []
        if {stage.id for stage in self.guild.stages} != kept:
            wrong.append(f"channels {[one.name for one in self.guild.stages]}, of which {len(kept)} are known")
        if set(self.guild.stage_instances) != set(live):
            wrong.append(f"{len(self.guild.stage_instances)} stages for {len(live)} Spaces")
        for stage in self.guild.stages:
            shown = [message.text for message in self.guild.owner.messages(stage)]
            panels = [text.splitlines()[0] for text in shown if _LIVE in text or _OVER in text]
            wrong += [f"panels {panels}"] if len(panels) != 1 else []
        return "; ".join(wrong)

    # --- doing -------------------------------------------------------------------------------------------------------

    @property
    def stage(self) -> Channel:
        """The stage of the Space."""
        return self.guild.stages[-1]

    async def _open(self) -> Reply | None:
        if self._rows("SELECT 1 FROM spaces WHERE guild_id = ? AND state = 'live'", self.guild.id):
            return None  # it opened, but nobody read so
        reply = await self.ada.run("space create", title=self.title)
        await self.ada.wait_for(lambda: "opening" not in reply.text, 30)
        return reply

    def _joins(self, person: Person) -> Step:
        async def join() -> None:
            if person.voice_state is None:
                await person.join(self.stage)

        return Step(f"{person.name} joins", join, holds=lambda: self._row(person)["present"])

    def _accepts(self, person: Person) -> Callable[[], Awaitable[None]]:
        async def accept() -> None:
            await person.wait_for(lambda: person.voice_position in {"invited", "on stage"}, 10)
            if person.voice_position == "invited":
                await person.accept_invitation()

        return accept

    def _raises(self, person: Person) -> Callable[[], Awaitable[None]]:
        async def raise_hand() -> None:
            if person.voice_position == "listening":
                await person.raise_hand()

        return raise_hand

    async def _claps(self) -> Reply:
        self.perhaps += 1
        reply = await self.dora.run("react", gesture="clap")
        self.perhaps -= 1
        self.claps += "sent" in reply.text
        return reply

    async def _next(self) -> Reply | None:
        if self.ben.voice_position == "invited":
            return None  # it was done, but nobody read so
        return await self.ada.press(await self.console(self.stage), "Next")

    async def _choose(self) -> Reply:
        mine = await self.dora.run("transcript me")
        form = await self.dora.press(mine, "Choose" if "Choose" in mine.buttons else "Change")
        return await self.dora.submit(form.modal, {"What I say": "Captions and transcript"})

    # --- what holds --------------------------------------------------------------------------------------------------

    def _is_live(self) -> object:
        return len(self.guild.stage_instances) == 1 and _LIVE in self.panel(self.stage).text

    def _stands(self, person: Person, standing: str) -> bool:
        return self._row(person)["standing"] == standing

    def _counts(self) -> bool:
        counted = len(self._rows("SELECT 1 FROM reactions WHERE space_id = ?", self._space["id"]))
        return self.claps <= counted <= self.claps + self.perhaps

    def _shared(self, link: str) -> bool:
        rows = self._rows("SELECT 1 FROM posts WHERE space_id = ? AND url = ?", self._space["id"], link)
        cards = [one for one in self.guild.owner.messages(self.stage)[1:] if link in one.text]
        return len(rows) == len(cards) == 1

    def _captioned(self) -> object:
        bot = self.guild.members[self._city.application.bot.id]
        return self._space["captions_on"] and bot.voice is not None and bot.voice.channel is self.stage

    def _chose(self) -> bool:
        chosen = "SELECT choice FROM consents WHERE space_id = ? AND person_id = ? ORDER BY id DESC"
        return self._rows(chosen, self._space["id"], self.dora.id)[0]["choice"] == "transcript"

    def _retitled(self) -> bool:
        instance = self.guild.stage_instance(self.stage)
        return instance is not None and self._space["title"] == instance.topic == f"{self.title}, late"

    def _locked(self) -> object:
        return self._space["locked"]

    def _quiet(self) -> bool:
        return self.ben.voice_position == "listening" and self._stands(self.ben, "listening")

    def _ended(self) -> bool:
        return (
            self._space["state"] == "ended" and not self.guild.stage_instances and _OVER in self.panel(self.stage).text
        )

    @property
    def _space(self) -> sqlite3.Row:
        return self._rows("SELECT * FROM spaces WHERE guild_id = ? ORDER BY id DESC", self.guild.id)[0]

    def _row(self, person: Person) -> dict[str, Any]:
        """What is stored of somebody here; nothing but None while they are unknown."""
        visits = "SELECT * FROM participants WHERE space_id = ? AND person_id = ?"
        return defaultdict(lambda: None, *map(dict, self._rows(visits, self._space["id"], person.id)))

    def _rows(self, statement: str, *parameters: Any) -> list[sqlite3.Row]:
        with closing(sqlite3.connect(self._database, uri=True)) as database:
            database.row_factory = sqlite3.Row
            return database.execute(statement, parameters).fetchall()
