"""Users, members, voice states, applications."""

from __future__ import annotations

from typing import Any

from discord_emulator.clock import iso
from discord_emulator.model.members import Member, VoiceState
from discord_emulator.model.users import Application, ApplicationCommand, User

# Application flags of an app with fewer than 100 servers: the *_LIMITED ones for intents switched on in the portal.
# https://discord.com/developers/docs/resources/application#application-object-application-flags
_LIMITED_FLAG_OF_INTENT = {1 << 8: 1 << 13, 1 << 1: 1 << 15, 1 << 15: 1 << 19}


def user(account: User) -> dict[str, Any]:
    """A user object."""
    return {
        "id": str(account.id),
        "username": account.username,
        "global_name": None if account.bot else account.name,
        "discriminator": account.discriminator,
        "avatar": account.avatar,
        "bot": account.bot,
        "public_flags": 0,
        "flags": 0,
        "banner": account.banner,
        "accent_color": None,
        "avatar_decoration_data": None,
        "collectibles": None,
        "primary_guild": None,
    }


def own_user(account: User) -> dict[str, Any]:
    """A user object as the user itself gets it."""
    return user(account) | {"mfa_enabled": True, "locale": "en-US", "verified": True, "email": None}


def member(someone: Member, *, with_user: bool = True) -> dict[str, Any]:
    """A member object; those in messages come without the user."""
    body: dict[str, Any] = {
        "nick": someone.nick,
        "avatar": None,
        "banner": None,
        "roles": [str(role.id) for role in someone.roles],
        "joined_at": iso(someone.joined_at),
        "premium_since": None,
        "deaf": someone.server_deaf,
        "mute": someone.server_mute,
        "flags": someone.flags,
        "pending": False,
        "communication_disabled_until": iso(someone.timeout_until),
        "avatar_decoration_data": None,
        "collectibles": None,
    }
    if with_user:
        body["user"] = user(someone.user)
    return body


def voice_state(someone: Member, state: VoiceState, *, connected: bool = True) -> dict[str, Any]:
    """A voice state with its member; ``connected=False`` is the one sent when they left."""
    return {
        "guild_id": str(someone.guild.id),
        "channel_id": str(state.channel.id) if connected else None,
        "user_id": str(someone.id),
        "member": member(someone),
        "session_id": state.session_id,
        "deaf": someone.server_deaf,
        "mute": someone.server_mute,
        "self_deaf": state.self_deaf,
        "self_mute": state.self_mute,
        "self_video": state.self_video,
        "self_stream": False,
        "suppress": state.suppress if connected else False,
        "request_to_speak_timestamp": iso(state.request_to_speak_timestamp) if connected else None,
    }


def application_flags(app: Application) -> int:
    """The flags that say which privileged intents are switched on."""
    return sum(flag for intent, flag in _LIMITED_FLAG_OF_INTENT.items() if app.privileged_intents & intent)


def application(app: Application, owner: User, guild_count: int) -> dict[str, Any]:
    """The application object that its own bot may read."""
    return {
        "id": str(app.id),
        "name": app.name,
        "icon": None,
        "description": "",
        "type": None,
        "verify_key": "0" * 64,
        "flags": application_flags(app),
        "flags_new": str(application_flags(app)),
        "bot": user(app.bot),
        "bot_public": True,
        "bot_require_code_grant": False,
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": user(owner),
        "approximate_guild_count": guild_count,
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "team": None,
        "eligible_oauth2_scopes": ["bot", "applications.commands"],
        "integration_types_config": {"0": {}},
        "tags": [],
    }


def command_rights(app: Application, guild_id: int, key: int) -> dict[str, Any]:
    """Who may use a command in a server; ``key`` is the command's id, or the application's for all of them."""
    rights = app.rights.get(guild_id, {}).get(key, [])
    return {
        "id": str(key),
        "application_id": str(app.id),
        "guild_id": str(guild_id),
        "permissions": [{"id": str(each.id), "type": each.type, "permission": each.allowed} for each in rights],
    }


def command(app: Application, registered: ApplicationCommand) -> dict[str, Any]:
    """An application command object."""
    body = {
        **registered.body,
        "id": str(registered.id),
        "application_id": str(app.id),
        "version": str(registered.version),
    }
    if registered.guild_id is not None:
        body["guild_id"] = str(registered.guild_id)
    return body
