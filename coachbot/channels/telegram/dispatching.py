"""Dispatching: every chat's first call is kept under way, and settled once it ended."""

import asyncio
import contextlib
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from coachbot.channels.telegram.alarms import Alarms
from coachbot.channels.telegram.sending import Sender, interrupted
from coachbot.channels.telegram.threads import StoreThread, something
from coachbot.coach.posting import Ended, Post, Taken
from coachbot.errors import StoreError
from coachbot.store.leases import RENEWED_EVERY
from coachbot.store.outbox import WAITING, Owed

MOST_AT_ONCE: Final = 128
AHEAD_SECONDS: Final = 0.5
"""How much is taken before its turn: what is taken cannot be overtaken by what matters more."""
DATABASE_REST: Final = 1.0
STOP_SECONDS: Final = 2.5


@dataclass
class Dispatch:
    """Runs until it is cancelled; `owed` is set when there may be something to send."""

    post: Post
    sender: Sender
    alarms: Alarms
    store: StoreThread
    now: Callable[[], datetime]
    owed: asyncio.Event = field(default_factory=asyncio.Event)
    _busy: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    _queueing: set[int] = field(default_factory=set)
    _ended: list[Ended] = field(default_factory=list)

    async def run(self) -> None:
        """Keep every chat's first call under way; settle what ended, several at a time."""
        if self.sender.pacer.sharers > 1:
            await asyncio.sleep(RENEWED_EVERY.total_seconds())  # the others still send at old pace
        while True:
            self.owed.clear()
            try:
                now = await self._go_on()
            except StoreError as error:
                await self.alarms.ring("database", str(error))
                await asyncio.sleep(DATABASE_REST)
                continue
            for owed in now.taken:
                self._queueing.add(owed.chat)
                self._busy[owed.chat] = asyncio.create_task(self._carry(owed))
            if not now.taken and not self._ended:
                await something(self.owed, now.next_due, self.now())

    async def recover(self, living: Collection[str]) -> None:
        """Decide about calls that a killed process left under way: Telegram may have had them."""
        left = await self.store.hop(lambda: self.post.interrupted(living))
        if left:
            ended = [interrupted(owed, self.now()) for owed in left]
            await self.store.hop(lambda: self.post.settle(ended, self.now()))
            self.owed.set()

    async def end(self) -> None:
        """Give calls that are under way a moment to end; what did not begin goes back."""
        for chat in tuple(self._queueing):
            self._busy[chat].cancel()
        if self._busy:
            _, late = await asyncio.wait(self._busy.values(), timeout=STOP_SECONDS)
            for task in late:
                task.cancel()
        with contextlib.suppress(StoreError):
            await self._go_on(takes=False)

    async def _carry(self, owed: Owed) -> None:
        try:
            has_waited = await self.sender.turn(owed)
        except asyncio.CancelledError:
            self._ended.append(Ended(owed, WAITING, self.now(), is_unsent=True))
            return
        finally:
            self._queueing.discard(owed.chat)
        self.owed.set()
        self._ended.append(await self.sender.make(owed, has_waited=has_waited))
        self.owed.set()

    async def _go_on(self, *, takes: bool = True) -> Taken:
        """Settle what ended, which frees its chats, and take what comes next."""
        ended = list(self._ended)
        busy = self._busy.keys() - {one.owed.chat for one in ended}
        room = self._room(len(busy)) if takes else 0
        if not ended and room <= 0:
            return Taken()
        taken = await self.store.hop(lambda: self.post.go_on(ended, self.now(), room, busy))
        del self._ended[: len(ended)]
        for one in ended:
            self._busy.pop(one.owed.chat, None)
        return taken

    def _room(self, busy: int) -> int:
        if self.sender.stopped.is_set():
            return 0
        ahead = max(1, int(min(MOST_AT_ONCE, self.sender.pacer.a_second * AHEAD_SECONDS)))
        return min(MOST_AT_ONCE - busy, ahead - len(self._queueing))
