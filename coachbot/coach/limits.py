"""Limits: more than one person will ever need, so that nobody uses up what is there for all.

How many messages come in is the gate's business, how long an answer may be the flow's.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from coachbot.store import usage
from coachbot.store.database import Connection
from coachbot.store.people import Person

AN_HOUR: Final = timedelta(hours=1)
DOCUMENT: Final = "document"
ENDLESS: Final = float("inf")


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits for each person; none by default, as where somebody runs the coach for themselves."""

    stored_bytes: float = ENDLESS
    documents_an_hour: float = ENDLESS

    def is_full(self, connection: Connection, person: Person) -> bool:
        """Return whether a person has stored as much as they may."""
        if self.stored_bytes == ENDLESS:
            return False
        return usage.stored_bytes(connection, person.id) >= self.stored_bytes

    def documents_left(self, connection: Connection, person: Person, now: datetime) -> float:
        """Return how many files a person may still ask for within this hour."""
        if self.documents_an_hour == ENDLESS:
            return ENDLESS
        had = usage.parcels_since(connection, person.id, DOCUMENT, now - AN_HOUR)
        return max(0, self.documents_an_hour - had)
