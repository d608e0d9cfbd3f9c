"""discord.py's voice connection, made to listen.

discord.py 2.7.1 connects, identifies and keeps the voice websocket alive, but it does not receive. What is changed
here rests on its private parts, hence the pinned version:

* the encryption mode is ours to choose (it takes the first one that the server names);
* its socket reader is never used: it would steal packets, and stay for up to 30 s on a socket that was replaced;
* a lost connection is reported to :attr:`StageVoiceClient.lost`, not repaired: stock waits for events that do not
  come (close codes 4014, 4015), and some faults end its poller without a word. Joining anew takes half a second.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import struct
from collections.abc import Mapping
from typing import Any

import davey
import discord
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from discord.gateway import DiscordVoiceWebSocket
from discord.voice_state import ConnectionFlowState, VoiceConnectionState

from voice.cipher import MODES, decryptor
from voice.reader import PacketReader
from voice.receiver import DecryptFrame, Receiver

log = logging.getLogger(__name__)

_CLOSE_SECONDS = 2.0
_CONFIRMATION_SECONDS = 3.0
_DISCOVERY_TRIES = 5
_DISCOVERY_SECONDS = 1.0
_DISCOVERY_SIZE = 74


class _StageWebSocket(DiscordVoiceWebSocket):
    """The voice websocket, with our choice of encryption and our own use of the UDP socket."""

    async def initial_connection(self, data: dict[str, Any]) -> None:
        offered = [mode for mode in MODES if mode in data["modes"]]
        if not offered:
            raise discord.ClientException("The voice server offers no encryption mode that we know")
        client: StageVoiceClient = self._connection.voice_client  # pyright: ignore[reportAssignmentType]
        client.end_session()  # after a move the same socket is used again, and the answer below must reach us
        await super().initial_connection({**data, "modes": offered})

    async def discover_ip(self) -> tuple[str, int]:
        """Our address as the voice server sees it.

        https://discord.com/developers/docs/topics/voice-connections#ip-discovery. Raises :class:`TimeoutError`.
        """
        request = struct.pack(">HHI66x", 1, 70, self._connection.ssrc)
        for _ in range(_DISCOVERY_TRIES):
            await self.loop.sock_sendall(self._connection.socket, request)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_DISCOVERY_SECONDS):
                    return await self._discovered()
        raise TimeoutError("the voice server does not answer over UDP")

    async def _discovered(self) -> tuple[str, int]:
        while True:
            answer = await self.loop.sock_recv(self._connection.socket, 2048)
            if len(answer) == _DISCOVERY_SIZE and answer[:4] == struct.pack(">HH", 2, 70):
                address, port = struct.unpack(">8x64sH", answer)
                return address.rstrip(b"\0").decode("ascii"), port

    async def close(self, code: int = 1000) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_CLOSE_SECONDS):  # a dead server does not say goodbye; stock waits 30 s
                await super().close(code)


class _StageConnectionState(VoiceConnectionState):
    voice_client: StageVoiceClient

    async def _wait_for_state(
        self, state: ConnectionFlowState, *other_states: ConnectionFlowState, timeout: float | None = None
    ) -> None:
        """Waits in this very task. Stock waits in a second one, and never hears of a state that comes and goes before
        that has begun: two voice events at once, and the connection hangs until it times out."""
        async with asyncio.timeout(timeout):
            while self.state not in {state, *other_states}:
                await self._state_event.wait()

    async def _connect_websocket(self, resume: bool) -> DiscordVoiceWebSocket:
        websocket = await _StageWebSocket.from_connection_state(self, resume=resume, hook=self.hook)
        self.state = ConnectionFlowState.websocket_connected
        return websocket

    async def _poll_voice_ws(self, reconnect: bool) -> None:
        """Reads the websocket until it ends, without stock's attempts to repair the connection."""
        try:
            while True:
                await self.ws.poll_event()
        except (discord.ConnectionClosed, TimeoutError) as fault:
            # Also after an ordinary goodbye; whoever wanted to stay says so louder.
            log.debug("The voice connection of server %s ended: %s", self.voice_client.guild.id, fault)
        except Exception:
            log.exception("The voice connection of server %s failed", self.voice_client.guild.id)
        self.voice_client.lost.set()

    async def disconnect(self, *, force: bool = True, cleanup: bool = True, wait: bool = False) -> None:
        self.voice_client.end_session()
        try:
            await super().disconnect(force=force, cleanup=cleanup, wait=wait)
        finally:
            if self.ws:  # stock forgets it when the gateway is away and cannot be told
                await self.ws.close()

    async def soft_disconnect(self, *, with_state: Any = ConnectionFlowState.got_both_voice_updates) -> None:
        self.voice_client.end_session()
        await super().soft_disconnect(with_state=with_state)


class StageVoiceClient(discord.VoiceClient):
    """A voice connection that feeds a :class:`~voice.receiver.Receiver`. Connect it with ``reconnect=False``."""

    supported_modes = MODES  # pyright: ignore[reportAssignmentType]  (its type does not know AES-GCM yet)

    def __init__(self, client: discord.Client, channel: discord.abc.Connectable, receiver: Receiver) -> None:
        self.lost = asyncio.Event()
        """Set once this connection is of no use any more, for whatever reason."""
        self._receiver = receiver
        self._reader: PacketReader | None = None
        self._is_cleaned_up = False
        self._is_away = False
        super().__init__(client, channel)
        self._home_id: int = self.channel.id

    @property
    def is_cleaned_up(self) -> bool:
        """Whether discord.py knows this connection no longer, so that there is nothing left to disconnect."""
        return self._is_cleaned_up

    def create_connection_state(self) -> VoiceConnectionState:
        """See :class:`discord.VoiceClient`."""
        return _StageConnectionState(self, hook=self._on_message)

    def end_session(self) -> None:
        """Stops reading the socket; what was being said is finished."""
        if self._reader is not None:
            self._reader.stop()
            self._reader = None
        self._receiver.end_session()

    async def disconnect(self, *, force: bool = False) -> None:
        """See :class:`discord.VoiceClient`. Waits a moment only for Discord's confirmation."""
        self._connection.timeout = _CONFIRMATION_SECONDS
        await super().disconnect(force=force)

    async def on_voice_state_update(self, data: Any) -> None:
        """Stops listening when somebody moved the bot: people elsewhere have not agreed to anything."""
        channel_id = data["channel_id"]
        if channel_id is not None and int(channel_id) != self._home_id:
            log.warning("Moved to channel %s in server %s: not listening there", channel_id, self.guild.id)
            self._is_away = True
            self.end_session()
            self.lost.set()
        if not self._is_away or channel_id is None:
            await super().on_voice_state_update(data)

    async def on_voice_server_update(self, data: Any) -> None:
        """Does not follow to the voice server of another channel."""
        if not self._is_away:
            await super().on_voice_server_update(data)

    def cleanup(self) -> None:
        """See :class:`discord.VoiceProtocol`. Only the first call counts: later ones would hit a successor."""
        if self._is_cleaned_up:
            return
        self._is_cleaned_up = True
        self.end_session()
        self._connection._socket_reader.stop()
        self.lost.set()
        super().cleanup()

    async def _on_message(self, _: DiscordVoiceWebSocket, message: Mapping[str, Any]) -> None:
        """Every message of the voice websocket, after discord.py has handled it."""
        try:
            self._handle(message["op"], message["d"])
        except (KeyError, TypeError, ValueError, OverflowError) as fault:  # must not end discord.py's poller
            log.warning("A message of the voice server was not understood: %r", fault)

    def _handle(self, opcode: int, data: Any) -> None:
        """https://discord.com/developers/docs/topics/opcodes-and-status-codes#voice"""
        match opcode:
            case DiscordVoiceWebSocket.SESSION_DESCRIPTION:
                self._begin_session()
            case DiscordVoiceWebSocket.SPEAKING:
                self._receiver.identify(int(data["ssrc"]), int(data["user_id"]))
            case DiscordVoiceWebSocket.CLIENT_CONNECT if data.get("audio_ssrc"):  # undocumented; comes with video
                self._receiver.identify(int(data["audio_ssrc"]), int(data["user_id"]))
            case DiscordVoiceWebSocket.CLIENT_DISCONNECT:
                self._receiver.forget(int(data["user_id"]))
            case _:
                pass

    def _begin_session(self) -> None:
        connection = self._connection
        try:
            decrypt = decryptor(connection.mode, bytes(connection.secret_key))
        except (TypeError, ValueError):
            self.lost.set()  # connected, but deaf
            raise
        self._receiver.begin_session(decrypt, self._end_to_end)
        self._reader = PacketReader(connection.socket, self._receiver, self._reading_failed)
        self._reader.start()

    def _reading_failed(self) -> None:
        with contextlib.suppress(RuntimeError):  # the loop may be closed by now
            self.loop.call_soon_threadsafe(self.lost.set)

    def _end_to_end(self) -> DecryptFrame | None:
        """Stages are exempt from end-to-end encryption today; what was negotiated decides, not the channel's type."""
        session = self._connection.dave_session
        if self._connection.dave_protocol_version == 0 or session is None:
            return None
        return lambda person_id, frame: session.decrypt(person_id, davey.MediaType.audio, frame)

    def _encrypt_aead_aes256_gcm_rtpsize(self, header: bytes, data: bytes) -> bytes:
        """What :meth:`discord.VoiceClient.send_audio_packet` calls in this mode; discord.py knows only the other."""
        nonce = struct.pack(">I", self._incr_nonce)
        self.checked_add("_incr_nonce", 1, 0xFFFFFFFF)
        secret = AESGCM(bytes(self.secret_key)).encrypt(nonce + bytes(8), bytes(data), bytes(header))
        return bytes(header) + secret + nonce
