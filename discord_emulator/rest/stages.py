"""Voice states and stage instances.

https://discord.com/developers/docs/resources/voice
https://discord.com/developers/docs/resources/stage-instance
"""

from __future__ import annotations

from discord_emulator.actions import stage as actions
from discord_emulator.actions import stage_instances
from discord_emulator.errors import unknown
from discord_emulator.model.members import Member
from discord_emulator.payloads import people, places
from discord_emulator.validation.resources import check_stage_instance, check_voice_state

from .access import actor, bot_in
from .routing import Answer, Request, Routes, nothing

routes = Routes()
_VOICE_STATE = "/guilds/{guild_id}/voice-states/{user_id}"
_OWN_VOICE_STATE = "/guilds/{guild_id}/voice-states/@me"
_STAGE = "/stage-instances/{channel_id}"


def _voice_state(member: Member | None) -> Answer:
    if member is None or member.voice is None:
        raise unknown("Voice State", 10065)
    return Answer(people.voice_state(member, member.voice))


@routes.on("GET", _OWN_VOICE_STATE)
def read_own(request: Request) -> Answer:
    return _voice_state(request.guild()[1])


@routes.on("GET", _VOICE_STATE)
def read_other(request: Request) -> Answer:
    guild, _ = request.guild()
    return _voice_state(guild.members.get(request.id("user_id")))


@routes.on("PATCH", _OWN_VOICE_STATE)
def change_own(request: Request) -> Answer:
    _, me = request.guild()
    check_voice_state(request.fields())
    actions.update_own_state(request.world, me, request.fields())
    return nothing()


@routes.on("PATCH", _VOICE_STATE)
def change_other(request: Request) -> Answer:
    guild, me = request.guild()
    check_voice_state(request.fields())
    target = guild.members.get(request.id("user_id"))
    if target is None:
        raise unknown("Member", 10007)
    actions.update_state_of(request.world, me, target, request.fields())
    return nothing()


@routes.on("POST", "/stage-instances")
def create(request: Request) -> Answer:
    body = request.fields()
    check_stage_instance(body)
    channel = request.world.channel_for(request.application, request.snowflake("channel_id"))
    instance = stage_instances.open_stage(request.world, bot_in(request, channel), channel, body, actor(request))
    return Answer(places.stage_instance(instance))


@routes.on("GET", _STAGE)
def read(request: Request) -> Answer:
    channel = request.channel()
    instance = bot_in(request, channel).guild.stage_instance(channel)
    if instance is None:
        raise unknown("Stage Instance", 10067)
    return Answer(places.stage_instance(instance))


@routes.on("PATCH", _STAGE)
def change(request: Request) -> Answer:
    body = request.fields()
    check_stage_instance(body, is_edit=True)
    channel = request.channel()
    instance = stage_instances.change_stage(request.world, bot_in(request, channel), channel, body, actor(request))
    return Answer(places.stage_instance(instance))


@routes.on("DELETE", _STAGE)
def delete(request: Request) -> Answer:
    channel = request.channel()
    stage_instances.check_moderator(request.world, bot_in(request, channel), channel)
    stage_instances.close_stage(request.world, channel, actor(request))
    return nothing()
