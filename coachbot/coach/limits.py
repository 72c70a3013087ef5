"""Limits: more than one person will ever need, so that nobody uses up what is there for all.

How many messages come in is the gate's business, how long an answer may be the flow's.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from coachbot.store import usage

if TYPE_CHECKING:
    from coachbot.coach.turn import Turn

AN_HOUR: Final = timedelta(hours=1)
DOCUMENT: Final = "document"


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits for each person; none by default, as where somebody runs the coach for themselves."""

    stored_bytes: float = float("inf")
    documents_an_hour: float = float("inf")

    def is_full(self, turn: "Turn") -> bool:
        """Return whether a person has stored as much as they may."""
        if self.stored_bytes == float("inf"):
            return False
        return usage.stored_bytes(turn.connection, turn.person.id) >= self.stored_bytes

    def documents_left(self, turn: "Turn") -> float:
        """Return how many files a person may still ask for within this hour."""
        if self.documents_an_hour == float("inf"):
            return self.documents_an_hour
        since = turn.now - AN_HOUR
        had = usage.parcels_since(turn.connection, turn.person.id, DOCUMENT, since)
        return max(0, self.documents_an_hour - had)
