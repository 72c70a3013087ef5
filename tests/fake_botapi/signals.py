"""Waiting for a change without sleeping and looking."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


class Signal:
    """Wakes those who wait for a change; they look for themselves whether it is theirs.

    Costs next to nothing while nobody waits.
    """

    def __init__(self) -> None:
        self._sleepers: set[asyncio.Future[None]] = set()

    def notify(self) -> None:
        for sleeper in self._sleepers:
            if not sleeper.done():
                sleeper.set_result(None)

    async def until(self, look: Callable[[], Found | None]) -> Found:
        """Return the first thing other than None (or False) that `look` finds."""
        while True:
            found = look()
            if found is not None and found is not False:
                return found
            await self.change()

    async def change(self) -> None:
        """Wait for the next change."""
        sleeper = asyncio.get_running_loop().create_future()
        self._sleepers.add(sleeper)
        try:
            await sleeper
        finally:
            self._sleepers.discard(sleeper)
