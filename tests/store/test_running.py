"""Backup, restore and move beside a bot that runs."""

from pathlib import Path

import pytest

from coachbot.errors import StoreError
from coachbot.store.backup import back_up
from coachbot.store.database import Database, open_database
from coachbot.store.ledger import Ledger
from coachbot.store.moving import move
from coachbot.store.restoring import settle_in_place
from coachbot.store.sealing import KeyRing
from tests.fake_botapi import FakeBotApi
from tests.telegram.process import PATIENCE, running, start, stop


def opened(folder: Path, name: str = "coachbot.sqlite3") -> Database:
    return open_database(f"sqlite:///{folder / name}")


async def test_a_bot_that_runs_is_backed_up_but_neither_moved_nor_settled(tmp_path: Path) -> None:
    from coachbot.wiring_telegram import utc_now

    async with FakeBotApi() as api, running(tmp_path, api) as bot:
        anna = api.person(first_name="Anna", language_code="de")
        await anna.sends("/start")
        await anna.sees("Um welchen Betrieb", patience=PATIENCE)
        made = back_up(tmp_path / "coachbot.sqlite3", tmp_path / "a.backup", utc_now())
        assert made.rows["people"] == 1
        ring, _ = KeyRing.from_file(tmp_path / "master.key")
        ledger = Ledger(tmp_path / "erasures.jsonl")
        source, target = opened(tmp_path), opened(tmp_path, "new.sqlite3")
        with pytest.raises(StoreError, match="a bot is running"):
            move(source, target, ring, utc_now())
        with pytest.raises(StoreError, match="a bot is running"):
            settle_in_place(source, ring, ledger, utc_now())
        await anna.sends("Bäckerei")
        await anna.sees("Was bekommt man dort", patience=PATIENCE)
        await stop(bot)
        moved, _ = move(source, target, ring, utc_now())
        assert moved["answers"] == 1
        source.close()
        target.close()


async def test_a_bot_that_was_killed_is_in_nobodys_way(tmp_path: Path) -> None:
    from coachbot.wiring_telegram import utc_now

    async with FakeBotApi() as api:
        bot = await start(tmp_path, api)
        await api.polled()
        bot.kill()
        await bot.wait()
    ring, _ = KeyRing.from_file(tmp_path / "master.key")
    source, target = opened(tmp_path), opened(tmp_path, "new.sqlite3")
    move(source, target, ring, utc_now())
    source.close()
    target.close()
