"""A Space with somebody in every role, what is stored of it, and the way back to where everybody stood."""

from __future__ import annotations

import asyncio
import itertools
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Any

from discord_emulator import Channel, Message, Person, Reply
from discord_emulator.people.replies import Modal
from tests.bot.conftest import City
from tests.bot.evening import Evening
from ui.custom_ids import Key, Kind

TITLE = "What we read"
QUESTION = "Which chapter?"
ROLES = {
    "Ada": "host",
    "Cora": "co-host",
    "Mod": "moderator",
    "Sam": "speaker",
    "Hal": "hand up",
    "Ivy": "invited",
    "Lis": "listener",
    "Out": "not here",
    "Fay": "of another server",
}
"""Who plays what. Besides them there is Bea, whom the host has removed."""
STATES = ("live", "locked", "hands closed", "ended")

_SPACE = "SELECT * FROM spaces WHERE id = ?"
_PEOPLE = "SELECT * FROM participants WHERE space_id = ? ORDER BY person_id"
_COUNTED = ("reactions", "posts", "reports", "consents")
_MOVES = {"panel_message_id"}
"""What may change without anybody's doing: a panel that was pushed away is posted anew."""

Facts = Mapping[str, Any]


class Cast(Evening):
    """The people of :data:`ROLES` in one Space. :meth:`take_places` must be called first."""

    def __init__(self, city: City) -> None:
        super().__init__(city.discord, city.application)
        self._database = f"file:{city.data}/spaces.sqlite3?mode=ro"
        self._links = itertools.count(1)
        named = {"Ada": self.ada, "Mod": self.mod}
        self.people = named | {
            name: self.guild.add_member(name) for name in [*ROLES, "Bea"] if name not in {*named, "Fay"}
        }
        self.abroad = Evening(city.discord, city.application)
        self.people["Fay"] = self.abroad.ben
        self.space = 0
        self.forms: dict[Kind, dict[str, Any]] = {}

    @property
    def stage_now(self) -> Channel:
        """The stage of the Space."""
        return self._stage

    async def take_places(self, state: str) -> None:
        """Opens the Space, brings everybody to their place, and the Space into one of :data:`STATES`."""
        self._stage, self._abroad_stage = await self.open(TITLE), await self.abroad.open("Elsewhere")
        raise_hand = self.panel(self._stage).button("Raise hand").custom_id or ""
        self.space = int(raise_hand.split(":")[2])
        await self.take_stage(self.ada, self._stage)
        await self.ada.run("space cohost", person=self.people["Cora"])
        await self.ada.run("speakers remove", person=self.people["Bea"])
        at_ease = {"Cora": "on stage, co-host", "Sam": "on stage", "Hal": f"hand up, asks {QUESTION}"}
        at_ease |= {"Ivy": "invited", "Lis": "listening", "Mod": "listening"}
        for name in at_ease:
            await self.people[name].join(self._stage)
        await self.stored(lambda facts: all(facts[name] != "away" for name in at_ease))
        for name in ROLES:
            await self.press(name, Kind.MY_WORDS)  # who has pressed something is told in private, not by a line in chat
        await self.put_back({**self.facts(), **at_ease})
        await self._open_forms()
        if state == "locked":
            await self.ada.run("speakers lock", locked=True)
        elif state == "hands closed":
            await self.forge(self.ada, self.panel(self._stage), str(Key(Kind.CLOSE_HANDS, self.space)))
        elif state == "ended":
            await self.ada.run("space end")
            await self.stored(lambda facts: facts["state"] == "ended")

    # --- what people do ----------------------------------------------------------------------------------------------

    async def press(self, name: str, kind: Kind, extra: str | None = None, *values: str) -> Reply:
        """Presses a button of this Space, or chooses in a select of it, on a message that the person sees."""
        component = {"type": 3 if values else 2, "id": 1, "custom_id": str(Key(kind, self.space, extra))}
        details = {"values": list(values)} if values else {}
        return await self.people[name]._use(self.message_for(name), component, details, 10.0)

    async def send_form(self, name: str, kind: Kind, answers: Mapping[str, Any]) -> Reply:
        """Sends a form of this Space in, whether or not it was ever opened for the person."""
        opener = await self.press(name, Kind.CONSOLE)
        form = self.forms[kind] | {"custom_id": str(Key(kind, self.space))}
        return await self.people[name].submit(Modal(opener.interaction, form), dict(answers))

    def message_for(self, name: str) -> Message:
        """The panel of this Space; for people of another server, of the one there."""
        return self.abroad.panel(self._abroad_stage) if name == "Fay" else self.panel(self._stage)

    def new_link(self) -> str:
        """A link that was not shared yet."""
        return f"https://example.org/{next(self._links)}"

    async def _open_forms(self) -> None:
        """Real forms, as the host gets them."""
        openers = {Kind.SHARE_FORM: Kind.SHARE, Kind.REPORT_FORM: Kind.REPORT, Kind.CONSENT_FORM: Kind.CHOOSE}
        for form, opener in (openers | {Kind.QUESTION_FORM: Kind.ASK}).items():
            modal = (await self.press("Ada", opener)).modal
            assert modal is not None, opener
            self.forms[form] = modal.data
        self.forms[Kind.HAND_FORM] = self.forms[Kind.QUESTION_FORM]

    # --- what is stored ----------------------------------------------------------------------------------------------

    def rows(self) -> list[Any]:
        """Everything stored of the Space."""
        with closing(sqlite3.connect(self._database, uri=True)) as database:
            database.row_factory = sqlite3.Row
            kept = [dict(row) for statement in (_SPACE, _PEOPLE) for row in database.execute(statement, (self.space,))]
            counts = [self._count(database, table) for table in _COUNTED]
        return [{key: value for key, value in row.items() if key not in _MOVES} for row in kept] + counts

    def facts(self) -> Facts:
        """The same in words: where each person stands, how the Space is, and how much there is of what is counted."""
        with closing(sqlite3.connect(self._database, uri=True)) as database:
            database.row_factory = sqlite3.Row
            (space,) = database.execute(_SPACE, (self.space,))
            people = {row["person_id"]: (row["name"], _words(row)) for row in database.execute(_PEOPLE, (self.space,))}
            counts = {table: self._count(database, table) for table in _COUNTED}
        shown = people.get(space["shown_question_of"], ("",))[0]
        how = {"locked": bool(space["locked"]), "hands open": bool(space["hands_open"]), "shows": shown}
        how |= {
            "host": space["host_name"],
            "captions": bool(space["captions_on"]),
            "title": space["title"],
            "state": space["state"],
        }
        unknown = dict.fromkeys(self.people.keys() - {"Fay"}, "away")
        return {**how, **counts, **unknown, **dict(people.values())}

    def _count(self, database: sqlite3.Connection, table: str) -> int:
        (number,) = database.execute(f"SELECT count(*) FROM {table} WHERE space_id = ?", (self.space,)).fetchone()  # noqa: S608
        return number

    async def stored(self, condition: Callable[[Facts], object], seconds: float = 5.0) -> bool:
        """Whether the facts come to meet a condition; nothing tells of what the bot writes, so they are looked at."""
        try:
            async with asyncio.timeout(seconds):
                while not condition(self.facts()):  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
        except TimeoutError:
            return False
        return True

    # --- the way back ------------------------------------------------------------------------------------------------

    async def put_back(self, wanted: Facts) -> None:
        """Undoes by hand whatever differs; what is only counted stays."""
        now = self.facts()
        if now["host"] != wanted["host"]:
            await self.press("Mod", Kind.HAND_OVER_CONFIRMED, str(self.people[wanted["host"]].id))
        if now["title"] != wanted["title"]:
            await self.ada.run("space edit", title=wanted["title"])
        if now["locked"] != wanted["locked"]:
            await self.ada.run("speakers lock", locked=wanted["locked"])
        if now["captions"]:
            await self.ada.run("transcript off")
        if now["shows"]:
            await self.press("Ada", Kind.HIDE_QUESTION, str(self.people[now["shows"]].id))
        if now["hands open"] != wanted["hands open"]:
            await self.press("Ada", Kind.OPEN_HANDS if wanted["hands open"] else Kind.CLOSE_HANDS)
        for name in self.people.keys() - {"Fay"}:
            if now[name] != wanted[name]:
                await self._put_back(name, wanted[name])
        if self.facts() != {**self.facts(), **{key: wanted[key] for key in wanted if key not in _COUNTED}}:
            raise AssertionError(f"not put back: {self.facts()} instead of {wanted}")

    async def _put_back(self, name: str, wanted: str) -> None:
        person = self.people[name]
        now = self.facts()[name]
        if ("kept out" in now) != ("kept out" in wanted):
            await self.ada.run(f"speakers {'readmit' if 'kept out' in now else 'remove'}", person=person)
        if ("co-host" in now) != ("co-host" in wanted):
            await self.ada.run("space cohost", person=person, action="remove" if "co-host" in now else "add")
        if person.voice_state is None and "away" not in wanted:
            await person.join(self._stage)
            await self.stored(lambda facts: "away" not in facts[name])
        now = self.facts()[name]
        if not now.startswith(("listening", "away")) and not (now.startswith("invited") and "on stage" in wanted):
            await self.press("Ada", Kind.TO_AUDIENCE, str(person.id))
        if wanted.startswith(("invited", "on stage")) and not self.facts()[name].startswith("invited"):
            await self.press("Ada", Kind.INVITE, str(person.id))
        if wanted.startswith("on stage"):
            await person.wait_for(lambda: person.voice_position == "invited")
            await person.accept_invitation()
        if wanted.startswith("hand up"):
            await self._raise(person)
        await self.stored(lambda facts: facts[name] == wanted)

    async def _raise(self, person: Person) -> None:
        closed = not self.facts()["hands open"]
        if closed:
            await self.press("Ada", Kind.OPEN_HANDS)
        await person.run("hand raise", question=QUESTION)
        if closed:
            await self.press("Ada", Kind.CLOSE_HANDS)


def _words(row: sqlite3.Row) -> str:
    """A participant in words."""
    words = [row["standing"] if row["present"] else "away"]
    words += [f"asks {row['question']}"] if row["question"] else []
    words += ["co-host"] if row["role"] == "co-host" else []
    words += ["kept out"] if row["barred"] else []
    return ", ".join(words)
