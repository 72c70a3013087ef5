"""Nudges of the bot as a process, against the fake Bot API: sent once, answered, kept."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Row, select

from coachbot.coach import Coach
from coachbot.coach.turn import Office
from coachbot.flow.questions import Flow
from coachbot.flow.state import State
from coachbot.reflection.schedule import Schedule
from coachbot.store import conversations, people, schedules
from coachbot.store.database import open_database
from coachbot.store.migrating import migrate
from coachbot.store.people import Address
from coachbot.store.schedules import Planned
from coachbot.store.sealing import KeyRing
from coachbot.store.tables import nudges, outbox
from coachbot.texts.library import Library
from tests.conftest import empty
from tests.factories import complete
from tests.fake_botapi import FakeBotApi, Person
from tests.telegram.process import PATIENCE, running, start, stop

DAILY = Schedule("UTC", 6, time(17), 14, date(2026, 11, 22))


@pytest.fixture
async def api() -> AsyncIterator[FakeBotApi]:
    async with FakeBotApi() as server:
        yield server


@contextmanager
def coach_of(url: str, folder: Path, flow: Flow, library: Library) -> Iterator[Coach]:
    """Yield a coach on the database that the bots will run on."""
    database = open_database(url)
    migrate(database)
    ring, _ = KeyRing.from_file(folder / "master.key")
    yield Coach(Office(flow, library, ring), database)
    database.close()


def let_be_due(coach: Coach, everybody: Sequence[Person], due: datetime) -> None:
    """Let people have finished a first version long ago, and their nudge be due."""
    state = State(started=True, finished=True, answers=complete(coach.office.flow))
    before, ring = due - timedelta(days=20), coach.office.ring
    with coach.database.write() as connection:
        for someone in everybody:
            person = people.add(connection, Address("telegram", str(someone.id)), "de", before)
            begun = conversations.begin(connection, ring, person, State(), before)
            full = begun.after(state, before, hands_out=True)
            conversations.save(connection, ring, begun, full, before)
            people.turn_to(connection, person, begun.id)
            schedules.keep(connection, Planned(person.id, DAILY, due_at=due))


def rows(coach: Coach, table: Any) -> list[Row[Any]]:
    with coach.database.read() as connection:
        return list(connection.execute(select(table)))


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Yield the URL of an empty database of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'coachbot.sqlite3'}"
        return
    place: str = request.getfixturevalue("postgresql")
    database = open_database(place)
    empty(database)
    yield place
    empty(database)
    database.close()


async def test_a_nudge_is_sent_and_answered(
    api: FakeBotApi, tmp_path: Path, flow: Flow, library: Library
) -> None:
    anna = api.person(first_name="Anna", language_code="de")
    url = f"sqlite:///{tmp_path / 'coachbot.sqlite3'}"
    with coach_of(url, tmp_path, flow, library) as coach:
        let_be_due(coach, [anna], datetime.now(UTC) - timedelta(seconds=1))
        async with running(tmp_path, api):
            greeting = await anna.sees("Hallo, das hattest du vor", PATIENCE)
            await anna.taps("Geschafft", greeting)
            asked = await anna.sees("Wie sehr", PATIENCE)
            await anna.taps("4", asked)
            await anna.sees("Wann war das zuletzt genau so?", PATIENCE)
        [nudge] = rows(coach, nudges)
        assert nudge.answered_at is not None
        [sent] = [row for row in rows(coach, outbox) if row.kind == "nudge"]
        assert sent.state == "sent"


async def test_promise_34_three_bots_and_a_kill_bring_each_nudge_once(
    api: FakeBotApi, tmp_path: Path, flow: Flow, library: Library, url: str
) -> None:
    everybody = [api.person(first_name="Anna", language_code="de") for _ in range(16)]
    how = {"COACHBOT_SENDS_A_SECOND": "8", "COACHBOT_DATABASE_URL": url}
    with coach_of(url, tmp_path, flow, library) as coach:
        let_be_due(coach, everybody, datetime.now(UTC) - timedelta(seconds=1))
        killed = await start(tmp_path, api, **how)
        async with running(tmp_path, api, **how), running(tmp_path, api, **how):
            async with asyncio.timeout(2 * PATIENCE):
                await _first(everybody)
                killed.kill()
                await killed.wait()
                await until(lambda: len(rows(coach, nudges)) == len(everybody))
                await until(lambda: _is_settled(coach, everybody))
        await stop(killed)
        dates = [(row.person_id, row.local_date) for row in rows(coach, nudges)]
        assert len(dates) == len(set(dates)) == len(everybody)
        assert max(len(one.messages) for one in everybody) == 1


async def _first(everybody: Sequence[Person]) -> None:
    """Wait until somebody has their nudge."""
    seen = [asyncio.ensure_future(one.sees("Hallo", PATIENCE)) for one in everybody]
    await asyncio.wait(seen, return_when=asyncio.FIRST_COMPLETED)
    for one in seen:
        one.cancel()
    await asyncio.gather(*seen, return_exceptions=True)


def _is_settled(coach: Coach, everybody: Sequence[Person]) -> bool:
    """Whether only calls are left that the killed bot had under way: these wait a minute."""
    owed = [row for row in rows(coach, outbox) if row.kind == "nudge"]
    left = [row for row in owed if row.state in ("waiting", "sending")]
    return len(owed) == len(everybody) and all(row.attempts for row in left)


async def until(is_so: Callable[[], bool]) -> None:
    """Look into the database until other processes have done their work."""
    while not is_so():  # noqa: ASYNC110  no event comes from another process
        await asyncio.sleep(0.2)
