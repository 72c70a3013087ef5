"""Moving from SQLite to a real PostgreSQL, and the commands around it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Table, insert, select, update
from typer.testing import CliRunner

from coachbot.cli import app
from coachbot.errors import SealError, SettingsError, StoreError
from coachbot.store import moving, sampling
from coachbot.store.database import Database, open_database
from coachbot.store.migrating import migrate
from coachbot.store.moving import move
from coachbot.store.sampling import counted, refuse_differing, sampled
from coachbot.store.sealing import KeyRing, new_key
from coachbot.store.tables import answers, leases, metadata, people
from tests.conftest import NOW
from tests.telegram.wire import Wire


@pytest.fixture
async def source(light: Wire, monkeypatch: pytest.MonkeyPatch) -> Database:
    """Return a database with people in the middle of everything, moved in small batches."""
    monkeypatch.setattr(moving, "BATCH", 3)
    for name in ("Anna", "Bert"):
        await light.finishes(light.person(name))
    await light.person("Carl").sends("/start")
    light.fetch()
    return light.coach.database


def rows_of(database: Database) -> dict[str, list[tuple[object, ...]]]:
    with database.read() as connection:
        return {
            table.name: [
                tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))
            ]
            for table in metadata.sorted_tables
            if table.name not in sampling.PASSING
        }


async def test_promise_40_every_row_moves_as_it_is(
    source: Database, bare: Database, ring: KeyRing
) -> None:
    moved, compared = move(source, bare, ring, NOW)
    assert rows_of(bare) == rows_of(source)
    assert moved["people"] == 2
    assert moved["answers"] > 40
    assert compared > 40


async def test_a_moved_conversation_goes_on(
    source: Database, bare: Database, light: Wire, ring: KeyRing
) -> None:
    anna = light.person("Dora")
    await light.finishes(anna)
    before = light.answers(anna)
    move(source, bare, ring, NOW)
    light.coach = replace(light.coach, database=bare)
    light.road = replace(light.road, coach=light.coach)
    light.post = replace(light.post, coach=light.coach)
    assert light.answers(anna) == before
    await light.says(anna, "/summary")
    assert "Beziehungsdefinition" in anna.chat


async def test_a_target_that_is_not_empty_is_refused(
    source: Database, bare: Database, ring: KeyRing
) -> None:
    move(source, bare, ring, NOW)
    before = rows_of(bare)
    with pytest.raises(StoreError, match="not empty"):
        move(source, bare, ring, NOW)
    assert rows_of(bare) == before


async def test_while_a_bot_runs_nothing_is_moved(
    source: Database, bare: Database, ring: KeyRing
) -> None:
    lease = {"name": "replica/a", "holder": "a", "until": NOW + timedelta(seconds=9)}
    with source.write() as connection:
        connection.execute(insert(leases).values(**lease))
    with pytest.raises(StoreError, match="a bot is running"):
        move(source, bare, ring, NOW)
    with bare.read() as connection:
        assert not any(counted(connection).values())


async def test_another_master_key_moves_nothing(source: Database, bare: Database) -> None:
    with pytest.raises(SealError):
        move(source, bare, KeyRing.from_text(new_key()), NOW)
    with bare.read() as connection:
        assert not any(counted(connection).values())


async def test_rows_that_differ_afterwards_are_found(
    source: Database, bare: Database, ring: KeyRing
) -> None:
    move(source, bare, ring, NOW)
    with source.read() as connection:
        expected = sampled(connection, ring)
    some = next(iter(expected["answers"]))
    with bare.write() as connection:
        connection.execute(update(answers).where(answers.c.id == some).values(version=7))
    with bare.read() as connection, pytest.raises(StoreError, match="answers: rows differ"):
        refuse_differing(connection, ring, expected)


async def test_a_row_that_changes_on_the_way_leaves_nothing(
    source: Database, bare: Database, ring: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches = moving._batches

    def changed(connection: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
        for rows in batches(connection, table):
            yield [row | {"version": 9} if "version" in row else row for row in rows]

    monkeypatch.setattr(moving, "_batches", changed)
    with pytest.raises(StoreError, match="rows differ"):
        move(source, bare, ring, NOW)
    with bare.read() as connection:
        assert not any(counted(connection).values())


async def test_a_row_that_is_lost_on_the_way_leaves_nothing(
    source: Database, bare: Database, ring: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches = moving._batches
    monkeypatch.setattr(
        moving, "_batches", lambda connection, table: list(batches(connection, table))[:1]
    )
    with pytest.raises(StoreError, match="not every row arrived"):
        move(source, bare, ring, NOW)
    with bare.read() as connection:
        assert not any(counted(connection).values())


# --- the commands


@pytest.fixture
def operator(
    source: Database, light: Wire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """Return the folder of an operator whose settings name the database in use."""
    del source
    key = new_key()
    (tmp_path / "master.key").write_text(key)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COACHBOT_DATABASE_URL", f"sqlite:///{tmp_path}/own.sqlite3")
    monkeypatch.setenv("COACHBOT_MASTER_KEY_FILE", str(tmp_path / "master.key"))
    own = open_database(f"sqlite:///{tmp_path}/own.sqlite3")
    migrate(own)
    ring = KeyRing.from_text(key)
    with own.write() as connection:
        sealed = ring.seal({"first_name": "Anna"}, "people", 1, 1)
        anna = {"id": 1, "channel": "telegram", "address": "5", "language": "de"}
        connection.execute(
            insert(people).values(**anna, profile=sealed, created_at=NOW, seen_at=NOW)
        )
    own.close()
    return tmp_path


def run(*words: str) -> str:
    """Run a command that goes well; return what it says."""
    done = CliRunner().invoke(app, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_backup_restore_and_move_by_command(
    operator: Path, bare: Database, postgresql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "people                   1" in run("backup", "a.backup")
    monkeypatch.setenv("COACHBOT_DATABASE_URL", f"sqlite:///{operator}/new.sqlite3")
    with pytest.raises(SettingsError, match="COACHBOT_LEDGER_FILE"):
        run("restore", "a.backup")
    (operator / "erasures.jsonl").touch()
    assert "erased again             0" in run("restore", "a.backup")
    assert "opened and compared      1" in run("move", "--to", postgresql)
    with bare.read() as connection:
        assert counted(connection)["people"] == 1


def test_status_says_how_long_something_has_waited(operator: Path) -> None:
    told = run("status")
    assert "people                   1" in told
    assert "oldest inbox             0 s" in told
    assert "last receive             never" in told


def test_a_key_that_is_not_there_is_not_made(operator: Path) -> None:
    run("backup", "a.backup")
    (operator / "master.key").unlink()
    with pytest.raises(SettingsError, match="no such file"):
        run("restore", "a.backup")
    assert not (operator / "master.key").exists()


def test_postgresql_has_tools_of_its_own(
    operator: Path, postgresql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COACHBOT_DATABASE_URL", postgresql)
    with pytest.raises(SettingsError, match="pg_dump"):
        run("backup", "a.backup")


@pytest.mark.parametrize("words", [["backup", "a"], ["restore", "a"], ["move", "--to", "nonsense"]])
def test_a_url_that_is_none_is_told(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COACHBOT_DATABASE_URL", "nonsense")
    monkeypatch.setenv("COACHBOT_MASTER_KEY", new_key())
    with pytest.raises(SettingsError, match="expected sqlite"):
        run(*words)


@pytest.mark.parametrize("words", [["restore"], ["restore", "a.backup", "--in-place"]])
def test_restore_takes_a_file_or_the_database_as_it_is(words: list[str]) -> None:
    assert CliRunner().invoke(app, words).exit_code == 2
