"""Answering: one event to the coach, what is owed for it into the outbox, in one transaction."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from coachbot.coach import meeting, rhythm
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
from coachbot.coach.meeting import Known
from coachbot.coach.pressing import Pressed
from coachbot.flow.events import Event, Started, Wrote
from coachbot.flow.moving import FlowError
from coachbot.store import outbox, people
from coachbot.store.database import Connection
from coachbot.store.people import Person
from coachbot.texts.said import Manner

log = logging.getLogger(__name__)
CHANGING: Final = (Manner.SETTLES, Manner.IN_PLACE)


@dataclass(frozen=True)
class Answering:
    """`present` makes calls of what is said; `bubbles` tell what still belongs to the last answer.

    `tidies`: whether there is time for what is only nice to see, a question that was answered.
    Whoever answers a person has them to themselves until the transaction ends.
    """

    coach: Coach
    present: Present
    bubbles: Bubbles
    tidies: bool = True

    def answer(
        self, connection: Connection, unit: Unit, known: Known | None, now: datetime
    ) -> Sequence[Courtesy]:
        """Let the coach answer one event of somebody, and write down what is owed for it."""
        arrival = unit.arrival
        match arrival.happening:
            case Left() | CameBack() as moved:
                if known:
                    self._moved(connection, known.person, moved, now)
            case Ignored():
                pass
            case _:
                message_id = arrival.message_id if len(unit.rows) == 1 else None
                reply = self._reply(connection, arrival, known, message_id, now)
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

    def _moved(
        self, connection: Connection, person: Person, moved: Left | CameBack, now: datetime
    ) -> None:
        if isinstance(moved, CameBack):
            people.saw(connection, person, now)
            rhythm.wake(connection, person, now)
            return
        people.lost(connection, person.id, now)
        outbox.cancel(connection, person.id, now)

    def _reply(
        self,
        connection: Connection,
        arrival: Arrival,
        known: Known | None,
        message_id: int | None,
        now: datetime,
    ) -> Reply:
        happening = arrival.happening
        if isinstance(happening, Edited) and known and message_id is not None:
            return self.coach.correct(connection, known, happening.text, message_id, now)
        if isinstance(happening, Refused) and known:
            return self.coach.refuse(connection, known, happening.name, now)
        if isinstance(happening, Edited | Refused):
            happening = Started()
        assert not isinstance(happening, Left | CameBack | Ignored)
        if known and isinstance(happening, Wrote) and self._is_late(connection, known, arrival):
            return self.coach.append(connection, known, happening.text, now)
        return self._conversed(connection, arrival, known, happening, message_id, now)

    def _is_late(self, connection: Connection, known: Known, arrival: Arrival) -> bool:
        """Whether a text was sent before the open question came, so it belongs to the last."""
        if not self.bubbles.wait or arrival.message_id is None:
            return False
        if self.bubbles.is_command(getattr(arrival.happening, "text", "")):
            return False
        revision = known.conversation.state.revision if known.conversation else 0
        shown = outbox.message_of(connection, known.person.id, revision, first=True)
        return shown is not None and arrival.message_id < shown

    def _conversed(
        self,
        connection: Connection,
        arrival: Arrival,
        known: Known | None,
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
            tidies=self.tidies,
        )
        try:
            return converse(known, event, message_id=message_id)
        except FlowError:
            if not arrival.callback:
                raise
            met = meeting.meet(connection, self.coach.office, (arrival.address,))
            return converse(met[arrival.address], Pressed(-1, 0))

    def _owe(
        self, connection: Connection, arrival: Arrival, reply: Reply, now: datetime
    ) -> Sequence[Courtesy]:
        """Write down what is owed; to somebody of whom nothing is stored nothing can be."""
        if reply.is_gone:
            gone = self.present(arrival, reply, None)
            goodbyes = (Courtesy(parcel.method, parcel.parameters) for parcel in gone.parcels)
            return [*gone.courtesies, *goodbyes]
        shown = _shown(connection, arrival, reply)
        presented: Presented = self.present(arrival, reply, shown)
        ring = self.coach.office.ring
        owed = outbox.owe(connection, ring, reply.person.id, arrival.chat, presented.parcels, now)
        log.info("answered by outbox rows %s", owed)
        return presented.courtesies


def _shown(connection: Connection, arrival: Arrival, reply: Reply) -> int | None:
    """Return the message that holds the question which was open, if it is to change.

    A tap names its own; None as well when it is not known.
    """
    is_tap = isinstance(arrival.happening, Pressed)
    if is_tap or not any(said.manner in CHANGING for said in reply.said):
        return None
    return outbox.message_of(connection, reply.person.id, reply.revision_before)
