"""From what a person types to a value."""

import pytest

from coachbot.flow.answers import Answers, Key, Value
from coachbot.flow.events import Commanded
from coachbot.flow.questions import Flow
from coachbot.flow.replies import (
    LONGEST_TEXT,
    Rejection,
    clean,
    command_in,
    normal,
    read,
    read_run,
    split,
)
from coachbot.flow.state import State
from tests.factories import complete


@pytest.mark.parametrize(
    ("question", "item", "typed", "expected"),
    [
        ("business.kind", "", "1", "b2c"),
        ("business.kind", "", "Unternehmen", "b2b"),
        ("business.kind", "", "unternehmn", "b2b"),  # a typo
        ("business.kind", "", "members", "members"),  # the id
        ("tribe.evidence", "", "gehört", "heard"),  # one word of a label
        ("check.self", "", "4", 4),
        ("check.self", "", "2, weil es auf mich ankommt", 2),
        ("relation.today", "", "1, 3", ("same_always", "by_day")),
        ("relation.today", "", "2 und 3", ("by_person", "by_day")),
        ("values.list", "", "Ehrlichkeit, Handschlag", ("Ehrlichkeit", "Handschlag")),
        ("values.list", "", "honesty; Ruhe", ("Ehrlichkeit", "Ruhe")),
        ("tribe.mores", "", "- pünktlich sein\n- nie jammern", ("pünktlich sein", "nie jammern")),
        ("team.limit", "", "50", "50"),
        ("team.limit", "", "80 CHF", "80 CHF"),
        ("team.limit", "", "ohne Grenze", "no_limit"),
        ("relation.boundary", "", "Wenn jemand schreit", "Wenn jemand schreit"),
        ("relation.neighbour", "", "closest", "courteous_grocer"),
        ("relation.neighbour", "", "Der höfliche Kaufmann", "courteous_grocer"),
        ("channels.journey", "purchase", "Theke, Marktstand", ("Theke", "Marktstand")),
        (
            "relation.plain",
            "",
            "Ruhe\nJeder bekommt einen Stuhl\nEin Wort",
            ("Ruhe", "Jeder bekommt einen Stuhl", "Ein Wort"),
        ),
    ],
)
def test_what_is_typed_is_read(
    flow: Flow, question: str, item: str, typed: str, expected: Value
) -> None:
    position = {"personal": 2, "close": 3, "courteous": 5, "individual": 2}
    position |= {"initiative": 2, "casual": 2, "longstanding": 4, "selective": 1}
    told = complete(flow, values__list=("Ehrlichkeit", "Handwerk", "Ruhe"))
    told = told.with_({Key("relation.position", name): at for name, at in position.items()})
    value = read(flow, Key(question, item), typed, State(answers=told))
    if question == "channels.journey":
        assert isinstance(value, tuple)
        assert value[-1] == "Marktstand"
    else:
        assert value == expected


@pytest.mark.parametrize(
    ("question", "typed", "reason"),
    [
        ("business.name", "!?", "empty"),
        ("business.name", "", "empty"),
        ("business.name", "👍👍", "empty"),
        ("business.name", "a" * (LONGEST_TEXT + 1), "too_long"),
        ("business.kind", "Schneider", "choose"),
        ("check.self", "sehr gut", "scale"),
        ("check.self", "12", "scale"),
        ("relation.today", "9", "number"),
        ("relation.today", "lila Wolken", "choose"),
        ("relation.never", "kurz\n" + "b" * 1001, "part_too_long"),
    ],
)
def test_what_does_not_fit_is_rejected(flow: Flow, question: str, typed: str, reason: str) -> None:
    value = read(flow, Key(question), clean(typed), State())
    assert isinstance(value, Rejection)
    assert value.reason == reason


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("a, b, c", ["a", "b", "c"]),
        ("a; b, c", ["a", "b, c"]),
        ("1. eins\n2) zwei\n\n• drei,", ["eins", "zwei", "drei"]),
        ("Nie anrufen, außer es brennt", ["Nie anrufen, außer es brennt"]),
        ("Never call, unless it burns", ["Never call, unless it burns"]),
        ("Wer wartet, bekommt Wasser", ["Wer wartet, bekommt Wasser"]),
        ("Ich grüße jeden, immer.", ["Ich grüße jeden, immer."]),
        ("nie zu spät sein, nie schreien", ["nie zu spät sein", "nie schreien"]),
        ("", []),
    ],
)
def test_a_list_is_split_where_a_person_would(flow: Flow, typed: str, parts: list[str]) -> None:
    assert split(flow, typed) == parts


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("zurück", Commanded("back")),
        ("ZURUECK!", Commanded("back")),
        ("/zurück", Commanded("back")),
        ("?", Commanded("help")),
        ("/summary 2", Commanded("summary", "2")),
        ("/summary@coachbot", Commanded("summary")),
        ("/a12_2", Commanded("change", "12_2")),
        ("/nonsense", Commanded("unknown")),
        ("A1", None),  # a business may be called so
        ("Ich gehe einen Schritt zurück", None),
    ],
)
def test_a_command_is_a_slash_or_one_of_the_few_words(
    flow: Flow, typed: str, command: Commanded | None
) -> None:
    assert command_in(flow, typed) == command


@pytest.mark.parametrize(
    ("typed", "run"),
    [
        ("2 3 5", (2, 3, 5)),
        ("235", (2, 3, 5)),
        ("2,3", (2, 3)),
        ("2", ()),
        ("2 6", ()),
        ("2 x", ()),
    ],
)
def test_several_positions_are_read_at_once(typed: str, run: tuple[int, ...]) -> None:
    assert read_run(typed) == run


def test_hostile_text_is_cleaned_not_changed() -> None:
    hostile = "a\x00b\ud800c\u202ed\r\ne\x1b[31m <b>{{7*7}}</b>"
    assert clean(hostile) == "abcd\ne[31m <b>{{7*7}}</b>"
    assert clean("  \u0061\u0308  ") == "ä"


def test_two_ways_of_typing_the_same_are_equal() -> None:
    assert normal("Über uns!") == normal("ueber UNS") == "ueber uns"


def test_own_words_are_kept_as_typed(flow: Flow) -> None:
    assert read(flow, Key("team.limit"), "bis zum Tageslimit", State(answers=Answers())) == (
        "bis zum Tageslimit"
    )
