"""The coach on real databases, with a flow in which an answer is simply an answer."""

import pytest

from coachbot.coach import Coach
from coachbot.coach.turn import Office
from coachbot.flow.questions import Flow
from coachbot.store.database import Database
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


@pytest.fixture
def light(sqlite: Database, quiet: Flow, library: Library, ring: KeyRing) -> Wire:
    """Return a wire on SQLite alone, for what the database has no part in."""
    migrate(sqlite)
    return Wire(Coach(Office(quiet, library, ring), sqlite))
