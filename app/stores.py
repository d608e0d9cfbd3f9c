"""All stores over one database."""

from __future__ import annotations

from storage.admission_store import SqlAdmissionStore
from storage.consent_store import SqlConsentStore
from storage.database import Database
from storage.debt_store import SqlDebtStore
from storage.key_value_store import SqlKeyValueStore
from storage.post_store import SqlPostStore
from storage.reaction_store import SqlReactionStore
from storage.safety_store import SqlSafetyStore
from storage.space_store import SqlSpaceStore
from storage.transcript_store import SqlTranscriptStore


class Stores:
    """One store per aggregate."""

    def __init__(self, database: Database) -> None:
        self.spaces = SqlSpaceStore(database)
        self.consents = SqlConsentStore(database)
        self.transcripts = SqlTranscriptStore(database)
        self.reactions = SqlReactionStore(database)
        self.posts = SqlPostStore(database)
        self.safety = SqlSafetyStore(database)
        self.admissions = SqlAdmissionStore(database)
        self.debts = SqlDebtStore(database)
        self.facts = SqlKeyValueStore(database)

    async def close(self) -> None:
        """Returns when everything that was taken is stored. Call before the database is closed."""
        await self.spaces.close()
        await self.reactions.close()
