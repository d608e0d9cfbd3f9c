"""The emulated world: everything that exists, and the one place through which its events leave."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .changes import Changes
from .clock import Clock
from .errors import missing_access, unknown
from .gateway.hub import Hub
from .model.channels import Channel
from .model.guild import GuildState
from .model.interactions import Interaction
from .model.members import Member
from .model.messages import Attachment
from .model.users import Application, User
from .model.webhooks import Webhook
from .permissions import channel_permissions, guild_permissions
from .record import Record
from .schedule import Schedule
from .snowflake import Snowflakes
from .voice.server import MODES

if TYPE_CHECKING:
    from .voice_link import VoiceLink


@dataclass(slots=True)
class Settings:
    """How the emulator differs from its defaults, which are as strict as Discord or stricter. Times in seconds."""

    heartbeat_interval: float = 41.25
    """What op 10 asks for; without a heartbeat the socket is closed after half as long again (4009)."""
    rate_limits: bool = True
    """Whether REST calls are limited, and answered with 429 beyond."""
    max_concurrency: int = 1
    """How many shards may identify at once."""
    identify_window: float = 5.0
    """A second IDENTIFY of a shard within this time gets op 9: a restarted bot has to wait."""
    session_starts: int = 1_000
    """How often a bot may IDENTIFY in 24 hours; beyond, its sessions are ended and its token is reset."""
    guilds_per_shard: int = 2_500
    """How many servers one shard may handle (4011)."""
    identify_timeout: float = 45.0
    """How long a gateway socket may stay without a session (4009). Discord names no figure."""
    outgoing_bytes: int = 64 * 1024 * 1024
    """How much may wait for a gateway client that does not read, before it is cut off."""
    member_list_window: float = 30.0
    """A server's whole member list is given once in this time; sooner, RATE_LIMITED."""
    invalid_requests: int = 10_000
    """How many 401, 403 and 429 in ten minutes get an address banned."""
    ban_seconds: float = 3_600.0
    """How long such a ban lasts. Discord names no figure."""
    request_timeout: float = 30.0
    """How long an HTTP client may take to send a request, from connecting or from the answer before."""
    kept_calls: int = 100_000
    """How many of the newest REST calls are kept in the record."""
    session_lifetime: float = 90.0
    """How long a session whose socket broke can be resumed; then the bot leaves voice, too."""
    voice_server_delay: float = 0.05
    """How long it takes to find a voice server: VOICE_SERVER_UPDATE follows VOICE_STATE_UPDATE after that time. With 0
    both come at once, on which discord.py 2.7.1 as it is hangs: it misses a state that lasts no turn of its loop."""
    voice_modes: tuple[str, ...] = MODES
    """The encryption modes that whoever joins voice is offered, in this order."""
    voice_heartbeat_interval: float = 13.75
    """What op 8 of the voice gateway asks for; without a heartbeat for half as long again it closes with 4009."""
    voice_resume_window: float = 30.0
    """How long a voice session whose websocket broke can be resumed."""
    hand_needs_acceptance: bool = True
    """Whether somebody with a raised hand still has to accept after being un-suppressed. Discord does not say."""
    stage_silence: float = 180.0
    """A live stage without speakers is closed after this time. Discord says "on the order of minutes"."""
    event_desertion: float = 180.0
    """A running event in a stage or voice channel that nobody is in ends after this time, on the same order."""
    event_delay: float = 3 * 3600.0
    """An event that has not begun this long after its time is cancelled. Discord says "on the order of hours"."""


@dataclass(eq=False)
class World:
    """All state of one emulator. Everything here is changed from one event loop only, without awaiting in between."""

    clock: Clock
    settings: Settings
    random: random.Random
    record: Record = field(default_factory=Record)
    changes: Changes = field(default_factory=Changes)
    users: dict[int, User] = field(default_factory=dict)
    applications: dict[int, Application] = field(default_factory=dict)
    guilds: dict[int, GuildState] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    interactions: dict[str, Interaction] = field(default_factory=dict)
    webhooks: dict[int, Webhook] = field(default_factory=dict)
    uploads: dict[int, Attachment] = field(default_factory=dict)
    """Files that people handed over in a form or an option, which no message holds."""
    base_url: str = ""
    gateway_url: str = ""
    voice: VoiceLink = field(init=False)
    snowflakes: Snowflakes = field(init=False)
    hub: Hub = field(init=False)
    schedule: Schedule = field(init=False)
    later: Callable[[float, Callable[[], None]], None] = field(init=False)

    def __repr__(self) -> str:
        return f"<World of {', '.join(guild.name for guild in self.guilds.values()) or 'nobody'}>"

    def __post_init__(self) -> None:
        self.record.kept_calls = self.settings.kept_calls
        self.snowflakes = Snowflakes(self.clock)
        self.hub = Hub(self)
        self.schedule = Schedule(self.clock)

    def new_token(self, length: int = 68) -> str:
        """An unguessable-looking, seeded string of letters and digits."""
        return base64.b64encode(self.random.randbytes(length), altchars=b"Zz").decode()[:length]

    def new_bot_token(self, bot_id: int) -> str:
        """A seeded token. Libraries read the bot's id from its first part, as with Discord's own."""
        whose = base64.b64encode(str(bot_id).encode()).decode().rstrip("=")
        return f"{whose}.{self.new_token(6)}.{self.new_token(38)}"

    def application_of(self, token: str) -> Application | None:
        """The application with this bot token."""
        for application in self.applications.values():
            if application.token == token:
                return application
        return None

    def guild_for(self, application: Application, guild_id: int) -> tuple[GuildState, Member]:
        """A server and the bot's member there; raises 10004 (unknown) or 50001 (the bot is not in it)."""
        guild = self.guilds.get(guild_id)
        if guild is None:
            raise unknown("Guild", 10004)
        member = guild.members.get(application.bot.id)
        if member is None:
            raise missing_access()
        return guild, member

    def channel_for(self, application: Application, channel_id: int) -> Channel:
        """A channel that the bot may know of; raises 10003 (unknown) or 50001 (another's)."""
        channel = self.channels.get(channel_id)
        if channel is None:
            raise unknown("Channel", 10003)
        if channel.guild is None:
            if application.bot not in channel.recipients:
                raise missing_access()
        elif application.bot.id not in channel.guild.members:
            raise missing_access()
        return channel

    def permissions(self, member: Member, channel: Channel) -> int:
        """What ``member`` may do in ``channel`` now."""
        return channel_permissions(member, channel, self.clock.now())

    def permissions_in_guild(self, member: Member) -> int:
        """What ``member`` may do in the server as a whole now."""
        return guild_permissions(member, self.clock.now())
