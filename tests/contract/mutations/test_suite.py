"""The planted faults are caught, each by whom it should be, and nothing right is taken for wrong."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.contract.description import ABSENT, load
from tests.contract.judge import Judge

from .mutation import NOBODY, Mutation, Outcome, drop, put, rename
from .story import told
from .suite import all_mutations, commit, wrongly_caught


async def test_planted_faults_are_caught() -> None:
    description = load()
    if description is None:
        pytest.skip(ABSENT)
    judge, story = Judge(description), await told()
    assert await wrongly_caught(judge, story) == []
    mutations = all_mutations(story)
    assert Counter(mutation.name for mutation in mutations).most_common(1)[0][1] == 1
    results = await commit(judge, mutations)
    assert [f"{mutation.name}: {outcome.how}" for mutation, outcome in results if not outcome.caught] == []


async def test_a_trial_that_breaks_has_caught_nothing() -> None:
    description = load()
    if description is None:
        pytest.skip(ABSENT)

    async def plant(judge: Judge) -> Outcome:
        raise RuntimeError("no such thing")

    ((_, outcome),) = await commit(Judge(description), [Mutation("body", "x", plant)])
    assert outcome.catcher == NOBODY
    assert "no such thing" in outcome.how


def test_changes_leave_the_right_body_right() -> None:
    body = {"a": [{"b": 1}]}
    assert put("a.0.b", str)(body) == {"a": [{"b": "1"}]}
    assert drop("a.0.b")(body) == {"a": [{}]}
    assert rename("a.0.b", "c")(body) == {"a": [{"c": 1}]}
    assert body == {"a": [{"b": 1}]}
