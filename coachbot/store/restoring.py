"""Restoring: a backup takes the place of an empty database, and what has happened since counts.

Whoever was erased is erased again: the ledger says who. What was owed then is not sent now: it
may have been sent already. Nudges go on from the next slot, without making up for anything.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, delete, select, update

from coachbot.reflection.schedule import next_slot
from coachbot.store import inbox as arrivals
from coachbot.store import outbox as parcels
from coachbot.store import people
from coachbot.store import schedules as plans
from coachbot.store.backup import put_in_place, unpacked
from coachbot.store.database import Database, open_database
from coachbot.store.ledger import Ledger
from coachbot.store.migrating import migrate
from coachbot.store.sampling import counted, refuse_filled, refuse_running, sampled
from coachbot.store.sealing import KeyRing
from coachbot.store.tables import inbox, leases, outbox, pulses, schedules

ARRIVALS_KEPT: Final = timedelta(hours=24)
"""As long as Telegram itself keeps a message for a bot that does not fetch it."""
RESTORED: Final = "restored"


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restored database holds, and what was done to it."""

    rows: dict[str, int]
    erased_again: int
    not_sent: int
    not_handled: int
    nudges_moved: int


def restore(backup: Path, to: Path, ring: KeyRing, ledger: Ledger, now: datetime) -> Restored:
    """Restore a backup to a SQLite file that is not there, or empty; raises StoreError.

    Nothing is written at its place before everything went well. Raises SettingsError when there
    is no ledger, SealError when the master key is another one.
    """
    erased = ledger.erased()
    _refuse_occupied(to, now)
    with unpacked(backup, to) as part:
        database = open_database(f"sqlite:///{part}")
        try:
            migrate(database)
            restored = settle(database, ring, erased, now)
        finally:
            database.close()
        put_in_place(part, to)
    return restored


def settle_in_place(database: Database, ring: KeyRing, ledger: Ledger, now: datetime) -> Restored:
    """Put a database in order that its own tools restored; raises StoreError while a bot runs."""
    erased = ledger.erased()
    migrate(database)
    with database.read() as connection:
        refuse_running(connection, now)
    return settle(database, ring, erased, now)


def settle(
    database: Database, ring: KeyRing, erased: dict[int, datetime], now: datetime
) -> Restored:
    """Put a database in order that comes from a backup; raises SealError for another key."""
    with database.write() as connection:
        sampled(connection, ring)
        again = [_erase(connection, person_id, now) for person_id in sorted(erased)]
        not_sent = _cancel(connection, now)
        not_handled = _pass_over(connection, now)
        moved = _go_on(connection, now)
        for table in (leases, pulses):
            connection.execute(delete(table))
        return Restored(counted(connection), sum(again), not_sent, not_handled, moved)


def _refuse_occupied(to: Path, now: datetime) -> None:
    if not to.exists():
        return
    database = open_database(f"sqlite:///{to}")
    try:
        with database.write() as connection:
            refuse_filled(connection, str(to))
            refuse_running(connection, now)
    finally:
        database.close()


def _erase(connection: Connection, person_id: int, now: datetime) -> bool:
    try:
        people.erase(connection, people.get(connection, person_id), now)
    except LookupError:
        return False
    return True


def _cancel(connection: Connection, now: datetime) -> int:
    """Send nothing that was owed when the backup was made: that may have happened since."""
    cancelled = connection.execute(
        update(outbox)
        .where(outbox.c.state.in_((parcels.WAITING, parcels.SENDING)))
        .values(state=parcels.CANCELLED, payload=None, reason=RESTORED, settled_at=now)
    )
    return cancelled.rowcount


def _pass_over(connection: Connection, now: datetime) -> int:
    """Handle nothing that arrived long ago: who wrote it does not wait for an answer any more."""
    passed_over = connection.execute(
        update(inbox)
        .where(
            inbox.c.state == arrivals.WAITING,
            inbox.c.received_at < now - ARRIVALS_KEPT,
        )
        .values(state=arrivals.SETTLED, payload=None, reason=RESTORED, settled_at=now)
    )
    return passed_over.rowcount


def _go_on(connection: Connection, now: datetime) -> int:
    """Move every nudge that became due meanwhile to its next slot; returns how many."""
    overdue = connection.scalars(
        select(schedules.c.person_id).where(schedules.c.due_at <= now)
    ).all()
    for person_id in overdue:
        if planned := plans.find(connection, person_id):
            due = next_slot(planned.schedule, now, planned.last_on)
            plans.keep(connection, planned.with_(due_at=due))
    return len(overdue)
