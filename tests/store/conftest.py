"""The road of the coach's tests fills the databases here."""

from collections.abc import Iterator

import pytest

from coachbot.store.database import Database, open_database
from tests.coach.conftest import light, migrated, quiet
from tests.conftest import empty

__all__ = ["light", "migrated", "quiet"]


@pytest.fixture
def bare(postgresql: str) -> Iterator[Database]:
    """Yield a PostgreSQL database without tables, and leave it so."""
    database = open_database(postgresql)
    empty(database)
    yield database
    empty(database)
    database.close()
