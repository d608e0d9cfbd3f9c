"""A small voice client for these tests: websocket by aiohttp, its own UDP socket, its own decryption."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import nacl.secret
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from nacl.exceptions import CryptoError

from discord_emulator.voice import VoiceServer

GCM = "aead_aes256_gcm_rtpsize"
XCHACHA = "aead_xchacha20_poly1305_rtpsize"
GUILD, STAGE, OTHER_STAGE, BOT = 10, 20, 21, 30
PATIENCE = 5.0


@dataclass(frozen=True)
class Heard:
    """A voice packet as the client decrypted it; ``at`` is the loop's time."""

    header: bytes
    sequence: int
    timestamp: int
    ssrc: int
    extension: bytes
    opus: bytes
    nonce: int
    at: float


@dataclass(frozen=True)
class Unpacked:
    """A datagram that came as voice: what it turned out to be (``voice``, a stray's name), and what was in it."""

    kind: str
    sequence: int
    ssrc: int
    opus: bytes
    marks: tuple[str, ...]


class Client:
    """One voice connection, step by step or by :meth:`connect`."""

    def __init__(self, http: aiohttp.ClientSession, server: VoiceServer, trust: ssl.SSLContext, user_id: int) -> None:
        self._http = http
        self._server = server
        self._trust = trust
        self.user_id = user_id
        self.channel_id = STAGE
        self.session_id = f"session of {user_id}"
        self.token = "token"
        self.ssrc = 0
        self.key = b""
        self.mode = ""
        self.sequence = -1
        self._nonce = 0
        self._keepalives = 0
        self._opened: list[aiohttp.ClientWebSocketResponse] = []
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.setblocking(False)
        self.udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self.udp.bind(("127.0.0.1", 0))

    def admit(
        self, *, channel_id: int = STAGE, requires_e2ee: bool = False, modes: Sequence[str] = (GCM, XCHACHA)
    ) -> None:
        self.channel_id = channel_id
        self._server.admit(
            guild_id=GUILD,
            channel_id=channel_id,
            user_id=self.user_id,
            session_id=self.session_id,
            token=self.token,
            requires_e2ee=requires_e2ee,
            modes=modes,
        )

    async def open(self, version: str = "?v=8", *, endpoint: str | None = None) -> None:
        endpoint = endpoint or self._server.endpoint(self.channel_id)
        self.ws = await self._http.ws_connect(f"wss://{endpoint}/{version}", ssl=self._trust)
        self._opened.append(self.ws)

    async def close(self) -> None:
        for ws in self._opened:
            await ws.close()
        self.udp.close()

    async def send(self, op: int, data: Any) -> None:
        await self.ws.send_str(json.dumps({"op": op, "d": data}))

    async def next(self) -> dict[str, Any]:
        """The next message; raises ConnectionError with the code when the server closes instead."""
        message = await self.ws.receive(timeout=PATIENCE)
        if message.type is not aiohttp.WSMsgType.TEXT:
            raise ConnectionError(self.ws.close_code)
        payload = json.loads(message.data)
        self.sequence = payload.get("seq", self.sequence)
        return payload

    async def expect(self, op: int) -> Any:
        payload = await self.next()
        assert payload["op"] == op, payload
        return payload["d"]

    async def close_code(self) -> int | None:
        """Reads on until the server closes."""
        try:
            while True:
                await self.next()
        except ConnectionError:
            return self.ws.close_code

    async def identify(self, **changes: Any) -> None:
        data = {
            "server_id": str(GUILD),
            "user_id": str(self.user_id),
            "session_id": self.session_id,
            "token": self.token,
            "max_dave_protocol_version": 1,
        }
        await self.send(0, data | changes)

    async def resume(self, **changes: Any) -> None:
        data = {
            "server_id": str(GUILD),
            "session_id": self.session_id,
            "token": self.token,
            "seq_ack": self.sequence,
        }
        await self.send(7, data | changes)

    async def select_protocol(self, mode: str) -> None:
        address, port = self.udp.getsockname()
        await self.send(1, {"protocol": "udp", "data": {"address": address, "port": port, "mode": mode}})

    async def connect(
        self, mode: str = GCM, *, present: bool = False, channel_id: int = STAGE, admit: bool = True
    ) -> None:
        """The whole handshake; ``present`` says that somebody is there already, which op 11 must tell."""
        if admit:
            self.admit(channel_id=channel_id)
        await self.open()
        await self.expect(8)
        await self.identify()
        ready = await self.expect(2)
        self.ssrc = ready["ssrc"]
        self.udp.connect((ready["ip"], ready["port"]))
        if present:
            await self.expect(11)
        await self.select_protocol(mode)
        description = await self.expect(4)
        assert description["dave_protocol_version"] == 0
        self.key, self.mode = bytes(description["secret_key"]), description["mode"]
        assert self.mode == mode
        assert len(self.key) == 32

    async def datagram(self) -> bytes:
        async with asyncio.timeout(PATIENCE):
            return await asyncio.get_running_loop().sock_recv(self.udp, 2048)

    async def hear(self) -> Heard:
        """The next voice packet, decrypted."""
        return self.decrypt(await self.datagram())

    def decrypt(self, data: bytes) -> Heard:
        """Raises when the packet is not as people send it or not sealed with this client's key."""
        _flags, _kind, sequence, timestamp, ssrc = struct.unpack_from(">BBHII", data)
        assert data[:2] == b"\x90\x78"
        assert data[12:16] == b"\xbe\xde\x00\x01"
        header, sealed, nonce = data[:16], data[16:-4], data[-4:]
        body = self._open(header, sealed, nonce)
        now = asyncio.get_running_loop().time()
        number = int.from_bytes(nonce, "big")
        return Heard(header, sequence, timestamp, ssrc, body[:4], body[4:], number, now)

    def kind(self, data: bytes) -> str:
        """What a datagram is by its clear bytes; ``voice`` may still turn out to be something else."""
        if len(data) >= 8 and data[0] >> 6 == 2 and data[1] in range(200, 205):
            self._open(data[:8], data[8:-4], data[-4:])
            return "rtcp"
        if len(data) >= 12 and data[0] & 0xD0 == 0x90 and data[1] & 0x7F in (0x78, 0x65):
            return "voice"
        # A piece of a packet shorter than its header looks like nothing at all.
        return "truncated" if data[:1] == b"\x90" else "garbage"

    def unpack(self, data: bytes) -> Unpacked:
        """Decrypts a voice packet of any shape, by RFC 3550 §5.1 and §5.3.1."""
        first, kind, sequence, _, ssrc = struct.unpack_from(">BBHII", data)
        clear = 12 + 4 * (first & 0x0F) + 4
        try:
            body = self._open(data[:clear], data[clear:-4], data[-4:])
        except (InvalidTag, CryptoError, ValueError):
            return Unpacked("truncated", sequence, ssrc, b"", ())
        if kind & 0x7F == 0x65:
            return Unpacked("video", sequence, ssrc, b"", ())
        words = int.from_bytes(data[clear - 2 : clear], "big")
        if 4 * words > len(body):
            return Unpacked("overlong_extension", sequence, ssrc, b"", ())
        opus = body[4 * words :]
        if first & 0x20:
            opus = opus[: -opus[-1]]
            if not opus:
                return Unpacked("padding_only", sequence, ssrc, b"", ())
        marks = (("padded", first & 0x20), ("contributed", first & 0x0F), ("marked", kind & 0x80))
        return Unpacked("voice", sequence, ssrc, opus, tuple(name for name, is_so in marks if is_so))

    async def udp_send(self, data: bytes) -> None:
        """Sends a datagram as it is."""
        await asyncio.get_running_loop().sock_sendall(self.udp, data)

    async def hear_all(self, count: int) -> list[Heard]:
        return [await self.hear() for _ in range(count)]

    async def waiting(self) -> list[bytes]:
        """All datagrams for this client of which the server read the cause before now.

        The server reads in order of arrival: what precedes the echo of a keepalive is all there is.
        """
        self._keepalives += 1
        keepalive = b"\x13\x37\xca\xfe" + self._keepalives.to_bytes(4, "little")
        await asyncio.get_running_loop().sock_sendall(self.udp, keepalive)
        before: list[bytes] = []
        while (data := await self.datagram()) != keepalive:
            before.append(data)
        return before

    async def say(self, sequence: int, opus: bytes, ssrc: int | None = None) -> None:
        """Sends a voice packet as discord.py does: no extension."""
        header = struct.pack(">BBHII", 0x80, 0x78, sequence, sequence * 960, ssrc or self.ssrc)
        nonce = struct.pack(">I", self._nonce)
        self._nonce += 1
        if self.mode == GCM:
            sealed = AESGCM(self.key).encrypt(nonce.ljust(12, b"\0"), opus, header)
        else:
            box = nacl.secret.Aead(self.key)
            sealed = box.encrypt(opus, header, nonce.ljust(24, b"\0")).ciphertext
        await asyncio.get_running_loop().sock_sendall(self.udp, header + sealed + nonce)

    def _open(self, header: bytes, sealed: bytes, nonce: bytes) -> bytes:
        if self.mode == GCM:
            return AESGCM(self.key).decrypt(nonce.ljust(12, b"\0"), sealed, header)
        return nacl.secret.Aead(self.key).decrypt(sealed, header, nonce.ljust(24, b"\0"))


class Clients:
    """Makes clients and closes them all at the end."""

    def __init__(self, http: aiohttp.ClientSession, server: VoiceServer, trust: ssl.SSLContext) -> None:
        self._http, self._server, self._trust = http, server, trust
        self._made: list[Client] = []

    def new(self, user_id: int = BOT) -> Client:
        client = Client(self._http, self._server, self._trust, user_id)
        self._made.append(client)
        return client

    async def close(self) -> None:
        for client in self._made:
            await client.close()


@asynccontextmanager
async def clients_of(server: VoiceServer, trust: ssl.SSLContext) -> AsyncIterator[Clients]:
    async with aiohttp.ClientSession() as http:
        clients = Clients(http, server, trust)
        yield clients
        await clients.close()
