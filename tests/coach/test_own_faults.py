"""Faults of our own: what one person's rows hold must never stop the others, nor the bot."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from sqlalchemy import update

from coachbot.coach import Coach, Reply
from coachbot.flow.answers import Key
from coachbot.store import inbox, outbox, people
from coachbot.store.inbox import MOST_ATTEMPTS
from coachbot.store.people import Address
from coachbot.store.tables import definitions
from coachbot.store.tables import inbox as inbox_table
from coachbot.store.tables import outbox as outbox_table
from coachbot.store.types import Sealed
from tests.coach.test_road import meets
from tests.telegram.calling import Bell
from tests.telegram.direct import Direct, sender_on
from tests.telegram.wire import Wire

NAME = Key("business.name")
STRANGE = Sealed(b"\x01" + b"?" * 60)
"""Sealed with a key that nobody has."""


def spoil(wire: Wire, table: Any, column: str, chat: int | None = None) -> None:
    where = [] if chat is None else [table.c.chat == chat, table.c.state == "waiting"]
    with wire.coach.database.write() as connection:
        connection.execute(update(table).where(*where).values({column: STRANGE}))


def waits_out(wire: Wire) -> list[str]:
    """Let everything be tried as often as it is; returns the alarms."""
    alarms: list[str] = []
    for _ in range(2 * MOST_ATTEMPTS):
        alarms += wire.work().alarms
        wire.send()
        wire.passes(seconds=10)
    return alarms


async def test_promise_5_an_update_that_does_not_open_is_put_aside(wire: Wire) -> None:
    anna, bert = await meets(wire), await meets(wire, "Bert")
    await bert.sends("Imkerei")
    wire.fetch()
    spoil(wire, inbox_table, "payload", bert.id)
    await anna.sends("Hofladen")
    await bert.sends("Honig")
    [alarm] = wire.runs().alarms
    assert dict(wire.answers(anna)) == {NAME: "Hofladen"}
    assert dict(wire.answers(bert)) == {NAME: "Honig"}
    [aside] = [row for row in wire.inbox() if row.state == inbox.QUARANTINED]
    assert str(aside.id) in alarm


async def test_promise_6_answers_that_do_not_open_stop_nobody_else(wire: Wire) -> None:
    bert = await meets(wire, "Bert")
    spoil(wire, definitions, "state")
    anna = await meets(wire)
    await bert.sends("Imkerei")
    await anna.sends("Hofladen")
    wire.fetch()
    [alarm] = waits_out(wire)
    assert dict(wire.answers(anna)) == {NAME: "Hofladen"}
    assert "SealError" in alarm
    assert "schiefgegangen" in bert.newest().text
    assert [r.state for r in wire.inbox()].count(inbox.QUARANTINED) == 1


async def test_promise_6_whoever_cannot_be_told_is_put_aside_all_the_same(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, bert = await meets(wire), await meets(wire, "Bert")

    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("a bug")

    for name in ("converse", "apologise"):
        monkeypatch.setattr(Coach, name, fails)
    await bert.sends("Imkerei")
    wire.fetch()
    [alarm] = waits_out(wire)
    assert "RuntimeError" in alarm
    monkeypatch.undo()
    await wire.says(anna, "Hofladen")
    assert dict(wire.answers(anna)) == {NAME: "Hofladen"}


async def test_promise_6_a_row_that_the_database_refuses_stops_nobody_else(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, bert = await meets(wire), await meets(wire, "Bert")
    converse = Coach.converse

    def adds_twice(coach: Coach, connection: Any, to: Address, *rest: Any, **more: Any) -> Reply:
        if to.name == str(bert.id):
            people.add(connection, to, "de", wire.now)
        return converse(coach, connection, to, *rest, **more)

    monkeypatch.setattr(Coach, "converse", adds_twice)
    await bert.sends("Imkerei")
    await anna.sends("Hofladen")
    wire.fetch()
    [alarm] = waits_out(wire)
    assert dict(wire.answers(anna)) == {NAME: "Hofladen"}
    assert "RowError" in alarm
    assert "schiefgegangen" in bert.newest().text


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_promise_10_while_one_process_computes_another_answers(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, bert = await meets(wire), await meets(wire, "Bert")
    has_begun, may_go_on = Event(), Event()
    converse = Coach.converse

    def slow(coach: Coach, connection: Any, address: Address, *rest: Any, **more: Any) -> Reply:
        if address.name == str(anna.id):
            has_begun.set()
            may_go_on.wait(timeout=5)  # only a test that fails waits so long
        return converse(coach, connection, address, *rest, **more)

    monkeypatch.setattr(Coach, "converse", slow)
    await anna.sends("Hofladen")
    wire.fetch()
    with ThreadPoolExecutor(1) as other_process:
        computing = other_process.submit(wire.road.work, wire.now)
        has_begun.wait()
        await bert.sends("Imkerei")
        wire.fetch()
        assert wire.road.work(wire.now).handled == 1
        assert dict(wire.answers(bert)) == {NAME: "Imkerei"}
        assert not computing.done()
        may_go_on.set()
        assert computing.result().handled == 1
    assert dict(wire.answers(anna)) == {NAME: "Hofladen"}


async def test_promise_29_a_call_that_does_not_open_is_given_up_and_the_rest_is_sent(
    wire: Wire,
) -> None:
    anna, bert = await meets(wire), await meets(wire, "Bert")
    for person in (anna, bert):
        await person.sends("Hofladen")
    wire.fetch()
    wire.work()
    spoil(wire, outbox_table, "payload", bert.id)
    bell = Bell()
    for _ in range(3):
        for owed in wire.take():
            ended = await sender_on(Direct(wire.methods), wire, bell).make(owed)
            wire.post.settle([ended], wire.now)
    assert "Was bekommt man dort" in anna.newest().text
    assert {row.state for row in wire.outbox() if row.chat == bert.id} >= {outbox.DEAD}
    assert "dead letter" in bell.kinds
