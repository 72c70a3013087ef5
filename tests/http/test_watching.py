"""Health and metrics over HTTP: a real database, a real poller and sender, a cloud that fails."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import aiohttp
import pytest

from coachbot.channels.http.metrics import Metrics
from coachbot.channels.http.serving import listening, serving
from coachbot.channels.http.watching import Watch
from coachbot.channels.telegram.pacing import Pacer
from coachbot.channels.telegram.receiving import Poller, Received
from coachbot.channels.telegram.sending import Sender
from coachbot.errors import StoreError
from coachbot.store import vitals
from coachbot.store.outbox import Owed, Parcel
from coachbot.store.vitals import Vitals
from tests.fake_botapi import Hold, error
from tests.telegram.calling import Bell, calling
from tests.telegram.wire import Wire

Checks = dict[str, dict[str, Any]]


@dataclass
class Asked:
    """A watched bot and its port; `status` and `checks` are what the last question brought."""

    wire: Wire
    metrics: Metrics
    client: aiohttp.ClientSession
    url: str = ""
    status: int = 0
    checks: Checks | None = None
    trouble: Exception | None = None
    is_stuck: bool = False

    async def vitals(self) -> Vitals:
        if self.is_stuck:
            await asyncio.Event().wait()
        if self.trouble:
            raise self.trouble
        with self.wire.coach.database.read() as connection:
            return vitals.read(connection, self.wire.now)

    async def red(self) -> set[str]:
        """Ask for health; return the names of the checks that are not ok."""
        answer = await self.client.get(f"{self.url}/healthz")
        told = json.loads(await answer.text())
        self.status, checks = answer.status, told["checks"]
        assert told["ready"] == (self.status == 200)
        self.checks = checks
        return {name for name, check in checks.items() if not check["ok"]}

    async def keep(self, received: Received) -> None:
        self.wire.road.receive(received, self.wire.now)


@pytest.fixture
async def asked(light: Wire) -> AsyncIterator[Asked]:
    metrics = Metrics(lambda: light.now)
    light.road = replace(light.road, meter=metrics)
    at = listening("HEALTH_LISTEN", "127.0.0.1:0")
    async with aiohttp.ClientSession() as client:
        one = Asked(light, metrics, client, f"http://127.0.0.1:{at.getsockname()[1]}")
        watch = Watch(metrics, one.vitals, lambda: 0.5, light.now, patience=0.05)
        async with serving(watch.app(), at), light.telegram:
            yield one


@contextlib.asynccontextmanager
async def polling(asked: Asked) -> AsyncIterator[None]:
    async with calling(asked.wire.telegram) as api:
        poller = Poller(api, asked.keep, asyncio.Event(), Bell().alarms)
        task = asyncio.create_task(poller.run())
        yield
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@contextlib.asynccontextmanager
async def sending(asked: Asked) -> AsyncIterator[Sender]:
    async with calling(asked.wire.telegram) as api:
        bell = Bell()
        bell.alarms.meter = asked.metrics

        def never(*_: object) -> Any:
            raise AssertionError("nothing is printed here")

        pacer = Pacer(time.monotonic, overall=1000, chat_seconds=0)
        yield Sender(
            api, pacer, bell.alarms, lambda: asked.wire.now, never, never, meter=asked.metrics
        )


def owed(chat: int) -> Owed:
    return Owed(1, 1, chat, Parcel("sendMessage", {"chat_id": chat, "text": "?"}, "question", 1), 1)


async def test_a_bot_at_rest_is_ready(asked: Asked) -> None:
    assert await asked.red() == set()
    assert asked.status == 200


async def test_promise_50_a_poller_that_is_stuck_shows_while_get_me_works(asked: Asked) -> None:
    telegram, hold = asked.wire.telegram, Hold()
    async with polling(asked):
        await telegram.person().sends("Ruhe")
        await telegram.updates.drained()
        await telegram.polled()
        telegram.faults.on("getUpdates", hold)
        telegram.clock.advance(seconds=50)  # type: ignore[attr-defined]
        await telegram.calls.answered("getUpdates", 2)
        await telegram.calls.arrived("getUpdates", 3)
        asked.wire.passes(seconds=50)
        assert await asked.red() == {"inbox"}
        asked.wire.work()
        assert await asked.red() == set()
        asked.wire.passes(seconds=6)
        assert await asked.red() == {"receiving"}
        assert asked.status == 503
        async with calling(telegram) as api:
            assert (await api.call("getMe", {}))["is_bot"]


async def test_promise_50_a_sender_that_is_stuck_shows(asked: Asked) -> None:
    telegram, anna = asked.wire.telegram, asked.wire.person()
    await anna.sends("/start")
    asked.wire.fetch()
    asked.wire.work()
    telegram.faults.on("sendMessage", Hold())
    async with sending(asked) as sender:
        call = asyncio.create_task(sender.send(owed(anna.id)))
        await telegram.calls.arrived("sendMessage")
        asked.wire.passes(seconds=44)
        asked.wire.receive()
        assert await asked.red() == set()
        asked.wire.passes(seconds=2)
        assert await asked.red() == {"sending"}
        assert asked.checks
        assert asked.checks["sending"]["says"] == "no call was answered for 46 s"
        call.cancel()
        await asyncio.gather(call, return_exceptions=True)


async def test_promise_24_a_token_that_is_refused_shows(asked: Asked) -> None:
    asked.wire.telegram.faults.on("sendMessage", error(401))
    async with sending(asked) as sender:
        await sender.send(owed(asked.wire.person().id))
    assert await asked.red() == {"token"}


async def test_promise_50_a_clock_that_is_wrong_shows_with_the_next_message(asked: Asked) -> None:
    anna = asked.wire.person()
    async with sending(asked) as sender:
        await sender.send(owed(anna.id))
        assert await asked.red() == set()
        asked.metrics.now = lambda: asked.wire.now.replace(year=2027)
        await sender.send(owed(anna.id))
    asked.metrics.now = lambda: asked.wire.now
    assert await asked.red() == {"clock"}


async def test_a_database_that_fails_or_hangs_shows_and_health_still_answers(asked: Asked) -> None:
    asked.trouble = StoreError("the database did not answer: disk I/O error")
    assert await asked.red() == {"database"}
    assert asked.checks
    assert "disk I/O error" in asked.checks["database"]["says"]
    asked.is_stuck = True
    assert await asked.red() == {"database"}


async def test_the_operator_is_told_once_what_stays_red(asked: Asked) -> None:
    """Half a minute apart: well, red, red, red, well, red, red."""
    rung, states = list[str](), iter("wrrrwrr")

    async def ring(kind: str, text: str) -> None:
        rung.append(f"{kind}: {text}")

    async def sleep(_: float) -> None:
        state = next(states, "")
        if not state:
            raise asyncio.CancelledError
        asked.trouble = StoreError("the disk is full") if state == "r" else None

    watch = Watch(asked.metrics, asked.vitals, lambda: 0.5, asked.wire.now)
    with pytest.raises(asyncio.CancelledError):
        await watch.guard(ring, sleep)
    assert rung == ["health: database: the disk is full"] * 2


async def test_metrics_are_told_with_and_without_a_database(asked: Asked) -> None:
    anna = asked.wire.person()
    await anna.sends("/start")
    asked.wire.runs()
    for trouble in (None, StoreError("gone")):
        asked.trouble = trouble
        answer = await asked.client.get(f"{asked.url}/metrics")
        text = await answer.text()
        assert answer.status == 200
        assert 'coachbot_updates_total{kind="message"} 1.0' in text
        assert f"coachbot_ready {0.0 if trouble else 1.0}" in text


@pytest.mark.parametrize(
    ("method", "path", "status"), [("POST", "/healthz", 405), ("GET", "/", 404)]
)
async def test_there_is_nothing_else(asked: Asked, method: str, path: str, status: int) -> None:
    assert (await asked.client.request(method, asked.url + path)).status == status
