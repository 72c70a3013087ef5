"""Health: what was measured goes in, a verdict comes out. No clock, no network, no database."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from coachbot.store.vitals import Vitals

POLL_OVERDUE: Final = timedelta(seconds=55)
"""A long poll comes back after 50 seconds, with updates or without."""
ANSWER_OVERDUE: Final = timedelta(seconds=45)
"""Two calls in a row that Telegram did not answer take as long."""
LATE: Final = timedelta(seconds=55)
"""A held text waits up to 30 seconds, an event that fails is tried again for 15."""
SKEW: Final = timedelta(seconds=30)
"""Taken when a call has ended, so the time of the call is in it: 25 seconds at most."""
LEAST_FREE_DISK: Final = 0.10


@dataclass(frozen=True, slots=True)
class Signs:
    """What was measured at one moment.

    Attributes:
        now: the moment; every instant here is aware.
        started_at: when the process began; before, nothing can be overdue.
        polls: whether updates are fetched; a webhook is silent when nobody writes.
        vitals: what the database told, None when it did not answer.
        database: why it did not answer.
        unanswered_since: when the first call began that Telegram did not answer; None when the
            last one was answered.
        ahead: how far our clock is ahead of Telegram's, the time of the call included.
        is_token_refused: whether Telegram answered 401.
        free_disk: the share of the disk that is free; None when the database is elsewhere.
    """

    now: datetime
    started_at: datetime
    polls: bool = True
    vitals: Vitals | None = None
    database: str = ""
    unanswered_since: datetime | None = None
    ahead: timedelta = timedelta(0)
    is_token_refused: bool = False
    free_disk: float | None = None


@dataclass(frozen=True, slots=True)
class Check:
    ok: bool
    says: str


def judged(signs: Signs) -> Mapping[str, Check]:
    """Return every check by name; the bot is ready when all of them are ok."""
    return dict(_checks(signs))


def is_ready(checks: Mapping[str, Check]) -> bool:
    return all(check.ok for check in checks.values())


def _checks(signs: Signs) -> Iterator[tuple[str, Check]]:
    vitals = signs.vitals
    yield "database", Check(vitals is not None, signs.database or "answers")
    if vitals:
        yield "receiving", _receiving(signs, vitals)
        yield "sending", _sending(signs, vitals)
        for name, queue in (("inbox", vitals.inbox), ("outbox", vitals.outbox)):
            says = f"{queue.depth} wait, the oldest for {_seconds(queue.age)}"
            yield name, Check(queue.age <= LATE, says)
    yield "token", Check(not signs.is_token_refused, _either(signs.is_token_refused))
    yield "clock", Check(abs(signs.ahead) <= SKEW, f"{_seconds(signs.ahead)} ahead of Telegram's")
    if signs.free_disk is not None:
        yield "disk", Check(signs.free_disk >= LEAST_FREE_DISK, f"{signs.free_disk:.0%} free")


def _receiving(signs: Signs, vitals: Vitals) -> Check:
    silent = signs.now - max(vitals.received_at or signs.started_at, signs.started_at)
    return Check(not signs.polls or abs(silent) <= POLL_OVERDUE, f"{_seconds(silent)} ago")


def _sending(signs: Signs, vitals: Vitals) -> Check:
    """Say whether what is owed goes out: nothing is overdue, and Telegram answers."""
    silent = signs.now - max(vitals.sent_at or signs.started_at, signs.started_at)
    since = signs.unanswered_since
    if since and vitals.outbox.depth and signs.now - since > ANSWER_OVERDUE:
        return Check(ok=False, says=f"no call was answered for {_seconds(signs.now - since)}")
    is_stuck = min(vitals.outbox.age, silent) > ANSWER_OVERDUE
    return Check(not is_stuck, "last message " + (_ago(signs.now, vitals.sent_at)))


def _ago(now: datetime, moment: datetime | None) -> str:
    return f"{_seconds(now - moment)} ago" if moment else "never"


def _either(is_refused: bool) -> str:
    return "Telegram refuses it" if is_refused else "accepted"


def _seconds(span: timedelta) -> str:
    return f"{span.total_seconds():.0f} s"
