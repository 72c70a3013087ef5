"""The bot: it receives, works and sends around the road, until it is told to stop.

Everything with a database runs in one worker thread, a hop a unit of work; `async` is the shell.
"""

import asyncio
import contextlib
import signal
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from coachbot.channels.telegram.alarms import Alarms
from coachbot.channels.telegram.attendance import Attendance
from coachbot.channels.telegram.clock import Clock
from coachbot.channels.telegram.courtesies import Courtesies
from coachbot.channels.telegram.dispatching import Dispatch
from coachbot.channels.telegram.receiving import Received
from coachbot.channels.telegram.sending import Sender
from coachbot.channels.telegram.threads import StoreThread, something
from coachbot.coach.arrivals import Courtesy
from coachbot.coach.posting import Post
from coachbot.coach.presence import Presence
from coachbot.coach.road import Road
from coachbot.coach.tidying import Tidying
from coachbot.errors import StoreError

DATABASE_REST: Final = 1.0
TIDY_SECONDS: Final = 3600.0
TIDY_SOON_SECONDS: Final = 60.0


@dataclass
class TelegramBot:
    """Runs until `stop` is set or a signal comes; then ends within five seconds.

    `receive` gets updates and keeps them until it is cancelled.
    """

    road: Road
    post: Post
    sender: Sender
    presence: Presence
    receive: Callable[["TelegramBot"], Coroutine[Any, Any, None]]
    alarms: Alarms
    now: Callable[[], datetime]
    tidying: Tidying
    clock_of: Callable[["TelegramBot"], Clock]
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    store: StoreThread = field(default_factory=StoreThread)

    def __post_init__(self) -> None:
        self.courtesies = Courtesies(self.sender.be_courteous)
        self.dispatch = Dispatch(self.post, self.sender, self.alarms, self.store, self.now)
        self.attendance = Attendance(
            self.presence,
            self.dispatch,
            self.alarms,
            self.store,
            self.now,
            lambda: self.receive(self),
        )

    async def run(self) -> None:
        self._listen()
        await self.attendance.attend()
        clock = self.clock_of(self)
        runs = (self.attendance.run, self._work, self.dispatch.run, self._tidy, clock.run)
        tasks = [asyncio.create_task(run(), name=run.__qualname__) for run in runs]
        waiting = asyncio.create_task(self.stop.wait(), name="stop")
        done, _ = await asyncio.wait({*tasks, waiting}, return_when=asyncio.FIRST_COMPLETED)
        await self._end(tasks)
        waiting.cancel()
        for task in done - {waiting}:
            task.result()

    def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            with contextlib.suppress(NotImplementedError, RuntimeError):
                loop.add_signal_handler(name, self.stop.set)

    async def keep(self, received: Received) -> None:
        polite = await self.store.hop(lambda: self.road.receive(received, self.now()))
        self.courtesies.begin(polite)

    async def put_aside(self, body: bytes, reason: str) -> None:
        await self.store.hop(lambda: self.road.put_aside(body, reason, self.now()))
        await self.alarms.ring("quarantine", f"something arrived that is no update: {reason}")

    async def _work(self) -> None:
        """Handle what waits; sleep until something arrives or a held message is due."""
        told = set[int]()
        while True:
            self.arrived.clear()
            try:
                worked = await self.store.hop(lambda: self.road.work(self.now()))
            except StoreError as error:
                await self.alarms.ring("database", str(error))
                await asyncio.sleep(DATABASE_REST)
                continue
            for alarm in worked.alarms:
                await self.alarms.ring("quarantine", alarm)
            typing = [chat for chat in worked.held if chat not in told]
            told = set(worked.held)
            self.courtesies.begin((*worked.courtesies, *map(_typing, typing)))
            if worked.handled:
                self.dispatch.owed.set()
                continue
            await something(self.arrived, worked.wake_at, self.now())

    async def _tidy(self) -> None:
        """Let go of what is no longer needed, now and every hour; sooner while there is more."""
        while True:
            is_done = True
            with contextlib.suppress(StoreError):
                tidied = await self.store.hop(lambda: self.tidying.tidy(self.now()))
                is_done = tidied.is_done
                self.dispatch.owed.set()
            await asyncio.sleep(TIDY_SECONDS if is_done else TIDY_SOON_SECONDS)

    async def _end(self, tasks: Iterable[asyncio.Task[None]]) -> None:
        """Stop receiving and working, and give calls that are under way a moment to end."""
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.dispatch.end()
        await self.courtesies.end()
        with contextlib.suppress(StoreError):
            await self.store.hop(self.presence.leave)
        self.store.close()


def _typing(chat: int) -> Courtesy:
    return Courtesy("sendChatAction", {"chat_id": chat, "action": "typing"})
