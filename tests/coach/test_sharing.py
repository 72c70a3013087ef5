"""Several processes at one road: two connections to one PostgreSQL, step by step."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from coachbot.channels.telegram.outgoing import EDIT, MESSAGE, QUESTION
from coachbot.coach import Coach
from coachbot.coach.posting import Ended, Post
from coachbot.coach.turn import Office
from coachbot.flow.questions import Flow
from coachbot.store import identity, inbox, outbox, people, taking
from coachbot.store.database import Database, open_database
from coachbot.store.inbox import Arrived
from coachbot.store.migrating import migrate
from coachbot.store.outbox import CANCELLED, SENDING, SENT, UNKNOWN, WAITING, Parcel
from coachbot.store.people import Address
from coachbot.store.sealing import KeyRing
from coachbot.store.tables import outbox as outbox_table
from coachbot.texts.library import Library
from tests.conftest import NOW, empty
from tests.telegram.wire import Wire

NAMES = ("first", "second", "third")


@pytest.fixture
def both(postgresql: str, ring: KeyRing) -> Iterator[tuple[Database, Database]]:
    """Yield two ways into one PostgreSQL, as two processes have them."""
    one, other = open_database(postgresql), open_database(postgresql)
    empty(one)
    migrate(one)
    yield one, other
    other.close()
    empty(one)
    one.close()


def receive(database: Database, ring: KeyRing, *updates: tuple[int, int]) -> None:
    """Receive (update id, chat)."""
    with database.write() as connection:
        told = [(number, chat, {"n": number}) for number, chat in updates]
        inbox.receive(connection, ring, told, NOW)


def numbers(rows: list[Arrived]) -> list[int]:
    return [row.content["n"] for row in rows]


def test_promise_9_whoever_has_a_chat_has_all_of_it_and_others_pass_over_it(
    both: tuple[Database, Database], ring: KeyRing
) -> None:
    one, other = both
    receive(one, ring, (1, 5), (2, 5), (3, 6))
    with one.write() as first:
        mine = inbox.claim(first, ring, NOW, 1)
        assert numbers(mine.rows) == [1, 2]
        with other.write() as second:
            assert numbers(inbox.claim(second, ring, NOW, 9).rows) == [3]
        receive(other, ring, (4, 5))
        with other.write() as second:
            assert numbers(inbox.claim(second, ring, NOW, 9).rows) == [3]
        inbox.settle(first, [row.id for row in mine.rows], NOW)
    with other.write() as second:
        assert numbers(inbox.claim(second, ring, NOW, 9).rows) == [3, 4]


def test_promise_1_a_process_that_dies_leaves_no_claim_behind(
    both: tuple[Database, Database], ring: KeyRing
) -> None:
    one, other = both
    receive(one, ring, (1, 5), (2, 5))

    def dies() -> None:
        with one.write() as first:
            inbox.claim(first, ring, NOW, 9)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        dies()
    with other.write() as second:
        assert numbers(inbox.claim(second, ring, NOW, 9).rows) == [1, 2]


def test_promise_9_the_order_is_telegrams_and_not_that_of_our_clocks(
    both: tuple[Database, Database], ring: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The machine that received the second message has a clock that is behind."""
    one, other = both
    receive(one, ring, (1, 5))
    monkeypatch.setattr(identity, "_last", 0)
    with other.write() as connection:
        inbox.receive(connection, ring, [(2, 5, {"n": 2})], NOW - timedelta(seconds=2))
    with one.write() as connection:
        assert numbers(inbox.claim(connection, ring, NOW, 9).rows) == [1, 2]


def test_promise_9_what_is_owed_stays_in_order_though_a_clock_is_behind(
    both: tuple[Database, Database], ring: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = both
    address = Address("telegram", "5")
    monkeypatch.setattr(identity, "_last", 0)  # another test may have been in the future
    with one.write() as connection:
        anna = people.add(connection, address, "de", NOW)
        outbox.owe(connection, ring, anna.id, 5, [Parcel("sendMessage", {}, "first")], NOW)
    monkeypatch.setattr(identity, "_last", 0)
    behind = NOW - timedelta(seconds=2)
    with other.write() as connection:
        assert people.hold(connection, (address,))
        outbox.owe(connection, ring, anna.id, 5, [Parcel("sendMessage", {}, "second")], behind)
    with one.read() as connection:
        kinds = select(outbox_table.c.kind).order_by(outbox_table.c.id)
        assert connection.scalars(kinds).all() == ["first", "second"]


def owe(database: Database, ring: KeyRing, chat: int, *kinds: str, revision: int = -1) -> None:
    with database.write() as connection:
        address = Address("telegram", str(chat))
        person = people.find(connection, address) or people.add(connection, address, "de", NOW)
        parcels = [Parcel("sendMessage", {}, kind, revision) for kind in kinds]
        outbox.owe(connection, ring, person.id, chat, parcels, NOW)


def taken(database: Database, ring: KeyRing, holder: str = "", now: datetime = NOW) -> list[str]:
    with database.write() as connection:
        return [one.parcel.kind for one in taking.take(connection, ring, now, 9, (), holder)]


def test_promise_29_two_that_take_at_once_get_different_chats_and_no_second_part(
    both: tuple[Database, Database], ring: KeyRing
) -> None:
    one, other = both
    owe(one, ring, 5, "a1", "a2")
    owe(one, ring, 6, "b1")
    with one.write() as first:
        mine = taking.take(first, ring, NOW, 1, (), "one")
        assert [owed.parcel.kind for owed in mine] == ["a1"]
        assert taken(other, ring, "other") == ["b1"]
    assert taken(other, ring, "other") == []


def test_answers_go_before_nudges_and_a_nudge_before_an_answer_goes_with_it(
    database: Database, ring: KeyRing
) -> None:
    for chat in range(20, 30):
        owe(database, ring, chat, outbox.NUDGE)
    owe(database, ring, 29, "after_a_nudge")
    owe(database, ring, 40, "answer")
    with database.write() as connection:
        first = taking.take(connection, ring, NOW, 2)
    assert [(owed.chat, owed.parcel.kind) for owed in first] == [(29, "nudge"), (40, "answer")]
    assert taken(database, ring) == ["nudge"] * 9
    with database.write() as connection:
        outbox.settle(connection, first[0], SENT, NOW)
    assert taken(database, ring) == ["after_a_nudge"]


def test_a_late_edit_puts_no_buttons_back_under_an_answered_question(
    database: Database, ring: KeyRing
) -> None:
    owe(database, ring, 5, EDIT, revision=3)
    assert taken(database, ring) == [EDIT]
    with database.write() as connection:
        [left] = outbox.interrupted(connection, ring, ("somebody",))
        outbox.put_back(connection, left, NOW, "429")
    owe(database, ring, 5, QUESTION, revision=4)
    assert taken(database, ring) == []
    assert taken(database, ring) == [QUESTION]
    with database.read() as connection:
        states = select(outbox_table.c.state).order_by(outbox_table.c.id)
        assert connection.scalars(states).all() == [CANCELLED, SENDING]


# ---- processes that come and go


@pytest.fixture
def posts(database: Database, quiet: Flow, library: Library, ring: KeyRing) -> list[Post]:
    """Return the posts of three processes at one database."""
    wire = Wire(Coach(Office(quiet, library, ring), database))
    return [replace(wire.post, holder=name) for name in NAMES]


def states(post: Post) -> list[tuple[str, int, int, str | None]]:
    row = outbox_table.c
    shown = select(row.state, row.attempts, row.copies, row.taken_by).order_by(row.id)
    with post.coach.database.read() as connection:
        return [tuple(one) for one in connection.execute(shown)]


def test_promise_20_only_what_the_dead_had_in_hand_is_decided_about(
    posts: list[Post], ring: KeyRing
) -> None:
    first, second, third = posts
    owe(first.coach.database, ring, 5, MESSAGE)
    owe(first.coach.database, ring, 6, MESSAGE)
    [mine] = first.take(NOW, 1, ())
    [other] = second.take(NOW, 1, ())
    assert third.interrupted(("first", "second")) == []
    assert [owed.id for owed in third.interrupted(("second",))] == [mine.id]
    assert first.interrupted(()) != [], "one's own calls are never taken for somebody's"
    assert mine.id not in {owed.id for owed in first.interrupted(())}
    assert other.holder == "second"


def test_promise_20_two_that_decide_at_once_decide_once(posts: list[Post], ring: KeyRing) -> None:
    first, second, third = posts
    owe(first.coach.database, ring, 5, MESSAGE)
    first.take(NOW, 1, ())
    left = second.interrupted(()), third.interrupted(())
    for post, [owed] in zip((second, third), left, strict=True):
        post.settle([Ended(owed, WAITING, NOW)], NOW)
    [again] = second.take(NOW, 9, ())
    third.settle([Ended(left[1][0], UNKNOWN)], NOW)
    assert states(first) == [(SENDING, 2, 2, "second")]
    assert (again.attempts, again.copies) == (2, 2)


def test_promise_20_a_process_that_was_only_slow_is_heard_if_it_is_in_time(
    posts: list[Post], ring: KeyRing
) -> None:
    """It was taken for dead, its row put back; then its call turns out to have been made."""
    slow, other, _ = posts
    owe(slow.coach.database, ring, 5, MESSAGE)
    [owed] = slow.take(NOW, 1, ())
    [left] = other.interrupted(())
    other.settle([Ended(left, WAITING, NOW)], NOW)
    slow.settle([Ended(owed, SENT, message_id=7)], NOW)
    assert [state for state, *_ in states(slow)] == [SENT]
    assert other.take(NOW, 9, ()) == []


def test_promise_19_what_surely_did_not_arrive_is_no_copy(posts: list[Post], ring: KeyRing) -> None:
    post, *_ = posts
    owe(post.coach.database, ring, 5, MESSAGE)
    for attempt in range(1, 6):
        [owed] = post.take(NOW, 9, ())
        assert (owed.attempts, owed.copies) == (attempt, 1)
        post.settle([Ended(owed, WAITING, NOW, is_unsent=True)], NOW)
    assert states(post) == [(WAITING, 5, 0, None)]


def test_promise_25_a_chat_rests_after_a_message_whoever_sends_the_next(
    posts: list[Post], ring: KeyRing
) -> None:
    first, second, _ = (replace(post, chat_rests=timedelta(seconds=1)) for post in posts)
    owe(first.coach.database, ring, 5, MESSAGE, MESSAGE)
    owe(first.coach.database, ring, 6, MESSAGE)
    [mine] = first.take(NOW, 1, ())
    first.settle([Ended(mine, SENT)], NOW)
    assert [owed.chat for owed in second.take(NOW, 9, ())] == [6]
    assert second.next_due(NOW) == NOW + timedelta(seconds=1)
    assert [owed.chat for owed in second.take(NOW + timedelta(seconds=1), 9, ())] == [5]
