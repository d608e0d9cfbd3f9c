"""Takes everything that waits on a socket, without letting go of the interpreter in between.

:meth:`socket.socket.recv` releases the interpreter's lock for every packet. Beside one busy thread that makes a batch
of forty packets last 65 ms instead of one; a system call that cannot block need not release it.
"""

from __future__ import annotations

import ctypes
import os
import socket
from collections.abc import Callable

LARGEST_PACKET = 2048
"""Bytes; Discord's voice packets fit into an Ethernet frame."""

Drain = Callable[[int], list[bytes]]
"""Returns at most so many packets, none if nothing waits. A fault of an earlier send ends the batch, no more."""


def drain_of(sock: socket.socket) -> Drain:
    """The fastest way that this system has to empty a non-blocking datagram socket."""
    if os.name == "posix":
        return _by_system_call(sock)
    return _by_python(sock)


def _by_system_call(sock: socket.socket) -> Drain:
    receive = ctypes.PyDLL(None).recv  # PyDLL keeps the lock, CDLL would release it
    receive.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    receive.restype = ctypes.c_ssize_t
    buffer = ctypes.create_string_buffer(LARGEST_PACKET)
    descriptor = sock.fileno()
    if descriptor < 0:
        raise OSError("the socket is closed")
    copy = ctypes.string_at

    def drain(most: int) -> list[bytes]:
        packets: list[bytes] = []
        while len(packets) < most:
            size = receive(descriptor, buffer, LARGEST_PACKET, socket.MSG_DONTWAIT)
            if size < 0:
                break
            packets.append(copy(buffer, size))
        return packets

    return drain


def _by_python(sock: socket.socket) -> Drain:
    def drain(most: int) -> list[bytes]:
        packets: list[bytes] = []
        while len(packets) < most:
            try:
                packets.append(sock.recv(LARGEST_PACKET))
            except (BlockingIOError, ConnectionError):
                break
        return packets

    return drain
