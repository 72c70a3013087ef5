"""The clock of the fake Bot API server: real for benches, moved by hand in tests."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

from tests.fake_botapi.signals import Signal

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Clock(Protocol):
    def now(self) -> datetime:
        """Return the present instant in UTC."""

    def time(self) -> float:
        """Return the present instant in seconds since 1970."""

    async def wait_until(self, moment: float) -> None:
        """Return once `time()` has reached `moment`."""


class SystemClock:
    """The machine's own time, for benches and for a bot that cannot be handed a clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def time(self) -> float:
        return time.time()

    async def wait_until(self, moment: float) -> None:
        await asyncio.sleep(max(0.0, moment - time.time()))


class FakeClock:
    """Time stands still until a test moves it; whoever waited for that moment then wakes up.

    May be moved from another thread than the one that waits.
    """

    def __init__(self, start: datetime = START) -> None:
        self._now = start.astimezone(UTC)
        self._sleepers: dict[asyncio.Future[None], float] = {}
        self._joined = Signal()

    def now(self) -> datetime:
        return self._now

    def time(self) -> float:
        return self._now.timestamp()

    def advance(
        self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0
    ) -> None:
        """Move time on by the given span (a negative one turns it back)."""
        span = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        self.move_to(self._now + span)

    def move_to(self, moment: datetime) -> None:
        """Set the time, forwards or backwards, to an aware `moment`."""
        self._now = moment.astimezone(UTC)
        for sleeper, due in list(self._sleepers.items()):
            if due <= self.time():
                sleeper.get_loop().call_soon_threadsafe(_wake, sleeper)

    async def wait_until(self, moment: float) -> None:
        while self.time() < moment:
            sleeper = asyncio.get_running_loop().create_future()
            self._sleepers[sleeper] = moment
            self._joined.notify()
            try:
                await sleeper
            finally:
                del self._sleepers[sleeper]

    async def waiters(self, due: Callable[[float], bool], count: int = 1) -> None:
        """Wait until `count` others wait for moments that fit: then it is time to move on."""

        def look() -> bool:
            return sum(map(due, self._sleepers.values())) >= count

        await self._joined.until(look)


def _wake(sleeper: asyncio.Future[None]) -> None:
    if not sleeper.done():
        sleeper.set_result(None)
