"""A server as tests and the demo set it up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from discord_emulator.actions import audit_log, channels, guilds, invites, members, roles, stage_instances
from discord_emulator.gateway.intents import Intent
from discord_emulator.model.audit_log import Actor, AuditLogAction
from discord_emulator.model.channels import Channel, ChannelType, Overwrite
from discord_emulator.model.errors import EmulatorError
from discord_emulator.model.guild import GuildState, Role
from discord_emulator.model.members import Member
from discord_emulator.model.users import Application, User
from discord_emulator.permissions import EVERYONE_DEFAULT, as_permissions
from discord_emulator.world import World

from . import command_rights
from .person import Person

Permissions = int | str | Iterable[str]


@dataclass(eq=False, repr=False)
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

    @property
    def _by(self) -> Actor:
        """What is set up here the owner has done."""
        return Actor(self.owner.user)

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
        roles.add(self.world, self, role, self._by)
        if position is not None:
            self.move_role(role, position)
        return role

    def move_role(self, role: Role, position: int) -> None:
        """Puts a role at ``position`` in the hierarchy (1 is the lowest)."""
        roles.order(self.world, self, {role.id: position}, self._by)

    def set_permissions(self, role: Role, permissions: Permissions) -> None:
        """Gives a role (``@everyone`` is :attr:`default_role`) exactly these permissions."""
        role.permissions = as_permissions(permissions)
        roles.announce(self.world, self, role)

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

    def add_announcement_channel(self, name: str, category: Channel | None = None) -> Channel:
        """Adds an announcement channel; raises :class:`ApiError` 50024 unless the server is a Community."""
        return self._add_channel(name, ChannelType.NEWS, category)

    def add_forum_channel(self, name: str, *, tags: Iterable[str] = (), moderated_tags: Iterable[str] = ()) -> Channel:
        """Adds a forum with these tags; raises :class:`ApiError` 50024 unless the server is a Community."""
        entries = [{"name": tag} for tag in tags] + [{"name": tag, "moderated": True} for tag in moderated_tags]
        body = {"name": name, "type": int(ChannelType.FORUM), "available_tags": entries}
        return channels.create(self.world, self, body)

    def _add_channel(self, name: str, kind: ChannelType, category: Channel | None) -> Channel:
        body = {"name": name, "type": int(kind), "parent_id": None if category is None else category.id}
        return channels.create(self.world, self, body, self._by)

    def delete_channel(self, channel: Channel) -> None:
        """Deletes a channel as the owner of the server would."""
        channels.delete(self.world, channel, self._by)

    def delete_role(self, role: Role) -> None:
        """Deletes a role as the owner of the server would."""
        roles.remove(self.world, self, role, self._by)

    def delete(self) -> None:
        """The owner deletes the server with all that is in it; its bots get GUILD_DELETE."""
        guilds.delete(self.world, self)

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
        channels.set_overwrite(self.world, channel, after, self._by)

    def end_stage_instance(self, channel: Channel) -> None:
        """Ends a live stage and its event, for no reason that anybody gave."""
        stage_instances.close_stage(self.world, channel)

    def add_member(self, name: str, *, roles: Iterable[Role] = ()) -> Person:
        """A new person joins the server."""
        user = User(self.world.snowflakes.next(), name)
        self.world.users[user.id] = user
        return self.welcome(user, roles=roles)

    def welcome(self, user: User, *, roles: Iterable[Role] = (), invite: str | None = None) -> Person:
        """Somebody with an account (perhaps a member of other servers) joins, with the code of an ``invite`` or not.

        Raises :class:`EmulatorError` for who is banned and for a code that does not lead here.
        """
        if user.id in self.bans:
            raise EmulatorError(f"{user.name} is banned from {self.name}")
        if invite is not None:
            found_invite = next((one for one in invites.open_invites(self.world, self) if one.code == invite), None)
            if found_invite is None:
                raise EmulatorError(f"the invite {invite} is invalid or has expired")
            invites.use(self.world, self, found_invite)
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
        roles.add(self.world, self, role)
        member = Member(self, application.bot, self.world.clock.now(), role_ids={role.id})
        members.add(self.world, member)
        self.applications[application.id] = application
        self.world.hub.introduce(application, self)
        audit_log.record(self.world, self, self._by, AuditLogAction.BOT_ADD, member.id)
        return member

    def set_command_rights(
        self, application: Application, command: str | None, rights: Mapping[Role | Member | Channel, bool]
    ) -> None:
        """Says who may use a command (by name; ``None`` for all of them), as a moderator does under Integrations."""
        command_rights.set_rights(self.world, self, application, command, rights)

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
