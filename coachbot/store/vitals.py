"""How the two queues stand, and when the bot last did something: for health, metrics, status."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, func, or_, select

from coachbot.store import pulses, schedules, taking
from coachbot.store.outbox import is_in
from coachbot.store.tables import inbox, outbox

NONE: Final = timedelta(0)


@dataclass(frozen=True, slots=True)
class Queue:
    """How many rows wait, and for how long the oldest that could move has waited."""

    depth: int
    age: timedelta


@dataclass(frozen=True, slots=True)
class Vitals:
    """Taken at one moment; `received_at` and `sent_at` are None before the first time."""

    inbox: Queue
    outbox: Queue
    nudges_due: int
    received_at: datetime | None
    sent_at: datetime | None


def read(connection: Connection, now: datetime) -> Vitals:
    """Return the vital signs; costs what waits, not what is stored."""
    waits = is_in(inbox, "waiting")
    depth, oldest = connection.execute(
        select(func.count(), func.min(inbox.c.received_at)).where(waits)
    ).one()
    is_owed = or_(is_in(outbox, "waiting"), is_in(outbox, "sending"))
    owed = connection.scalar(select(func.count()).select_from(outbox).where(is_owed)) or 0
    return Vitals(
        Queue(depth, _age(oldest, now)),
        Queue(owed, _age(taking.oldest_due(connection, now), now)),
        schedules.overdue(connection, now),
        pulses.last(connection, "receive"),
        pulses.last(connection, "send"),
    )


def _age(since: datetime | None, now: datetime) -> timedelta:
    return max(NONE, now - since) if since else NONE
