"""Who may come in: Discord's own door, invitations, and who wants none."""

from __future__ import annotations

from typing import Any

import pytest

from discord_emulator import Channel, EmulatorError, Person
from discord_emulator.permissions import Permission
from tests.bot.evening import Evening

pytestmark = [pytest.mark.emulator, pytest.mark.asyncio(loop_scope="session")]


async def opened(evening: Evening, **options: Any) -> Channel:
    reply = await evening.ada.run("space create", title="Closed", **options)
    await evening.ada.wait_for(lambda: "is live" in reply.text)
    (stage,) = evening.guild.stages
    return stage


async def is_kept_out(person: Person, stage: Channel) -> None:
    with pytest.raises(EmulatorError):
        await person.join(stage)


def connects(stage: Channel) -> dict[int, bool]:
    """What each overwrite of the stage says of Connect."""
    told = {
        one.id: (bool(one.allow & Permission.CONNECT), bool(one.deny & Permission.CONNECT))
        for one in stage.overwrites.values()
    }
    return {key: allow for key, (allow, deny) in told.items() if allow or deny}


async def test_people_are_brought_into_a_room_for_invited_people(evening: Evening) -> None:
    ada, ben, cleo = evening.ada, evening.ben, evening.cleo
    stage = await opened(evening, join="invited")
    await is_kept_out(ben, stage)
    await evening.take_stage(ada, stage)
    assert (await ada.run("space invite", person=ben)).text == "Ben is invited, and has a link."
    (line,) = await ben.wait_for(lambda: ben.mentions)
    assert "Ada invites you to **Closed**" in line.text
    assert line.buttons == ["Join"]
    assert cleo.mentions == evening.mod.mentions == []
    await ben.join(stage)
    await ben.wait_for(lambda: line not in ben.messages(stage))
    assert "Hosts and speakers bring people" in (await ben.run("space invite", person=cleo)).text
    await ada.run("speakers invite", person=ben)
    await ben.accept_invitation()
    await evening.panel_says(stage, "On stage 2")
    assert "is invited" in (await ben.run("space invite", person=cleo)).text
    await cleo.join(stage)
    await ada.run("space end")
    await evening.panel_says(stage, "ENDED")
    for person in (ben, cleo):
        await person.leave()
        await is_kept_out(person, stage)
    assert [key for key, allowed in connects(stage).items() if allowed] == [evening.bot_id]


async def test_an_invitation_is_a_private_word_where_that_is_possible(evening: Evening) -> None:
    ada, ben = evening.ada, evening.ben
    await opened(evening)
    await ben.run("space list")
    assert "is invited" in (await ada.run("space invite", person=ben)).text
    await ben.wait_for(lambda: any("Ada invites you" in one.text for one in ben.private_words))
    assert ben.mentions == []
    assert "invited already" in (await ada.run("space invite", person=ben)).text


async def test_who_wants_no_invitations_gets_none(evening: Evening) -> None:
    ada, ben = evening.ada, evening.ben
    await opened(evening, join="invited")
    assert "Nobody here can invite you" in (await ben.run("privacy invitations", wanted="off")).text
    assert (await ada.run("space invite", person=ben)).text == "They don't take invitations."
    assert ben.mentions == []
    assert "can invite you" in (await ben.run("privacy invitations", wanted="on")).text
    assert "is invited" in (await ada.run("space invite", person=ben)).text


async def test_a_room_for_a_role_and_for_its_co_hosts(evening: Evening) -> None:
    ada, ben, cleo = evening.ada, evening.ben, evening.cleo
    readers = evening.guild.add_role("Readers")
    reader = evening.guild.add_member("Rea", roles=[readers])
    stage = await opened(evening, join_role=readers)
    await is_kept_out(ben, stage)
    await reader.join(stage)
    await ada.join(stage)
    assert "none of the roles" in (await ada.run("space invite", person=ben)).text
    await ada.run("space cohost", person=ben)
    await ben.wait_for(lambda: connects(stage).get(ben.id))
    await ben.join(stage)
    assert "Everyone may join" in (await ada.run("space edit", join="everyone")).text
    await cleo.join(stage)
    assert connects(stage) == {evening.bot_id: True}


async def test_a_live_room_is_closed_and_who_is_here_may_come_back(evening: Evening) -> None:
    ada, ben, cleo = evening.ada, evening.ben, evening.cleo
    stage = await opened(evening)
    await ben.join(stage)
    await evening.panel_says(stage, "1 listening")
    assert "For invited people" in (await ada.run("space edit", join="invited")).text
    await is_kept_out(cleo, stage)
    assert "You're first" in (await ben.run("hand raise")).text
    await ben.leave()
    await ben.join(stage)


async def test_a_role_that_is_deleted_keeps_its_members_out_and_nobody_else_comes_in(evening: Evening) -> None:
    ada, guild = evening.ada, evening.guild
    readers = guild.add_role("Readers")
    reader = guild.add_member("Rea", roles=[readers])
    stage = await opened(evening, join_role=readers)
    guild.delete_role(readers)
    assert "Hands are closed" in (await ada.run("space edit", hands="closed")).text
    for person in (reader, evening.ben):
        await is_kept_out(person, stage)
    await ada.join(stage)
    assert "Everyone may join" in (await ada.run("space edit", join="everyone")).text
    await reader.join(stage)


async def test_what_a_moderator_denies_by_hand_stays(evening: Evening) -> None:
    stage = await opened(evening)
    evening.guild.deny(stage, evening.guild.default_role, ["connect"])
    await evening.ada.run("space edit", hands="closed", capacity=20)
    assert stage.user_limit == 20
    await is_kept_out(evening.ben, stage)


async def test_a_room_holds_as_many_as_its_capacity(evening: Evening) -> None:
    ada, ben, cleo = evening.ada, evening.ben, evening.cleo
    stage = await opened(evening, speakers=2, capacity=2)
    assert stage.user_limit == 2
    await ada.join(stage)
    await ben.join(stage)
    await is_kept_out(cleo, stage)
    await ada.run("space edit", capacity=0)
    assert stage.user_limit in {0, 10_000}
    await cleo.join(stage)


async def test_a_category_for_some_stays_theirs(evening: Evening) -> None:
    ada, cleo = evening.ada, evening.cleo
    guild = evening.guild
    inner = guild.add_role("Inner circle")
    muted = guild.add_role("Muted")
    guild.deny(evening.category, guild.default_role, ["connect"])
    guild.allow(evening.category, inner, ["connect"])
    guild.deny(evening.category, muted, ["connect"])
    guild.allow(evening.category, next(one for one in guild.roles.values() if one.bot_id), ["connect"])
    friend = guild.add_member("Fay", roles=[inner])
    host = guild.add_member("Gus", roles=[inner])
    reply = await host.run("space create", title="Inner", join="invited")
    await host.wait_for(lambda: "is live" in reply.text)
    (stage,) = guild.stages
    await is_kept_out(friend, stage)
    await host.run("space edit", join="everyone")
    await friend.join(stage)
    await is_kept_out(cleo, stage)
    assert connects(stage)[muted.id] is False
    assert ada.voice_state is None
