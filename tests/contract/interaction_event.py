"""What INTERACTION_CREATE holds, by kind of interaction.

https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-object
"""

from __future__ import annotations

from .closing import Schema
from .shapes import BOOLEAN, INTEGER, STRING, TEXT, Shapes, either, items, nothing_more, optional, table

_COMMAND, _COMPONENT, _AUTOCOMPLETE, _MODAL = 2, 3, 4, 5
_TOKEN_AGAIN: Schema = {"type": "string", "minLength": 1}
_BIT_SET: Schema = {"type": "string", "pattern": "^[0-9]+$"}


def interaction_schema(shapes: Shapes) -> Schema:
    """The schema of the event."""
    here = shapes.snowflake
    channel = either(
        shapes.with_keys("GuildChannelResponse", {"permissions": _BIT_SET}),
        shapes.with_keys("ThreadResponse", {"permissions": _BIT_SET}),
        shapes.of("PrivateChannelResponse"),
    )
    frame = nothing_more(
        {
            "id": here,
            "application_id": here,
            "type": {"enum": [_COMMAND, _COMPONENT, _AUTOCOMPLETE, _MODAL]},
            "token": _TOKEN_AGAIN,
            "version": {"const": 1},
            "data": {"type": "object"},
            "channel_id": here,
            "channel": channel,
            "app_permissions": _BIT_SET,
            "locale": TEXT,
            "entitlements": items(shapes.of("EntitlementResponse")),
            "authorizing_integration_owners": {
                "type": "object",
                "propertyNames": {"enum": ["0", "1"]},
                "additionalProperties": here,
            },
            "context": {"enum": [0, 1, 2]},
            "attachment_size_limit": {"type": "integer", "minimum": 1},
        },
        guild_id=here,
        guild=nothing_more({"id": here, "locale": TEXT, "features": items(STRING)}),
        guild_locale=TEXT,
        member=shapes.with_keys("GuildMemberResponse", {"permissions": _BIT_SET}),
        user=shapes.of("UserResponse"),
        message=shapes.of("MessageResponse"),
        # Not documented, but in every example that Discord prints.
        entitlement_sku_ids=items(here),
    )
    return {
        **frame,
        # In a server there is a member, in a direct message a user.
        "oneOf": [{"required": ["guild_id", "guild", "member"]}, {"required": ["user"]}],
        "allOf": [
            _when(_COMMAND, _command_data(shapes)),
            _when(_AUTOCOMPLETE, _command_data(shapes)),
            _when(_COMPONENT, _component_data(shapes), "message"),
            _when(_MODAL, _modal_data(shapes)),
        ],
    }


def _when(kind: int, data: Schema, *required: str) -> Schema:
    condition = {"properties": {"type": {"const": kind}}, "required": ["type"]}
    return {"if": condition, "then": {"properties": {"data": data}, "required": list(required)}}


def _resolved(shapes: Shapes) -> Schema:
    """The things that ids in the data stand for."""
    channel = nothing_more(
        {"id": shapes.snowflake, "type": INTEGER, "name": STRING, "permissions": _BIT_SET},
        flags=INTEGER,
        parent_id=optional(shapes.snowflake),
        guild_id=shapes.snowflake,
        position=INTEGER,
        nsfw=BOOLEAN,
        topic=optional(STRING),
        last_message_id=optional(shapes.snowflake),
        last_pin_timestamp=optional(shapes.instant),
        rate_limit_per_user=INTEGER,
        thread_metadata=shapes.of("ThreadMetadataResponse"),
    )
    return nothing_more(
        {},
        users=table(shapes.of("UserResponse")),
        members=table(shapes.without("GuildMemberResponse", "user", "deaf", "mute", permissions=_BIT_SET)),
        roles=table(shapes.of("GuildRoleResponse")),
        channels=table(channel),
        messages=table(shapes.of("MessageResponse")),
        attachments=table(shapes.of("AttachmentResponse")),
    )


def _command_data(shapes: Shapes) -> Schema:
    option = {
        "type": "object",
        "properties": {
            "name": TEXT,
            "type": {"type": "integer", "minimum": 1, "maximum": 11},
            "value": {"type": ["string", "integer", "number", "boolean"]},
            "focused": BOOLEAN,
            "options": items({"$ref": "#/$defs/option"}),
        },
        "required": ["name", "type"],
        "additionalProperties": False,
        # A subcommand or group has options, anything else a value.
        "if": {"properties": {"type": {"enum": [1, 2]}}},
        "then": {"properties": {"value": False}},
        "else": {"properties": {"options": False}, "required": ["value"]},
    }
    data = nothing_more(
        {"id": shapes.snowflake, "name": TEXT, "type": {"enum": [1, 2, 3]}},
        resolved=_resolved(shapes),
        options=items({"$ref": "#/$defs/option"}),
        guild_id=shapes.snowflake,
        target_id=shapes.snowflake,
    )
    return {**data, "$id": "urn:discord:command-data", "$defs": {"option": option}}


def _component_data(shapes: Shapes) -> Schema:
    return nothing_more(
        {"custom_id": TEXT, "component_type": {"enum": [2, 3, 5, 6, 7, 8]}},
        id=INTEGER,
        values=items(STRING),
        resolved=_resolved(shapes),
    )


def _modal_data(shapes: Shapes) -> Schema:
    """Rows and labels with what was filled in."""
    answered = {
        "type": "object",
        "properties": {
            "type": INTEGER,
            "id": INTEGER,
            "custom_id": TEXT,
            "value": {"type": ["string", "boolean", "null"]},
            "values": items(STRING),
        },
        "required": ["type", "id"],
        "additionalProperties": False,
    }
    row = nothing_more({"type": {"const": 1}, "id": INTEGER, "components": items(answered)})
    label = nothing_more({"type": {"const": 18}, "id": INTEGER, "component": answered})
    text = nothing_more({"type": {"const": 10}, "id": INTEGER})
    return nothing_more(
        {"custom_id": TEXT, "components": items(either(row, label, text))},
        resolved=_resolved(shapes),
    )
