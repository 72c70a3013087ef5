"""Letters from the past self: what was written then, and what has become of it.

A letter is written by the answers themselves. It comes every half year after the definition was
finished, and looks back half a year and a year in turn. Dates are local dates of the person.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from coachbot.flow.answers import SKIPPED, Answers, Key, Value

EVERY: Final = timedelta(weeks=26)
"""Thirteen fortnights: half a year that falls on the weekday of the nudges."""

EARLY: Final = timedelta(weeks=1)
"""A nudge every fortnight comes within a week of any date; so may the letter."""

STEP: Final = Key("next.step")
OUTCOME: Final = Key("next.outcome")
SENTENCE: Final = Key("relation.sentence")
DONE: Final = "done"

_PASSING: Final = ("next.", "check.", "nudge.", "tension.")
"""Stages of a conversation, not parts of the definition."""


class Span(StrEnum):
    """How far a letter looks back; the names of its texts."""

    HALF_YEAR = "half_year"
    YEAR = "year"


class Given(NamedTuple):
    """An answer and the day on which it was given; every answer ever given, current or not."""

    key: Key
    value: Value
    on: date


@dataclass(frozen=True, slots=True)
class Promise:
    """A next step, when it was promised, and the last that was said of it; "" for nothing yet."""

    text: str
    on: date
    outcome: str = ""

    @property
    def is_kept(self) -> bool:
        return self.outcome == DONE


@dataclass(frozen=True, slots=True)
class Change:
    """An answer of the definition then and now; SKIPPED where there was or is none."""

    key: Key
    then: Value
    now: Value


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter says: the sentence then and now, the promises since, what has changed."""

    span: Span
    since: date
    sentence_then: str
    sentence_now: str
    promises: tuple[Promise, ...]
    changes: tuple[Change, ...]

    @property
    def is_same_sentence(self) -> bool:
        return self.sentence_then == self.sentence_now

    @property
    def kept(self) -> tuple[Promise, ...]:
        return tuple(promise for promise in self.promises if promise.is_kept)

    @property
    def added(self) -> tuple[Change, ...]:
        """Return what has an answer now and had none then."""
        return tuple(change for change in self.changes if _is_empty(change.then))

    @property
    def reworded(self) -> tuple[Change, ...]:
        """Return what reads differently now, the sentence apart."""
        told = (change for change in self.changes if change.key != SENTENCE)
        return tuple(c for c in told if not _is_empty(c.then) and not _is_empty(c.now))


def number(finished_on: date, today: date) -> int:
    """Return which letter is due, counted from 1 at half a year; 0 before the first."""
    return max(0, (today + EARLY - finished_on) // EVERY)


def due_since(finished_on: date, letter: int) -> date:
    """Return the first day on which that letter may come."""
    return finished_on + letter * EVERY - EARLY


def span_of(letter: int) -> Span:
    return Span.HALF_YEAR if letter % 2 else Span.YEAR


def letter(given: Sequence[Given], finished_on: date, today: date) -> Letter:
    """Return the letter that is due on `today`.

    Args:
        given: every answer ever given, in the order of giving.
        finished_on: the day on which the first version was finished.
        today: its day; before the first letter is due it is the first that is written.
    """
    due = max(1, number(finished_on, today))
    since = finished_on + (due - (1 if due % 2 else 2)) * EVERY
    then, now = as_of(given, since), as_of(given, today)
    return Letter(
        span=span_of(due),
        since=since,
        sentence_then=then.text(SENTENCE.question),
        sentence_now=now.text(SENTENCE.question),
        promises=tuple(_promises(given, since, today)),
        changes=tuple(_changes(then, now)),
    )


def as_of(given: Sequence[Given], on: date) -> Answers:
    """Return the answers as they stood at the end of a day."""
    return Answers({key: value for key, value, day in given if day <= on})


def _promises(given: Sequence[Given], since: date, today: date) -> Iterator[Promise]:
    """Yield every step promised from `since` on, with the last outcome before the next step."""
    pending: Promise | None = None
    for key, value, on in given:
        if not (since <= on <= today and isinstance(value, str)):
            continue
        if key == OUTCOME and pending:
            pending = replace(pending, outcome=value)
        if key == STEP:
            if pending and not _is_rewritten(pending, on):
                yield pending
            pending = Promise(value, on)
    if pending:
        yield pending


def _is_rewritten(promise: Promise, on: date) -> bool:
    """Whether a step of that day takes the place of the promise: it was worded anew."""
    return promise.on == on and not promise.outcome


def _changes(then: Answers, now: Answers) -> Iterator[Change]:
    for key in dict.fromkeys((*then, *now)):
        before, after = then.get(key, SKIPPED), now.get(key, SKIPPED)
        lasts = not key.question.startswith(_PASSING)
        if lasts and before != after and not (_is_empty(before) and _is_empty(after)):
            yield Change(key, before, after)


def _is_empty(value: Value) -> bool:
    return value in (SKIPPED, "", ())
