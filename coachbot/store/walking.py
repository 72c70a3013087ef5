"""Walking the schema: what is about a person, and what is sealed, whichever table it is in.

Exports, the rotation of keys and the tests go through here, so a table added later is covered by
all of them or by none, and then a test says so.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Connection, RowMapping, Table, select

from coachbot.store.people import Person
from coachbot.store.sealing import KeyRing
from coachbot.store.tables import metadata, people
from coachbot.store.types import Sealed, SealedBytes

NOBODY: Final = 0
"""Stands for the person in rows that were written before anybody knew whose they are."""


def about(table: Table, person: Person) -> ColumnElement[bool] | None:
    """Return which rows of a table are about a person; None when none ever is."""
    if table is people:
        return table.c.id == person.id
    if "person_id" in table.c:
        return table.c.person_id == person.id
    has_chat = "chat" in table.c and person.chat is not None
    return table.c.chat == person.chat if has_chat else None


def tables_about(person: Person) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    """Yield the tables that may be about a person, and which of their rows are."""
    for table in metadata.sorted_tables:
        rows = about(table, person)
        if rows is not None:
            yield table, rows


def sealed_columns(table: Table) -> list[Column[Any]]:
    return [column for column in table.c if isinstance(column.type, SealedBytes)]


def bound_to(table: Table, row: RowMapping) -> tuple[str, int, int]:
    """Return what the sealed columns of a row are bound to: table, row and person."""
    [key] = table.primary_key
    id_: int = row[key.name]
    return table.name, id_, id_ if table is people else row.get("person_id", NOBODY)


def everything_about(
    connection: Connection, ring: KeyRing, person: Person
) -> dict[str, list[dict[str, Any]]]:
    """Return every row about a person by table, the oldest first, opened, as JSON data."""
    found = {}
    for table, rows in tables_about(person):
        statement = select(table).where(rows).order_by(*table.primary_key)
        told = connection.execute(statement).mappings()
        found[table.name] = [opened(ring, table, row) for row in told]
    return found


def opened(ring: KeyRing, table: Table, row: RowMapping) -> dict[str, Any]:
    """Return a row with its sealed cells opened, as JSON data; raises SealError."""
    bound = bound_to(table, row)
    return {
        name: ring.open(cell, *bound) if isinstance(cell, Sealed) else _plain(cell)
        for name, cell in row.items()
    }


def _plain(cell: Any) -> Any:  # noqa: ANN401  whatever a column holds
    return cell.isoformat() if isinstance(cell, date | datetime) else cell
