"""What comes twice is done once."""

from __future__ import annotations

from cogs.deliveries import Deliveries


def test_only_the_first_delivery_counts() -> None:
    deliveries = Deliveries()
    assert [deliveries.is_first(number) for number in (1, 2, 1, 2, 3)] == [True, True, False, False, True]


def test_the_oldest_is_forgotten() -> None:
    deliveries = Deliveries(remembered=2)
    assert all(deliveries.is_first(number) for number in (1, 2, 3))
    assert not deliveries.is_first(3)
    assert not deliveries.is_first(2)
    assert deliveries.is_first(1)
