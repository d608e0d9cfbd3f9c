"""Links that speakers bring into the room."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote, urlsplit, urlunsplit

from spaces.errors import Conflict, InvalidInput, NotAllowed, SpacesError
from spaces.events import EventBus, SpaceChanged
from spaces.model import Actor, SharedPost, Standing
from spaces.policy import PolicySource
from spaces.ports import Board, Clock
from spaces.room import Room
from spaces.stores import PostStore
from spaces.text import optional_line

LONGEST_NOTE = 200
LONGEST_LINK = 1_000

_TRACKING = frozenset({"fbclid", "gclid", "igsh", "igshid", "mc_cid", "mc_eid", "ref_src", "ref_url", "si"})
"""Query keys that tell where a link was copied, never what it points to; all ``utm_…`` keys as well."""


_NO_LINK = "That is not a link. Paste one that begins with https://"
_HOST_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
"""What makes a host an address when it is the last label: https://url.spec.whatwg.org/#ends-in-a-number-checker"""

_PATH = "/%:@!$&'()*+,;=~-._"
_QUERY = _PATH + "?"


def canonical_link(text: str) -> str:
    """The link in one spelling: lower-case ASCII host, no default port, tracking keys or fragment, nothing unescaped.

    Raises :class:`InvalidInput` for anything that is no plain link to a website.
    """
    link = text.strip()
    if link.startswith("<") and link.endswith(">"):  # how Discord spells a link without a preview
        link = link[1:-1]
    if not link or any(character.isspace() or unicodedata.category(character)[0] == "C" for character in link):
        raise InvalidInput(_NO_LINK)
    try:
        parts = urlsplit(link)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise InvalidInput(_NO_LINK) from error
    if parts.scheme not in {"http", "https"} or host is None or port == 0:
        raise InvalidInput(_NO_LINK)
    if parts.username is not None or parts.password is not None:
        raise InvalidInput("That link holds a user name or password. Share it without them.")
    place = _website(host)
    if port is not None and port != {"http": 80, "https": 443}[parts.scheme]:
        place = f"{place}:{port}"
    query = "&".join(pair for pair in parts.query.split("&") if not _tracks(pair))
    path = quote(parts.path or "/", safe=_PATH)
    found = urlunsplit((parts.scheme, place, path, quote(query, safe=_QUERY), ""))
    if len(found) > LONGEST_LINK:
        raise InvalidInput(f"That link has {len(found)} characters; {LONGEST_LINK} is the most.")
    return found


def _website(host: str) -> str:
    """The host in ASCII, as a browser would ask for it. Raises :class:`InvalidInput` for addresses and nonsense."""
    ideographic_dot = "\u3002"
    labels = unicodedata.normalize("NFKC", host).replace(ideographic_dot, ".").lower().removesuffix(".").split(".")
    try:
        encoded = [label if label.isascii() else f"xn--{label.encode('punycode').decode('ascii')}" for label in labels]
    except UnicodeError as error:
        raise InvalidInput(_NO_LINK) from error
    if len(encoded) < 2 or _NUMBER.fullmatch(encoded[-1]) or not all(map(_HOST_LABEL.fullmatch, encoded)):
        raise InvalidInput(_NO_LINK)
    return ".".join(encoded)


def _tracks(pair: str) -> bool:
    key = pair.partition("=")[0].lower()
    return not pair or key in _TRACKING or key.startswith("utm_")


class Sharing:
    """Brings links into the room."""

    def __init__(
        self, *, posts: PostStore, board: Board, policies: PolicySource, clock: Clock, events: EventBus
    ) -> None:
        self._posts = posts
        self._board = board
        self._policies = policies
        self._clock = clock
        self._events = events

    async def share(self, room: Room, actor: Actor, link: str, note: str = "") -> SharedPost:
        """Stores the link and shows its card to the room.

        Raises :class:`InvalidInput` for no link, :class:`NotAllowed` for listeners, :class:`Conflict` if it is there.
        """
        url = canonical_link(link)
        words = optional_line(note, what="The note", longest=LONGEST_NOTE)
        self.require_may_share(room, actor)
        post = await self._posts.add(SharedPost(0, room.space.id, actor.person, url, words, self._clock.now()))
        if post is None:
            raise Conflict("That link is in this Space already.")
        try:
            message_id = await self._board.post_shared(room.space, post)
        except SpacesError:
            await self._posts.remove([post.id])
            raise
        await self._posts.set_message(post.id, message_id)
        self._events.publish(SpaceChanged(room.space.id))
        return post

    def require_may_share(self, room: Room, actor: Actor) -> None:
        """Raises :class:`NotAllowed` for who neither is on stage nor leads the Space, :class:`NotFound` when it is
        over."""
        room.require_live()
        participant = room.find(actor.person.id)
        speaks = participant is not None and participant.standing is Standing.ON_STAGE
        policy = self._policies.for_server(room.space.guild_id)
        if not speaks and not room.leads(actor.person.id) and not policy.is_moderator(actor):
            raise NotAllowed("Speakers and hosts share links here. Raise your hand, or give it to a host in chat.")
