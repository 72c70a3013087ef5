"""Several definitions of one person, and the languages: /new, /switch, /language."""

import itertools

import pytest

from coachbot.coach.groups import TAKEN_ALONG
from coachbot.flow.answers import Answers, Key
from coachbot.store import conversations, people
from coachbot.store.conversations import Conversation
from coachbot.store.people import Address
from tests.conftest import NOW
from tests.factories import OPENING
from tests.fake_botapi import Person
from tests.telegram.wire import Wire

GROUP, WORD = Key("business.group"), Key("relation.word")


async def meets(wire: Wire, name: str = "Anna", group: str = "Leute aus dem Dorf") -> Person:
    """Let somebody come back whose definition is finished."""
    person = wire.person(name)
    await wire.finishes(person, business__group=group)
    return person


def definitions(wire: Wire, person: Person) -> list[Conversation]:
    with wire.coach.database.read() as connection:
        found = people.find(connection, Address("telegram", str(person.id)))
        assert found
        return conversations.all_of(connection, wire.coach.office.ring, found)


def groups(wire: Wire, person: Person) -> list[str]:
    return [one.state.answers.text("business.group") for one in definitions(wire, person)]


# ---- /new


async def test_another_group_is_another_definition_of_the_same_business(wire: Wire) -> None:
    anna = await meets(wire)
    before = wire.answers(anna)
    await wire.says(anna, "/new")
    assert "Um wen soll es gehen" in anna.newest().text
    taken = wire.answers(anna)
    assert {key.question.partition(".")[0] for key in taken} == {"business", "values", "nudge"}
    assert dict(taken) == {
        key: value for key, value in before.items() if key.question.startswith(TAKEN_ALONG)
    }
    assert GROUP not in taken
    await wire.says(anna, "Wirte")
    assert groups(wire, anna) == ["Leute aus dem Dorf", "Wirte"]
    assert dict(definitions(wire, anna)[0].state.answers) == dict(before), "nothing is lost"


async def test_the_new_definition_is_a_draft_of_its_own(light: Wire) -> None:
    anna = await meets(light)
    light.passes(hours=1)
    await light.says(anna, "/new")
    [old, new] = definitions(light, anna)
    assert (old.created_at, new.created_at) == (NOW, light.now)
    assert (new.version, new.issued, new.state.finished) == (1, False, False)


async def test_somebody_new_can_begin_with_it_and_is_told_of_privacy(light: Wire) -> None:
    anna = light.person()
    await light.says(anna, "/new")
    assert "Bevor du antwortest" in anna.chat
    await light.says(anna, "Bäckerei Morgenrot")
    assert light.answers(anna).text("business.name") == "Bäckerei Morgenrot"


# ---- /switch


async def test_switching_leads_back_to_where_that_definition_was(wire: Wire) -> None:
    anna = await meets(wire)
    await wire.says(anna, "/new", "Wirte", "/switch")
    assert anna.newest().buttons == ["1 · Leute aus dem Dorf", "2 · Wirte"]
    await wire.taps(anna, "1 · Leute aus dem Dorf")
    assert wire.state(anna).finished
    assert "Leute aus dem Dorf" in anna.newest("Wir sind jetzt").text
    await wire.says(anna, "/switch 2")
    assert "Business Model Canvas" in anna.newest().text
    await wire.says(anna, "verlässlich")
    assert [one.state.answers[WORD] for one in definitions(wire, anna)] != ["verlässlich"] * 2
    assert wire.answers(anna)[WORD] == "verlässlich"
    assert wire.answers(anna)[GROUP] == "Wirte"


@pytest.mark.parametrize("number", ["0", "3", "-1", "x", "1.5", "²", "99999999999999999999"])
async def test_a_number_that_is_none_offers_them_all(light: Wire, number: str) -> None:
    anna = await meets(light)
    await light.says(anna, "/new", "Wirte")
    before = light.state(anna)
    worked = await says(light, anna, f"/switch {number}")
    assert worked == ()
    assert "Diese Gruppe gibt es nicht" in anna.chat
    assert len(anna.newest().buttons) == 2
    assert light.state(anna) == before


async def says(wire: Wire, person: Person, text: str) -> tuple[str, ...]:
    """Say something and return the alarms."""
    await person.sends(text)
    return wire.runs().alarms


async def test_with_one_definition_there_is_nothing_to_switch(light: Wire) -> None:
    anna = await meets(light)
    await light.says(anna, "/switch")
    assert "Mit /new beginnst du eine zweite" in anna.chat


async def test_promise_44_a_hostile_name_of_a_group_stays_text(light: Wire) -> None:
    anna = await meets(light, group="<b>{{ 7*7 }}</i>\n& Söhne " + "x" * 300)
    await light.says(anna, "/new", "Wirte", "/switch", "/switch 1")
    assert light.refused == []
    assert "49" not in anna.chat
    assert "<b>{{ 7*7 }}</i>" in anna.newest("Wir sind jetzt").text


async def test_promise_45_the_numbers_are_of_ones_own_definitions(wire: Wire) -> None:
    anna = await meets(wire)
    await wire.says(anna, "/new", "Wirte")
    bert = await meets(wire, "Bert", group="Imker")
    await wire.says(bert, "/switch 2", "/new", "Gärtner", "/switch")
    assert bert.newest().buttons == ["1 · Imker", "2 · Gärtner"]
    assert groups(wire, anna) == ["Leute aus dem Dorf", "Wirte"]


async def test_promise_13_a_button_of_one_definition_changes_no_other(light: Wire) -> None:
    """Every question of every definition of a person has a revision of its own."""
    anna = light.person()
    light.begins(anna, Answers({Key("business.name"): "Bäckerei"}))
    await light.says(anna, "/start", "Brot", "alle")
    asked = anna.newest(lambda message: "Privatleute" in message.buttons)
    await light.says(anna, "/new")
    for text in ("Wirte", "Unternehmen", "verlässlich", "nach Tagesform", "/switch 1", "/switch 2"):
        before = light.state(anna)
        for button in itertools.chain.from_iterable(asked.rows[:-1]):
            await anna.taps_data(button["callback_data"], asked)
            light.runs()
        assert light.state(anna) == before, f"before {text}"
        await light.says(anna, text)


# ---- /language


async def test_the_language_changes_and_the_answers_stay(wire: Wire) -> None:
    anna = wire.person()
    wire.begins(anna, Answers(OPENING))
    await wire.says(anna, "/start", "/language")
    assert anna.newest().buttons == ["Deutsch", "English"]
    before = wire.answers(anna)
    await wire.taps(anna, "English")
    assert "Which three values" in anna.newest().text
    assert wire.answers(anna) == before
    await wire.says(anna, "/help")
    assert "How it works" in anna.chat
    with wire.coach.database.read() as connection:
        found = people.find(connection, Address("telegram", str(anna.id)))
    assert found
    assert found.language == "en"


@pytest.mark.parametrize("wanted", ["en", "English", "ENGLISH", " english "])
async def test_a_language_can_be_typed(light: Wire, wanted: str) -> None:
    anna = await meets(light)
    await light.says(anna, f"/language {wanted}")
    assert light.state(anna).language == "en"


@pytest.mark.parametrize("wanted", ["fr", "Klingonisch", "", "{{ 7*7 }}", "../en"])
async def test_an_unknown_language_offers_those_there_are(light: Wire, wanted: str) -> None:
    anna = await meets(light)
    await light.says(anna, f"/language {wanted}")
    assert anna.newest().buttons == ["Deutsch", "English"]
    assert light.state(anna).language == "de"


async def test_a_new_definition_is_in_the_language_one_speaks(light: Wire) -> None:
    anna = await meets(light)
    await light.says(anna, "/language en", "/new")
    assert light.state(anna).language == "en"
    await light.says(anna, "/switch 1")
    assert light.state(anna).language == "en", "a person has one language"
