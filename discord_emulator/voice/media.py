"""The UDP side of a voice server: discovery, keepalives, and the voice of clients."""

from __future__ import annotations

import struct

from discord_emulator.voice import rtp
from discord_emulator.voice.ciphers import AuthenticationError
from discord_emulator.voice.counters import VoiceCounters
from discord_emulator.voice.datagrams import Address, DatagramSocket
from discord_emulator.voice.forwarding import Forwarder
from discord_emulator.voice.lines import Direction
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
    """Takes in what clients send: answers what asks, hands on what authenticates, counts and drops the rest."""

    def __init__(self, roster: Roster, counters: VoiceCounters, forwarder: Forwarder) -> None:
        self.address: Address = ("", 0)
        """Host and port once started."""
        self.socket = DatagramSocket(self._received)
        self._roster = roster
        self._counters = counters
        self._forwarder = forwarder

    async def start(self, host: str, port: int = 0) -> None:
        """Begins to receive on ``port`` of ``host`` (0: a system-chosen one)."""
        self.address = await self.socket.open(host, port)

    def stop(self) -> None:
        """Frees the port. Idempotent."""
        self.socket.close()

    def _received(self, data: bytes, source: Address) -> None:
        line = self._forwarder.disturbance(self._sender(data, source)) if self._forwarder.disturbed else None
        if line is None:
            self._handle(data, source)
        else:
            line.carry(Direction.FROM_CLIENT, lambda: self._handle(data, source))

    def _sender(self, data: bytes, source: Address) -> Participant | None:
        """Whose datagram this seems to be, by its source or, from an unknown one, by the SSRC in it."""
        client = self._roster.client_at(source)
        if client is not None or len(data) < rtp.FIXED_HEADER_SIZE:
            return client
        return self._roster.owner_of(int.from_bytes(data[4:8], "big") if data[0] == 0 else rtp.ssrc_of(data))

    def _handle(self, data: bytes, source: Address) -> None:
        self._counters.packets_in += 1
        if len(data) == _DISCOVERY.size and data[:2] == b"\x00\x01":
            self._discover(data, source)
        elif len(data) == _KEEPALIVE_SIZE:
            self._counters.keepalives += 1
            if data.startswith(_ECHOED):
                self._answer(data, source)
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
            return
        owner = self._client_of(ssrc)
        if owner is None:
            self._counters.unknown_ssrc += 1
            return
        self._counters.discoveries += 1
        host, port = source
        answer = _DISCOVERY.pack(_DISCOVERY_RESPONSE, _DISCOVERY_LENGTH, ssrc, host.encode("ascii"), port)
        self._answer(answer, source, owner)

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
        self._forwarder.forward(sender, data[:header_size], body)

    def _client_of(self, ssrc: int) -> Listener | None:
        owner = self._roster.owner_of(ssrc)
        return owner if isinstance(owner, Listener) and owner.exit is self.socket else None

    def _open(self, sender: Participant, data: bytes, header_size: int) -> bytes | None:
        """The body of a client's packet; None for one that its key does not open or that came to another server."""
        if not isinstance(sender, Listener) or sender.cipher is None or sender.exit is not self.socket:
            return None
        try:
            return sender.cipher.open(data, header_size)
        except AuthenticationError:
            return None

    def _answer(self, data: bytes, source: Address, client: Listener | None = None) -> None:
        line = self._forwarder.disturbance(client or self._roster.client_at(source))
        if line is None:
            self._send(data, source)
        else:
            line.carry(Direction.TO_CLIENT, lambda: self._send(data, source))

    def _send(self, data: bytes, address: Address) -> None:
        if not self.socket.send(data, address):
            self._counters.send_failures += 1
