"""A bot's own account: https://discord.com/developers/docs/resources/user#modify-current-user"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from discord_emulator.images import image_hash
from discord_emulator.model.users import Application
from discord_emulator.payloads import people as payloads

if TYPE_CHECKING:
    from discord_emulator.world import World


def change(world: World, application: Application, body: dict[str, Any]) -> None:
    """Changes name, avatar and banner as the checked body says, and tells the bot (USER_UPDATE)."""
    bot = application.bot
    images = {key: image_hash(body[key], key) for key in ("avatar", "banner") if key in body}
    bot.name = body.get("username") or bot.name
    bot.avatar = images.get("avatar", bot.avatar)
    bot.banner = images.get("banner", bot.banner)
    world.hub.to_application(application, "USER_UPDATE", payloads.own_user(bot))
