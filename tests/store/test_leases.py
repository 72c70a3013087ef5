"""Leases: one holder at a time, taken over when it lapses, at once from who is surely dead."""

from datetime import timedelta

import pytest

from coachbot.coach.presence import Presence
from coachbot.store import leases
from coachbot.store.database import Database
from coachbot.store.leases import HELD_FOR, POLL, RENEWED_EVERY, acquire, is_gone, own_name
from tests.conftest import NOW

A_MOMENT = timedelta(seconds=1)
ANNA, BERT = "anna.1:10:aa", "bert.1:20:bb"


def test_one_holds_a_lease_until_it_lapses(database: Database) -> None:
    with database.write() as connection:
        assert acquire(connection, POLL, ANNA, NOW)
        assert not acquire(connection, POLL, BERT, NOW + HELD_FOR - A_MOMENT)
        assert leases.until(connection, POLL) == NOW + HELD_FOR
        assert acquire(connection, POLL, BERT, NOW + HELD_FOR)
        assert not acquire(connection, POLL, ANNA, NOW + HELD_FOR)


def test_whoever_renews_in_time_keeps_it(database: Database) -> None:
    with database.write() as connection:
        for times in range(10):
            assert acquire(connection, POLL, ANNA, NOW + times * RENEWED_EVERY)
        assert not acquire(connection, POLL, BERT, NOW + 9 * RENEWED_EVERY)


def test_what_is_given_up_is_free(database: Database) -> None:
    with database.write() as connection:
        acquire(connection, POLL, ANNA, NOW)
        leases.release(connection, POLL, BERT)
        assert not acquire(connection, POLL, BERT, NOW), "nobody gives up what is another's"
        leases.release(connection, POLL, ANNA)
        assert acquire(connection, POLL, BERT, NOW)


def test_who_lives_is_known_to_all_and_who_lapsed_is_not(database: Database) -> None:
    with database.write() as connection:
        assert leases.attend(connection, ANNA, NOW) == {ANNA}
        assert leases.attend(connection, BERT, NOW + A_MOMENT) == {ANNA, BERT}
        assert leases.attend(connection, BERT, NOW + HELD_FOR) == {BERT}
        leases.leave(connection, BERT)
        assert leases.attend(connection, ANNA, NOW + HELD_FOR) == {ANNA}


def test_of_this_machine_the_dead_are_known_at_once(database: Database) -> None:
    """A process that was killed does not hold up the one that comes after it."""
    me = own_name()
    machine = me.partition(":")[0]
    dead = f"{machine}:99999999:abcd"
    with database.write() as connection:
        leases.attend(connection, dead, NOW)
        acquire(connection, POLL, dead, NOW)
        leases.attend(connection, ANNA, NOW)
        assert leases.attend(connection, me, NOW) == {ANNA, me}
        assert acquire(connection, POLL, me, NOW)


@pytest.mark.parametrize(
    ("holder", "gone"),
    [
        ("m.1:10:aa", False),  # ourselves
        ("m.1:10:bb", True),  # our process id, before us
        ("m.1:11:bb", False),  # another process that runs
        ("m.1:12:bb", True),  # one that does not
        ("m.2:12:bb", False),  # another container: its process ids say nothing here
        ("n.1:12:bb", False),  # another machine
        ("m.1:x:bb", True),
    ],
)
def test_only_of_this_machine_one_can_be_sure(holder: str, gone: bool) -> None:
    assert is_gone(holder, "m.1:10:aa", {10, 11}.__contains__) is gone


def test_no_two_processes_have_one_name() -> None:
    assert len({own_name() for _ in range(100)}) == 100
    assert all(len(f"replica/{own_name()}") <= 64 for _ in range(3))


def test_promise_11_one_polls_and_another_takes_over_within_the_lease(database: Database) -> None:
    anna, bert = Presence(database, ANNA), Presence(database, BERT)
    first, second = anna.attend(NOW), bert.attend(NOW + A_MOMENT)
    assert (first.receives, second.receives) == (True, False)
    later = NOW
    while not (attended := bert.attend(later)).receives:  # anna says nothing more
        assert later < attended.again_at <= later + RENEWED_EVERY
        later = attended.again_at
    assert later <= NOW + HELD_FOR
    assert not anna.attend(later).receives
    assert anna.attend(later).living == {ANNA, BERT}


def test_promise_11_whoever_leaves_lets_the_next_poll_at_once(database: Database) -> None:
    anna, bert = Presence(database, ANNA), Presence(database, BERT)
    anna.attend(NOW)
    anna.leave()
    assert bert.attend(NOW).receives


def test_with_webhooks_everybody_receives(database: Database) -> None:
    for holder in (ANNA, BERT):
        assert Presence(database, holder, polls=False).attend(NOW).receives
