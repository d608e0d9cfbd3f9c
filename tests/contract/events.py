"""What every gateway event holds: Discord's component schemas in the frames that its gateway documentation gives them.

https://discord.com/developers/docs/events/gateway-events#receive-events
"""

from __future__ import annotations

from .closing import Schema
from .description import Description
from .interaction_event import interaction_schema
from .shapes import BOOLEAN, INTEGER, STRING, TEXT, Shapes, either, items, nothing_more, optional


def event_schemas(description: Description) -> dict[str, Schema]:
    """The schema of the ``d`` of each event, by the event's name."""
    shapes = Shapes(description)
    return {
        **_session(shapes),
        **_guild(shapes),
        **_people(shapes),
        **_channels(shapes),
        **_messages(shapes),
        **_voice(shapes),
        **_rest(shapes),
        "INTERACTION_CREATE": interaction_schema(shapes),
    }


def _session(shapes: Shapes) -> dict[str, Schema]:
    unavailable = nothing_more({"id": shapes.snowflake, "unavailable": {"const": True}})
    ready = nothing_more(
        {
            "v": {"const": 10},
            "user": shapes.of("UserPIIResponse"),
            "guilds": items(unavailable),
            "session_id": TEXT,
            "resume_gateway_url": TEXT,
            "application": nothing_more({"id": shapes.snowflake, "flags": INTEGER}),
        },
        # Beyond the documentation, Discord sends these to bots as well.
        shard={"type": "array", "items": {"type": "integer", "minimum": 0}, "minItems": 2, "maxItems": 2},
        session_type=STRING,
        private_channels=items({}),
        presences=items({}),
        relationships=items({}),
        user_settings={"type": "object"},
        user_settings_proto={},
        guild_join_requests=items({}),
        geo_ordered_rtc_regions=items(STRING),
        game_relationships=items({}),
        auth={"type": "object"},
        _trace=items(STRING),
    )
    return {"READY": ready, "RESUMED": nothing_more({}, _trace=items(STRING))}


def _guild(shapes: Shapes) -> dict[str, Schema]:
    guild = shapes.snowflake
    created = shapes.with_keys(
        "GuildResponse",
        {
            "joined_at": shapes.instant,
            "large": BOOLEAN,
            "unavailable": BOOLEAN,
            "member_count": INTEGER,
            "voice_states": items(shapes.without("VoiceStateResponse", "guild_id")),
            "members": items(shapes.of("GuildMemberResponse")),
            "channels": items(shapes.of("GuildChannelResponse")),
            "threads": items(shapes.of("ThreadResponse")),
            "presences": items({"type": "object"}),
            "stage_instances": items(shapes.of("StageInstanceResponse")),
            "guild_scheduled_events": items(shapes.scheduled_event),
            "soundboard_sounds": items(shapes.of("SoundboardSoundResponse")),
        },
        unavailable=True,
    )
    role = nothing_more({"guild_id": guild, "role": shapes.of("GuildRoleResponse")})
    event_user = nothing_more({"guild_scheduled_event_id": shapes.snowflake, "user_id": guild, "guild_id": guild})
    events = dict.fromkeys(f"GUILD_SCHEDULED_EVENT_{verb}" for verb in ("CREATE", "UPDATE", "DELETE"))
    return {
        "GUILD_CREATE": created,
        "GUILD_UPDATE": shapes.of("GuildResponse"),
        "GUILD_DELETE": nothing_more({"id": guild}, unavailable=BOOLEAN),
        "GUILD_ROLE_CREATE": role,
        "GUILD_ROLE_UPDATE": role,
        "GUILD_ROLE_DELETE": nothing_more({"guild_id": guild, "role_id": guild}),
        **dict.fromkeys(events, shapes.scheduled_event),
        "GUILD_SCHEDULED_EVENT_USER_ADD": event_user,
        "GUILD_SCHEDULED_EVENT_USER_REMOVE": event_user,
        "GUILD_AUDIT_LOG_ENTRY_CREATE": shapes.with_keys("AuditLogEntryResponse", {"guild_id": guild}),
        "GUILD_EMOJIS_UPDATE": nothing_more({"guild_id": guild, "emojis": items(shapes.of("EmojiResponse"))}),
        "GUILD_STICKERS_UPDATE": nothing_more(
            {"guild_id": guild, "stickers": items(shapes.of("GuildStickerResponse"))}
        ),
        "GUILD_INTEGRATIONS_UPDATE": nothing_more({"guild_id": guild}),
        "GUILD_SOUNDBOARD_SOUND_CREATE": shapes.of("SoundboardSoundResponse"),
        "GUILD_SOUNDBOARD_SOUND_UPDATE": shapes.of("SoundboardSoundResponse"),
        "SOUNDBOARD_SOUNDS": nothing_more(
            {"guild_id": guild, "soundboard_sounds": items(shapes.of("SoundboardSoundResponse"))}
        ),
        "GUILD_SOUNDBOARD_SOUND_DELETE": nothing_more({"sound_id": guild, "guild_id": guild}),
    }


def _people(shapes: Shapes) -> dict[str, Schema]:
    guild = shapes.snowflake
    user = shapes.of("UserResponse")
    member = shapes.with_keys("GuildMemberResponse", {"guild_id": guild})
    ban = nothing_more({"guild_id": guild, "user": user})
    presence = {
        "type": "object",
        "properties": {
            "user": {"type": "object", "properties": {"id": shapes.snowflake}, "required": ["id"]},
            "guild_id": guild,
            "status": {"enum": ["idle", "dnd", "online", "offline"]},
            "activities": items({"type": "object"}),
            "client_status": {"type": "object"},
        },
        "required": ["user", "guild_id", "status"],
    }
    chunk = nothing_more(
        {
            "guild_id": guild,
            "members": items(shapes.of("GuildMemberResponse")),
            "chunk_index": INTEGER,
            "chunk_count": {"type": "integer", "minimum": 1},
        },
        not_found=items(either(shapes.snowflake, STRING)),
        presences=items(presence),
        nonce=STRING,
    )
    return {
        "GUILD_MEMBER_ADD": member,
        "GUILD_MEMBER_UPDATE": member,
        "GUILD_MEMBER_REMOVE": ban,
        "GUILD_MEMBERS_CHUNK": chunk,
        "GUILD_BAN_ADD": ban,
        "GUILD_BAN_REMOVE": ban,
        "USER_UPDATE": shapes.of("UserPIIResponse"),
        "PRESENCE_UPDATE": presence,
    }


def _channels(shapes: Shapes) -> dict[str, Schema]:
    here = shapes.snowflake
    channel = either(shapes.of("GuildChannelResponse"), shapes.of("PrivateChannelResponse"))
    thread_member = shapes.of("ThreadMemberResponse")
    instance = shapes.of("StageInstanceResponse")
    return {
        **dict.fromkeys(("CHANNEL_CREATE", "CHANNEL_UPDATE", "CHANNEL_DELETE"), channel),
        "CHANNEL_PINS_UPDATE": nothing_more(
            {"channel_id": here}, guild_id=here, last_pin_timestamp=optional(shapes.instant)
        ),
        "THREAD_CREATE": shapes.with_keys("ThreadResponse", {"newly_created": BOOLEAN}, newly_created=True),
        "THREAD_UPDATE": shapes.of("ThreadResponse"),
        "THREAD_DELETE": nothing_more({"id": here, "guild_id": here, "parent_id": here, "type": INTEGER}),
        "THREAD_LIST_SYNC": nothing_more(
            {"guild_id": here, "threads": items(shapes.of("ThreadResponse")), "members": items(thread_member)},
            channel_ids=items(here),
        ),
        "THREAD_MEMBER_UPDATE": shapes.with_keys("ThreadMemberResponse", {"guild_id": here}),
        "THREAD_MEMBERS_UPDATE": nothing_more(
            {"id": here, "guild_id": here, "member_count": INTEGER},
            added_members=items(
                shapes.with_keys("ThreadMemberResponse", {"presence": optional({"type": "object"})}, presence=True)
            ),
            removed_member_ids=items(here),
        ),
        **dict.fromkeys(("STAGE_INSTANCE_CREATE", "STAGE_INSTANCE_UPDATE", "STAGE_INSTANCE_DELETE"), instance),
        "WEBHOOKS_UPDATE": nothing_more({"guild_id": here, "channel_id": here}),
        "INVITE_CREATE": nothing_more(
            {
                "channel_id": here,
                "code": TEXT,
                "created_at": shapes.instant,
                "max_age": INTEGER,
                "max_uses": INTEGER,
                "temporary": BOOLEAN,
                "uses": {"type": "integer", "minimum": 0},
            },
            guild_id=here,
            inviter=shapes.of("UserResponse"),
            target_type=INTEGER,
            target_user=shapes.of("UserResponse"),
            target_application={"type": "object"},
            expires_at=optional(shapes.instant),
            role_ids=items(here),
        ),
        "INVITE_DELETE": nothing_more({"channel_id": here, "code": TEXT}, guild_id=here),
    }


def _messages(shapes: Shapes) -> dict[str, Schema]:
    here = shapes.snowflake
    message = shapes.with_keys(
        "MessageResponse",
        {"guild_id": here, "member": shapes.without("GuildMemberResponse", "user")},
        guild_id=True,
        member=True,
    )
    place = {"channel_id": here, "message_id": here}
    emoji = shapes.of("MessageReactionEmojiResponse")
    reaction = {"user_id": here, **place, "emoji": emoji, "burst": BOOLEAN, "type": {"enum": [0, 1]}}
    vote = nothing_more({"user_id": here, **place, "answer_id": INTEGER}, guild_id=here)
    return {
        "MESSAGE_CREATE": message,
        "MESSAGE_UPDATE": message,
        "MESSAGE_DELETE": nothing_more({"id": here, "channel_id": here}, guild_id=here),
        "MESSAGE_DELETE_BULK": nothing_more({"ids": items(here), "channel_id": here}, guild_id=here),
        "MESSAGE_REACTION_ADD": nothing_more(
            reaction,
            guild_id=here,
            member=shapes.of("GuildMemberResponse"),
            message_author_id=here,
            burst_colors=items(STRING),
        ),
        "MESSAGE_REACTION_REMOVE": nothing_more(reaction, guild_id=here),
        "MESSAGE_REACTION_REMOVE_ALL": nothing_more(place, guild_id=here),
        "MESSAGE_REACTION_REMOVE_EMOJI": nothing_more({**place, "emoji": emoji}, guild_id=here),
        "MESSAGE_POLL_VOTE_ADD": vote,
        "MESSAGE_POLL_VOTE_REMOVE": vote,
        "TYPING_START": nothing_more(
            {"channel_id": here, "user_id": here, "timestamp": INTEGER},
            guild_id=here,
            member=shapes.of("GuildMemberResponse"),
        ),
    }


def _voice(shapes: Shapes) -> dict[str, Schema]:
    here = shapes.snowflake
    return {
        "VOICE_STATE_UPDATE": shapes.of("VoiceStateResponse"),
        "VOICE_SERVER_UPDATE": nothing_more({"token": TEXT, "guild_id": here, "endpoint": optional(TEXT)}),
        "VOICE_CHANNEL_EFFECT_SEND": nothing_more(
            {"channel_id": here, "guild_id": here, "user_id": here},
            emoji=optional(shapes.of("MessageReactionEmojiResponse")),
            animation_type=optional({"enum": [0, 1]}),
            animation_id=INTEGER,
            sound_id=either(here, INTEGER),
            sound_volume={"type": "number", "minimum": 0, "maximum": 1},
        ),
        "VOICE_CHANNEL_STATUS_UPDATE": nothing_more({"id": here, "guild_id": here, "status": optional(STRING)}),
        "VOICE_CHANNEL_START_TIME_UPDATE": nothing_more(
            {"id": here, "guild_id": here, "voice_start_time": optional(INTEGER)}
        ),
    }


def _rest(shapes: Shapes) -> dict[str, Schema]:
    entitlement = shapes.of("EntitlementResponse")
    rate_limited = nothing_more({"opcode": INTEGER, "retry_after": {"type": "number"}, "meta": {"type": "object"}})
    return {
        "APPLICATION_COMMAND_PERMISSIONS_UPDATE": shapes.of("CommandPermissionsResponse"),
        "RATE_LIMITED": rate_limited,
        **dict.fromkeys(("ENTITLEMENT_CREATE", "ENTITLEMENT_UPDATE", "ENTITLEMENT_DELETE"), entitlement),
    }
