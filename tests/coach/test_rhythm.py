"""The rhythm of nudges, shown and changed by taps and a few words."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from coachbot.flow.answers import Answers, Key
from coachbot.reflection.schedule import Schedule
from coachbot.store.schedules import Standing
from tests.coach.test_nudging import FIRST, FORTNIGHT, at, finished, planned
from tests.fake_botapi import Person
from tests.telegram.wire import Wire

SCHEDULE = Key("nudge.schedule")


async def asks(wire: Wire, person: Person, *taps: str) -> str:
    """Let a person open /nudges and tap; returns what they are told then."""
    await wire.says(person, "/nudges")
    await wire.taps(person, *taps)
    assert wire.refused == []
    return person.messages[-1].text


async def test_it_is_shown_with_every_part_one_tap_away(light: Wire) -> None:
    anna = await finished(light)
    assert await asks(light, anna) == (
        "Ich melde mich jeden zweiten Sonntag um 17:00 (Zeit von Wien)."
        " Der nächste Impuls kommt am Sonntag, 29. November."
    )
    wanted = {"Jede Woche", "Alle 4 Wochen", "Tag", "Uhrzeit", "Ort", "Pause", "Keine Impulse mehr"}
    assert wanted <= set(anna.messages[-1].buttons)


@pytest.mark.parametrize(
    ("taps", "schedule"),
    [
        (("Jede Woche",), Schedule("Europe/Vienna", 6, time(17), 7, date(2026, 11, 22))),
        (("Alle 4 Wochen",), Schedule("Europe/Vienna", 6, time(17), 28, date(2026, 11, 22))),
        (("Tag", "Dienstag"), Schedule("Europe/Vienna", 1, time(17), 14, date(2026, 11, 24))),
        (("Uhrzeit", "08:00"), Schedule("Europe/Vienna", 6, time(8), 14, date(2026, 11, 29))),
        (("Ort", "Zürich"), Schedule("Europe/Zurich", 6, time(17), 14, date(2026, 11, 22))),
    ],
)
async def test_a_tap_changes_it(light: Wire, taps: tuple[str, ...], schedule: Schedule) -> None:
    anna = await finished(light)
    told = await asks(light, anna, *taps)
    kept = planned(light, anna)
    assert (kept.schedule, kept.standing) == (schedule, Standing.ACTIVE)
    assert told.startswith("Gut, ab jetzt ")
    assert light.answers(anna).text("nudge.schedule")


@pytest.mark.parametrize(
    ("words", "zone"),
    [
        ("Graz", "Europe/Vienna"),
        ("münchen", "Europe/Berlin"),
        ("Genf", "Europe/Zurich"),
        ("Lissabon", "Europe/Lisbon"),
        ("Lisbon", "Europe/Lisbon"),
        ("Asia/Kathmandu", "Asia/Kathmandu"),
        ("Österreich", "Europe/Vienna"),
    ],
)
async def test_a_city_is_typed(light: Wire, words: str, zone: str) -> None:
    anna = await finished(light)
    await asks(light, anna, "Ort")
    await light.says(anna, words)
    assert planned(light, anna).zone == zone
    assert "check.lived" not in {key.question for key in light.answers(anna)}


@pytest.mark.parametrize("words", ["../../etc/passwd", "Europe", "Europe/", "a\0b", "Xyzzy" * 800])
async def test_promise_36_a_place_that_is_none_is_asked_again_kindly(
    light: Wire, words: str
) -> None:
    anna = await finished(light)
    before = planned(light, anna)
    await asks(light, anna, "Ort")
    await light.says(anna, words)
    assert anna.messages[-1].text.startswith("Diese Stadt kenne ich nicht.")
    assert planned(light, anna) == before
    await light.says(anna, "Linz")
    assert anna.messages[-1].text.startswith("Gut, ab jetzt jeden zweiten Sonntag")


async def test_several_cities_are_offered(light: Wire) -> None:
    anna = await finished(light)
    await asks(light, anna, "Ort")
    await light.says(anna, "San")
    assert anna.messages[-1].text == "Welche Stadt meinst du?"
    assert len(anna.messages[-1].buttons) > 1


async def test_a_time_is_typed(light: Wire) -> None:
    anna = await finished(light)
    await asks(light, anna, "Uhrzeit")
    await light.says(anna, "irgendwann")
    assert "nicht verstanden" in anna.messages[-1].text
    await light.says(anna, "halb acht")
    assert planned(light, anna).schedule.at == time(7, 30)


async def test_words_behind_the_command_do_as_well(light: Wire) -> None:
    anna = await finished(light)
    await light.says(anna, "/nudges Dienstag um 8", "/nudges Basel")
    kept = planned(light, anna)
    assert (kept.schedule.weekday, kept.schedule.at, kept.zone) == (1, time(8), "Europe/Zurich")


async def test_not_now_is_tomorrow_at_the_same_time(light: Wire) -> None:
    anna = await finished(light)
    assert at(light, FIRST) == 1
    await light.taps(anna, "Nicht jetzt")
    assert anna.messages[-1].text == "Gut, dann morgen um 17:00."
    assert planned(light, anna).due_at == FIRST + timedelta(days=1)
    assert light.state(anna).nudge is None
    assert at(light, FIRST + timedelta(days=1)) == 1
    assert anna.messages[-1].text.startswith("Hallo Anna, das hattest du vor")
    assert planned(light, anna).due_at == FIRST + FORTNIGHT


async def test_a_pause_ends_by_itself(light: Wire) -> None:
    anna = await finished(light)
    at(light, FIRST)
    await light.taps(anna, "Pause", "Vier Wochen")
    assert anna.messages[-1].text.startswith("Gut, bis 27. Dezember 2026 hörst du nichts")
    kept = planned(light, anna)
    assert (kept.standing, kept.due_at) == (Standing.PAUSED, FIRST + 2 * FORTNIGHT)
    assert at(light, FIRST + FORTNIGHT) == 0
    assert at(light, FIRST + 2 * FORTNIGHT) == 1
    assert planned(light, anna).standing is Standing.ACTIVE


async def test_a_pause_until_the_person_writes(light: Wire) -> None:
    anna = await finished(light)
    await asks(light, anna, "Pause", "Bis ich wieder schreibe")
    assert planned(light, anna).due_at is None
    assert at(light, FIRST + 10 * FORTNIGHT) == 0
    await light.says(anna, "Hallo")
    assert anna.messages[-1].text.startswith("Schön, von dir zu lesen.")
    await light.taps(anna, "Ja, wieder melden")
    kept = planned(light, anna)
    assert kept.standing is Standing.ACTIVE
    assert kept.due_at
    assert kept.due_at > light.now


async def test_stop_is_stop_until_the_person_changes_their_mind(light: Wire) -> None:
    anna = await finished(light)
    at(light, FIRST)
    await light.taps(anna, "Keine Impulse mehr")
    assert anna.messages[-1].text.startswith("Gut, von mir aus melde ich mich nicht mehr.")
    assert planned(light, anna).due_at is None
    assert at(light, FIRST + 20 * FORTNIGHT) == 0
    await light.says(anna, "Hallo")
    assert not anna.messages[-1].text.startswith("Schön, von dir zu lesen.")
    assert (await asks(light, anna)).startswith("Von mir aus melde ich mich gerade nicht.")
    await light.taps(anna, "Ja, wieder melden")
    assert planned(light, anna).due_at


@pytest.mark.parametrize(
    ("chosen", "weekday", "at_"),
    [
        ("Dienstag um 8", 1, time(8)),
        ("Freitag", 4, time(17)),
        ("halb acht", 6, time(7, 30)),
        ("wie du meinst", 6, time(17)),
        ("Mittwoch 00:00", 2, time(0)),
    ],
)
async def test_a_day_or_a_time_is_chosen_in_words(
    light: Wire, chosen: str, weekday: int, at_: time
) -> None:
    anna = light.person("Anna")
    await light.finishes(anna, nudge__schedule=chosen)
    kept = planned(light, anna).schedule
    assert (kept.weekday, kept.at, kept.every) == (weekday, at_, 14)


async def test_whoever_chose_none_is_left_in_peace(light: Wire) -> None:
    anna = light.person("Anna")
    await light.finishes(anna, nudge__schedule="none")
    assert planned(light, anna).due_at is None
    assert at(light, FIRST + FORTNIGHT) == 0


@pytest.mark.parametrize(
    ("locale", "zone"),
    [("de-AT", "Europe/Vienna"), ("de-CH", "Europe/Zurich"), ("de", "Europe/Vienna")],
)
async def test_the_zone_is_suggested_by_the_region_of_the_app(
    light: Wire, locale: str, zone: str
) -> None:
    anna = light.person("Anna", locale)
    await light.says(anna, "/start")
    assert planned(light, anna).zone == zone


@pytest.mark.parametrize(
    "data",
    [
        *("day-9", "day-x", "time-9999", "time-", "zone-..__etc", "zone-Europe", "pause-forever"),
        *("x", "-", "zone-" + "a" * 40),
    ],
)
async def test_promise_13_a_tampered_button_changes_nothing(light: Wire, data: str) -> None:
    anna = await finished(light)
    before = planned(light, anna)
    await anna.taps_data(f"c.nudges.{data}")
    light.runs()
    assert planned(light, anna) == before
    assert light.refused == []


async def test_a_schedule_is_not_asked_for_again_with_another_group(light: Wire) -> None:
    anna = await finished(light)
    await light.says(anna, "/new")
    assert SCHEDULE in light.answers(anna)
    assert isinstance(light.answers(anna), Answers)


def test_the_first_slot_is_known() -> None:
    assert datetime(2026, 11, 29, 16, tzinfo=UTC) == FIRST
