"""What discord.py itself sends passes: its views, modals, embeds, command trees and edits of resources."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import discord
import pytest
from discord import app_commands, ui
from discord.http import HTTPClient, Route, handle_message_parameters
from discord.webhook.async_ import interaction_message_response_params, interaction_response_params

from discord_emulator.validation.commands import check_commands
from discord_emulator.validation.interactions import check_callback
from discord_emulator.validation.messages import check_message
from discord_emulator.validation.modals import check_modal
from discord_emulator.validation.resources import (
    check_channel,
    check_member_edit,
    check_overwrite,
    check_role,
    check_scheduled_event,
    check_stage_instance,
    check_voice_state,
)


def upload(name: str = "notes.txt") -> discord.File:
    return discord.File(io.BytesIO(b"hello"), filename=name, description="Notes")


def body_of(parameters: Any) -> tuple[dict[str, Any], int]:
    """The JSON body that discord.py sends, after a trip through JSON, and its number of files."""
    parts = parameters.multipart or []
    if parts:
        return json.loads(parts[0]["value"]), len(parts) - 1
    return json.loads(json.dumps(parameters.payload)), 0


def assert_sendable(parameters: Any, **options: Any) -> None:
    body, files = body_of(parameters)
    check_message(body, files=files, **options)


def buttons() -> ui.ActionRow[Any]:
    return ui.ActionRow(
        ui.Button(label="Listen", style=discord.ButtonStyle.primary, emoji="🎧", custom_id="listen"),
        ui.Button(label="Leave", style=discord.ButtonStyle.danger, disabled=True, custom_id="leave"),
        ui.Button(label="Replay", url="https://example.org/replay"),
        ui.Button(style=discord.ButtonStyle.premium, sku_id=5),
        ui.Button(emoji=discord.PartialEmoji(name="wave", id=7, animated=True), custom_id="wave"),
    )


class Panel(ui.LayoutView):
    """Every component of a message."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        thumbnail = ui.Thumbnail("https://example.org/cover.png", description="Cover", spoiler=True)
        gallery = ui.MediaGallery(discord.MediaGalleryItem("attachment://notes.txt", description="Notes"))
        parts: list[ui.Item[Any]] = [
            ui.TextDisplay("# Evening Space"),
            ui.Section("Host", "Speakers", "Listeners", accessory=thumbnail),
            ui.Section(ui.TextDisplay("Raise your hand"), accessory=ui.Button(label="✋", custom_id="hand")),
            ui.Separator(spacing=discord.SeparatorSpacing.large, visible=False),
            gallery,
            ui.File("attachment://notes.txt"),
            buttons(),
            ui.ActionRow(ui.UserSelect(placeholder="Who?", min_values=0, max_values=25, custom_id="who")),
        ]
        self.add_item(ui.Container(*parts, accent_colour=discord.Colour.blurple(), spoiler=True, id=40))
        self.add_item(ui.TextDisplay("Below"))


class Controls(ui.View):
    """Rows without layouts, with every select."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        options = [
            discord.SelectOption(label="English", value="en", emoji="🇬🇧", default=True),
            discord.SelectOption(label="Deutsch", description="German"),
        ]
        self.add_item(ui.Select(options=options, placeholder="Language", max_values=2))
        self.add_item(ui.UserSelect(default_values=[discord.Object(1, type=discord.User)]))
        self.add_item(ui.RoleSelect(disabled=True))
        mentionables = [discord.Object(1, type=discord.User), discord.Object(2, type=discord.Role)]
        self.add_item(ui.MentionableSelect(max_values=2, default_values=mentionables))
        self.add_item(ui.ChannelSelect(channel_types=[discord.ChannelType.stage_voice]))


def full_embed() -> discord.Embed:
    embed = discord.Embed(
        title="Live", description="Now", url="https://example.org", colour=0xFF0000, timestamp=datetime.now(UTC)
    )
    embed.set_author(name="Ada", url="https://example.org/ada", icon_url="attachment://notes.txt")
    embed.set_footer(text="Spaces", icon_url="https://example.org/icon.png")
    embed.set_image(url="attachment://notes.txt").set_thumbnail(url="https://example.org/t.png")
    return embed.add_field(name="Topic", value="Sound").add_field(name="\u200b", value="\u200b", inline=False)


async def test_layouts() -> None:
    assert_sendable(handle_message_parameters(view=Panel(), files=[upload()]))
    assert_sendable(handle_message_parameters(view=Panel(), flags=discord.MessageFlags(silent=True), file=upload()))


async def test_layouts_in_edits() -> None:
    sent, _ = body_of(handle_message_parameters(view=Panel(), files=[upload()]))
    previous = sent | {"attachments": [{"id": "99", "filename": "notes.txt"}]}
    assert_sendable(handle_message_parameters(view=Panel()), is_edit=True, previous=previous)
    plain = {"content": "hello", "flags": 0, "embeds": [], "components": [], "attachments": []}
    parameters = handle_message_parameters(content=None, embeds=[], view=Panel(), attachments=[upload()])
    assert_sendable(parameters, is_edit=True, previous=plain)


async def test_rows_and_embeds() -> None:
    mentions = discord.AllowedMentions(users=[discord.Object(1)], roles=True, everyone=False, replied_user=True)
    parameters = handle_message_parameters(
        content="hello",
        embeds=[full_embed(), discord.Embed(description="x")],
        view=Controls(),
        file=upload(),
        nonce=discord.utils.time_snowflake(datetime.now(UTC)),
        allowed_mentions=mentions,
        previous_allowed_mentions=discord.AllowedMentions.none(),
        message_reference={"message_id": 1, "channel_id": 2, "guild_id": 3},
        stickers=[5],
    )
    assert_sendable(parameters)


async def test_polls() -> None:
    poll = discord.Poll("Again?", timedelta(hours=32 * 24), multiple=True)
    poll.add_answer(text="Yes", emoji="👍").add_answer(text="No")
    assert_sendable(handle_message_parameters(poll=poll))


async def test_a_received_embed_can_be_sent_again() -> None:
    data = full_embed().to_dict() | {"type": "rich", "content_scan_version": 2}
    data["image"] = {
        "url": "https://e.org/a.png",
        "proxy_url": "https://e.org/b.png",
        "width": 3,
        "height": 4,
        "flags": 0,
    }
    assert_sendable(handle_message_parameters(embed=discord.Embed.from_dict(data)))  # type: ignore[arg-type]


async def test_answers_to_interactions() -> None:
    for kind in (4, 7):
        parameters = interaction_message_response_params(
            type=kind,
            content=None,
            embed=None,
            view=Panel(),
            flags=discord.MessageFlags(ephemeral=kind == 4),
            files=[upload()],
            previous_allowed_mentions=discord.AllowedMentions.none(),
        )
        body, files = body_of(parameters)
        check_callback(body, interaction_type=3, files=files)
    body, _ = body_of(interaction_response_params(type=5, data={"flags": 64}))
    check_callback(body, interaction_type=2, files=0)
    choices = [app_commands.Choice(name=str(number), value=number).to_dict() for number in range(25)]
    body, _ = body_of(interaction_response_params(type=8, data={"choices": choices}))
    check_callback(body, interaction_type=4, files=0, option_type=4)


class Questions(ui.Modal, title="Start a Space"):
    """Every component of a modal that takes five at most, so one is left for :class:`Uploads`."""

    words = ui.TextDisplay("Tell us about your Space")
    topic = ui.Label(
        text="Topic",
        description="What is it about?",
        component=ui.TextInput(style=discord.TextStyle.long, min_length=1, max_length=120, default="Evening"),
    )
    who = ui.Label(
        text="Who may speak?",
        component=ui.RadioGroup(
            options=[
                discord.RadioGroupOption(label="Everyone", value="all", default=True),
                discord.RadioGroupOption(label="Invited people", value="some", description="Hosts invite"),
            ]
        ),
    )
    extras = ui.Label(
        text="Extras",
        component=ui.CheckboxGroup(
            required=False, min_values=0, options=[discord.CheckboxGroupOption(label="Captions")]
        ),
    )
    record = ui.Label(text="Keep a transcript", component=ui.Checkbox(default=True))


class Uploads(ui.Modal, title="Add a cover"):
    cover = ui.Label(text="Cover", component=ui.FileUpload(required=False, min_values=0, max_values=10))
    people = ui.Label(text="Co-hosts", component=ui.UserSelect(required=False, min_values=0, max_values=5))
    stage = ui.Label(text="Where", component=ui.ChannelSelect(channel_types=[discord.ChannelType.stage_voice]))
    language = ui.Label(text="Language", component=ui.Select(options=[discord.SelectOption(label="English")]))
    old = ui.TextInput(label="Notes", placeholder="As before", required=False)


@pytest.mark.parametrize("kind", [Questions, Uploads])
async def test_modals(kind: type[ui.Modal]) -> None:
    form = kind(custom_id="space:new")
    check_modal(form.to_dict())
    body, _ = body_of(interaction_response_params(type=9, data=form.to_dict()))
    check_callback(body, interaction_type=2, files=0)


class German(app_commands.Translator):
    async def translate(self, string: app_commands.locale_str, locale: discord.Locale, context: Any) -> str | None:
        return f"{string.message}ü" if locale is discord.Locale.german else None


class Client(discord.Client):
    """A client that notes the bodies of its calls in place of sending them."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents.none())
        self.http = self._connection.http = RecordingHTTP(self.loop)


class Noted(Exception):
    """Ends a call once its body is noted."""


class RecordingHTTP(HTTPClient):
    body: dict[str, Any]

    async def request(self, route: Route, **options: Any) -> Any:
        self.body = json.loads(json.dumps(options["json"]))
        raise Noted


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    async with Client() as client:
        yield client


def make_tree(client: discord.Client) -> app_commands.CommandTree[Any]:
    tree = app_commands.CommandTree(client)
    space = app_commands.Group(
        name="space", description="Spaces", default_permissions=discord.Permissions(manage_channels=True)
    )
    admin = app_commands.Group(name="admin", description="Care for Spaces", parent=space)

    @space.command(name="start", description="Starts a Space")
    @app_commands.choices(language=[app_commands.Choice(name="English", value="en")])
    async def start(
        interaction: discord.Interaction,
        *,
        topic: app_commands.Range[str, 1, 120],
        stage: discord.StageChannel,
        language: str = "en",
        limit: app_commands.Range[int, 0, 10_000] = 0,
        volume: app_commands.Range[float, 0.0, 1.0] = 1.0,
        cover: discord.Attachment | None = None,
        cohost: discord.Member | None = None,
        open_to: discord.Role | None = None,
        record: bool = False,
    ) -> None: ...

    @admin.command(name="find", description="Finds a Space")
    @app_commands.describe(topic="What it was about")
    async def find(interaction: discord.Interaction, topic: str) -> None: ...

    @find.autocomplete("topic")
    async def complete(interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        return []

    @tree.context_menu(name="Invite to speak")
    async def invite(interaction: discord.Interaction, member: discord.Member) -> None: ...

    @tree.context_menu(name="Share in the Space")
    async def share(interaction: discord.Interaction, message: discord.Message) -> None: ...

    @tree.command(name="listen", description="Listens", nsfw=False)
    @app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
    @app_commands.allowed_installs(guilds=True)
    @app_commands.default_permissions(None)
    async def listen(interaction: discord.Interaction) -> None: ...

    tree.add_command(space)
    return tree


async def test_command_trees(client: Client) -> None:
    tree = make_tree(client)
    kinds = list(discord.AppCommandType)
    commands = [command for kind in kinds for command in tree.get_commands(type=kind)]
    assert len(commands) == 4
    check_commands([command.to_dict(tree) for command in commands])
    translated = [await command.get_translated_payload(tree, German()) for command in commands]
    assert translated[0]["name_localizations"] == {"de": f"{translated[0]['name']}ü"}
    check_commands(json.loads(json.dumps(translated)))


@pytest.fixture
def guild(client: Client) -> discord.Guild:
    data: Any = {
        "id": "1", "name": "Guild", "owner_id": "2", "roles": [{"id": "1", "name": "@everyone", "permissions": "0",
        "position": 0, "color": 0, "colors": {"primary_color": 0}, "hoist": False, "managed": False,
        "mentionable": False}],
        "channels": [{"id": "5", "type": 13, "name": "Stage", "position": 0, "bitrate": 64000, "user_limit": 0,
        "permission_overwrites": []}],
    }  # fmt: skip
    return discord.Guild(data=data, state=client._connection)


@pytest.fixture
def ada(guild: discord.Guild) -> discord.Member:
    user: Any = {"id": "3", "username": "ada", "discriminator": "0", "avatar": None}
    data: Any = {"user": user, "roles": [], "joined_at": None, "flags": 0, "deaf": False, "mute": False}
    return discord.Member(data=data, guild=guild, state=guild._state)


async def noted(client: Client, call: Any) -> dict[str, Any]:
    with pytest.raises(Noted):
        await call
    assert isinstance(client.http, RecordingHTTP)
    return client.http.body


async def test_stages_and_channels(client: Client, guild: discord.Guild, ada: discord.Member) -> None:
    overwrites: dict[discord.Role | discord.Member | discord.Object, discord.PermissionOverwrite] = {
        guild.default_role: discord.PermissionOverwrite(connect=True, speak=False),
        ada: discord.PermissionOverwrite(mute_members=True),
    }
    create = guild.create_stage_channel("Evening", overwrites=overwrites, user_limit=50, bitrate=64_000)
    check_channel(await noted(client, create))
    stage = guild.stage_channels[0]
    check_channel(
        await noted(client, stage.edit(name="Late", user_limit=10, overwrites=overwrites)), is_edit=True, kind=13
    )
    check_overwrite(await noted(client, stage.set_permissions(ada, connect=False)))
    check_stage_instance(await noted(client, stage.create_instance(topic="Evening Space")))


async def test_members_and_roles(client: Client, guild: discord.Guild, ada: discord.Member) -> None:
    check_member_edit(await noted(client, ada.edit(nick=None, mute=True, deafen=False, voice_channel=None)))
    check_member_edit(await noted(client, ada.edit(roles=[discord.Object(9)])))  # type: ignore[list-item]
    check_member_edit(await noted(client, ada.timeout(timedelta(days=28))))
    check_voice_state(await noted(client, ada.edit(suppress=False)))
    check_voice_state(await noted(client, ada.edit(suppress=True)))
    permissions = discord.Permissions(manage_channels=True)
    check_role(await noted(client, guild.create_role(name="Host", colour=0xFF00FF, permissions=permissions)))
    check_role(await noted(client, guild.default_role.edit(permissions=permissions, hoist=True)), is_edit=True)


async def test_scheduled_events(client: Client, guild: discord.Guild) -> None:
    start = discord.utils.utcnow() + timedelta(hours=1)
    end = start + timedelta(hours=1)
    level = discord.PrivacyLevel.guild_only
    create = guild.create_scheduled_event(
        name="Evening", start_time=start, channel=guild.stage_channels[0], privacy_level=level, description=""
    )
    planned = await noted(client, create)
    check_scheduled_event(planned)
    outing = guild.create_scheduled_event(
        name="Walk", start_time=start, end_time=end, entity_type=discord.EntityType.external, location="Park",
        privacy_level=level,
    )  # fmt: skip
    check_scheduled_event(await noted(client, outing))
    stored: Any = planned | {"id": "8", "guild_id": "1", "status": 1, "entity_metadata": None}
    event = discord.ScheduledEvent(state=client._connection, data=stored)
    check_scheduled_event(await noted(client, event.start()), is_edit=True, previous=stored)
    check_scheduled_event(await noted(client, event.edit(name="Late", end_time=end)), is_edit=True, previous=stored)
