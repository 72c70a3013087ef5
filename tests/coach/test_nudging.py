"""Nudges from the clock to the document, on a real SQLite and a real PostgreSQL."""

from datetime import UTC, datetime, timedelta

from coachbot.store import people, schedules
from coachbot.store.people import Address
from coachbot.store.schedules import Planned
from tests.fake_botapi import Person
from tests.telegram.wire import Wire

FIRST = datetime(2026, 11, 29, 16, 0, tzinfo=UTC)
"""The first Sunday at five in Vienna that is a week or more after NOW."""
FORTNIGHT = timedelta(days=14)


def planned(wire: Wire, person: Person) -> Planned:
    with wire.coach.database.read() as connection:
        found = people.find(connection, Address("telegram", str(person.id)))
        assert found
        told = schedules.find(connection, found.id)
    assert told
    return told


async def finished(wire: Wire, name: str = "Anna") -> Person:
    """Let somebody finish the first version; fortnightly was chosen."""
    anna = wire.person(name)
    await wire.says(anna, "/start")
    await wire.finishes(anna, nudge__schedule="fortnightly")
    anna.reads_everything()
    return anna


def at(wire: Wire, moment: datetime) -> int:
    """Let it be that moment, and the clock tick."""
    wire.passes(seconds=(moment - wire.now).total_seconds())
    return wire.ticks()


def said(person: Person) -> str:
    return "\n".join(message.text for message in person.messages)


async def test_a_nudge_from_the_clock_to_the_document(wire: Wire) -> None:
    anna = await finished(wire)
    assert planned(wire, anna).due_at == FIRST
    assert at(wire, FIRST - timedelta(seconds=1)) == 0
    assert at(wire, FIRST) == 1
    [nudge] = anna.messages[-1:]
    assert nudge.text.startswith("Hallo Anna, das hattest du vor: „Ich frage am Samstag drei")
    assert "Geschafft" in nudge.buttons
    assert {"Nicht jetzt", "Anderer Tag", "Pause", "Keine Impulse mehr"} <= set(nudge.buttons)
    await wire.taps(anna, "Geschafft", "4")
    assert "Wann war das zuletzt genau so?" in anna.messages[-1].text
    await wire.says(anna, "Am Dienstag ja, am Samstag nicht.")
    assert "Und was tust du bis Sonntag, 13. Dezember" in anna.messages[-1].text
    await wire.says(anna, "Ich rufe zwei zurück.")
    assert anna.messages[-1].text.startswith("Notiert. Am Sonntag, 13. Dezember, frage ich nach.")
    told = wire.answers(anna)
    assert told.text("next.outcome") == "done"
    assert told.number("check.lived") == 4
    assert told.text("check.moment") == "Am Dienstag ja, am Samstag nicht."
    assert told.text("next.step") == "Ich rufe zwei zurück."
    assert wire.state(anna).nudge is None
    assert planned(wire, anna).due_at == FIRST + FORTNIGHT
    assert wire.ticks() == 0
    assert wire.refused == []
