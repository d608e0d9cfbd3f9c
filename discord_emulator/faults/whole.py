"""Faults of Discord as a whole."""

from __future__ import annotations

from discord_emulator.people.guild import Guild

from .calls import Calls, Cut, Failure, Rule
from .context import Context
from .handle import Fault
from .kinds import AGuild, Seconds, Switch


class WholeFaults:
    """What strikes more than one part of Discord."""

    def __init__(self, context: Context, calls: Calls) -> None:
        self._context = context
        self._calls = calls

    def outage(self, *, cut: Switch = False) -> Fault:
        """Discord is down until this is lifted: gateway sockets break, and whatever comes in gets a 503.

        With ``cut`` connections are reset instead. Voice goes on, as it does on Discord.
        """
        fault = self._context.begin("outage", cut=cut or None)
        self._calls.add(Rule(fault, Cut() if cut else Failure(503), everything=True))
        for session in self._context.sessions(None):
            if session.connection is not None:
                session.connection.drop()
        return fault

    def guild_outage(self, guild: AGuild = None) -> Fault:
        """A server, or every one, is unavailable (GUILD_DELETE) and comes back (GUILD_CREATE) when this is lifted."""
        fault = self._context.begin("guild_outage", guild=guild)
        for each in [guild] if guild is not None else list(self._context.world.guilds.values()):
            if isinstance(each, Guild) and each.available:
                each.go_down()
                fault.when_lifted(each.come_back)
        return fault

    def skew_clock(self, seconds: Seconds) -> None:
        """Discord's clock is ahead of the bot's from now on: ``Date``, ids, timestamps, rate-limit resets.

        Unlike :meth:`Emulator.advance` it lets no time pass: what people wait for does not age. For good, since
        Discord's ids never go back.
        """
        self._context.happen("skew_clock", seconds=seconds)
        world = self._context.world
        world.clock.advance(seconds)
        world.schedule.skip(seconds)
        for interaction in world.interactions.values():
            interaction.created_at += seconds
