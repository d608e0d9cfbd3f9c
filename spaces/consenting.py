"""What may happen with a person's words: asked, kept as dated receipts, withdrawn at once.

The gate of the voice receiver follows at the same moment: it is closed before a withdrawal is stored, and opened only
after a choice is stored, so that a fault in between always errs on the side of not listening.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from spaces.events import EventBus, SpaceChanged, WordsWithdrawn
from spaces.model import Consent, ConsentChoice, Participant, Person, Space
from spaces.policy import PolicySource
from spaces.ports import Board, Clock, EngineCapabilities, Spool, VoiceListener
from spaces.room import Room
from spaces.stores import ConsentStore, Scrubber, TranscriptStore
from spaces.takedowns import Takedowns

WORDING = 1
"""Number of the consent form's wording. Raise it when the form promises something else: everybody is asked again."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What the form tells before anybody chooses; a receipt records it."""

    engine: str
    runs_where: str
    readers: str
    kept_days: int
    server_days: int
    notice: str


class Consenting:
    """Choices about captions and transcripts."""

    def __init__(
        self,
        *,
        consents: ConsentStore,
        transcripts: TranscriptStore,
        spool: Spool,
        listener: VoiceListener,
        board: Board,
        engine: EngineCapabilities,
        scrubber: Scrubber,
        policies: PolicySource,
        clock: Clock,
        events: EventBus,
    ) -> None:
        self._consents = consents
        self._transcripts = transcripts
        self._spool = spool
        self.ledger = asyncio.Lock()
        """Held by whoever checks consent and then stores words, and by whoever takes consent or words away."""
        self.takedowns = Takedowns()
        self._listener = listener
        self._board = board
        self._engine = engine
        self._scrubber = scrubber
        self._policies = policies
        self._clock = clock
        self._events = events

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages that the engine understands."""
        return self._engine.languages

    def terms(self, space: Space) -> Terms:
        """What holds for words spoken in this Space."""
        policy = self._policies.for_server(space.guild_id)
        return Terms(
            engine=self._engine.name,
            runs_where=self._engine.runs_where,
            readers=policy.readers,
            kept_days=space.transcript_days,
            server_days=policy.consent_days,
            notice=policy.privacy_notice,
        )

    async def current(self, space: Space, person_id: int) -> Consent | None:
        """The choice that holds for the person in this Space now, or None if they must be asked."""
        consent = await self._consents.current(space.guild_id, space.id, person_id)
        return consent if consent is not None and self._holds(space, consent) else None

    async def for_words(self, space: Space, person_id: int, said_at: datetime) -> Consent | None:
        """What may happen with words that began at ``said_at``: the narrowest of all choices that held since then.

        None if they must not be written down. So a "yes" never reaches back to words that were said under a narrower
        choice, or before a withdrawal, and still wait for the engine.
        """
        receipts = await self._consents.receipts(space.guild_id, space.id, person_id)
        known = [number for number, receipt in enumerate(receipts) if receipt.chosen_at <= said_at]
        held = receipts[known[-1] :] if known else ()
        if not held or not all(one.allows_captions and self._holds(space, one) for one in held):
            return None
        narrowest = ConsentChoice.TRANSCRIPT if all(one.allows_transcript for one in held) else ConsentChoice.CAPTIONS
        return replace(held[-1], choice=narrowest, hide_name=any(one.hide_name for one in held))

    async def close_lapsed(self, space: Space) -> datetime | None:
        """Closes the gate to whose choice has run out; returns when the next one does, or None."""
        async with self.ledger:
            everyone = await self._consents.all_current(space.guild_id, space.id)
            for person_id, consent in everyone.items():
                if not self._holds(space, consent):
                    self._listener.refuse(space.guild_id, person_id)
        ends = (one.expires_at for one in everyone.values() if one.allows_captions and self._holds(space, one))
        return min((end for end in ends if end is not None), default=None)

    async def consenting(self, space: Space) -> frozenset[int]:
        """Ids of everybody whose words may be written down in this Space now."""
        everyone = await self._consents.all_current(space.guild_id, space.id)
        return frozenset(
            person_id
            for person_id, consent in everyone.items()
            if consent.allows_captions and self._holds(space, consent)
        )

    async def choose(
        self, room: Room, person: Person, choice: ConsentChoice, *, hide_name: bool, whole_server: bool = False
    ) -> Consent:
        """Stores the receipt and opens or closes the gate. Effect on sound: from the next packet on."""
        space = room.space
        terms = self.terms(space)
        now = self._clock.now()
        receipt = Consent(
            guild_id=space.guild_id,
            space_id=None if whole_server else space.id,
            person=person,
            choice=choice,
            hide_name=hide_name,
            chosen_at=now,
            expires_at=now + timedelta(days=terms.server_days) if whole_server else None,
            engine=terms.engine,
            readers=terms.readers,
            kept_days=terms.kept_days,
            wording=WORDING,
        )
        heard_here = whole_server or room.space.captions_on
        if not receipt.allows_captions and heard_here:
            self._listener.refuse(space.guild_id, person.id)
        async with room.lock, self.ledger:
            await self._consents.add(receipt)
            if not receipt.allows_captions:
                if whole_server or room.space.captions_on:  # again: it may have joined in the meantime
                    self._listener.refuse(space.guild_id, person.id)
                await self._spool.remove_person(person.id, space.id)
                self._events.publish(WordsWithdrawn(person.id, space.id))
            elif whole_server or room.space.captions_on:
                self._listener.allow(space.guild_id, person.id)
        self._events.publish(SpaceChanged(space.id))
        return receipt

    async def stop(self, room: Room, person: Person) -> Consent:
        """Withdraws: nothing said from now on is written down, nothing waiting is transcribed."""
        return await self.choose(room, person, ConsentChoice.NEITHER, hide_name=False)

    async def remove_mine(self, space: Space, person_id: int) -> int:
        """Deletes what the person said in the Space, posted captions included; returns how many lines.

        The posted ones go first: if Discord does not do it, the lines are still there, and so is the next try.
        """
        async with self.takedowns.of(space.id):
            async with self.ledger:
                await self._spool.remove_person(person_id, space.id)
                self._events.publish(WordsWithdrawn(person_id, space.id))
                lines = await self._transcripts.lines(space.id, person_id=person_id)
            if not lines:
                return 0
            await self._board.remove_lines(space, lines)
            async with self.ledger:
                removed = await self._transcripts.remove([line.id for line in lines])
        await self._scrubber.scrub()
        return removed

    async def lines_of(self, space: Space, person_id: int) -> int:
        """How many lines of the person the Space holds."""
        return len(await self._transcripts.lines(space.id, person_id=person_id))

    async def captioned(self, room: Room) -> tuple[Participant, ...]:
        """Who of those on stage is written down."""
        allowed = await self.consenting(room.space)
        return tuple(one for one in room.on_stage if one.person.id in allowed)

    async def must_ask(self, room: Room, person_id: int) -> bool:
        """Whether the form should come before the person speaks: captions are on and nothing was chosen."""
        return room.space.captions_on and await self.current(room.space, person_id) is None

    def _holds(self, space: Space, consent: Consent) -> bool:
        now = self._clock.now()
        return (
            (consent.expires_at is None or consent.expires_at > now)
            and consent.wording == WORDING
            and consent.engine == self._engine.name
            and consent.readers == self._policies.for_server(space.guild_id).readers
        )
