"""Fill a database with people who have given ten answers, every row really sealed; or count.

    .venv/bin/python bench/people.py fill PROMPTS DATABASE KEY_FILE PEOPLE
    .venv/bin/python bench/people.py count DATABASE

Two processes seal, a third inserts. Nothing is synced while filling: the file is thrown away.
"""

import sqlite3
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

from server import FIRST_CHAT

from coachbot.flow.answers import Answers, Key
from coachbot.flow.engine import step
from coachbot.flow.events import Started, Wrote
from coachbot.flow.state import State
from coachbot.store.database import open_database
from coachbot.store.identity import new_id
from coachbot.store.migrating import migrate
from coachbot.store.sealing import KeyRing
from coachbot.texts.library import Library
from coachbot.texts.rules import coached_flow

CHUNK: Final = 2_000
BEGAN: Final = datetime(2026, 1, 1, tzinfo=UTC)
SEALERS: Final = 2
TABLES: Final = {
    "people": "id, channel, address, language, definition_id, created_at, seen_at",
    "definitions": "id, person_id, state, version, issued, created_at, changed_at",
    "answers": "id, person_id, definition_id, question, content, version, current, given_at",
}
Rows = dict[str, list[tuple[Any, ...]]]


def fill(prompts: Path, database: Path, key_file: Path, people: int) -> None:
    store = open_database(f"sqlite:///{database}")
    migrate(store)
    store.close()
    KeyRing.from_file(key_file)
    connection = sqlite3.connect(database)
    for pragma in ("journal_mode=OFF", "synchronous=OFF", "foreign_keys=OFF", "cache_size=-500000"):
        connection.execute(f"PRAGMA {pragma}")
    indexes = _drop_indexes(connection)
    parts = [(prompts, key_file, at, min(CHUNK, people - at)) for at in range(0, people, CHUNK)]
    with get_context("spawn").Pool(SEALERS) as pool:
        for rows in pool.imap(_sealed, parts):
            for table, columns in TABLES.items():
                places = ", ".join("?" * len(columns.split(",")))
                insert = f"INSERT INTO {table} ({columns}) VALUES ({places})"
                connection.executemany(insert, rows[table])
    for index in indexes:
        connection.execute(index)
    connection.commit()
    connection.close()


def _drop_indexes(connection: sqlite3.Connection) -> list[str]:
    """Drop the indexes that are only for speed; sorting once is faster than ten million inserts."""
    rows = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    ).fetchall()
    for name, _ in rows:
        connection.execute(f"DROP INDEX {name}")
    return [sql for _, sql in rows]


_kept: list[tuple[State, KeyRing]] = []


def _sealed(part: tuple[Path, Path, int, int]) -> Rows:
    prompts, key_file, first, many = part
    if not _kept:
        _kept.append((_after_ten(prompts), KeyRing.from_file(key_file)[0]))
    rows: Rows = {table: [] for table in TABLES}
    for number in range(first, first + many):
        _add(rows, *_kept[0], number)
    return rows


def _after_ten(prompts: Path) -> State:
    """Return the conversation of somebody who has answered the form."""
    flow = coached_flow(Library(prompts))
    told = tomllib.loads((prompts / "answers.toml").read_text(encoding="utf-8"))
    state = step(flow, State(language="de"), Started()).state
    for answer in told["form"]:
        state = step(flow, state, Wrote(answer)).state
    assert len(state.answers) == len(told["form"])
    return state


def _add(rows: Rows, state: State, ring: KeyRing, number: int) -> None:
    now = BEGAN + timedelta(milliseconds=number)  # two processes make no id of the same instant
    at = _just_now()
    person, definition = new_id(now), new_id(now)
    address = str(FIRST_CHAT + number)
    rows["people"].append((person, "telegram", address, "de", definition, at, at))
    data = {"state": replace(state, answers=Answers()).to_data(), "keyboard": ()}
    sealed = ring.seal(data, "definitions", definition, person)
    rows["definitions"].append((definition, person, sealed, 1, 0, at, at))
    rows["answers"] += _answers(ring, state.answers, person, definition, now)


def _answers(
    ring: KeyRing, answers: Answers, person: int, definition: int, now: datetime
) -> Iterator[tuple[Any, ...]]:
    at = _just_now()
    key: Key
    for key, value in answers.items():
        row = new_id(now)
        content = ring.seal([key.item, value], "answers", row, person)
        yield (row, person, definition, key.question, content, 1, 1, at)


def _just_now() -> str:
    """Return the moment as SQLite keeps it: whoever was away for long is greeted first."""
    return datetime.now(UTC).replace(tzinfo=None).isoformat(" ")


def count(database: Path) -> int:
    """Return how many answers are stored."""
    with sqlite3.connect(database) as connection:
        stored: int = connection.execute("SELECT count(*) FROM answers").fetchone()[0]
    return stored


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["fill", prompts, database, key_file, people]:
            fill(Path(prompts), Path(database), Path(key_file), int(people))
        case ["count", database]:
            print(count(Path(database)))
        case _:
            sys.exit(__doc__)
