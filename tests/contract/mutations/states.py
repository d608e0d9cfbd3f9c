"""Requests that come when, or for what, they cannot be done."""

from __future__ import annotations

from urllib.parse import quote

from .ground import PERMISSIONS, Answer, Ground
from .requests import ANSWER, FORM, MESSAGE, answer_command, go_live, plan_event, send_message, soon
from .situation import Situations, without

STATES = Situations("state")


@STATES.fault("an edit of somebody else's message", 50005)
async def _(ground: Ground) -> Answer:
    message = await ground.ada.post(ground.chat, "Hello")
    return await ground.ask("PATCH", f"/channels/{ground.chat.id}/messages/{message.id}", {"content": "Bye"})


@STATES.fault("somebody else's message deleted without Manage Messages", 50013)
async def _(ground: Ground) -> Answer:
    without(ground, "manage_messages")
    message = await ground.ada.post(ground.chat, "Hello")
    return await ground.ask("DELETE", f"/channels/{ground.chat.id}/messages/{message.id}")


@STATES.fault("a message deleted twice", 10008)
async def _(ground: Ground) -> Answer:
    sent = await send_message(ground, MESSAGE)
    path = f"/channels/{ground.chat.id}/messages/{sent.body['id']}"
    await ground.ask("DELETE", path)
    return await ground.ask("DELETE", path)


@STATES.fault("one message deleted in bulk", 50016, FORM)
async def _(ground: Ground) -> Answer:
    sent = await send_message(ground, MESSAGE)
    return await ground.ask("POST", f"/channels/{ground.chat.id}/messages/bulk-delete", {"messages": [sent.body["id"]]})


@STATES.fault("a reaction with a word", 10014)
async def _(ground: Ground) -> Answer:
    sent = await send_message(ground, MESSAGE)
    return await ground.ask("PUT", f"/channels/{ground.chat.id}/messages/{sent.body['id']}/reactions/smile/@me")


@STATES.fault("an edit of an ephemeral answer through its channel", 10008)
async def _(ground: Ground) -> Answer:
    await answer_command(ground, ANSWER)
    message = ground.ada.private_words[-1]
    return await ground.ask("PATCH", f"/channels/{ground.chat.id}/messages/{message.id}", {"content": "Bye"})


@STATES.fault("a message into a category", 50008)
async def _(ground: Ground) -> Answer:
    category = ground.guild.add_category("Spaces")
    return await ground.ask("POST", f"/channels/{category.id}/messages", {"content": "Hello"})


@STATES.fault("a message into a channel that is gone", 10003)
async def _(ground: Ground) -> Answer:
    ground.guild.delete_channel(ground.chat)
    return await send_message(ground, {"content": "Hello"})


@STATES.fault("a reaction of a 21st kind", 30010)
async def _(ground: Ground) -> Answer:
    sent = await send_message(ground, MESSAGE)
    message = f"/channels/{ground.chat.id}/messages/{sent.body['id']}/reactions"
    answers = [await ground.ask("PUT", f"{message}/{quote(chr(0x1F400 + number))}/@me") for number in range(21)]
    return answers[-1]


@STATES.fault("a direct message to somebody who takes none", 50007)
async def _(ground: Ground) -> Answer:
    ground.ada.user.accepts_direct_messages = False
    channel = await ground.ask("POST", "/users/@me/channels", {"recipient_id": str(ground.ada.id)})
    return await ground.ask("POST", f"/channels/{channel.body['id']}/messages", {"content": "Hello"})


@STATES.fault("a direct message to itself", 50007)
async def _(ground: Ground) -> Answer:
    return await ground.ask("POST", "/users/@me/channels", {"recipient_id": str(ground.app.bot.id)})


@STATES.fault("a thread in a stage's chat", 50024)
async def _(ground: Ground) -> Answer:
    return await ground.ask("POST", f"/channels/{ground.stage.id}/threads", {"name": "backstage", "type": 11})


@STATES.fault("a ban lifted that is not there", 10026)
async def _(ground: Ground) -> Answer:
    return await ground.ask("DELETE", f"/guilds/{ground.guild.id}/bans/{ground.ada.id}")


@STATES.fault("the bot's own managed role deleted", 50028, 50013)
async def _(ground: Ground) -> Answer:
    return await ground.ask("DELETE", f"/guilds/{ground.guild.id}/roles/{ground.role.id}")


@STATES.fault("everyone's role deleted", 50028, 50013)
async def _(ground: Ground) -> Answer:
    return await ground.ask("DELETE", f"/guilds/{ground.guild.id}/roles/{ground.guild.id}")


@STATES.fault("a planned event that is over before it began", FORM, 180000)
async def _(ground: Ground) -> Answer:
    event = {"name": "Reading", "privacy_level": 2, "entity_type": 1, "scheduled_start_time": soon(days=1)}
    planned = await plan_event(ground, event)
    return await ground.ask("PATCH", f"/guilds/{ground.guild.id}/scheduled-events/{planned.body['id']}", {"status": 3})


@STATES.fault("an overwrite for nobody", 10009, 10011, 10007, 10013)
async def _(ground: Ground) -> Answer:
    body = {"type": 0, "allow": "0", "deny": "1024"}
    return await ground.ask("PUT", f"/channels/{ground.chat.id}/permissions/1", body)


@STATES.fault("a move into a text channel", FORM, 50024, 10003)
async def _(ground: Ground) -> Answer:
    await ground.ada.join(ground.stage)
    path = f"/guilds/{ground.guild.id}/members/{ground.ada.id}"
    return await ground.ask("PATCH", path, {"channel_id": ground.chat.id})


@STATES.fault("a stage in a text channel", 50024)
async def _(ground: Ground) -> Answer:
    return await go_live(ground, {"topic": "Books", "channel_id": ground.chat.id})


@STATES.fault("a stage that is live already", 150006)
async def _(ground: Ground) -> Answer:
    await go_live(ground, {"topic": "Books"})
    return await go_live(ground, {"topic": "Books"})


@STATES.fault("the end of a stage that is not live", 10067)
async def _(ground: Ground) -> Answer:
    return await ground.ask("DELETE", f"/stage-instances/{ground.stage.id}")


@STATES.fault("a move of somebody who is not in voice", 40032)
async def _(ground: Ground) -> Answer:
    path = f"/guilds/{ground.guild.id}/members/{ground.ada.id}"
    return await ground.ask("PATCH", path, {"channel_id": ground.stage.id})


@STATES.fault("a server mute of somebody who is not in voice", 40032)
async def _(ground: Ground) -> Answer:
    return await ground.ask("PATCH", f"/guilds/{ground.guild.id}/members/{ground.ada.id}", {"mute": True})


@STATES.fault("a hand raised by a bot that is not in voice", 10065, 40032)
async def _(ground: Ground) -> Answer:
    body = {"channel_id": ground.stage.id, "request_to_speak_timestamp": soon(seconds=1)}
    return await ground.ask("PATCH", f"/guilds/{ground.guild.id}/voice-states/@me", body)


@STATES.fault("a stage channel in a server that is no Community", 50024, FORM)
async def _(ground: Ground) -> Answer:
    plain = ground.discord.add_guild("Plain")
    plain.install(ground.app, PERMISSIONS)
    return await ground.ask("POST", f"/guilds/{plain.id}/channels", {"name": "room", "type": 13})


@STATES.fault("a member who has left", 10007)
async def _(ground: Ground) -> Answer:
    ground.guild.remove_member(ground.ada)
    return await ground.ask("GET", f"/guilds/{ground.guild.id}/members/{ground.ada.id}")
