"""The queue in which Telegram keeps updates until the bot has confirmed them."""

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, takewhile
from typing import Any

from tests.fake_botapi import limits
from tests.fake_botapi.clock import Clock
from tests.fake_botapi.signals import Signal
from tests.fake_botapi.texts import encode

# What a bot gets without asking (Bot API: all but these).
_ON_REQUEST = {"chat_member", "message_reaction", "message_reaction_count"}
_NEVER = 1 << 62


@dataclass(frozen=True, slots=True)
class Pending:
    """One update as JSON; `queue` names the order a webhook has to keep it in."""

    update_id: int
    body: bytes
    expires_at: int
    queue: int


class UpdateQueue:
    """Updates by ascending id.

    `on_confirmed` is told the ids that the bot confirms, before the request that confirms them
    is answered. It must not raise: the bot would get the blame.
    """

    def __init__(self, clock: Clock, first_id: int | None = None) -> None:
        self._clock = clock
        self._pending: dict[int, Pending] = {}
        self._tail = first_id or random.randint(2_000_001, 2**30)
        self._earliest = _NEVER  # no update expires before
        self.allowed: set[str] | None = None  # None: the default
        self.added = Signal()
        self.emptied = Signal()
        self.on_confirmed: Callable[[list[int]], None] = lambda _: None

    def __len__(self) -> int:
        self._expire()
        return len(self._pending)

    @property
    def next_id(self) -> int:
        return self._tail

    def restart_at(self, update_id: int) -> None:
        """Go on with another id, as Telegram does after a week of silence."""
        if self._pending:
            raise RuntimeError("Updates are still waiting: ids restart only in an empty queue")
        self._tail = update_id

    def allow(self, kinds: object) -> None:
        """Take over `allowed_updates`: an empty list means the default, nothing means as before."""
        if isinstance(kinds, list):
            self.allowed = {str(kind).lower() for kind in kinds} or None

    def add(self, kind: str, content: object, *, lifetime: float, queue: int) -> int | None:
        """Queue an update; returns its id, or None for a kind the bot does not want."""
        wanted = kind not in _ON_REQUEST if self.allowed is None else kind in self.allowed
        if not wanted:
            return None
        return self.add_raw({kind: content}, lifetime=lifetime, queue=queue)

    def add_raw(self, update: dict[str, Any], *, lifetime: float, queue: int) -> int:
        """Queue an update as it is, however odd, under the next id."""
        update_id, self._tail = self._tail, self._tail + 1
        body = encode({"update_id": update_id, **update})
        expires_at = int(self._clock.time() + lifetime)
        self._earliest = min(self._earliest, expires_at)
        self._pending[update_id] = Pending(update_id, body, expires_at, queue)
        self.added.notify()
        return update_id

    def fetch(self, offset: int, limit: int) -> list[Pending]:
        """Return updates from `offset` on and forget those before it, as getUpdates does."""
        self._expire()
        if offset < 0:
            self._confirm(list(self._pending)[:offset])
        start = self._start(offset)
        self._confirm(list(takewhile(lambda update_id: update_id < start, self._pending)))
        return list(islice(self._pending.values(), limit))

    def waiting(self) -> Iterator[Pending]:
        """Return everything unconfirmed, oldest first; to be used before the queue changes."""
        self._expire()
        return iter(self._pending.values())

    def forget(self, update_id: int, *, taken: bool) -> None:
        """Drop one update: `taken` by a webhook, or never to be delivered any more."""
        known = [update_id] if update_id in self._pending else []
        if taken:
            self._confirm(known)
        else:
            self._drop(known)

    def clear(self) -> None:
        """Drop everything: `drop_pending_updates`."""
        self._drop(list(self._pending))

    async def drained(self) -> None:
        """Wait until the bot has confirmed everything."""
        await self.emptied.until(lambda: not self._pending)

    def _head(self) -> int:
        return next(iter(self._pending), self._tail)

    def _start(self, offset: int) -> int:
        """Return the offset to use; one far outside of the queue falls back to its head."""
        head = self._head()
        behind = offset < head - limits.OFFSET_BEHIND
        ahead = offset > self._tail + limits.OFFSET_AHEAD
        return head if offset <= 0 or behind or ahead else offset

    def _expire(self) -> None:
        now = int(self._clock.time())
        if now <= self._earliest:
            return
        self._drop([one.update_id for one in self._pending.values() if one.expires_at < now])
        self._earliest = min((one.expires_at for one in self._pending.values()), default=_NEVER)

    def _confirm(self, update_ids: list[int]) -> None:
        if update_ids:
            self.on_confirmed(update_ids)
            self._drop(update_ids)

    def _drop(self, update_ids: Iterable[int]) -> None:
        for update_id in update_ids:
            del self._pending[update_id]
        if not self._pending:
            self.emptied.notify()
