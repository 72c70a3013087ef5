"""Dispatching: how much is taken ahead, and what goes back when the bot stops."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

import pytest

from coachbot.channels.telegram.dispatching import Dispatch
from coachbot.channels.telegram.outgoing import MESSAGE
from coachbot.channels.telegram.pacing import Pacer
from coachbot.channels.telegram.threads import StoreThread
from coachbot.store.outbox import NUDGE, SENT, WAITING
from tests.coach.conftest import light, migrated, quiet
from tests.coach.test_posting import owe
from tests.telegram.calling import Bell
from tests.telegram.direct import Direct, sender_on
from tests.telegram.wire import Wire

__all__ = ["light", "migrated", "quiet"]
MANY, A_SECOND = 40, 10


class Queue:
    """The pacer's sleepers: nobody wakes them."""

    def __init__(self) -> None:
        self.length = 0
        self.grew = asyncio.Condition()

    async def sleep(self, _: float) -> None:
        async with self.grew:
            self.length += 1
            self.grew.notify_all()
        await asyncio.Event().wait()

    async def holds(self, count: int) -> None:
        async with self.grew, asyncio.timeout(20):
            await self.grew.wait_for(lambda: self.length >= count)


@pytest.fixture
async def store() -> AsyncIterator[StoreThread]:
    made = StoreThread()
    yield made
    made.close()


async def test_promise_25_what_waits_for_its_turn_can_still_be_overtaken(
    light: Wire, store: StoreThread
) -> None:
    """Half a second's worth of nudges is taken ahead, not all of them; on stopping it goes back."""
    for chat in range(MANY):
        light.telegram.person(id=100 + chat)
        owe(light, 100 + chat, "Wie war es?", kind=NUDGE)
    queue, bell = Queue(), Bell()
    sender = sender_on(Direct(light.methods), light, bell)
    sender.pacer = Pacer(lambda: 0.0, queue.sleep, overall=A_SECOND)
    dispatch = Dispatch(light.post, sender, bell.alarms, store, lambda: light.now)
    running = asyncio.create_task(dispatch.run())
    await queue.holds(A_SECOND // 2)
    owe(light, 100 + MANY, "Was bekommt man dort?", kind=MESSAGE)
    [next_one] = light.post.take(light.now, 1, ())
    assert next_one.parcel.kind == MESSAGE
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await dispatch.end()
    states = Counter(row.state for row in light.outbox() if row.kind == NUDGE)
    assert states == {SENT: 1, WAITING: MANY - 1}, "the first had its turn at once"
    assert {row.copies for row in light.outbox() if row.state == WAITING} == {0}
