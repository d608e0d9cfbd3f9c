"""A bot written with py-cord, which is a package named ``discord`` too. Started by ``test_pycord.py``.

py-cord has no parameter for where REST is, so its constant that says it is set; the gateway it asks REST for.
"""

from __future__ import annotations

import asyncio
import os

import discord
import discord.http
from discord.ext import commands
from reports import report, report_complaints

INTENTS = discord.Intents(guilds=True, voice_states=True, guild_messages=True, message_content=True, members=True)
FRAMES = 15


class Sound(discord.AudioSource):
    """Opus frames as they are, so that no codec is needed."""

    def __init__(self) -> None:
        self._left = FRAMES

    def is_opus(self) -> bool:
        return True

    def read(self) -> bytes:
        self._left -= 1
        return b"\xf8frame" if self._left >= 0 else b""


class Form(discord.ui.Modal):
    """Asks for a title."""

    def __init__(self) -> None:
        super().__init__(discord.ui.InputText(label="Title", max_length=40), title="A new book")

    async def callback(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"Noted: {self.children[0].value}")


class Menu(discord.ui.View):
    """A button and two selects."""

    @discord.ui.button(label="Count", style=discord.ButtonStyle.primary)
    async def count(self, button: discord.ui.Button, interaction: discord.Interaction) -> None:
        await interaction.response.edit_message(content=f"You took {button.label}", view=None)

    @discord.ui.select(
        placeholder="Genre", options=[discord.SelectOption(label="Crime"), discord.SelectOption(label="Poetry")]
    )
    async def genre(self, select: discord.ui.Select, interaction: discord.Interaction) -> None:
        await interaction.response.edit_message(content=f"You took {select.values[0]}", view=None)

    @discord.ui.user_select(placeholder="Person")
    async def person(self, select: discord.ui.Select, interaction: discord.Interaction) -> None:
        await interaction.response.edit_message(content=f"You took {select.values[0].display_name}", view=None)


class Visiting(commands.Cog):
    """What people can ask of this bot."""

    def __init__(self, bot: discord.Bot) -> None:
        self._bot = bot

    async def _words(context: discord.AutocompleteContext) -> list[str]:
        return [context.value, f"{context.value}!"]

    @discord.slash_command(description="Greets somebody")
    @discord.option("who", discord.Member)
    @discord.option("how", str, choices=[discord.OptionChoice("Loudly", "loud")], required=False)
    @discord.option("times", int, min_value=1, max_value=9, required=False)
    @discord.option("place", discord.StageChannel, required=False)
    @discord.option("word", str, autocomplete=_words, required=False)
    async def greet(self, context, who, *, how=None, times=None, place=None, word=None) -> None:
        await context.respond(f"Hello {who.display_name}! {how} {times} {place}")

    @discord.slash_command(description="Thinks first")
    async def later(self, context: discord.ApplicationContext) -> None:
        await context.defer(ephemeral=True)
        await context.respond("Thought it over", embed=discord.Embed(title="Result", description="42"))
        await context.followup.send("And another thing", ephemeral=True)

    @discord.slash_command(description="Asks with a form")
    async def ask(self, context: discord.ApplicationContext) -> None:
        await context.send_modal(Form())

    @discord.slash_command(description="Shows buttons and selects")
    async def menu(self, context: discord.ApplicationContext) -> None:
        await context.respond("Choose", view=Menu())

    @discord.user_command(name="Look up")
    async def look_up(self, context: discord.ApplicationContext, member: discord.Member) -> None:
        await context.respond(f"{member.display_name} since {member.joined_at:%Y}")

    @discord.message_command(name="Quote")
    async def quote(self, context: discord.ApplicationContext, message: discord.Message) -> None:
        await context.respond(f"{message.author.name}: {message.content}")

    @discord.slash_command(description="Joins the stage and speaks")
    async def speak(self, context: discord.ApplicationContext) -> None:
        await context.defer()
        stage = context.guild.stage_channels[0]
        voice = await stage.connect(timeout=10)
        await context.guild.me.edit(suppress=False)
        spoken = asyncio.get_running_loop().create_future()
        voice.play(Sound(), after=lambda error: self._bot.loop.call_soon_threadsafe(spoken.set_result, error))
        error = await spoken
        await context.respond(f"Spoke, {voice.mode}, {error}")
        await voice.disconnect()

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        report("message", text=message.content)

    @commands.Cog.listener()
    async def on_voice_state_update(
        self, member: discord.Member, _: discord.VoiceState, state: discord.VoiceState
    ) -> None:
        hand_up = state.requested_to_speak_at is not None
        report(
            "voice state", of=member.display_name, place=str(state.channel), suppressed=state.suppress, hand_up=hand_up
        )

    @commands.Cog.listener()
    async def on_resumed(self) -> None:
        report("resumed")

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        [guild] = self._bot.guilds
        report("ready", version=discord.__version__, members=sorted(member.display_name for member in guild.members))


def main() -> None:
    report_complaints()
    discord.http.Route.API_BASE_URL = os.environ["DISCORD_API_BASE"]
    bot = discord.Bot(intents=INTENTS)
    bot.add_cog(Visiting(bot))
    bot.run(os.environ["DISCORD_TOKEN"])


if __name__ == "__main__":
    main()
