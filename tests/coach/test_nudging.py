"""Nudges from the clock to the document, on a real SQLite and a real PostgreSQL."""

from datetime import UTC, datetime, timedelta

import pytest

from coachbot.channels.telegram.errors import Outcome, Verdict
from coachbot.channels.telegram.sending import settled
from coachbot.coach.posting import Ended
from coachbot.flow.answers import Key, Value
from coachbot.store import conversations, people, schedules
from coachbot.store.conversations import Conversation, Given
from coachbot.store.outbox import DEAD, UNKNOWN, WAITING
from coachbot.store.people import Address
from coachbot.store.schedules import Planned, Standing
from coachbot.texts.said import Order
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


async def finished(wire: Wire, name: str = "Anna", **answers: Value) -> Person:
    """Let somebody finish the first version; fortnightly was chosen."""
    anna = wire.person(name)
    await wire.says(anna, "/start")
    await wire.finishes(anna, **{"nudge__schedule": "fortnightly"} | answers)
    anna.reads_everything()
    return anna


def conversation_of(wire: Wire, person: Person) -> Conversation:
    with wire.coach.database.read() as connection:
        found = people.find(connection, Address("telegram", str(person.id)))
        assert found
        assert found.definition_id
        ring = wire.coach.office.ring
        told = conversations.load(connection, ring, found, found.definition_id)
    assert told
    return told


def history_of(wire: Wire, person: Person) -> list[Given]:
    told = conversation_of(wire, person)
    with wire.coach.database.read() as connection:
        return conversations.history(connection, wire.coach.office.ring, told)


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


async def answers_nudge(wire: Wire, person: Person, *replies: str) -> None:
    """Answer a nudge: what is a button is tapped, all else is written."""
    for reply in replies:
        if reply in person.messages[-1].buttons:
            await wire.taps(person, reply)
        else:
            await wire.says(person, reply)


async def test_the_one_thing_changes_and_the_document_ripens(light: Wire) -> None:
    """Promise and rating, an assumption, its harvest: assumed becomes heard."""
    mores = ("Man grüßt.", "Man drängt nicht.")
    anna = await finished(light, tribe__evidence="assumed", tribe__mores=mores)
    at(light, FIRST)
    await answers_nudge(light, anna, "Noch nicht", "2", "Gestern ja.", "Diesmal nichts")
    assert anna.messages[-1].text.startswith("Gut, diesmal ohne Vorhaben.")
    at(light, FIRST + FORTNIGHT)
    assert "Ich frage am Samstag drei Stammkunden." in anna.messages[-1].text, "still open"
    await answers_nudge(light, anna, "Geschafft", "3")
    assert "Das ist bisher angenommen." in anna.messages[-1].text
    assert "Beim nächsten Mal frage ich, was es gebracht hat." in anna.messages[-1].text
    at(light, FIRST + 2 * FORTNIGHT)
    assert anna.messages[-1].text.startswith("Hallo Anna, hast du zwei Minuten")
    await answers_nudge(light, anna, "3")
    assert "„Einen Menschen fragen“ war deine Aufgabe." in anna.messages[-1].text
    await answers_nudge(light, anna, "„Ich mag, dass niemand drängt.“")
    assert "Bleibt das so" in anna.messages[-1].text
    assert {"Stimmt noch"} <= set(anna.messages[-1].buttons)
    await answers_nudge(light, anna, "Stimmt noch", "Ich hänge den Satz auf.")
    assert light.answers(anna).text("tribe.evidence", "tribe.mores") == "heard"
    ratings = [one.value for one in history_of(light, anna) if one.key == Key("check.lived")]
    assert ratings == [2, 3, 3], "a rating of three is another three"


async def test_passing_answers_begin_no_version_and_a_new_sentence_does(light: Wire) -> None:
    anna = await finished(light)
    at(light, FIRST)
    await answers_nudge(light, anna, "Geschafft", "4", "Gestern ja.", "Diesmal nichts")
    assert conversation_of(light, anna).version == 1
    for n in range(1, 12):
        at(light, FIRST + n * FORTNIGHT)
        while light.state(anna).nudge:
            text = anna.messages[-1].text
            if "Dein Satz:" in text or "dein Satz:" in text:
                await answers_nudge(light, anna, "Bei uns wartet niemand allein.")
                await answers_nudge(light, anna, "Diesmal nichts")
                break
            await answers_nudge(light, anna, *usual(anna))
        if "Das ist Version" in anna.messages[-1].text:
            break
    assert "Jetzt: „Bei uns wartet niemand allein.“" in anna.messages[-1].text
    assert conversation_of(light, anna).version > 1
    assert conversation_of(light, anna).issued


def usual(person: Person) -> tuple[str, ...]:
    """Return something that answers whatever a nudge asks."""
    buttons = person.messages[-1].buttons
    for label in ("Geschafft", "4", "Stimmt noch", "Diesmal nichts", "So lassen", "Fertig"):
        if label in buttons:
            return (label,)
    if "Später" in buttons and len(buttons) > 3:
        return (buttons[0],)
    return ("Am Dienstag hat Frau Berger gesagt, dass sie gern wartet.",)


async def test_a_nudge_that_was_left_brings_the_same_thing_again(light: Wire) -> None:
    anna = await finished(light)
    at(light, FIRST)
    await answers_nudge(light, anna, "Geschafft")
    at(light, FIRST + FORTNIGHT)
    await answers_nudge(light, anna, "4")
    assert "Wann war das zuletzt genau so?" in anna.messages[-1].text
    at(light, FIRST + 2 * FORTNIGHT)
    await answers_nudge(light, anna, "4")
    assert "Wann war das zuletzt genau so?" not in anna.messages[-1].text, "it was put"


async def test_an_answer_days_later_is_an_answer(light: Wire) -> None:
    anna = await finished(light)
    at(light, FIRST)
    light.passes(days=5)
    await light.says(anna, "Geschafft")
    assert light.answers(anna).text("next.outcome") == "done"


async def test_whoever_is_writing_is_not_interrupted(light: Wire) -> None:
    anna = await finished(light)
    light.passes(seconds=(FIRST - light.now).total_seconds() - 60)
    await light.says(anna, "/answers")
    assert at(light, FIRST) == 0
    assert at(light, FIRST + timedelta(minutes=30)) == 1


async def test_two_without_an_answer_are_a_question_then_rarer_then_silence(light: Wire) -> None:
    anna = await finished(light)
    starts = [
        "Hallo Anna, das hattest du vor",
        "Hallo Anna, das hattest du vor",
        "Hallo Anna, die letzten beiden Male",
        "Ich melde mich ab jetzt nur noch alle vier Wochen. Das nächste Mal am Sonntag, 7. Februar",
    ]
    for n, start in enumerate(starts):
        assert at(light, FIRST + n * FORTNIGHT) == 1
        assert anna.messages[-1].text.startswith(start)
    fourth = FIRST + 3 * FORTNIGHT
    assert at(light, fourth + FORTNIGHT) == 0
    assert at(light, fourth + 2 * FORTNIGHT) == 1
    assert anna.messages[-1].text.startswith("Hallo Anna, das hattest du vor")
    assert at(light, fourth + 4 * FORTNIGHT) == 1
    assert anna.messages[-1].text.startswith("Ich bin jetzt still")
    kept = planned(light, anna)
    assert (kept.standing, kept.due_at) == (Standing.SILENT, None)
    light.passes(days=60)
    assert light.ticks() == 0
    await light.says(anna, "Hallo")
    assert anna.messages[-1].text.startswith("Schön, von dir zu lesen.")


async def test_one_word_is_enough_to_go_on_as_before(light: Wire) -> None:
    anna = await finished(light)
    for n in range(3):
        at(light, FIRST + n * FORTNIGHT)
    await light.taps(anna, "Passt so")
    assert anna.messages[-1].text == "Gut, dann bleibt es dabei."
    at(light, FIRST + 3 * FORTNIGHT)
    assert anna.messages[-1].text.startswith("Hallo Anna, das hattest du vor")
    assert planned(light, anna).unanswered == 1


async def test_an_unfinished_flow_is_nudged_softly_and_twice_at_most(light: Wire) -> None:
    anna = light.person("Anna")
    await light.says(anna, "/start", "Bäckerei Morgenrot", "Brot für das Dorf")
    assert at(light, FIRST) == 1
    text = anna.messages[-1].text
    assert text.startswith("Hallo Anna, „Bäckerei Morgenrot“ wartet, ohne zu drängen")
    assert "Du bist bei Frage 3, es fehlen noch 14 Minuten." in text
    assert "Weitermachen" in anna.messages[-1].buttons
    assert at(light, FIRST + FORTNIGHT) == 1
    assert at(light, FIRST + 2 * FORTNIGHT) == 0
    assert planned(light, anna).standing is Standing.SILENT
    await light.taps(anna, "Weitermachen")
    assert "Um wen soll es gehen" in anna.messages[-1].text


async def test_whoever_answered_nothing_is_not_nudged(light: Wire) -> None:
    anna = light.person("Anna")
    await light.says(anna, "/start")
    assert at(light, FIRST) == 0
    assert planned(light, anna).due_at is None


async def test_of_two_groups_the_one_that_rested_longer(light: Wire) -> None:
    anna = await finished(light, business__group="Leute aus dem Dorf")
    light.passes(hours=20)
    await light.says(anna, "/new", "Wirte", "Gasthäuser")
    light.passes(hours=1)
    at(light, FIRST)
    assert anna.messages[-1].text.startswith("Wir sind jetzt bei Leute aus dem Dorf.")
    assert light.answers(anna).text("business.group") == "Leute aus dem Dorf"
    await light.taps(anna, "Geschafft")
    assert light.refused == []
    at(light, FIRST + FORTNIGHT)
    assert "wartet, ohne zu drängen" in anna.messages[-1].text


async def test_reflect_brings_one_now_and_the_next_one_waits(light: Wire) -> None:
    anna = await finished(light)
    light.passes(days=6)
    await light.says(anna, "/reflect")
    assert anna.messages[-2].text.startswith("Gern, gleich jetzt.")
    assert "Was ist daraus geworden?" in anna.messages[-1].text
    assert at(light, FIRST) == 0, "it was the day before"
    assert planned(light, anna).due_at == FIRST + FORTNIGHT
    await light.says(anna, "/reflect")
    assert light.refused == []


async def test_reflect_before_the_first_version_goes_on_with_it(light: Wire) -> None:
    anna = light.person("Anna")
    await light.says(anna, "/start", "Bäckerei", "/reflect")
    assert "Noch ist deine erste Fassung nicht fertig" in anna.messages[-2].text
    assert "Was bekommt man dort" in anna.messages[-1].text


async def test_the_line_of_the_ratings(light: Wire) -> None:
    anna = await finished(light)
    await light.says(anna, "/trend")
    assert anna.messages[-1].text.startswith("Noch gibt es keine Zahl.")
    for n, rating in enumerate(("2", "4")):
        at(light, FIRST + n * FORTNIGHT)
        await answers_nudge(light, anna, *(["Geschafft"] if n == 0 else []), rating)
    await light.says(anna, "/trend")
    assert "▃▆" in said(anna)
    assert "Am Anfang 2, jetzt 4, im Schnitt der letzten Male 3." in said(anna)


async def test_promise_23_nobody_who_is_gone_is_written_to_and_coming_back_is_no_burst(
    light: Wire,
) -> None:
    anna = await finished(light)
    await anna.blocks()
    light.runs()
    assert planned(light, anna).due_at is None
    assert at(light, FIRST + 3 * FORTNIGHT) == 0
    await anna.unblocks()
    light.runs()
    await light.says(anna, "/start")
    due = planned(light, anna).due_at
    assert due
    assert light.now < due <= light.now + FORTNIGHT
    assert light.ticks() == 0
    assert at(light, due) == 1


async def test_promise_23_whoever_turns_out_to_be_gone_is_not_tried_again(light: Wire) -> None:
    anna = await finished(light)
    light.passes(seconds=(FIRST - light.now).total_seconds())
    assert light.timekeeper.tick(light.now).owed == 1
    [owed] = light.take()
    light.post.settle([Ended(owed, DEAD, is_unreachable=True)], light.now)
    assert planned(light, anna).due_at is None
    assert at(light, FIRST + FORTNIGHT) == 0


async def test_the_chart_of_the_ratings_is_a_picture_and_stands_in_the_document(
    light: Wire,
) -> None:
    anna = await finished(light)
    for n, rating in enumerate(("2", "4")):
        at(light, FIRST + n * FORTNIGHT)
        await answers_nudge(light, anna, *(["Geschafft"] if n == 0 else []), rating)
    told = conversation_of(light, anna)
    for face, begins in (("trend", b"\x89PNG"), ("pdf", b"%PDF")):
        made = light.coach.printed(told.person.id, Order(face, "", told.id), light.now)
        assert made.content.startswith(begins)
    markdown = light.coach.printed(told.person.id, Order("markdown", "", told.id), light.now)
    line = "von Mal zu Mal**: 2, 4. Am Anfang 2, jetzt 4, im Schnitt der letzten Male 3."
    assert line in markdown.content.decode()
    await light.says(anna, "/trend")
    [photo] = [row for row in light.outbox() if row.method == "sendPhoto"]
    assert photo.kind == "document"


async def test_promise_35_no_nudge_after_a_confirmed_stop(light: Wire) -> None:
    """The nudge is owed and not yet sent when the person stops them: it is owed no more."""
    anna = await finished(light)
    light.passes(seconds=(FIRST - light.now).total_seconds())
    assert light.timekeeper.tick(light.now).owed == 1
    await light.says(anna, "/nudges stop")
    assert not any(message.text.startswith("Hallo Anna") for message in anna.messages)
    assert anna.messages[-1].text.startswith("Gut, von mir aus melde ich mich nicht mehr.")
    assert at(light, FIRST + FORTNIGHT) == 0


async def test_promise_35_nothing_comes_after_everything_was_deleted(light: Wire) -> None:
    anna = await finished(light)
    light.passes(seconds=(FIRST - light.now).total_seconds())
    assert light.timekeeper.tick(light.now).owed == 1
    [owed] = light.take()
    await light.says(anna, "/delete", "Ja, alles löschen")
    light.post.settle([Ended(owed, WAITING, light.now)], light.now)
    before = len(anna.messages)
    assert at(light, FIRST + FORTNIGHT) == 0
    assert len(anna.messages) == before
    assert not light.is_known(anna)


@pytest.mark.parametrize("change", ["Dienstag um 8", "Samstag um 16", "Kathmandu", "Montag"])
async def test_promise_35_a_new_setting_leaves_half_the_rhythm_after_the_last(
    light: Wire, change: str
) -> None:
    anna = await finished(light)
    at(light, FIRST)
    await light.says(anna, f"/nudges {change}")
    due = planned(light, anna).due_at
    assert due
    assert FIRST + timedelta(days=6) < due <= FIRST + timedelta(days=14)
    assert at(light, due - timedelta(minutes=1)) == 0
    assert at(light, due) == 1


async def test_promise_19_a_nudge_of_which_nobody_knows_is_sent_again_after_a_minute(
    light: Wire,
) -> None:
    await finished(light)
    light.passes(seconds=(FIRST - light.now).total_seconds())
    light.timekeeper.tick(light.now)
    [owed] = light.take()
    verdict = Verdict(Outcome.AMBIGUOUS, None, "the answer was lost")
    first = settled(owed, verdict, light.now)
    assert (first.state, first.due) == (WAITING, light.now + timedelta(seconds=60))
    light.post.settle([first], light.now)
    light.passes(seconds=59)
    assert light.take() == []
    light.passes(seconds=1)
    [again] = light.take()
    assert settled(again, verdict, light.now).state == UNKNOWN


async def test_promise_19_whoever_says_a_word_meanwhile_is_not_sent_it_again(light: Wire) -> None:
    anna = await finished(light)
    light.passes(seconds=(FIRST - light.now).total_seconds())
    light.timekeeper.tick(light.now)
    [owed] = light.take()
    verdict = Verdict(Outcome.AMBIGUOUS, None, "the answer was lost")
    light.post.settle([settled(owed, verdict, light.now)], light.now)
    await light.says(anna, "Geschafft")
    assert light.answers(anna).text("next.outcome") == "done"
    light.passes(seconds=120)
    light.send()
    assert not any(message.text.startswith("Hallo Anna") for message in anna.messages)
