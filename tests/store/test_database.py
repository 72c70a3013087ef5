"""How a database is opened, and what happens when it does not answer."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import text

from coachbot.errors import SettingsError, StoreError
from coachbot.store.database import Database, open_database, place_of
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
