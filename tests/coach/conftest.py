"""The coach on real databases, with a flow in which an answer is simply an answer."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from coachbot.coach import Coach
from coachbot.coach.turn import Office
from coachbot.flow.questions import Flow
from coachbot.store.database import Database, open_database
from coachbot.store.migrating import migrate
from coachbot.store.sealing import KeyRing
from coachbot.texts.library import Library
from coachbot.texts.loading import load_flow
from tests.telegram.wire import Wire


@pytest.fixture(scope="session")
def quiet(library: Library) -> Flow:
    """Return the flow with a coach who notices nothing."""
    return load_flow(library)


@pytest.fixture
def wire(database: Database, quiet: Flow, library: Library, ring: KeyRing) -> Wire:
    """Return a wire on each kind of database."""
    return Wire(Coach(Office(quiet, library, ring), database))


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an empty migrated SQLite database, to be copied: that is quicker than migrating."""
    path = tmp_path_factory.mktemp("migrated") / "coachbot.sqlite3"
    database = open_database(f"sqlite:///{path}")
    migrate(database)
    database.close()
    return path


@pytest.fixture
def light(
    migrated: Path, tmp_path: Path, quiet: Flow, library: Library, ring: KeyRing
) -> Iterator[Wire]:
    """Yield a wire on SQLite alone, for what the database has no part in."""
    path = shutil.copy(migrated, tmp_path / "light.sqlite3")
    database = open_database(f"sqlite:///{path}")
    yield Wire(Coach(Office(quiet, library, ring), database))
    database.close()
