"""Posting: what is owed is taken, committed as `sending`, and settled by how the call ended."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from coachbot.coach.coach import Coach
from coachbot.store import outbox, people, pulses
from coachbot.store.outbox import Owed, Parcel

SENT: Final = "send"


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
    coach: Coach

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
                if one.is_unreachable:
                    people.lost(connection, one.owed.person_id, now)
                    outbox.cancel(connection, one.owed.person_id, now)

    def next_due(self) -> datetime | None:
        """Return when the next call that waits is due; None when none waits."""
        with self.coach.database.read() as connection:
            return outbox.next_due(connection)

    def offer_again(self, owed: Owed, parcel: Parcel, now: datetime) -> None:
        """Owe an offer in place of a document of which nobody knows whether it arrived."""
        with self.coach.database.write() as connection:
            ring = self.coach.office.ring
            outbox.owe(connection, ring, owed.person_id, owed.chat, (parcel,), now)
