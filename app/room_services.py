"""What happens in a room: opening and ending, seats and queue, gestures and links."""

from __future__ import annotations

from app.ground import Ground
from app.surroundings import Surroundings
from app.word_services import WordServices
from spaces.admitting import Admitting
from spaces.announcing import Announcing
from spaces.controlling import Controlling
from spaces.debts import Debts
from spaces.doors import Doors
from spaces.editing import Editing
from spaces.hosting import Hosting
from spaces.leading import Leading
from spaces.pausing import Pausing
from spaces.queueing import Queueing
from spaces.reacting import Reacting
from spaces.rights import Rights
from spaces.seating import Seating
from spaces.sharing import Sharing
from spaces.speaking import Speaking
from spaces.succession import Succession
from spaces.turns import Turns
from spaces.waiting import Waiting
from spaces.watch import Watch


class RoomServices:
    """The services that deal with what people do."""

    def __init__(self, ground: Ground, around: Surroundings, words: WordServices) -> None:
        policies, clock, events = ground.policies, ground.clock, ground.events
        stage, notifier, board = around.stage, around.notifier, around.board
        seating = Seating(stage=stage, clock=clock, events=events)
        debts = Debts(rooms=ground.rooms, debts=ground.stores.debts, stage=stage, clock=clock)
        self.debts = debts
        self.rights = Rights(debts=debts, policies=policies)
        self.speaking = _speaking(ground, around, seating, debts)
        doors = Doors(stage=stage, clock=clock)
        self.queueing = Queueing(doors=doors, seating=seating, notifier=notifier, policies=policies, events=events)
        self.editing = Editing(stage=stage, doors=doors, policies=policies, events=events)
        self.controlling = Controlling(
            stage=stage,
            doors=doors,
            seating=seating,
            debts=debts,
            rights=self.rights,
            notifier=notifier,
            policies=policies,
            events=events,
        )
        self.pausing = Pausing(stage=stage, policies=policies, clock=clock, events=events)
        self.leading = _leading(ground, around, self, seating)
        self.turns = _turns(ground, around, self.speaking, seating)
        self.admitting = _admitting(ground, around, doors)
        self.hosting = _hosting(ground, around, words, self, debts)
        self.watch = _watch(ground, around, self, seating, doors)
        self.reacting = Reacting(reactions=ground.stores.reactions, policies=policies, clock=clock, events=events)
        self.sharing = Sharing(posts=ground.stores.posts, board=board, policies=policies, clock=clock, events=events)


def _speaking(ground: Ground, around: Surroundings, seating: Seating, debts: Debts) -> Speaking:
    return Speaking(
        rooms=ground.rooms,
        safety=ground.stores.safety,
        stage=around.stage,
        seating=seating,
        debts=debts,
        notifier=around.notifier,
        policies=ground.policies,
        clock=ground.clock,
        events=ground.events,
    )


def _leading(ground: Ground, around: Surroundings, room: RoomServices, seating: Seating) -> Leading:
    return Leading(
        stage=around.stage,
        speaking=room.speaking,
        seating=seating,
        rights=room.rights,
        notifier=around.notifier,
        policies=ground.policies,
        clock=ground.clock,
        events=ground.events,
    )


def _turns(ground: Ground, around: Surroundings, speaking: Speaking, seating: Seating) -> Turns:
    return Turns(
        speaking=speaking,
        seating=seating,
        notifier=around.notifier,
        policies=ground.policies,
        clock=ground.clock,
        events=ground.events,
    )


def _admitting(ground: Ground, around: Surroundings, doors: Doors) -> Admitting:
    return Admitting(
        rooms=ground.rooms,
        admissions=ground.stores.admissions,
        safety=ground.stores.safety,
        doors=doors,
        notifier=around.notifier,
        policies=ground.policies,
        clock=ground.clock,
    )


def _watch(ground: Ground, around: Surroundings, room: RoomServices, seating: Seating, doors: Doors) -> Watch:
    waiting = Waiting(speaking=room.speaking, seating=seating, notifier=around.notifier, policies=ground.policies)
    announcing = Announcing(board=around.board, policies=ground.policies)
    succession = Succession(
        leading=room.leading,
        stage=around.stage,
        notifier=around.notifier,
        policies=ground.policies,
        events=ground.events,
    )
    return Watch(
        rooms=ground.rooms,
        clock=ground.clock,
        duties=[
            waiting.withdraw_late_invitations,
            waiting.lower_forgotten_hands,
            room.turns.begin,
            room.turns.call_next,
            room.turns.hand_over,
            waiting.fill_free_seats,
            doors.keep,
            announcing.announce,
            room.pausing.go_on_if_alive,
            succession.miss_host,
            succession.pass_on,
            room.hosting.wind_down,
        ],
    )


def _hosting(ground: Ground, around: Surroundings, words: WordServices, room: RoomServices, debts: Debts) -> Hosting:
    return Hosting(
        rooms=ground.rooms,
        spaces=ground.stores.spaces,
        transcripts=ground.stores.transcripts,
        stage=around.stage,
        calendar=around.calendar,
        board=around.board,
        notifier=around.notifier,
        speaking=room.speaking,
        rights=room.rights,
        pausing=room.pausing,
        consenting=words.consenting,
        transcribing=words.transcribing,
        scribe=words.scribe,
        overview=words.overview,
        debts=debts,
        scrubber=ground.scrubber,
        policies=ground.policies,
        clock=ground.clock,
        events=ground.events,
    )
