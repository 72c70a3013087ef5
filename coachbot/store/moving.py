"""Moving from one database to another: all of it or nothing, counted and compared at the end.

The rows go as they are, sealed, so the master key stays the same. While they go, nobody else can
write to the old database, and nobody sees any of them in the new one.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Table, insert, select

from coachbot.errors import StoreError
from coachbot.store.database import Database
from coachbot.store.migrating import migrate
from coachbot.store.sampling import (
    PASSING,
    counted,
    has_opened,
    refuse_differing,
    refuse_filled,
    refuse_running,
    sampled,
)
from coachbot.store.sealing import KeyRing
from coachbot.store.tables import metadata

BATCH: Final = 1000


def move(
    source: Database, target: Database, ring: KeyRing, now: datetime
) -> tuple[dict[str, int], int]:
    """Copy everything to an empty database; returns the rows by table, and how many were opened.

    Raises StoreError when a bot is running, the target holds anything, or the two differ in the
    end; SealError when the master key is another one. Nothing is written then.
    """
    migrate(source)
    migrate(target)
    with source.write() as old, target.write() as new:
        refuse_running(old, now)
        refuse_filled(new, "the new database")
        for table in metadata.sorted_tables:
            if table.name not in PASSING:
                for rows in _batches(old, table):
                    new.execute(insert(table), rows)
        moved, sample = counted(old), sampled(old, ring)
        if counted(new) != moved:
            raise StoreError("not every row arrived; nothing was written")
        refuse_differing(new, ring, sample)
    return moved, has_opened(sample)


def _batches(connection: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    """Yield all rows of a table in the order of its key; what is long is never in memory whole."""
    [key] = table.primary_key
    batch = select(table).order_by(key).limit(BATCH)
    rows = [dict(row) for row in connection.execute(batch).mappings()]
    while rows:
        yield rows
        after = batch.where(key > rows[-1][key.name])
        rows = [dict(row) for row in connection.execute(after).mappings()]
