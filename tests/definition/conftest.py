"""Definitions of the example files, and of worse ones, made once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from coachbot.definition.building import Builder
from coachbot.definition.model import Definition, Edition, Rub
from coachbot.flow.answers import Answers, Key, Value
from coachbot.flow.questions import Flow, Kind, Question
from coachbot.flow.sources import items_of
from coachbot.texts.answers_file import AnswersFile, read_answers
from coachbot.texts.library import Library, Words

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
NAMES = ("association", "bakery", "bookshop", "smallest", "software", "sole_trader")
ON = date(2026, 11, 22)
RUBS = (Rub("any", "Kunden sollen bleiben, und danach geschieht nichts?", "Das ist Absicht."),)

HOSTILE = {
    "marks": "a" + "\u0301" * 4000,
    "unbroken": "x" * 3000,
    "wide": "W" * 3000,
    "emoji": "😀👩‍👩‍👧🏴󠁧󠁢󠁥󠁮󠁧󠁿1️⃣👍🏽🇦🇹" * 30,
    "arabic": "مرحبا بكم في المخبز " * 20,
    "thai": "สวัสดีครับ" * 20,
    "chinese": "你好世界" * 50,
    "code": '#read("/etc/passwd") $x$ *b* _i_ <b> {{7*7}} \\ " #panic() @ref `raw` // c /* d */',
    "long": "Wörter und „Sätze“ ohne Ende. " * 660,
    "lines": "eine Zeile\n" * 1800,
    "controls": "a\x00b\x07c\ufffe\ue000\U000f0000\u2028d\u200e\ud800e",
    "alone": "\u0301\u200d\u0302 \u0303\ufe0f" * 100,
    "blank": "\u00a0\u3000" * 100 + "a",
}

STACKED = {"arabic", "thai"}
"""Scripts whose marks stand over one another's letters."""

Drawn = Callable[[str], Definition]


@pytest.fixture(scope="session")
def told(flow: Flow) -> Callable[[str], AnswersFile]:
    return cache(lambda name: read_answers(EXAMPLES / f"{name}.toml", flow))


@pytest.fixture(scope="session")
def drawn(flow: Flow, library: Library, told: Callable[[str], AnswersFile]) -> Drawn:
    """Return a function from an example's name to its definition, in the language of the file."""

    @cache
    def of(name: str) -> Definition:
        file = told(name)
        builder = Builder(flow, library.languages[file.language], library.layout)
        built = builder.build(file.answers, Edition(1, False, ON))
        return replace(built, rubs=RUBS)

    return of


@pytest.fixture(scope="session")
def hostile(flow: Flow, library: Library) -> Drawn:
    """Return a function to a definition in which every answer is the text of that name."""

    @cache
    def of(name: str) -> Definition:
        builder = Builder(flow, library.languages["de"], library.layout)
        text = HOSTILE[name]
        before = everywhere(flow, "vorher")
        built = builder.build(everywhere(flow, text), Edition(1, True, ON), before=before)
        return replace(built, rubs=(Rub("any", text, text),))

    return of


@pytest.fixture
def words(library: Library) -> Words:
    return library.languages["de"]


def everywhere(flow: Flow, text: str) -> Answers:
    """Return answers to all questions, a text wherever own words are allowed."""
    answers = Answers({Key("business.kind"): "b2c"})
    for question in flow.questions:
        for item in items_of(flow, question, answers) or ("",):
            answers = answers.with_({Key(question.id, item): _value(question, text)})
        if question.insight_item:
            answers = answers.with_({Key(question.id, question.insight_item): text})
    return answers


def _value(question: Question, text: str) -> Value:
    if question.kind is Kind.SCALE:
        return 3
    options = question.options if isinstance(question.options, tuple) else ()
    if question.takes_several:
        own = tuple(f"{n}{text}"[:1000] for n in range(min(6, question.at_most)))
        return own if question.own or not options else options[:3]
    return text if question.own or not options else options[0]
