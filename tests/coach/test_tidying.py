"""Nothing is kept for longer than it is needed: messages a week, silent people two years."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from coachbot.coach import Coach
from coachbot.coach.tidying import MOST_AT_ONCE, Tidied, Tidying
from coachbot.store import inbox, outbox, people, retention
from coachbot.store.outbox import Parcel
from coachbot.store.people import Address
from tests.coach.test_rights import meets, noting
from tests.fake_botapi import Person
from tests.telegram.wire import Wire

KEPT = timedelta(days=730)
NOTHING = Tidied(0, 0, 0)


def tidy(wire: Wire) -> Tidied:
    return Tidying(wire.post, KEPT).tidy(wire.now)


def warnings(person: Person) -> list[str]:
    return [m.text for m in person.messages if m.text.startswith("Ich habe lange nichts von dir")]


# ---- people who have gone


async def test_promise_49_the_silent_are_warned_and_then_erased(wire: Wire) -> None:
    anna = await meets(wire, "Anna", "Bäckerei")
    wire.passes(days=690)
    bert = await meets(wire, "Bert", "Imkerei")
    assert tidy(wire).warned == 0
    wire.passes(days=11)
    assert tidy(wire).warned == 1
    wire.send()
    [warning] = warnings(anna)
    assert "Am 22. November 2028 lösche ich alles" in warning
    assert anna.newest().buttons == ["Zusammenfassung"]
    wire.passes(days=29)
    assert tidy(wire).erased == 0
    wire.passes(days=2)
    assert tidy(wire).erased == 1
    assert not wire.is_known(anna)
    assert wire.answers(bert).text("business.name") == "Imkerei"
    assert warnings(bert) == []


async def test_promise_49_tidying_twice_is_harmless(wire: Wire) -> None:
    anna = await meets(wire, "Anna", "Bäckerei")
    wire.passes(days=701)
    assert tidy(wire).warned == 1
    assert tidy(wire) == NOTHING
    wire.send()
    assert len(warnings(anna)) == 1
    wire.passes(days=31)
    assert tidy(wire).erased == 1
    assert tidy(wire) == NOTHING


async def test_promise_49_a_word_is_enough_to_stay(wire: Wire) -> None:
    anna = await meets(wire, "Anna", "Bäckerei")
    wire.passes(days=701)
    tidy(wire)
    wire.send()
    await wire.taps(anna, "Zusammenfassung")
    wire.passes(days=31)
    assert tidy(wire).erased == 0
    assert wire.answers(anna).text("business.name") == "Bäckerei"
    wire.passes(days=671)
    assert tidy(wire).warned == 1
    assert wire.is_known(anna)


async def test_promise_49_nobody_is_erased_without_notice(wire: Wire) -> None:
    """A bot that was off for years warns first, and gives as much time as ever."""
    anna = await meets(wire, "Anna", "Bäckerei")
    wire.passes(days=2000)
    assert tidy(wire).erased == 0
    wire.send()
    wire.passes(days=29)
    assert tidy(wire).erased == 0
    [warning] = warnings(anna)
    assert "Am 13. Juni 2032 lösche" in warning
    wire.passes(days=2)
    assert tidy(wire).erased == 1


async def test_promise_49_who_blocked_the_bot_is_erased_as_well(wire: Wire) -> None:
    anna = await meets(wire, "Anna", "Bäckerei")
    await anna.blocks()
    wire.runs()
    wire.passes(days=701)
    assert tidy(wire).warned == 1
    assert [row for row in wire.outbox() if row.state == outbox.WAITING] == []
    wire.passes(days=31)
    assert tidy(wire).erased == 1
    assert not wire.is_known(anna)


async def test_promise_49_an_erasure_is_noted_like_any_other(light: Wire, tmp_path: Path) -> None:
    light, ledger = noting(light, tmp_path)
    anna = await meets(light, "Anna", "Bäckerei")
    light.passes(days=701)
    tidy(light)
    light.passes(days=31)
    tidy(light)
    assert not light.is_known(anna)
    assert set(ledger.erased().values()) == {light.now}


async def test_promise_49_whoever_writes_meanwhile_stays(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process may hear from somebody between looking and erasing."""
    anna = await meets(wire, "Anna", "Bäckerei")
    wire.passes(days=701)
    tidy(wire)
    wire.passes(days=31)
    found = retention.to_erase
    with wire.coach.database.read() as connection:
        due = found(connection, KEPT, wire.now, 9)
    assert len(due) == 1
    await wire.says(anna, "Ich bin wieder da")
    monkeypatch.setattr(retention, "to_erase", lambda *_: due)
    tidy(wire)
    assert wire.is_known(anna)


def test_promise_49_live_answers_do_not_wait_for_thousands_of_warnings(light: Wire) -> None:
    add_people(light.coach, MOST_AT_ONCE + 5, light.now)
    light.passes(days=701)
    first = tidy(light)
    assert (first.warned, first.is_done) == (MOST_AT_ONCE, False)
    second = tidy(light)
    assert (second.warned, second.is_done) == (5, True)


def test_promise_49_who_sits_at_the_terminal_needs_no_warning(light: Wire) -> None:
    with light.coach.database.write() as connection:
        people.add(connection, Address("terminal", "me"), "de", light.now)
    light.passes(days=701)
    tidy(light)
    assert light.outbox() == []


def add_people(coach: Coach, count: int, now: datetime) -> None:
    with coach.database.write() as connection:
        for number in range(count):
            people.add(connection, Address("telegram", str(9000 + number)), "de", now)


# ---- what was on its way


async def test_promise_49_what_was_put_aside_is_kept_for_a_week(wire: Wire) -> None:
    anna = await meets(wire, "Anna")
    await anna.sends_raw({"message": {"chat": {"id": anna.id}, "text": "mein Geheimnis"}})
    wire.runs()
    wire.passes(days=6, hours=23)
    tidy(wire)
    assert [row.state for row in wire.inbox() if row.payload] == [inbox.QUARANTINED]
    wire.passes(hours=2)
    tidy(wire)
    assert [row for row in wire.inbox() if row.payload] == []
    wire.passes(days=3)
    tidy(wire)
    assert wire.inbox() == []


@pytest.mark.parametrize("taken", [False, True])
async def test_promise_49_what_could_not_be_sent_is_kept_for_a_week(
    wire: Wire, taken: bool
) -> None:
    anna = await meets(wire, "Anna")
    owe(wire, anna, "Guten Tag")
    if taken:
        wire.take()
    wire.passes(days=6, hours=23)
    tidy(wire)
    assert [row for row in wire.outbox() if row.payload] != []
    wire.passes(hours=2)
    tidy(wire)
    assert [row for row in wire.outbox() if row.payload] == []
    assert wire.take() == []


async def test_an_arrival_that_waits_is_handled_however_late(wire: Wire) -> None:
    anna = await meets(wire, "Anna")
    await anna.sends("Bäckerei")
    wire.fetch()
    wire.passes(days=8)
    tidy(wire)
    wire.runs()
    assert wire.state(anna).offered == "Bäckerei"


def owe(wire: Wire, person: Person, text: str) -> None:
    with wire.coach.database.write() as connection:
        found = people.find(connection, Address("telegram", str(person.id)))
        assert found
        parcel = Parcel("sendMessage", {"chat_id": person.id, "text": text}, "message")
        ring = wire.coach.office.ring
        outbox.owe(connection, ring, found.id, person.id, (parcel,), wire.now)
