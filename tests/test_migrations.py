"""Migrations: one line, equal to the models, up and down and up again with rows in it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import event, inspect, text

from coachbot.errors import StoreError
from coachbot.flow.answers import Answers, Key
from coachbot.flow.state import State
from coachbot.store import conversations, people
from coachbot.store.database import Database, open_database
from coachbot.store.migrating import configuration, differences, migrate
from coachbot.store.people import Address
from coachbot.store.sealing import KeyRing
from tests.conftest import NOW, empty

SCRIPTS = ScriptDirectory.from_config(configuration())
REVISIONS = [script.revision for script in reversed(list(SCRIPTS.walk_revisions()))]


def fill(database: Database, ring: KeyRing) -> None:
    with database.write() as connection:
        person = people.add(connection, Address("telegram", "1"), "de", NOW)
        before = conversations.begin(connection, ring, person, State(), NOW)
        state = replace(before.state, answers=Answers({Key("relation.word"): "persönlich"}))
        conversations.save(connection, ring, before, before.after(state, NOW), NOW)
        people.turn_to(connection, person, before.id)


def test_there_is_one_line_of_numbered_named_migrations() -> None:
    assert len(SCRIPTS.get_heads()) == 1
    assert [f"{n:04}" for n in range(1, len(REVISIONS) + 1)] == REVISIONS
    names = [path.stem for path in Path(SCRIPTS.versions).glob("*.py")]
    assert all(name[:4] in REVISIONS and name[4] == "_" for name in names)


def test_migrations_and_models_say_the_same(database: Database) -> None:
    differences(database)


def test_migrating_twice_changes_nothing(database: Database) -> None:
    migrate(database)
    differences(database)


def test_promise_39_up_down_up_with_rows_in_it(database: Database, ring: KeyRing) -> None:
    fill(database, ring)
    for revision in reversed(REVISIONS):
        with database.write() as connection:
            command.downgrade(configuration(connection), revision)
    with database.read() as connection:
        assert connection.scalar(text("SELECT count(*) FROM answers")) == 1
    migrate(database)
    differences(database)
    with database.read() as connection:
        person = people.find(connection, Address("telegram", "1"))
        assert person
        assert person.definition_id
        found = conversations.load(connection, ring, person, person.definition_id)
    assert found
    assert found.state.answers.text("relation.word") == "persönlich"


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("nth", [1, 4, 9])
def test_promise_39_a_migration_that_is_killed_changes_nothing_and_is_resumed(
    database: Database, ring: KeyRing, nth: int
) -> None:
    fill(database, ring)
    with database.write() as connection:
        command.downgrade(configuration(connection), REVISIONS[0])
    left = nth

    def strikes(*_: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise Killed

    before = shape(database)
    event.listen(database.writer, "before_cursor_execute", strikes)
    with pytest.raises(Killed):
        migrate(database)
    event.remove(database.writer, "before_cursor_execute", strikes)
    assert shape(database) == before
    migrate(database)
    differences(database)
    with database.read() as connection:
        assert connection.scalar(text("SELECT count(*) FROM answers")) == 1


def shape(database: Database) -> dict[str, list[str]]:
    """Return every table with its columns."""
    with database.read() as connection:
        seen = inspect(connection)
        return {
            name: [column["name"] for column in seen.get_columns(name)]
            for name in seen.get_table_names()
        }


def test_all_the_way_down_leaves_nothing(database: Database) -> None:
    with database.write() as connection:
        command.downgrade(configuration(connection), "base")
    migrate(database)
    differences(database)


def test_promise_39_an_older_code_refuses_a_newer_schema(database: Database) -> None:
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="9999"):
        migrate(database)


def test_promise_39_replicas_that_start_at_once_migrate_once(postgresql: str) -> None:
    databases = [open_database(postgresql) for _ in range(3)]
    empty(databases[0])
    with ThreadPoolExecutor(3) as threads:
        assert list(threads.map(migrate, databases)) == [None] * 3
    differences(databases[0])
    empty(databases[0])
    for database in databases:
        database.close()


def test_promise_39_a_migration_that_is_killed_halfway_has_not_begun(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The schema is as it was, and the next start brings it all the way."""
    with database.write() as connection:
        command.downgrade(configuration(connection), "0002")
    with monkeypatch.context() as killed:
        killed.setattr("alembic.op.create_index", raising)
        with pytest.raises(KeyboardInterrupt):
            migrate(database)
    with database.read() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "0002"
    migrate(database)
    differences(database)


def raising(*_: object, **__: object) -> None:
    raise KeyboardInterrupt
