"""SQLite looks things up on the road: no statement walks a table that grows with the people."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from coachbot.store import conversations, inbox, outbox, people, taking
from coachbot.store.database import Connection, Database, open_database
from coachbot.store.migrating import migrate
from coachbot.store.outbox import Parcel
from coachbot.store.people import Address
from coachbot.store.sealing import KeyRing
from tests.conftest import NOW

PARCEL = Parcel("sendMessage", {"text": "Wer?"}, "question", 1)


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Database]:
    database = open_database(f"sqlite:///{tmp_path / 'coachbot.sqlite3'}")
    migrate(database)
    yield database
    database.close()


@contextmanager
def planned(connection: Connection) -> Iterator[list[str]]:
    """Yield the steps of the plans of all statements that run in the block."""
    steps: list[str] = []

    def explain(_: Any, cursor: Any, statement: str, parameters: Any, *__: Any) -> None:
        if not statement.startswith(("INSERT", "BEGIN")):
            one = parameters[0] if isinstance(parameters, list) else parameters
            told = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", one)
            steps.extend(detail for *_, detail in told)

    event.listen(connection.engine, "before_cursor_execute", explain)
    yield steps
    event.remove(connection.engine, "before_cursor_execute", explain)


def test_the_road_walks_no_table(sqlite: Database, ring: KeyRing) -> None:
    """A partial index may be walked: it holds only what waits."""
    with sqlite.write() as connection, planned(connection) as steps:
        inbox.receive(connection, ring, [(1, 5, {}), (2, 5, {})], NOW)
        claimed = inbox.claim(connection, ring, NOW, 32)
        assert people.find(connection, Address("telegram", "5")) is None
        anna = people.add(connection, Address("telegram", "5"), "de", NOW)
        assert people.hold(connection, [Address("telegram", name) for name in "567"]) == [anna]
        people.saw(connection, anna, NOW)
        conversations.load_all(connection, ring, {7: anna, 8: anna, 9: anna})
        outbox.owe(connection, ring, anna.id, 5, [PARCEL], NOW)
        inbox.settle(connection, [row.id for row in claimed.rows], NOW)
        [owed] = taking.take(connection, ring, NOW, 32, [6, 7], "here")
        outbox.settle_sent(connection, [(owed, 9, "")], NOW)
        outbox.message_of(connection, anna.id, 1)
        taking.next_due(connection, NOW - timedelta(seconds=1))
    assert len(steps) > 10
    assert [step for step in steps if step.startswith("SCAN") and " INDEX " not in step] == []
