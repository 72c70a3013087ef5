"""The kinds of a nudge: what each has to work on, and what it takes first."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final, TypeAlias

from coachbot.flow.answers import Key
from coachbot.flow.conditions import mismatch
from coachbot.flow.observations import Tension
from coachbot.reflection.nudges import Choice, Kind, Known, Past, Task
from coachbot.reflection.ranking import most_useful

CASE: Final = Key("team.case")
FAVOURITE: Final = Key("relation.favourite")
MISMATCH: Final = Key("channels.mismatch")
MOMENT: Final = Key("check.moment")
SENTENCE: Final = Key("relation.sentence")
TENSION_REASON: Final = "tension.reason"
ALL_ASSUMED: Final = "all_assumed"

ASSUMPTIONS: Final = (
    *("tribe.mores", "purpose.wants", "tribe.person", "tribe.clash"),
    *("relation.category_expected", "tribe.identity", "tribe.aims", "tribe.onlyness"),
)
"""Which assumption is tested first when several are equally old."""

BOARDS: Final = ("purpose.priorities", "team.limit_role")
"""Deep questions that are answered whole, a tap an item."""

ERRANDS: Final = (Kind.FIELD_TASK, Kind.ASSUMPTION)

Maker: TypeAlias = Callable[[Known, Sequence[Past]], Choice | None]


def harvested(task: Past) -> Choice:
    """Bring in what a customer said, and with it the answer that was assumed."""
    asks = (task.key,) if task.key else ()
    because = "the task of the last nudge is brought in: assumed becomes heard"
    return Choice(Kind.HARVEST, task.key, task.task, because, asks, harvest=task.task)


def moment(known: Known, past: Sequence[Past]) -> Choice | None:
    """Take the observable that was quoted longest ago, the first before all."""
    observables = [Key("relation.plain", part) for part in known.answers.many("relation.plain")]
    if not observables:
        return None
    key = min(observables, key=lambda key: _last_put(past, Kind.MOMENT, key))
    return Choice(Kind.MOMENT, key, because="the observable that rests longest", asks=(MOMENT,))


def field_task(known: Known, past: Sequence[Past]) -> Choice:
    """Take the task that was given longest ago; one buys from oneself at the mismatch only."""
    tasks = [t for t in Task if t is not Task.BUY_FROM_YOURSELF or mismatch(known.answers)]
    given = {p.task: p.on for p in past}
    task = min(tasks, key=lambda task: given.get(task, date.min))
    key = MISMATCH if task is Task.BUY_FROM_YOURSELF else None
    because = "the mismatch is where it shows" if key else "the task that rests longest"
    return Choice(Kind.FIELD_TASK, key, task, because)


def errand(known: Known, past: Sequence[Past]) -> Choice:
    """Take any field task; to ask a customer tests an assumption, as long as there is one.

    If all that is said of customers is assumed, every second task is to ask one.
    """
    task = field_task(known, past)
    last = next((p.kind for p in reversed(past) if p.kind in ERRANDS), None)
    is_weak = any(found.id == ALL_ASSUMED for found in known.tensions)
    asks = task.task == Task.ASK_CUSTOMER or (is_weak and last is not Kind.ASSUMPTION)
    return (assumption(known, past) if asks else None) or task


def assumption(known: Known, past: Sequence[Past]) -> Choice | None:
    """Take the oldest assumption that no customer was asked about; asked ones come later."""
    if not known.assumed:
        return None

    def order(key: Key) -> tuple[date, date, int]:
        asked = _last_put(past, Kind.ASSUMPTION, key)
        return asked, known.since(key), _assumption_rank(key.question)

    key = min(known.assumed, key=order)
    because = f"{key.question} is assumed since {known.since(key)}"
    return Choice(Kind.ASSUMPTION, key, Task.ASK_CUSTOMER, because)


def case(_: Known, __: Sequence[Past]) -> Choice:
    return Choice(Kind.CASE, CASE, because="a rule shows at a real case", asks=(CASE,))


def sentence(known: Known, _: Sequence[Past]) -> Choice | None:
    if not known.answers.has(SENTENCE.question):
        return None
    because = f"the sentence stands since {known.since(SENTENCE)}"
    return Choice(Kind.SENTENCE, SENTENCE, because=because, asks=(SENTENCE,))


def favourite(known: Known, _: Sequence[Past]) -> Choice | None:
    """Take it as long as it has no answer; with it comes a look at the sentence."""
    if FAVOURITE not in known.deep:
        return None
    asks = (FAVOURITE, SENTENCE) if known.answers.has(SENTENCE.question) else (FAVOURITE,)
    because = "who is treated as a favourite, and does the sentence hold for both"
    return Choice(Kind.FAVOURITE, FAVOURITE, because=because, asks=asks)


def deep(known: Known, past: Sequence[Past]) -> Choice | None:
    """Take the deep question that makes the document most useful next."""
    begun = {p.kind for p in past}
    elsewhere = {CASE} if Kind.FAVOURITE in begun else {CASE, FAVOURITE}
    open_keys = [key for key in known.deep if key not in elsewhere]
    asked = [p.key.question for p in past if p.kind in (Kind.DEEP, Kind.FAVOURITE) and p.key]
    found = most_useful(known.answers, open_keys, asked)
    if not found:
        return None
    key, because = found
    board = tuple(k for k in open_keys if k.question == key.question)
    asks = board if key.question in BOARDS else (key,)
    return Choice(Kind.DEEP, key, because=f"{key.question}: {because}", asks=asks)


def tension(known: Known, past: Sequence[Past]) -> Choice | None:
    first = next(fresh_tensions(known, past), None)
    if first is None:
        return None
    key = Key(TENSION_REASON, first.id)
    return Choice(Kind.TENSION, key, because=f"{first.id} has not been put", tension=first)


def fresh_tensions(known: Known, past: Sequence[Past]) -> Iterator[Tension]:
    """Yield the tensions that were never put for the answers as they are."""
    for found in known.tensions:
        put = _last_put(past, Kind.TENSION, Key(TENSION_REASON, found.id))
        if found.id in known.put:
            put = max(put, known.finished_on)
        if any(known.since(key) > put for key in found.rests_on):
            yield found


def _assumption_rank(question: str) -> int:
    return ASSUMPTIONS.index(question) if question in ASSUMPTIONS else len(ASSUMPTIONS)


def _last_put(past: Sequence[Past], kind: Kind, key: Key) -> date:
    """Return when a kind was last about that answer; the first of all days for never."""
    return max((p.on for p in past if p.kind is kind and p.key == key), default=date.min)


MAKERS: Final[Mapping[Kind, Maker]] = {
    Kind.MOMENT: moment,
    Kind.FIELD_TASK: field_task,
    Kind.CASE: case,
    Kind.SENTENCE: sentence,
    Kind.DEEP: deep,
    Kind.TENSION: tension,
    Kind.ASSUMPTION: assumption,
    Kind.FAVOURITE: favourite,
}
