from __future__ import annotations

import random
import threading
import time
import tracemalloc

import pytest

from spaces.model import Utterance
from spaces.ports import VoiceCounters
from tests.voice.packets import KEY, SPACE_ID, SPEECH_END, Sender, Stage, WallClock, speech
from voice.cipher import AES_GCM, XCHACHA20, decryptor
from voice.early_packets import MOST_PACKETS, MOST_SOURCES
from voice.receiver import Receiver
from voice.rtp import SILENCE

ADA, BEN, CYN = 1, 2, 3


@pytest.fixture(params=[AES_GCM, XCHACHA20])
def stage(request: pytest.FixtureRequest) -> Stage:
    """A stage on which Ada and Cyn consent and Ben does not, in either encryption mode."""
    return Stage(ADA, CYN, mode=request.param)


def test_what_a_consenting_person_says_arrives_to_the_byte(stage: Stage) -> None:
    ada = stage.person(ADA)
    stage.say(ada, speech(100) + SPEECH_END)
    stage.wait()

    [utterance] = stage.utterances
    assert utterance.frames == (*speech(100), *SPEECH_END)
    assert (utterance.space_id, utterance.person_id) == (SPACE_ID, ADA)
    assert (utterance.last_packet_at - utterance.started_at).total_seconds() == pytest.approx(104 * 0.02)
    assert stage.receiver.counters() == VoiceCounters(received=105, refused=0, decrypted=105, failed=0, malformed=0)


def test_utterances_bear_the_wall_clock_time_of_their_packets() -> None:
    stage = Stage(ADA)
    ada = stage.person(ADA)
    stage.now = time.monotonic() - 10.0  # ten seconds ago
    began = WallClock().now()
    stage.say(ada, speech(50))
    stage.wait()
    assert (began - stage.utterances[0].started_at).total_seconds() == pytest.approx(10.0, abs=0.2)


def test_nothing_of_a_person_without_consent_is_decrypted(stage: Stage) -> None:
    ben, stranger = stage.person(BEN), Sender(999, mode=stage.mode)
    stage.say(ben, speech(60))
    stage.say(stranger, speech(60))

    assert stage.heard(BEN) == []
    assert not stage.utterances
    assert stage.receiver.counters() == VoiceCounters(received=120, refused=120, decrypted=0, failed=0, malformed=0)


def test_refusing_in_the_middle_of_a_sentence_throws_away_all_of_it(stage: Stage) -> None:
    ada, cyn = stage.person(ADA), stage.person(CYN)
    for one, other in zip(speech(80), speech(80, seed=3), strict=True):
        stage.send(ada.packet(one), cyn.packet(other))
        stage.now += 0.02
    stage.receiver.refuse(ADA)
    decrypted = stage.receiver.counters().decrypted
    stage.say(ada, speech(50))

    assert stage.heard(ADA) == []
    assert stage.heard(CYN) == [tuple(speech(80, seed=3))]
    assert stage.receiver.counters().decrypted == decrypted


def test_refusing_withholds_what_is_finished_but_not_yet_handed_on(stage: Stage) -> None:
    ada = stage.person(ADA)
    stage.say(ada, speech(40))
    ada.pause(2)
    stage.say(ada, speech(40, seed=2))  # the first utterance is finished and on its way to the event loop
    assert stage.scheduled
    stage.receiver.refuse(ADA)
    stage.receiver.allow(ADA)  # a new consent does not cover old words
    stage.say(ada, speech(40, seed=5))

    assert stage.heard(ADA) == [tuple(speech(40, seed=5))]


def test_allowing_works_from_the_next_packet_on(stage: Stage) -> None:
    ben = stage.person(BEN)
    stage.say(ben, speech(30))
    stage.receiver.allow(BEN)
    stage.say(ben, speech(30, seed=1))
    assert stage.heard(BEN) == [tuple(speech(30, seed=1))]


def test_the_first_words_are_not_lost_when_sound_outruns_the_announcement(stage: Stage) -> None:
    ada = Sender(500, mode=stage.mode)
    stage.say(ada, speech(8))
    stage.receiver.identify(500, ADA)
    stage.say(ada, speech(60)[8:])
    assert stage.heard(ADA) == [tuple(speech(60))]
    assert stage.receiver.counters().refused == 0


def test_sound_that_outran_the_announcement_of_a_refused_person_is_never_decrypted(stage: Stage) -> None:
    ben = Sender(500, mode=stage.mode)
    stage.say(ben, speech(8))
    stage.receiver.identify(500, BEN)
    stage.receiver.allow(BEN)
    stage.say(ben, speech(60)[8:])
    assert stage.heard(BEN) == [tuple(speech(60)[8:])]
    assert stage.receiver.counters().refused == 8


def test_consent_does_not_reach_back_to_sound_before_it(stage: Stage) -> None:
    ben = Sender(500, mode=stage.mode)
    stage.now = time.monotonic() - 0.5
    stage.say(ben, speech(8))
    stage.receiver.allow(BEN)
    stage.receiver.identify(500, BEN)
    assert stage.receiver.counters().decrypted == 0


# --- faults that other receivers have -------------------------------------------------------------------------------


def test_corrupt_packets_of_one_person_leave_the_others_untouched(stage: Stage) -> None:
    chance = random.Random(3)
    ada, cyn = stage.person(ADA), stage.person(CYN)
    for one, other in zip(speech(100), speech(100, seed=3), strict=True):
        broken = bytearray(ada.packet(one))
        broken[chance.randrange(12, len(broken))] ^= 0xFF
        wrong_opus = ada.packet(chance.randbytes(chance.randrange(30)))
        stage.send(bytes(broken), cyn.packet(other), wrong_opus)
        stage.now += 0.02

    assert stage.heard(CYN) == [tuple(speech(100, seed=3))]
    assert stage.receiver.counters().failed == 100


def test_a_jump_of_40000_silences_nobody(stage: Stage) -> None:
    ada = stage.person(ADA)
    stage.say(ada, speech(30))
    ada.sequence = (ada.sequence + 40_000) % 2**16
    stage.say(ada, speech(30, seed=1))
    assert stage.heard(ADA) == [(*speech(30), *speech(30, seed=1))]


def test_the_loss_of_one_packet_loses_one(stage: Stage) -> None:
    ada = stage.person(ADA)
    stage.say(ada, speech(30))
    ada.skip()
    stage.say(ada, speech(30, seed=1))
    assert stage.heard(ADA) == [(*speech(30), None, *speech(30, seed=1))]


def test_somebody_leaving_while_nobody_speaks_harms_nothing(stage: Stage) -> None:
    ada = stage.person(ADA)
    stage.receiver.forget(BEN)
    stage.receiver.forget(CYN)
    stage.say(ada, speech(30))
    assert stage.heard(ADA) == [tuple(speech(30))]


def test_what_was_said_before_leaving_is_kept_and_the_source_forgotten(stage: Stage) -> None:
    ada = stage.person(ADA)
    stage.say(ada, speech(30))
    stage.receiver.forget(ADA)
    stage.run_loop()
    assert [utterance.frames for utterance in stage.utterances] == [tuple(speech(30))]
    stage.say(ada, speech(30))
    assert stage.receiver.counters().decrypted == 30


def test_invented_sources_make_nothing_grow(stage: Stage) -> None:
    ada = stage.person(ADA)
    flood = [Sender(10_000 + number, mode=stage.mode).packet(b"\xf8" * 100) for number in range(10_000)]
    stage.send(*flood[:100])
    tracemalloc.start()
    try:
        for _ in range(2):
            stage.send(*flood)
        grown, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert grown < 100_000
    assert len(stage.receiver._early) <= MOST_SOURCES * MOST_PACKETS
    assert stage.receiver.counters().refused == 20_100
    stage.say(ada, speech(30))
    assert stage.heard(ADA) == [tuple(speech(30))]


def test_hours_of_rtp_time_on_rejoining_allocate_nothing(stage: Stage) -> None:
    ada = stage.person(ADA)
    stage.say(ada, speech(30))
    ada.pause(6 * 3600)
    tracemalloc.start()
    try:
        stage.say(ada, speech(30, seed=1))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 200_000
    assert stage.heard(ADA) == [tuple(speech(30)), tuple(speech(30, seed=1))]


def test_replayed_packets_are_dropped(stage: Stage) -> None:
    ada = stage.person(ADA)
    packets = [ada.packet(frame) for frame in speech(60)]
    for number, packet in enumerate(packets):
        stage.send(packet, *packets[max(0, number - 20) : number])
        stage.now += 0.02
    assert stage.heard(ADA) == [tuple(speech(60))]


def test_hostile_packets_are_counted_and_dropped(stage: Stage) -> None:
    ada = stage.person(ADA)
    good = ada.packet(speech(1)[0])
    hostile = [
        *(good[:size] for size in range(13)),  # too short
        good[:30],
        bytes([good[0] & 0x3F]) + good[1:],  # not version 2
        good[:1] + b"\xc8" + good[2:],  # RTCP
        good[:1] + b"\x65" + good[2:],  # video
    ]
    hostile = [packet for packet in hostile if len(packet) != 8]  # as long as the answer to a keepalive
    stage.send(*hostile)
    counters = stage.receiver.counters()
    assert counters.malformed == counters.received == len(hostile)
    assert counters.decrypted == 0


def test_answers_to_our_keepalives_are_not_counted(stage: Stage) -> None:
    stage.send((1).to_bytes(8, "little"))
    assert stage.receiver.counters().received == 0


def test_padding_without_sound_is_dropped(stage: Stage) -> None:
    ada = stage.person(ADA)
    for frame in speech(30):
        stage.send(ada.packet(frame), ada.packet(b"", padding=20))
        ada.timestamp = (ada.timestamp - 960) % 2**32  # bandwidth probes do not move the clock
        stage.now += 0.02
    [frames] = stage.heard(ADA)
    assert [frame for frame in frames if frame is not None] == speech(30)


# --- sessions, end-to-end encryption, threads -----------------------------------------------------------------------


def test_a_new_session_forgets_the_sources_and_finishes_what_was_said(stage: Stage) -> None:
    ada = stage.person(ADA)
    stage.say(ada, speech(30))
    stage.receiver.end_session()
    stage.run_loop()
    assert [utterance.frames for utterance in stage.utterances] == [tuple(speech(30))]

    stage.say(ada, speech(30))
    assert stage.receiver.counters().decrypted == 30
    stage.receiver.begin_session(decryptor(stage.mode, bytes(32)), lambda: None)
    again = stage.person(ADA, ssrc=77)
    again.key = bytes(32)
    stage.say(again, speech(30, seed=1))
    assert stage.heard(ADA)[1:] == [tuple(speech(30, seed=1))]


def test_end_to_end_encryption_is_opened_where_it_was_negotiated(stage: Stage) -> None:
    negotiated = True

    def open_frame(person_id: int, frame: bytes) -> bytes:
        if frame.startswith(b"broken"):
            raise RuntimeError("no key for this frame")
        return bytes(byte ^ person_id for byte in frame)

    stage.receiver.begin_session(decryptor(stage.mode, KEY), lambda: open_frame if negotiated else None)
    ada = stage.person(ADA)
    stage.say(ada, [open_frame(ADA, frame) for frame in speech(15)])
    stage.say(ada, [SILENCE, b"broken"])  # clients send silence as it is
    negotiated = False
    stage.say(ada, speech(30)[15:])

    assert stage.heard(ADA) == [(*speech(15), SILENCE, None, *speech(30)[15:])]
    assert stage.receiver.counters().failed == 1


def test_a_sink_that_fails_does_not_keep_others_from_being_heard() -> None:
    heard: list[Utterance] = []

    class PickySink:
        def put(self, utterance: Utterance) -> None:
            if utterance.person_id == ADA:
                raise RuntimeError("no room")
            heard.append(utterance)

    stage = Stage(ADA, CYN)
    stage.receiver._sink = PickySink()
    ada, cyn = stage.person(ADA), stage.person(CYN)
    stage.say(ada, speech(30))
    stage.say(cyn, speech(30))
    stage.wait()
    assert [utterance.person_id for utterance in heard] == [CYN]


def test_refusing_holds_while_another_thread_feeds_packets() -> None:
    """After ``refuse`` has returned, not one more packet is decrypted, whatever the reader is in the middle of."""
    stage = Stage()
    receiver = Receiver(SPACE_ID, stage, [ADA], WallClock(), stage.scheduled.append)
    receiver.begin_session(decryptor(AES_GCM, KEY), lambda: None)
    ada = Sender(5)
    receiver.identify(5, ADA)
    batch = [ada.packet(frame) for frame in speech(400)]
    stop = threading.Event()

    def feed() -> None:
        while not stop.wait(0.0001):  # the reader waits between batches, too
            receiver.process(batch, time.monotonic())

    thread = threading.Thread(target=feed)
    thread.start()
    try:
        for _ in range(30):
            before = receiver.counters().decrypted
            receiver.allow(ADA)
            while receiver.counters().decrypted == before:
                time.sleep(0)
            receiver.refuse(ADA)
            decrypted = receiver.counters().decrypted
            received = receiver.counters().received
            while receiver.counters().received < received + 800:
                time.sleep(0)
            assert receiver.counters().decrypted == decrypted
            receiver.hand_on()
            assert not stage.utterances
    finally:
        stop.set()
        thread.join()
