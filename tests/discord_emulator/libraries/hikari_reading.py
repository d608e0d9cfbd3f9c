"""Reads what a bot can read over REST through hikari, whose entities are strictly typed: a missing key raises.

Each reading makes what it reads where a server has none of it, and gives what it read, in short.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import hikari

Reading = Callable[[hikari.api.RESTClient, int, int], Awaitable[Any]]
"""Takes the client, the server and a text channel."""

# Some readings go through pages: one that never ends has to show, not to hang.
_SECONDS_A_READING = 5.0


async def read(rest: hikari.api.RESTClient, part: str, guild_id: int, channel_id: int) -> dict[str, Any]:
    """What each reading of a part gave; of one that failed the error as text, under ``failures``."""
    found: dict[str, Any] = {"failures": {}}
    for reading in PARTS[part]:
        name = reading.__name__.removeprefix("_")
        try:
            found[name] = await asyncio.wait_for(reading(rest, guild_id, channel_id), _SECONDS_A_READING)
        except Exception as error:  # noqa: BLE001
            # Any error of the library is what this looks for.
            found["failures"][name] = f"{type(error).__name__}: {error}"
    return found


async def _guild(rest: hikari.api.RESTClient, guild_id: int, _: int) -> list[Any]:
    one = await rest.fetch_guild(guild_id)
    return [one.name, one.approximate_member_count, [role.name for role in one.roles.values()]]


async def _my_guilds(rest: hikari.api.RESTClient, *_: int) -> list[Any]:
    administrator = hikari.Permissions.ADMINISTRATOR
    return [[guild.name, bool(guild.my_permissions & administrator)] async for guild in rest.fetch_my_guilds()]


async def _channels(rest: hikari.api.RESTClient, guild_id: int, _: int) -> dict[str, str]:
    listed = await rest.fetch_guild_channels(guild_id)
    return {str(channel.name): type(await rest.fetch_channel(channel)).__name__ for channel in listed}


async def _roles(rest: hikari.api.RESTClient, guild_id: int, _: int) -> list[str]:
    return [role.name for role in await rest.fetch_roles(guild_id)]


async def _changed_channel(rest: hikari.api.RESTClient, guild_id: int, _: int) -> list[Any]:
    made = await rest.create_guild_text_channel(guild_id, "annex", topic="Overflow", reason="more room")
    changed = await rest.edit_channel(made, topic="Quiet")
    kind = hikari.PermissionOverwriteType.ROLE
    await rest.edit_permission_overwrite(made, guild_id, target_type=kind, deny=hikari.Permissions.SEND_MESSAGES)
    again = await rest.fetch_channel(made)
    assert isinstance(changed, hikari.GuildTextChannel)
    assert isinstance(again, hikari.GuildTextChannel)
    await rest.delete_channel(made)
    return [changed.topic, again.permission_overwrites[hikari.Snowflake(guild_id)].deny.name]


async def _changed_role(rest: hikari.api.RESTClient, guild_id: int, _: int) -> list[Any]:
    made = await rest.create_role(guild_id, name="Reader", color=0x336699, hoist=True)
    changed = await rest.edit_role(guild_id, made, name="Avid reader", mentionable=True)
    await rest.delete_role(guild_id, made)
    return [changed.name, changed.is_mentionable, str(changed.color)]


async def _commands(rest: hikari.api.RESTClient, *_: int) -> list[str]:
    return sorted(command.name for command in await rest.fetch_application_commands(await rest.fetch_application()))


async def _invite(rest: hikari.api.RESTClient, _: int, channel_id: int) -> list[Any]:
    made = await rest.create_invite(channel_id, max_age=timedelta(hours=1))
    return [made.guild and made.guild.name, made.max_age and made.max_age.total_seconds()]


async def _members(rest: hikari.api.RESTClient, guild_id: int, _: int) -> list[str]:
    return [member.display_name async for member in rest.fetch_members(guild_id)]


async def _changed_member(rest: hikari.api.RESTClient, guild_id: int, _: int) -> list[Any]:
    ben = (await rest.search_members(guild_id, "Ben"))[0]
    until = datetime.now(UTC) + timedelta(minutes=5)
    silenced = await rest.edit_member(guild_id, ben, communication_disabled_until=until)
    await rest.edit_member(guild_id, ben, communication_disabled_until=None)
    return [silenced.display_name, silenced.communication_disabled_until() is not None]


async def _ban(rest: hikari.api.RESTClient, guild_id: int, _: int) -> list[str | None]:
    ben = (await rest.search_members(guild_id, "Ben"))[0]
    await rest.ban_user(guild_id, ben, reason="noise")
    one = await rest.fetch_ban(guild_id, ben)
    await rest.unban_user(guild_id, ben)
    return [one.user.global_name, one.reason]


async def _user(rest: hikari.api.RESTClient, *_: int) -> list[Any]:
    me = await rest.fetch_my_user()
    again = await rest.fetch_user(me)
    return [again.username, again.is_bot]


async def _direct_message(rest: hikari.api.RESTClient, guild_id: int, _: int) -> list[Any]:
    ada = (await rest.search_members(guild_id, "Ada"))[0]
    channel = await rest.create_dm_channel(ada)
    return [channel.recipient.global_name, (await rest.create_message(channel, "psst")).content]


async def _voice_state(rest: hikari.api.RESTClient, guild_id: int, _: int) -> list[Any]:
    ada = (await rest.search_members(guild_id, "Ada"))[0]
    state = await rest.fetch_voice_state(guild_id, ada)
    return [state.member.display_name, state.is_suppressed]


async def _messages(rest: hikari.api.RESTClient, _: int, channel_id: int) -> dict[str, Any]:
    card, file = hikari.Embed(title="Card", color=0x336699).add_field("Page", "7"), hikari.Bytes(b"1", "one.txt")
    made = await rest.create_message(channel_id, "First", embed=card, attachment=file)
    answer = await rest.create_message(channel_id, "Second", reply=made)
    await rest.edit_message(channel_id, made, "First, edited")
    await rest.add_reaction(channel_id, made, "👍")
    read = await rest.fetch_message(channel_id, made)
    newest = [message.content async for message in rest.fetch_messages(channel_id).limit(2)]
    fans = [user.username async for user in rest.fetch_reactions_for_emoji(channel_id, made, "👍")]
    await rest.delete_message(channel_id, answer)
    assert answer.referenced_message is not None
    return {
        "read": [read.content, read.embeds[0].fields[0].value, read.attachments[0].filename, str(read.reactions[0])],
        "answered": answer.referenced_message.content,
        "newest": newest,
        "fans": fans,
    }


async def _pins(rest: hikari.api.RESTClient, _: int, channel_id: int) -> list[str | None]:
    await rest.pin_message(channel_id, await rest.create_message(channel_id, "To keep"))
    return [pin.message.content async for pin in rest.fetch_pins(channel_id)]


async def _webhook(rest: hikari.api.RESTClient, _: int, channel_id: int) -> list[Any]:
    made = await rest.create_webhook(channel_id, "Captions")
    assert made.token is not None
    said = await rest.execute_webhook(made, made.token, "By webhook", username="Narrator")
    read = await rest.fetch_webhook(made)
    listed = [webhook.name for webhook in await rest.fetch_channel_webhooks(channel_id)]
    return [said.author.username, said.content, read.name, listed]


async def _threads(rest: hikari.api.RESTClient, guild_id: int, channel_id: int) -> list[Any]:
    made = await rest.create_thread(channel_id, hikari.ChannelType.GUILD_PUBLIC_THREAD, "Aside")
    said = await rest.create_message(made, "Within")
    active = [thread.name for thread in await rest.fetch_active_threads(guild_id)]
    members = [member.thread_id == made.id async for member in rest.fetch_thread_members(made)]
    closed = await rest.edit_channel(made, archived=True)
    assert isinstance(closed, hikari.GuildThreadChannel)
    return [said.content, active, members, closed.is_archived]


async def _stage_instance(rest: hikari.api.RESTClient, guild_id: int, _: int) -> list[str]:
    stage = await _stage_of(rest, guild_id)
    made = await rest.create_stage_instance(stage, topic="Chapter one")
    changed = await rest.edit_stage_instance(stage, topic="Chapter two")
    read = await rest.fetch_stage_instance(stage)
    await rest.delete_stage_instance(stage)
    return [made.topic, changed.topic, read.topic]


async def _scheduled_events(rest: hikari.api.RESTClient, guild_id: int, _: int) -> list[Any]:
    stage = await _stage_of(rest, guild_id)
    start = datetime.now(UTC) + timedelta(hours=2)
    made = await rest.create_stage_event(guild_id, stage, "Reading", start, description="Bring tea")
    outside = await rest.create_external_event(guild_id, "Walk", "The park", start, start + timedelta(hours=1))
    changed = await rest.edit_scheduled_event(guild_id, made, name="Long reading")
    listed = sorted(event.name for event in await rest.fetch_scheduled_events(guild_id))
    read = await rest.fetch_scheduled_event(guild_id, outside)
    await rest.delete_scheduled_event(guild_id, made)
    assert isinstance(read, hikari.ScheduledExternalEvent)
    return [changed.name, listed, read.location]


async def _stage_of(rest: hikari.api.RESTClient, guild_id: int) -> hikari.PartialChannel:
    channels = await rest.fetch_guild_channels(guild_id)
    return next(channel for channel in channels if channel.type is hikari.ChannelType.GUILD_STAGE)


PARTS: dict[str, Iterable[Reading]] = {
    "server": (_guild, _my_guilds, _channels, _roles, _changed_channel, _changed_role, _commands, _invite),
    "people": (_members, _changed_member, _user, _direct_message, _voice_state, _ban),
    "messages": (_messages, _pins, _webhook, _threads),
    "calendar": (_stage_instance, _scheduled_events),
}
