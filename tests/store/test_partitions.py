"""The bot on tables that were partitioned as docs/scaling.md says."""

import re
from dataclasses import replace
from pathlib import Path

from sqlalchemy import text

from coachbot.store import people
from coachbot.store.database import Database
from coachbot.store.moving import move
from coachbot.store.people import Address
from coachbot.store.sealing import KeyRing
from tests.conftest import NOW
from tests.telegram.wire import Wire

DOCS = Path(__file__).parent.parent.parent / "docs" / "scaling.md"


def statements() -> str:
    told = DOCS.read_text(encoding="utf-8")
    found = re.search(r"<!-- partitions -->\n```sql\n(.*?)```", told, flags=re.DOTALL)
    assert found
    return found[1].replace("BEGIN;\nALTER", "ALTER").replace("COMMIT;", "")


async def test_a_conversation_goes_on_in_partitions(
    bare: Database, light: Wire, ring: KeyRing
) -> None:
    anna = light.person("Anna")
    await light.finishes(anna)
    before = light.answers(anna)
    move(light.coach.database, bare, ring, NOW)
    with bare.write() as connection:
        connection.exec_driver_sql(statements().replace("%", "%%"))
    light.coach = replace(light.coach, database=bare)
    light.road = replace(light.road, coach=light.coach)
    light.post = replace(light.post, coach=light.coach)
    assert light.answers(anna) == before
    bert = light.person("Bert")
    await light.says(bert, "/start", "Bäckerei Morgenrot", "Brot für Leute, die im Dorf wohnen")
    assert len(light.answers(bert)) == 2
    with bare.write() as connection:
        erased = people.find(connection, Address("telegram", str(anna.id)))
        assert erased
        people.erase(connection, erased, NOW)
        left = connection.scalars(text("SELECT DISTINCT person_id FROM answers")).all()
    assert len(left) == 1
