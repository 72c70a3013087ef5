"""The definition in the chat and as a file: drafts, versions, and how it was then."""

from datetime import UTC, datetime

import pytest

from coachbot.coach.handing_out import AT_THE_END
from coachbot.flow.answers import Answers
from coachbot.store import people
from coachbot.store.people import Address
from coachbot.texts.said import Order
from tests.factories import OPENING
from tests.fake_botapi import Person
from tests.telegram.wire import Wire

SEPTEMBER = datetime(2026, 9, 10, 9, 0, tzinfo=UTC)
CHANGE_NAME = "/a1"


@pytest.fixture
def light(light: Wire) -> Wire:
    """Return a wire in September, of which a year is left."""
    light.clock.move_to(SEPTEMBER)
    return light


async def finishes(wire: Wire, name: str = "Anna", **answers: str) -> Person:
    person = wire.person(name)
    await wire.finishes(person, business__name="Bäckerei Eins", **answers)
    return person


async def renames(wire: Wire, person: Person, name: str, **later: float) -> None:
    """Change the name of the business after some time."""
    wire.passes(**later)
    await wire.says(person, CHANGE_NAME, name)


async def shown(wire: Wire, person: Person, command: str) -> str:
    """Return what a command brings, as one text."""
    last = person.messages[-1].id
    await wire.says(person, command)
    return "\n".join(m.text for m in person.messages if m.by_bot and m.id > last)


async def ordered(wire: Wire, person: Person, command: str) -> list[Order]:
    """Return the files that a command promises."""
    await person.sends(command)
    wire.fetch()
    wire.work()
    told = [owed.parcel.parameters for owed in wire.send()]
    return [Order(**parameters["order"]) for parameters in told if "order" in parameters]


def person_id(wire: Wire, person: Person) -> int:
    with wire.coach.database.read() as connection:
        found = people.find(connection, Address("telegram", str(person.id)))
    assert found
    return found.id


def printed(wire: Wire, person: Person, order: Order) -> str:
    return wire.coach.printed(person_id(wire, person), order, wire.now).content.decode()


# ---- the summary


async def test_before_the_end_it_is_a_draft_and_the_question_stays_open(wire: Wire) -> None:
    anna = wire.person()
    wire.begins(anna, Answers(OPENING))
    await wire.says(anna, "/start", "/summary")
    assert "Entwurf · 22. November 2026" in anna.newest("Entwurf").text
    assert "Bäckerei Morgenrot" in anna.newest("Entwurf").text
    assert "Welche drei Werte" in anna.newest().text
    assert wire.refused == []


async def test_at_the_end_it_comes_by_itself_with_its_files(wire: Wire) -> None:
    anna = await finishes(wire)
    assert "Version 1 · 22. November 2026" in anna.newest("Version 1").text
    documents = [message for message in anna.messages if message.document]
    assert len(documents) == len(AT_THE_END)
    assert "Was möchtest du als Nächstes" in anna.newest().text
    assert wire.refused == []


async def test_a_version_begins_with_the_first_change_after_the_end(light: Wire) -> None:
    anna = await finishes(light)
    await renames(light, anna, "Bäckerei Zwei", days=30)
    told = await shown(light, anna, "/summary")
    assert told.startswith("Bäckerei Zwei\n")
    assert "Version 2 · 10. Oktober 2026" in told


async def test_further_changes_belong_to_the_same_version_until_it_is_handed_out(
    light: Wire,
) -> None:
    anna = await finishes(light)
    for name in ("Zwei", "Drei", "Vier"):
        await renames(light, anna, name, minutes=1)
    assert "Version 2" in await shown(light, anna, "/summary")
    await renames(light, anna, "Fünf", minutes=1)
    assert "Version 3" in await shown(light, anna, "/summary")


async def test_a_version_begins_with_the_first_change_after_a_file_was_asked_for(
    light: Wire,
) -> None:
    """Somebody has version 2 on paper: what changes now must not be called version 2."""
    anna = await finishes(light)
    await renames(light, anna, "Zwei")
    assert len(await ordered(light, anna, "/document")) == 1
    await renames(light, anna, "Drei")
    assert "Version 3" in await shown(light, anna, "/summary")


async def test_looking_at_a_draft_begins_no_version(light: Wire) -> None:
    anna = light.person()
    light.begins(anna, Answers(OPENING))
    await light.says(anna, "/start", "/summary", "/document", CHANGE_NAME, "Anders")
    assert "Entwurf" in await shown(light, anna, "/summary")


ONE = ("Bäckerei Eins", "Version 1 · 10. September 2026")
TWO = ("Bäckerei Zwei", "Version 2 · 10. Oktober 2026")
THREE = ("Bäckerei Drei", "Version 3 · 10. Dezember 2026")
AS_IT_WAS = {
    "1": ONE,
    "2": TWO,
    "3": THREE,
    "": THREE,
    # A month means how it was at its end.
    "2026-09": ONE,
    "2026-10": TWO,
    "2026-11": TWO,
    "2030-01": THREE,
}


async def test_the_definition_as_it_was_then(light: Wire) -> None:
    anna = await finishes(light)
    await renames(light, anna, "Bäckerei Zwei", days=30)
    await light.says(anna, "/summary")
    await renames(light, anna, "Bäckerei Drei", days=61)
    for argument, (name, edition) in AS_IT_WAS.items():
        told = await shown(light, anna, f"/summary {argument}")
        assert told.startswith(f"{name}\n"), argument
        assert edition in told, argument
    assert light.refused == []


NEVER_WAS = ("9", "0", "-1", "2026-13-01", "gestern", "²", "{{ 7*7 }}", "2026-08")


@pytest.mark.parametrize("argument", NEVER_WAS)
async def test_what_never_was_is_said_to_be_missing(light: Wire, argument: str) -> None:
    anna = await finishes(light)
    await renames(light, anna, "Bäckerei Zwei", days=30)
    said = f"„{argument}“ kann ich dir nicht zeigen: Deine erste Antwort ist vom 10. September 2026"
    told = await shown(light, anna, f"/summary {argument}")
    assert told.startswith(said)
    assert "die neueste Version ist die 2" in told
    assert light.refused == []


async def test_no_file_is_made_of_what_never_was(light: Wire) -> None:
    anna = await finishes(light)
    assert await ordered(light, anna, "/document word 2026-08") == []
    assert anna.newest().text.startswith("„2026-08“ kann ich dir nicht zeigen")
    assert len(await ordered(light, anna, "/document word 1")) == 1


async def test_whoever_has_said_nothing_yet_is_shown_the_empty_draft(light: Wire) -> None:
    anna = light.person()
    await light.says(anna, "/start")
    assert "Entwurf" in await shown(light, anna, "/summary 2026-08")


async def test_a_draft_is_a_draft_by_its_number_as_well(light: Wire) -> None:
    anna = light.person()
    light.begins(anna, Answers(OPENING))
    await light.says(anna, "/start")
    told = await shown(light, anna, "/summary 1")
    assert "Entwurf" in told
    assert "Version 1" not in told


async def test_a_month_ends_at_midnight_where_people_live(light: Wire) -> None:
    anna = await finishes(light)
    light.clock.move_to(datetime(2026, 9, 30, 22, 30, tzinfo=UTC))
    await light.says(anna, CHANGE_NAME, "Bäckerei Oktober")
    assert (await shown(light, anna, "/summary 2026-09")).startswith("Bäckerei Eins\n")
    october = await shown(light, anna, "/summary 2026-10")
    assert october.startswith("Bäckerei Oktober\n")
    assert "Version 2 · 1. Oktober 2026" in october


async def test_promise_44_hostile_words_stay_words(light: Wire) -> None:
    anna = await finishes(light, relation__word="<b>{{ 7*7 }}</i> & =1+1")
    await renames(light, anna, "</code>{% raw %}<a href='x'>")
    told = await shown(light, anna, "/summary")
    assert "</code>{% raw %}<a href='x'>" in told
    assert "<b>{{ 7*7 }}</i> & =1+1" in told
    assert light.refused == []


# ---- the versions there were


async def test_the_versions_are_listed_and_one_tap_away(light: Wire) -> None:
    anna = await finishes(light)
    await renames(light, anna, "Bäckerei Zwei", days=30)
    await light.says(anna, "/history")
    listed = anna.newest("Versionen")
    assert listed.buttons == ["Version 2 · 10. Oktober 2026", "Version 1 · 10. September 2026"]
    await light.taps(anna, "Version 1 · 10. September 2026")
    assert anna.newest("Version 1 · 10. September 2026").text.startswith("Bäckerei Eins\n")


async def test_before_the_end_there_are_no_versions(light: Wire) -> None:
    anna = light.person()
    light.begins(anna, Answers(OPENING))
    await light.says(anna, "/start", "/history")
    assert "noch keine fertige Version" in anna.chat
    assert "Welche drei Werte" in anna.newest().text


# ---- files


PROMISED = {
    "": ("pdf", ""),
    "pdf": ("pdf", ""),
    "Word": ("docx", ""),
    "bild": ("picture", ""),
    "Blatt für alle": ("handout", ""),
    "docx 1": ("docx", "1"),
    "1 docx": ("docx", "1"),
    "docx-1": ("docx", "1"),
    "1": ("pdf", "1"),
    "2026-09": ("pdf", "2026-09"),
    "docx 2026-09": ("docx", "2026-09"),
    "../../etc/passwd": ("pdf", ""),
}


async def test_a_file_is_promised_by_face_and_version(light: Wire) -> None:
    anna = await finishes(light)
    for argument, promised in PROMISED.items():
        [order] = await ordered(light, anna, f"/document {argument}")
        assert (order.face, order.version) == promised, argument
        text = Order("markdown", order.version, order.definition_id)
        assert "Bäckerei Eins" in printed(light, anna, text)


async def test_the_language_of_a_file_may_differ_from_that_of_the_chat(light: Wire) -> None:
    anna = await finishes(light)
    [order] = await ordered(light, anna, "/document markdown 1 en")
    assert (order.face, order.version, order.language) == ("markdown", "1", "en")
    text = printed(light, anna, order)
    assert "Version 1 · 10 September 2026" in text
    assert "# For you" in text
    assert "Bäckerei Eins" in text


async def test_the_buttons_below_a_version_promise_files_of_that_version(light: Wire) -> None:
    anna = await finishes(light)
    await renames(light, anna, "Bäckerei Zwei")
    await light.says(anna, "/summary 1")
    await anna.taps("Word")
    light.fetch()
    light.work()
    [owed] = light.take()
    order = Order(**owed.parcel.parameters["order"])
    assert (order.face, order.version) == ("docx", "1")


async def test_what_is_printed_is_the_version_that_was_ordered(light: Wire) -> None:
    anna = await finishes(light)
    await renames(light, anna, "Bäckerei Zwei", days=30)
    [order] = await ordered(light, anna, "/document markdown 1")
    assert printed(light, anna, order).startswith("# Bäckerei Eins\n")
    assert "Version 1 · 10. September 2026" in printed(light, anna, order)
    [order] = await ordered(light, anna, "/document markdown")
    assert printed(light, anna, order).startswith("# Bäckerei Zwei\n")


async def test_promise_45_nobody_prints_what_is_not_theirs(wire: Wire) -> None:
    anna, bert = await finishes(wire), await finishes(wire, "Bert")
    [order] = await ordered(wire, anna, "/document markdown")
    assert "Bäckerei Eins" in printed(wire, anna, order)
    with pytest.raises(LookupError):
        printed(wire, bert, order)


async def test_promise_48_nothing_is_printed_for_somebody_who_was_erased(wire: Wire) -> None:
    anna = await finishes(wire)
    id_ = person_id(wire, anna)
    [order] = await ordered(wire, anna, "/document markdown")
    await wire.says(anna, "/delete")
    await wire.taps(anna, "Ja, alles löschen")
    with pytest.raises(LookupError):
        wire.coach.printed(id_, order, wire.now)


async def test_promise_48_what_was_printed_is_forgotten_with_its_person(light: Wire) -> None:
    anna = await finishes(light)
    [order] = await ordered(light, anna, "/document markdown")
    printed(light, anna, order)
    assert light.coach.office.printer._orders
    await light.says(anna, "/delete")
    await light.taps(anna, "Ja, alles löschen")
    assert not light.coach.office.printer._orders
