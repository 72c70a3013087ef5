"""Conversations on a real SQLite and a real PostgreSQL."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import StatementError

from coachbot.errors import StoreError
from coachbot.flow.answers import SKIPPED, Answers, Key, Value
from coachbot.flow.state import State
from coachbot.store import conversations, people
from coachbot.store.conversations import Conversation
from coachbot.store.database import Database
from coachbot.store.identity import new_id
from coachbot.store.people import Address
from coachbot.store.sealing import KeyRing
from coachbot.store.tables import answers
from tests.conftest import NOW

ANNA = Address("telegram", "1")
WORD, LIST = Key("relation.word"), Key("values.list")


def begun(database: Database, ring: KeyRing, address: Address = ANNA) -> Conversation:
    with database.write() as connection:
        person = people.add(connection, address, "de", NOW)
        return conversations.begin(connection, ring, person, State(), NOW)


def told(
    database: Database,
    ring: KeyRing,
    before: Conversation,
    now: datetime = NOW,
    *,
    hands_out: bool = False,
) -> Conversation:
    state = replace(before.state, answers=before.state.answers.with_({WORD: "persönlich"}))
    with database.write() as connection:
        after = before.after(state, now, hands_out=hands_out)
        return conversations.save(connection, ring, before, after, now)


def loaded(database: Database, ring: KeyRing, conversation: Conversation) -> Conversation:
    with database.read() as connection:
        person = people.find(connection, conversation.person.address)
        assert person
        found = conversations.load(connection, ring, person, conversation.id)
    assert found
    return found


def test_answers_and_state_come_back_as_they_were(database: Database, ring: KeyRing) -> None:
    before = begun(database, ring)
    values: dict[Key, Value] = {
        WORD: "persönlich",
        LIST: ("Ruhe", "Mut"),
        Key("check.self"): 4,
        Key("x"): SKIPPED,
    }
    state = State(answers=Answers(values), started=True, draft=("Ruhe",), revision=3)
    with database.write() as connection:
        conversations.save(connection, ring, before, before.after(state, NOW), NOW)
    assert loaded(database, ring, before).state == state


def test_a_changed_answer_leaves_the_old_one_behind(database: Database, ring: KeyRing) -> None:
    first = told(database, ring, begun(database, ring))
    state = replace(first.state, answers=first.state.answers.with_({WORD: "verlässlich"}))
    with database.write() as connection:
        conversations.save(connection, ring, first, first.after(state, NOW), NOW)
        given = conversations.history(connection, ring, first)
    assert [(one.value, one.current) for one in given] == [
        ("persönlich", False),
        ("verlässlich", True),
    ]


def test_an_unchanged_answer_is_not_written_again(database: Database, ring: KeyRing) -> None:
    first = told(database, ring, begun(database, ring))
    told(database, ring, first)
    with database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(answers)) == 1


def test_a_version_begins_with_the_first_change_after_it_was_handed_out(
    database: Database, ring: KeyRing
) -> None:
    before = begun(database, ring)
    finished = before.after(replace(before.state, finished=True), NOW, hands_out=True)
    assert (finished.version, finished.issued) == (1, True)
    changed = finished.after(replace(finished.state, answers=Answers({WORD: "neu"})), NOW)
    assert (changed.version, changed.issued) == (2, False)
    again = changed.after(replace(changed.state, answers=Answers({WORD: "neuer"})), NOW)
    assert again.version == 2


def test_a_draft_that_is_shown_stays_version_one(database: Database, ring: KeyRing) -> None:
    before = begun(database, ring)
    shown = before.after(before.state, NOW, hands_out=True)
    assert (shown.version, shown.issued) == (1, False)


def test_nobody_loads_what_is_not_theirs(database: Database, ring: KeyRing) -> None:
    annas = told(database, ring, begun(database, ring))
    with database.write() as connection:
        bert = people.add(connection, Address("telegram", "2"), "de", NOW)
        assert conversations.load(connection, ring, bert, annas.id) is None


def test_erasing_a_person_takes_every_row(database: Database, ring: KeyRing) -> None:
    annas = told(database, ring, begun(database, ring))
    with database.write() as connection:
        people.erase(connection, annas.person, NOW)
        for table in ("people", "definitions", "answers"):
            assert connection.scalar(text(f"SELECT count(*) FROM {table}")) == 0


def test_instants_keep_their_zone(database: Database, ring: KeyRing) -> None:
    annas = begun(database, ring)
    assert loaded(database, ring, annas).created_at == NOW
    with pytest.raises(StoreError), database.write() as connection:
        people.saw(connection, annas.person, NOW.replace(tzinfo=None))


def test_a_sealed_column_refuses_what_was_not_sealed(database: Database, ring: KeyRing) -> None:
    annas = begun(database, ring)
    row = {"id": 1, "person_id": annas.person.id, "definition_id": annas.id, "given_at": NOW}
    row |= {"question": "x", "content": b"plain", "version": 1, "current": True}
    with database.write() as connection, pytest.raises(StatementError):
        connection.execute(insert(answers).values(**row))


def test_a_message_knows_the_answer_it_gave(database: Database, ring: KeyRing) -> None:
    before = begun(database, ring)
    state = replace(before.state, answers=Answers({WORD: "persönlich"}))
    with database.write() as connection:
        conversations.save(connection, ring, before, before.after(state, NOW), NOW, message_id=77)
        assert conversations.answered_by(connection, ring, before.person, 77) == (WORD, True)
        assert conversations.answered_by(connection, ring, before.person, 78) is None


def test_ids_go_up_and_never_repeat() -> None:
    ids = [new_id(NOW) for _ in range(2000)] + [new_id(NOW - timedelta(days=1))]
    assert ids == sorted(set(ids))
    assert max(ids) < 2**63
