"""How the two queues stand, and when the bot last did something: for health, metrics, status."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, Table, func, select

from coachbot.store import pulses, taking
from coachbot.store.tables import inbox, outbox, schedules

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
    oldest = connection.scalar(
        select(func.min(inbox.c.received_at)).where(inbox.c.state == "waiting")
    )
    nudges_due = select(func.count()).select_from(schedules).where(schedules.c.due_at <= now)
    return Vitals(
        Queue(_count(connection, inbox, "waiting"), _age(oldest, now)),
        Queue(
            _count(connection, outbox, "waiting", "sending"),
            _age(taking.oldest_due(connection, now), now),
        ),
        connection.scalar(nudges_due) or 0,
        pulses.last(connection, "receive"),
        pulses.last(connection, "send"),
    )


def _count(connection: Connection, table: Table, *states: str) -> int:
    return (
        connection.scalar(select(func.count()).select_from(table).where(table.c.state.in_(states)))
        or 0
    )


def _age(since: datetime | None, now: datetime) -> timedelta:
    return max(NONE, now - since) if since else NONE
