"""The pacer under a clock that a test moves: who may send when."""

import asyncio
from collections.abc import Awaitable, Iterable
from dataclasses import dataclass, field

import pytest

from coachbot.channels.telegram.pacing import FORGET_ABOVE, Pacer


@dataclass
class Time:
    """A steady clock that jumps to the next sleeper as soon as everybody sleeps."""

    now: float = 1000.0
    sleepers: list[tuple[float, asyncio.Event]] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.Event()
        self.sleepers.append((self.now + seconds, woken))
        await woken.wait()

    async def run(self, works: Iterable[Awaitable[object]]) -> list[float]:
        """Run all at once; returns after how many seconds each was done."""
        began, done = self.now, list[float]()

        async def timed(work: Awaitable[object]) -> float:
            await work
            return round(self.now - began, 6)

        tasks = [asyncio.ensure_future(timed(work)) for work in works]
        while not all(task.done() for task in tasks):
            for _ in range(5):
                await asyncio.sleep(0)
            if self.sleepers:
                self._wake_next()
        done += [task.result() for task in tasks]
        return done

    def _wake_next(self) -> None:
        next_one = min(self.sleepers, key=lambda sleeper: sleeper[0])
        self.sleepers.remove(next_one)
        self.now = max(self.now, next_one[0])
        next_one[1].set()


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def pacer(time: Time) -> Pacer:
    return Pacer(lambda: time.now, time.sleep)


async def test_promise_25_a_message_a_second_in_a_chat(time: Time, pacer: Pacer) -> None:
    assert await time.run(pacer.turn(1) for _ in range(5)) == [0, 1, 2, 3, 4]


async def test_promise_25_chats_do_not_wait_for_each_other(time: Time, pacer: Pacer) -> None:
    assert await time.run(pacer.turn(chat) for chat in (1, 2, 1, 3)) == [0, 0, 1, 0]


async def test_a_chat_that_rested_waits_no_more(time: Time, pacer: Pacer) -> None:
    await time.run([pacer.turn(1)])
    time.now += 60
    assert await time.run([pacer.turn(1), pacer.turn(1)]) == [0, 1]


async def test_promise_25_25_a_second_over_all(time: Time, pacer: Pacer) -> None:
    at = await time.run(pacer.share() for _ in range(200))
    assert at == sorted(at)
    assert all(later - earlier > 0.9999 for earlier, later in zip(at, at[25:], strict=False))
    assert at[-1] == pytest.approx(199 / 25)


async def test_promise_25_silence_saves_nothing_up(time: Time, pacer: Pacer) -> None:
    await time.run([pacer.share()])
    time.now += 3600
    at = await time.run(pacer.share() for _ in range(50))
    assert at[25] >= 1


async def test_promise_21_a_held_chat_holds_no_other(time: Time, pacer: Pacer) -> None:
    pacer.hold(1, 7)
    assert await time.run(pacer.turn(chat) for chat in (1, 2, 1, 2)) == [7, 0, 8, 1]


async def test_promise_21_who_waits_already_is_held_as_well(time: Time, pacer: Pacer) -> None:
    await pacer.turn(1)

    async def hold() -> None:
        await time.sleep(0.5)
        pacer.hold(1, 7)

    assert await time.run([pacer.turn(1), hold()]) == [7.5, 0.5]


async def test_a_shorter_hold_does_not_end_a_longer_one(time: Time, pacer: Pacer) -> None:
    pacer.hold(1, 30)
    pacer.hold(1, 2)
    assert await time.run([pacer.turn(1)]) == [30]


async def test_chats_are_forgotten_when_they_may_send_again(time: Time, pacer: Pacer) -> None:
    for chat in range(FORGET_ABOVE):
        pacer.hold(chat, 0.5)
    time.now += 1
    pacer.hold(-1, 60)
    await pacer.turn(-2)
    assert set(pacer._chats) == {-1, -2}


@pytest.mark.parametrize("sharers", [2, 5])
async def test_promise_25_the_pace_is_shared_among_those_who_live(
    time: Time, pacer: Pacer, sharers: int
) -> None:
    pacer.sharers = sharers
    assert (await time.run(pacer.share() for _ in range(26)))[-1] == sharers
