"""The story of the evening, an act a file."""

from __future__ import annotations

from demo.acts import closing, consent, opening, restart, talking, trouble
from demo.evening import FELIX, Evening
from demo.script import CAST

ACTS = (
    ("Ada opens a Space", opening.play),
    ("Captions, for those who agree", consent.play),
    ("Hands go up", talking.hands),
    ("Three people talk, two of them are captioned", talking.talk),
    ("A link, a report, somebody kept out", trouble.play),
    ("What is kept of whom", talking.words),
    ("The bot is killed and comes back", restart.play),
    ("The end", closing.play),
)


async def play(evening: Evening) -> None:
    """Plays all acts. Raises :class:`~demo.expectations.NotSeen` at the first step that is not observed."""
    evening.narrator.tell_cast([(one.name, one.part) for one in (*CAST, FELIX)])
    for number, (title, act) in enumerate(ACTS, start=1):
        evening.narrator.tell_act(f"{number}. {title}")
        await act(evening)
