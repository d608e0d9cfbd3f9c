"""A bot written with hikari. Started by ``test_hikari.py``; all it is told of the emulator is where REST is."""

from __future__ import annotations

import os
from typing import Any

import hikari
import hikari_reading
from hikari.events import stage_events
from reports import report, report_complaints

INTENTS = (
    hikari.Intents.ALL_UNPRIVILEGED
    | hikari.Intents.GUILD_MEMBERS
    | hikari.Intents.GUILD_PRESENCES
    | hikari.Intents.MESSAGE_CONTENT
)


class Signalling(hikari.api.VoiceConnection):
    """As much of a voice connection as hikari has: it is handed what a client would tell the voice server."""

    def __init__(self, given: dict[str, Any]) -> None:
        self._given = given

    @classmethod
    async def initialize(cls, **given: Any) -> Signalling:
        report("voice", **{key: str(given[key]) for key in ("endpoint", "session_id", "token", "user_id")})
        return cls(given)

    @property
    def channel_id(self) -> hikari.Snowflake:
        return self._given["channel_id"]

    @property
    def guild_id(self) -> hikari.Snowflake:
        return self._given["guild_id"]

    @property
    def shard_id(self) -> int:
        return self._given["shard_id"]

    @property
    def owner(self) -> hikari.api.VoiceComponent:
        return self._given["owner"]

    @property
    def is_alive(self) -> bool:
        return True

    async def disconnect(self) -> None:
        await self._given["on_close"](self)

    async def join(self) -> None:
        """There is nothing to wait for."""

    async def notify(self, event: hikari.VoiceEvent) -> None:
        report("voice event", kind=type(event).__name__)


def option(kind: hikari.OptionType, name: str, description: str, **more: Any) -> hikari.CommandOption:
    """An option of a slash command; positional, as hikari's own class is not."""
    return hikari.CommandOption(type=kind, name=name, description=description, **more)


async def register(bot: hikari.GatewayBot) -> None:
    """One slash command with every kind of option, two context menus."""
    application = await bot.rest.fetch_application()
    kinds = hikari.OptionType
    choices = [hikari.CommandChoice(name="Loudly", value="loud"), hikari.CommandChoice(name="Quietly", value="quiet")]
    greet = (
        bot.rest.slash_command_builder("greet", "Greets somebody")
        .add_option(option(kinds.USER, "who", "Whom to greet", is_required=True))
        .add_option(option(kinds.STRING, "how", "The tone", choices=choices))
        .add_option(option(kinds.INTEGER, "times", "How often", min_value=1, max_value=9))
        .add_option(option(kinds.CHANNEL, "place", "Where", channel_types=[13]))
        .add_option(option(kinds.ROLE, "role", "As whom"))
        .add_option(option(kinds.STRING, "word", "A word", autocomplete=True))
    )
    commands = [
        greet,
        bot.rest.slash_command_builder("later", "Thinks first"),
        bot.rest.slash_command_builder("ask", "Asks with a form"),
        bot.rest.slash_command_builder("menu", "Shows buttons and a select"),
        bot.rest.slash_command_builder("read", "Reads one part of what there is").add_option(
            option(
                kinds.STRING,
                "part",
                "Which",
                is_required=True,
                choices=[hikari.CommandChoice(name=part, value=part) for part in hikari_reading.PARTS],
            )
        ),
        bot.rest.slash_command_builder("enter", "Joins the stage"),
        bot.rest.slash_command_builder("exit", "Leaves the stage"),
        bot.rest.context_menu_command_builder(hikari.CommandType.USER, "Look up"),
        bot.rest.context_menu_command_builder(hikari.CommandType.MESSAGE, "Quote"),
    ]
    made = await bot.rest.set_application_commands(application, commands)
    report("registered", names=[command.name for command in made], types=[int(command.type) for command in made])


async def greet(bot: hikari.GatewayBot, interaction: hikari.CommandInteraction) -> None:
    given = {option.name: option.value for option in interaction.options}
    who = interaction.resolved.members[given["who"]]
    place = interaction.resolved.channels.get(given.get("place"))
    role = interaction.resolved.roles.get(given.get("role"))
    answer = await interaction.create_initial_response(
        hikari.ResponseType.MESSAGE_CREATE,
        f"Hello {who.display_name}! {given.get('how')} {given.get('times')} "
        f"{place and place.name} {role and role.name}",
        user_mentions=[who],
    )
    report("answered", message_id=str(answer.resource.message.id), interaction_id=str(answer.interaction.id))


async def later(bot: hikari.GatewayBot, interaction: hikari.CommandInteraction) -> None:
    ephemeral = hikari.MessageFlag.EPHEMERAL
    await interaction.create_initial_response(hikari.ResponseType.DEFERRED_MESSAGE_CREATE, flags=ephemeral)
    await interaction.edit_initial_response("Thought it over", embed=hikari.Embed(title="Result", description="42"))
    message = await interaction.execute("And another thing", attachment=hikari.Bytes(b"words", "notes.txt"))
    edited = await interaction.edit_message(message, "And one more thing")
    original = await interaction.fetch_initial_response()
    report("followed up", content=edited.content, file=message.attachments[0].filename, original=original.content)


async def ask(bot: hikari.GatewayBot, interaction: hikari.CommandInteraction) -> None:
    row = bot.rest.build_modal_action_row().add_text_input("title", "Title", min_length=2, max_length=40)
    await interaction.create_modal_response("A new book", "book", component=row)


async def menu(bot: hikari.GatewayBot, interaction: hikari.CommandInteraction) -> None:
    buttons = bot.rest.build_message_action_row().add_interactive_button(
        hikari.ButtonStyle.PRIMARY, "count", label="Count"
    )
    genres = bot.rest.build_message_action_row().add_text_menu("genre", placeholder="Genre")
    genres = genres.add_option("Crime", "crime").add_option("Poetry", "poetry").parent
    people = bot.rest.build_message_action_row().add_select_menu(
        hikari.ComponentType.USER_SELECT_MENU, "person", placeholder="Person"
    )
    await interaction.create_initial_response(
        hikari.ResponseType.MESSAGE_CREATE, "Choose", components=[buttons, genres, people]
    )


async def enter(bot: hikari.GatewayBot, interaction: hikari.CommandInteraction) -> None:
    await interaction.create_initial_response(hikari.ResponseType.DEFERRED_MESSAGE_CREATE)
    stage = next(
        channel
        for channel in bot.cache.get_guild_channels_view_for_guild(interaction.guild_id).values()
        if channel.type is hikari.ChannelType.GUILD_STAGE
    )
    await bot.voice.connect_to(interaction.guild_id, stage, Signalling)
    await bot.rest.edit_my_voice_state(interaction.guild_id, stage, suppress=False)
    state = await bot.rest.fetch_my_voice_state(interaction.guild_id)
    await interaction.edit_initial_response(f"Entered {stage.name}, suppressed: {state.is_suppressed}")


async def leave(bot: hikari.GatewayBot, interaction: hikari.CommandInteraction) -> None:
    await bot.voice.disconnect(interaction.guild_id)
    await interaction.create_initial_response(hikari.ResponseType.MESSAGE_CREATE, "Left")


async def read(bot: hikari.GatewayBot, interaction: hikari.CommandInteraction) -> None:
    await interaction.create_initial_response(hikari.ResponseType.DEFERRED_MESSAGE_CREATE)
    part = str(interaction.options[0].value)
    report("read", found=await hikari_reading.read(bot.rest, part, interaction.guild_id, interaction.channel_id))
    await interaction.edit_initial_response("Read")


async def look_up(bot: hikari.GatewayBot, interaction: hikari.CommandInteraction) -> None:
    member = interaction.resolved.members[interaction.target_id]
    await interaction.create_initial_response(
        hikari.ResponseType.MESSAGE_CREATE, f"{member.display_name} since {member.joined_at:%Y}"
    )


async def quote(bot: hikari.GatewayBot, interaction: hikari.CommandInteraction) -> None:
    message = interaction.resolved.messages[interaction.target_id]
    await interaction.create_initial_response(
        hikari.ResponseType.MESSAGE_CREATE, f"{message.author.username}: {message.content}"
    )


COMMANDS = {
    "greet": greet,
    "later": later,
    "ask": ask,
    "menu": menu,
    "enter": enter,
    "exit": leave,
    "read": read,
    "Look up": look_up,
    "Quote": quote,
}


def listen(bot: hikari.GatewayBot) -> None:
    """Answers interactions and reports every event that hikari could read."""

    @bot.listen()
    async def on_command(event: hikari.CommandInteractionCreateEvent) -> None:
        await COMMANDS[event.interaction.command_name](bot, event.interaction)

    @bot.listen()
    async def on_component(event: hikari.ComponentInteractionCreateEvent) -> None:
        people = (
            [member.display_name for member in event.interaction.resolved.members.values()]
            if event.interaction.resolved
            else []
        )
        chosen = ", ".join([*(people or event.interaction.values)]) or event.interaction.custom_id
        await event.interaction.create_initial_response(
            hikari.ResponseType.MESSAGE_UPDATE, f"You took {chosen}", components=[]
        )

    @bot.listen()
    async def on_modal(event: hikari.ModalInteractionCreateEvent) -> None:
        written = event.interaction.components[0].components[0].value
        await event.interaction.create_initial_response(hikari.ResponseType.MESSAGE_CREATE, f"Noted: {written}")

    @bot.listen()
    async def on_typing(event: hikari.AutocompleteInteractionCreateEvent) -> None:
        typed = next(option.value for option in event.interaction.options if option.is_focused)
        await event.interaction.create_response(
            [hikari.impl.AutocompleteChoiceBuilder(f"{typed}{end}", f"{typed}{end}") for end in ("", "!")]
        )

    @bot.listen()
    async def on_event(event: hikari.Event) -> None:
        if isinstance(event, hikari.ExceptionEvent):
            report("complaint", level="ERROR", logger=type(event.failed_event).__name__, text=repr(event.exception))
        elif not isinstance(event, hikari.ShardPayloadEvent):
            report("event", kind=type(event).__name__, text=str(getattr(event, "content", None)))

    @bot.listen()
    async def on_voice_state(event: hikari.VoiceStateUpdateEvent) -> None:
        state = event.state
        report(
            "voice state",
            user_id=str(state.user_id),
            channel_id=state.channel_id and str(state.channel_id),
            suppressed=state.is_suppressed,
            hand_up=state.requested_to_speak_at is not None,
        )

    @bot.listen()
    async def on_stage_instance(event: stage_events.StageInstanceEvent) -> None:
        report("stage instance", kind=type(event).__name__, topic=event.stage_instance.topic)

    @bot.listen()
    async def on_guild(event: hikari.GuildAvailableEvent) -> None:
        report(
            "guild",
            name=event.guild.name,
            members=sorted(member.display_name for member in event.members.values()),
            channels=sorted(channel.name for channel in event.channels.values()),
            roles=sorted(role.name for role in event.roles.values()),
            voice_states=len(event.voice_states),
        )


def main() -> None:
    report_complaints()
    bot = hikari.GatewayBot(
        os.environ["DISCORD_TOKEN"],
        rest_url=os.environ["DISCORD_API_BASE"],
        intents=INTENTS,
        banner=None,
        logs=None,
        suppress_optimization_warning=True,
    )
    listen(bot)

    @bot.listen()
    async def on_started(_: hikari.StartedEvent) -> None:
        await register(bot)

    bot.run(check_for_updates=False)


if __name__ == "__main__":
    main()
