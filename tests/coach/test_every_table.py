"""Every table that may hold something about a person is exported and erased; the schema is walked.

Whoever adds a table finds it here: it is about people, and then export and delete know it, or it
is named as one that is not.
"""

import json
from datetime import date
from typing import Any, Final

import pytest
from sqlalchemy import Column, Table, insert, select
from sqlalchemy.types import Boolean, Date, DateTime, Integer, LargeBinary

from coachbot.store import people
from coachbot.store.identity import new_id
from coachbot.store.people import Address, Person
from coachbot.store.sealing import KeyRing
from coachbot.store.tables import metadata
from coachbot.store.types import Sealed
from coachbot.store.walking import NOBODY, about, sealed_columns, tables_about
from coachbot.texts.said import Order
from tests.conftest import NOW
from tests.telegram.wire import Wire

ABOUT_NOBODY: Final = {"leases", "pulses"}
SECRET: Final = "Geheim-7Q"
REALISTIC: Final[dict[str, Any]] = {
    "schedules.zone": "Europe/Vienna",
    "schedules.at": "17:00",
    "schedules.state": "stopped",
    "inbox.state": "quarantined",
    "outbox.state": "dead",
}
TOLD_WITH_THE_PERSON: Final = {"people", "definitions", "answers"}


def somebody() -> Person:
    return Person(1, Address("telegram", "5"), "de", None, NOW, NOW, None)


def test_promise_48_every_table_is_about_people_or_named_here() -> None:
    """A new table with a person or a chat is found by itself; any other is named above."""
    found = {table.name for table, _ in tables_about(somebody())}
    assert {table.name for table in metadata.sorted_tables} - found == ABOUT_NOBODY


def test_promise_45_what_names_no_chat_belongs_to_nobody() -> None:
    """Somebody at the terminal has no chat; what names none is not theirs for that."""
    at_the_terminal = Person(1, Address("terminal", "me"), "de", None, NOW, NOW, None)
    assert "inbox" not in {table.name for table, _ in tables_about(at_the_terminal)}


def test_promise_48_what_is_sealed_is_about_people() -> None:
    sealed = {table.name for table in metadata.sorted_tables if sealed_columns(table)}
    assert not sealed & ABOUT_NOBODY


async def test_promise_48_every_table_is_in_the_export_and_goes_with_the_person(
    wire: Wire,
) -> None:
    anna, bert = wire.person("Anna"), wire.person("Bert")
    await wire.says(anna, "/start", "Bäckerei")
    await wire.says(bert, "/start", "Imkerei")
    for one in (anna, bert):
        plant(wire, known(wire, one.id))
    hers, his = known(wire, anna.id), known(wire, bert.id)
    tables = {table.name for table, _ in tables_about(hers)}
    assert set(rows_of(wire, hers)) == set(rows_of(wire, his)) == tables

    told = exported(wire, hers)
    assert set(told) >= tables - TOLD_WITH_THE_PERSON
    assert [name for name in tables - TOLD_WITH_THE_PERSON if not told[name]] == []
    sealed_ones = {name for name in tables if sealed_columns(metadata.tables[name])}
    for name in sealed_ones - TOLD_WITH_THE_PERSON:
        assert SECRET in json.dumps(told[name]), name

    before = rows_of(wire, his)
    await wire.says(anna, "/delete")
    await wire.taps(anna, "Ja, alles löschen")
    assert rows_of(wire, hers) == {}
    assert rows_of(wire, his) == before


@pytest.mark.parametrize("name", sorted(set(metadata.tables) - ABOUT_NOBODY - {"people", "inbox"}))
def test_promise_48_a_table_about_people_goes_by_itself(name: str) -> None:
    """The database deletes it, whoever deletes the person."""
    [key] = [key for key in metadata.tables[name].foreign_keys if key.column.table.name == "people"]
    assert key.ondelete == "CASCADE"


def known(wire: Wire, chat: int) -> Person:
    with wire.coach.database.read() as connection:
        found = people.find(connection, Address("telegram", str(chat)))
    assert found
    return found


def plant(wire: Wire, person: Person) -> None:
    """Add a row about a person to every table that can have another one."""
    with wire.coach.database.write() as connection:
        for table, rows in tables_about(person):
            has_one = connection.execute(select(table).where(rows)).first()
            if table.name == "people" or (table.name == "schedules" and has_one):
                continue
            values = filled(table, person, wire.coach.office.ring)
            connection.execute(insert(table).values(values))


def filled(table: Table, person: Person, ring: KeyRing) -> dict[str, Any]:
    id_ = person.id if "id" not in table.c else new_id(NOW)
    known_values = {
        "id": id_,
        "person_id": person.id,
        "definition_id": person.definition_id,
        "chat": person.chat,
        "update_id": id_,
    }
    bound = table.name, id_, person.id if "person_id" in table.c else NOBODY
    return {
        column.name: known_values.get(column.name, filling(column, ring, bound))
        for column in table.c
    }


def filling(column: Column[Any], ring: KeyRing, bound: tuple[str, int, int]) -> Any:
    """Return something that fits a column; the shapes are those that the coach itself reads."""
    kind = column.type.as_generic() if not hasattr(column.type, "impl") else column.type.impl
    if isinstance(kind, LargeBinary):
        return sealed(column.table.name, ring, bound)
    if column.nullable:
        return None
    if isinstance(kind, Boolean):
        return False
    if isinstance(kind, Integer):
        return 1
    if isinstance(kind, DateTime):
        return NOW
    if isinstance(kind, Date):
        return date(2026, 11, 22)
    return REALISTIC.get(str(column), "x")


def sealed(table: str, ring: KeyRing, bound: tuple[str, int, int]) -> Sealed:
    shapes: dict[str, Any] = {
        "answers": ["", SECRET],
        "definitions": {"state": {}, "keyboard": []},
    }
    return ring.seal(shapes.get(table, {"text": SECRET}), *bound)


def rows_of(wire: Wire, person: Person) -> dict[str, int]:
    """Return how many rows about a person each table has that has any."""
    found = {}
    with wire.coach.database.read() as connection:
        for table in metadata.sorted_tables:
            rows = about(table, person)
            if rows is not None:
                found[table.name] = len(connection.execute(select(table).where(rows)).all())
    return {name: count for name, count in found.items() if count}


def exported(wire: Wire, person: Person) -> dict[str, Any]:
    order = Order("export", "", person.definition_id or 0)
    told: dict[str, Any] = json.loads(wire.coach.printed(person.id, order, wire.now).content)
    return told
