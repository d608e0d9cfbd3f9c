"""Discord's OpenAPI description as a judge of what the emulator answers and sends, and of what discord.py asks for."""

from __future__ import annotations

import io
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import discord
import pytest

from discord_emulator import Call

from .conftest import INTENTS, PERMISSIONS, Bot, Stand

SPECIFICATION = Path(__file__).parents[3] / "shared" / "discord-openapi.json"
ROOT = "urn:discord"
# What the gateway carries, by the schema that REST has for the same thing.
EVENTS = {
    "MESSAGE_CREATE": "MessageResponse",
    "MESSAGE_UPDATE": "MessageResponse",
    "CHANNEL_CREATE": "GuildChannelResponse",
    "CHANNEL_UPDATE": "GuildChannelResponse",
    "CHANNEL_DELETE": "GuildChannelResponse",
    "THREAD_CREATE": "ThreadResponse",
    "STAGE_INSTANCE_CREATE": "StageInstanceResponse",
    "STAGE_INSTANCE_UPDATE": "StageInstanceResponse",
    "STAGE_INSTANCE_DELETE": "StageInstanceResponse",
    "GUILD_MEMBER_UPDATE": "GuildMemberResponse",
    "GUILD_SCHEDULED_EVENT_CREATE": "StageScheduledEventResponse",
}

if not SPECIFICATION.is_file():
    pytest.skip("Discord's OpenAPI description is not at hand", allow_module_level=True)


class Judge:
    """Checks JSON against the description."""

    def __init__(self) -> None:
        from referencing import Registry
        from referencing.jsonschema import DRAFT202012

        self.contents = json.loads(SPECIFICATION.read_text(encoding="utf-8"))
        self._registry: Any = Registry().with_resource(ROOT, DRAFT202012.create_resource(self.contents))
        self._paths = {shape(path): path for path in self.contents["paths"]}

    def faults(self, pointer: str, body: Any) -> list[str]:
        from jsonschema import Draft202012Validator

        validator = Draft202012Validator({"$ref": f"{ROOT}#{pointer}"}, registry=self._registry)
        return [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(body)]

    def faults_of_thing(self, schema: str, body: Any) -> list[str]:
        return self.faults(f"/components/schemas/{schema}", body)

    def faults_of_call(self, call: Call) -> list[str]:
        """What is wrong with the answer of a successful call."""
        if call.route is None or call.status >= 300:
            return []
        path = self._paths.get(shape(call.route))
        if path is None:
            return [f"the description has no {call.route}"]
        answers = self.contents["paths"][path][call.method.lower()]["responses"]
        if str(call.status) not in answers:
            return [f"{call.status} is not among {sorted(answers)}"]
        if call.response_body is None:
            return []
        pointer = "/".join(["/paths", escaped(path), call.method.lower(), "responses", str(call.status)])
        return self.faults(f"{pointer}/content/application~1json/schema", call.response_body)


def shape(path: str) -> str:
    """A path without the names of its parameters: the description calls some differently."""
    return re.sub(r"\{\w+\}", "{}", path).replace("messages/@original", "messages/{}")


def escaped(path: str) -> str:
    return path.replace("~", "~0").replace("/", "~1").replace("{", "%7B").replace("}", "%7D")


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge()


@pytest.fixture
async def received(stand: Stand) -> list[tuple[str, Any]]:
    """Every gateway event of one long story, in which the bot does what a bot like ours does."""
    role = next(role for role in stand.guild.roles.values() if role.managed)
    stand.guild.set_permissions(
        role, [*PERMISSIONS, "create_events", "create_private_threads", "create_instant_invite", "change_nickname"]
    )
    events: list[tuple[str, Any]] = []

    def prepare(bot: Bot) -> None:
        bot._enable_debug_events = True

        @bot.event
        async def on_socket_raw_receive(text: str) -> None:
            message = json.loads(text)
            if message["op"] == 0:
                events.append((message["t"], message["d"]))

        @bot.tree.command(name="go", description="Goes")
        async def go(interaction: discord.Interaction, who: discord.Member) -> None:
            await interaction.response.defer(thinking=True)
            await interaction.followup.send(who.mention)
            await interaction.followup.send("x", ephemeral=True, view=press_me())

    bot = await stand.start(prepare, INTENTS | discord.Intents(guild_scheduled_events=True, guild_reactions=True))
    await bot.tree.fetch_commands()
    await tell_a_story(bot, stand)
    return events


def press_me() -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="Press", custom_id="press", emoji="✋"))
    view.add_item(discord.ui.Select(custom_id="pick", options=[discord.SelectOption(label="One")]))
    return view


async def tell_a_story(bot: Bot, stand: Stand) -> None:
    guild = bot.get_guild(stand.guild.id)
    assert guild is not None
    category = await guild.create_category("Spaces")
    stage = await guild.create_stage_channel("room", category=category)
    instance = await stage.create_instance(topic="Books")
    await instance.edit(topic="More books")
    await stand.ada.join(stand.guild.channel("room"))
    await stand.ada.raise_hand()
    await bot.saw("VOICE_STATE_UPDATE", 2)
    member = guild.get_member(stand.ada.id)
    assert member is not None
    await member.edit(suppress=False)
    await stand.ada.accept_invitation()
    await member.fetch_voice()
    reply = await stand.ada.run("go", who=stand.ben, where=stand.chat)
    await stand.ada.wait_for(lambda: reply.follow_ups)
    await write_around(bot, stand)
    await guild.create_scheduled_event(
        name="Reading",
        start_time=discord.utils.utcnow() + timedelta(hours=1),
        channel=stage,
        entity_type=discord.EntityType.stage_instance,
        privacy_level=discord.PrivacyLevel.guild_only,
    )
    await stage.create_invite()
    await stage.set_permissions(guild.default_role, request_to_speak=False)
    await guild.me.edit(nick="captions on")
    await guild.fetch_channels()
    await guild.fetch_roles()
    await guild.fetch_member(stand.ben.id)
    await bot.fetch_guild(guild.id)
    await member.move_to(None)
    await stage.delete()
    await bot.application_info()
    await bot.saw("CHANNEL_DELETE")


async def write_around(bot: Bot, stand: Stand) -> None:
    channel = bot.get_channel(stand.chat.id)
    assert isinstance(channel, discord.TextChannel)
    thread = await channel.create_thread(name="backstage")
    await thread.send("inside")
    layout = discord.ui.LayoutView(timeout=None)
    layout.add_item(
        discord.ui.Container(
            discord.ui.TextDisplay("**LIVE**"),
            discord.ui.Separator(),
            discord.ui.Section("Post", accessory=discord.ui.Thumbnail("attachment://a.png")),
        )
    )
    file = discord.File(io.BytesIO(b"png"), "a.png")
    panel = await channel.send(view=layout, file=file)
    await panel.add_reaction("👏")
    await panel.fetch()
    sent = await channel.send("hi", embed=discord.Embed(title="A", description="B").set_footer(text="C"))
    await sent.edit(content="ho")
    await sent.reply("hey")
    _ = [message async for message in channel.history()]
    person = await bot.fetch_user(stand.ben.id)
    await person.send("psst")


async def test_answers_are_as_described(judge: Judge, stand: Stand, received: list[tuple[str, Any]]) -> None:
    assert received
    found = [
        f"{call.method} {call.route}: {fault}" for call in stand.discord.calls for fault in judge.faults_of_call(call)
    ]
    assert "\n".join(found) == ""
    assert len(stand.discord.calls) > 35
    assert stand.discord.violations == []


async def test_events_are_as_described(judge: Judge, stand: Stand, received: list[tuple[str, Any]]) -> None:
    found = [
        f"{name}: {fault}"
        for name, body in received
        if name in EVENTS
        for fault in judge.faults_of_thing(EVENTS[name], body)
    ]
    for name, body in received:
        for schema, part in parts_of(name, body):
            found += [f"{name} {schema}: {fault}" for fault in judge.faults_of_thing(schema, part)]
    assert "\n".join(found) == ""
    assert {name for name, _ in received} >= EVENTS.keys() | {
        "VOICE_STATE_UPDATE",
        "INTERACTION_CREATE",
        "GUILD_CREATE",
    }


def parts_of(name: str, body: dict[str, Any]) -> list[tuple[str, Any]]:
    """The things inside an event that have a schema of their own."""
    if name == "GUILD_CREATE":
        return [
            ("GuildResponse", body),
            *(("GuildChannelResponse", channel) for channel in body["channels"]),
            *(("GuildMemberResponse", member) for member in body["members"]),
            *(("VoiceStateResponse", state) for state in body["voice_states"]),
        ]
    if name == "VOICE_STATE_UPDATE":
        return [("VoiceStateResponse", body)] if body["channel_id"] else []
    if name == "INTERACTION_CREATE":
        return [
            ("GuildMemberResponse", body["member"]),
            ("GuildChannelResponse", body["channel"]),
            *(("MessageResponse", message) for message in [body.get("message")] if message),
        ]
    return []
