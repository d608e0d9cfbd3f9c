"""What the bot keeps, shows, sends and logs: everywhere a word could have gone."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from discord_emulator import Person
from tests.bot.conftest import City
from tests.bot.evening import Evening


class Traces:
    """Everything from now on, in one server of a city."""

    def __init__(self, city: City, evening: Evening) -> None:
        self._city = city
        self._evening = evening
        self._calls = len(city.discord.calls)
        self._logged = len(city.bot.log_text())

    def query(self, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Rows of the bot's database, read beside the bot."""
        with closing(sqlite3.connect(f"file:{self._city.data}/spaces.sqlite3?mode=ro", uri=True)) as database:
            return database.execute(statement, parameters).fetchall()

    def change(self, statement: str, *parameters: Any) -> None:
        """Changes the database of a bot that does not run."""
        assert not self._city.bot.is_running
        with closing(sqlite3.connect(self._city.data / "spaces.sqlite3")) as database, database:
            assert database.execute(statement, parameters).rowcount > 0

    def stored(self, person: Person) -> list[str]:
        """What is stored of what the person said."""
        rows = self.query("SELECT text FROM transcript_lines WHERE person_id = ? ORDER BY id", person.id)
        return [text for (text,) in rows]

    @property
    def spooled(self) -> list[Path]:
        """Utterances on disk."""
        return list((self._city.data / "spool").glob("*.utterance"))

    @property
    def sent(self) -> str:
        """Every body that the bot sent to Discord, and what is shown in the server now."""
        bodies = [json.dumps(call.request_body, default=repr) for call in self._city.discord.calls[self._calls :]]
        return "\n".join([*bodies, *self.shown]).lower()

    @property
    def shown(self) -> list[str]:
        """The text of every message of the bot in the server, public or to one person."""
        channels = (*self._evening.guild.channels.values(), *self._evening.guild.threads.values())
        return [
            message.text
            for channel in channels
            for message in (*channel.messages.values(), *channel.ephemerals.values())
            if message.author.bot
        ]

    @property
    def logged(self) -> str:
        """What the bot has logged."""
        return self._city.bot.log_text()[self._logged :].lower()

    def kept(self) -> bytes:
        """Every file in the bot's folder, names and contents."""
        files = [path for path in self._city.data.rglob("*") if path.is_file()]
        return b"\n".join(part for path in files for part in (path.name.encode(), path.read_bytes()))
