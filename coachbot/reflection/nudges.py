"""The values of a nudge: its kinds, what is known, what was put before, and what is chosen."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final, Self

from coachbot.flow.answers import Answers, Key
from coachbot.flow.observations import Tension
from coachbot.flow.path import deep_keys
from coachbot.flow.questions import Flow, Question

ASSUMED: Final = "assumed"


class Kind(StrEnum):
    """What the one thing of a nudge can be; the names of its texts."""

    MOMENT = "moment"
    FIELD_TASK = "field_task"
    HARVEST = "harvest"
    CASE = "case"
    SENTENCE = "sentence"
    DEEP = "deep"
    TENSION = "tension"
    ASSUMPTION = "assumption"
    FAVOURITE = "favourite"
    LETTER = "letter"
    REVIEW = "review"


class Task(StrEnum):
    """The field tasks, in the order in which they are first given."""

    BUY_FROM_YOURSELF = "buy_from_yourself"
    FREE_CHAIR = "free_chair"
    LISTEN_IN = "listen_in"
    LOST_SALE = "lost_sale"
    ASK_CUSTOMER = "ask_customer"


@dataclass(frozen=True, slots=True)
class Past:
    """What an earlier nudge put; as `Choice.past` gives it. Own words may be in the key's item."""

    kind: Kind
    on: date
    key: Key | None = None
    task: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What the chooser is told of a finished definition.

    Attributes:
        answers: the current ones.
        finished_on: the day on which the first version was finished.
        given_on: when each current answer was given; what is missing is as old as the definition.
        tensions: those among the answers, in the order in which a coach brings them.
        put: ids of the tensions that were put in the first run.
        deep: deep keys without an answer, in the order of the flow.
        assumed: answers about customers that are assumed, in the order of the flow.
        lived: the ratings of `check.lived`, the oldest first.
    """

    answers: Answers
    finished_on: date
    given_on: Mapping[Key, date] = field(default_factory=dict)
    tensions: Sequence[Tension] = ()
    put: Sequence[str] = ()
    deep: Sequence[Key] = ()
    assumed: Sequence[Key] = ()
    lived: Sequence[int] = ()

    @classmethod
    def of(
        cls,
        flow: Flow,
        answers: Answers,
        finished_on: date,
        given_on: Mapping[Key, date],
        put: Sequence[str] = (),
        lived: Sequence[int] = (),
    ) -> Self:
        """Return what the answers say by themselves, and what only a caller can know."""
        return cls(
            answers=answers,
            finished_on=finished_on,
            given_on=given_on,
            tensions=flow.rules.tensions(answers, True),
            put=put,
            deep=tuple(key for stage in flow.stages for key in deep_keys(flow, answers, stage)),
            assumed=tuple(_assumed(flow, answers)),
            lived=lived,
        )

    def since(self, key: Key) -> date:
        return self.given_on.get(key, self.finished_on)


@dataclass(frozen=True, slots=True)
class Choice:
    """The one thing of a nudge.

    Attributes:
        kind: which texts it has.
        key: the answer it is about, or None: an observable (relation.plain, with the observable
            as item), the assumed answer, the mismatch, the question, a tension's reason.
        task: the field task that is handed out or brought in, or the span of a letter.
        because: why, for operators.
        asks: the questions to put for it, in their order; a task and a tension ask none.
        harvest: the task that has to be brought in in this nudge, or "".
        tension: the tension to put.
    """

    kind: Kind
    key: Key | None = None
    task: str = ""
    because: str = ""
    asks: tuple[Key, ...] = ()
    harvest: str = ""
    tension: Tension | None = None

    def past(self, on: date) -> Past:
        return Past(self.kind, on, self.key, self.task)


def _assumed(flow: Flow, answers: Answers) -> Iterator[Key]:
    for question in flow.questions:
        if answers.has(question.id) and _is_assumed(question, answers):
            yield Key(question.id)


def _is_assumed(question: Question, answers: Answers) -> bool:
    """Whether an answer's own evidence says so, or else that of its stage."""
    source = question.customer_side
    return bool(source) and (answers.text(source, question.id) or answers.text(source)) == ASSUMED
