"""How the queues stand, on both databases."""

from datetime import timedelta
from typing import Any

from sqlalchemy import event

from coachbot.store import inbox, outbox, people, pulses, vitals
from coachbot.store.database import Database
from coachbot.store.migrating import migrate
from coachbot.store.outbox import Parcel
from coachbot.store.people import Address
from coachbot.store.sealing import KeyRing
from coachbot.store.vitals import Queue
from tests.conftest import NOW

LATER = NOW + timedelta(seconds=7)


def test_nothing_waits_in_an_empty_database(database: Database) -> None:
    with database.read() as connection:
        told = vitals.read(connection, NOW)
    assert told == vitals.Vitals(Queue(0, timedelta(0)), Queue(0, timedelta(0)), 0, None, None)


def test_depth_and_age_are_those_of_what_waits(database: Database, ring: KeyRing) -> None:
    with database.write() as connection:
        inbox.receive(connection, ring, [(1, 5, {}), (2, 5, {})], NOW)
        anna = people.add(connection, Address("telegram", "5"), "de", NOW)
        parcels = [Parcel("sendMessage", {}, "question"), Parcel("sendMessage", {}, "message")]
        outbox.owe(connection, ring, anna.id, 5, parcels, NOW)
        pulses.beat(connection, "receive", NOW)
    with database.read() as connection:
        told = vitals.read(connection, LATER)
        earlier = vitals.read(connection, NOW - timedelta(seconds=7))
    waited = timedelta(seconds=7)
    assert told == vitals.Vitals(Queue(2, waited), Queue(2, waited), 0, NOW, None)
    assert earlier.inbox.age == earlier.outbox.age == timedelta(0)


def test_what_was_settled_costs_nothing(sqlite: Database) -> None:
    """Every question finds its rows by an index of what waits; none walks through a table."""
    migrate(sqlite)
    asked = list[tuple[str, Any]]()

    def note(_a: object, _b: object, statement: str, parameters: Any, *_: object) -> None:
        asked.append((statement, parameters))

    event.listen(sqlite.reader, "before_cursor_execute", note)
    with sqlite.read() as connection:
        vitals.read(connection, NOW)
        event.remove(sqlite.reader, "before_cursor_execute", note)
        steps = [
            step
            for statement, parameters in asked
            if statement.startswith("SELECT")
            for *_, step in connection.exec_driver_sql(
                f"EXPLAIN QUERY PLAN {statement}", parameters
            )
        ]
    assert len(asked) >= 5
    scans = [step for step in steps if step.startswith("SCAN") and "INDEX" not in step]
    assert not [step for step in scans if "inbox" in step or "outbox" in step]
