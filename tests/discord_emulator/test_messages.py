"""Messages: what may be sent, who sees what, components, forms, files, reactions, direct messages, threads."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable

import discord
import pytest

from discord_emulator import EmulatorError

from .conftest import INTENTS, PERMISSIONS, Bot, Stand


def text_channel(bot: Bot, stand: Stand) -> discord.TextChannel:
    channel = bot.get_channel(stand.chat.id)
    assert isinstance(channel, discord.TextChannel)
    return channel


class Panel(discord.ui.View):
    """A message with buttons and selects; what was used ends up in ``used``."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        self.used: list[object] = []

    @discord.ui.button(label="Raise hand", emoji="✋", custom_id="raise")
    async def raise_hand(self, interaction: discord.Interaction, _: discord.ui.Button[Panel]) -> None:
        self.used.append(interaction.user.id)
        await interaction.response.send_message("You're 1st", view=Panel(), ephemeral=True)

    @discord.ui.button(label="Clap", custom_id="clap")
    async def clap(self, interaction: discord.Interaction, _: discord.ui.Button[Panel]) -> None:
        await interaction.response.defer()

    @discord.ui.button(label="Count", custom_id="count")
    async def count(self, interaction: discord.Interaction, button: discord.ui.Button[Panel]) -> None:
        button.disabled = True
        await interaction.response.edit_message(content="counted", view=self)

    @discord.ui.select(cls=discord.ui.UserSelect, placeholder="Who", max_values=2, custom_id="who")
    async def who(self, interaction: discord.Interaction, select: discord.ui.UserSelect[Panel]) -> None:
        self.used.append([member.id for member in select.values])
        await interaction.response.defer()

    @discord.ui.select(
        placeholder="Order",
        custom_id="order",
        options=[discord.SelectOption(label="As raised", value="fifo"), discord.SelectOption(label="Newcomers")],
    )
    async def order(self, interaction: discord.Interaction, select: discord.ui.Select[Panel]) -> None:
        self.used.append(select.values)
        await interaction.response.defer()


async def test_buttons_and_selects(stand: Stand) -> None:
    bot = await stand.start()
    panel = Panel()
    await text_channel(bot, stand).send("Panel", view=panel)
    message = stand.ada.messages(stand.chat)[-1]
    assert message.buttons == ["Raise hand", "Clap", "Count"]

    reply = await stand.ada.press(message, "Raise hand")
    assert (reply.text, reply.ephemeral) == ("You're 1st", True)
    assert (await stand.ada.press(message, "Clap")).silent
    await stand.ada.choose(message, "Who", stand.ben, stand.host)
    await stand.ada.choose(message, "Order", "As raised")
    counted = await stand.ada.press(message, "count")
    assert counted.message is message
    assert message.text == "counted"
    assert panel.used == [stand.ada.id, [stand.ben.id, stand.host.id], ["fifo"]]

    with pytest.raises(EmulatorError, match="greyed out"):
        await stand.ada.press(message, "Count")
    with pytest.raises(EmulatorError, match="no 'End'"):
        await stand.ada.press(message, "End")
    with pytest.raises(EmulatorError, match="choose 1 to 2"):
        await stand.ada.choose(message, "Who", stand.ada, stand.ben, stand.host)
    with pytest.raises(EmulatorError, match="Ben does not see"):
        await stand.ben.press(reply, "Clap")
    assert stand.discord.violations == []


class Consent(discord.ui.Modal, title="Before you speak"):
    """A form with every kind of input that a consent needs."""

    note = discord.ui.TextDisplay("Made by a machine.")
    question: discord.ui.Label[Consent] = discord.ui.Label(
        text="Your question", component=discord.ui.TextInput(custom_id="question", required=False, max_length=50)
    )
    choice: discord.ui.Label[Consent] = discord.ui.Label(
        text="What I say",
        component=discord.ui.RadioGroup(
            custom_id="say",
            options=[
                discord.RadioGroupOption(label="Captions only", value="captions"),
                discord.RadioGroupOption(label="Captions and transcript", value="both"),
            ],
        ),
    )
    hide: discord.ui.Label[Consent] = discord.ui.Label(
        text="Hide my name", component=discord.ui.Checkbox(custom_id="hide")
    )
    extras: discord.ui.Label[Consent] = discord.ui.Label(
        text="Also",
        component=discord.ui.CheckboxGroup(
            custom_id="also",
            required=False,
            min_values=0,
            options=[
                discord.CheckboxGroupOption(label="Remind me", value="remind"),
                discord.CheckboxGroupOption(label="Read aloud", value="read"),
            ],
        ),
    )

    def __init__(self) -> None:
        super().__init__()
        self.answers: list[object] = []

    async def on_submit(self, interaction: discord.Interaction) -> None:
        inputs = [label.component for label in (self.question, self.choice, self.hide, self.extras)]
        for each in inputs:
            if isinstance(each, discord.ui.CheckboxGroup):
                self.answers.append(each.values)
            elif isinstance(each, discord.ui.TextInput | discord.ui.RadioGroup | discord.ui.Checkbox):
                self.answers.append(each.value)
        await interaction.response.send_message("Noted", ephemeral=True)


async def with_form(stand: Stand) -> Consent:
    form = Consent()

    def prepare(bot: Bot) -> None:
        @bot.tree.command(name="consent", description="Asks")
        async def consent(interaction: discord.Interaction) -> None:
            await interaction.response.send_modal(form)

    await stand.start(prepare)
    return form


async def test_a_form_with_labels(stand: Stand) -> None:
    form = await with_form(stand)
    reply = await stand.ada.run("consent")
    assert reply.modal is not None
    assert reply.modal.title == "Before you speak"
    assert list(reply.modal.fields) == ["Your question", "What I say", "Hide my name", "Also"]
    assert "Made by a machine." in reply.text
    answers = {"What I say": "Captions and transcript", "Hide my name": True, "Also": ["Remind me"]}
    done = await stand.ada.submit(reply.modal, answers)
    assert done.text == "Noted"
    assert form.answers == ["", "both", True, ["remind"]]
    assert stand.discord.violations == []


@pytest.mark.parametrize(
    ("answers", "complaint"),
    [
        ({}, "'What I say' is required"),
        ({"What I say": "Everything"}, "no option 'Everything'"),
        ({"Colour": "red"}, "no 'Colour'"),
        ({"What I say": "Captions only", "Your question": "x" * 51}, "0 to 50 characters"),
        ({"What I say": "Captions only", "Hide my name": "yes"}, "ticked with True or False"),
    ],
)
async def test_a_client_does_not_send_a_wrong_form(stand: Stand, answers: dict[str, str], complaint: str) -> None:
    await with_form(stand)
    reply = await stand.ada.run("consent")
    with pytest.raises(EmulatorError, match=complaint):
        await stand.ada.submit(reply.modal, answers)


async def test_components_v2_can_be_read(stand: Stand) -> None:
    bot = await stand.start()
    view = discord.ui.LayoutView()
    container: discord.ui.Container[discord.ui.LayoutView] = discord.ui.Container(
        discord.ui.TextDisplay("**LIVE**"),
        discord.ui.Separator(),
        discord.ui.Section("A post", accessory=discord.ui.Thumbnail("https://example.org/a.png")),
        discord.ui.ActionRow(discord.ui.Button(label="Join", url="https://example.org")),
    )
    view.add_item(container)
    sent = await text_channel(bot, stand).send(view=view)
    message = stand.ada.messages(stand.chat)[-1]
    assert message.text == "**LIVE**\nA post"
    assert message.button("Join").url == "https://example.org"
    assert sent.flags.components_v2
    view.clear_items()
    view.add_item(discord.ui.TextDisplay("over"))
    await sent.edit(view=view)
    assert message.text == "over"
    assert message.edits == 1
    with stand.discord.expecting("invalid body"), pytest.raises(discord.HTTPException):
        await sent.edit(content="text and layout", view=view)


@pytest.mark.parametrize(
    ("send", "code"),
    [
        (lambda channel: channel.send("x" * 2001), 50035),
        (lambda channel: channel.send(""), 50006),
        (lambda channel: channel.send(embed=discord.Embed(title="x" * 257)), 50035),
        (lambda channel: channel.send("x", nonce="n" * 26), 50035),
    ],
)
async def test_what_discord_refuses_to_send(
    stand: Stand, send: Callable[[discord.TextChannel], Awaitable[object]], code: int
) -> None:
    bot = await stand.start()
    with stand.discord.expecting("invalid body"), pytest.raises(discord.HTTPException) as refusal:
        await send(text_channel(bot, stand))
    assert refusal.value.code == code
    assert stand.ada.messages(stand.chat) == []


@pytest.mark.parametrize(
    ("missing", "send"),
    [
        ("send_messages", lambda channel: channel.send("x")),
        ("embed_links", lambda channel: channel.send(embed=discord.Embed(title="x"))),
        ("attach_files", lambda channel: channel.send(file=discord.File(io.BytesIO(b"x"), "x.txt"))),
        ("manage_channels", lambda channel: channel.edit(name="y")),
        ("manage_channels", lambda channel: channel.delete()),
        ("manage_roles", lambda channel: channel.set_permissions(channel.guild.default_role, connect=False)),
    ],
)
async def test_missing_permission(
    stand: Stand, missing: str, send: Callable[[discord.TextChannel], Awaitable[object]]
) -> None:
    role = next(role for role in stand.guild.roles.values() if role.managed)
    stand.guild.default_role.permissions = 1 << 10
    stand.guild.set_permissions(role, [name for name in PERMISSIONS if name != missing])
    bot = await stand.start()
    with stand.discord.expecting("missing permission"), pytest.raises(discord.Forbidden) as refusal:
        await send(text_channel(bot, stand))
    assert refusal.value.code == 50013


async def test_a_hidden_channel_is_missing_access(stand: Stand) -> None:
    stand.guild.deny(stand.chat, stand.guild.members[stand.application.bot.id], "view_channel")
    bot = await stand.start()
    with stand.discord.expecting("missing access"), pytest.raises(discord.Forbidden) as refusal:
        await text_channel(bot, stand).send("x")
    assert refusal.value.code == 50001
    await stand.ada.post(stand.chat, "unheard")
    assert bot.seen.count("MESSAGE_CREATE") == 0


async def test_content_is_blank_without_the_intent(stand: Stand) -> None:
    bot = await stand.start()
    got: asyncio.Queue[discord.Message] = asyncio.Queue()

    @bot.event
    async def on_message(message: discord.Message) -> None:
        got.put_nowait(message)

    secret = await stand.ada.post(stand.chat, "a secret")
    to_bot = await stand.ada.post(stand.chat, f"<@{stand.application.bot.id}> hello")
    own = await text_channel(bot, stand).send("mine")
    contents = [(await asyncio.wait_for(got.get(), 5)).content for _ in range(3)]
    assert contents == ["", to_bot.text, "mine"]
    fetched = await text_channel(bot, stand).fetch_message(secret.id)
    assert fetched.content == ""
    assert (await text_channel(bot, stand).fetch_message(own.id)).content == "mine"


async def test_pings_follow_allowed_mentions(stand: Stand) -> None:
    bot = await stand.start()
    role = stand.guild.add_role("Readers", mentionable=True)
    stand.ben.role_ids.add(role.id)
    channel = text_channel(bot, stand)
    words = f"{stand.ada.mention} {role.mention} @everyone"
    await channel.send(words)
    assert stand.ada.mentions == stand.ben.mentions == []
    await channel.send(words, allowed_mentions=discord.AllowedMentions(users=[discord.Object(stand.ada.id)]))
    assert len(stand.ada.mentions) == 1
    assert stand.ben.mentions == []
    sent = await channel.send(words, allowed_mentions=discord.AllowedMentions(roles=True))
    assert len(stand.ben.mentions) == 1
    await sent.edit(content=words, allowed_mentions=discord.AllowedMentions.all())
    assert len(stand.ada.mentions) == 1
    assert stand.host.mentions == []


async def test_files_are_kept_and_served(stand: Stand) -> None:
    bot = await stand.start()
    sent = await text_channel(bot, stand).send("see", file=discord.File(io.BytesIO(b"WEBVTT"), "talk.vtt"))
    message = stand.ada.messages(stand.chat)[-1]
    assert message.files == {"talk.vtt": b"WEBVTT"}
    assert await sent.attachments[0].read() == b"WEBVTT"
    await sent.edit(attachments=[discord.File(io.BytesIO(b"text"), "talk.txt")])
    assert message.files == {"talk.txt": b"text"}


async def test_reactions(stand: Stand) -> None:
    bot = await stand.start(intents=INTENTS | discord.Intents(guild_reactions=True))
    sent = await text_channel(bot, stand).send("clap")
    await sent.add_reaction("👏")
    message = stand.ada.messages(stand.chat)[-1]
    await stand.ada.react(message, "👏")
    await bot.saw("MESSAGE_REACTION_ADD", 2)
    assert message.reactions == {"👏": [stand.application.bot.id, stand.ada.id]}
    fetched = await sent.fetch()
    assert [(reaction.count, reaction.me) for reaction in fetched.reactions] == [(2, True)]
    await sent.clear_reactions()
    assert message.reactions == {}


async def test_history_and_bulk_deletion(stand: Stand) -> None:
    bot = await stand.start()
    for number in range(5):
        await stand.ada.post(stand.chat, f"message {number}")
    channel = text_channel(bot, stand)
    newest = [message async for message in channel.history(limit=2)]
    assert [message.id for message in newest] == [message.id for message in stand.ada.messages(stand.chat)[:2:-1]]
    await channel.delete_messages(newest)
    assert len(stand.ada.messages(stand.chat)) == 3


async def test_direct_messages(stand: Stand) -> None:
    bot = await stand.start()
    user = await bot.fetch_user(stand.ada.id)
    await user.send("psst")
    assert [message.text for message in stand.ada.direct_messages] == ["psst"]
    stand.ada.user.accepts_direct_messages = False
    with pytest.raises(discord.Forbidden) as refusal:
        await user.send("again")
    assert refusal.value.code == 50007


async def test_a_private_thread_is_seen_by_its_members(stand: Stand) -> None:
    role = next(role for role in stand.guild.roles.values() if role.managed)
    stand.guild.set_permissions(role, [*PERMISSIONS, "create_private_threads"])
    bot = await stand.start()
    thread = await text_channel(bot, stand).create_thread(name="backstage", type=discord.ChannelType.private_thread)
    await thread.add_user(discord.Object(stand.ada.id))
    await thread.send("only us")
    place = stand.guild.channel("backstage")
    assert [message.text for message in stand.ada.messages(place) if message.written] == ["only us"]
    assert stand.ben.messages(place) == []
