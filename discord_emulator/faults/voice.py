"""Faults of voice connections: closes by code, failing servers, bad lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord_emulator.actions import voice
from discord_emulator.model.errors import EmulatorError
from discord_emulator.voice import CloseCode, Direction
from discord_emulator.voice.protocol import AFTERMATHS

from .context import Context
from .handle import Fault
from .kinds import AChannel, AGuild, AnApplication, Path, Seconds, VoiceCloseCode

if TYPE_CHECKING:
    from discord_emulator.model.guild import GuildState
    from discord_emulator.model.members import Member, VoiceState
    from discord_emulator.model.users import Application

_OUT_OF_THE_CHANNEL = (CloseCode.RATE_LIMITED, CloseCode.CALL_TERMINATED)


class VoiceFaults:
    """Without an application every bot is struck, without a server wherever it is in voice.

    Every method raises :class:`EmulatorError` when none of them is.
    """

    def __init__(self, context: Context) -> None:
        self._context = context

    def close(
        self,
        application: AnApplication = None,
        guild: AGuild = None,
        *,
        code: VoiceCloseCode = 4015,
        move_to: AChannel = None,
    ) -> None:
        """Closes voice websockets with a code.

        What follows is what Discord documents: after 4014 the bot is in ``move_to`` or in no channel, after 4021 and
        4022 in none; 4015 can be resumed; after 4006 the bot has to leave and join again; after the others it may
        identify anew. :data:`discord_emulator.voice.protocol.AFTERMATHS` has them all; 4017 here is a stage's.
        Raises ``ValueError`` for any other code.
        """
        if code not in AFTERMATHS:
            raise ValueError(f"Discord closes no voice websocket with {code}")
        bots = self._bots(application, guild)
        self._context.happen("voice.close", application=application, guild=guild, code=int(code), move_to=move_to)
        for bot, _ in bots:
            if code == CloseCode.DISCONNECTED and move_to is not None:
                voice.place(self._context.world, bot, move_to)
            elif code == CloseCode.DISCONNECTED:
                voice.leave(self._context.world, bot)
            else:
                self._close(bot, code)
                if code in _OUT_OF_THE_CHANNEL:
                    voice.leave(self._context.world, bot)
        self._context.world.changes.announce()

    def drop(self, application: AnApplication = None, guild: AGuild = None) -> None:
        """Breaks voice websockets off without a closing handshake; they can be resumed."""
        bots = self._bots(application, guild)
        self._context.happen("voice.drop", application=application, guild=guild)
        for bot, _ in bots:
            self._close(bot, None)

    def change_server(
        self, application: AnApplication = None, guild: AGuild = None, *, seconds_without: Seconds | None = None
    ) -> None:
        """Moves calls to another voice server: VOICE_SERVER_UPDATE with another endpoint, old sockets end with 4022.

        With ``seconds_without`` there is none in between: VOICE_SERVER_UPDATE with the endpoint null comes first.
        """
        bots = self._bots(application, guild)
        self._context.happen(
            "voice.change_server", application=application, guild=guild, seconds_without=seconds_without
        )
        for channel in {id(state.channel): state.channel for _, state in bots}.values():
            voice.change_server(self._context.world, channel, seconds_without)

    def resend_server(self, application: AnApplication = None, guild: AGuild = None) -> None:
        """Sends VOICE_SERVER_UPDATE with a new token for the same endpoint; the bot has to identify anew."""
        bots = self._bots(application, guild)
        self._context.happen("voice.resend_server", application=application, guild=guild)
        for bot, state in bots:
            voice.send_server(self._context.world, bot, state)

    def announce_downgrade(self, application: AnApplication = None, guild: AGuild = None) -> list[int]:
        """Begins the transition of calls to no end-to-end encryption (op 21, 23, 22); returns their ids."""
        bots = self._bots(application, guild)
        self._context.happen("voice.announce_downgrade", application=application, guild=guild)
        server = self._context.world.voice.server
        calls = dict.fromkeys((bot.guild.id, state.channel.id) for bot, state in bots)
        return [server.announce_downgrade(guild_id=guild_id, channel_id=channel_id) for guild_id, channel_id in calls]

    def black_hole(self, application: AnApplication = None, guild: AGuild = None, *, direction: Path = "both") -> Fault:
        """Swallows the datagrams ``to_client``, ``from_client`` or ``both``, of bots that are in voice now."""
        bots = self._bots(application, guild)
        fault = self._context.begin("voice.black_hole", application=application, guild=guild, direction=direction)

        def set_dark(seconds: float) -> None:
            for bot, _ in bots:
                self._context.world.voice.server.black_hole(
                    guild_id=bot.guild.id, user_id=bot.id, seconds=seconds, direction=Direction[direction.upper()]
                )

        set_dark(float("inf"))
        fault.when_lifted(lambda: set_dark(0.0))
        return fault

    def delay(self, application: AnApplication = None, guild: AGuild = None, *, seconds: Seconds) -> Fault:
        """Lets datagrams take ``seconds``, either way, of bots that are in voice now."""
        bots = self._bots(application, guild)
        fault = self._context.begin("voice.delay", application=application, guild=guild, seconds=seconds)

        def set_delay(late: float) -> None:
            for bot, _ in bots:
                self._context.world.voice.server.delay(guild_id=bot.guild.id, user_id=bot.id, seconds=late)

        set_delay(seconds)
        fault.when_lifted(lambda: set_delay(0.0))
        return fault

    def _close(self, bot: Member, code: int | None) -> None:
        self._context.world.voice.server.close_client(guild_id=bot.guild.id, user_id=bot.id, code=code)

    def _bots(self, application: Application | None, guild: GuildState | None) -> list[tuple[Member, VoiceState]]:
        guilds = list(self._context.world.guilds.values()) if guild is None else [guild]
        found = [
            (member, member.voice)
            for each in guilds
            for member in each.in_voice
            if member.voice is not None and member.user.bot
            if application is None or application.bot is member.user
        ]
        if not found:
            who = "no bot is" if application is None else f"{application.name} is not"
            raise EmulatorError(f"{who} in voice{'' if guild is None else f' in {guild.name}'}")
        return found
