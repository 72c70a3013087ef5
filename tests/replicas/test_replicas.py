"""Three bots at one PostgreSQL: killed, replaced one by one, cut off; and what people notice."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from coachbot.store import conversations, people
from coachbot.store.database import open_database
from coachbot.store.people import Address
from coachbot.store.sealing import KeyRing
from coachbot.store.tables import inbox
from tests.conftest import empty
from tests.fake_botapi import FakeBotApi, Person
from tests.replicas.fleet import Fleet, Wire
from tests.telegram.process import running, start, stop

SAID = {
    "business.name": "Bäckerei Morgenrot",
    "business.what": "Brot und Gebäck für Leute, die im Dorf wohnen",
    "business.group": "Leute aus dem Dorf",
}
THEN = "Privatleute, Unternehmen oder Mitglieder"
LONG = 60.0
PEOPLE = 6
KILLED_AFTER = (5, 15)
"""Calls; four questions a person are more than that."""


@dataclass
class Told:
    """What was left of a scenario: every answer that was ever stored, and every chat."""

    given: dict[str, list[tuple[str, object]]] = field(default_factory=dict)
    asked: dict[str, Counter[str]] = field(default_factory=dict)
    states: dict[str, int] = field(default_factory=dict)
    exits: list[int] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


@pytest.fixture
def clean(postgresql: str) -> Iterator[str]:
    """Yield the URL of a PostgreSQL without tables."""
    with _without_tables(postgresql):
        yield postgresql


@pytest.fixture(scope="module")
def told(postgresql: str, tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Return what is left after kills, and after every replica was replaced while people wrote."""
    with _without_tables(postgresql):
        return asyncio.run(_scenario(postgresql, tmp_path_factory.mktemp("fleet")))


@contextmanager
def _without_tables(url: str) -> Iterator[None]:
    database = open_database(url)
    empty(database)
    yield
    empty(database)
    database.close()


async def _scenario(url: str, folder: Path) -> Told:
    told = Told()
    async with FakeBotApi() as api:
        fleet = Fleet(folder, api, url)
        async with fleet.behind_one_address():
            await asyncio.gather(*(fleet.grows() for _ in range(3)))
            early = [api.person(id=500 + n, first_name=f"Anna {n}") for n in range(PEOPLE)]
            await asyncio.gather(_killed(fleet), *(_talks(person) for person in early))
            late = [api.person(id=600 + n, first_name=f"Bert {n}") for n in range(PEOPLE)]
            rolling = asyncio.create_task(_replaced(fleet))
            await asyncio.gather(*(_talks(person) for person in late))
            told.exits = await rolling
            await api.updates.drained()
        told.exits += [replica.returncode or 0 for replica in fleet.replicas.values()]
        told.refused = [f"{c.method}: {c.description}" for c in api.calls if c.status == 400]
        for person in (*early, *late):
            _look(told, person)
    _read(told, url, folder)
    return told


async def _talks(person: Person) -> None:
    """Write three answers in one breath."""
    await person.sends("/start")
    await person.sees("Um welchen Betrieb", patience=LONG)
    for text in SAID.values():
        await person.sends(text)
    await person.sees(THEN, patience=LONG)


async def _killed(fleet: Fleet) -> None:
    """Kill one replica after the other in the middle of what it does."""
    for sent in KILLED_AFTER:
        await fleet.api.calls.arrived("send*", sent)
        await fleet.loses(next(iter(fleet.replicas)))
        await fleet.grows()


async def _replaced(fleet: Fleet) -> list[int]:
    """Put a new replica in the place of each, one by one; return how the old ones ended."""
    ended = []
    for port in tuple(fleet.replicas):
        await fleet.grows()
        ended.append(await fleet.lets_go(port))
    return ended


def _look(told: Told, person: Person) -> None:
    texts = (message.text for message in person.messages if message.by_bot)
    told.asked[str(person.id)] = Counter(texts)


def _read(told: Told, url: str, folder: Path) -> None:
    database = open_database(url)
    ring, _ = KeyRing.from_file(folder / "master.key")
    with database.read() as connection:
        for name in told.asked:
            person = people.find(connection, Address("telegram", name))
            assert person
            for one in conversations.all_of(connection, ring, person):
                told.given.setdefault(name, []).extend(
                    (given.key.question, given.value)
                    for given in conversations.history(connection, ring, one)
                )
        counted = select(inbox.c.state, func.count().label("number")).group_by(inbox.c.state)
        told.states = {row.state: row.number for row in connection.execute(counted)}
    database.close()


def test_promise_1_with_three_replicas_and_kills_every_answer_is_stored_once(told: Told) -> None:
    assert {name: Counter(given) for name, given in told.given.items()} == {
        name: Counter(SAID.items()) for name in told.asked
    }


def test_promise_3_the_same_update_at_two_replicas_at_once_has_one_effect(told: Told) -> None:
    assert told.states == {"settled": 2 * PEOPLE * (1 + len(SAID))}
    assert sum(map(len, told.given.values())) == 2 * PEOPLE * len(SAID)


def test_promise_9_what_is_written_in_one_breath_is_in_order_over_three_replicas(
    told: Told,
) -> None:
    for given in told.given.values():
        assert given == list(SAID.items())


def test_promise_20_no_question_comes_more_than_twice_under_kills(told: Told) -> None:
    assert max(max(asked.values()) for asked in told.asked.values()) <= 2
    assert told.refused == []


def test_a_rolling_restart_loses_and_doubles_nothing(told: Told) -> None:
    """Answers before and after: those of whoever wrote while every replica was replaced."""
    assert told.exits == [0] * len(told.exits)
    late = [name for name in told.asked if name.startswith("6")]
    assert [told.given[name] for name in late] == [list(SAID.items())] * PEOPLE
    assert {count for name in late for count in told.asked[name].values()} == {1}


async def test_promise_11_one_of_two_polls_and_the_other_takes_over(
    clean: str, tmp_path: Path
) -> None:
    async with FakeBotApi() as api:
        anna = api.person()
        first = await start(tmp_path, api, COACHBOT_DATABASE_URL=clean)
        async with asyncio.timeout(LONG):
            await api.polled()
        async with running(tmp_path, api, COACHBOT_DATABASE_URL=clean):
            await api.calls.answered("getMe", 2)
            await anna.sends("/start")
            await anna.sees("Um welchen Betrieb", patience=LONG)
            first.kill()
            await first.wait()
            await anna.sends("Bäckerei Morgenrot")
            await anna.sees("Was bekommt man dort", patience=LONG)
        assert [call for call in api.calls.of("getUpdates") if call.status == 409] == []


async def test_promise_7_while_the_database_is_away_telegram_keeps_what_was_written(
    clean: str, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    server = Path(str(make_url(clean).query["host"])) / ".s.PGSQL.5432"
    wire = Wire(server, tmp_path_factory.mktemp("w"))
    await wire.joins()
    url = make_url(clean).set(query={"host": str(wire.folder)})
    async with FakeBotApi() as api:
        anna = api.person(id=700)
        fleet = Fleet(tmp_path, api, url.render_as_string(hide_password=False), copies=1)
        async with fleet.behind_one_address():
            await fleet.grows()
            await anna.sends("/start")
            await anna.sees("Um welchen Betrieb", patience=LONG)
            await wire.is_cut()
            await anna.sends("Bäckerei Morgenrot")
            await fleet.changed.until(lambda: 503 in fleet.statuses)
            assert len(api.updates) == 1, "it is not acknowledged"
            await wire.joins()
            await anna.sends("Brot und Gebäck")
            await anna.sees("Um wen soll es gehen", patience=LONG)
            await api.updates.drained()
        assert await stop_codes(fleet) == [0]
        await wire.is_cut()


async def stop_codes(fleet: Fleet) -> list[int]:
    return [await stop(replica) for replica in fleet.replicas.values()]
