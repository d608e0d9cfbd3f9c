"""The bad network: seeded, and each fault by itself."""

from __future__ import annotations

import pytest

from discord_emulator.voice import Network

SENT = [(number * 0.02, number) for number in range(2000)]


def test_a_perfect_network_changes_nothing() -> None:
    assert Network().carry(SENT) == SENT


def test_the_seed_decides() -> None:
    network = Network(loss=0.1, duplication=0.1, reorder=0.1, jitter=0.03, seed=1)
    assert network.carry(SENT) == network.carry(SENT)
    other = Network(loss=0.1, duplication=0.1, reorder=0.1, jitter=0.03, seed=2)
    assert network.carry(SENT) != other.carry(SENT)


def test_loss_takes_its_share() -> None:
    arrived = Network(loss=0.1).carry(SENT)
    assert len(arrived) == pytest.approx(1800, abs=60)
    assert set(arrived) < set(SENT)


def test_duplicates_follow_their_original() -> None:
    numbers = [number for _, number in Network(duplication=0.1).carry(SENT)]
    assert len(numbers) == pytest.approx(2200, abs=60)
    assert numbers == sorted(numbers)


def test_reordered_packets_fall_behind_their_neighbours() -> None:
    numbers = [number for _, number in Network(reorder=0.01).carry(SENT)]
    assert sorted(numbers) == list(range(2000))
    displaced = sum(1 for place, number in enumerate(numbers) if place > number)
    assert displaced == pytest.approx(20, abs=12)


def test_jitter_only_delays_and_stays_in_order_of_arrival() -> None:
    arrived = Network(jitter=0.05).carry(SENT)
    due = {number: at for at, number in SENT}
    assert all(0.0 <= at - due[number] <= 0.05 for at, number in arrived)
    assert [at for at, _ in arrived] == sorted(at for at, _ in arrived)
    assert [number for _, number in arrived] != list(range(2000))
