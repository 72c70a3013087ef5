"""Timekeeping: what the clock brings takes the same road as what people send.

A tick claims what is due, puts it into the conversation, and owes the messages, in one
transaction. So a slot has one nudge, whatever restarts, clocks and other processes do: the due
date is moved on only if it is still the one that was seen, and a person and local date have one
row. No more is claimed than the outbox has room for: who is writing now does not wait behind it.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from coachbot.coach import groups
from coachbot.coach.coach import Coach, Reply
from coachbot.coach.coming_back import come_back
from coachbot.coach.turn import Turn
from coachbot.errors import is_outage
from coachbot.flow.messages import Say
from coachbot.reflection.schedule import catch_up, local_date, recomputed
from coachbot.store import conversations, nudges, outbox, people, schedules
from coachbot.store.conversations import Conversation
from coachbot.store.database import Connection
from coachbot.store.outbox import Parcel
from coachbot.store.people import Person
from coachbot.store.schedules import Planned, Standing
from coachbot.texts.said import Said
from coachbot.texts.voice import joined

log = logging.getLogger(__name__)

AT_ONCE: Final = 8
"""How many share a transaction: an answer that comes meanwhile waits for no more."""
IN_CONVERSATION: Final = timedelta(minutes=30)
"""Whoever has just written is not interrupted."""
AFTER_A_FAILURE: Final = timedelta(hours=1)
RECOMPUTED_AT_ONCE: Final = 500

Carry = Callable[[Person, Reply], tuple[int, Sequence[Parcel]]]


@dataclass(frozen=True, slots=True)
class Ticked:
    """What a tick did: how many nudges it owes, alarms, and when the next one is due."""

    owed: int = 0
    alarms: tuple[str, ...] = ()
    next_due: datetime | None = None


@dataclass(frozen=True)
class Timekeeper:
    """The clock's side of a coach.

    `carry` turns what is said to a person into their chat and its parcels; `room` is how many
    nudges may wait in the outbox: about as many as are sent in a second.
    """

    coach: Coach
    channel: str
    carry: Carry
    room: int

    def tick(self, now: datetime) -> Ticked:
        """Claim what is due and owe it; with nothing due it is one indexed query."""
        first = self.next_due()
        if first is None or first > now:
            return Ticked(next_due=first)
        try:
            owed = self._together(now)
        except Exception as error:
            if is_outage(error):
                raise
            log.exception("several nudges failed; each of them is tried alone")
            return self._one_by_one(now)
        return Ticked(owed, next_due=self.next_due())

    def next_due(self) -> datetime | None:
        with self.coach.database.read() as connection:
            return schedules.next_due(connection, self.channel)

    def recompute(self, after: int) -> int | None:
        """Bring stored due dates under today's zone rules, some at a time.

        `after` is the person to go on behind, 0 at first; returns the last one, None at the end.
        """
        with self.coach.database.write() as connection:
            found = schedules.after(connection, after, RECOMPUTED_AT_ONCE)
            for planned in found:
                assert planned.due_at
                due = recomputed(planned.schedule, planned.due_at)
                if due != planned.due_at:
                    schedules.claim(connection, planned.person_id, planned.due_at, due)
        return found[-1].person_id if found else None

    def _together(self, now: datetime) -> int:
        with self.coach.database.write() as connection:
            room = self.room - outbox.waiting(connection, outbox.NUDGE)
            found = schedules.due(connection, self.channel, now, max(0, min(AT_ONCE, room)))
            return sum(self._one(connection, *one, now) for one in found)

    def _one_by_one(self, now: datetime) -> Ticked:
        """Try each alone; one that fails comes again in an hour, and holds up nobody."""
        owed, alarms = 0, list[str]()
        with self.coach.database.read() as connection:
            found = schedules.due(connection, self.channel, now, AT_ONCE, locks=False)
        for person_id, due in found:
            try:
                with self.coach.database.write() as connection:
                    schedules.lock(connection, person_id)
                    owed += self._one(connection, person_id, due, now)
            except Exception as error:
                if is_outage(error):
                    raise
                log.exception("a nudge failed")
                alarms.append(f"the nudge of person {person_id} failed: {type(error).__name__}")
                with self.coach.database.write() as connection:
                    schedules.claim(connection, person_id, due, now + AFTER_A_FAILURE)
        return Ticked(owed, tuple(alarms), self.next_due())

    # --- one person -----------------------------------------------------------------------------

    def _one(self, connection: Connection, person_id: int, seen: datetime, now: datetime) -> bool:
        """Bring one person's nudge, if it is time; returns whether anything is owed for it."""
        planned = schedules.find(connection, person_id)
        if planned is None or planned.due_at != seen:
            return False
        person = people.get(connection, person_id)
        if person.seen_at <= now < person.seen_at + IN_CONVERSATION:
            schedules.claim(connection, person_id, seen, person.seen_at + IN_CONVERSATION)
            return False
        decision = catch_up(planned.schedule, seen, now, planned.last_on)
        if not schedules.claim(connection, person_id, seen, decision.due) or not decision.send:
            return False
        today = local_date(planned.zone, now)
        met = planned.with_(
            standing=Standing.ACTIVE,
            unanswered=planned.unanswered + 1,
            last_on=today,
            due_at=decision.due,
        )
        return self._brought(connection, person, met, today, now)

    def _brought(
        self, connection: Connection, person: Person, planned: Planned, today: date, now: datetime
    ) -> bool:
        turn = self._turn(connection, person, now)
        if turn is None:
            rests = planned.with_(standing=Standing.SILENT, due_at=None)
            schedules.keep(connection, rests)
            return False
        schedules.keep(connection, planned)
        came, ring = come_back(turn, planned, today), self.coach.office.ring
        about = came.turn.conversation.id
        if not nudges.add(connection, ring, person, about, today, came.brought, now):
            return False
        said = _introduced(turn, came.said) if about != person.definition_id else came.said
        reply = self.coach.say(turn, came.turn, said)
        chat, parcels = self.carry(person, reply)
        outbox.owe(connection, ring, person.id, chat, parcels, now)
        return bool(parcels)

    def _turn(self, connection: Connection, person: Person, now: datetime) -> Turn | None:
        """Return a turn in what has rested longest; None when nothing was ever answered."""
        rested = nudges.rested_longest(connection, person)
        current = self._loaded(connection, person, person.definition_id or rested)
        chosen = current if current and current.id == rested else None
        chosen = chosen or self._loaded(connection, person, rested)
        if current is None or chosen is None:
            return None
        turn = Turn(self.coach.office, connection, person, current, now)
        return turn if current.id == chosen.id else groups.turned_to(turn, chosen)

    def _loaded(
        self, connection: Connection, person: Person, id_: int | None
    ) -> Conversation | None:
        office = self.coach.office
        found = conversations.load(connection, office.ring, person, id_) if id_ else None
        return found and replace(found, state=found.state.fitted_to(office.flow))


def _introduced(turn: Turn, said: list[Said]) -> list[Said]:
    """Say which definition it is about, when it is another one than the last time."""
    name = groups.name_of(turn.conversation)
    [about] = turn.spoken((Say("switched", {"group": name}),))
    return [replace(one, html=joined([about.html, one.html])) for one in said[:1]] + said[1:]
