"""The thread that empties the voice socket, in batches.

A wake-up costs as much as a dozen packets, so after each batch the thread rests a moment and lets packets collect.
discord.py's own reader is not used: it wakes for every packet and holds on to the socket of a connection that was
replaced, for up to 30 s.
"""

from __future__ import annotations

import logging
import selectors
import socket
import threading
import time
from collections.abc import Callable

from voice.datagrams import drain_of
from voice.receiver import Receiver

log = logging.getLogger(__name__)

REST_SECONDS = 0.01
"""Pause after a batch. Half a frame: no speaker's packets pile up, and an arrival time is at most this much late."""

KEEPALIVE_SECONDS = 5.0
"""Routers forget a UDP mapping on which nothing is sent; a listening bot sends nothing else."""

_TICK_SECONDS = 0.05
_RECEIVE_BUFFER = 4 * 1024 * 1024  # bytes; the default holds some 240 packets, half a second of ten people
_LARGEST_BATCH = 512
_JOIN_SECONDS = 2.0


class PacketReader:
    """Reads one voice session's connected, non-blocking UDP socket, which stays the caller's.

    Start and stop it from the event loop; it can be used once. ``on_failure`` is called on the thread if it has to
    end by itself.
    """

    def __init__(self, sock: socket.socket, receiver: Receiver, on_failure: Callable[[], None]) -> None:
        self._given = sock
        self._socket = sock.dup()  # so that our descriptor means this socket for as long as we read
        self._receiver = receiver
        self._on_failure = on_failure
        self._stopping = threading.Event()
        self._waker, self._wake = socket.socketpair()
        self._keepalives = 0
        self._thread = threading.Thread(target=self._run, name="voice-packets", daemon=True)

    def start(self) -> None:
        """Begins to read."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)
        granted = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
        log.debug("The voice socket buffers %d bytes", granted)
        self._thread.start()

    def stop(self) -> None:
        """Ends the thread and waits for it: afterwards nobody reads the socket. May be called again."""
        if self._stopping.is_set():
            return
        self._stopping.set()
        self._waker.close()  # its peer becomes readable
        if self._thread.ident is not None:
            self._thread.join(_JOIN_SECONDS)
        self._wake.close()
        self._socket.close()

    def _run(self) -> None:
        try:
            with selectors.DefaultSelector() as selector:
                selector.register(self._wake, selectors.EVENT_READ)
                selector.register(self._socket, selectors.EVENT_READ)
                self._read(selector)
        except Exception:
            if not self._stopping.is_set():
                log.exception("The voice socket is not read any more")
                self._on_failure()

    def _read(self, selector: selectors.BaseSelector) -> None:
        drain = drain_of(self._socket)
        talking = False
        next_tick = next_keepalive = time.monotonic()
        while not self._stopping.is_set():
            now = time.monotonic()
            if now >= next_keepalive:
                self._send_keepalive()
                next_keepalive = now + KEEPALIVE_SECONDS
            if now >= next_tick:
                talking = self._receiver.tick(now)
                next_tick = now + _TICK_SECONDS
            if self._given.fileno() < 0:
                raise OSError("the voice socket was closed while it was read")
            ready = selector.select((next_tick if talking else next_keepalive) - now)
            if not ready or self._stopping.is_set():
                continue
            arrived = time.monotonic()
            packets = drain(_LARGEST_BATCH)
            if packets:
                self._receiver.process(packets, arrived)
                talking = True
            self._stopping.wait(REST_SECONDS)

    def _send_keepalive(self) -> None:
        self._keepalives += 1
        try:
            self._socket.send(self._keepalives.to_bytes(8, "little"))
        except OSError as fault:  # no route for a moment, or a full buffer: the next one may pass
            log.debug("A keepalive was not sent: %s", fault)
