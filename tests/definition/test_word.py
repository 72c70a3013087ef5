"""The Word file: real headings and tables, everything in full, the same bytes each time."""

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import docx as python_docx
import pytest

from coachbot.definition.building import Builder
from coachbot.definition.model import Definition, Edition
from coachbot.definition.word import docx
from coachbot.flow.answers import Key
from coachbot.flow.questions import Flow
from coachbot.texts.answers_file import AnswersFile
from coachbot.texts.library import Library, Words
from tests.definition.conftest import HOSTILE, NAMES, ON, Drawn


def opened(definition: Definition, words: Words) -> Any:
    return python_docx.Document(io.BytesIO(docx(definition, words)))


def text_of(paper: Any) -> str:
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in paper.paragraphs), *cells])


def headings(paper: Any) -> list[tuple[str, str]]:
    return [
        (paragraph.style.name, paragraph.text)
        for paragraph in paper.paragraphs
        if paragraph.style.name.startswith(("Heading", "Title"))
    ]


def test_it_has_headings_and_tables(drawn: Drawn, words: Words) -> None:
    paper = opened(drawn("bakery"), words)
    found = headings(paper)
    assert found[:3] == [
        ("Title", "Bäckerei Färbergasse"),
        ("Heading 1", "Für dich"),
        ("Heading 2", "Worum es geht"),
    ]
    profile, matrix, journey = paper.tables
    assert [cell.text for cell in profile.rows[1].cells] == [
        *("Selbstbedienung", "", "", "", "●", "○", "persönlich"),
    ]
    assert [cell.text for cell in matrix.rows[0].cells] == ["Kunden", "Wir", "Passt das?"]
    assert journey.rows[5].cells[1].text == "nichts"


@pytest.mark.parametrize("name", NAMES)
def test_every_line_of_the_definition_is_there(name: str, drawn: Drawn, library: Library) -> None:
    definition = drawn(name)
    text = text_of(opened(definition, library.languages[definition.language]))
    lines = [
        line
        for section in definition.sections
        for entry in section.entries
        if not entry.is_drawn
        for _, line in entry.lines
    ]
    assert [line for line in lines if line not in text] == []


def test_it_says_what_it_is_and_makes_the_same_bytes(drawn: Drawn, library: Library) -> None:
    words = library.languages["en"]
    about = opened(drawn("bookshop"), words).core_properties
    assert about.title.startswith("Ferry Lane Books: ")
    assert about.language == "en-GB"
    assert about.created.date() == ON
    assert docx(drawn("bookshop"), words) == docx(drawn("bookshop"), words)


def test_what_changed_is_a_table(
    told: Callable[[str], AnswersFile], flow: Flow, library: Library, words: Words
) -> None:
    after = told("smallest").answers
    before = after.with_({Key("relation.word"): "nett"})
    built = Builder(flow, words, library.layout).build(after, Edition(2, False, ON), before=before)
    (changes,) = opened(built, words).tables
    assert [cell.text for cell in changes.rows[1].cells][1:] == ["nett", "unkompliziert"]


@pytest.mark.parametrize("name", ["code", "controls", "emoji", "marks"])
def test_whatever_is_written_is_kept_in_full(name: str, hostile: Drawn, words: Words) -> None:
    definition = hostile(name)
    text = text_of(opened(replace(definition, changes=()), words))
    written = HOSTILE[name] if name != "controls" else "a\ufffdb\ufffdc\ufffd\ue000"
    assert written.strip("\n") in text
