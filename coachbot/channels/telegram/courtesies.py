"""Courtesies: calls that are made once, beside everything else, and whose failure does not matter.

A tap is acknowledged, "typing" is shown, and a question that was answered is tidied: its buttons
give way to the answer. Of these the tidying is what goes first when there is much to do, because
each of these calls takes the place of somebody's next question.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from coachbot.coach.arrivals import Courtesy

MOST_AT_ONCE: Final = 16
LAST_SECONDS: Final = 1.0
TIDYING: Final = frozenset({"editMessageText", "editMessageReplyMarkup"})


@dataclass
class Courtesies:
    """`make` makes one and does not raise."""

    make: Callable[[Courtesy], Awaitable[None]]
    last_seconds: float = LAST_SECONDS
    _under_way: set[asyncio.Future[None]] = field(default_factory=set)

    def begin(self, courtesies: Iterable[Courtesy]) -> None:
        """Begin what is courteous now; nobody waits for it."""
        for courtesy in courtesies:
            if courtesy.method in TIDYING and len(self._under_way) >= MOST_AT_ONCE:
                continue
            task = asyncio.ensure_future(self.make(courtesy))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def end(self) -> None:
        """Give what is under way a moment to end."""
        if self._under_way:
            _, late = await asyncio.wait(self._under_way, timeout=self.last_seconds)
            for task in late:
                task.cancel()
