"""Keys in use: whether a ring fits a database, which key sealed how much, and sealing anew.

Sealing anew is done beside a running bot, a few rows at a time. A row says itself which key sealed
it, so whoever stops in the middle begins again and finds what is left.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    LargeBinary,
    RowMapping,
    Table,
    func,
    inspect,
    literal,
    select,
    type_coerce,
    update,
)

from coachbot.store.database import Database
from coachbot.store.sealing import KEY_ID, KeyRing
from coachbot.store.tables import metadata
from coachbot.store.walking import bound_to, sealed_columns

AT_ONCE: Final = 100
Progress = Callable[[str, int], None]


def is_sealed(database: Database) -> bool:
    """Return whether the database holds anything that a key has sealed."""
    with database.read() as connection:
        return any(True for _ in _samples(connection))


def refuse_strange(database: Database, ring: KeyRing) -> None:
    """Raise SealError when the ring cannot open what is there; nothing is written.

    The first and the last row of every sealed column are tried: what was sealed before a change
    of keys, and what was sealed after it.
    """
    with database.read() as connection:
        for column, row in _samples(connection):
            ring.open(row[column.name], *bound_to(column.table, row))


def count(database: Database) -> Counter[bytes]:
    """Return key id -> how many values are sealed with that key."""
    found = Counter[bytes]()
    with database.read() as connection:
        for column in _columns():
            key = _key_of(column)
            counted = select(key, func.count()).where(column.is_not(None)).group_by(key)
            for key_id, number in connection.execute(counted):
                found[bytes(key_id)] += number
    return found


def rotate(database: Database, ring: KeyRing, tell: Progress, rest: Callable[[], object]) -> int:
    """Seal with the ring's first key whatever another one sealed; returns how many values.

    `tell` hears of each batch: the table, and how many of it are done. `rest` lets others write
    between two batches.
    """
    done = sum(_rotate(database, ring, column, tell, rest) for column in _columns())
    database.wipe()
    return done


def _rotate(
    database: Database,
    ring: KeyRing,
    column: Column[Any],
    tell: Progress,
    rest: Callable[[], object],
) -> int:
    done, last = 0, -1
    while True:
        with database.write() as connection:
            rows = _sealed_by_others(connection, ring, column, last)
            for row in rows:
                _seal_anew(connection, ring, column, row)
        if not rows:
            return done
        done, last = done + len(rows), rows[-1][_key(column.table).name]
        tell(column.table.name, done)
        rest()


def _sealed_by_others(
    connection: Connection, ring: KeyRing, column: Column[Any], after: int
) -> list[RowMapping]:
    key = _key(column.table)
    statement = (
        select(column.table)
        .where(key > after, column.is_not(None), _key_of(column) != literal(ring.sealing))
        .order_by(key)
        .limit(AT_ONCE)
    )
    return list(connection.execute(statement).mappings())


def _seal_anew(connection: Connection, ring: KeyRing, column: Column[Any], row: RowMapping) -> None:
    """Seal one value anew, unless somebody has changed it since it was read."""
    key, old = _key(column.table), row[column.name]
    connection.execute(
        update(column.table)
        .where(key == row[key.name], column == old)
        .values({column.name: ring.seal_anew(old, *bound_to(column.table, row))})
    )


def _samples(connection: Connection) -> Iterator[tuple[Column[Any], RowMapping]]:
    """Yield the first and the last row of each sealed column that the database has already."""
    inspector = inspect(connection)
    there = set(inspector.get_table_names())
    for column in _columns():
        table = column.table
        if table.name not in there:
            continue
        known = {found["name"] for found in inspector.get_columns(table.name)}
        cells = [cell for cell in table.c if cell.name in known]
        for order in (_key(table), _key(table).desc()):
            statement = select(*cells).where(column.is_not(None)).order_by(order).limit(1)
            if "settled_at" in table.c:  # what is settled is blanked, and there is much of it
                statement = statement.where(table.c.settled_at.is_(None))
            if row := connection.execute(statement).mappings().one_or_none():
                yield column, row


def _columns() -> Iterator[Column[Any]]:
    for table in metadata.sorted_tables:
        yield from sealed_columns(table)


def _key(table: Table) -> Column[Any]:
    [key] = table.primary_key
    return key


def _key_of(column: Column[Any]) -> ColumnElement[bytes]:
    """Return the id of the key that sealed a value, as the value itself says."""
    plain = type_coerce(column, LargeBinary)
    start, length = KEY_ID.start + 1, KEY_ID.stop - KEY_ID.start
    return type_coerce(func.substr(plain, start, length), LargeBinary)
