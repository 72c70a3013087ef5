"""What a nudge says: complete, mirrored, short, quoted as the language quotes."""

import re
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any, Final, TypeAlias

import pytest

from coachbot.flow.questions import Depth, Flow
from coachbot.reflection.letters import Span
from coachbot.reflection.nudges import Kind, Task
from coachbot.reflection.trend import HIGHEST, LOWEST
from coachbot.texts.context import vocabulary
from coachbot.texts.library import LANGUAGES, Library
from coachbot.texts.wording import say_html, say_plain

LONGEST = 420
LONGEST_BUTTON = 32
LONGEST_NAME = 40
COUNTS: Final = (0, 1, 2, 13)
Given: TypeAlias = dict[str, Any]

# As long as the head of reflection.toml allows; wording that quotes less is shorter.
LONG: Final = {
    "first_name": "Maximiliane",
    "business": "Bäckerei am Färberplatz",
    "commitment": "c" * 240,
    "sentence": "s" * 240,
    "sentence_then": "t" * 240,
    "sentence_now": "n" * 240,
    "last_kept": "k" * 240,
    "observable": "o" * 160,
    "answer": "a" * 80,
    "question_short": "q" * LONGEST_NAME,
    "mismatch": "m" * LONGEST_NAME,
    "next_nudge": "Donnerstag, 26. November",
    "when": "jeden zweiten Donnerstag um 17:00",
    "since": "26. November 2026",
    "until": "26. November 2026",
    "line": "▁" * 26,
    "first": 2,
    "last": 4,
    "lately": "3,7",
    "lived": "3,7",
    "self_then": 3,
    "self_now": 4,
    "customers_then": 2,
    "customers_now": 3,
    "number": 14,
    "minutes": 8,
    "version": 2,
    "ratings": ", ".join("3" * 26),
    "place": "Frankfurt am Main",
    "weekday": "Donnerstag",
    "time": "17:00",
    "day": "Donnerstag, 26. November",
    "promised": 13,
    "kept": 7,
    "added": 12,
    "reworded": 3,
}
MISSING: Final = {
    "first_name": "",
    "business": "",
    "next_nudge": "",
    "until": "",
    "last_kept": "",
    "lived": "",
    "self_then": None,
    "customers_then": None,
    "customers_now": None,
    "minutes": 1,
}


def texts(table: Mapping[str, Any], where: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text under its dotted name."""
    for name, value in table.items():
        if isinstance(value, str):
            yield f"{where}{name}", value
        else:
            yield from texts(value, f"{where}{name}.")


def reflection(library: Library, language: str) -> dict[str, str]:
    return dict(texts(library.languages[language].files["reflection"]))


def values(library: Library, language: str, **given: Any) -> Given:
    """Return every variable at its longest, in the words of a language."""
    words = library.languages[language]
    about = {"kind": "b2c", "only_me": False, "casual": False, **LONG, **given}
    about |= vocabulary(words, about["kind"])
    said = reflection(library, language)
    shorts = [said[f"tasks.{task}.short"] for task in Task]
    says = [text for name, text in said.items() if name.startswith("assumption.say.")]
    about["task"] = max((say_plain(short, about) for short in shorts), key=len)
    about["say"] = max((say_plain(say, about) for say in says), key=len)
    return about


def situations() -> list[Given]:
    kinds = product(("b2c", "b2b", "members"), (True, False), (True, False))
    people: list[Given] = [
        {"kind": kind, "only_me": alone, "casual": du} for kind, alone, du in kinds
    ]
    counted: list[Given] = [
        {"promised": max(one, other), "kept": min(one, other), "added": one, "reworded": other}
        for one, other in product(COUNTS, COUNTS)
    ]
    return [*people, *counted, dict(MISSING)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_fits_a_phone_at_its_longest(library: Library, language: str) -> None:
    for given in situations():
        about = values(library, language, **given)
        for name, source in reflection(library, language).items():
            cut = {"sentence_then": "t" * 160, "sentence_now": "n" * 160}
            text = say_plain(source, about | (cut if name == "ending.version" else {}))
            assert len(text) <= LONGEST, (name, len(text), text)
            assert text, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_missing_leaves_no_gap(library: Library, language: str) -> None:
    for given in (*situations(), dict(MISSING) | {"minutes": 0}):
        about = values(library, language, **given)
        for name, source in reflection(library, language).items():
            text = say_plain(source, about)
            assert "None" not in text, (name, text)
            assert not re.search(r"[^\S\n]{2}| [,.?:]|„“|“”|,,|\.\.", text), (name, text)


def test_both_languages_say_the_same_things(library: Library) -> None:
    german, english = (reflection(library, language) for language in LANGUAGES)
    assert german.keys() == english.keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_is_a_text_for_all_that_can_be_chosen(
    library: Library, flow: Flow, language: str
) -> None:
    said = library.languages[language].files["reflection"]
    assert {kind for kind in Kind if kind is not Kind.FIELD_TASK} <= set(said)
    assert set(said["tasks"]) == set(Task)
    assert {str(span) for span in Span} <= set(said["letter"])
    deep = {question.stage for question in flow.questions if question.depth is Depth.DEEP}
    assert set(said["deep"]) == deep
    about_customers = {q.id for q in flow.questions if q.customer_side}
    assert set(said["assumption"]["say"]) == about_customers | {"default"}
    assert len(said["trend"]["signs"]) == HIGHEST - LOWEST + 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_buttons_and_names_are_short(library: Library, language: str) -> None:
    said = reflection(library, language)
    for name, label in said.items():
        if name.startswith("control.") or ".options." in name:
            assert len(label) <= LONGEST_BUTTON, name
    short = values(library, language, mismatch="")["task"]
    assert len(short) <= LONGEST_NAME


@pytest.mark.parametrize("language", LANGUAGES)
def test_quotation_marks_are_typographic_and_nobody_is_shouted_at(
    library: Library, language: str
) -> None:
    for name, source in reflection(library, language).items():
        said = re.sub(r"\{[{%].*?[%}]\}", "", source)
        assert not re.search(r"[\"!]", said), name
        opened, closed = ("„", "“") if language == "de" else ("“", "”")
        assert source.count(opened) == source.count(closed), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_own_words_are_data(library: Library, language: str) -> None:
    about = values(library, language) | {"commitment": "<b>{{ business }}</b>"}
    text = say_html(reflection(library, language)["greeting.commitment"], about)
    assert "&lt;b&gt;{{ business }}&lt;/b&gt;" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_nudge_greets_by_first_name(library: Library, language: str) -> None:
    about = values(library, language)
    greeting = {k: v for k, v in reflection(library, language).items() if "first_name" in v}
    assert {"greeting.commitment", "rhythm.ask", "unfinished.ask"} <= set(greeting)
    for name, source in greeting.items():
        assert "Maximiliane" in say_plain(source, about), name
