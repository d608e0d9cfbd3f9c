"""The UDP media server: discovery, keepalives, and forwarding of voice between participants."""

from __future__ import annotations

import struct

from discord_emulator.voice import rtp
from discord_emulator.voice.ciphers import AuthenticationError
from discord_emulator.voice.counters import VoiceCounters
from discord_emulator.voice.datagrams import Address, DatagramSocket
from discord_emulator.voice.roster import Listener, Participant, Roster

_DISCOVERY = struct.Struct(">HHI64sH")
"""https://discord.com/developers/docs/topics/voice-connections#ip-discovery"""
_DISCOVERY_REQUEST = 1
_DISCOVERY_RESPONSE = 2
_DISCOVERY_LENGTH = 70
_KEEPALIVE_SIZE = 8
_ECHOED = b"\x13\x37\xca\xfe"
"""What Discord's own clients begin a keepalive with. Since March 2023 Discord answers no other, though it keeps the
way open all the same: https://github.com/discordjs/discord.js/pull/9195"""


class MediaServer:
    """Forwards what authenticates and may be heard; everything else is counted and dropped.

    Receivers get sequence, timestamp and SSRC as sent, sealed anew with their own key, mode and nonce counter.
    """

    def __init__(self, roster: Roster, counters: VoiceCounters) -> None:
        self.address: Address = ("", 0)
        """Host and port once started."""
        self._roster = roster
        self._counters = counters
        self._socket = DatagramSocket(self._received)

    async def start(self, host: str) -> None:
        """Begins to receive on a system-chosen port of ``host``."""
        self.address = await self._socket.open(host)

    def stop(self) -> None:
        """Frees the port. Idempotent."""
        self._socket.close()

    def _received(self, data: bytes, source: Address) -> None:
        self._counters.packets_in += 1
        if len(data) == _DISCOVERY.size and data[:2] == b"\x00\x01":
            self._discover(data, source)
        elif len(data) == _KEEPALIVE_SIZE:
            self._keep_alive(data, source)
        elif (size := rtp.clear_size(data)) is None:
            self._counters.malformed += 1
        elif data[1] in rtp.RTCP_TYPES:
            self._counters.rtcp += 1
        else:
            self._voice(data, size, source)

    def _discover(self, data: bytes, source: Address) -> None:
        _type, length, ssrc, _address, _port = _DISCOVERY.unpack(data)
        if length != _DISCOVERY_LENGTH:
            self._counters.malformed += 1
        elif self._roster.owner_of(ssrc) is None:
            self._counters.unknown_ssrc += 1
        else:
            self._counters.discoveries += 1
            host, port = source
            self._send(
                _DISCOVERY.pack(_DISCOVERY_RESPONSE, _DISCOVERY_LENGTH, ssrc, host.encode("ascii"), port), source
            )

    def _keep_alive(self, data: bytes, source: Address) -> None:
        self._counters.keepalives += 1
        if data.startswith(_ECHOED):
            self._send(data, source)

    def _voice(self, data: bytes, header_size: int, source: Address) -> None:
        sender = self._roster.owner_of(rtp.ssrc_of(data))
        if sender is None:
            self._counters.unknown_ssrc += 1
            return
        body = self._open(sender, data, header_size)
        if body is None:
            self._counters.unauthenticated += 1
            return
        if isinstance(sender, Listener):
            # A client behind a NAT may move; only a packet that authenticates moves it.
            sender.address = source
        if not sender.announced:
            self._counters.dropped_unannounced += 1
        elif not self._roster.may_speak(sender):
            self._counters.dropped_suppressed += 1
        else:
            self._counters.accepted += 1
            self._forward(sender, data[:header_size], body)

    @staticmethod
    def _open(sender: Participant, data: bytes, header_size: int) -> bytes | None:
        if sender.cipher is None:
            return None
        try:
            return sender.cipher.open(data, header_size)
        except AuthenticationError:
            return None

    def _forward(self, sender: Participant, header: bytes, body: bytes) -> None:
        for listener in self._roster.listeners(sender):
            if listener.cipher is None or listener.address is None or not self._roster.may_hear(listener):
                continue
            # Whoever was let speak in mid-sentence has not been announced yet.
            listener.learn(sender)
            if self._send(listener.cipher.seal(header, body), listener.address):
                self._counters.forwarded += 1

    def _send(self, data: bytes, address: Address) -> bool:
        sent = self._socket.send(data, address)
        if not sent:
            self._counters.send_failures += 1
        return sent
