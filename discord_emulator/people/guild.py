"""A server as tests and the demo set it up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from discord_emulator.actions import channels, members, stage
from discord_emulator.gateway.intents import Intent
from discord_emulator.model.channels import Channel, ChannelType, Overwrite
from discord_emulator.model.guild import GuildState, Role
from discord_emulator.model.members import Member
from discord_emulator.model.users import Application, User
from discord_emulator.permissions import EVERYONE_DEFAULT, as_permissions
from discord_emulator.world import World

from .person import Person

Permissions = int | str | Iterable[str]


@dataclass(eq=False)
class Guild(GuildState):
    """A server with its people."""

    world: World = field(kw_only=True)

    @property
    def owner(self) -> Person:
        """The person who owns the server."""
        owner = self.members[self.owner_id]
        if not isinstance(owner, Person):
            raise TypeError("the owner is no person")
        return owner

    def add_role(
        self,
        name: str,
        permissions: Permissions = 0,
        *,
        position: int | None = None,
        mentionable: bool = False,
    ) -> Role:
        """Adds a role at the bottom, or at ``position`` (1 is the lowest)."""
        role = Role(self.world.snowflakes.next(), name, as_permissions(permissions), mentionable=mentionable)
        members.add_role(self.world, self, role)
        if position is not None:
            self.move_role(role, position)
        return role

    def move_role(self, role: Role, position: int) -> None:
        """Puts a role at ``position`` in the hierarchy (1 is the lowest)."""
        others = sorted(
            (other for other in self.roles.values() if other is not role and other.id != self.id),
            key=lambda other: other.rank,
        )
        others.insert(position - 1, role)
        for number, each in enumerate(others, start=1):
            if each.position != number:
                each.position = number
                members.announce_role(self.world, self, each)

    def set_permissions(self, role: Role, permissions: Permissions) -> None:
        """Gives a role (``@everyone`` is :attr:`default_role`) exactly these permissions."""
        role.permissions = as_permissions(permissions)
        members.announce_role(self.world, self, role)

    def add_category(self, name: str) -> Channel:
        """Adds a category."""
        return self._add_channel(name, ChannelType.CATEGORY, None)

    def add_text_channel(self, name: str, category: Channel | None = None) -> Channel:
        """Adds a text channel; it takes over the category's overwrites."""
        return self._add_channel(name, ChannelType.TEXT, category)

    def add_voice_channel(self, name: str, category: Channel | None = None) -> Channel:
        """Adds a voice channel."""
        return self._add_channel(name, ChannelType.VOICE, category)

    def add_stage_channel(self, name: str, category: Channel | None = None) -> Channel:
        """Adds a stage channel; raises :class:`ApiError` 50024 unless the server is a Community."""
        return self._add_channel(name, ChannelType.STAGE, category)

    def _add_channel(self, name: str, kind: ChannelType, category: Channel | None) -> Channel:
        body = {"name": name, "type": int(kind), "parent_id": None if category is None else category.id}
        return channels.create(self.world, self, body)

    def delete_channel(self, channel: Channel) -> None:
        """Deletes a channel as an administrator of the server would."""
        channels.delete(self.world, channel)

    def allow(self, channel: Channel, target: Role | Member, permissions: Permissions) -> None:
        """Allows a role or member something in a channel, whatever was denied there."""
        self._overwrite(channel, target, allow=as_permissions(permissions))

    def deny(self, channel: Channel, target: Role | Member, permissions: Permissions) -> None:
        """Denies a role or member something in a channel."""
        self._overwrite(channel, target, deny=as_permissions(permissions))

    def _overwrite(self, channel: Channel, target: Role | Member, *, allow: int = 0, deny: int = 0) -> None:
        kind = 1 if isinstance(target, Member) else 0
        before = channel.overwrites.get(target.id, Overwrite(target.id, kind))
        after = Overwrite(target.id, kind, (before.allow | allow) & ~deny, (before.deny | deny) & ~allow)
        channels.set_overwrite(self.world, channel, after)

    def end_stage_instance(self, channel: Channel) -> None:
        """Ends a live stage, as Discord itself does after minutes without speakers."""
        stage.close_stage(self.world, channel)

    def add_member(self, name: str, *, roles: Iterable[Role] = ()) -> Person:
        """A new person joins the server."""
        user = User(self.world.snowflakes.next(), name)
        self.world.users[user.id] = user
        return self.welcome(user, roles=roles)

    def welcome(self, user: User, *, roles: Iterable[Role] = ()) -> Person:
        """Somebody with an account (perhaps a member of other servers) joins."""
        person = Person(self, user, self.world.clock.now(), role_ids={role.id for role in roles}, world=self.world)
        members.add(self.world, person)
        return person

    def remove_member(self, member: Member) -> None:
        """Somebody leaves the server."""
        members.remove(self.world, member)

    def install(self, application: Application, permissions: Permissions = 0) -> Member:
        """Adds an application's bot with its managed role; if it is online it is told (GUILD_CREATE)."""
        role = Role(
            self.world.snowflakes.next(),
            application.name,
            as_permissions(permissions),
            bot_id=application.bot.id,
        )
        members.add_role(self.world, self, role)
        member = Member(self, application.bot, self.world.clock.now(), role_ids={role.id})
        members.add(self.world, member)
        self.applications[application.id] = application
        self.world.hub.introduce(application, self)
        return member

    def go_down(self) -> None:
        """The server becomes unavailable, as in an outage of Discord: bots are told, and get no events of it."""
        self.available = False
        gone = {"id": str(self.id), "unavailable": True}
        for application in self.applications.values():
            self.world.hub.to_application(application, "GUILD_DELETE", gone, self.id, Intent.GUILDS)

    def come_back(self) -> None:
        """The server is available again; bots learn its present state."""
        self.available = True
        for application in self.applications.values():
            self.world.hub.introduce(application, self, is_back=True)


def found(world: World, name: str, owner_name: str, *, community: bool) -> Guild:
    """A new server with ``@everyone``, its owner and nothing else."""
    guild = Guild(world.snowflakes.next(), name, community=community, world=world)
    guild.roles[guild.id] = Role(guild.id, "@everyone", int(EVERYONE_DEFAULT), position=0)
    world.guilds[guild.id] = guild
    guild.owner_id = guild.add_member(owner_name).id
    return guild
