"""What things call themselves, and routes: each once."""

from __future__ import annotations

from collections import Counter

from discord_emulator.rest import RESOURCES

from .conftest import Stand


async def test_nothing_prints_the_world(stand: Stand) -> None:
    message = await stand.ada.post(stand.chat, "x" * 2_000, files={"long.txt": b"x" * 10_000})
    await stand.ask("GET", "/users/@me")
    stage = stand.guild.add_stage_channel("room")
    await stand.ada.join(stage)
    world = stand.discord.world
    things = [
        *(world, world.record, world.record.calls[0], stand.guild, stand.ada, stand.ada.user, stand.ada.voice),
        *(stand.application, stand.chat, message, message.attachments[0]),
    ]
    assert {type(thing).__name__: repr(thing) for thing in things if len(repr(thing)) > 500} == {}
    assert repr(stand.ada) == f"<Person 'Ada' {stand.ada.id}>"
    assert repr(stand.guild) == f"<Guild 'Book club' {stand.guild.id}>"


def test_every_route_is_declared_once() -> None:
    counted = Counter((route.method, route.pattern) for route in RESOURCES)
    assert [route for route, times in counted.items() if times > 1] == []
