"""Attendance: this process shows that it lives, and does what falls to it alone.

With long polling one process receives for all, the holder of a lease; webhooks reach each. Calls
that dead processes left are decided about, and the pace of sending is shared among the living.
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from coachbot.channels.telegram.alarms import Alarms
from coachbot.channels.telegram.dispatching import Dispatch
from coachbot.channels.telegram.threads import StoreThread
from coachbot.coach.presence import Attended, Presence
from coachbot.errors import StoreError
from coachbot.store.leases import RENEWED_EVERY

DATABASE_REST: Final = 1.0


@dataclass
class Attendance:
    """Runs until it is cancelled; raises whatever ends receiving."""

    presence: Presence
    dispatch: Dispatch
    alarms: Alarms
    store: StoreThread
    now: Callable[[], datetime]
    receive: Callable[[], Coroutine[Any, Any, None]]
    _receiving: asyncio.Task[None] | None = field(default=None)
    _again_at: datetime | None = field(default=None)
    _lapses_at: datetime | None = field(default=None)

    async def run(self) -> None:
        try:
            while True:
                await self._pause()
                await self.attend()
        finally:
            await self._rest()

    async def attend(self) -> None:
        """Attend once; the first time before anything else begins."""
        now = self.now()
        try:
            attended = await self.store.hop(lambda: self.presence.attend(now))
            self.dispatch.sender.pacer.sharers = len(attended.living)
            await self.dispatch.recover(attended.living)
        except StoreError as error:
            await self._cannot(error)
            return
        self._again_at, self._lapses_at = attended.again_at, attended.lapses_at
        await self._take_turns(attended)

    async def _cannot(self, error: StoreError) -> None:
        """Nobody knows who receives while the database is away: whoever cannot renew, stops."""
        await self.alarms.ring("database", str(error))
        self._again_at = None
        if self.presence.polls and self._lapses_at and self.now() >= self._lapses_at:
            await self._rest()

    async def _take_turns(self, attended: Attended) -> None:
        if not attended.receives:
            await self._rest()
        elif self._receiving is None:
            self._receiving = asyncio.create_task(self.receive(), name="receive")

    async def _pause(self) -> None:
        """Sleep until it is time again; if receiving ends by itself, so does this.

        Never for long: the clock that says when may be set back.
        """
        again = self._again_at
        left = DATABASE_REST if again is None else (again - self.now()).total_seconds()
        seconds = max(0.0, min(left, RENEWED_EVERY.total_seconds()))
        if self._receiving is None:
            await asyncio.sleep(seconds)
            return
        await asyncio.wait({self._receiving}, timeout=seconds)
        if self._receiving.done():
            self._receiving.result()

    async def _rest(self) -> None:
        receiving, self._receiving = self._receiving, None
        if receiving:
            receiving.cancel()
            await asyncio.gather(receiving, return_exceptions=True)
