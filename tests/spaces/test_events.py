from __future__ import annotations

import pytest

from spaces.events import Event, EventBus, SpaceChanged
from tests.spaces.world import BO, World


def test_everybody_hears_in_order_of_subscription() -> None:
    bus, heard = EventBus(), []
    bus.subscribe(lambda event: heard.append(("first", event)))
    bus.subscribe(lambda event: heard.append(("second", event)))

    bus.publish(SpaceChanged(7))

    assert heard == [("first", SpaceChanged(7)), ("second", SpaceChanged(7))]


def test_a_subscriber_that_fails_is_logged_and_keeps_nobody_from_hearing(caplog: pytest.LogCaptureFixture) -> None:
    bus, heard = EventBus(), []

    def broken(event: Event) -> None:
        raise ZeroDivisionError(event)

    bus.subscribe(broken)
    bus.subscribe(heard.append)
    bus.publish(SpaceChanged(7))

    assert heard == [SpaceChanged(7)]
    assert "a subscriber failed at SpaceChanged" in caplog.text
    assert "ZeroDivisionError" in caplog.text


def test_who_subscribes_while_something_is_told_hears_from_the_next_event_on() -> None:
    bus, heard = EventBus(), []
    bus.subscribe(lambda _: bus.subscribe(heard.append))

    bus.publish(SpaceChanged(1))
    assert heard == []
    bus.publish(SpaceChanged(2))
    assert heard == [SpaceChanged(2)]


async def test_a_broken_subscriber_stops_no_space(world: World) -> None:
    def broken(event: Event) -> None:
        raise ZeroDivisionError(event)

    world.bot.events.subscribe(broken)
    room = await world.captioned(BO)
    world.speak(room, BO, "words")
    await world.written(room)
    await world.end(room)

    assert world.texts(room) == ["words"]
