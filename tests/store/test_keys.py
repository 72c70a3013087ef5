"""Keys change beside a running bot; strange keys change nothing."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from coachbot.errors import CoachbotError, SealError, SettingsError
from coachbot.flow.answers import Answers, Key
from coachbot.flow.state import State
from coachbot.settings import Settings
from coachbot.store import conversations, inbox, keys, outbox, people
from coachbot.store.database import Database, open_database
from coachbot.store.identity import new_id
from coachbot.store.migrating import migrate
from coachbot.store.outbox import Parcel
from coachbot.store.people import Address, Person
from coachbot.store.sealing import KeyRing, new_key
from coachbot.store.tables import answers, metadata, nudges
from coachbot.store.walking import bound_to, sealed_columns
from coachbot.wiring import coach_of, key_ring
from coachbot.wiring_store import keys_in_use, rotate_keys
from tests.conftest import NOW

OLD, NEW = new_key(), new_key()
OLD_RING, NEW_RING, BOTH = (KeyRing.from_text(text) for text in (OLD, NEW, f"{NEW},{OLD}"))


def fill(database: Database, ring: KeyRing, name: str) -> Person:
    """Leave something of a person in every sealed column there is."""
    with database.write() as connection:
        person = people.add(connection, Address("telegram", name), "de", NOW)
        people.keep_profile(connection, ring, person, {"first_name": name})
        told = Answers({Key("business.name"): "Bäckerei", Key("values.list"): ("Ruhe", "Mut")})
        begun = conversations.begin(connection, ring, person, State(), NOW)
        conversations.save(connection, ring, begun, begun.after(State(answers=told), NOW), NOW)
        people.turn_to(connection, person, begun.id)
        parcel = Parcel("sendMessage", {"text": name}, "message")
        outbox.owe(connection, ring, person.id, int(name), (parcel,), NOW)
        inbox.receive(connection, ring, [(int(name), int(name), {"text": "half \ud83d"})], NOW)
        nudge = new_id(NOW)
        connection.execute(
            insert(nudges).values(
                id=nudge,
                person_id=person.id,
                definition_id=begun.id,
                local_date=NOW.date(),
                number=0,
                content=ring.seal({"asks": "?"}, "nudges", nudge, person.id),
                created_at=NOW,
            )
        )
    return person


def opened(database: Database, ring: KeyRing) -> list[Any]:
    """Return every sealed value there is, opened."""
    with database.read() as connection:
        return [
            ring.open(row[column.name], *bound_to(table, row))
            for table in metadata.sorted_tables
            for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()
            for column in sealed_columns(table)
            if row[column.name] is not None
        ]


def sealed_values(database: Database) -> dict[str, list[Any]]:
    with database.read() as connection:
        return {
            str(column): list(connection.scalars(select(column)))
            for table in metadata.sorted_tables
            for column in sealed_columns(table)
        }


def rotate(database: Database, ring: KeyRing = BOTH) -> int:
    return keys.rotate(database, ring, lambda *_: None, lambda: None)


# ---- changing keys


def test_promise_41_everything_is_sealed_anew_and_reads_as_before(database: Database) -> None:
    for name in ("101", "102", "103"):
        fill(database, OLD_RING, name)
    assert all(sealed_values(database).values()), "a sealed column that no test fills"
    before = opened(database, BOTH)
    assert rotate(database) == len(before)
    assert opened(database, NEW_RING) == before
    assert keys.count(database) == {NEW_RING.sealing: len(before)}
    assert rotate(database) == 0


def test_promise_41_while_keys_change_both_are_read(database: Database) -> None:
    fill(database, OLD_RING, "101")
    fill(database, NEW_RING, "102")
    assert len(opened(database, BOTH)) == 14
    assert keys.count(database) == {OLD_RING.sealing: 7, NEW_RING.sealing: 7}


def test_promise_41_whoever_stops_in_the_middle_goes_on(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "AT_ONCE", 2)
    for name in ("101", "102", "103"):
        fill(database, OLD_RING, name)
    before, told = opened(database, BOTH), list[tuple[str, int]]()

    def tell(table: str, count: int) -> None:
        told.append((table, count))
        if len(told) == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        keys.rotate(database, BOTH, tell, lambda: None)
    half = keys.count(database)
    assert min(half.values()) > 0
    assert opened(database, BOTH) == before
    assert rotate(database) == half[OLD_RING.sealing]
    assert opened(database, NEW_RING) == before


def test_promise_41_what_changes_meanwhile_is_not_overwritten(database: Database) -> None:
    """Somebody answers between the batch being read and being sealed anew."""
    person = fill(database, OLD_RING, "101")
    table, column = answers, answers.c.content
    with database.read() as connection:
        read = connection.execute(select(table)).mappings().first()
    assert read
    newer = BOTH.seal(["", "Neu"], "answers", read["id"], person.id)
    with database.write() as connection:
        connection.execute(update(table).where(table.c.id == read["id"]).values(content=newer))
        keys._seal_anew(connection, BOTH, column, read)
    assert ["", "Neu"] in opened(database, BOTH)


def test_promise_41_it_tells_how_far_it_is_and_lets_others_write(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "AT_ONCE", 2)
    for name in ("101", "102", "103"):
        fill(database, OLD_RING, name)
    told = list[tuple[str, int]]()
    between = list[str]()

    def rest() -> None:
        with database.write() as connection:
            people.add(connection, Address("telegram", f"7{len(between)}"), "de", NOW)
        between.append("written")

    keys.rotate(database, BOTH, lambda *one: told.append(one), rest)
    assert ("answers", 2) in told
    assert ("answers", 6) in told
    assert len(between) == len(told)


# ---- strange keys


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Return the settings of a database that was sealed with the old key, kept in a file."""
    monkeypatch.setenv("COACHBOT_DATABASE_URL", f"sqlite:///{tmp_path / 'coachbot.sqlite3'}")
    monkeypatch.setenv("COACHBOT_MASTER_KEY_FILE", str(tmp_path / "master.key"))
    (tmp_path / "master.key").write_text(f"{OLD}\n")
    database = open_database(f"sqlite:///{tmp_path / 'coachbot.sqlite3'}")
    migrate(database)
    fill(database, OLD_RING, "101")
    database.close()
    return Settings.load()


def contents(settings: Settings) -> list[tuple[Any, ...]]:
    database = open_database(settings.database_url.get_secret_value())
    with database.read() as connection:
        rows = [tuple(row) for t in metadata.sorted_tables for row in connection.execute(select(t))]
    database.close()
    return rows


@pytest.mark.parametrize("kept", [NEW, None, "", "short"], ids=["other", "none", "empty", "short"])
def test_promise_41_a_wrong_or_missing_key_is_refused_and_nothing_changes(
    settings: Settings, kept: str | None
) -> None:
    before = contents(settings)
    settings.master_key_file.unlink()
    if kept is not None:
        settings.master_key_file.write_text(kept)
    with pytest.raises(CoachbotError, match="COACHBOT_MASTER_KEY"):
        coach_of(settings)
    assert contents(settings) == before
    assert settings.master_key_file.exists() == (kept is not None)


def test_promise_41_a_wrong_key_is_refused_before_the_schema_changes(
    settings: Settings, tmp_path: Path
) -> None:
    older = open_database(f"sqlite:///{tmp_path / 'older.sqlite3'}")
    migrate(older, "0001")
    with older.write() as connection:
        sealed = OLD_RING.seal({"first_name": "Anna"}, "people", 1, 1)
        connection.exec_driver_sql(
            "INSERT INTO people (id, channel, address, language, profile, created_at, seen_at)"
            " VALUES (1, 'telegram', '5', 'de', ?, '2026-01-01', '2026-01-01')",
            (bytes(sealed),),
        )
    keys.refuse_strange(older, OLD_RING)
    with pytest.raises(SealError):
        keys.refuse_strange(older, NEW_RING)


def test_promise_41_a_key_removed_too_early_is_missed_at_the_start(settings: Settings) -> None:
    settings.master_key_file.write_text(f"{NEW}\n{OLD}\n")
    database = open_database(settings.database_url.get_secret_value())
    fill(database, key_ring(settings, database), "102")
    settings.master_key_file.write_text(f"{NEW}\n")
    with pytest.raises(SealError):
        key_ring(settings, database)


def test_promise_41_the_list_says_when_the_old_key_may_go(settings: Settings) -> None:
    old, new = OLD_RING.sealing.hex(), NEW_RING.sealing.hex()
    settings.master_key_file.write_text(f"{NEW}\n{OLD}\n")
    assert list(keys_in_use(settings)) == [f"{new}          0  seals", f"{old}          7  needed"]
    assert rotate_keys(settings, lambda *_: None) == 7
    assert list(keys_in_use(settings)) == [f"{new}          7  seals", f"{old}          0  may go"]
    settings.master_key_file.write_text(f"{NEW}\n")
    assert coach_of(settings).office.ring.sealing == NEW_RING.sealing


def test_promise_41_a_new_database_gets_a_new_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COACHBOT_DATABASE_URL", f"sqlite:///{tmp_path / 'new.sqlite3'}")
    monkeypatch.setenv("COACHBOT_MASTER_KEY_FILE", str(tmp_path / "new.key"))
    coach_of(Settings.load())
    assert "A master key was made" in capsys.readouterr().err
    with pytest.raises(SettingsError):
        KeyRing.from_text("")


# ---- moved cipher texts


@pytest.mark.parametrize("column", [c for t in metadata.sorted_tables for c in sealed_columns(t)])
def test_promise_41_a_cipher_text_opens_in_its_own_row_only(sqlite: Database, column: Any) -> None:
    """Whoever can write to the database cannot put one person's words into another's mouth."""
    migrate(sqlite)
    for name in ("101", "102"):
        fill(sqlite, OLD_RING, name)
    with sqlite.write() as connection:
        first, *_, other = connection.execute(select(column.table)).mappings().all()
        [key] = column.table.primary_key
        swapped = update(column.table).where(key == first[key.name])
        connection.execute(swapped.values({column.name: other[column.name]}))
    with pytest.raises(SealError):
        opened(sqlite, OLD_RING)
