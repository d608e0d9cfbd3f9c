"""A listening bot: discord.py with discord-ext-voice-recv, both as installed. Started by ``test_voice_recv.py``.

discord.py has no parameter for where Discord is, so its two constants that say it are set; nothing else is changed.
"""

from __future__ import annotations

import hashlib
import os

import discord
import discord.gateway
import discord.http
import yarl
from discord import app_commands
from discord.ext import voice_recv
from reports import report, report_complaints


class Listening(voice_recv.AudioSink):
    """Reports every frame: as Opus its digest, as PCM its length and loudest sample."""

    def __init__(self, opus: bool) -> None:
        super().__init__()
        self._opus = opus

    def wants_opus(self) -> bool:
        return self._opus

    def write(self, user: discord.Member | discord.User | None, data: voice_recv.VoiceData) -> None:
        name = None if user is None else user.display_name
        if self._opus:
            report("opus", of=name, digest=hashlib.sha256(data.opus or b"").hexdigest())
        else:
            samples = memoryview(data.pcm).cast("h")
            report("pcm", of=name, size=len(data.pcm), peak=max(map(abs, samples), default=0))

    def cleanup(self) -> None:
        report("ended")

    @voice_recv.AudioSink.listener()
    def on_voice_member_speaking_start(self, member: discord.Member) -> None:
        report("started speaking", of=member.display_name)

    @voice_recv.AudioSink.listener()
    def on_voice_member_disconnect(self, _: discord.Member | None, ssrc: int | None) -> None:
        # discord.py forgets whoever leaves voice, unless it knows all members.
        report("disconnected", known=ssrc is not None)


class Bot(discord.Client):
    """Joins the stage on demand and listens until told to stop."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents(guilds=True, voice_states=True))
        self.tree = app_commands.CommandTree(self)
        self.tree.command(name="listen", description="Listens to the stage")(self.listen)
        self.tree.command(name="stop", description="Stops listening")(self.stop)

    async def setup_hook(self) -> None:
        report("registered", names=[command.name for command in await self.tree.sync()])

    async def listen(self, interaction: discord.Interaction, opus: bool) -> None:
        await interaction.response.defer()
        assert interaction.guild is not None
        stage = interaction.guild.stage_channels[0]
        voice = await stage.connect(cls=voice_recv.VoiceRecvClient, timeout=10)
        voice.listen(Listening(opus))
        await interaction.followup.send(f"Listening, {voice.mode}")

    async def stop(self, interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        assert interaction.guild is not None
        voice = interaction.guild.voice_client
        assert isinstance(voice, voice_recv.VoiceRecvClient)
        voice.stop_listening()
        await voice.disconnect()
        await interaction.followup.send("Stopped")


def main() -> None:
    report_complaints()
    discord.http.Route.BASE = os.environ["DISCORD_API_BASE"]
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["DISCORD_GATEWAY_URL"])
    if library := os.environ.get("OPUS_LIBRARY"):
        discord.opus.load_opus(library)
    Bot().run(os.environ["DISCORD_TOKEN"], log_handler=None)


if __name__ == "__main__":
    main()
