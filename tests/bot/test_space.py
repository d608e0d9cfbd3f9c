"""Opening, ending, and what may go wrong with either."""

from __future__ import annotations

import pytest

from discord_emulator import ApiError, Channel, EmulatorError
from tests.bot.conftest import City
from tests.bot.evening import BOT_PERMISSIONS, Evening

pytestmark = [pytest.mark.emulator, pytest.mark.asyncio(loop_scope="session")]


async def test_a_space_opens_with_a_stage_a_panel_and_an_invitation_for_the_host(evening: Evening) -> None:
    stage = await evening.open("What we read this week")
    instance = evening.guild.stage_instance(stage)
    assert instance is not None
    assert instance.topic == "What we read this week"
    assert "What we read this week · LIVE" in evening.panel(stage).text
    await evening.ada.join(stage)
    await evening.ada.wait_for(lambda: evening.ada.voice_position == "invited")


async def test_the_answer_is_for_the_host_alone(evening: Evening) -> None:
    stage = await evening.open()
    assert any("is live" in word.text for word in evening.ada.private_words)
    assert not evening.ben.private_words
    assert [message.text for message in evening.ben.messages(evening.general)] == []
    assert len(evening.ben.messages(stage)) == 1


async def test_ending_turns_the_panel_into_the_summary(evening: Evening) -> None:
    stage = await evening.open()
    await evening.take_stage(evening.ada, stage)
    reply = await evening.ada.run("space end")
    assert "is over" in reply.text
    await evening.panel_says(stage, "ENDED")
    assert evening.guild.stage_instance(stage) is None
    assert not evening.panel(stage).buttons


async def test_a_listener_cannot_end_it(evening: Evening) -> None:
    stage = await evening.open()
    await evening.ben.join(stage)
    reply = await evening.ben.run("space end")
    assert reply.ephemeral
    assert reply.text == "Ada hosts this Space. Raise your hand, or ask in chat."
    assert evening.guild.stage_instance(stage) is not None


async def test_a_moderator_can_end_it(evening: Evening) -> None:
    stage = await evening.open()
    assert "is over" in (await evening.mod.run("space end")).text
    await evening.panel_says(stage, "ENDED")


async def test_ending_twice_says_so(evening: Evening) -> None:
    await evening.open()
    await evening.ada.run("space end")
    assert "No Space is live here" in (await evening.ada.run("space end")).text


async def test_the_console_asks_once_before_it_ends(evening: Evening) -> None:
    stage = await evening.open()
    question = await evening.ada.press(await evening.console(stage), "End")
    assert "for everyone?" in question.text
    again = await evening.ada.press(question, "Go on")
    assert "Host console" in again.text
    question = await evening.ada.press(again, "End")
    assert "is over" in (await evening.ada.press(question, "End it")).text


@pytest.mark.parametrize(
    ("title", "sentence"),
    [("x" * 101, "101 characters"), ("\u202e\u200b", "is empty"), (" \n ", "is empty")],
    ids=["too long", "invisible", "blank"],
)
async def test_a_title_that_cannot_be_used_is_explained(evening: Evening, title: str, sentence: str) -> None:
    reply = await evening.ada.run("space create", title=title)
    await evening.ada.wait_for(lambda: sentence in reply.text)
    assert not evening.guild.stages


@pytest.mark.parametrize(
    "title", ["@everyone <@1> <#2>", "**bold** [a](https://b.example)", "Z̷̢̛͇a͈l̵g͟o", "</space end:1> <t:1:R>"]
)
async def test_a_hostile_title_pings_and_links_nothing(evening: Evening, title: str) -> None:
    stage = await evening.open(title)
    assert not evening.ben.mentions
    assert "](https://b.example)" not in evening.panel(stage).text.replace("\\", "\0")


async def test_a_server_that_is_no_community_is_told_so(city: City) -> None:
    evening = Evening(city.discord, city.application, community=False)
    reply = await evening.ada.run("space create", title="Stages")
    await evening.ada.wait_for(lambda: "Community server" in reply.text)
    assert not evening.guild.stages


async def test_missing_permissions_are_named(city: City) -> None:
    lacking = tuple(set(BOT_PERMISSIONS) - {"manage_channels", "manage_roles"})
    evening = Evening(city.discord, city.application, permissions=lacking)
    reply = await evening.ada.run("space create", title="Stages")
    await evening.ada.wait_for(lambda: "**Manage Channels** and **Manage Roles**" in reply.text)
    assert not evening.guild.stages


async def test_a_refused_stage_leaves_nothing_behind(city: City) -> None:
    evening = Evening(city.discord, city.application)
    refusal = ApiError(403, 50001, "Missing Access")
    city.discord.faults.rest.refuse(refusal, method="POST", route="/stage-instances", times=1)
    reply = await evening.ada.run("space create", title="Stages")
    await evening.ada.wait_for(lambda: "I can't start the stage" in reply.text)
    await evening.ada.wait_for(lambda: not evening.guild.stages)
    stage: Channel = await evening.open()
    assert "LIVE" in evening.panel(stage).text


async def test_a_stage_is_for_those_who_see_its_category(evening: Evening, city: City) -> None:
    readers = evening.guild.add_role("Readers")
    (own_role,) = [role for role in evening.guild.roles.values() if role.bot_id == city.application.bot.id]
    evening.guild.deny(evening.category, evening.guild.default_role, "view_channel")
    evening.guild.allow(evening.category, readers, ("view_channel", "connect", "manage_messages", "manage_roles"))
    evening.guild.allow(evening.category, own_role, "view_channel")
    ada = evening.guild.add_member("Ada the reader", roles=[readers])
    stage = await evening.open(host=ada, speak="invited")
    assert stage.parent_id == evening.category.id
    assert ada.can_see(stage)
    assert not evening.cleo.can_see(stage)
    await ada.join(stage)
    await ada.wait_for(lambda: ada.voice_position == "invited")
    await ada.run("space end")
    await ada.wait_for(lambda: "ENDED" in ada.messages(stage)[0].text)
    assert not evening.cleo.can_see(stage)
    await ada.leave()
    with pytest.raises(EmulatorError):  # the door is shut for those who were let in, too
        await ada.join(stage)


async def test_a_stage_ends_although_a_speaker_is_just_leaving(evening: Evening, city: City) -> None:
    stage = await evening.open()
    await evening.take_stage(evening.ada, stage)
    gone = ApiError(404, 10065, "Unknown Voice State")
    city.discord.faults.rest.refuse(gone, method="PATCH", route="/guilds/{guild_id}/voice-states/{user_id}", times=1)
    await evening.ada.run("space end")
    await evening.panel_says(stage, "ENDED")
    assert evening.guild.stage_instance(stage) is None
    with pytest.raises(EmulatorError):
        await evening.ben.join(stage)


async def test_a_bot_that_was_taken_out_of_the_server_hosts_nothing_there(evening: Evening, city: City) -> None:
    stage = await evening.open()
    await evening.ada.run("transcript on")
    before = len(city.discord.calls)

    def has_tried_to_tidy_up() -> bool:
        calls = city.discord.calls[before:]
        return any(call.status in {403, 404} and f"/channels/{stage.id}/messages" in call.path for call in calls)

    await evening.ada.wait_for(lambda: "ready as" in city.bot.log_text())  # until then it knows of no server for sure
    with evening.provoking("missing access"):
        evening.guild.remove_member(evening.guild.members[city.application.bot.id])
        await evening.ada.wait_for(has_tried_to_tidy_up)
    evening.guild.install(city.application, BOT_PERMISSIONS)
    stage = await evening.open("Once more")  # who still hosted a Space could not
    assert "LIVE" in evening.panel(stage).text


async def test_a_stage_deleted_by_hand_ends_the_space(evening: Evening) -> None:
    stage = await evening.open()
    evening.guild.delete_channel(stage)
    reply = await evening.ada.run("space end")
    assert reply.text.startswith(("No Space is live here", "That Space is over already"))


async def test_a_refusal_is_told_in_discords_own_words(evening: Evening, city: City) -> None:
    full = ApiError(400, 30013, "Maximum number of guild channels reached (500)")
    city.discord.faults.rest.refuse(full, method="POST", route="/guilds/{guild_id}/channels", times=1)
    reply = await evening.ada.run("space create", title="One more")
    await evening.ada.wait_for(lambda: "Maximum number of guild channels reached" in reply.text)
    assert "I can't open a stage here" in reply.text
    assert not evening.guild.stages


async def test_one_host_has_one_space(evening: Evening) -> None:
    await evening.open()
    reply = await evening.ada.run("space create", title="Another")
    await evening.ada.wait_for(lambda: "You host a Space here already" in reply.text)
    assert len(evening.guild.stages) == 1
