"""What protects people: lists and reports, and the erasure of all that is kept of somebody."""

from __future__ import annotations

from app.ground import Ground
from app.room_services import RoomServices
from app.surroundings import Surroundings
from app.word_services import WordServices
from spaces.admitting import Admitting
from spaces.privacy import Privacy
from spaces.rights import Rights
from spaces.safety import Safety


class GuardServices:
    """The services that people turn to against others, and against us."""

    def __init__(self, ground: Ground, around: Surroundings, words: WordServices, room: RoomServices) -> None:
        self.safety = _safety(ground, around, room.rights)
        self.privacy = _privacy(ground, around, words, room.admitting)


def _safety(ground: Ground, around: Surroundings, rights: Rights) -> Safety:
    return Safety(
        rooms=ground.rooms,
        safety=ground.stores.safety,
        stage=around.stage,
        desk=around.reports,
        rights=rights,
        clock=ground.clock,
    )


def _privacy(ground: Ground, around: Surroundings, words: WordServices, admitting: Admitting) -> Privacy:
    return Privacy(
        rooms=ground.rooms,
        spaces=ground.stores.spaces,
        consents=ground.stores.consents,
        transcripts=ground.stores.transcripts,
        reactions=ground.stores.reactions,
        posts=ground.stores.posts,
        safety=ground.stores.safety,
        admitting=admitting,
        scrubber=ground.scrubber,
        spool=ground.spool,
        listener=around.listener,
        board=around.board,
        consenting=words.consenting,
        overview=words.overview,
        events=ground.events,
    )
