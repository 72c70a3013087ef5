"""Posting: what is owed is taken, committed as `sending`, and settled by how the call ended."""

from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from coachbot.coach.coach import Coach
from coachbot.errors import SealError, StoreError
from coachbot.store import inbox, outbox, people, taking
from coachbot.store.database import Connection
from coachbot.store.outbox import Owed, Parcel
from coachbot.store.people import Person
from coachbot.store.pulses import Pulse
from coachbot.texts.said import Said

SENT: Final = "send"
DOCUMENT: Final = "document"


@dataclass(frozen=True, slots=True)
class Ended:
    """How a call ended.

    `state` is one of the outbox's; WAITING puts it back until `due`. `is_unreachable`: nothing
    reaches this person any more. `is_unsent`: it surely did not arrive, so it is no copy.
    """

    owed: Owed
    state: str
    due: datetime | None = None
    message_id: int | None = None
    reason: str = ""
    is_unreachable: bool = False
    is_unsent: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """What is to be sent now; when there is nothing, `next_due` is when there will be."""

    taken: list[Owed] = field(default_factory=list)
    next_due: datetime | None = None


@dataclass(frozen=True)
class Post:
    """The outbox of a coach, and what this process does with it.

    `parcel_of` turns what is said in a chat into a parcel; `holder` is the name of this process;
    `chat_rests` is how long a chat rests after a message, whoever sends the next.
    """

    coach: Coach
    parcel_of: Callable[[int, Said], Parcel]
    holder: str = ""
    chat_rests: timedelta = timedelta(0)
    _pulse: Pulse = field(default_factory=lambda: Pulse(SENT))

    def take(self, now: datetime, most: int, busy: Iterable[int]) -> list[Owed]:
        """Take the first due call of each chat that is not busy, marked before it is made."""
        return self.go_on((), now, most, busy).taken

    def go_on(
        self, ended: Collection[Ended], now: datetime, most: int, busy: Iterable[int]
    ) -> Taken:
        """Settle calls that ended, and take what comes next, up to `most`: one transaction."""
        with self.coach.database.write() as connection:
            self._settle_all(connection, ended, now)
            if most <= 0:
                return Taken()
            ring = self.coach.office.ring
            taken = taking.take(connection, ring, now, most, busy, self.holder)
            return Taken(taken, None if taken else taking.next_due(connection, now))

    def interrupted(self, living: Collection[str]) -> list[Owed]:
        """Return the calls of which a killed process did not learn how they ended."""
        with self.coach.database.read() as connection:
            return outbox.interrupted(
                connection, self.coach.office.ring, {*living, self.holder} - {""}
            )

    def settle(self, ended: Collection[Ended], now: datetime) -> None:
        with self.coach.database.write() as connection:
            self._settle_all(connection, ended, now)

    def _settle_all(self, connection: Connection, ended: Collection[Ended], now: datetime) -> None:
        sent = [one for one in ended if one.state == outbox.SENT]
        self._settle_sent(connection, sent, now)
        for one in ended:
            if one.state != outbox.SENT:
                self._settle(connection, one, now)

    def is_owed(self, row: int) -> bool:
        """Return whether a call that was taken is still owed; it is, while nobody can tell."""
        try:
            with self.coach.database.read() as connection:
                return outbox.is_owed(connection, row)
        except StoreError:
            return True

    def _settle_sent(self, connection: Connection, sent: Collection[Ended], now: datetime) -> None:
        if not sent:
            return
        outbox.settle_sent(
            connection, ((one.owed, one.message_id, one.reason) for one in sent), now
        )
        self._pulse.beat(connection, now)
        if self.chat_rests:
            outbox.rest(connection, [one.owed.chat for one in sent], now + self.chat_rests)

    def _settle(self, connection: Connection, one: Ended, now: datetime) -> None:
        """Note how a call ended that was not sent."""
        if one.state == outbox.WAITING:
            due = one.due or now
            outbox.put_back(connection, one.owed, due, one.reason, is_unsent=one.is_unsent)
            return
        is_ours = outbox.settle(connection, one.owed, one.state, now, reason=one.reason)
        if is_ours and not one.is_unreachable:
            self._say_so(connection, one, now)
        if one.is_unreachable:
            people.lost(connection, one.owed.person_id, now)
            outbox.cancel(connection, one.owed.person_id, now)

    def next_due(self, now: datetime) -> datetime | None:
        """Return when the next call that waits for its time is due; None when none does."""
        with self.coach.database.read() as connection:
            return taking.next_due(connection, now)

    def _say_so(self, connection: Connection, one: Ended, now: datetime) -> None:
        """Tell a person of what did not reach them, or may not have; nothing follows that word."""
        owed = one.owed
        try:
            person = people.get(connection, owed.person_id)
        except LookupError:  # erased meanwhile: nothing is owed any more
            return
        if said := self._word_on(connection, one, person):
            parcel = self.parcel_of(owed.chat, said)
            ring = self.coach.office.ring
            outbox.owe(connection, ring, owed.person_id, owed.chat, (parcel,), now)

    def _word_on(self, connection: Connection, one: Ended, person: Person) -> Said | None:
        """Offer what may have arrived, a document or the open question; regret a dead document.

        It never goes out by itself once more: that might be a copy too many.
        """
        is_document = one.owed.parcel.kind == DOCUMENT
        if one.state == outbox.DEAD and is_document:
            return self.coach.trouble(person.language)
        if one.state != outbox.UNKNOWN:
            return None
        if is_document:
            return self.coach.unsure("document", person.language)
        is_open = self._is_open(connection, person, one.owed)
        return self.coach.unsure("question", person.language) if is_open else None

    def _is_open(self, connection: Connection, person: Person, owed: Owed) -> bool:
        with suppress(SealError):
            return self.coach.revision(connection, person) == owed.parcel.revision
        return False

    def tidy(self, now: datetime) -> int:
        """Forget what was settled long ago; returns how many rows went."""
        with self.coach.database.write() as connection:
            return inbox.forget_settled(connection, now) + outbox.forget_settled(connection, now)
