"""Which events need which intents, by the table in Discord's documentation.

https://discord.com/developers/docs/events/gateway#list-of-intents
"""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import Any

import aiohttp

from discord_emulator import Emulator, Guild, Settings
from discord_emulator.gateway.intents import ALL_INTENTS, PRIVILEGED, Intent

from .client import Socket, connected

GUILDS, DIRECT = Intent.GUILDS, Intent.DIRECT_MESSAGES
TABLE: dict[str, Intent] = {
    "GUILD_CREATE": GUILDS,
    "GUILD_UPDATE": GUILDS,
    "GUILD_DELETE": GUILDS,
    "GUILD_ROLE_CREATE": GUILDS,
    "GUILD_ROLE_UPDATE": GUILDS,
    "GUILD_ROLE_DELETE": GUILDS,
    "CHANNEL_CREATE": GUILDS,
    "CHANNEL_UPDATE": GUILDS,
    "CHANNEL_DELETE": GUILDS,
    "CHANNEL_PINS_UPDATE": GUILDS | DIRECT,
    "THREAD_CREATE": GUILDS,
    "THREAD_UPDATE": GUILDS,
    "THREAD_DELETE": GUILDS,
    "THREAD_LIST_SYNC": GUILDS,
    "THREAD_MEMBER_UPDATE": GUILDS,
    "THREAD_MEMBERS_UPDATE": GUILDS | Intent.GUILD_MEMBERS,
    "STAGE_INSTANCE_CREATE": GUILDS,
    "STAGE_INSTANCE_UPDATE": GUILDS,
    "STAGE_INSTANCE_DELETE": GUILDS,
    "VOICE_CHANNEL_STATUS_UPDATE": GUILDS,
    "VOICE_CHANNEL_START_TIME_UPDATE": GUILDS,
    "GUILD_MEMBER_ADD": Intent.GUILD_MEMBERS,
    "GUILD_MEMBER_UPDATE": Intent.GUILD_MEMBERS,
    "GUILD_MEMBER_REMOVE": Intent.GUILD_MEMBERS,
    "GUILD_AUDIT_LOG_ENTRY_CREATE": Intent.GUILD_MODERATION,
    "GUILD_BAN_ADD": Intent.GUILD_MODERATION,
    "GUILD_BAN_REMOVE": Intent.GUILD_MODERATION,
    "WEBHOOKS_UPDATE": Intent.GUILD_WEBHOOKS,
    "INVITE_CREATE": Intent.GUILD_INVITES,
    "INVITE_DELETE": Intent.GUILD_INVITES,
    "VOICE_CHANNEL_EFFECT_SEND": Intent.GUILD_VOICE_STATES,
    "VOICE_STATE_UPDATE": Intent.GUILD_VOICE_STATES,
    "PRESENCE_UPDATE": Intent.GUILD_PRESENCES,
    **dict.fromkeys(
        ("MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE", "MESSAGE_DELETE_BULK"), Intent.GUILD_MESSAGES | DIRECT
    ),
    **dict.fromkeys(
        (
            "MESSAGE_REACTION_ADD",
            "MESSAGE_REACTION_REMOVE",
            "MESSAGE_REACTION_REMOVE_ALL",
            "MESSAGE_REACTION_REMOVE_EMOJI",
        ),
        Intent.GUILD_MESSAGE_REACTIONS | Intent.DIRECT_MESSAGE_REACTIONS,
    ),
    "TYPING_START": Intent.GUILD_MESSAGE_TYPING | Intent.DIRECT_MESSAGE_TYPING,
    **dict.fromkeys(
        (f"GUILD_SCHEDULED_EVENT_{what}" for what in ("CREATE", "UPDATE", "DELETE", "USER_ADD", "USER_REMOVE")),
        Intent.GUILD_SCHEDULED_EVENTS,
    ),
    **dict.fromkeys(
        ("MESSAGE_POLL_VOTE_ADD", "MESSAGE_POLL_VOTE_REMOVE"), Intent.GUILD_MESSAGE_POLLS | Intent.DIRECT_MESSAGE_POLLS
    ),
}
ALWAYS_SENT = {"READY", "INTERACTION_CREATE", "VOICE_SERVER_UPDATE", "RESUMED", "USER_UPDATE"}


async def test_every_event_goes_to_those_who_asked_for_it() -> None:
    settings = Settings(identify_window=0.0, rate_limits=False)
    async with Emulator(seed=9, settings=settings) as server, AsyncExitStack() as stack:
        application = server.add_application("Watcher", privileged_intents=int(PRIVILEGED))
        guild = server.add_guild("Home", community=True)
        guild.install(application, permissions=8)
        watchers: dict[int, Socket] = {}
        for intents in (0, ALL_INTENTS, *(int(intent) for intent in Intent)):
            watchers[intents] = await stack.enter_async_context(connected(server))
            await watchers[intents].identified(application, intents=intents)
        await tell_a_story(server, guild, application.token)
        heard = {intents: await watcher.events() for intents, watcher in watchers.items()}
    told = {event["t"] for event in heard[ALL_INTENTS]} - ALWAYS_SENT
    assert told <= TABLE.keys(), "events that the documentation's table does not have"
    assert len(told) >= 20, sorted(told)
    found = [
        f"{event['t']} came with {Intent(intents)!r} only"
        for intents, events in heard.items()
        if intents != ALL_INTENTS
        for event in events
        if event["t"] not in ALWAYS_SENT
        and not TABLE[event["t"]] & intents
        and not _is_own_member(event, application.id)
    ]
    for intent in Intent:
        expected = [event["d"] for event in heard[ALL_INTENTS] if _belongs(event, intent)]
        got = [event["d"] for event in heard[int(intent)] if TABLE.get(event["t"], Intent(0)) & intent]
        if len(got) != len(expected):
            found.append(f"with {intent!r}: {len(got)} of {len(expected)} events")
    assert found == []


def _is_own_member(event: dict[str, Any], bot_id: int) -> bool:
    """A bot hears of its own member whatever its intents: see Caveats in the documentation."""
    return event["t"] == "GUILD_MEMBER_UPDATE" and event["d"]["user"]["id"] == str(bot_id)


def _belongs(event: dict[str, Any], intent: Intent) -> bool:
    """Whether an event has to reach a session that has this intent alone."""
    needed = TABLE.get(event["t"], Intent(0))
    if not needed & intent:
        return False
    is_direct = event["t"].startswith(("MESSAGE", "TYPING")) and "guild_id" not in event["d"]
    return not event["t"].startswith(("MESSAGE", "TYPING")) or is_direct == intent.name.startswith("DIRECT")  # type: ignore[union-attr]


async def tell_a_story(server: Emulator, guild: Guild, token: str) -> None:
    chat, stage = guild.add_text_channel("general"), guild.add_stage_channel("room")
    ada, ben = guild.add_member("Ada"), guild.add_member("Ben")
    await ada.join(stage)
    await ada.post(chat, "hello")
    api = server.api_base
    async with aiohttp.ClientSession(headers={"Authorization": f"Bot {token}"}) as session:

        async def call(method: str, path: str, body: dict[str, Any] | None = None) -> Any:
            async with session.request(method, api + path, json=body) as response:
                assert response.status < 300, (method, path, await response.text())
                return await response.json() if response.status != 204 else None

        direct = await call("POST", "/users/@me/channels", {"recipient_id": str(ada.id)})
        for channel in (str(chat.id), direct["id"]):
            message = await call("POST", f"/channels/{channel}/messages", {"content": "one"})
            path = f"/channels/{channel}/messages/{message['id']}"
            await call("PATCH", path, {"content": "two"})
            await call("PUT", f"{path}/reactions/%F0%9F%91%8F/@me")
            await call("DELETE", f"{path}/reactions/%F0%9F%91%8F/@me")
            await call("DELETE", path)
        thread = await call("POST", f"/channels/{chat.id}/threads", {"name": "side", "type": 11})
        await call("PATCH", f"/channels/{thread['id']}", {"name": "aside"})
        await call("DELETE", f"/channels/{thread['id']}")
        await call("POST", "/stage-instances", {"channel_id": str(stage.id), "topic": "Books"})
        await call("PATCH", f"/stage-instances/{stage.id}", {"topic": "More"})
        await call("DELETE", f"/stage-instances/{stage.id}")
        await call("PATCH", f"/channels/{chat.id}", {"topic": "all"})
        await call("PATCH", f"/guilds/{guild.id}/members/{ben.id}", {"nick": "Benny"})
        await call("PATCH", f"/guilds/{guild.id}/members/@me", {"nick": "Watching"})
        event = await call("POST", f"/guilds/{guild.id}/scheduled-events", scheduled(stage.id))
        await call("PATCH", f"/guilds/{guild.id}/scheduled-events/{event['id']}", {"name": "Later"})
        await call("DELETE", f"/guilds/{guild.id}/scheduled-events/{event['id']}")
        await call("PUT", f"/guilds/{guild.id}/bans/{ben.id}", {})
        await call("DELETE", f"/guilds/{guild.id}/bans/{ben.id}")
        await call("DELETE", f"/channels/{stage.id}")
    role = guild.add_role("Passing")
    guild.set_permissions(role, ["send_messages"])


def scheduled(channel_id: int) -> dict[str, Any]:
    return {
        "name": "Reading",
        "channel_id": str(channel_id),
        "entity_type": 1,
        "privacy_level": 2,
        "scheduled_start_time": "2100-01-01T00:00:00+00:00",
    }


async def test_leaving_a_server_is_told_with_the_guilds_intent_only() -> None:
    async with Emulator(seed=9, settings=Settings(identify_window=0.0)) as server:
        application = server.add_application("Guest")
        guild = server.add_guild("Home")
        guild.install(application, permissions=8)
        async with connected(server) as told, connected(server) as untold:
            await told.identified(application, intents=1)
            await untold.identified(application, intents=1 << 9)
            await told.events()
            guild.go_down()
            guild.come_back()
            guild.remove_member(guild.members[application.bot.id])
            assert [event["t"] for event in await told.events()] == ["GUILD_DELETE", "GUILD_CREATE", "GUILD_DELETE"]
            assert await untold.events() == []
