"""A Space takes over a scheduled event of the server."""

from __future__ import annotations

from datetime import timedelta

import pytest

from demo.evening import BOT_PERMISSIONS
from discord_emulator import Channel, EmulatorError
from discord_emulator.model.guild import EventEntity, EventStatus, ScheduledEvent
from tests.bot.conftest import City
from tests.bot.evening import Evening

pytestmark = [pytest.mark.emulator, pytest.mark.asyncio(loop_scope="session")]


@pytest.fixture
def planner(evening: Evening, city: City) -> Evening:
    """A server in which the bot may start events."""
    return Evening(city.discord, city.application, permissions=(*BOT_PERMISSIONS, "manage_events"))


async def planned_in(evening: Evening, name: str, channel: Channel, *, hours: float = 1) -> ScheduledEvent:
    """The owner of the server plans an event."""
    starts_at = evening.discord.world.clock.now() + timedelta(hours=hours)
    return await evening.guild.owner.schedule_event(name, starts_at, channel)


async def refused(evening: Evening, event_id: object, sentence: str) -> None:
    reply = await evening.ada.run("space create", title="Planned", event=str(event_id))
    await evening.ada.wait_for(lambda: sentence in reply.text)


async def test_an_event_begins_and_ends_with_its_space(planner: Evening) -> None:
    ada, guild = planner.ada, planner.guild
    lounge = guild.add_voice_channel("Lounge")
    planned = await planned_in(planner, "Reading night", lounge)
    later = await planned_in(planner, "Reading **day**", lounge, hours=48)
    hidden = guild.add_voice_channel("Staff")
    guild.deny(hidden, guild.default_role, "view_channel")
    await planned_in(planner, "Reading in secret", hidden)
    offers = await ada.complete("space create", title="Planned", event="reading")
    assert [offer.split(",")[0] for offer in offers] == ["Reading night", "Reading **day**"]
    reply = await ada.run("space create", title="Planned", event=str(planned.id))
    await ada.wait_for(lambda: "is live" in reply.text)
    (stage,) = guild.stages
    assert (planned.status, planned.channel_id, planned.entity_type) == (
        EventStatus.ACTIVE,
        stage.id,
        EventEntity.STAGE,
    )
    await refused(planner, planned.id, "You host a Space here already")
    await ada.run("space end")
    await planner.panel_says(stage, "ENDED")
    assert planned.status == EventStatus.COMPLETED
    assert later.status == EventStatus.SCHEDULED


async def test_events_that_cannot_be_taken_over_open_nothing(planner: Evening) -> None:
    guild = planner.guild
    stage = guild.add_stage_channel("Old stage")
    gone = await planned_in(planner, "Gone", stage)
    await guild.owner.cancel_event(gone)
    running = await planned_in(planner, "Running", stage)
    running.status = EventStatus.ACTIVE
    over = await planned_in(planner, "Over", stage)
    over.status = EventStatus.COMPLETED
    await refused(planner, gone.id, "That event is gone")
    await refused(planner, running.id, "That event is running already")
    await refused(planner, over.id, "That event is over")
    await refused(planner, "tomorrow", "Choose an event from the list")
    assert guild.stages == [stage]
    assert running.status == EventStatus.ACTIVE


async def test_the_missing_permission_is_named(evening: Evening) -> None:
    planned = await planned_in(evening, "Reading night", evening.guild.add_voice_channel("Lounge"))
    await refused(evening, planned.id, "I need **Manage Events**")
    assert (evening.guild.stages, planned.status) == ([], EventStatus.SCHEDULED)


async def test_an_event_that_is_deleted_while_the_space_is_live(planner: Evening) -> None:
    ada, guild = planner.ada, planner.guild
    planned = await planned_in(planner, "Reading night", guild.add_voice_channel("Lounge"))
    reply = await ada.run("space create", title="Planned", event=str(planned.id))
    await ada.wait_for(lambda: "is live" in reply.text)
    (stage,) = guild.stages
    await guild.owner.cancel_event(planned)
    await ada.run("space end")
    await planner.panel_says(stage, "ENDED")
    with pytest.raises(EmulatorError):
        await planner.ben.join(stage)
