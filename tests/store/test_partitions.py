"""The bot on tables that were partitioned as docs/scaling.md says."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from coachbot.store import people
from coachbot.store.database import Database, open_database
from coachbot.store.moving import move
from coachbot.store.people import Address
from coachbot.store.sealing import KeyRing
from tests.conftest import NOW, empty
from tests.telegram.wire import Wire

DOCS = Path(__file__).parent.parent.parent / "docs" / "scaling.md"


@pytest.fixture
def partitioned(postgresql: str) -> Iterator[Database]:
    database = open_database(postgresql)
    empty(database)
    yield database
    empty(database)
    database.close()


def statements() -> str:
    told = DOCS.read_text(encoding="utf-8")
    found = re.search(r"<!-- partitions -->\n```sql\n(.*?)```", told, flags=re.DOTALL)
    assert found
    return found[1].replace("BEGIN;\nALTER", "ALTER").replace("COMMIT;", "")


async def test_a_conversation_goes_on_in_partitions(
    partitioned: Database, light: Wire, ring: KeyRing
) -> None:
    anna = light.person("Anna")
    await light.finishes(anna)
    before = light.answers(anna)
    move(light.coach.database, partitioned, ring, NOW)
    with partitioned.write() as connection:
        connection.exec_driver_sql(statements().replace("%", "%%"))
    light.coach = replace(light.coach, database=partitioned)
    light.road = replace(light.road, coach=light.coach)
    light.post = replace(light.post, coach=light.coach)
    assert light.answers(anna) == before
    bert = light.person("Bert")
    await light.says(bert, "/start", "Bäckerei Morgenrot", "Brot für Leute, die im Dorf wohnen")
    assert len(light.answers(bert)) == 2
    with partitioned.write() as connection:
        erased = people.find(connection, Address("telegram", str(anna.id)))
        assert erased
        people.erase(connection, erased, NOW)
        left = connection.scalars(text("SELECT DISTINCT person_id FROM answers")).all()
    assert len(left) == 1
