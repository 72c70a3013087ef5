"""How a database is opened, and what happens when it does not answer."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier
from typing import Any, Final

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, event, func, insert, select, text

from coachbot.errors import SettingsError, StoreError
from coachbot.store.database import Database, open_database, place_of, write_together
from coachbot.store.migrating import migrate

WRITERS, TIMES = 6, 15


def test_promise_37_sqlite_is_durable_and_forgets_what_is_deleted(sqlite: Database) -> None:
    for engine in (sqlite.writer, sqlite.reader):
        with engine.connect() as connection:
            pragmas = {
                name: connection.scalar(text(f"PRAGMA {name}"))
                for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
            }
        full = 2
        assert pragmas == {
            "journal_mode": "wal",
            "synchronous": full,
            "foreign_keys": 1,
            "secure_delete": 1,
        }


def test_a_reader_does_not_wait_for_a_writer(sqlite: Database) -> None:
    migrate(sqlite)
    with sqlite.write() as writer, sqlite.read() as reader:
        writer.execute(text("DELETE FROM people"))
        assert reader.scalar(text("SELECT count(*) FROM people")) == 0


def test_promise_38_writers_at_once_wait_for_each_other_and_none_is_refused(
    tmp_path: Path,
) -> None:
    """Each reads first and writes later, which without BEGIN IMMEDIATE fails at once."""
    url = f"sqlite:///{tmp_path / 'coachbot.sqlite3'}"
    first = open_database(url)
    with first.write() as connection:
        connection.execute(text("CREATE TABLE counted (number INTEGER)"))
        connection.execute(text("INSERT INTO counted VALUES (0)"))
    together = Barrier(WRITERS)

    def count() -> None:
        own = open_database(url)
        together.wait()
        for _ in range(TIMES):
            with own.write() as connection:
                number = connection.scalar(text("SELECT number FROM counted"))
                connection.execute(text("UPDATE counted SET number = :next"), {"next": number + 1})
        own.close()

    with ThreadPoolExecutor(WRITERS) as threads:
        for ended in [threads.submit(count) for _ in range(WRITERS)]:
            ended.result()
    with first.read() as connection:
        assert connection.scalar(text("SELECT number FROM counted")) == WRITERS * TIMES
    first.close()


def test_an_exception_rolls_everything_back(database: Database) -> None:
    def fail() -> None:
        with database.write() as connection:
            connection.execute(text("CREATE TABLE soon_gone (id INTEGER)"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with pytest.raises(StoreError), database.read() as connection:
        connection.execute(text("SELECT * FROM soon_gone"))


@pytest.mark.parametrize(
    "url", ["nonsense", "mysql://x/y", "sqlite://", "sqlite:////proc/nowhere/x.sqlite3"]
)
def test_a_bad_url_names_the_setting(url: str) -> None:
    with pytest.raises(SettingsError, match="COACHBOT_DATABASE_URL"):
        open_database(url)


def test_a_password_is_not_shown() -> None:
    assert "geheim" not in place_of("postgresql://anna:geheim@localhost/coachbot")


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Liebe Anna, " * 100)
    with pytest.raises(StoreError, match="database"):
        migrate(open_database(f"sqlite:///{path}"))


# ---- rows that are written together

COUNTED: Final = Table("counted", MetaData(), Column("number", Integer, primary_key=True))
ADD: Final = insert(COUNTED)
HOW_MANY: Final = select(func.count()).select_from(COUNTED)


@pytest.fixture
def counted(bare: Database, sqlite: Database, request: pytest.FixtureRequest) -> Database:
    """Return an empty database of each kind with one table."""
    chosen = bare if request.param == "postgresql" else sqlite
    COUNTED.create(chosen.writer)
    return chosen


@contextmanager
def statements(database: Database) -> Iterator[list[tuple[str, bool]]]:
    """Yield what is sent to a database: the statement, and whether it is for many rows."""
    sent: list[tuple[str, bool]] = []

    def note(_: Any, __: Any, statement: str, ___: Any, ____: Any, is_many: bool) -> None:
        sent.append((statement.partition(" ")[0], is_many))

    event.listen(database.writer, "before_cursor_execute", note)
    yield sent
    event.remove(database.writer, "before_cursor_execute", note)


KINDS: Final = pytest.mark.parametrize("counted", ["sqlite", "postgresql"], indirect=True)


@KINDS
def test_rows_of_many_people_are_one_statement(counted: Database) -> None:
    with statements(counted) as sent, counted.write() as connection:
        for number in range(5):
            write_together(connection, ADD, [{"number": number}])
        write_together(connection, ADD, [])
    assert [one for one in sent if one[0] == "INSERT"] == [("INSERT", True)]
    with counted.read() as connection:
        assert connection.scalar(HOW_MANY) == 5


@KINDS
def test_whoever_reads_in_the_same_transaction_reads_what_waits(counted: Database) -> None:
    with counted.write() as connection:
        write_together(connection, ADD, [{"number": 1}])
        assert connection.scalar(HOW_MANY) == 1
        with connection.begin_nested() as nested:
            write_together(connection, ADD, [{"number": 2}])
            nested.rollback()
        assert connection.scalar(HOW_MANY) == 1


@KINDS
def test_nothing_waits_for_the_next_transaction_when_one_fails(counted: Database) -> None:
    def fails() -> None:
        with counted.write() as connection:
            write_together(connection, ADD, [{"number": 1}])
            raise LookupError

    with pytest.raises(LookupError):
        fails()
    with counted.write() as connection:
        assert connection.scalar(HOW_MANY) == 0


@KINDS
def test_a_row_that_cannot_be_written_undoes_the_transaction(counted: Database) -> None:
    with pytest.raises(StoreError), counted.write() as connection:
        write_together(connection, ADD, [{"number": 1}, {"number": 2}, {"number": 2}])
    with counted.read() as connection:
        assert connection.scalar(HOW_MANY) == 0
