"""The voice half of the local Discord: voice gateway v8, the UDP media server, and people who speak."""

from discord_emulator.voice.counters import VoiceCounters
from discord_emulator.voice.lines import Direction
from discord_emulator.voice.network import Network
from discord_emulator.voice.ogg import OggError, read_opus_packets
from discord_emulator.voice.people import PersonVoice, Speech
from discord_emulator.voice.protocol import Aftermath, CloseCode, VoiceHooks
from discord_emulator.voice.server import VoiceServer
from discord_emulator.voice.transmission import Sent, Spoken

__all__ = [
    "Aftermath",
    "CloseCode",
    "Direction",
    "Network",
    "OggError",
    "PersonVoice",
    "Sent",
    "Speech",
    "Spoken",
    "VoiceCounters",
    "VoiceHooks",
    "VoiceServer",
    "read_opus_packets",
]
