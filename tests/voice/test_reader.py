from __future__ import annotations

import asyncio
import logging
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable

import pytest

from spaces.model import Utterance
from tests.voice.packets import KEY, SPACE_ID, SPEECH_END, Sender, WallClock, speech
from voice import reader as reader_module
from voice.cipher import AES_GCM, decryptor
from voice.reader import PacketReader
from voice.receiver import Receiver

ADA = 1


async def until(holds: Callable[[], bool]) -> None:
    """Waits for what another thread does."""
    async with asyncio.timeout(5):
        while not holds():  # noqa: ASYNC110  (nothing tells us: the thread is not to know of the test)
            await asyncio.sleep(0.005)


class Wire:
    """A voice server's socket and ours, with a reader between ours and a receiver."""

    def __init__(self) -> None:
        self.server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.server.bind(("127.0.0.1", 0))
        self.server.settimeout(5)
        self.client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.client.bind(("127.0.0.1", 0))
        self.client.connect(self.server.getsockname())
        self.client.setblocking(False)
        self.utterances: asyncio.Queue[Utterance] = asyncio.Queue()
        self.failures = 0
        self.receiver = Receiver(SPACE_ID, self, [ADA], WallClock(), asyncio.get_running_loop().call_soon_threadsafe)
        self.receiver.begin_session(decryptor(AES_GCM, KEY), lambda: None)
        self.reader = self.new_reader()

    def new_reader(self) -> PacketReader:
        return PacketReader(self.client, self.receiver, self._failed)

    def _failed(self) -> None:
        self.failures += 1

    def put(self, utterance: Utterance) -> None:
        self.utterances.put_nowait(utterance)

    def send(self, packet: bytes) -> None:
        self.server.sendto(packet, self.client.getsockname())

    async def received(self, packets: int) -> None:
        await until(lambda: self.receiver.counters().received >= packets)


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    a_wire = Wire()
    yield a_wire
    a_wire.reader.stop()
    a_wire.server.close()
    a_wire.client.close()


def reader_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "voice-packets"]


async def test_speech_becomes_an_utterance_soon_after_its_last_packet(wire: Wire) -> None:
    wire.receiver.identify(5, ADA)
    wire.reader.start()
    ada = Sender(5)
    for frame in speech(20) + SPEECH_END:
        wire.send(ada.packet(frame))
        await asyncio.sleep(0.005)
    last_sent = WallClock().now()

    async with asyncio.timeout(3):
        utterance = await wire.utterances.get()

    assert utterance.frames == (*speech(20), *SPEECH_END)
    assert abs((utterance.last_packet_at - last_sent).total_seconds()) < 0.1
    assert (WallClock().now() - last_sent).total_seconds() < 1.0


async def test_a_burst_of_a_hundred_packets_is_not_lost(wire: Wire) -> None:
    wire.receiver.identify(5, ADA)
    wire.client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    wire.reader.start()  # asks for a larger buffer
    ada = Sender(5)
    for frame in speech(100):
        wire.send(ada.packet(frame))
    await wire.received(100)


async def test_keepalives_are_sent_although_nobody_speaks(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader_module, "KEEPALIVE_SECONDS", 0.05)
    wire.reader.start()
    first, second = await asyncio.to_thread(lambda: (wire.server.recv(100), wire.server.recv(100)))
    assert len(first) == len(second) == 8
    assert first != second


async def test_stopping_is_quick_leaves_no_thread_and_the_socket_to_its_owner(wire: Wire) -> None:
    wire.reader.start()
    assert len(reader_threads()) == 1
    began = time.monotonic()
    wire.reader.stop()
    assert time.monotonic() - began < 0.5
    assert not reader_threads()
    wire.reader.stop()

    wire.send(b"still there")
    await asyncio.sleep(0.05)
    assert wire.client.recv(100) == b"still there"


async def test_another_reader_takes_over_the_same_socket_without_delay(wire: Wire) -> None:
    wire.reader.start()
    wire.reader.stop()
    wire.reader = wire.new_reader()
    wire.reader.start()
    wire.send(b"x" * 20)
    await wire.received(1)


async def test_a_port_that_refuses_for_a_moment_does_not_end_it(wire: Wire) -> None:
    address = wire.server.getsockname()
    wire.server.close()
    wire.client.send(b"nobody there")  # provokes "port unreachable"
    wire.reader.start()
    await asyncio.sleep(0.05)
    wire.server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    wire.server.bind(address)
    wire.send(b"x" * 20)
    await wire.received(1)
    assert wire.failures == 0


async def test_a_socket_that_is_closed_under_it_ends_it_and_is_reported(
    wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    wire.receiver.identify(5, ADA)
    wire.reader.start()
    wire.send(Sender(5).packet(speech(1)[0]))
    await wire.received(1)
    with caplog.at_level(logging.CRITICAL):
        wire.client.close()
        await until(lambda: wire.failures == 1)


async def test_a_busy_thread_does_not_delay_it_much(wire: Wire) -> None:
    """Another thread that never rests shares the interpreter; the reader still keeps up with ten speakers."""
    stop = threading.Event()

    def be_busy() -> None:
        while not stop.is_set():
            sum(range(1000))

    thread = threading.Thread(target=be_busy)
    senders = [Sender(100 + number) for number in range(10)]
    for number in range(10):
        wire.receiver.allow(100 + number)
        wire.receiver.identify(100 + number, 100 + number)
    wire.reader.start()
    thread.start()
    try:
        for frame in speech(50):
            for sender in senders:
                wire.send(sender.packet(frame))
            await asyncio.sleep(0.02)
        await wire.received(500)
    finally:
        stop.set()
        thread.join()
    assert wire.receiver.counters().decrypted == 500
