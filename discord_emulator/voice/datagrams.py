"""A UDP socket on the event loop that hands over everything that waits in one wake-up."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

Address = tuple[str, int]

MAX_DATAGRAM = 2048
BATCH = 256
"""Datagrams read before other callbacks of the loop get their turn."""
RECEIVE_BUFFER = 4 * 1024 * 1024
"""Bytes asked of the operating system, which may grant less."""


class DatagramSocket:
    """Calls ``received`` with each datagram and its source while it is open."""

    def __init__(self, received: Callable[[bytes, Address], None]) -> None:
        self._received = received
        self._transport: asyncio.DatagramTransport | None = None
        self._socket: socket.socket | None = None

    async def open(self, host: str, port: int = 0) -> Address:
        """Binds to ``port`` of ``host`` (0: a system-chosen one), which it returns, and begins to receive."""
        loop = asyncio.get_running_loop()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        self._socket.bind((host, port))
        address: Address = self._socket.getsockname()
        try:
            loop.add_reader(self._socket, self._drain)
        except NotImplementedError:
            # Windows' proactor loop watches no sockets; its transport reads one datagram a wake-up.
            self._transport, _ = await loop.create_datagram_endpoint(
                lambda: _Delivery(self._received), sock=self._socket
            )
        return address

    def send(self, data: bytes, address: Address) -> bool:
        """Sends at once; False when the operating system did not take it."""
        if self._socket is None:
            return False
        try:
            self._socket.sendto(data, address)
        except OSError:
            return False
        return True

    def close(self) -> None:
        """Frees the port. Idempotent."""
        opened, self._socket = self._socket, None
        if self._transport is not None:
            self._transport.close()
        elif opened is not None:
            asyncio.get_running_loop().remove_reader(opened)
            opened.close()

    def _drain(self) -> None:
        for _ in range(BATCH):
            if self._socket is None:
                return
            try:
                data, address = self._socket.recvfrom(MAX_DATAGRAM)
            except OSError:
                return
            self._received(data, address)


class _Delivery(asyncio.DatagramProtocol):
    def __init__(self, received: Callable[[bytes, Address], None]) -> None:
        self._received = received

    def datagram_received(self, data: bytes, addr: Address) -> None:
        self._received(data, addr)
