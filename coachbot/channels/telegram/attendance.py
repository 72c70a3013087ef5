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
                await self.attend()
                await self._pause()
        finally:
            await self._rest()

    async def attend(self) -> None:
        """Attend once, if it is time."""
        now = self.now()
        if self._again_at is not None and self._again_at > now:
            return
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
        """Sleep until it is time again; if receiving ends by itself, so does this."""
        again = self._again_at
        seconds = DATABASE_REST if again is None else (again - self.now()).total_seconds()
        if self._receiving is None:
            await asyncio.sleep(max(0.0, seconds))
            return
        await asyncio.wait({self._receiving}, timeout=max(0.0, seconds))
        if self._receiving.done():
            self._receiving.result()

    async def _rest(self) -> None:
        receiving, self._receiving = self._receiving, None
        if receiving:
            receiving.cancel()
            await asyncio.gather(receiving, return_exceptions=True)
