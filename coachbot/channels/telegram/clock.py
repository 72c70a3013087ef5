"""The clock: brings what is due at its time, beside the poller, the worker and the sender."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from coachbot.channels.telegram.alarms import Alarms
from coachbot.channels.telegram.threads import StoreThread
from coachbot.coach.timekeeping import AT_ONCE, Ticked, Timekeeper
from coachbot.errors import StoreError

LONGEST_SLEEP: Final = 30.0
"""A schedule may have been changed meanwhile, also by another process."""
NO_ROOM_SECONDS: Final = 0.2
"""The outbox is full: a few of the nudges are sent, then a few more are claimed."""
DATABASE_REST: Final = 5.0


@dataclass
class Clock:
    """Ticks until it is cancelled; `owed` wakes the sender, `stopped` says that nothing is sent."""

    timekeeper: Timekeeper
    now: Callable[[], datetime]
    alarms: Alarms
    store: StoreThread
    owed: asyncio.Event
    stopped: asyncio.Event

    async def run(self) -> None:
        """Bring stored due dates under today's zone rules, then whatever is due, for ever."""
        recomputing = asyncio.create_task(self._recompute(), name="recompute")
        try:
            while True:
                seconds = await self._tick()
                await asyncio.sleep(seconds)
        finally:
            recomputing.cancel()

    async def _tick(self) -> float:
        """Tick once; returns in how many seconds to look again."""
        if self.stopped.is_set():
            return LONGEST_SLEEP
        try:
            ticked = await self.store.hop(lambda: self.timekeeper.tick(self.now()))
        except StoreError as error:
            await self.alarms.ring("database", str(error))
            return DATABASE_REST
        for alarm in ticked.alarms:
            await self.alarms.ring("nudge", alarm)
        if ticked.owed:
            self.owed.set()
        return self._until(ticked)

    def _until(self, ticked: Ticked) -> float:
        if ticked.owed == AT_ONCE:
            return 0.0
        if ticked.next_due is None:
            return LONGEST_SLEEP
        seconds = (ticked.next_due - self.now()).total_seconds()
        return min(max(seconds, NO_ROOM_SECONDS), LONGEST_SLEEP)

    async def _recompute(self) -> None:
        """Go through all schedules once; an answer that waits comes in between."""
        last: int | None = 0
        with contextlib.suppress(StoreError):
            while last is not None:
                last = await self.store.hop(partial(self.timekeeper.recompute, last))
