"""What a nudge asks: one thing, chosen by rules that can be read aloud. No clock of its own.

1. What was handed out is brought in. "Ask one customer" has a nudge of its own for its harvest, as
   an answer about customers may change with it. Every other field task was that fortnight's
   commitment, so its harvest comes first in the next nudge, where a commitment is asked about.
2. What has a date comes on its date: the review of the year, letters from the past self.
3. Then the first six: moment, ask one customer, its harvest, a real case, a field task, the
   favourite and the unwelcome customer with a look at the sentence.
4. From then on what the last year has had least of, measured by how often it shall come in one
   (`YEAR`); of two that are equal what rests longest. What is weak shall come twice as often.

A kind with nothing to work on is passed over, and none comes twice in a row. Days are local dates
of the person. `past` is what was really put, the oldest first: a nudge that was left before its
one thing came is no past, and the same thing is chosen again.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from coachbot.flow.answers import Key, Value
from coachbot.flow.questions import Flow
from coachbot.reflection import letters
from coachbot.reflection.kinds import ERRANDS, MAKERS, errand, fresh_tensions, harvested
from coachbot.reflection.nudges import Choice, Kind, Known, Past

FIRST: Final = (
    (Kind.MOMENT,),
    (Kind.ASSUMPTION,),
    (Kind.CASE,),
    (Kind.FIELD_TASK,),
    (Kind.FAVOURITE, Kind.SENTENCE),
)
"""The first six but the harvest, which follows its task; of two kinds the first that can be."""

YEAR: Final[Mapping[Kind, int]] = {
    Kind.DEEP: 8,
    Kind.FIELD_TASK: 5,
    Kind.CASE: 4,
    Kind.SENTENCE: 3,
    Kind.TENSION: 3,
    Kind.MOMENT: 1,
}
"""How often a kind shall come in a year of 26, beside two letters and a review; and a moment."""

COUNTS_AS: Final[Mapping[Kind, tuple[Kind, ...]]] = {
    Kind.ASSUMPTION: (Kind.FIELD_TASK,),
    Kind.FAVOURITE: (Kind.DEEP, Kind.SENTENCE),
}
A_FORTNIGHT: Final = timedelta(weeks=2)
A_YEAR: Final = timedelta(weeks=52)
REVIEW_AHEAD: Final = timedelta(weeks=3)
"""The review comes before the letter of the year, and not together with it."""

WEAK: Final = 2
HARDLY_LIVED: Final = 2
MANY_TENSIONS: Final = 3

HEARD: Final = "heard"
CLOSED: Final = ("done", "no_longer")

LIVED: Final = Key("check.lived")
HARVEST: Final = Key("check.harvest")
THREE_YEARS: Final = Key("check.three_years")
YEARLY: Final = (Key("check.self"), Key("check.customers"))


def choose(known: Known, past: Sequence[Past], today: date) -> Choice:
    """Return the one thing of today's nudge; there always is one."""
    last = past[-1] if past else None
    if last and last.kind is Kind.ASSUMPTION:
        return harvested(last)
    chosen = (
        _dated(known, past, today)
        or _of_the_first_six(known, past)
        or _of_the_year(known, past, today)
    )
    return replace(chosen, harvest=last.task) if last and last.kind is Kind.FIELD_TASK else chosen


def agenda(known: Known, choice: Choice) -> tuple[Key, ...]:
    """Return all that a nudge asks: commitment, lived 1 to 5, the one thing, a new next step.

    A task that is handed out is the next step, so none is asked for beside it.
    """
    outcome = (letters.OUTCOME,) if has_open_commitment(known) else ()
    harvest = (HARVEST,) if choice.harvest else ()
    ending = () if choice.kind in ERRANDS else (letters.STEP,)
    if choice.kind is Kind.HARVEST:
        return (*outcome, LIVED, *harvest, *choice.asks, *ending)
    return (*outcome, *harvest, LIVED, *choice.asks, *ending)


def has_open_commitment(known: Known) -> bool:
    """Whether there is a next step whose outcome is not known, or is not the end of it."""
    if not known.answers.has(letters.STEP.question):
        return False
    if known.answers.text(letters.OUTCOME.question) not in CLOSED:
        return True
    return known.since(letters.STEP) >= known.since(letters.OUTCOME)


def heard(flow: Flow, about: Key) -> dict[Key, Value]:
    """Return what to write once a harvest was brought in: that answer is heard, not assumed."""
    source = flow.by_id[about.question].customer_side
    return {Key(source, about.question): HEARD} if source else {}


def _dated(known: Known, past: Sequence[Past], today: date) -> Choice | None:
    """Return the review of the year or the letter, if its day has come and it has not."""
    year = max(0, (today + REVIEW_AHEAD - known.finished_on) // A_YEAR)
    if year and _is_missing(Kind.REVIEW, past, known.finished_on + year * A_YEAR - REVIEW_AHEAD):
        return Choice(Kind.REVIEW, because=f"year {year} is nearly over", asks=YEARLY)
    letter = letters.number(known.finished_on, today)
    if letter and _is_missing(Kind.LETTER, past, letters.due_since(known.finished_on, letter)):
        because = f"the letter of half-year {letter} since the definition was finished"
        span = letters.span_of(letter)
        return Choice(Kind.LETTER, THREE_YEARS, span, because, asks=(THREE_YEARS,))
    return None


def _is_missing(kind: Kind, past: Sequence[Past], since: date) -> bool:
    return _is_allowed(kind, past) and all(p.on < since for p in past if p.kind is kind)


def _of_the_first_six(known: Known, past: Sequence[Past]) -> Choice | None:
    begun = {p.kind for p in past}
    waiting = (kinds for kinds in FIRST if begun.isdisjoint(kinds))
    for kind in (kind for kinds in waiting for kind in kinds if _is_allowed(kind, past)):
        if choice := MAKERS[kind](known, past):
            return replace(choice, because=f"the first six: {choice.because}")
    return None


def _of_the_year(known: Known, past: Sequence[Past], today: date) -> Choice:
    """Return what the last year has had least of; there always is a field task or a case."""
    weak, choices = _weak(known, past), dict(_workable(known, past, today))
    put = {kind: [p.on for p in past if _counts(p.kind, kind)] for kind in choices}
    had = {kind: _had(kind, put[kind], today) / (WEAK if kind in weak else 1) for kind in choices}
    least = min(choices, key=lambda kind: (had[kind], max(put[kind], default=date.min)))
    why = (f"{least} had {had[least]:.0%} of its share", weak.get(least), choices[least].because)
    return replace(choices[least], because="; ".join(filter(None, why)))


def _workable(known: Known, past: Sequence[Past], today: date) -> Iterator[tuple[Kind, Choice]]:
    """Yield what could come; no harvest shall take the place of what has a date."""
    is_free = not _dated(known, past, today + A_FORTNIGHT)
    for kind in YEAR:
        choice = errand(known, past) if kind is Kind.FIELD_TASK else MAKERS[kind](known, past)
        if choice is None or (choice.kind is Kind.ASSUMPTION and not is_free):
            continue
        if _is_allowed(choice.kind, past):
            yield kind, choice


def _had(kind: Kind, put: Sequence[date], today: date) -> float:
    """Return how much of its share of a year a kind has had (as Sainte-Laguë divides seats)."""
    return (sum(today - on < A_YEAR for on in put) + 0.5) / YEAR[kind]


def _counts(put: Kind, kind: Kind) -> bool:
    return put is kind or kind in COUNTS_AS.get(put, ())


def _is_allowed(kind: Kind, past: Sequence[Past]) -> bool:
    """Whether a kind may come now: not twice in a row, and no task right after a task."""
    last = past[-1].kind if past else None
    return kind is not last and not (kind in ERRANDS and last in ERRANDS)


def _weak(known: Known, past: Sequence[Past]) -> dict[Kind, str]:
    """Return what is weak: the kind that works on it, and the reason."""
    weak: dict[Kind, str] = {}
    if len(known.lived) > 1 and max(known.lived[-2:]) <= HARDLY_LIVED:
        weak[Kind.SENTENCE] = "weak: it was hardly lived twice in a row"
    if len(list(fresh_tensions(known, past))) >= MANY_TENSIONS:
        weak[Kind.TENSION] = "weak: many answers pull apart"
    return weak
