"""``python -m tests.contract.mutations``: prints who caught which planted fault; fails below 95 in a hundred."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter

from tests.contract.description import ABSENT, load
from tests.contract.judge import Judge

from .mutation import EMULATOR, JUDGE, Mutation, Outcome
from .story import told
from .suite import all_mutations, commit, wrongly_caught

REQUIRED_SHARE = 0.95
_WIDTH = 100


async def _run() -> int:
    description = load()
    if description is None:
        print(ABSENT)
        return 2
    judge = Judge(description)
    story = await told()
    alarms = await wrongly_caught(judge, story)
    results = await commit(judge, all_mutations(story))
    _print_table(results)
    _print_sums(results, alarms)
    caught = sum(outcome.caught for _, outcome in results)
    return 1 if alarms or caught < REQUIRED_SHARE * len(results) else 0


def _print_table(results: list[tuple[Mutation, Outcome]]) -> None:
    for mutation, outcome in results:
        print(f"{mutation.kind:<10} {outcome.catcher:<9} {mutation.name:<50} {outcome.how[:_WIDTH]}")


def _print_sums(results: list[tuple[Mutation, Outcome]], alarms: list[str]) -> None:
    by_kind = Counter((mutation.kind, outcome.catcher) for mutation, outcome in results)
    print()
    for kind in dict.fromkeys(mutation.kind for mutation, _ in results):
        shares = ", ".join(f"{by_kind[kind, who]} by the {who}" for who in (EMULATOR, JUDGE) if by_kind[kind, who])
        print(f"{kind:<10} {sum(by_kind[kind, who] for who in (EMULATOR, JUDGE))} caught: {shares}")
    missed = [
        f"{mutation.kind}: {mutation.name} ({outcome.how})" for mutation, outcome in results if not outcome.caught
    ]
    caught = len(results) - len(missed)
    print(f"caught     {caught} of {len(results)} ({caught / len(results):.1%})")
    print(f"missed     {len(missed)}")
    for line in missed:
        print(f"           {line}")
    print(f"right requests, answers and events that were taken for wrong: {len(alarms)}")
    for line in alarms:
        print(f"           {line}")


if __name__ == "__main__":
    sys.exit(asyncio.run(_run()))
