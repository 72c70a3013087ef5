"""The bot: a poller, a worker and a sender around the road, until it is told to stop.

Everything with a database runs in one worker thread, a hop a unit of work; `async` is the shell.
"""

import asyncio
import contextlib
import logging
import signal
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeVar

from coachbot.channels.telegram.alarms import Alarms
from coachbot.channels.telegram.outgoing import DOCUMENT
from coachbot.channels.telegram.receiving import Poller, Received
from coachbot.channels.telegram.sending import MOST_COPIES, Sender
from coachbot.coach.arrivals import Courtesy
from coachbot.coach.posting import Ended, Post
from coachbot.coach.road import Road
from coachbot.coach.tidying import Tidying
from coachbot.errors import StoreError
from coachbot.store.outbox import UNKNOWN, WAITING, Owed

log = logging.getLogger(__name__)
Result = TypeVar("Result")

STOP_SECONDS: Final = 4.0
MOST_AT_ONCE: Final = 64
LONGEST_SLEEP: Final = 30.0
DATABASE_REST: Final = 1.0
TIDY_SECONDS: Final = 3600.0
TIDY_SOON_SECONDS: Final = 60.0


@dataclass
class TelegramBot:
    """Runs until `stop` is set or a signal comes; then ends within five seconds."""

    road: Road
    post: Post
    sender: Sender
    poller_of: Callable[["TelegramBot"], Poller]
    alarms: Alarms
    now: Callable[[], datetime]
    tidying: Tidying
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    owed: asyncio.Event = field(default_factory=asyncio.Event)
    _thread: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="store")
    )
    _busy: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    _ended: list[Ended] = field(default_factory=list)
    _courtesies: set[asyncio.Task[None]] = field(default_factory=set)

    async def run(self) -> None:
        self._listen()
        await self.recover()
        poller = asyncio.create_task(self.poller_of(self).run(), name="poll")
        worker = asyncio.create_task(self._work(), name="work")
        sender = asyncio.create_task(self._send(), name="send")
        tidier = asyncio.create_task(self._tidy(), name="tidy")
        waiting = asyncio.create_task(self.stop.wait(), name="stop")
        tasks = {poller, worker, sender, tidier, waiting}
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        await self._end(poller, worker, sender, tidier)
        waiting.cancel()
        for task in done - {waiting}:
            task.result()

    def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            with contextlib.suppress(NotImplementedError, RuntimeError):
                loop.add_signal_handler(name, self.stop.set)

    async def hop(self, work: Callable[[], Result]) -> Result:
        """Run work with the database in the one thread that is for it."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    # --- receiving and working --------------------------------------------------------------------

    async def keep(self, received: Received) -> None:
        self._be_courteous(await self.hop(lambda: self.road.receive(received, self.now())))

    async def _work(self) -> None:
        """Handle what waits; sleep until something arrives or a held message is due."""
        told = set[int]()
        while True:
            self.arrived.clear()
            try:
                worked = await self.hop(lambda: self.road.work(self.now()))
            except StoreError as error:
                await self.alarms.ring("database", str(error))
                await asyncio.sleep(DATABASE_REST)
                continue
            for alarm in worked.alarms:
                await self.alarms.ring("quarantine", alarm)
            typing = [chat for chat in worked.held if chat not in told]
            told = set(worked.held)
            self._be_courteous((*worked.courtesies, *map(_typing, typing)))
            if worked.handled:
                self.owed.set()
                continue
            await self._sleep(self.arrived, worked.wake_at)

    def _be_courteous(self, courtesies: Iterable[Courtesy]) -> None:
        for courtesy in courtesies:
            task = asyncio.create_task(self.sender.be_courteous(courtesy))
            self._courtesies.add(task)
            task.add_done_callback(self._courtesies.discard)

    async def _sleep(self, event: asyncio.Event, until: datetime | None) -> None:
        seconds = LONGEST_SLEEP if until is None else (until - self.now()).total_seconds()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, min(seconds, LONGEST_SLEEP))):
                await event.wait()

    # --- sending ----------------------------------------------------------------------------------

    async def _send(self) -> None:
        """Keep every chat's first call under way; settle what ended, several at a time."""
        while True:
            self.owed.clear()
            try:
                await self._settle()
                taken = [] if self.sender.stopped.is_set() else await self._take()
                due = None if taken else await self.hop(self.post.next_due)
            except StoreError as error:
                await self.alarms.ring("database", str(error))
                await asyncio.sleep(DATABASE_REST)
                continue
            for owed in taken:
                self._busy[owed.chat] = asyncio.create_task(self._carry(owed))
            if not taken and not self._ended:
                waits_for_busy = due is not None and due <= self.now()
                await self._sleep(self.owed, None if waits_for_busy else due)

    async def _take(self) -> list[Owed]:
        room = MOST_AT_ONCE - len(self._busy)
        if room <= 0:
            return []
        busy = tuple(self._busy)
        return await self.hop(lambda: self.post.take(self.now(), room, busy))

    async def _carry(self, owed: Owed) -> None:
        self._ended.append(await self.sender.send(owed))
        self.owed.set()

    async def _settle(self) -> None:
        """Settle what ended; only then are the chats free for their next call."""
        ended = list(self._ended)
        if not ended:
            return
        await self.hop(lambda: self.post.settle(ended, self.now()))
        del self._ended[: len(ended)]
        for one in ended:
            self._busy.pop(one.owed.chat, None)

    async def recover(self) -> None:
        """Decide about calls that a killed process left under way: Telegram may have had them."""
        left = await self.hop(self.post.interrupted)
        ended = [
            Ended(owed, WAITING, self.now())
            if owed.parcel.kind != DOCUMENT and owed.attempts < MOST_COPIES
            else Ended(owed, UNKNOWN, reason="the process ended during the call")
            for owed in left
        ]
        if ended:
            await self.hop(lambda: self.post.settle(ended, self.now()))

    async def _tidy(self) -> None:
        """Let go of what is no longer needed, now and every hour; sooner while there is more."""
        while True:
            is_done = True
            with contextlib.suppress(StoreError):
                tidied = await self.hop(lambda: self.tidying.tidy(self.now()))
                is_done = tidied.is_done
                self.owed.set()
            await asyncio.sleep(TIDY_SECONDS if is_done else TIDY_SOON_SECONDS)

    # --- stopping ---------------------------------------------------------------------------------

    async def _end(self, *tasks: asyncio.Task[None]) -> None:
        """Stop receiving and working, and give calls that are under way a moment to end."""
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        under_way = {*self._busy.values(), *self._courtesies}
        if under_way:
            _, late = await asyncio.wait(under_way, timeout=STOP_SECONDS)
            for task in late:
                task.cancel()
        with contextlib.suppress(StoreError):
            await self._settle()
        self._thread.shutdown(wait=True)


def _typing(chat: int) -> Courtesy:
    return Courtesy("sendChatAction", {"chat_id": chat, "action": "typing"})
