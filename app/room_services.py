"""What happens in a room: opening and ending, seats and queue, gestures and links."""

from __future__ import annotations

from app.ground import Ground
from app.surroundings import Surroundings
from app.word_services import WordServices
from spaces.controlling import Controlling
from spaces.debts import Debts
from spaces.editing import Editing
from spaces.hosting import Hosting
from spaces.queueing import Queueing
from spaces.reacting import Reacting
from spaces.seating import Seating
from spaces.sharing import Sharing
from spaces.speaking import Speaking
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
        self.speaking = _speaking(ground, around, seating, debts)
        self.queueing = Queueing(stage=stage, seating=seating, notifier=notifier, policies=policies, events=events)
        self.editing = Editing(stage=stage, policies=policies, events=events)
        self.controlling = Controlling(
            stage=stage, seating=seating, debts=debts, notifier=notifier, policies=policies, events=events
        )
        self.turns = _turns(ground, around, self.speaking, seating)
        self.watch = _watch(ground, around, self.speaking, seating, self.turns)
        self.hosting = _hosting(ground, around, words, self.speaking, debts)
        self.reacting = Reacting(reactions=ground.stores.reactions, policies=policies, clock=clock, events=events)
        self.sharing = Sharing(posts=ground.stores.posts, board=board, policies=policies, clock=clock, events=events)


def _speaking(ground: Ground, around: Surroundings, seating: Seating, debts: Debts) -> Speaking:
    return Speaking(
        rooms=ground.rooms,
        spaces=ground.stores.spaces,
        safety=ground.stores.safety,
        stage=around.stage,
        seating=seating,
        debts=debts,
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


def _watch(ground: Ground, around: Surroundings, speaking: Speaking, seating: Seating, turns: Turns) -> Watch:
    waiting = Waiting(speaking=speaking, seating=seating, notifier=around.notifier, policies=ground.policies)
    return Watch(
        rooms=ground.rooms,
        clock=ground.clock,
        duties=[
            waiting.withdraw_late_invitations,
            waiting.lower_forgotten_hands,
            turns.begin,
            turns.call_next,
            turns.hand_over,
            waiting.fill_free_seats,
        ],
    )


def _hosting(ground: Ground, around: Surroundings, words: WordServices, speaking: Speaking, debts: Debts) -> Hosting:
    return Hosting(
        rooms=ground.rooms,
        spaces=ground.stores.spaces,
        transcripts=ground.stores.transcripts,
        stage=around.stage,
        board=around.board,
        notifier=around.notifier,
        speaking=speaking,
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
