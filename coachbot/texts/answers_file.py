"""Answers files: `language = "de"` and a table [answers] whose keys are the ids of the questions.

Any subset of answers is a valid file. What does not fit names file, key and what was expected.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from coachbot.errors import AnswersFileError
from coachbot.flow.answers import Answers, Key, Value
from coachbot.flow.observations import TENSION_REASON
from coachbot.flow.questions import Flow, Kind, Question
from coachbot.flow.replies import clean, normal
from coachbot.flow.sources import CLOSEST, options_of
from coachbot.texts.library import LANGUAGES

EXPECTED: Final = {
    Kind.TEXT: "a text",
    Kind.CHOICE: "a text",
    Kind.CHIPS: "a text or an amount",
    Kind.LIST: "a list of texts",
    Kind.MULTI: "a list of texts",
    Kind.SCALE: "a number from 1 to 5",
}
_TABLES: Final = {"language", "answers", "first_tries"}


@dataclass(frozen=True, slots=True)
class AnswersFile:
    """What a file says; `first_tries` are what a person said before thinking twice (the demo)."""

    language: str
    answers: Answers
    first_tries: Mapping[Key, str] = field(default_factory=dict)


def read_answers(path: Path, flow: Flow) -> AnswersFile:
    """Read an answers file; raises AnswersFileError."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise AnswersFileError(f"{path}: {error}") from None
    if unknown := sorted(set(data) - _TABLES):
        raise AnswersFileError(f"{path}: {unknown[0]}: expected only {', '.join(sorted(_TABLES))}")
    language = data.get("language", LANGUAGES[0])
    if language not in LANGUAGES:
        raise AnswersFileError(f"{path}: language: expected one of {', '.join(LANGUAGES)}")
    answers = _answers(path, flow, _table(path, data, "answers"), language)
    tries = _table(path, data, "first_tries")
    return AnswersFile(language, answers, {Key(id_): str(text) for id_, text in tries.items()})


def _table(path: Path, data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    table = data.get(name, {})
    if not isinstance(table, Mapping):
        raise AnswersFileError(f"{path}: {name}: expected a table [{name}]")
    return table


def _answers(path: Path, flow: Flow, table: Mapping[str, Any], language: str) -> Answers:
    known = {q.id: q for q in flow.questions}
    insights = {f"{q.id}.{q.insight_item}": q for q in flow.questions if q.insight_item}
    for id_ in table:
        if id_ not in known and id_ not in insights and id_ != TENSION_REASON:
            raise AnswersFileError(f"{path}: {id_}: there is no question of this id")
    answers = Answers()
    for id_, question in known.items():
        if id_ in table:
            answers = answers.with_(
                dict(_read(f"{path}: {id_}", flow, question, table[id_], answers, language))
            )
    for id_, question in insights.items():
        if id_ in table:
            told = _text(f"{path}: {id_}", table[id_])
            answers = answers.with_({Key(question.id, question.insight_item): told})
    reasons = _table(path, table, TENSION_REASON)
    return answers.with_(
        {Key(TENSION_REASON, t): _text(f"{path}: {TENSION_REASON}", r) for t, r in reasons.items()}
    )


def _read(
    where: str, flow: Flow, question: Question, value: object, answers: Answers, language: str
) -> Iterator[tuple[Key, Value]]:
    """Yield what one entry of the table says, item by item for an "each" question."""
    if not question.each:
        yield Key(question.id), _value(where, flow, question, "", value, answers, language)
        return
    if not isinstance(value, Mapping):
        raise AnswersFileError(f"{where}: expected a table, item = {EXPECTED[question.kind]}")
    for item, told in value.items():
        if isinstance(question.each, tuple) and item not in question.each:
            raise AnswersFileError(f"{where}: {item}: expected one of {', '.join(question.each)}")
        yield (
            Key(question.id, item),
            _value(f"{where}: {item}", flow, question, item, told, answers, language),
        )


def _value(
    where: str,
    flow: Flow,
    question: Question,
    item: str,
    value: object,
    answers: Answers,
    language: str,
) -> Value:
    fail = AnswersFileError(f"{where}: expected {EXPECTED[question.kind]}")
    if question.kind is Kind.SCALE:
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 5:
            raise fail
        return value
    if question.takes_several:
        if not isinstance(value, list) or not value:
            raise fail
        parts = (_text(where, part, fail) for part in value)
        told = (_option(where, flow, question, item, part, answers, language) for part in parts)
        return tuple(dict.fromkeys(told))
    if question.kind is Kind.CHIPS and isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    text = _text(where, value, fail)
    if question.kind is Kind.TEXT:
        return text
    return _option(where, flow, question, item, text, answers, language)


def _text(where: str, value: object, fail: AnswersFileError | None = None) -> str:
    text = clean(value) if isinstance(value, str) else ""
    if not text:
        raise fail or AnswersFileError(f"{where}: expected a text")
    return text


def _option(
    where: str,
    flow: Flow,
    question: Question,
    item: str,
    text: str,
    answers: Answers,
    language: str,
) -> str:
    """Return the option a text names, by id or label, or the text itself as own words."""
    options = options_of(flow, question, answers, item)
    if question.options == "nearest_archetypes":
        nearest = flow.rules.nearest(answers)
        if text == CLOSEST and nearest:
            return nearest[0]
        options = (*flow.archetypes, *options)
    for option in options:
        labels = [names.get(question.id, {}).get(option, option) for names in flow.labels.values()]
        if text == option or normal(text) in map(normal, labels):
            return flow.label(language, question.id, option) if question.suggestions else option
    if question.own or not question.options:
        return text
    raise AnswersFileError(f"{where}: {text!r}: expected one of {', '.join(options)}")
