"""What is owed: taken in order, marked before the call, settled by how it ended."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Row, select

from coachbot.channels.telegram.outgoing import DOCUMENT, MESSAGE, QUESTION
from coachbot.coach.posting import Ended
from coachbot.store import inbox, outbox, people, pulses
from coachbot.store.outbox import CANCELLED, DEAD, SENDING, SENT, UNKNOWN, WAITING, Owed, Parcel
from coachbot.store.people import Address, Person
from coachbot.store.tables import people as people_table
from tests.conftest import NOW
from tests.fake_botapi import Person as OnThePhone
from tests.telegram.wire import Wire

SOON = NOW + timedelta(seconds=7)


def known(wire: Wire, chat: int) -> Person:
    with wire.coach.database.write() as connection:
        return people.add(connection, Address("telegram", str(chat)), "de", NOW)


def owe(wire: Wire, chat: int, *texts: str, kind: str = MESSAGE, revision: int = -1) -> None:
    """Owe texts to the person of a chat, who is made up at the first."""
    address = Address("telegram", str(chat))
    with wire.coach.database.read() as connection:
        person = people.find(connection, address)
    person = person or known(wire, chat)
    parcels = [Parcel("sendMessage", {"chat_id": chat, "text": t}, kind, revision) for t in texts]
    with wire.coach.database.write() as connection:
        outbox.owe(connection, wire.coach.office.ring, person.id, chat, parcels, NOW)


def take(wire: Wire, now: datetime = NOW, most: int = 9, busy: Iterable[int] = ()) -> list[Owed]:
    return wire.post.take(now, most, busy)


def settle(wire: Wire, *ended: Ended) -> None:
    wire.post.settle(ended, NOW)


def texts(taken: Iterable[Owed]) -> list[str]:
    return [owed.parcel.parameters["text"] for owed in taken]


def rows(wire: Wire) -> list[Row[Any]]:
    return wire.outbox()


def states(wire: Wire) -> list[str]:
    return [row.state for row in rows(wire)]


def test_promise_29_the_first_of_each_chat_is_taken_and_marked_before_it_is_made(
    wire: Wire,
) -> None:
    owe(wire, 1, "A1", "A2")
    owe(wire, 2, "B1")
    owe(wire, 1, "A3")
    taken = take(wire)
    assert texts(taken) == ["A1", "B1"]
    assert [owed.attempts for owed in taken] == [1, 1]
    assert states(wire) == [SENDING, WAITING, SENDING, WAITING]
    assert take(wire) == [], "a chat has one call under way"


def test_promise_29_a_chats_messages_go_one_after_the_other(wire: Wire) -> None:
    owe(wire, 1, "A1", "A2", "A3")
    sent = []
    while taken := take(wire):
        sent += texts(taken)
        settle(wire, *(Ended(owed, SENT, message_id=5) for owed in taken))
    assert sent == ["A1", "A2", "A3"]
    assert set(states(wire)) == {SENT}


def test_promise_29_later_parts_wait_for_the_one_that_failed(wire: Wire) -> None:
    owe(wire, 1, "A1", "A2")
    owe(wire, 2, "B1")
    [first, other] = take(wire)
    settle(wire, Ended(first, WAITING, SOON, reason="Too Many Requests"), Ended(other, SENT))
    assert take(wire) == []
    [again] = take(wire, SOON)
    assert (texts([again]), again.attempts) == (["A1"], 2)
    assert rows(wire)[0].reason == "Too Many Requests"


def test_busy_chats_are_passed_over_and_only_so_many_are_taken(wire: Wire) -> None:
    for chat in (1, 2, 3, 4):
        owe(wire, chat, f"{chat}")
    assert texts(take(wire, busy=(2,), most=2)) == ["1", "3"]
    assert texts(take(wire)) == ["2", "4"]


def test_what_was_said_is_blanked_and_its_message_id_is_kept(wire: Wire) -> None:
    owe(wire, 1, "A1", kind=QUESTION, revision=3)
    [owed] = take(wire)
    settle(wire, Ended(owed, SENT, message_id=55))
    [row] = rows(wire)
    assert (row.state, row.payload, row.message_id) == (SENT, None, 55)
    with wire.coach.database.read() as connection:
        assert outbox.message_of(connection, owed.person_id, 3) == 55
        assert pulses.last(connection, "send") == NOW


@pytest.mark.parametrize("state", [DEAD, UNKNOWN])
def test_promise_19_a_row_that_was_given_up_says_why(wire: Wire, state: str) -> None:
    owe(wire, 1, "A1", "A2")
    [owed] = take(wire)
    settle(wire, Ended(owed, state, reason="BadGateway: " + "x" * 300))
    row = rows(wire)[0]
    assert (row.state, row.payload, len(row.reason)) == (state, None, 200)
    assert texts(take(wire)) == ["A2"], "its chat goes on"
    with wire.coach.database.read() as connection:
        assert pulses.last(connection, "send") is None


def test_promise_23_to_somebody_unreachable_nothing_more_is_sent(wire: Wire) -> None:
    owe(wire, 1, "A1", "A2")
    owe(wire, 2, "B1")
    [annas, berts] = take(wire)
    settle(wire, Ended(annas, DEAD, is_unreachable=True), Ended(berts, SENT, message_id=1))
    assert states(wire) == [DEAD, CANCELLED, SENT]
    assert {row.payload for row in rows(wire)} == {None}
    with wire.coach.database.read() as connection:
        gone = connection.execute(select(people_table).order_by(people_table.c.address)).all()
    assert [person.unreachable_at for person in gone] == [NOW, None]


def test_promise_20_only_calls_that_were_under_way_are_found_after_a_kill(wire: Wire) -> None:
    owe(wire, 1, "A1", "A2")
    owe(wire, 2, "B1")
    taken = take(wire)
    settle(wire, Ended(taken[1], SENT))
    [left] = replace(wire.post, holder="next").interrupted(())
    assert (left, left.attempts) == (taken[0], 1)


def test_promise_19_a_document_nobody_knows_about_is_offered_and_not_sent_again(
    wire: Wire,
) -> None:
    owe(wire, 1, "A1", kind=DOCUMENT)
    [owed] = take(wire)
    settle(wire, Ended(owed, UNKNOWN))
    [offer] = take(wire)
    assert (offer.chat, offer.parcel.method, offer.parcel.kind) == (1, "sendMessage", MESSAGE)
    assert offer.parcel.parameters["reply_markup"]["inline_keyboard"]
    assert [row.kind for row in rows(wire)] == [DOCUMENT, MESSAGE]


def test_promise_28_a_document_that_telegram_refuses_is_regretted_once(wire: Wire) -> None:
    owe(wire, 1, "A1", kind=DOCUMENT)
    [owed] = take(wire)
    settle(wire, Ended(owed, DEAD, reason="Request Entity Too Large"))
    [word] = take(wire)
    assert "schiefgegangen" in word.parcel.parameters["text"]
    assert word.parcel.kind == MESSAGE
    settle(wire, Ended(word, DEAD))
    assert take(wire) == []


async def test_promise_19_a_question_nobody_knows_about_is_offered_while_it_is_open(
    wire: Wire,
) -> None:
    """Two copies may be there, or none: a third does not go out by itself."""
    anna = wire.person()
    question = await _asked(wire, anna)
    settle(wire, Ended(question, UNKNOWN))
    [offer] = wire.send()
    assert (offer.parcel.kind, offer.parcel.revision) == (MESSAGE, -1)
    await wire.taps(anna, "Frage zeigen")
    assert "Um welchen Betrieb" in anna.newest().text


async def test_promise_19_nothing_follows_an_offer(wire: Wire) -> None:
    question = await _asked(wire, wire.person())
    settle(wire, Ended(question, UNKNOWN))
    settle(wire, *(Ended(offer, UNKNOWN) for offer in take(wire)))
    assert take(wire) == []


async def _asked(wire: Wire, somebody: OnThePhone) -> Owed:
    """Let somebody come, and return their first question, which stays in hand."""
    await somebody.sends("/start")
    wire.fetch()
    wire.work()
    return _until_question(wire)[-1]


def _until_question(wire: Wire) -> list[Owed]:
    """Send what is owed up to the question, which stays in hand."""
    sent = []
    while taken := take(wire):
        sent += taken
        if taken[0].parcel.kind == QUESTION:
            return sent
        settle(wire, *(Ended(owed, SENT) for owed in taken))
    raise AssertionError("no question is owed")


async def test_promise_19_a_question_that_was_answered_meanwhile_is_not_offered(
    wire: Wire,
) -> None:
    anna = wire.person()
    question = await _asked(wire, anna)
    await anna.sends("Bäckerei")
    wire.fetch()
    wire.work()
    settle(wire, Ended(question, UNKNOWN))
    kinds = [owed.parcel.kind for owed in take(wire)]
    assert kinds == [QUESTION], "the next one"


@pytest.mark.parametrize(
    "how",
    [
        {"state": SENT, "message_id": 5},
        {"state": WAITING, "due": SOON},
        {"state": UNKNOWN},
        {"state": DEAD, "is_unreachable": True},
    ],
)
def test_promise_48_a_call_that_ends_after_its_person_was_erased_leaves_nothing(
    wire: Wire, how: dict[str, Any]
) -> None:
    owe(wire, 1, "A1", kind=DOCUMENT)
    [owed] = take(wire)
    with wire.coach.database.write() as connection:
        person = people.get(connection, owed.person_id)
        people.erase(connection, person, wire.now)
    settle(wire, Ended(owed, **how))
    assert rows(wire) == []
    assert not wire.is_known(wire.telegram.person(id=1))


def test_the_next_call_is_due_when_the_first_of_a_chat_is(wire: Wire) -> None:
    assert wire.post.next_due(NOW) is None
    owe(wire, 1, "A1")
    owe(wire, 2, "B1")
    assert wire.post.next_due(NOW) is None, "what is due now is not awaited"
    [annas, berts] = take(wire)
    later = SOON + timedelta(seconds=60)
    settle(wire, Ended(annas, WAITING, later), Ended(berts, WAITING, SOON))
    assert wire.post.next_due(NOW) == SOON


def test_promise_21_what_waits_behind_a_held_call_is_not_due_before_it(wire: Wire) -> None:
    owe(wire, 1, "A1", "A2")
    [first] = take(wire)
    settle(wire, Ended(first, WAITING, SOON))
    assert wire.post.next_due(NOW) == SOON


def test_promise_49_what_was_settled_long_ago_is_forgotten(wire: Wire) -> None:
    owe(wire, 1, "A1", "A2")
    [first] = take(wire)
    settle(wire, Ended(first, SENT))
    wire.receive({"update_id": 5, "message": {}})
    with wire.coach.database.write() as connection:
        inbox.settle(connection, [wire.inbox()[0].id], NOW)
    assert wire.post.tidy(NOW + timedelta(hours=47)) == 0
    assert wire.post.tidy(NOW + timedelta(hours=49)) == 1
    assert wire.post.tidy(NOW + timedelta(days=7, hours=1)) == 1
    assert wire.post.tidy(NOW + timedelta(days=8)) == 0
    assert states(wire) == [WAITING]
