"""Plain stand-ins for what the domain needs from outside."""

from tests.fakes.clock import FakeClock
from tests.fakes.space_store import FakeSpaceStore
from tests.fakes.stores import (
    FakeConsentStore,
    FakeKeyValueStore,
    FakePostStore,
    FakeReactionStore,
    FakeSafetyStore,
    FakeStores,
    FakeTranscriptStore,
)

__all__ = [
    "FakeClock",
    "FakeConsentStore",
    "FakeKeyValueStore",
    "FakePostStore",
    "FakeReactionStore",
    "FakeSafetyStore",
    "FakeSpaceStore",
    "FakeStores",
    "FakeTranscriptStore",
]
