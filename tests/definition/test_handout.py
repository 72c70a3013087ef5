"""The page for staff, in its three kinds: one page, and nothing on it that is not for them."""

from dataclasses import replace

import pytest

from coachbot.definition.model import Definition
from coachbot.definition.typesetting import handout
from coachbot.texts.library import Library, Words
from tests.definition.conftest import HOSTILE, NAMES, STACKED, Drawn
from tests.definition.reading import END, SIDE, outside, overlaps, pages_of, squeezed, text_of

FOR_STAFF = {
    *("business.name", "relation.plain", "relation.never", "relation.sentence", "team.decide"),
    *("team.limit", "team.limit_role", "team.whom", "team.escalate", "channels.complaint"),
    *("team.who", "values.meaning"),
}
"""The answers a handout may hold; the values' meanings are observables."""


@pytest.mark.parametrize(
    ("name", "head", "part"),
    [
        ("bakery", "So halten wir es mit unseren Kunden", "Grenze je Fall"),
        ("sole_trader", "Karte für die Wand", "worüber ich schlafe"),
        ("association", "Für alle, die mithelfen", "spricht das Mitglied"),
        ("software", "So halten wir es mit unseren Kunden", "Grenze je Fall"),
    ],
)
def test_each_kind_has_its_words(
    name: str, head: str, part: str, drawn: Drawn, words: Words
) -> None:
    text = " ".join(text_of(handout(drawn(name), words)).split())
    assert head in text
    assert squeezed(part) in squeezed(text)


@pytest.mark.parametrize("name", NAMES)
def test_it_is_one_page_with_everything_for_staff(
    name: str, drawn: Drawn, library: Library
) -> None:
    definition = drawn(name)
    (page,) = pages_of(handout(definition, library.languages[definition.language]))
    text = squeezed(page.text)
    wall, for_staff = definition.wall, definition.handout
    parts = (wall.sentence, *wall.observables, *wall.nevers, *for_staff.decide)
    for part in (*parts, for_staff.limit, for_staff.whom, for_staff.escalate, for_staff.complaint):
        assert squeezed(part) in text
    assert squeezed(definition.edition_line) in text


@pytest.mark.parametrize("name", NAMES)
def test_nothing_inner_is_on_it(name: str, drawn: Drawn, library: Library) -> None:
    definition = drawn(name)
    text = squeezed(text_of(handout(definition, library.languages[definition.language])))
    assert [line for line in inner(definition) if squeezed(line) in text] == []


def inner(definition: Definition) -> list[str]:
    """Return what only the owner reads; short words may be anywhere by chance."""
    lines = [
        line
        for section in definition.sections
        for entry in section.entries
        if entry.question not in FOR_STAFF
        for _, line in entry.lines
    ]
    return [line for line in [*lines, *(rub.question for rub in definition.rubs)] if len(line) > 20]


def test_who_may_decide_nothing_alone_is_told_to_ask(drawn: Drawn, words: Words) -> None:
    definition = drawn("bakery")
    asking = replace(definition.handout, decide=(), asks_first=True)
    text = text_of(handout(replace(definition, handout=asking), words))
    assert "Frag, bevor du etwas zusagst" in text


def test_lines_that_were_not_told_are_left_out(drawn: Drawn, words: Words) -> None:
    text = text_of(handout(drawn("smallest"), words))
    assert "Grenze" not in text
    assert "Beschwerde" not in text


@pytest.mark.parametrize("name", HOSTILE)
def test_it_stays_one_page_whatever_is_written(name: str, hostile: Drawn, words: Words) -> None:
    (page,) = pages_of(handout(hostile(name), words))
    assert outside(page, SIDE, END) == []
    assert name in STACKED or overlaps(page) == []
