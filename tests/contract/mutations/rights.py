"""Requests by a bot that may not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import aiohttp

from .ground import COMMAND, PERMISSIONS, Answer, Ground
from .requests import MESSAGE, go_live, plan_event, send_message, soon
from .situation import Situations, without

RIGHTS = Situations("rights")


async def other_bot(ground: Ground) -> str:
    """The token of a second bot in the server."""
    app = ground.discord.add_application("Other")
    ground.guild.install(app, PERMISSIONS)
    return app.token


@RIGHTS.fault("a message without Send Messages", 50013)
async def _(ground: Ground) -> Answer:
    without(ground, "send_messages")
    ground.guild.deny(ground.chat, ground.guild.default_role, ["send_messages"])
    return await send_message(ground, {"content": "Hello"})


@RIGHTS.fault("a message where the bot sees nothing", 50001)
async def _(ground: Ground) -> Answer:
    ground.guild.deny(ground.chat, ground.guild.default_role, ["view_channel"])
    ground.guild.deny(ground.chat, ground.role, ["view_channel"])
    return await send_message(ground, {"content": "Hello"})


@RIGHTS.fault("a stage without Mute Members", 50013)
async def _(ground: Ground) -> Answer:
    without(ground, "mute_members")
    return await go_live(ground, {"topic": "Books"})


@RIGHTS.fault("a channel without Manage Channels", 50013)
async def _(ground: Ground) -> Answer:
    without(ground, "manage_channels")
    return await ground.ask("POST", f"/guilds/{ground.guild.id}/channels", {"name": "x", "type": 0})


@RIGHTS.fault("an overwrite without Manage Roles", 50013)
async def _(ground: Ground) -> Answer:
    without(ground, "manage_roles")
    body = {"type": 0, "allow": "0", "deny": "1024"}
    return await ground.ask("PUT", f"/channels/{ground.chat.id}/permissions/{ground.guild.id}", body)


@RIGHTS.fault("an overwrite that grants more than the bot has", 50013)
async def _(ground: Ground) -> Answer:
    body = {"type": 0, "allow": str(1 << 5), "deny": "0"}
    return await ground.ask("PUT", f"/channels/{ground.chat.id}/permissions/{ground.guild.id}", body)


@RIGHTS.fault("a role that may more than the bot", 50013)
async def _(ground: Ground) -> Answer:
    return await ground.ask("POST", f"/guilds/{ground.guild.id}/roles", {"name": "All", "permissions": str(1 << 3)})


@RIGHTS.fault("a role above the bot's own", 50013)
async def _(ground: Ground) -> Answer:
    above = ground.guild.add_role("Above", position=9)
    return await ground.ask("PATCH", f"/guilds/{ground.guild.id}/roles/{above.id}", {"name": "Below"})


@RIGHTS.fault("a timeout for the owner", 50013)
async def _(ground: Ground) -> Answer:
    path = f"/guilds/{ground.guild.id}/members/{ground.guild.owner.id}"
    return await ground.ask("PATCH", path, {"communication_disabled_until": soon(days=1)})


@RIGHTS.fault("a ban without Ban Members", 50013)
async def _(ground: Ground) -> Answer:
    without(ground, "ban_members")
    return await ground.ask("PUT", f"/guilds/{ground.guild.id}/bans/{ground.ada.id}", {})


@RIGHTS.fault("an event without Create Events", 50013)
async def _(ground: Ground) -> Answer:
    without(ground, "create_events")
    event = {"name": "Reading", "privacy_level": 2, "entity_type": 1, "scheduled_start_time": soon(days=1)}
    return await plan_event(ground, event)


@RIGHTS.fault("somebody un-suppressed without Mute Members", 50013)
async def _(ground: Ground) -> Answer:
    await ground.ada.join(ground.stage)
    without(ground, "mute_members")
    path = f"/guilds/{ground.guild.id}/voice-states/{ground.ada.id}"
    return await ground.ask("PATCH", path, {"channel_id": ground.stage.id, "suppress": False})


@RIGHTS.fault("a server that the bot is not in", 50001, 10004)
async def _(ground: Ground) -> Answer:
    elsewhere = ground.discord.add_guild("Elsewhere")
    return await ground.ask("GET", f"/guilds/{elsewhere.id}/channels")


@RIGHTS.fault("commands of another application", 50001, 20012)
async def _(ground: Ground) -> Answer:
    token = await other_bot(ground)
    return await ground.ask("PUT", f"/applications/{ground.app.id}/commands", [COMMAND], token=token)


@RIGHTS.fault("a file without Attach Files", 50013)
async def _(ground: Ground) -> Answer:
    without(ground, "attach_files")
    ground.guild.deny(ground.chat, ground.guild.default_role, ["attach_files"])
    form = aiohttp.FormData({"payload_json": "{}"})
    form.add_field("files[0]", b"x", filename="a.txt")
    return await ground.ask("POST", f"/channels/{ground.chat.id}/messages", form=form)


@RIGHTS.fault("a reply without Read Message History", 160002)
async def _(ground: Ground) -> Answer:
    sent = await send_message(ground, MESSAGE)
    without(ground, "read_message_history")
    ground.guild.deny(ground.chat, ground.guild.default_role, ["read_message_history"])
    return await send_message(ground, {"content": "Yes", "message_reference": {"message_id": sent.body["id"]}})


@RIGHTS.fault("a reaction without Add Reactions", 50013)
async def _(ground: Ground) -> Answer:
    sent = await send_message(ground, MESSAGE)
    without(ground, "add_reactions")
    ground.guild.deny(ground.chat, ground.guild.default_role, ["add_reactions"])
    path = f"/channels/{ground.chat.id}/messages/{sent.body['id']}/reactions/{quote('👏')}/@me"
    return await ground.ask("PUT", path)


@RIGHTS.fault("a message by a bot in a timeout", 50013)
async def _(ground: Ground) -> Answer:
    bot = ground.guild.members[ground.app.bot.id]
    bot.timeout_until = datetime.now(UTC) + timedelta(hours=1)
    return await send_message(ground, {"content": "Hello"})


@RIGHTS.fault("the owner banned", 50013)
async def _(ground: Ground) -> Answer:
    return await ground.ask("PUT", f"/guilds/{ground.guild.id}/bans/{ground.guild.owner.id}", {})


@RIGHTS.fault("somebody kicked without Kick Members", 50013)
async def _(ground: Ground) -> Answer:
    return await ground.ask("DELETE", f"/guilds/{ground.guild.id}/members/{ground.ada.id}")


@RIGHTS.fault("a nickname without Manage Nicknames", 50013)
async def _(ground: Ground) -> Answer:
    return await ground.ask("PATCH", f"/guilds/{ground.guild.id}/members/{ground.ada.id}", {"nick": "A"})


@RIGHTS.fault("a role given that is above the bot's own", 50013)
async def _(ground: Ground) -> Answer:
    above = ground.guild.add_role("Above", position=9)
    return await ground.ask("PUT", f"/guilds/{ground.guild.id}/members/{ground.ada.id}/roles/{above.id}")


@RIGHTS.fault("a move into a stage that the bot may not enter", 50013, 50001)
async def _(ground: Ground) -> Answer:
    await ground.ada.join(ground.stage)
    other = ground.guild.add_stage_channel("closed")
    ground.guild.deny(other, ground.role, ["connect"])
    ground.guild.deny(other, ground.guild.default_role, ["connect"])
    path = f"/guilds/{ground.guild.id}/members/{ground.ada.id}"
    return await ground.ask("PATCH", path, {"channel_id": other.id})
