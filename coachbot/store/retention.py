"""Retention: nothing is kept for longer than it is needed. Every statement may run again.

Whoever is silent for long is warned, and erased when the time is over and no word has come. What
is kept of messages on their way is content for a week at most, whatever became of them.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Connection, and_, select, update

from coachbot.store import inbox as arrivals
from coachbot.store import outbox as parcels
from coachbot.store.tables import inbox, outbox, people

CONTENT_KEPT: Final = timedelta(days=7)
NOTICE: Final = timedelta(days=30)
"""How long before the erasure a warning comes, at least."""


def to_warn(connection: Connection, kept: timedelta, now: datetime, most: int) -> list[int]:
    """Return the ids of people who are to be warned, the longest silent first."""
    statement = select(people.c.id).where(people.c.seen_at < now - kept + NOTICE, ~_is_warned())
    return list(connection.scalars(statement.order_by(people.c.seen_at).limit(most)))


def warn(connection: Connection, person_id: int, now: datetime) -> bool:
    """Note that a person is warned; returns False when another process was quicker."""
    noted = connection.execute(
        update(people).where(people.c.id == person_id, ~_is_warned()).values(warned_at=now)
    )
    return noted.rowcount == 1


def to_erase(connection: Connection, kept: timedelta, now: datetime, most: int) -> list[int]:
    """Return the ids of people whose time is over, the longest silent first."""
    statement = select(people.c.id).where(_is_over(kept, now)).order_by(people.c.seen_at)
    return list(connection.scalars(statement.limit(most)))


def is_over(connection: Connection, person_id: int, kept: timedelta, now: datetime) -> bool:
    """Return whether a person's time is over, and let nobody change that in this transaction."""
    statement = select(people.c.id).where(people.c.id == person_id, _is_over(kept, now))
    return connection.scalar(statement.with_for_update()) is not None


def blank_old(connection: Connection, now: datetime) -> int:
    """Blank what has lain for a week, owed, put aside or unknown; returns how many rows.

    An arrival that still waits is left: it is handled as soon as the bot runs, or put aside.
    """
    before = now - CONTENT_KEPT
    put_aside = connection.execute(
        update(inbox)
        .where(
            inbox.c.settled_at.is_(None),
            inbox.c.state == arrivals.QUARANTINED,
            inbox.c.received_at < before,
        )
        .values(state=arrivals.SETTLED, payload=None, settled_at=now)
    )
    owed = connection.execute(
        update(outbox)
        .where(outbox.c.settled_at.is_(None), outbox.c.created_at < before)
        .values(state=parcels.CANCELLED, payload=None, settled_at=now, reason="too old")
    )
    return put_aside.rowcount + owed.rowcount


def _is_warned() -> ColumnElement[bool]:
    """Whether a warning was given since the person was here last."""
    return and_(people.c.warned_at.is_not(None), people.c.warned_at > people.c.seen_at)


def _is_over(kept: timedelta, now: datetime) -> ColumnElement[bool]:
    return and_(
        people.c.seen_at < now - kept,
        people.c.warned_at > people.c.seen_at,
        people.c.warned_at < now - NOTICE,
    )
