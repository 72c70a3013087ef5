"""The bot is killed at every named point of the road; `make soak` has the long version."""

import asyncio
import sqlite3
from pathlib import Path

from coachbot.store.database import Database
from tests.crashing import POINTS
from tests.fake_botapi import FakeBotApi
from tests.soak.kills import RANDOM, besiege_coachbot
from tests.telegram.process import running, start, stop

PEOPLE = 6
STOP_LIMIT = 5


async def test_promise_1_and_20_a_kill_at_any_point_loses_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/coachbot.sqlite3"
    losses = await besiege_coachbot(tmp_path, url, PEOPLE, kills=len(POINTS), points=POINTS)
    assert losses.at_points == len(POINTS)
    assert (losses.lost, losses.doubled) == (0, 0)
    assert losses.most_copies <= 2


async def test_promise_37_a_database_that_was_being_written_is_whole(tmp_path: Path) -> None:
    file = tmp_path / "coachbot.sqlite3"
    losses = await besiege_coachbot(
        tmp_path, f"sqlite:///{file}", PEOPLE, kills=4, points=(RANDOM,), rest=0.3
    )
    assert (losses.lost, losses.doubled) == (0, 0)
    with sqlite3.connect(file) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_promise_37_every_connection_writes_through_to_the_disk(sqlite: Database) -> None:
    for connect in (sqlite.write, sqlite.read):
        with connect() as connection:
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2


async def test_promise_2_told_to_stop_amid_work_it_loses_nothing(tmp_path: Path) -> None:
    async with FakeBotApi() as api:
        crowd = [api.person(first_name=f"Person {n}", language_code="de") for n in range(20)]
        for person in crowd:
            await person.sends("/start")
            for n in range(9):
                await person.sends(f"Bäckerei Nummer {n}")
        bot = await start(tmp_path, api)
        await api.calls.arrived("sendMessage")
        async with asyncio.timeout(STOP_LIMIT):
            assert await stop(bot) == 0
        async with running(tmp_path, api):
            for person in crowd:
                await person.sees("Um welchen Betrieb")
                await person.sees("Bäckerei Nummer 0")
    with sqlite3.connect(tmp_path / "coachbot.sqlite3") as database:
        counted = database.execute("SELECT count(*) FROM inbox WHERE update_id > 0").fetchone()
    assert counted == (200,)
