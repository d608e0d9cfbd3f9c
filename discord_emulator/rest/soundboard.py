"""The soundboard, as far as clients read it when they log in: https://discord.com/developers/docs/resources/soundboard"""

from __future__ import annotations

from .routing import Answer, Request, Routes

routes = Routes()


@routes.on("GET", "/soundboard-default-sounds")
def default_sounds(_: Request) -> Answer:
    sound = {"name": "quack", "sound_id": "1", "volume": 1.0, "emoji_id": None, "emoji_name": "🦆", "available": True}
    return Answer([sound])
