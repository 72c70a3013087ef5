"""The bot as a process while Telegram is away, slow, or wants to be believed too early."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from coachbot.channels.telegram.alarms import SECONDS_BETWEEN, Alarms
from coachbot.channels.telegram.dispatching import Dispatch
from coachbot.channels.telegram.threads import StoreThread
from coachbot.store import outbox
from tests.coach.conftest import light, migrated, quiet
from tests.coach.test_road import meets
from tests.fake_botapi import FakeBotApi, Hold, error
from tests.telegram.calling import Bell
from tests.telegram.direct import Direct, sender_on
from tests.telegram.process import running
from tests.telegram.wire import Wire

__all__ = ["light", "migrated", "quiet"]


@pytest.fixture
async def api() -> AsyncIterator[FakeBotApi]:
    async with FakeBotApi() as made:
        yield made


async def test_promise_8_what_is_confirmed_is_in_the_database(
    api: FakeBotApi, tmp_path: Path
) -> None:
    confirmed, unknown = list[int](), list[int]()

    def look(update_ids: list[int]) -> None:
        with sqlite3.connect(tmp_path / "coachbot.sqlite3") as database:
            known = {id_ for (id_,) in database.execute("SELECT update_id FROM inbox")}
        database.close()
        confirmed.extend(update_ids)
        unknown.extend(set(update_ids) - known)

    api.updates.on_confirmed = look
    anna = api.person()
    for number in range(120):
        await anna.sends(f"Nachricht {number}")
    async with running(tmp_path, api):
        await api.updates.drained()
    assert len(confirmed) == 120
    assert unknown == []


async def test_promise_18_an_outage_is_waited_out_and_nothing_is_sent_twice(
    api: FakeBotApi, tmp_path: Path
) -> None:
    async with running(tmp_path, api):
        await api.polled()
        anna = api.person()
        await anna.sends("/start")
        await anna.sees("Um welchen Betrieb")
        await api.goes_down()
        await anna.sends("Bäckerei Morgenrot")
        await api.comes_up()
        await anna.sees("Was bekommt man dort")
        await anna.sends("Brot und Gebäck für das Dorf")
        await anna.sees("Um wen soll es gehen")
    assert len([m for m in anna.messages if "Um wen soll es gehen" in m.text]) == 1


async def test_promise_21_one_chats_wait_holds_up_no_other(api: FakeBotApi, tmp_path: Path) -> None:
    """Promise 10 as well: Anna's call takes long, Carl's chat has to wait, Bert is answered."""
    async with running(tmp_path, api):
        await api.polled()
        anna, bert, carl = (api.person(first_name=name) for name in ("Anna", "Bert", "Carl"))
        hold = Hold()
        slow = api.faults.on("sendMessage", hold, chat=anna.id)
        waits = api.faults.on("sendMessage", error(429, retry_after=600), chat=carl.id)
        for person in (anna, carl):
            await person.sends("/start")
        await slow.happened()
        await waits.happened()
        await bert.sends("/start")
        await bert.sees("Um welchen Betrieb")
        await bert.sends("Imkerei")
        await bert.sees("Was bekommt man dort")
        assert [m for m in (*anna.messages, *carl.messages) if m.by_bot] == []
        hold.release()
        await anna.sees("Um welchen Betrieb")


async def test_promise_5_an_alarm_goes_to_the_operator_and_holds_nobody_up(
    api: FakeBotApi, tmp_path: Path
) -> None:
    operator, anna = api.person(first_name="Olga"), api.person()
    hold = Hold()
    held = api.faults.on("sendMessage", hold, chat=operator.id)
    async with running(tmp_path, api, COACHBOT_OPERATOR_CHAT=str(operator.id)):
        await anna.sends_raw({"message": {"chat": {"id": anna.id}, "text": "Geheimnis"}})
        await held.happened()
        await anna.sends("/start")
        await anna.sees("Um welchen Betrieb")
        hold.release()
        alarm = await operator.sees("quarantine")
    assert "Geheimnis" not in alarm.text
    assert len([m for m in operator.messages if m.by_bot]) == 1


async def test_the_operator_is_told_of_each_kind_now_and_then() -> None:
    told, time = list[str](), 0.0

    async def tell(text: str) -> None:
        told.append(text)

    alarms = Alarms(lambda: time, tell)
    await alarms.ring("token", "at once")
    time = SECONDS_BETWEEN - 1
    await alarms.ring("token", "too soon")
    await alarms.ring("database", "another kind")
    time = SECONDS_BETWEEN
    await alarms.ring("token", "again")
    assert told == ["⚠ token: at once", "⚠ database: another kind", "⚠ token: again"]


async def test_promise_24_after_a_refused_token_nothing_is_taken_and_nobody_marked(
    light: Wire,
) -> None:
    anna = await meets(light)
    await anna.sends("Bäckerei")
    light.fetch()
    light.work()
    bell, store = Bell(), StoreThread()
    sender = sender_on(Direct(light.methods), light, bell)
    dispatch = Dispatch(light.post, sender, bell.alarms, store, lambda: light.now)
    sender.stopped.set()
    assert (await dispatch._go_on()).taken == []
    assert light.outbox()[-1].state == outbox.WAITING
    assert not light.is_unreachable(anna)
    sender.stopped.clear()
    assert (await dispatch._go_on()).taken != []
    store.close()
