"""From sound to words: who agreed, what is heard, written down and shown of it."""

from __future__ import annotations

from app.ground import Ground
from app.surroundings import Surroundings
from spaces.consenting import Consenting
from spaces.overview import Overview
from spaces.scribe import Scribe
from spaces.transcribing import Transcribing


class WordServices:
    """The services that deal with what people say."""

    def __init__(self, ground: Ground, around: Surroundings) -> None:
        self.consenting = _consenting(ground, around)
        self.overview = _overview(ground, around, self.consenting)
        self.scribe = _scribe(ground, self.consenting)
        self.transcribing = _transcribing(ground, around, self.consenting, self.scribe)


def _consenting(ground: Ground, around: Surroundings) -> Consenting:
    return Consenting(
        consents=ground.stores.consents,
        transcripts=ground.stores.transcripts,
        spool=ground.spool,
        listener=around.listener,
        board=around.board,
        engine=ground.engine.capabilities,
        scrubber=ground.scrubber,
        policies=ground.policies,
        clock=ground.clock,
        events=ground.events,
    )


def _overview(ground: Ground, around: Surroundings, consenting: Consenting) -> Overview:
    return Overview(
        spaces=ground.stores.spaces,
        transcripts=ground.stores.transcripts,
        reactions=ground.stores.reactions,
        posts=ground.stores.posts,
        consenting=consenting,
        listener=around.listener,
        policies=ground.policies,
        clock=ground.clock,
    )


def _scribe(ground: Ground, consenting: Consenting) -> Scribe:
    return Scribe(
        rooms=ground.rooms,
        spaces=ground.stores.spaces,
        transcripts=ground.stores.transcripts,
        consenting=consenting,
        spool=ground.spool,
        engine=ground.engine,
        clock=ground.clock,
        events=ground.events,
    )


def _transcribing(ground: Ground, around: Surroundings, consenting: Consenting, scribe: Scribe) -> Transcribing:
    return Transcribing(
        rooms=ground.rooms,
        spaces=ground.stores.spaces,
        transcripts=ground.stores.transcripts,
        posts=ground.stores.posts,
        consenting=consenting,
        listener=around.listener,
        sink=scribe,
        board=around.board,
        notifier=around.notifier,
        scrubber=ground.scrubber,
        policies=ground.policies,
        clock=ground.clock,
        events=ground.events,
    )
