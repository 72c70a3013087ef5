"""The one thread in which everything with a database runs: a hop a unit of work."""

import asyncio
import contextlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeVar

Result = TypeVar("Result")

A_GLANCE: Final = 1.0
"""Seconds after which one looks again unasked: another process may have left something to do."""


@dataclass
class StoreThread:
    _thread: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="store")
    )

    async def hop(self, work: Callable[[], Result]) -> Result:
        """Run work with the database, after what was asked for before."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def close(self) -> None:
        self._thread.shutdown(wait=True)


async def something(event: asyncio.Event, until: datetime | None, now: datetime) -> None:
    """Wait for an event, an instant or a glance, whichever comes first."""
    seconds = A_GLANCE if until is None else (until - now).total_seconds()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(max(0.0, min(seconds, A_GLANCE))):
            await event.wait()
