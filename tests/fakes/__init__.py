"""Plain stand-ins for what the domain needs from outside."""

from tests.fakes.clock import FakeClock
from tests.fakes.hosting_stores import FakeAdmissionStore, FakeDebtStore
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
    "FakeAdmissionStore",
    "FakeClock",
    "FakeConsentStore",
    "FakeDebtStore",
    "FakeKeyValueStore",
    "FakePostStore",
    "FakeReactionStore",
    "FakeSafetyStore",
    "FakeSpaceStore",
    "FakeStores",
    "FakeTranscriptStore",
]
