"""hikari 2.7 on the emulator: a library whose deserialisers are strict and which shares no line with discord.py."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import BotProcess, House

pytest.importorskip("hikari")


@pytest.fixture
async def bot(house: House) -> BotProcess:
    process = await house.start("hikari_bot.py")
    await process.says("registered")
    return process


async def test_it_logs_in_and_registers_every_kind_of_command(house: House, bot: BotProcess) -> None:
    guild = await bot.says("guild")
    assert guild["members"] == ["Ada", "Ben", "Grace", "visitor"]
    assert guild["channels"] == ["Kitchen", "Reading room", "Rooms", "general"]
    assert guild["roles"] == ["@everyone", "Early Hosts", "Visitor"]
    registered = await bot.says("registered")
    kinds = dict(zip(registered["names"], registered["types"], strict=True))
    assert (kinds["greet"], kinds["Look up"], kinds["Quote"]) == (1, 2, 3)
    judge(house, bot)


async def test_it_answers_commands_with_all_kinds_of_options(house: House, bot: BotProcess) -> None:
    role = house.ada.roles[-1]
    reply = await house.ada.run("greet", who=house.ben, how="Loudly", times=3, place=house.stage, role=role)
    assert reply.text == "Hello Ben! loud 3 Reading room Early Hosts"
    answered = await bot.says("answered")
    assert reply.message is not None
    assert answered["message_id"] == str(reply.message.id)
    assert await house.ada.complete("greet", who=house.ben, word="ow") == ["ow", "ow!"]
    judge(house, bot)


async def test_it_answers_context_menus(house: House, bot: BotProcess) -> None:
    looked_up = await house.ada.use_on_user("Look up", house.ben)
    assert looked_up.text.startswith("Ben since 2")
    quoted = await house.ada.use_on_message("Quote", await house.ben.post(house.chat, "To be or not"))
    assert quoted.text == "ben: To be or not"
    judge(house, bot)


async def test_it_thinks_first_and_follows_up(house: House, bot: BotProcess) -> None:
    reply = await house.ada.run("later")
    assert reply.ephemeral
    await house.ada.wait_for(lambda: "Thought it over" in reply.text)
    followed_up = await bot.says("followed up")
    assert followed_up["content"] == "And one more thing"
    assert followed_up["original"] == "Thought it over"
    assert followed_up["file"] == "notes.txt"
    judge(house, bot)


async def test_it_opens_forms(house: House, bot: BotProcess) -> None:
    asked = await house.ada.run("ask")
    assert asked.modal is not None
    assert asked.modal.title == "A new book"
    reply = await house.ada.submit(asked.modal, {"Title": "Middlemarch"})
    assert reply.text == "Noted: Middlemarch"
    judge(house, bot)


async def test_it_answers_buttons_and_selects(house: House, bot: BotProcess) -> None:
    ada = house.ada
    assert (await ada.press(await ada.run("menu"), "Count")).text == "You took count"
    assert (await ada.choose(await ada.run("menu"), "Genre", "Poetry")).text == "You took poetry"
    assert (await ada.choose(await ada.run("menu"), "Person", house.ben)).text == "You took Ben"
    judge(house, bot)


async def test_it_sees_what_people_do(house: House, bot: BotProcess) -> None:
    message = await house.ben.post(house.chat, "Hello, all")
    await bot.says("event", kind="GuildMessageCreateEvent", text="Hello, all")
    await house.ada.react(message, "👍")
    await bot.says("event", kind="GuildReactionAddEvent")
    await house.ben.delete(message)
    await bot.says("event", kind="GuildMessageDeleteEvent")
    house.guild.add_member("Cleo")
    await bot.says("event", kind="MemberCreateEvent")
    annex = house.guild.add_text_channel("annex")
    await bot.says("event", kind="GuildChannelCreateEvent")
    house.guild.delete_channel(annex)
    await bot.says("event", kind="GuildChannelDeleteEvent")
    house.guild.set_permissions(house.guild.add_role("Readers"), "manage_messages")
    await bot.says("event", kind="RoleUpdateEvent")
    judge(house, bot)


async def test_it_sees_people_join_and_raise_their_hands(house: House, bot: BotProcess) -> None:
    where = {"user_id": str(house.ada.id), "channel_id": str(house.stage.id)}
    await house.host.join(house.stage)
    await house.ada.join(house.stage)
    await bot.says("voice state", **where, suppressed=True, hand_up=False)
    await house.ada.raise_hand()
    await bot.says("voice state", **where, suppressed=True, hand_up=True)
    await house.host.invite_natively(house.ada)
    await house.ada.accept_invitation()
    await bot.says("voice state", **where, suppressed=False, hand_up=False)
    await house.ada.leave()
    await bot.says("voice state", user_id=str(house.ada.id), channel_id=None)
    judge(house, bot)


async def test_it_enters_and_leaves_the_stage(house: House, bot: BotProcess) -> None:
    reply = await house.ada.run("enter")
    assert reply.text == "Entered Reading room, suppressed: False"
    voice = await bot.says("voice")
    assert voice["endpoint"].startswith("wss://")
    me = house.guild.members[house.application.bot.id]
    assert me.voice is not None
    assert voice["session_id"] == me.voice.session_id
    assert (await house.ada.run("exit")).text == "Left"
    await house.discord.wait_for(lambda: me.voice is None)
    judge(house, bot)


READ: dict[str, dict[str, Any]] = {
    "server": {
        "guild": ["Book club", 4, ["@everyone", "Early Hosts", "Visitor"]],
        "my_guilds": [["Book club", True]],
        "channels": {
            "general": "GuildTextChannel",
            "Rooms": "GuildCategory",
            "Reading room": "GuildStageChannel",
            "Kitchen": "GuildVoiceChannel",
        },
        "roles": ["@everyone", "Early Hosts", "Visitor"],
        "changed_channel": ["Quiet", "SEND_MESSAGES"],
        "changed_role": ["Avid reader", True, "#336699"],
        "commands": ["Look up", "Quote", "ask", "enter", "exit", "greet", "later", "menu", "read"],
        "invite": ["Book club", 3600.0],
    },
    "people": {
        "members": ["visitor", "Grace", "Ada", "Ben"],
        "changed_member": ["Ben", True],
        "user": ["visitor", True],
        "direct_message": ["Ada", "psst"],
        "voice_state": ["Ada", True],
        "ban": ["Ben", "noise"],
    },
    "messages": {
        "messages": {
            "read": ["First, edited", "7", "one.txt", "👍"],
            "answered": "First",
            "newest": ["Second", "First, edited"],
            "fans": ["visitor"],
        },
        "pins": ["To keep"],
        "webhook": ["Narrator", "By webhook", "Captions", ["Captions"]],
        "threads": ["Within", ["Aside"], [True], True],
    },
    "calendar": {
        "stage_instance": ["Chapter one", "Chapter two", "Chapter two"],
        "scheduled_events": ["Long reading", ["Long reading", "Walk"], "The park"],
    },
}


@pytest.mark.parametrize("part", READ)
async def test_it_reads_every_resource(house: House, bot: BotProcess, part: str) -> None:
    await house.ada.join(house.stage)
    await house.host.run("read", part=part)
    said = await bot.says("read")
    assert said["found"] == {"failures": {}, **READ[part]}
    judge(house, bot)


async def test_it_resumes_after_a_dropped_socket(house: House, bot: BotProcess) -> None:
    before = len(bot.reports)
    house.discord.faults.gateway.drop(house.application)
    await bot.says("event", kind="ShardDisconnectedEvent", after=before)
    await house.ben.post(house.chat, "Did you hear this?")
    await bot.says("event", kind="ShardResumedEvent", after=before)
    await bot.says("event", kind="GuildMessageCreateEvent", text="Did you hear this?", after=before)
    await bot.says("event", kind="ShardConnectedEvent", after=before)
    assert not any(report.get("kind") == "ShardReadyEvent" for report in bot.reports[before:])
    reply = await house.ada.run("greet", who=house.ben)
    assert reply.text.startswith("Hello Ben!")
    assert house.discord.violations == []


def judge(house: House, bot: BotProcess) -> None:
    """Neither side found fault with the other."""
    assert bot.complaints == []
    assert house.discord.violations == []
    assert not house.discord.unknown_routes
