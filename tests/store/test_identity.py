"""Ids are the order in which things were written, whatever the clock says."""

from datetime import timedelta
from pathlib import Path

import pytest

from coachbot.flow.events import Started
from coachbot.settings import Settings
from coachbot.store import identity
from coachbot.store.identity import go_on, new_id
from coachbot.store.people import Address
from coachbot.wiring import coach_of
from tests.conftest import NOW
from tests.telegram.wire import Wire

DAY = timedelta(days=1)


def test_ids_go_up_though_the_clock_goes_back() -> None:
    assert new_id(NOW) < new_id(NOW - DAY / 24) < new_id(NOW - DAY)


async def test_promise_29_order_is_kept_when_the_clock_was_set_back_before_a_restart(
    light: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = light.person()
    await anna.sends("/start")
    light.fetch()
    light.work()
    monkeypatch.setattr(identity, "_last", 0)
    with light.coach.database.read() as connection:
        go_on(connection)
    light.passes(hours=-24)
    await anna.sends("Bäckerei Morgenrot")
    light.fetch()
    light.work()
    light.passes(hours=24)
    light.send()
    assert "Was bekommt man dort" in anna.newest().text


def test_a_start_goes_on_after_the_newest_id(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COACHBOT_DATABASE_URL", f"sqlite:///{tmp_path / 'coachbot.sqlite3'}")
    monkeypatch.setenv("COACHBOT_MASTER_KEY_FILE", str(tmp_path / "master.key"))
    coach = coach_of(Settings.load())
    stored = coach.handle(Address("telegram", "5"), Started(), NOW + DAY).person.id
    coach.database.close()
    monkeypatch.setattr(identity, "_last", 0)
    coach_of(Settings.load()).database.close()
    assert new_id(NOW) > stored
