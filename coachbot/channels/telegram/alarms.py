"""Alarms: what an operator has to know, in the log and in their chat, each at most now and then."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Final

from coachbot.coach.meter import Meter

log = logging.getLogger(__name__)

SECONDS_BETWEEN: Final = 600.0


@dataclass
class Alarms:
    """Raises alarms; `tell` sends one to the operator's chat and may fail quietly."""

    now: Callable[[], float]
    tell: Callable[[str], Awaitable[None]] | None = None
    meter: Meter = field(default_factory=Meter)
    _last: dict[str, float] = field(default_factory=dict)

    async def ring(self, kind: str, text: str) -> None:
        """Log an alarm always; tell the operator unless one of its kind was told lately."""
        log.error("alarm (%s): %s", kind, text)
        self.meter.rang(kind)
        if (
            self.tell is None
            or self.now() - self._last.get(kind, -SECONDS_BETWEEN) < SECONDS_BETWEEN
        ):
            return
        self._last[kind] = self.now()
        await self.tell(f"⚠ {kind}: {text}")


@dataclass
class InPassing:
    """Tells in the background: whoever raises an alarm does not wait for Telegram."""

    tell: Callable[[str], Coroutine[Any, Any, None]]
    _telling: set[asyncio.Task[None]] = field(default_factory=set)

    async def __call__(self, text: str) -> None:
        task = asyncio.create_task(self.tell(text))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)
