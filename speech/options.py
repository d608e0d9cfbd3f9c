"""What an engine is told when it is made."""

from __future__ import annotations

import os
from dataclasses import dataclass, field


def default_workers() -> int:
    """One worker process per core that this process may use.

    All of them, because workers are niced: they fill what the event loop leaves over. Measured on two cores with
    eight people in talk, words come 1.6 s (median) after the last packet with two workers, 6.4 s with one.
    """
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """``workers``: processes that transcribe at the same time. ``job_seconds``: how long one utterance may take."""

    workers: int = field(default_factory=default_workers)
    job_seconds: float = 30.0

    def __post_init__(self) -> None:
        if self.workers < 1:
            raise ValueError(f"an engine needs at least 1 worker, not {self.workers}")
        if self.job_seconds <= 0:
            raise ValueError(f"an utterance needs more than 0 seconds of work, not {self.job_seconds}")
