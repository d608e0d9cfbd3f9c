from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.jitter import MOST_WAITING, PATIENCE, ReorderBuffer


class Line:
    """A reorder buffer whose frames are named after the order in which they were sent."""

    def __init__(self, first: int = 65_530) -> None:
        self.first = first
        self.out: list[int] = []
        self.lost = 0
        self.buffer = ReorderBuffer(self._deliver)

    def _deliver(self, timestamp: int, frame: bytes, arrived: float, lost: int) -> None:
        self.out.append(int(frame))
        self.lost += lost

    def push(self, *numbers: int, now: float = 0.0, shift: int = 0) -> None:
        for number in numbers:
            sequence = (self.first + number + shift) % 2**16
            self.buffer.push(sequence, number * 960, str(number).encode(), now)


def test_packets_in_order_pass_at_once_through_the_wrap() -> None:
    line = Line()
    line.push(*range(30))
    assert line.out == [*range(30)]
    assert line.lost == 0


@given(st.lists(st.integers(0, 6), min_size=200, max_size=200), st.integers(0, 65_535))
def test_packets_that_overtake_each_other_come_out_in_order(delays: list[int], first: int) -> None:
    line = Line(first)
    line.push(0)
    line.push(*sorted(range(1, 200), key=lambda number: number + delays[number]))
    line.buffer.drain()
    assert line.out == [*range(200)]
    assert line.lost == 0


@given(st.sets(st.integers(1, 198), max_size=60), st.randoms(use_true_random=False))
def test_every_loss_is_counted_once_and_nothing_comes_twice(lost: set[int], chance: random.Random) -> None:
    line = Line()
    sent = [number for number in range(200) if number not in lost]
    for number in sent:
        line.push(number)
        if chance.random() < 0.2:
            line.push(number)
    line.buffer.drain()
    assert line.out == sent
    assert line.lost == len(lost)


def test_a_gap_is_given_up_after_a_while() -> None:
    line = Line()
    line.push(0, 1)
    line.push(3, 4, now=0.02)
    line.buffer.flush(PATIENCE)
    assert line.out == [0, 1]
    line.buffer.flush(0.02 + PATIENCE)
    assert line.out == [0, 1, 3, 4]
    assert line.lost == 1


def test_several_gaps_are_given_up_together() -> None:
    line = Line()
    line.push(0, 2, 4, 7)
    line.buffer.flush(PATIENCE)
    assert line.out == [0, 2, 4, 7]
    assert line.lost == 4


def test_a_gap_is_given_up_when_too_much_waits_behind_it() -> None:
    line = Line()
    line.push(0, *range(2, 3 + MOST_WAITING))
    assert line.out == [0, *range(2, 3 + MOST_WAITING)]
    assert line.lost == 1


def test_late_and_repeated_packets_are_dropped() -> None:
    line = Line()
    line.push(*range(150))
    line.push(149, 100, 60)
    line.push(150)
    assert line.out == [*range(151)]


@pytest.mark.parametrize("jump", [40_000, 5_000, -5_000, 32_768])
def test_a_big_jump_is_a_new_stream_and_loses_nothing(jump: int) -> None:
    line = Line()
    line.push(*range(10))
    line.push(*range(10, 20), shift=jump)
    line.push(*range(20, 30), shift=jump)
    assert line.out == [*range(30)]
    assert line.lost == 0


def test_a_stray_packet_from_far_away_changes_nothing() -> None:
    line = Line()
    line.push(*range(10))
    line.push(77, shift=40_000)
    line.push(*range(10, 20))
    line.buffer.flush(PATIENCE)
    line.push(78, shift=40_000)
    line.push(*range(20, 30))
    assert line.out == [*range(30)]


def test_a_restart_hands_on_what_still_waited() -> None:
    line = Line()
    line.push(0, 1, 3)
    line.push(4, 5, shift=30_000)
    assert line.out == [0, 1, 3, 4, 5]


def test_an_outage_of_seconds_is_one_loss_and_costs_no_memory() -> None:
    line = Line()
    line.push(0, 2_000)
    line.buffer.flush(PATIENCE)
    assert line.out == [0, 2_000]
    assert line.lost == 1_999
