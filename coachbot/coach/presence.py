"""Presence: this process among its like, seen in the database that they share."""

from dataclasses import dataclass
from datetime import datetime

from coachbot.store import leases
from coachbot.store.database import Connection, Database


@dataclass(frozen=True, slots=True)
class Attended:
    """Who lives, whether this process is to receive, and when to attend again.

    Without that, nothing of it holds any more after `lapses_at`.
    """

    living: frozenset[str]
    receives: bool
    again_at: datetime
    lapses_at: datetime


@dataclass(frozen=True)
class Presence:
    """`holder` is this process's name; `polls` says that updates are fetched, by one of all."""

    database: Database
    holder: str
    polls: bool = True

    def attend(self, now: datetime) -> Attended:
        """Show that this process lives, and take what nobody else holds."""
        with self.database.write() as connection:
            living = leases.attend(connection, self.holder, now)
            free_at = self._poll(connection, now) if self.polls else None
        again_at = now + leases.RENEWED_EVERY
        return Attended(
            living,
            receives=free_at is None,
            again_at=min(again_at, max(free_at or again_at, now)),
            lapses_at=now + leases.HELD_FOR,
        )

    def _poll(self, connection: Connection, now: datetime) -> datetime | None:
        """Take the lease on polling; returns until when it is held by somebody else."""
        if leases.acquire(connection, leases.POLL, self.holder, now):
            return None
        return leases.until(connection, leases.POLL) or now

    def leave(self) -> None:
        """Let others go on at once."""
        with self.database.write() as connection:
            leases.leave(connection, self.holder)
