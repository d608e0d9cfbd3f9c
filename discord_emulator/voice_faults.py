"""What can happen to a bot's voice connection: closes by code, failing servers, bad lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .actions import voice
from .model.errors import EmulatorError
from .voice import CloseCode, Direction

if TYPE_CHECKING:
    from .model.channels import Channel
    from .model.guild import GuildState
    from .model.members import Member, VoiceState
    from .model.users import Application
    from .world import World

_OUT_OF_THE_CHANNEL = (CloseCode.RATE_LIMITED, CloseCode.CALL_TERMINATED)


class VoiceFaults:
    """Acts on the voice connection of an application's bot in one server.

    Every method raises :class:`EmulatorError` unless the bot is in a voice channel there.
    """

    def __init__(self, world: World) -> None:
        self._world = world

    def close(
        self, application: Application, guild: GuildState, code: int | None, *, move_to: Channel | None = None
    ) -> None:
        """Closes the bot's voice websocket with ``code``, or breaks it off without one.

        What follows is what Discord documents: after 4014 the bot is in ``move_to`` or in no channel, after 4021 and
        4022 in none; 4015 and a broken socket can be resumed; after 4006 the bot has to leave and join again; after
        the others it may identify anew. :data:`discord_emulator.voice.protocol.AFTERMATHS` has them all; 4017 here
        is a stage's. Raises ValueError for any other code.
        """
        bot, _ = self._bot(application, guild)
        if code == CloseCode.DISCONNECTED and move_to is not None:
            voice.place(self._world, bot, move_to)
        elif code == CloseCode.DISCONNECTED:
            voice.leave(self._world, bot)
        else:
            self._world.voice.server.close_client(guild_id=guild.id, user_id=bot.id, code=code)
            if code in _OUT_OF_THE_CHANNEL:
                voice.leave(self._world, bot)
        self._world.changes.announce()

    def change_server(
        self, application: Application, guild: GuildState, *, seconds_without: float | None = None
    ) -> None:
        """Moves the bot's call to another voice server: VOICE_SERVER_UPDATE with another endpoint, old sockets 4022.

        With ``seconds_without`` there is none in between: VOICE_SERVER_UPDATE with the endpoint null comes first.
        """
        _, state = self._bot(application, guild)
        voice.change_server(self._world, state.channel, seconds_without)

    def resend_server(self, application: Application, guild: GuildState) -> None:
        """Sends VOICE_SERVER_UPDATE with a new token for the same endpoint; the bot has to identify anew."""
        bot, state = self._bot(application, guild)
        voice.send_server(self._world, bot, state)

    def black_hole(
        self,
        application: Application,
        guild: GuildState,
        seconds: float,
        direction: Direction = Direction.BOTH,
    ) -> None:
        """Swallows the bot's voice datagrams of a direction for so many seconds from now on; 0 ends it."""
        bot, _ = self._bot(application, guild)
        self._world.voice.server.black_hole(guild_id=guild.id, user_id=bot.id, seconds=seconds, direction=direction)

    def delay(self, application: Application, guild: GuildState, seconds: float) -> None:
        """Lets the bot's voice datagrams take so many seconds, either way."""
        bot, _ = self._bot(application, guild)
        self._world.voice.server.delay(guild_id=guild.id, user_id=bot.id, seconds=seconds)

    def announce_downgrade(self, application: Application, guild: GuildState) -> int:
        """Begins the transition of the bot's call to no end-to-end encryption (op 21, 23, 22); returns its id."""
        _, state = self._bot(application, guild)
        return self._world.voice.server.announce_downgrade(guild_id=guild.id, channel_id=state.channel.id)

    def _bot(self, application: Application, guild: GuildState) -> tuple[Member, VoiceState]:
        bot = guild.members.get(application.bot.id)
        if bot is None or bot.voice is None:
            raise EmulatorError(f"{application.name} is not in voice in {guild.name}")
        return bot, bot.voice
