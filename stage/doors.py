"""Who may join a stage channel and raise a hand there, as permission overwrites.

https://discord.com/developers/docs/topics/permissions#permission-overwrites
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import discord
from discord.http import HTTPClient

from spaces.errors import ServerNotReady
from spaces.rules import JoinMode, RoomRules, SpeakMode
from ui.escaping import escape

MODERATOR = ("manage_channels", "mute_members", "move_members")
"""What makes somebody a stage moderator of a channel: https://support.discord.com/hc/articles/1500005513722"""

_Target = discord.Role | discord.Member | discord.Object
Overwrites = dict[_Target, discord.PermissionOverwrite]

_MOST_AT_ONCE = 100
"""Overwrites in one change of a channel, as Discord's OpenAPI specification has it."""

_NO_LIMIT = 10_000
"""The user limit of a stage that nobody limited; 0 says the same.

https://discord.com/developers/docs/resources/channel#channel-object
"""

_LEFT = frozenset({10007, 10011, 10013})
"""Unknown member, role and user: https://discord.com/developers/docs/topics/opcodes-and-status-codes#json"""


@dataclass(frozen=True, slots=True)
class Door:
    """A door that is closed but for these roles and members; where it is ``open``, the category decides.

    Whether an open door was closed before shows in that these members may connect: only a door of ours says so.
    """

    roles: frozenset[int]
    members: frozenset[int]
    is_open: bool = False

    def lets_in(self, target_id: int) -> bool:
        """Whether a role or member may come in."""
        return target_id in self.roles or target_id in self.members


SHUT = Door(frozenset(), frozenset())


def door_for(guild: discord.Guild, rules: RoomRules, let_in: Collection[int]) -> Door:
    """The door of a room; ``let_in`` are the members who may join whatever the rules say."""
    roles = joining_roles(guild, rules) if rules.join is JoinMode.ROLES else []
    return Door(frozenset(role.id for role in roles), frozenset(let_in), is_open=rules.join is JoinMode.EVERYONE)


def joining_roles(guild: discord.Guild, rules: RoomRules) -> list[discord.Role]:
    """The roles that may join, as far as the server has them."""
    return [role for role in guild.roles if any(wanted.matches(role.id, role.name) for wanted in rules.join_roles)]


def check_roles(guild: discord.Guild, rules: RoomRules) -> None:
    """Raises :class:`ServerNotReady` if none of the roles that may join is there (any more)."""
    if rules.join is not JoinMode.ROLES or joining_roles(guild, rules):
        return
    wanted = ", ".join(f"*{escape(str(role))}*" for role in rules.join_roles)
    raise ServerNotReady(
        f"I can't find a role that may join: {wanted}. Choose another one with `join_role`, or let everyone join."
    )


def for_new_stage(
    guild: discord.Guild,
    category: discord.CategoryChannel | None,
    rules: RoomRules,
    needed: Iterable[str],
    let_in: Collection[int],
) -> Overwrites:
    """The overwrites of a new stage: those of its category, the ``needed`` ones of the bot, the door of the room.

    A channel that is created with overwrites takes over none from its category: a stage in a category for members only
    would be open to everybody.
    """
    held = guild.me.guild_permissions if category is None else category.permissions_for(guild.me)
    may_hand_on = held & ~discord.Permissions(manage_roles=True)  # this one only administrators may set on a channel
    found: Overwrites = {}
    for target, overwrite in category.overwrites.items() if category is not None else ():
        found[target] = _limited(overwrite, may_hand_on)
    own = found.setdefault(guild.me, discord.PermissionOverwrite())
    own.update(**{name: True for name in needed if name != "manage_roles"})
    if held.request_to_speak:
        own.update(request_to_speak=True)  # who lacks a permission cannot give it back to others
        found = _with_hands(found, guild, category, are_open=may_raise_hands(rules))
    return _behind(found, guild, category, door_for(guild, rules, let_in))


def may_raise_hands(rules: RoomRules) -> bool:
    """Whether Discord's own raising of hands is of any use in a room."""
    return rules.hands_open and rules.speak is not SpeakMode.INVITED


async def suit(
    http: HTTPClient, channel: discord.StageChannel, rules: RoomRules, let_in: Collection[int], seats: int | None
) -> None:
    """Makes a channel suit the rules of its room: who may join, how many (None: no limit), who raises hands.

    ``channel`` has to be as Discord has it now: what it says besides stays.
    """
    after: Overwrites = channel.overwrites
    if channel.permissions_for(channel.guild.me).request_to_speak:
        after = _with_hands(after, channel.guild, channel.category, are_open=may_raise_hands(rules))
    after = _behind(after, channel.guild, channel.category, door_for(channel.guild, rules, let_in))
    await _apply(http, channel, after, seats=seats or 0, reason="The rules of the Space changed")


async def shut(http: HTTPClient, channel: discord.StageChannel) -> None:
    """Lets nobody join any more, neither everyone nor who was let in. Who sees the channel still does."""
    after = _behind(channel.overwrites, channel.guild, channel.category, SHUT)
    await _apply(http, channel, after, seats=None, reason="The Space is over")


async def set_moderator(http: HTTPClient, channel: discord.StageChannel, person_id: int, *, is_one: bool) -> None:
    """Gives a member the permissions of a stage moderator on the channel, or takes them away; they may have left."""
    known = next((overwrite for target, overwrite in channel.overwrites.items() if target.id == person_id), None)
    overwrite = known or discord.PermissionOverwrite()
    overwrite.update(**dict.fromkeys(MODERATOR, True if is_one else None))
    reason = "Hosts a Space here" if is_one else "Hosts no Space here any more"
    await _set_one(http, channel, _member(person_id), overwrite, reason)


def _with_hands(
    overwrites: Overwrites, guild: discord.Guild, category: discord.CategoryChannel | None, *, are_open: bool
) -> Overwrites:
    """Lets everyone raise a hand in Discord whom the category lets, or nobody; hosts are told by Discord that requests
    are off."""
    everyone = guild.default_role
    inherited = None if category is None else category.overwrites_for(everyone).request_to_speak
    overwrites.setdefault(everyone, discord.PermissionOverwrite()).update(
        request_to_speak=inherited if are_open else False
    )
    return overwrites


def _behind(
    overwrites: Overwrites, guild: discord.Guild, category: discord.CategoryChannel | None, door: Door
) -> Overwrites:
    """The overwrites with a door. A role that may connect would open any door, so the door decides for all of them.

    What the category denies stays denied. An open door changes nothing unless a closed one was there: what moderators
    of the server have set by hand is theirs.
    """
    above = {} if category is None else category.overwrites
    inherited = {target.id: one.connect for target, one in above.items()}
    found = {target.id: (target, overwrite) for target, overwrite in overwrites.items()}
    if door.is_open and not any(
        found[person_id][1].connect and not inherited.get(person_id) for person_id in door.members & found.keys()
    ):
        return _said(overwrites)
    concerned = [*above] if door.is_open else _concerned(guild, door)
    for target in concerned:
        found.setdefault(target.id, (target, discord.PermissionOverwrite()))
    for target_id, (_, overwrite) in found.items():
        if target_id != guild.me.id:
            overwrite.update(connect=_may_connect(target_id, guild.id, door, inherited.get(target_id)))
    return _said(dict(found.values()))


def _concerned(guild: discord.Guild, door: Door) -> list[_Target]:
    """Whom a closed door says something about, whatever was said before."""
    roles = [role for role in guild.roles if role.id in door.roles or role.is_default()]
    return [*roles, *map(_member, door.members)]


def _may_connect(target_id: int, everyone_id: int, door: Door, inherited: bool | None) -> bool | None:
    if door.is_open or inherited is False:
        return inherited
    if door.lets_in(target_id):
        return True
    return False if target_id == everyone_id else None


def _said(overwrites: Overwrites) -> Overwrites:
    """Without overwrites that say nothing."""
    return {target: overwrite for target, overwrite in overwrites.items() if not overwrite.is_empty()}


async def _apply(
    http: HTTPClient, channel: discord.StageChannel, after: Overwrites, *, seats: int | None, reason: str
) -> None:
    """Sets what is different: in one call, so that no half of it ever holds, where Discord lets.

    One by one where there are too many for one call, or where somebody concerned has left the server. ``seats`` is the
    user limit, 0 for none, None to leave it.
    """
    before = {target.id: overwrite for target, overwrite in _said(channel.overwrites).items()}
    wanted = {target.id: (target, overwrite) for target, overwrite in after.items()}
    gone = {target.id: (target, discord.PermissionOverwrite()) for target in channel.overwrites} | wanted
    changed = [pair for key, pair in gone.items() if before.get(key, discord.PermissionOverwrite()) != pair[1]]
    limit = {} if seats is None or channel.user_limit % _NO_LIMIT == seats % _NO_LIMIT else {"user_limit": seats}
    fits = len(after) <= _MOST_AT_ONCE
    if changed and fits and await _changed_at_once(channel, reason, overwrites=after, **limit):
        return
    if limit:
        await channel.edit(**limit, reason=reason)
    for target, overwrite in changed:
        try:
            await _set_one(http, channel, target, overwrite, reason)
        except discord.NotFound as error:
            if error.code not in _LEFT:
                raise


async def _changed_at_once(channel: discord.StageChannel, reason: str, **options: Any) -> bool:
    """False if somebody concerned has left the server: then Discord changes nothing."""
    try:
        await channel.edit(**options, reason=reason)
    except discord.NotFound as error:
        if error.code not in _LEFT:
            raise
        return False
    return True


async def _set_one(
    http: HTTPClient,
    channel: discord.StageChannel,
    target: _Target,
    overwrite: discord.PermissionOverwrite,
    reason: str,
) -> None:
    """Sets or removes one overwrite. discord.py's own method takes nobody who is known by number alone."""
    if overwrite.is_empty():
        if any(known.id == target.id for known in channel.overwrites):
            await http.delete_channel_permissions(channel.id, target.id, reason=reason)
        return
    allow, deny = overwrite.pair()
    is_role = isinstance(target, discord.Role) or (isinstance(target, discord.Object) and target.type is discord.Role)
    await http.edit_channel_permissions(
        channel.id, target.id, str(allow.value), str(deny.value), 0 if is_role else 1, reason=reason
    )


def _member(person_id: int) -> discord.Object:
    """A member by number: most are not in the cache."""
    return discord.Object(person_id, type=discord.Member)


def _limited(overwrite: discord.PermissionOverwrite, limit: discord.Permissions) -> discord.PermissionOverwrite:
    """What of an overwrite a bot that holds ``limit`` may set; Discord refuses a channel with any more."""
    allow, deny = overwrite.pair()
    return discord.PermissionOverwrite.from_pair(allow & limit, deny & limit)
