"""Threads and posts in forums: who starts, sees, joins, changes and lists them, and what is told of it."""

from __future__ import annotations

import io

import discord
import pytest

from discord_emulator import Channel, EmulatorError

from .conftest import INTENTS, Bot, Stand

THREADS = ("create_public_threads", "create_private_threads")


@pytest.fixture
async def bot(stand: Stand) -> Bot:
    stand.permit(*THREADS)
    return await stand.start()


async def private_thread(stand: Stand, bot: Bot, *, invitable: bool = True) -> tuple[discord.Thread, Channel]:
    kind = discord.ChannelType.private_thread
    thread = await stand.seen_by(bot).create_thread(name="backstage", type=kind, invitable=invitable)
    return thread, stand.guild.channel("backstage")


async def test_a_thread_on_a_message(stand: Stand, bot: Bot) -> None:
    sent = await stand.seen_by(bot).send("a post")
    thread = await sent.create_thread(name="about it")
    await bot.saw("THREAD_CREATE")
    assert thread.id == sent.id
    fetched = await sent.fetch()
    assert fetched.flags.has_thread
    assert fetched.thread is not None
    place = stand.guild.channel("about it")
    starter = stand.ada.messages(place)[0]
    assert (starter.type, starter.reference) == (21, stand.ada.messages(stand.chat)[0])
    with pytest.raises(discord.HTTPException) as refusal:
        await sent.create_thread(name="again")
    assert refusal.value.code == 160004
    await sent.delete()
    assert place in stand.guild.threads.values()
    assert stand.discord.violations == []


async def test_a_public_thread_is_told_of_in_its_channel(stand: Stand, bot: Bot) -> None:
    thread = await stand.seen_by(bot).create_thread(name="talk", type=discord.ChannelType.public_thread)
    note = stand.ada.messages(stand.chat)[-1]
    assert (note.type, note.text, note.refers_to) == (18, "talk", stand.guild.channel("talk"))
    await stand.ada.post(stand.guild.channel("talk"), "hi")
    place = stand.guild.channel("talk").thread
    assert place is not None
    assert set(place.members) == {stand.application.bot.id, stand.ada.id}
    await thread.edit(name="our talk")
    assert [message.type for message in stand.ada.messages(stand.guild.channel("our talk"))] == [0, 4]


async def test_a_private_thread_is_closed_to_those_outside(stand: Stand, bot: Bot) -> None:
    stand.permit(*THREADS)
    place = await stand.ada.start_thread(stand.chat, "secret", private=True)
    message = await stand.ada.post(place, "psst")
    with stand.discord.expecting("missing access"):
        assert (await stand.ask("GET", f"/channels/{place.id}/messages/{message.id}"))[1]["code"] == 50001
    await stand.ada.post(stand.chat, "public")
    await bot.saw("MESSAGE_CREATE")
    assert bot.seen.count("THREAD_CREATE") == 0
    assert not stand.ben.can_see(place)
    with pytest.raises(EmulatorError, match="does not see"):
        await stand.ben.join_thread(place)
    stand.permit(*THREADS, "manage_threads")
    assert (await stand.ask("GET", f"/channels/{place.id}/messages/{message.id}"))[0] == 200


async def test_members_come_and_go(stand: Stand, bot: Bot) -> None:
    thread, place = await private_thread(stand, bot)
    await thread.add_user(discord.Object(stand.ada.id))
    assert stand.ada.can_see(place)
    note = stand.ada.messages(place)[-1]
    assert (note.type, note.mention_ids) == (1, {stand.ada.id})
    member = await thread.fetch_member(stand.ada.id)
    assert member.id == stand.ada.id
    await thread.remove_user(discord.Object(stand.ada.id))
    assert not stand.ada.can_see(place)
    with pytest.raises(discord.NotFound) as gone:
        await thread.fetch_member(stand.ada.id)
    assert gone.value.code == 10007
    await thread.leave()
    await bot.saw("THREAD_MEMBERS_UPDATE")
    with stand.discord.expecting("missing access"), pytest.raises(discord.Forbidden):
        await thread.send("I am gone")


async def test_an_application_that_is_added_learns_of_the_thread(stand: Stand, bot: Bot) -> None:
    place = await stand.ada.start_thread(stand.chat, "secret", private=True)
    other = stand.discord.add_application("Other")
    stand.guild.install(other, ["view_channel", "manage_threads", "send_messages_in_threads"])
    path = f"/channels/{place.id}/thread-members/{stand.application.bot.id}"
    assert await stand.ask("PUT", path, application=other) == (204, None)
    await bot.saw("THREAD_MEMBERS_UPDATE")
    assert bot.seen.index("THREAD_CREATE") < bot.seen.index("THREAD_MEMBERS_UPDATE")
    thread = stand.seen_by(bot).get_thread(place.id)
    assert thread is not None
    assert thread.me is not None


async def test_the_list_of_members_needs_the_members_intent(stand: Stand, bot: Bot) -> None:
    thread, place = await private_thread(stand, bot)
    await thread.add_user(discord.Object(stand.ada.id))
    with stand.discord.expecting("missing access"), pytest.raises(discord.Forbidden):
        await thread.fetch_members()
    stand.application.privileged_intents |= 1 << 1
    assert {member.id for member in await thread.fetch_members()} == {stand.application.bot.id, stand.ada.id}
    path = f"/channels/{place.id}/thread-members?with_member=true&limit=1"
    page = (await stand.ask("GET", path))[1]
    assert [entry["member"]["user"]["id"] for entry in page] == [str(stand.application.bot.id)]
    page = (await stand.ask("GET", f"{path}&after={page[0]['user_id']}"))[1]
    assert [entry["member"]["user"]["username"] for entry in page] == ["ada"]


async def test_writing_opens_an_archived_thread_but_not_a_locked_one(stand: Stand, bot: Bot) -> None:
    stand.permit(*THREADS, "manage_threads")
    thread = await stand.seen_by(bot).create_thread(name="talk", type=discord.ChannelType.public_thread)
    place = stand.guild.channel("talk")
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="Clap", custom_id="clap"))
    sent = await thread.send("one", view=view)
    await thread.edit(archived=True)
    for call in (sent.edit(content="x"), sent.add_reaction("👏"), thread.add_user(discord.Object(stand.ada.id))):
        with pytest.raises(discord.HTTPException) as refusal:
            await call
        assert refusal.value.code == 50083
    with pytest.raises(EmulatorError, match="is archived"):
        await stand.ada.press(stand.ada.messages(place)[0], "Clap")
    await stand.ada.post(place, "two")
    assert place.thread is not None
    assert not place.thread.archived
    await thread.edit(archived=True, locked=True)
    with pytest.raises(EmulatorError, match="locked"):
        await stand.ada.post(place, "three")
    stand.permit(*THREADS)
    with pytest.raises(discord.HTTPException) as refusal:
        await thread.send("four")
    assert refusal.value.code == 160005
    with stand.discord.expecting("missing permission"), pytest.raises(discord.Forbidden):
        await thread.edit(archived=False)


async def test_a_thread_nobody_uses_is_archived(stand: Stand, bot: Bot) -> None:
    await stand.seen_by(bot).create_thread(
        name="talk", type=discord.ChannelType.public_thread, auto_archive_duration=60
    )
    place = stand.guild.channel("talk")
    assert place.thread is not None
    stand.discord.advance(50 * 60)
    await stand.ada.post(place, "still here")
    stand.discord.advance(50 * 60)
    assert not place.thread.archived
    stand.discord.advance(11 * 60)
    assert place.thread.archived
    await bot.saw("THREAD_UPDATE")


async def test_lists(stand: Stand, bot: Bot) -> None:
    stand.permit(*THREADS, "manage_threads")
    channel = stand.seen_by(bot)
    kind = discord.ChannelType.public_thread
    threads = [await channel.create_thread(name=f"p{number}", type=kind) for number in range(3)]
    secret, _ = await private_thread(stand, bot)
    active = await channel.guild.active_threads()
    assert {thread.name for thread in active} == {"p0", "p1", "p2", "backstage"}
    for thread in (threads[1], threads[0], threads[2], secret):
        stand.discord.advance(1)
        await thread.edit(archived=True)
    assert [thread.name async for thread in channel.archived_threads()] == ["p2", "p0", "p1"]
    assert [thread.name async for thread in channel.archived_threads(limit=2)] == ["p2", "p0"]
    assert [thread.name async for thread in channel.archived_threads(private=True)] == ["backstage"]
    stand.permit(*THREADS)
    assert [thread.name async for thread in channel.archived_threads(private=True, joined=True)] == ["backstage"]
    with stand.discord.expecting("missing permission"), pytest.raises(discord.Forbidden):
        _ = [thread async for thread in channel.archived_threads(private=True)]
    assert await channel.guild.active_threads() == []


async def test_a_post_in_a_forum(stand: Stand, bot: Bot) -> None:
    forum = stand.guild.add_forum_channel("questions", tags=["solved"], moderated_tags=["official"])
    await bot.saw("CHANNEL_CREATE")
    channel = bot.get_channel(forum.id)
    assert isinstance(channel, discord.ForumChannel)
    solved, official = channel.available_tags
    created = await channel.create_thread(
        name="Why?", content="Because", file=discord.File(io.BytesIO(b"x"), "x.txt"), applied_tags=[solved]
    )
    assert created.message.id == created.thread.id
    assert [tag.name for tag in created.thread.applied_tags] == ["solved"]
    post = stand.guild.channel("Why?")
    assert [(message.text, message.files) for message in stand.ada.messages(post)] == [("Because", {"x.txt": b"x"})]
    with stand.discord.expecting("missing permission"), pytest.raises(discord.Forbidden):
        await channel.create_thread(name="Mine", content="x", applied_tags=[official])
    with pytest.raises(discord.HTTPException) as refusal:
        await bot.http.send_message(forum.id, params=discord.http.handle_message_parameters("x"))
    assert refusal.value.code == 40058
    by_ada = await stand.ada.start_thread(forum, "Hers", content="hello")
    assert stand.ben.can_see(by_ada)
    stand.guild.delete_channel(forum)
    assert by_ada not in stand.guild.threads.values()


async def test_where_there_are_no_threads(stand: Stand, bot: Bot) -> None:
    stage = stand.guild.add_stage_channel("room")
    message = await stand.host.post(stage, "x")
    for path in (f"/channels/{stage.id}/threads", f"/channels/{stage.id}/messages/{message.id}/threads"):
        with stand.discord.expecting("invalid call"):
            assert (await stand.ask("POST", path, {"name": "x"}))[1]["code"] == 50024
    with stand.discord.expecting("invalid call"):
        status, body = await stand.ask("GET", f"/channels/{stage.id}/threads/archived/public")
    assert (status, body["code"]) == (400, 50024)
    with pytest.raises(EmulatorError, match="this channel type"):
        await stand.host.start_thread(message, "x")


@pytest.mark.parametrize(
    "body",
    [{}, {"name": ""}, {"name": "x" * 101}, {"name": "x", "type": 10}, {"name": "x", "auto_archive_duration": 5}],
)
async def test_a_wrong_body_is_refused(stand: Stand, bot: Bot, body: dict[str, object]) -> None:
    with stand.discord.expecting("invalid body"):
        assert (await stand.ask("POST", f"/channels/{stand.chat.id}/threads", body))[1]["code"] == 50035


@pytest.mark.parametrize("kind", [discord.ChannelType.public_thread, discord.ChannelType.private_thread])
async def test_starting_needs_the_permission_of_its_kind(stand: Stand, kind: discord.ChannelType) -> None:
    stand.guild.default_role.permissions = 1 << 10
    stand.permit("create_private_threads" if kind is discord.ChannelType.public_thread else "create_public_threads")
    bot = await stand.start(intents=INTENTS)
    with stand.discord.expecting("missing permission"), pytest.raises(discord.Forbidden):
        await stand.seen_by(bot).create_thread(name="x", type=kind)  # type: ignore[call-overload]


async def test_a_bot_that_comes_online_learns_of_active_threads_it_can_see(stand: Stand) -> None:
    public = await stand.ada.start_thread(stand.chat, "talk")
    await stand.ada.start_thread(stand.chat, "secret", private=True)
    old = await stand.ada.start_thread(stand.chat, "old")
    stand.permit("manage_threads")
    await stand.ask("PATCH", f"/channels/{old.id}", {"archived": True})
    stand.permit()
    bot = await stand.start()
    guild = bot.get_guild(stand.guild.id)
    assert guild is not None
    assert [thread.id for thread in guild.threads] == [public.id]


async def test_who_leaves_the_server_leaves_its_threads(stand: Stand, bot: Bot) -> None:
    _, place = await private_thread(stand, bot)
    await stand.ask("PUT", f"/channels/{place.id}/thread-members/{stand.ada.id}")
    assert place.thread is not None
    assert stand.ada.id in place.thread.members
    stand.guild.remove_member(stand.ada)
    assert set(place.thread.members) == {stand.application.bot.id}


async def test_a_forum_can_ask_for_a_tag(stand: Stand, bot: Bot) -> None:
    guild = bot.get_guild(stand.guild.id)
    assert guild is not None
    tags = [discord.ForumTag(name="solved", emoji="✅")]
    forum = await guild.create_forum("questions", topic="Ask", available_tags=tags)
    await forum.edit(require_tag=True)
    with pytest.raises(discord.HTTPException) as refusal:
        await forum.create_thread(name="Why?", content="x")
    assert refusal.value.code == 40067
    (solved,) = forum.available_tags
    thread, _ = await forum.create_thread(name="Why?", content="x", applied_tags=[solved])
    await thread.edit(applied_tags=[])
    place = stand.guild.channel("Why?")
    assert place.thread is not None
    assert place.thread.tag_ids == []
    with stand.discord.expecting("invalid body"):
        body = {"applied_tags": ["1"]}
        assert (await stand.ask("PATCH", f"/channels/{place.id}", body))[1]["code"] == 50035
    fetched = (await stand.ask("GET", f"/channels/{place.id}"))[1]
    assert fetched["member"]["user_id"] == str(stand.application.bot.id)
    with stand.discord.expecting("invalid body"):
        assert (await stand.ask("PATCH", f"/channels/{place.id}", {"topic": "x"}))[1]["code"] == 50035
