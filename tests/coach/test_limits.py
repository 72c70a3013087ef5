"""What one person may use up; beyond it there is one polite line, and everything stays."""

from dataclasses import replace

import pytest

from coachbot.coach import Coach
from coachbot.coach.limits import Limits
from coachbot.flow.answers import Answers
from coachbot.flow.replies import LONGEST_TEXT
from coachbot.store import people, usage
from coachbot.store.people import Address
from tests.factories import OPENING
from tests.fake_botapi import Person
from tests.telegram.wire import Wire

FULL = "Mehr kann ich mir von dir nicht merken"
ENOUGH = "Das waren viele Dateien in kurzer Zeit"


def limited(wire: Wire, **limits: float) -> Wire:
    office = replace(wire.coach.office, limits=Limits(**limits))
    return Wire(Coach(office, wire.coach.database))


def stored(wire: Wire, person: Person) -> int:
    with wire.coach.database.read() as connection:
        found = people.find(connection, Address("telegram", str(person.id)))
        assert found
        return usage.stored_bytes(connection, found.id)


async def test_promise_47_nobody_stores_without_end(wire: Wire) -> None:
    wire = limited(wire, stored_bytes=20_000)
    anna, bert = wire.person("Anna"), wire.person("Bert")
    await wire.says(anna, "/start", "Bäckerei")
    for number in range(12):
        await wire.says(anna, "/a1", f"{number} " + "viel Text " * 300)
    assert FULL in anna.newest().text
    assert 20_000 <= stored(wire, anna) < 25_000
    before = stored(wire, anna)
    await wire.says(anna, "/a1", "Noch ein Name")
    assert stored(wire, anna) == before
    await wire.says(anna, "/new")
    assert FULL in anna.newest().text
    await wire.says(anna, "/summary")
    assert "Entwurf" in anna.newest("Entwurf").text
    await wire.says(bert, "/start", "Imkerei")
    assert wire.answers(bert).text("business.name") == "Imkerei"
    await wire.says(anna, "/delete")
    await wire.taps(anna, "Ja, alles löschen")
    await wire.says(anna, "/start", "Bäckerei")
    assert wire.answers(anna).text("business.name") == "Bäckerei"


async def test_promise_47_a_paste_without_end_is_not_an_answer(light: Wire) -> None:
    light = Wire(light.coach, bubble=1.0)
    anna = light.person()
    await light.says(anna, "/start")
    light.passes(seconds=2)
    light.runs()
    for _ in range(LONGEST_TEXT // 4096 + 1):
        await anna.sends("a" * 4096)
    light.fetch()
    light.passes(seconds=2)
    light.runs()
    assert "Das ist sehr lang" in anna.newest().text
    assert dict(light.answers(anna)) == {}


@pytest.mark.parametrize("command", ["/document", "/document word", "/export"])
async def test_promise_47_nobody_prints_without_end(wire: Wire, command: str) -> None:
    wire = limited(wire, documents_an_hour=3)
    anna = wire.person()
    wire.begins(anna, Answers(OPENING))
    await wire.says(anna, "/start", command, command, command)
    assert ENOUGH not in anna.chat
    files = len(documents(wire))
    await wire.says(anna, command)
    assert ENOUGH in anna.newest().text
    assert len(documents(wire)) == files == 3
    wire.passes(minutes=61)
    await wire.says(anna, command)
    assert len(documents(wire)) == 4


def documents(wire: Wire) -> list[int]:
    return [row.id for row in wire.outbox() if row.kind == "document"]
