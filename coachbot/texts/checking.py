"""Checking the prompts: every text there, in every language, of every variable, not too long."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

from jinja2 import TemplateError, meta

from coachbot.errors import PromptsError
from coachbot.flow.answers import Answers, Key, Value
from coachbot.flow.questions import Flow, Kind, Question
from coachbot.flow.sources import CLOSEST, NEITHER, NONE
from coachbot.reflection.zones import zone_named
from coachbot.texts.context import Context
from coachbot.texts.library import Library, Table, Words
from coachbot.texts.loading import load_flow
from coachbot.texts.wording import PLAIN, say_plain

LONGEST_QUESTION: Final = 480
LONGEST_TEXT: Final = 900
LONGEST_BUTTON: Final = 32
LONGEST_NAME: Final = 40
DIMENSIONS: Final = (
    *("personal", "close", "courteous", "individual"),
    *("initiative", "casual", "longstanding", "selective"),
)
KINDS: Final = ("b2c", "b2b", "members")
_TEXTS: Final = ("ask", "why", "smaller", "misfit")
_SOURCED: Final = {
    "values_or_none": (NONE,),
    "used_touchpoints_or_none": (NONE,),
    "nearest_archetypes": (CLOSEST, NEITHER),
}


@dataclass(frozen=True, slots=True)
class Report:
    problems: tuple[str, ...]
    summary: str


def checked(library: Library) -> Report:
    """Return everything that is wrong under `prompts/`; a broken file is the only problem then."""
    try:
        flow = load_flow(library)
        problems = tuple(_problems(library, flow))
    except (PromptsError, KeyError) as error:
        return Report((str(error),), "")
    languages = ", ".join(library.languages)
    return Report(problems, f"{len(flow.questions)} questions, texts in {languages}: all in order")


def _problems(library: Library, flow: Flow) -> Iterator[str]:
    yield from _uneven(library)
    yield from _homeless(library, flow)
    yield from _misplaced(library)
    for words in library.languages.values():
        for question in flow.questions:
            yield from _question(flow, words, question)
        for file in ("say", "observations", "tensions", "document", "reflection"):
            yield from _broken(words, file, words.files.get(file, {}), file)


def _uneven(library: Library) -> Iterator[str]:
    """Hold every language to the same tables and keys."""
    first, *others = library.languages.values()
    for other in others:
        yield from _differences(first, other, "questions", first.questions, other.questions)
        for file in sorted(first.files.keys() | other.files.keys()):
            if file != "lexicon":
                one, two = first.files.get(file, {}), other.files.get(file, {})
                yield from _differences(first, other, file, one, two)


def _differences(first: Words, other: Words, where: str, one: Any, two: Any) -> Iterator[str]:  # noqa: ANN401
    if isinstance(one, dict) and isinstance(two, dict) and where != "words.customer":
        for key in sorted(one.keys() | two.keys()):
            if key not in one or key not in two:
                lacking = first if key not in one else other
                yield f"{lacking.language}/{where}: {key} is missing"
            else:
                yield from _differences(first, other, f"{where}.{key}", one[key], two[key])


def _homeless(library: Library, flow: Flow) -> Iterator[str]:
    housed = {id_ for section in library.layout["section"] for id_ in section["questions"]}
    for unknown in sorted(housed - set(flow.by_id)):
        yield f"document.toml: there is no question {unknown}"
    for question in flow.questions:
        if question.id not in housed:
            yield f"document.toml: {question.id} has no home in the document"


def _misplaced(library: Library) -> Iterator[str]:
    """Hold every place to a zone that there is."""
    for table in ("regions", "cities"):
        for place, zone in library.places.get(table, {}).items():
            if zone_named(str(zone)) is None:
                yield f"places.toml: {table}: {place}: there is no zone {zone}"


def _question(flow: Flow, words: Words, question: Question) -> Iterator[str]:
    """Check one question's texts in one language, rendered for every kind of business."""
    where = f"{words.language}/questions: {question.id}"
    table = words.questions.get(question.id)
    if table is None:
        yield f"{where}: the texts are missing"
        return
    yield from _missing(where, question, table)
    if len(table.get("short", "")) > LONGEST_NAME:
        yield f"{where}: short: longer than {LONGEST_NAME} characters"
    for option in (*_static_options(question), *_static_items(question)):
        label = flow.labels[words.language].get(question.id, {}).get(option)
        if label is None:
            yield f"{where}: {option} has no label"
        elif len(label) > LONGEST_BUTTON:
            yield f"{where}: {option}: longer than {LONGEST_BUTTON} characters"
    for kind, alone in product(KINDS, (False, True)):
        yield from _rendered(flow, words, question, table, _sample(question, kind, alone=alone))


def _missing(where: str, question: Question, table: Table) -> Iterator[str]:
    wanted = {"short", "ask", "why", "misfit"}
    if question.kind in (Kind.TEXT, Kind.LIST):
        wanted.add("smaller")
    for name in sorted(wanted - set(table)):
        yield f"{where}: {name} is missing"
    for kind in KINDS:
        if kind not in table.get("example", {}):
            yield f"{where}: example.{kind} is missing"


def _static_options(question: Question) -> tuple[str, ...]:
    if isinstance(question.options, str):
        return _SOURCED.get(question.options, ())
    return question.options


def _static_items(question: Question) -> tuple[str, ...]:
    return question.each if isinstance(question.each, tuple) else ()


def _sample(question: Question, kind: str, *, alone: bool) -> Answers:
    """Return answers of usual length, so that lengths are those that people will see."""
    told: dict[Key, Value] = {
        Key("business.name"): "Bäckerei Morgenrot",
        Key("business.kind"): kind,
        Key("relation.word"): "persönlich",
        Key("values.list"): ("Verlässlichkeit", "Handwerk", "Nachbarschaft"),
        Key("tribe.clash"): ("Handwerk",),
        Key("channels.mismatch"): "website",
        Key("next.step"): "Ich frage am Samstag drei Stammkunden, was ihnen fehlt.",
        Key("team.who"): ("only_me",) if alone else ("employees",),
    }
    if question.kind is not Kind.SCALE:
        position = (2, 3, 5, 2, 2, 2, 4, 1)
        told |= {
            Key("relation.position", dimension): at
            for dimension, at in zip(DIMENSIONS, position, strict=True)
        }
    return Answers(told)


def _rendered(
    flow: Flow,
    words: Words,
    question: Question,
    table: Table,
    answers: Answers,
) -> Iterator[str]:
    where = f"{words.language}/questions: {question.id}"
    item = question.each[0] if isinstance(question.each, tuple) and question.each else "Handwerk"
    key = Key(question.id, item if question.each else "")
    values = Context(flow, words, answers, key)
    lengths: dict[str, int] = {}
    examples = {f"example.{of}": text for of, text in table.get("example", {}).items()}
    for name, source in ({n: table[n] for n in _TEXTS if n in table} | examples).items():
        try:
            lengths[name] = len(say_plain(source, values))
        except PromptsError as error:
            yield f"{where}: {name}: {error}"
    kind = answers.text("business.kind")
    shown = sum(lengths.get(n, 0) for n in ("ask", "why", f"example.{kind}"))
    if shown > LONGEST_QUESTION:
        yield f"{where}: {shown} characters for {kind}, more than {LONGEST_QUESTION}"


def _broken(words: Words, file: str, table: Any, where: str) -> Iterator[str]:  # noqa: ANN401
    """Check that every text of a file is a template, and not too long for a message."""
    if isinstance(table, dict):
        for name, value in table.items():
            yield from _broken(words, file, value, f"{where}.{name}")
        return
    try:
        meta.find_undeclared_variables(PLAIN.parse(str(table)))
    except TemplateError as error:
        yield f"{words.language}/{where}: {error}"
    if len(str(table)) > LONGEST_TEXT:
        yield f"{words.language}/{where}: longer than {LONGEST_TEXT} characters"
