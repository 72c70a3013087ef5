"""The road: inbox, coach and outbox in one transaction, for a channel with a network.

An update is committed to the inbox before Telegram is told; its answer, the message that is owed
for it and the settling of its row are one transaction. So a kill at any instant loses nothing,
and an update that is delivered twice has one effect.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Final

from coachbot.coach import meeting
from coachbot.coach.answering import Answering
from coachbot.coach.arrivals import (
    Arrival,
    Courtesy,
    Present,
    Read,
    Unreadable,
)
from coachbot.coach.bubbles import Bubbles, Round, Unit
from coachbot.coach.coach import Coach
from coachbot.coach.gate import Gate, Update
from coachbot.coach.meter import Meter, Timed
from coachbot.coach.tracing import about
from coachbot.errors import is_outage
from coachbot.store import inbox
from coachbot.store.database import Connection
from coachbot.store.inbox import Arrived
from coachbot.store.pulses import Pulse

log = logging.getLogger(__name__)
AT_ONCE: Final = 32
MOST_TIDIED: Final = 16
MOST_KEPT: Final = 10_000
RECEIVED: Final = "receive"


@dataclass(frozen=True, slots=True)
class Worked:
    """What a round of work leaves: courtesies to send, alarms, and when to look again.

    `held` are the chats whose next event waits for its time.
    """

    handled: int = 0
    courtesies: tuple[Courtesy, ...] = ()
    alarms: tuple[str, ...] = ()
    held: tuple[int, ...] = ()
    wake_at: datetime | None = None

    def and_(self, other: "Worked") -> "Worked":
        return Worked(
            self.handled + other.handled,
            self.courtesies + other.courtesies,
            self.alarms + other.alarms,
            self.held + other.held,
            min(filter(None, (self.wake_at, other.wake_at)), default=None),
        )


@dataclass
class Hand:
    """What a transaction has in hand: known even when it fails.

    `first` is the one row to begin with, where it is not to be whatever is due.
    """

    first: int | None = None
    units: tuple[Unit, ...] = ()
    unreadable: list[tuple[Arrived, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Road:
    coach: Coach
    read: Read
    present: Present
    bubbles: Bubbles
    meter: Meter = field(default_factory=Meter)
    gate: Gate = field(default_factory=Gate)
    _pulse: Pulse = field(default_factory=lambda: Pulse(RECEIVED))

    def _answering(self, *, tidies: bool = True) -> Answering:
        return Answering(self.coach, self.present, self.bubbles, tidies)

    def receive(self, updates: Iterable[Update], now: datetime) -> Sequence[Courtesy]:
        """Commit raw updates as (update id, chat, content); only then may Telegram be told.

        Returns what is said to those whose updates were not let in.
        """
        came = list(updates)
        received, turned_away = self.gate.sift(came, now)
        with self.coach.database.write() as connection:
            inbox.receive(connection, self.coach.office.ring, received, now)
            self._pulse.beat(connection, now)
        for update_id, _, content in received:
            self.meter.arrived(_kind_of(content))
            with about(update=update_id):
                log.info("received")
        self.gate.admit(received, now)
        self.meter.turned_away(len(came) - len(received))
        return turned_away

    def put_aside(self, body: bytes, reason: str, now: datetime) -> None:
        """Keep something that arrived and is no update at all, for an operator to look at."""
        content = {"body": body[:MOST_KEPT].decode("utf-8", "replace")}
        with self.coach.database.write() as connection:
            inbox.put_aside(connection, self.coach.office.ring, content, reason, now)

    def work(self, now: datetime) -> Worked:
        """Handle what is due, in one transaction; if something fails, each event alone."""
        hand = Hand()
        try:
            return self._round(hand, now)
        except Exception as error:
            if is_outage(error):
                raise
            log.exception("a batch failed; each of its events is run alone")
            return self._one_by_one(hand.units, now)

    def _round(self, hand: Hand, now: datetime) -> Worked:
        """Claim chats, and handle what is due in them; all of it is one transaction."""
        with self.meter.timed(Timed.COMMIT), self.coach.database.write() as connection:
            due = self._claim(connection, hand, now)
            worked = self._put_aside(connection, hand.unreadable)
            worked = worked.and_(self._handle(connection, due.units, now))
            wake_at = due.wake_at if worked.handled else inbox.next_due(connection, now)
        held = tuple(unit.arrival.chat for unit in due.held)
        return worked.and_(Worked(held=held, wake_at=due.wake_at)).and_(Worked(wake_at=wake_at))

    def _claim(self, connection: Connection, hand: Hand, now: datetime) -> Round:
        """Take what is due in hand; a chat that is held hides no other."""
        most = AT_ONCE
        while True:
            claimed = inbox.claim(connection, self.coach.office.ring, now, most, hand.first)
            readable, hand.unreadable = self._sorted(claimed.rows)
            due = self.bubbles.round(readable, now)
            hand.units = due.units
            if due.units or hand.unreadable or claimed.is_all:
                return due
            most *= 4

    def _sorted(
        self, rows: Iterable[Arrived]
    ) -> tuple[list[tuple[Arrived, Arrival]], list[tuple[Arrived, str]]]:
        readable: list[tuple[Arrived, Arrival]] = []
        unreadable: list[tuple[Arrived, str]] = []
        for row in rows:
            try:
                if not row.content:
                    raise Unreadable("an update does not open with the keys at hand")  # noqa: TRY301
                readable.append((row, self.read(row.content)))
            except Unreadable as error:
                unreadable.append((row, str(error)))
        return readable, unreadable

    def _put_aside(
        self, connection: Connection, unreadable: Iterable[tuple[Arrived, str]]
    ) -> Worked:
        for row, reason in unreadable:
            inbox.quarantine(connection, row.id, reason)
        alarms = tuple(f"inbox row {row.id} is quarantined: {why}" for row, why in unreadable)
        return Worked(len(alarms), alarms=alarms)

    def _handle(self, connection: Connection, units: Sequence[Unit], now: datetime) -> Worked:
        """Let the coach answer; all are met at once.

        Where there is much to do, the questions that were answered are left as they are: each
        edit takes the place of somebody's next question.
        """
        courtesies: list[Courtesy] = []
        answering = self._answering(tidies=len(units) <= MOST_TIDIED)
        meet = partial(meeting.meet, connection, self.coach.office)
        met = meet({unit.arrival.address for unit in units})
        for unit in units:
            address = unit.arrival.address
            if address not in met:  # their second event: the first has changed something
                met |= meet((address,))
            with self.meter.timed(Timed.ANSWER), _about(unit):
                courtesies += answering.answer(connection, unit, met.pop(address), now)
        rows = [row.id for unit in units for row in unit.rows]
        if rows:
            inbox.settle(connection, rows, now)
        return Worked(len(rows), tuple(courtesies))

    def _one_by_one(self, units: Iterable[Unit], now: datetime) -> Worked:
        """Handle the events of a batch, each in a transaction of its own."""
        worked, failed = Worked(), set[int | None]()
        for unit in units:
            if unit.chat not in failed:
                with _about(unit):
                    alone = self._alone(unit, now)
                worked = worked.and_(alone or Worked())
                failed |= set() if alone and alone.handled else {unit.chat}
        return worked

    def _alone(self, unit: Unit, now: datetime) -> Worked | None:
        """Handle one event that is still the first of its chat; None when it is no more ours."""
        hand = Hand(unit.rows[0].id)
        try:
            with self.coach.database.write() as connection:
                self._claim(connection, hand, now)
                if not hand.units or hand.units[0].rows != unit.rows:
                    return None
                return self._handle(connection, (unit,), now)
        except Exception as error:
            if is_outage(error):
                raise
            log.exception("an event failed")
            return self._failed(unit, type(error).__name__, now)

    def _failed(self, unit: Unit, reason: str, now: datetime) -> Worked:
        """Note a failure, to be tried again; at the last one the person is told, kindly."""
        with self.coach.database.write() as connection:
            given_up = [inbox.fail(connection, row, reason, now) for row in unit.rows]
            if not any(given_up):
                return Worked(wake_at=now)
            courtesies = self._answering().apologise(connection, unit.arrival, now)
        alarm = f"inbox row {unit.rows[0].id} is quarantined: {reason}"
        return Worked(len(unit.rows), courtesies, alarms=(alarm,))


def _kind_of(content: Mapping[str, Any]) -> str:
    """Return what kind of update this is: beside its id it has one field, named after the kind."""
    return next((name for name in content if name != "update_id"), "")


def _about(unit: Unit) -> AbstractContextManager[None]:
    first = unit.rows[0]
    return about(update=first.content.get("update_id", 0), inbox=first.id)
