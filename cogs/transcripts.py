"""``/transcript``: captions on and off, and the transcript afterwards."""

from __future__ import annotations

import io
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from cogs import people
from cogs.answers import Answer
from cogs.router import Press, Router
from cogs.words import WordsCog
from spaces.errors import NotFound
from spaces.model import Space
from spaces.room import Rooms
from spaces.transcribing import Transcribing
from ui import transcript_files, wording
from ui.custom_ids import Kind, number
from ui.escaping import escape, shorten

CAPTIONS_ON = (
    "Captions are on. Only the microphones of people who agreed are written down; change yours with 🔒 My words."
)
CAPTIONS_OFF = "Captions are off. I have left the room and hear nothing."


class TranscriptsCog(commands.Cog):
    """Captions for the room, and files afterwards."""

    transcript = app_commands.Group(name="transcript", description="Captions and transcripts", guild_only=True)

    def __init__(self, rooms: Rooms, transcribing: Transcribing, words: WordsCog, router: Router) -> None:
        self._rooms = rooms
        self._transcribing = transcribing
        self._words = words
        router.add(Kind.TRANSCRIPT, self._on_export)

    @transcript.command(name="on", description="Write down the words of people who agree")
    async def on(self, interaction: discord.Interaction[Any]) -> None:
        """Turns captions on."""
        async with Answer(interaction) as answer:
            await self._transcribing.turn_on(people.room(self._rooms, interaction), people.actor(interaction))
            await answer.say(CAPTIONS_ON)

    @transcript.command(name="off", description="Stop writing down, and leave the room")
    async def off(self, interaction: discord.Interaction[Any]) -> None:
        """Turns captions off."""
        async with Answer(interaction) as answer:
            await self._transcribing.turn_off(people.room(self._rooms, interaction), people.actor(interaction))
            await answer.say(CAPTIONS_OFF)

    @transcript.command(name="me", description="What may happen with my words")
    async def me(self, interaction: discord.Interaction[Any]) -> None:
        """Shows the person's own choice."""
        await self._words.show(interaction, people.room(self._rooms, interaction))

    @transcript.command(name="export", description="The transcript as files")
    @app_commands.describe(space="Which Space; empty for the one you are in, or the last one")
    async def export(self, interaction: discord.Interaction[Any], space: str = "") -> None:
        """Sends the transcript of a Space as text and WebVTT."""
        async with Answer(interaction) as answer:
            await self._send(answer, interaction, await self._meant(interaction, space))

    @export.autocomplete("space")
    async def _suggest(self, interaction: discord.Interaction[Any], typed: str) -> list[app_commands.Choice[str]]:
        spaces = await self._transcribing.exportable(interaction.guild_id or 0)
        return [
            app_commands.Choice(name=shorten(f"{one.title}, {one.created_at:%d %b %Y}", 100), value=str(one.id))
            for one in spaces
            if typed.casefold() in one.title.casefold()
        ][:25]

    async def _on_export(self, press: Press) -> None:
        async with Answer(press.interaction) as answer:
            guild_id = people.guild_id(press.interaction)
            space = await self._transcribing.find(guild_id, press.key.space_id)
            await self._send(answer, press.interaction, space)

    async def _meant(self, interaction: discord.Interaction[Any], typed: str) -> Space:
        guild_id = people.guild_id(interaction)
        if typed:
            space_id = number(typed)
            if space_id is None:
                raise NotFound("Choose a Space from the list that appears while you type.")
            return await self._transcribing.find(guild_id, space_id)
        choices = await self._transcribing.exportable(guild_id)
        here = next((one for one in choices if one.channel_id == interaction.channel_id), None)
        if here is None and not choices:
            raise NotFound("There has been no Space here yet. `/space create` opens one.")
        return here or choices[0]

    async def _send(self, answer: Answer, interaction: discord.Interaction[Any], space: Space) -> None:
        transcript = await self._transcribing.export(space, people.actor(interaction))
        files = [
            discord.File(io.BytesIO(content.encode()), filename=f"space-{space.id}.{suffix}")
            for suffix, content in (
                ("txt", transcript_files.text_file(transcript)),
                ("vtt", transcript_files.vtt_file(transcript)),
            )
        ]
        count = wording.plural(len(transcript.lines), "line")
        text = f"Transcript of **{escape(space.title)}**: {count}, {wording.MADE_BY_MACHINE}."
        await answer.say(text, files=files)
