"""The poller against the fake Bot API: what is confirmed was committed before."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from coachbot.channels.telegram.api import Api
from coachbot.channels.telegram.incoming import chat_of
from coachbot.channels.telegram.receiving import LONGEST_WAIT, WANTED, Poller, Received
from coachbot.errors import StoreError
from tests.fake_botapi import FakeBotApi, FakeClock, Person, error, html, lost_answer, reset
from tests.fake_botapi.faults import Effect, Process, Reply
from tests.fake_botapi.signals import Signal
from tests.telegram.calling import Bell, calling

PATIENCE = 10.0  # only a test that fails waits so long


@dataclass
class Post:
    """A poller at work; `kept` is what it committed, `failures` how often committing fails."""

    telegram: FakeBotApi
    api: Api
    anna: Person
    bell: Bell = field(default_factory=Bell)
    kept: list[int] = field(default_factory=list)
    batches: list[Received] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    confirmed_too_early: list[int] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    failures: int = 0
    changed: Signal = field(default_factory=Signal)

    def __post_init__(self) -> None:
        self.telegram.updates.on_confirmed = self._confirmed

    def poller(self) -> Poller:
        return Poller(self.api, self._keep, self.arrived, self.bell.alarms, self._sleep)

    async def has_kept(self, count: int) -> None:
        await self.changed.until(lambda: len(self.kept) >= count)

    async def slept_times(self, count: int) -> None:
        await self.changed.until(lambda: len(self.slept) >= count)

    async def _keep(self, received: Received) -> None:
        await asyncio.sleep(0)
        if self.failures:
            self.failures -= 1
            raise StoreError("the disk is full")
        self.batches.append(received)
        self.kept += [update_id for update_id, *_ in received]
        self.changed.notify()

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.changed.notify()
        await asyncio.sleep(0)

    def _confirmed(self, update_ids: list[int]) -> None:
        self.confirmed_too_early += [one for one in update_ids if one not in self.kept]


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    async with (
        FakeBotApi(FakeClock(), first_update_id=900_000) as telegram,
        calling(telegram) as api,
    ):
        yield Post(telegram, api, telegram.person())


@contextlib.asynccontextmanager
async def polling(post: Post) -> AsyncIterator[None]:
    task = asyncio.create_task(post.poller().run())
    try:
        async with asyncio.timeout(PATIENCE):
            yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_it_asks_for_what_it_reads_and_waits_long(post: Post) -> None:
    async with polling(post):
        [call] = await post.telegram.calls.arrived("getUpdates")
    assert call.parameters == {"timeout": 50, "limit": 100, "allowed_updates": list(WANTED)}


async def test_promise_8_nothing_is_confirmed_before_it_is_kept(post: Post) -> None:
    async with polling(post):
        for number in range(250):
            await post.anna.sends(f"Nachricht {number}")
        await post.telegram.updates.drained()
    assert post.kept == list(range(900_000, 900_250))
    assert post.confirmed_too_early == []


async def test_what_is_kept_is_the_update_as_it_came_and_its_chat(post: Post) -> None:
    await post.anna.sends("Ruhe")
    await post.anna.sends_raw({"thought": 1})
    async with polling(post):
        await post.has_kept(2)
    [(_, chat, raw), (_, nowhere, strange)] = post.batches[0]
    assert (chat, nowhere) == (post.anna.id, None)
    assert raw["message"]["text"] == "Ruhe"
    assert strange == {"update_id": 900_001, "thought": 1}
    assert chat_of(raw) == chat


async def test_the_worker_is_woken_after_they_were_kept(post: Post) -> None:
    async with polling(post):
        await post.telegram.polled()
        assert not post.arrived.is_set()
        await post.anna.sends("Ruhe")
        await post.arrived.wait()
    assert post.kept == [900_000]


async def test_promise_8_a_poller_that_died_leaves_nothing_behind(post: Post) -> None:
    """It kept the update and died before the call that confirms: the next one gets it again."""
    await post.anna.sends("Ruhe")
    await post.poller().poll()
    async with polling(post):
        await post.telegram.updates.drained()
    assert post.kept == [900_000, 900_000]


async def test_promise_7_what_could_not_be_stored_comes_again_in_order(post: Post) -> None:
    post.failures = 3
    for text in ("eins", "zwei", "drei"):
        await post.anna.sends(text)
    async with polling(post):
        await post.telegram.updates.drained()
    assert post.kept == [900_000, 900_001, 900_002]
    assert post.confirmed_too_early == []
    assert post.bell.kinds == ["database"] * 3
    assert post.slept == [1, 2, 4]


async def test_promise_4_ids_that_begin_anew_lower_are_new_updates(post: Post) -> None:
    async with polling(post):
        await post.anna.sends("vor dem Urlaub")
        await post.telegram.updates.drained()
        post.telegram.updates.restart_at(5000)
        await post.anna.sends("nach dem Urlaub")
        await post.anna.sends("noch etwas")
        await post.telegram.updates.drained()
    assert post.kept == [900_000, 5000, 5001]
    assert post.confirmed_too_early == []


async def test_promise_5_what_is_no_update_at_all_is_an_alarm_and_no_hurry(post: Post) -> None:
    async def nonsense(_process: Process) -> Reply:
        return Reply(200, b'{"ok":true,"result":[{"thought":1},7,null]}')

    post.telegram.faults.on("getUpdates", nonsense, times=2)
    await post.anna.sends("Ruhe")
    async with polling(post):
        await post.telegram.updates.drained()
    assert post.kept == [900_000]
    assert post.bell.kinds == ["malformed", "malformed"]
    assert len(post.slept) == 2


async def test_promise_11_another_poller_is_an_alarm(post: Post) -> None:
    async with polling(post):
        await post.telegram.polled()
        async with polling(post):
            await post.changed.until(lambda: bool(post.slept))
    assert post.bell.kinds[0] == "conflict"


async def test_promise_11_after_a_conflict_it_polls_on(post: Post) -> None:
    conflict = error(409, "terminated by other getUpdates request")
    post.telegram.faults.on("getUpdates", conflict, times=2)
    async with polling(post):
        await post.anna.sends("Ruhe")
        await post.has_kept(1)
    assert post.bell.kinds == ["conflict", "conflict"]


async def test_promise_24_a_refused_token_is_an_alarm(post: Post) -> None:
    post.telegram.faults.on("getUpdates", error(401))
    async with polling(post):
        await post.slept_times(1)
    assert post.bell.kinds == ["token"]


@pytest.mark.parametrize("effect", [error(502), html(502), html(200), reset(), lost_answer()])
async def test_promise_18_trouble_on_the_way_is_waited_out_without_an_alarm(
    post: Post, effect: Effect
) -> None:
    post.telegram.faults.on("getUpdates", effect, times=3)
    await post.anna.sends("Ruhe")
    async with polling(post):
        await post.telegram.updates.drained()
    assert post.kept == [900_000]
    assert post.slept == [1, 2, 4]
    assert post.bell.rung == []


async def test_it_waits_ever_longer_but_not_for_ever_and_forgets_it_when_all_is_well(
    post: Post,
) -> None:
    rule = post.telegram.faults.on("getUpdates", error(502), times=7)
    async with polling(post):
        await rule.happened(7)
        await post.telegram.polled()
        post.telegram.faults.on("getUpdates", error(502))
        await post.anna.sends("Ruhe")
        await post.slept_times(8)
    assert post.slept == [1, 2, 4, 8, 16, LONGEST_WAIT, LONGEST_WAIT, 1]


async def test_promise_21_it_waits_as_long_as_telegram_says(post: Post) -> None:
    post.telegram.faults.on("getUpdates", error(429, retry_after=13))
    async with polling(post):
        await post.slept_times(1)
    assert post.slept == [13]
