from __future__ import annotations

from voice.consent_gate import MOST_PEOPLE, ConsentGate, Grant
from voice.early_packets import LIFETIME, MOST_PACKETS, MOST_SOURCES, EarlyPackets

ADA, BEN = 1, 2


def ssrc(number: int) -> bytes:
    return number.to_bytes(4, "big")


def gate() -> ConsentGate[Grant]:
    """A gate whose streams are the grants themselves."""
    return ConsentGate(lambda grant: grant)


def admitted(a_gate: ConsentGate[Grant]) -> dict[bytes, int]:
    return {source: grant.person_id for source, grant in a_gate.admitted.items()}


def test_nobody_is_admitted_by_default() -> None:
    a_gate = gate()
    a_gate.identify(ssrc(5), ADA)
    assert admitted(a_gate) == {}


def test_source_and_consent_may_come_in_either_order() -> None:
    a_gate = gate()
    a_gate.identify(ssrc(5), ADA)
    a_gate.allow(ADA, 0.0)
    a_gate.allow(BEN, 0.0)
    a_gate.identify(ssrc(6), BEN)
    assert admitted(a_gate) == {ssrc(5): ADA, ssrc(6): BEN}


def test_a_source_inherits_nothing_from_its_previous_owner() -> None:
    a_gate = gate()
    a_gate.allow(ADA, 0.0)
    a_gate.identify(ssrc(5), ADA)
    ended = a_gate.identify(ssrc(5), BEN)
    assert [grant.person_id for grant in ended] == [ADA]
    assert admitted(a_gate) == {}


def test_consent_follows_the_person_to_a_new_source() -> None:
    a_gate = gate()
    a_gate.allow(ADA, 0.0)
    a_gate.identify(ssrc(5), ADA)
    ended = a_gate.identify(ssrc(6), ADA)
    assert [grant.person_id for grant in ended] == [ADA]
    assert admitted(a_gate) == {ssrc(6): ADA}


def test_the_same_announcement_again_changes_nothing() -> None:
    a_gate = gate()
    a_gate.allow(ADA, 0.0)
    a_gate.identify(ssrc(5), ADA)
    stream = a_gate.admitted[ssrc(5)]
    assert a_gate.identify(ssrc(5), ADA) == []
    a_gate.allow(ADA, 1.0)
    assert a_gate.admitted[ssrc(5)] is stream


def test_refusing_ends_that_consent_and_a_later_one_is_another() -> None:
    a_gate = gate()
    a_gate.allow(ADA, 0.0)
    a_gate.identify(ssrc(5), ADA)
    first = a_gate.admitted[ssrc(5)]

    a_gate.refuse(ADA)
    assert admitted(a_gate) == {}
    assert not a_gate.holds(first)
    a_gate.allow(ADA, 1.0)
    assert not a_gate.holds(first)
    assert a_gate.holds(a_gate.admitted[ssrc(5)])


def test_whoever_leaves_keeps_their_consent_but_not_their_source() -> None:
    a_gate = gate()
    a_gate.allow(ADA, 0.0)
    a_gate.identify(ssrc(5), ADA)
    assert [grant.person_id for grant in a_gate.forget(ADA)] == [ADA]
    assert a_gate.forget(ADA) == []
    assert admitted(a_gate) == {}
    a_gate.identify(ssrc(9), ADA)
    assert admitted(a_gate) == {ssrc(9): ADA}


def test_forgetting_and_refusing_strangers_does_nothing() -> None:
    a_gate = gate()
    a_gate.refuse(BEN)
    assert a_gate.forget(BEN) == []


def test_announced_sources_are_bounded_and_the_oldest_go_first() -> None:
    a_gate = gate()
    a_gate.allow(ADA, 0.0)
    for number in range(MOST_PEOPLE + 500):
        a_gate.identify(ssrc(10_000 + number), 10_000 + number)
    a_gate.identify(ssrc(5), ADA)
    assert len(a_gate.owners) == MOST_PEOPLE
    assert admitted(a_gate) == {ssrc(5): ADA}


def test_early_packets_are_returned_once_in_order() -> None:
    early = EarlyPackets()
    early.keep(ssrc(5), b"one", 0.0)
    early.keep(ssrc(6), b"other", 0.1)
    early.keep(ssrc(5), b"two", 0.2)
    assert early.take(ssrc(5)) == [(b"one", 0.0), (b"two", 0.2)]
    assert early.take(ssrc(5)) == []
    assert len(early) == 1


def test_early_packets_are_few_and_short_lived() -> None:
    early = EarlyPackets()
    for source in range(10_000):
        for _ in range(3):
            early.keep(ssrc(source), b"packet", 0.0)
    assert len(early) == 3 * MOST_SOURCES
    for _ in range(200):
        early.keep(ssrc(0), b"packet", 0.5)
    assert len(early.take(ssrc(0))) == MOST_PACKETS
    early.expire(LIFETIME / 2)
    assert len(early) == 3 * (MOST_SOURCES - 1)
    early.expire(LIFETIME + 0.01)
    assert len(early) == 0
