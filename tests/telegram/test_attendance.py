"""Attendance: who receives, who shares the pace, and what becomes of the calls of the dead."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from coachbot.channels.telegram.attendance import Attendance
from coachbot.channels.telegram.dispatching import Dispatch
from coachbot.channels.telegram.threads import StoreThread
from coachbot.coach.presence import Presence
from coachbot.errors import StoreError
from coachbot.store import leases
from coachbot.store.leases import HELD_FOR, POLL
from tests.coach.conftest import light, migrated, quiet
from tests.conftest import NOW
from tests.telegram.calling import Bell
from tests.telegram.direct import Direct, sender_on
from tests.telegram.wire import Wire

__all__ = ["light", "migrated", "quiet"]
OTHER = "elsewhere.1:7:aa"


@dataclass
class Post:
    """One process's attendance, with a clock that a test moves."""

    wire: Wire
    polls: bool = True
    time: datetime = NOW
    began: int = 0
    bell: Bell = field(default_factory=Bell)
    receiving: asyncio.Event = field(default_factory=asyncio.Event)
    store: StoreThread = field(default_factory=StoreThread)

    def __post_init__(self) -> None:
        dispatch = Dispatch(
            self.wire.post,
            sender_on(Direct(self.wire.methods), self.wire, self.bell),
            self.bell.alarms,
            self.store,
            self.now,
        )
        presence = Presence(self.wire.coach.database, "here.1:1:bb", polls=self.polls)
        self.pacer = dispatch.sender.pacer
        self.attendance = Attendance(
            presence, dispatch, self.bell.alarms, self.store, self.now, self._receive
        )

    def now(self) -> datetime:
        return self.time

    async def attends(self, after: timedelta = timedelta(0)) -> None:
        self.time += after
        await self.attendance.attend()
        await asyncio.sleep(0)

    async def _receive(self) -> None:
        self.began += 1
        self.receiving.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.receiving.clear()

    def other(self, *, polls: bool = False) -> None:
        """Let another process be there from now on."""
        with self.wire.coach.database.write() as connection:
            leases.attend(connection, OTHER, self.time)
            if polls:
                assert leases.acquire(connection, POLL, OTHER, self.time)


@pytest.fixture
async def post(light: Wire) -> AsyncIterator[Post]:
    made = Post(light)
    yield made
    made.store.close()


async def test_promise_11_whoever_holds_the_lease_receives(post: Post) -> None:
    await post.attends()
    assert post.receiving.is_set()
    await post.attends(timedelta(seconds=3))
    assert post.began == 1, "it goes on"


async def test_promise_11_whoever_does_not_hold_it_waits_for_it_to_lapse(post: Post) -> None:
    post.other(polls=True)
    await post.attends()
    assert not post.receiving.is_set()
    await post.attends(HELD_FOR)
    assert post.receiving.is_set()


async def test_promise_11_whoever_cannot_renew_it_stops_in_time(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the database nobody knows who receives: another may have taken it over."""
    await post.attends()

    def away(*_: object) -> None:
        raise StoreError("away")

    monkeypatch.setattr(Presence, "attend", away)
    await post.attends(timedelta(seconds=3))
    assert post.receiving.is_set()
    await post.attends(HELD_FOR)
    assert not post.receiving.is_set()
    monkeypatch.undo()
    await post.attends()
    assert post.receiving.is_set()


async def test_webhooks_are_answered_by_all_and_without_the_database_too(
    light: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = Post(light, polls=False)
    post.other(polls=True)
    await post.attends()
    assert post.receiving.is_set()
    monkeypatch.setattr(Presence, "attend", lambda *_: (_ for _ in ()).throw(StoreError("away")))
    await post.attends(2 * HELD_FOR)
    assert post.receiving.is_set()
    post.store.close()


async def test_promise_25_the_pace_is_divided_by_those_who_live(post: Post) -> None:
    await post.attends()
    assert post.pacer.sharers == 1
    post.other()
    await post.attends(timedelta(seconds=3))
    assert post.pacer.sharers == 2
    await post.attends(HELD_FOR)
    assert post.pacer.sharers == 1


async def test_what_ends_receiving_ends_the_bot(post: Post) -> None:
    async def refused() -> None:
        raise ValueError("the address is refused")

    post.attendance.receive = refused
    await post.attends()
    with pytest.raises(ValueError, match="refused"):
        await post.attendance.run()
