from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import pytest

from voice import datagrams
from voice.datagrams import LARGEST_PACKET, Drain, drain_of

WAYS = [datagrams._by_python, *([datagrams._by_system_call] if os.name == "posix" else [])]


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """A sender, and a non-blocking receiver that is connected to it."""
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver,
    ):
        sender.bind(("127.0.0.1", 0))
        receiver.bind(("127.0.0.1", 0))
        receiver.connect(sender.getsockname())
        receiver.setblocking(False)
        sender.connect(receiver.getsockname())
        yield sender, receiver


@pytest.fixture(params=WAYS)
def drain(request: pytest.FixtureRequest, pair: tuple[socket.socket, socket.socket]) -> Drain:
    return request.param(pair[1])


def test_all_packets_come_in_order_and_whole(pair: tuple[socket.socket, socket.socket], drain: Drain) -> None:
    packets = [bytes([number]) * size for number, size in enumerate((0, 1, 12, 200, LARGEST_PACKET))]
    for packet in packets:
        pair[0].send(packet)
    assert drain(100) == packets
    assert drain(100) == []


def test_no_more_than_asked_for_is_taken(pair: tuple[socket.socket, socket.socket], drain: Drain) -> None:
    for number in range(5):
        pair[0].send(bytes([number]))
    assert drain(3) == [b"\0", b"\1", b"\2"]
    assert drain(3) == [b"\3", b"\4"]


def test_a_longer_packet_is_cut_and_harms_nothing(pair: tuple[socket.socket, socket.socket], drain: Drain) -> None:
    pair[0].send(bytes(9000))
    pair[0].send(b"next")
    assert drain(100) == [bytes(LARGEST_PACKET), b"next"]


def test_the_fault_of_an_earlier_send_is_passed_over(pair: tuple[socket.socket, socket.socket], drain: Drain) -> None:
    sender, receiver = pair
    address = sender.getsockname()
    sender.close()
    receiver.send(b"nobody there")
    assert drain(100) == []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as again:
        again.bind(address)
        again.sendto(b"hello", receiver.getsockname())
        assert drain(100) == [b"hello"]


def test_a_closed_socket_is_an_error() -> None:
    closed = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    closed.close()
    with pytest.raises(OSError, match=r"closed|Bad file"):
        drain_of(closed)(1)
