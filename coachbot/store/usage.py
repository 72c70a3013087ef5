"""How much of the store one person uses."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, ScalarSelect, Table, bindparam, func, select

from coachbot.store.tables import metadata, outbox
from coachbot.store.walking import sealed_columns


def stored_bytes(connection: Connection, person_id: int) -> int:
    """Return how many bytes of a person's are kept for good; what is on its way does not count."""
    row = connection.execute(_STORED, {"person": person_id}).one()
    return sum(number or 0 for number in row)


def parcels_since(connection: Connection, person_id: int, kind: str, since: datetime) -> int:
    """Return how many parcels of a kind were owed to a person since an instant."""
    found = connection.scalar(
        select(func.count())
        .select_from(outbox)
        .where(outbox.c.person_id == person_id, outbox.c.kind == kind, outbox.c.created_at > since)
    )
    return found or 0


def _keeps(table: Table) -> bool:
    return "person_id" in table.c and table is not outbox and bool(sealed_columns(table))


def _bytes_in(table: Table) -> ScalarSelect[int]:
    [column] = sealed_columns(table)
    counted = select(func.sum(func.length(column))).where(table.c.person_id == bindparam("person"))
    return counted.scalar_subquery()


# Built once: it is asked with every answer that is changed.
_STORED: Final = select(*[_bytes_in(table) for table in metadata.sorted_tables if _keeps(table)])
