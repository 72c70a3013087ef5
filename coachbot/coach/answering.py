"""Answering: one event to the coach, what is owed for it into the outbox, in one transaction."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from coachbot.coach import rhythm
from coachbot.coach.arrivals import (
    Arrival,
    CameBack,
    Courtesy,
    Edited,
    Ignored,
    Left,
    Present,
    Presented,
    Refused,
)
from coachbot.coach.bubbles import Bubbles, Unit
from coachbot.coach.coach import Coach, Reply
from coachbot.coach.pressing import Pressed
from coachbot.flow.events import Event, Started, Wrote
from coachbot.flow.moving import FlowError
from coachbot.store import outbox, people
from coachbot.store.database import Connection

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answering:
    """`present` makes calls of what is said; `bubbles` tell what still belongs to the last answer.

    Whoever answers a person has them to themselves until the transaction ends.
    """

    coach: Coach
    present: Present
    bubbles: Bubbles

    def answer(self, connection: Connection, unit: Unit, now: datetime) -> Sequence[Courtesy]:
        """Let the coach answer one event, and write down what is owed for it."""
        arrival = unit.arrival
        match arrival.happening:
            case Left() | CameBack():
                self._moved(connection, arrival, now)
            case Ignored():
                pass
            case _:
                message_id = arrival.message_id if len(unit.rows) == 1 else None
                reply = self._reply(connection, arrival, message_id, now)
                return [*arrival.courtesies, *self._owe(connection, arrival, reply, now)]
        return arrival.courtesies

    def apologise(
        self, connection: Connection, arrival: Arrival, now: datetime
    ) -> tuple[Courtesy, ...]:
        """Apologise; what cannot even be told is put aside all the same."""
        try:
            with connection.begin_nested():
                return self._apologised(connection, arrival, now)
        except Exception:
            log.exception("nobody could be told")
            return ()

    def _apologised(
        self, connection: Connection, arrival: Arrival, now: datetime
    ) -> tuple[Courtesy, ...]:
        person = people.find(connection, arrival.address)
        if person:
            reply = self.coach.apologise(person)
        else:
            reply = self.coach.apologise_to_stranger(arrival.address, arrival.language, now)
        return tuple(self._owe(connection, arrival, reply, now))

    def _moved(self, connection: Connection, arrival: Arrival, now: datetime) -> None:
        person = people.find(connection, arrival.address, to_change=True)
        if person is None:
            return
        if isinstance(arrival.happening, CameBack):
            people.saw(connection, person, now)
            rhythm.wake(connection, person, now)
            return
        people.lost(connection, person.id, now)
        outbox.cancel(connection, person.id, now)

    def _reply(
        self, connection: Connection, arrival: Arrival, message_id: int | None, now: datetime
    ) -> Reply:
        happening = arrival.happening
        person = people.find(connection, arrival.address, to_change=True)
        if isinstance(happening, Edited) and person and message_id is not None:
            return self.coach.correct(connection, person, happening.text, message_id, now)
        if isinstance(happening, Refused) and person:
            return self.coach.refuse(connection, person, happening.name, now)
        if isinstance(happening, Edited | Refused):
            happening = Started()
        assert not isinstance(happening, Left | CameBack | Ignored)
        if person and isinstance(happening, Wrote) and self._is_late(connection, person, arrival):
            return self.coach.append(connection, person, happening.text, now)
        return self._conversed(connection, arrival, person, happening, message_id, now)

    def _is_late(self, connection: Connection, person: people.Person, arrival: Arrival) -> bool:
        """Whether a text was sent before the open question came, so it belongs to the last."""
        if not self.bubbles.wait or arrival.message_id is None:
            return False
        if self.bubbles.is_command(getattr(arrival.happening, "text", "")):
            return False
        revision = self.coach.revision(connection, person)
        shown = outbox.message_of(connection, person.id, revision, first=True)
        return shown is not None and arrival.message_id < shown

    def _conversed(
        self,
        connection: Connection,
        arrival: Arrival,
        person: people.Person | None,
        event: Event | Pressed,
        message_id: int | None,
        now: datetime,
    ) -> Reply:
        """Converse; an impossible tap is an old or a tampered button, and nothing worse."""
        converse = partial(
            self.coach.converse,
            connection,
            arrival.address,
            now=now,
            language=arrival.language,
            first_name=arrival.first_name,
            locale=arrival.locale,
        )
        try:
            return converse(event, message_id=message_id, person=person)
        except FlowError:
            if not arrival.callback:
                raise
            return converse(Pressed(-1, 0))

    def _owe(
        self, connection: Connection, arrival: Arrival, reply: Reply, now: datetime
    ) -> Sequence[Courtesy]:
        """Write down what is owed; to somebody of whom nothing is stored nothing can be."""
        if reply.is_gone:
            gone = self.present(arrival, reply, None)
            goodbyes = (Courtesy(parcel.method, parcel.parameters) for parcel in gone.parcels)
            return [*gone.courtesies, *goodbyes]
        shown = outbox.message_of(connection, reply.person.id, reply.revision_before)
        presented: Presented = self.present(arrival, reply, shown)
        ring = self.coach.office.ring
        owed = outbox.owe(connection, ring, reply.person.id, arrival.chat, presented.parcels, now)
        log.info("answered by outbox rows %s", owed)
        return presented.courtesies
