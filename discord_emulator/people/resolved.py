"""The ``resolved`` part of interaction data: the things that ids in it stand for."""

from __future__ import annotations

from typing import Any

from discord_emulator.actions import uploads
from discord_emulator.model.channels import Channel
from discord_emulator.model.errors import EmulatorError
from discord_emulator.model.guild import Role
from discord_emulator.model.members import Member
from discord_emulator.model.messages import Message
from discord_emulator.model.users import Application
from discord_emulator.payloads import messages as message_payloads
from discord_emulator.payloads import people, places
from discord_emulator.world import World


class Resolved:
    """Collects what options, selects and targets refer to, as the acting person sees it."""

    def __init__(self, world: World, actor: Member, application: Application | None = None) -> None:
        self._world = world
        self._actor = actor
        self._application = application
        self.data: dict[str, dict[str, Any]] = {}

    def add_member(self, member: Member) -> str:
        """Adds a member with their user; returns the id."""
        key = str(member.id)
        self.data.setdefault("users", {})[key] = people.user(member.user)
        granted = self._world.permissions_in_guild(member)
        body = people.member(member, with_user=False) | {"permissions": str(granted)}
        del body["deaf"], body["mute"]
        self.data.setdefault("members", {})[key] = body
        return key

    def add_channel(self, channel: Channel) -> str:
        """Adds a channel with the actor's permissions there; returns the id."""
        granted = self._world.permissions(self._actor, channel)
        self.data.setdefault("channels", {})[str(channel.id)] = message_payloads.partial_channel(channel, granted)
        return str(channel.id)

    def add_role(self, role: Role) -> str:
        """Adds a role; returns the id."""
        self.data.setdefault("roles", {})[str(role.id)] = places.role(role)
        return str(role.id)

    def add_file(self, name: str, content: bytes) -> str:
        """Adds a file that goes to the application; returns the id. Raises :class:`EmulatorError` for a large one."""
        if len(content) > message_payloads.MAX_ATTACHMENT_BYTES:
            raise EmulatorError(f"{name} is larger than {message_payloads.MAX_ATTACHMENT_BYTES} bytes")
        if self._application is None:
            raise EmulatorError("there is no application that takes a file")
        file = uploads.hand_over(self._world, self._application.id, name, content)
        self.data.setdefault("attachments", {})[str(file.id)] = message_payloads.attachment(file, ephemeral=True)
        return str(file.id)

    def add_message(self, message: Message, application: Application) -> str:
        """Adds the target of a message menu, which the application reads whatever its intents; returns the id."""
        body = message_payloads.for_application(message, application, is_target=True)
        self.data.setdefault("messages", {})[str(message.id)] = body
        return str(message.id)

    def add_any(self, thing: Member | Role | Channel) -> str:
        """Adds whichever it is; returns the id."""
        if isinstance(thing, Member):
            return self.add_member(thing)
        if isinstance(thing, Channel):
            return self.add_channel(thing)
        return self.add_role(thing)
