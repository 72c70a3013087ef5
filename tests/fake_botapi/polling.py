"""getUpdates: long polling, and what happens when two bots poll."""

import asyncio

from tests.fake_botapi import limits
from tests.fake_botapi.clock import Clock
from tests.fake_botapi.parameters import Parameters
from tests.fake_botapi.refusals import Refusal
from tests.fake_botapi.signals import Signal
from tests.fake_botapi.updates import UpdateQueue

_OTHER_POLL = (
    "terminated by other getUpdates request; make sure that only one bot instance is running"
)
_WEBHOOK_SET = "terminated by setWebhook request"
WEBHOOK_ACTIVE = (
    "can't use getUpdates method while webhook is active;"
    " use deleteWebhook to delete the webhook first"
)


class Polling:
    """At most one poll waits; a later one ends it. Timeouts run on the injected clock.

    Told twice within three seconds of that clock, a conflict is answered only after as long.
    The server's other brake (it stretches empty polls of less than three seconds) is left out.
    """

    def __init__(self, queue: UpdateQueue, clock: Clock) -> None:
        self._queue = queue
        self._clock = clock
        self._waiting: asyncio.Future[str] | None = None
        self._last_offset: int | None = None
        self._last_time = 0.0
        self._next_conflict = 0.0
        self.changed = Signal()

    @property
    def is_waiting(self) -> bool:
        return self._waiting is not None

    async def get_updates(self, parameters: Parameters) -> bytes:
        """Return the JSON array of updates; raises Refusal when another poll takes over."""
        offset = parameters.integer("offset")
        limit = self._limit(parameters, offset)
        seconds = min(max(parameters.integer("timeout"), 0), limits.POLL_SECONDS)
        self._queue.allow(parameters.json("allowed_updates"))
        updates = self._queue.fetch(offset, limit)
        if not updates and seconds:
            await self._wait(self._clock.time() + seconds)
            updates = self._queue.fetch(max(offset, 0), limit)
        return b"[" + b",".join(update.body for update in updates) + b"]"

    def interrupt(self, reason: str = _WEBHOOK_SET) -> None:
        """End the poll that waits, with a conflict."""
        if self._waiting and not self._waiting.done():
            self._waiting.set_result(reason)

    def _limit(self, parameters: Parameters, offset: int) -> int:
        limit = min(max(parameters.integer("limit", limits.POLL_UPDATES), 1), limits.POLL_UPDATES)
        now = self._clock.time()
        soon = now < self._last_time + limits.SAME_OFFSET_SECONDS
        again = offset == self._last_offset and soon
        self._last_offset, self._last_time = offset, now
        return 1 if again else limit

    async def _wait(self, deadline: float) -> None:
        """Wait for an update until `deadline`; raises Refusal when interrupted."""
        self.interrupt(_OTHER_POLL)
        mine = self._waiting = asyncio.get_running_loop().create_future()
        self.changed.notify()
        others = [
            asyncio.ensure_future(self._clock.wait_until(deadline)),
            asyncio.ensure_future(self._queue.added.until(lambda: len(self._queue) or None)),
        ]
        try:
            await asyncio.wait([mine, *others], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for other in others:
                other.cancel()
            if self._waiting is mine:
                self._waiting = None
            self.changed.notify()
        if mine.done():
            await self._refuse(mine.result())

    async def _refuse(self, reason: str) -> None:
        now = self._clock.time()
        if now < self._next_conflict:
            await self._clock.wait_until(now + limits.CONFLICT_PAUSE)
        else:
            self._next_conflict = now + limits.CONFLICT_PAUSE
        raise Refusal(409, reason)
