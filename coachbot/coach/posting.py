"""Posting: what is owed is taken, committed as `sending`, and settled by how the call ended."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from coachbot.coach.coach import Coach
from coachbot.errors import StoreError
from coachbot.store import inbox, outbox, people, pulses
from coachbot.store.database import Connection
from coachbot.store.outbox import Owed, Parcel
from coachbot.texts.said import Said

SENT: Final = "send"
DOCUMENT: Final = "document"


@dataclass(frozen=True, slots=True)
class Ended:
    """How a call ended.

    `state` is one of the outbox's; WAITING puts it back until `due`. `is_unreachable`: nothing
    reaches this person any more.
    """

    owed: Owed
    state: str
    due: datetime | None = None
    message_id: int | None = None
    reason: str = ""
    is_unreachable: bool = False


@dataclass(frozen=True)
class Post:
    """The outbox of a coach; `parcel_of` turns what is said in a chat into a parcel."""

    coach: Coach
    parcel_of: Callable[[int, Said], Parcel]

    def take(self, now: datetime, most: int, busy: Iterable[int]) -> list[Owed]:
        """Take the first due call of each chat that is not busy, marked before it is made."""
        with self.coach.database.write() as connection:
            return outbox.take(connection, self.coach.office.ring, now, most, busy)

    def interrupted(self) -> list[Owed]:
        """Return the calls of which a killed process did not learn how they ended."""
        with self.coach.database.read() as connection:
            return outbox.interrupted(connection, self.coach.office.ring)

    def settle(self, ended: Iterable[Ended], now: datetime) -> None:
        with self.coach.database.write() as connection:
            for one in ended:
                if one.state == outbox.WAITING:
                    outbox.put_back(connection, one.owed, one.due or now, one.reason)
                    continue
                outbox.settle(
                    connection,
                    one.owed,
                    one.state,
                    now,
                    message_id=one.message_id,
                    reason=one.reason,
                )
                if one.state == outbox.SENT:
                    pulses.beat(connection, SENT, now)
                if one.state == outbox.UNKNOWN and one.owed.parcel.kind == DOCUMENT:
                    self._offer_again(connection, one.owed, now)
                if one.is_unreachable:
                    people.lost(connection, one.owed.person_id, now)
                    outbox.cancel(connection, one.owed.person_id, now)

    def is_owed(self, row: int) -> bool:
        """Return whether a call that was taken is still owed; it is, while nobody can tell."""
        try:
            with self.coach.database.read() as connection:
                return outbox.is_owed(connection, row)
        except StoreError:
            return True

    def next_due(self) -> datetime | None:
        """Return when the next call that waits is due; None when none waits."""
        with self.coach.database.read() as connection:
            return outbox.next_due(connection)

    def _offer_again(self, connection: Connection, owed: Owed, now: datetime) -> None:
        """Offer a document of which nobody knows whether it arrived; it never goes out twice."""
        try:
            person = people.get(connection, owed.person_id)
        except LookupError:  # erased meanwhile: nothing is owed any more
            return
        said = self.coach.unsure(person.language)
        parcel = self.parcel_of(owed.chat, said)
        ring = self.coach.office.ring
        outbox.owe(connection, ring, owed.person_id, owed.chat, (parcel,), now)

    def tidy(self, now: datetime) -> int:
        """Forget what was settled long ago; returns how many rows went."""
        with self.coach.database.write() as connection:
            return inbox.forget_settled(connection, now) + outbox.forget_settled(connection, now)
