"""The path: which questions apply, which is next, how far somebody has come.

Position is derived from the answers and never stored, so questions may be added, moved or removed
between two releases without losing an answer. The idea is docassemble's: ask for what is missing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from coachbot.flow.answers import Answers, Key, Value
from coachbot.flow.conditions import CONDITIONS
from coachbot.flow.questions import Depth, Flow, Question
from coachbot.flow.sources import items_of

EXPECTED: Final[dict[Key, Value]] = {
    Key("values.list"): ("1", "2", "3"),
    Key("team.who"): ("employees",),
}
"""What most people answer, so that the number of messages does not grow under their hands."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far: the stage, and this is the `number`th message of `total` as things stand."""

    stage: str
    number: int
    total: int


def applies(question: Question, answers: Answers) -> bool:
    return not question.when or CONDITIONS[question.when](answers)


def keys(flow: Flow, answers: Answers, questions: Iterable[Question]) -> Iterator[Key]:
    """Yield the keys that apply, in the order of the flow."""
    for question in questions:
        if applies(question, answers):
            yield from _keys_of(flow, question, answers)


def _keys_of(flow: Flow, question: Question, answers: Answers) -> tuple[Key, ...]:
    if question.id in flow.fixed_keys:
        return flow.fixed_keys[question.id]
    return tuple(Key(question.id, item) for item in items_of(flow, question, answers))


def next_open(flow: Flow, answers: Answers) -> Key | None:
    """Return the first core key that was neither answered nor skipped, or None at the end."""
    return next((key for key in keys(flow, answers, flow.core) if key not in answers), None)


def previous(flow: Flow, answers: Answers, key: Key | None) -> Key | None:
    """Return the last key before `key` that was answered or skipped; None at the beginning."""
    before: Key | None = None
    asked = (q for q in flow.questions if q.depth is not Depth.NUDGE)
    for candidate in keys(flow, answers, asked):
        if candidate == key:
            return before
        if candidate in answers:
            before = candidate
    return before


def deep_keys(flow: Flow, answers: Answers, stage: str) -> tuple[Key, ...]:
    """Return a stage's deep keys that have no real answer yet."""
    deep = [q for q in flow.questions if q.depth is Depth.DEEP and q.stage == stage]
    return tuple(key for key in keys(flow, answers, deep) if not answers.has(*key))


def progress(flow: Flow, answers: Answers, key: Key) -> Progress:
    """Count messages, not items: a board is one. What is not known yet is counted as usual."""
    usual = Answers(EXPECTED).with_(answers)
    applicable = (question for question in flow.core if applies(question, usual))
    messages = list(dict.fromkeys(m for q in applicable for m in _messages(flow, q, usual)))
    question = flow.by_id[key.question]
    message = Key(key.question) if question.is_board else key
    number = messages.index(message) + 1 if message in messages else len(messages)
    return Progress(question.stage, number, len(messages))


def _messages(flow: Flow, question: Question, answers: Answers) -> tuple[Key, ...]:
    asked = _keys_of(flow, question, answers)
    return (Key(question.id),) if asked and question.is_board else asked
