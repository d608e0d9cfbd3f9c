"""Who takes part in the demo's Space, and what is said in it: the reference that its transcript is compared with.

The words are spoken by synthetic voices (``voices/make_voices.py``). They are natural ones for a book club, but they
were picked from a longer list: sentences that PocketSphinx, a recogniser of modest accuracy, hears well from these
voices. So the demo's word error rate shows that nothing is lost between a microphone and the transcript; it does not
show how well PocketSphinx hears people.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

VOICES = Path(__file__).parent / "voices"
TITLE = "What we read this week"


@dataclass(frozen=True, slots=True)
class Character:
    """One of the members. ``voice`` is the flite voice that speaks for them, None if they say nothing."""

    name: str
    part: str
    voice: str | None = None
    consents: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """What is said in one go. ``clip`` is the stem of its file in ``voices/``."""

    clip: str
    speaker: Character
    text: str

    @property
    def path(self) -> Path:
        """The Ogg Opus file: 48 kHz, frames of 20 ms."""
        return VOICES / f"{self.clip}.ogg"


ADA = Character("Ada", "host", voice="slt", consents=True)
BEN = Character("Ben", "speaker", voice="rms", consents=True)
CALLUM = Character("Callum", "speaker who never consents", voice="awb")
DINA = Character("Dina", "listener and moderator")
ELENA = Character("Elena", "listener")
CAST = (ADA, BEN, CALLUM, DINA, ELENA)

WELCOME = Line(
    "ada-welcome",
    ADA,
    "Good evening, and welcome to our little reading group. Tonight we will talk about the second chapter.",
)
BEN_ON_THE_MAP = Line(
    "ben-map",
    BEN,
    "In the second chapter she finds an old map of the river. I like the way she writes about the sea and the summer.",
)
CALLUM_IN_CONFIDENCE = Line(
    "callum-confidence",
    CALLUM,
    "Please do not tell anyone, but my sister lost her job at the hospital.",
)
ADA_SHARES = Line(
    "ada-review",
    ADA,
    "That is a very good point, and I had not thought of it. "
    "There is a fine review of it, and I will share the link now.",
)
BEN_ON_THE_OLD_MAN = Line(
    "ben-old-man",
    BEN,
    "I did not trust the old man from the very beginning. The old man at the station knows more than he says.",
)
CALLUM_ON_HIS_NEIGHBORS = Line(
    "callum-neighbors",
    CALLUM,
    "Between you and me, my neighbors are selling their cattle to a company in Australia.",
)
GOODBYE = Line(
    "ada-goodbye",
    ADA,
    "We will continue with the next chapter on Thursday. Thank you very much for coming, and see you next week.",
)

LINES = (
    WELCOME,
    BEN_ON_THE_MAP,
    CALLUM_IN_CONFIDENCE,
    ADA_SHARES,
    BEN_ON_THE_OLD_MAN,
    CALLUM_ON_HIS_NEIGHBORS,
    GOODBYE,
)
"""In the order in which they are spoken."""

SECRETS = frozenset({"sister", "job", "hospital", "neighbors", "cattle", "company", "australia"})
"""Words that only Callum says, who does not consent: one of them in a transcript or a caption is a leak."""
