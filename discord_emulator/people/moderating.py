"""What a person does to others and to the server, as far as their permissions go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from discord_emulator.actions import bans, channels, events, invites, member_edits, members, stage_instances
from discord_emulator.errors import missing_access, missing_permissions
from discord_emulator.model.belongings import Invite
from discord_emulator.model.channels import Channel
from discord_emulator.model.guild import EventEntity, Role, ScheduledEvent, StageInstance
from discord_emulator.model.members import Member
from discord_emulator.model.users import User
from discord_emulator.permissions import Permission
from discord_emulator.validation.channels import check_channel
from discord_emulator.validation.events import check_scheduled_event
from discord_emulator.validation.guilds import check_invite
from discord_emulator.validation.resources import check_member_edit, check_stage_instance

from .acting import Acting


@dataclass(eq=False, repr=False)
class Moderating(Acting):
    """The part of a person that moderates. Everything is refused (:class:`EmulatorError`) as Discord refuses it.

    ``reason`` is what the audit log then says.
    """

    # -- members -------------------------------------------------------------------------------------------------

    async def kick(self, member: Member, reason: str | None = None) -> None:
        """Sends somebody (a bot, too) out of the server."""
        await self._do(lambda: members.kick(self.world, self, member, self._by(reason)))

    async def ban(self, who: Member | User, reason: str | None = None, *, delete_seconds: int = 0) -> None:
        """Bans somebody and deletes what they wrote in the last seconds."""

        def act() -> None:
            bans.check(self.world, self, who.id)
            bans.ban(self.world, self.guild, who.id, self._by(reason), delete_seconds)

        await self._do(act)

    async def unban(self, user: User, reason: str | None = None) -> None:
        """Lifts a ban."""
        await self._do(lambda: bans.unban(self.world, self, user.id, self._by(reason)))

    async def time_out(self, member: Member, seconds: float, reason: str | None = None) -> None:
        """Keeps somebody from taking part for a while; 0 ends it."""
        until = (self.world.clock.now() + timedelta(seconds=seconds)).isoformat() if seconds else None
        await self._edit(member, {"communication_disabled_until": until}, reason)

    async def rename(self, member: Member, nick: str | None, reason: str | None = None) -> None:
        """Gives somebody else another name in the server."""
        await self._edit(member, {"nick": nick}, reason)

    async def set_server_mute(self, member: Member, mute: bool = True, reason: str | None = None) -> None:
        """Mutes somebody in voice, or lifts that; it follows them everywhere in the server."""
        await self._edit(member, {"mute": mute}, reason)

    async def set_server_deaf(self, member: Member, deaf: bool = True, reason: str | None = None) -> None:
        """Deafens somebody in voice, or lifts that."""
        await self._edit(member, {"deaf": deaf}, reason)

    async def drag(self, member: Member, channel: Channel | None, reason: str | None = None) -> None:
        """Drags somebody into another voice channel, or with ``None`` out of voice."""
        await self._edit(member, {"channel_id": None if channel is None else str(channel.id)}, reason)

    async def give_role(self, member: Member, role: Role, reason: str | None = None) -> None:
        """Gives a role that is lower than their own highest."""
        by = self._by(reason)
        await self._do(lambda: member_edits.change_role(self.world, self, member, role.id, by, give=True))

    async def take_role(self, member: Member, role: Role, reason: str | None = None) -> None:
        """Takes a role away."""
        by = self._by(reason)
        await self._do(lambda: member_edits.change_role(self.world, self, member, role.id, by, give=False))

    async def _edit(self, member: Member, body: dict[str, Any], reason: str | None) -> None:
        def act() -> None:
            check_member_edit(body, now=self.world.clock.now())
            member_edits.edit(self.world, self, member, body, self._by(reason))

        await self._do(act)

    # -- channels and stages -------------------------------------------------------------------------------------

    async def edit_channel(self, channel: Channel, *, reason: str | None = None, **changes: Any) -> None:
        """Changes a channel's settings, named as in Discord's API (``name``, ``topic``, ``user_limit``, …)."""

        def act() -> None:
            check_channel(changes, is_edit=True, kind=int(channel.type))
            self._need(channel, Permission.MANAGE_CHANNELS)
            channels.change(self.world, channel, changes, self._by(reason))

        await self._do(act)

    async def delete_channel(self, channel: Channel, reason: str | None = None) -> None:
        """Deletes a channel with all that hangs on it."""

        def act() -> None:
            self._need(channel, Permission.MANAGE_CHANNELS)
            channels.delete(self.world, channel, self._by(reason))

        await self._do(act)

    async def start_stage(self, channel: Channel, topic: str) -> StageInstance:
        """Goes live with Discord's own button."""
        body = {"channel_id": str(channel.id), "topic": topic}

        def act() -> StageInstance:
            check_stage_instance(body)
            return stage_instances.open_stage(self.world, self, channel, body, self._by())

        return await self._do(act)

    async def end_stage(self, channel: Channel, reason: str | None = None) -> None:
        """Ends a live stage with Discord's own button."""

        def act() -> None:
            stage_instances.check_moderator(self.world, self, channel)
            stage_instances.close_stage(self.world, channel, self._by(reason))

        await self._do(act)

    async def invite_people(self, channel: Channel, **settings: Any) -> Invite:
        """Makes a link into a channel; ``settings``: ``max_age`` (seconds), ``max_uses``, ``temporary``, ``unique``."""

        def act() -> Invite:
            check_invite(settings)
            self._need(channel, Permission.CREATE_INSTANT_INVITE)
            return invites.create(self.world, self.guild, channel, settings, self._by())

        return await self._do(act)

    # -- scheduled events ----------------------------------------------------------------------------------------

    async def schedule_event(
        self, name: str, starts_at: datetime, where: Channel | str, ends_at: datetime | None = None
    ) -> ScheduledEvent:
        """Announces an event in a stage or voice channel, or elsewhere (a place in words, which needs an end)."""
        body: dict[str, Any] = {"name": name, "privacy_level": 2, "scheduled_start_time": starts_at.isoformat()}
        if ends_at is not None:
            body["scheduled_end_time"] = ends_at.isoformat()
        if isinstance(where, Channel):
            body["entity_type"] = int(EventEntity.STAGE if where.is_stage else EventEntity.VOICE)
            body["channel_id"] = str(where.id)
        else:
            body |= {"entity_type": int(EventEntity.EXTERNAL), "entity_metadata": {"location": where}}

        def act() -> ScheduledEvent:
            check_scheduled_event(body, now=self.world.clock.now())
            return events.create(self.world, self, body, self._by())

        return await self._do(act)

    async def cancel_event(self, event: ScheduledEvent) -> None:
        """Deletes a scheduled event."""
        await self._do(lambda: events.delete(self.world, self, event, self._by()))

    async def mark_interested(self, event: ScheduledEvent, interested: bool = True) -> None:
        """Presses "Interested" on an event, or presses it off again."""
        await self._do(lambda: events.subscribe(self.world, self, event, interested=interested))

    # -- inside --------------------------------------------------------------------------------------------------

    def _need(self, channel: Channel, needed: Permission) -> None:
        granted = self._granted(channel)
        if not granted & Permission.VIEW_CHANNEL:
            raise missing_access()
        if not granted & needed:
            raise missing_permissions()
