"""All planted faults, and the proof that without them nobody complains."""

from __future__ import annotations

from collections.abc import Iterable

from tests.contract.judge import Judge

from . import answers, requests, sockets
from .frame import FRAME, LIMITS
from .ground import fresh_ground
from .interactions import ANSWERS
from .mutation import NOBODY, Mutation, Outcome
from .rights import RIGHTS
from .states import STATES
from .story import Story


def all_mutations(story: Story) -> list[Mutation]:
    """Every fault; ``story`` is what those in answers and events are planted in."""
    situations = (FRAME, RIGHTS, STATES, ANSWERS, LIMITS)
    committed = [mutation for situation in situations for mutation in situation.mutations()]
    return [*requests.mutations(), *committed, *sockets.mutations(), *answers.mutations(story)]


async def commit(judge: Judge, mutations: Iterable[Mutation]) -> list[tuple[Mutation, Outcome]]:
    """Commits the faults one after the other. A fault that breaks the trial itself counts as missed."""
    results = []
    for mutation in mutations:
        try:
            outcome = await mutation.plant(judge)
        except Exception as error:  # noqa: BLE001
            outcome = Outcome(NOBODY, f"the trial broke: {error!r}")
        results.append((mutation, outcome))
    return results


async def wrongly_caught(judge: Judge, story: Story) -> list[str]:
    """What anybody objects to in the right requests and in the story that the faults are planted in."""
    alarms = [str(breach) for call in story.calls for breach in judge.call(call)]
    alarms += [str(breach) for name, data in story.events for breach in judge.event(name, data)]
    for name, (send, body) in requests.RIGHT.items():
        async with fresh_ground() as ground:
            answer = await send(ground, body)
            if answer.status >= 400:
                alarms.append(f"{name}: {answer.body}")
            alarms += [f"{name}: {breach}" for call in ground.discord.calls for breach in judge.call(call)]
    return alarms
