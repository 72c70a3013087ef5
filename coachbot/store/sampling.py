"""Whether two databases say the same: every row counted, some of them opened and compared."""

import random
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Table, func, inspect, select

from coachbot.errors import StoreError
from coachbot.store.leases import is_gone, own_name
from coachbot.store.sealing import KeyRing
from coachbot.store.tables import leases, metadata, pulses
from coachbot.store.walking import opened, sealed_columns

SAMPLE: Final = 50
"""So many rows of each table are opened: the first, the last, and any between."""
PASSING: Final = frozenset((leases.name, pulses.name))
"""Tables that tell of processes, not of people; they are neither moved nor restored."""

Sample = dict[str, dict[Any, dict[str, Any]]]


def counted(connection: Connection) -> dict[str, int]:
    """Return how many rows each table has, of those that are there."""
    there = set(inspect(connection).get_table_names())
    return {
        table.name: connection.scalar(select(func.count()).select_from(table)) or 0
        for table in metadata.sorted_tables
        if table.name in there and table.name not in PASSING
    }


def refuse_filled(connection: Connection, what: str) -> None:
    """Raise StoreError when a database holds anything already."""
    if any(counted(connection).values()):
        raise StoreError(f"{what} is not empty; nothing was written")


def refuse_running(connection: Connection, now: datetime) -> None:
    """Raise StoreError while a bot is at work on a database."""
    if leases.name not in inspect(connection).get_table_names():
        return
    held, us = connection.scalars(select(leases.c.holder).where(leases.c.until > now)), own_name()
    if not all(is_gone(holder, us) for holder in held):
        raise StoreError("a bot is running on this database; stop it first, or wait ten seconds")


def sampled(connection: Connection, ring: KeyRing) -> Sample:
    """Return some rows of every table with sealed columns, opened; raises SealError.

    Those between are drawn evenly over the ids, and so over the time in which they were made.
    """
    return {
        table.name: _of_table(connection, ring, table)
        for table in metadata.sorted_tables
        if sealed_columns(table)
    }


def refuse_differing(connection: Connection, ring: KeyRing, expected: Sample) -> None:
    """Raise StoreError when the rows of a sample are not all there and the same."""
    for name, rows in expected.items():
        table = metadata.tables[name]
        [key] = table.primary_key
        found = connection.execute(select(table).where(key.in_(list(rows)))).mappings()
        if {row[key.name]: opened(ring, table, row) for row in found} != rows:
            raise StoreError(f"{name}: rows differ after they were copied; nothing was written")


def has_opened(sample: Mapping[str, Mapping[Any, Any]]) -> int:
    return sum(map(len, sample.values()))


def _of_table(connection: Connection, ring: KeyRing, table: Table) -> dict[Any, dict[str, Any]]:
    [key] = table.primary_key
    in_order = select(table).order_by(key)
    rows = [
        *connection.execute(in_order.limit(SAMPLE)).mappings(),
        *connection.execute(select(table).order_by(key.desc()).limit(SAMPLE)).mappings(),
    ]
    if rows:
        ids = [row[key.name] for row in rows]
        for _ in range(SAMPLE):
            place = random.randint(min(ids), max(ids))  # noqa: S311  a sample, no secret
            at_or_after = in_order.where(key >= place).limit(1)
            rows += connection.execute(at_or_after).mappings()
    return {row[key.name]: opened(ring, table, row) for row in rows}
