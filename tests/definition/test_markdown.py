"""The Markdown file and the summary in chat."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from coachbot.definition.building import Builder
from coachbot.definition.chat import chat_pages
from coachbot.definition.markdown import escaped, markdown
from coachbot.definition.model import Change, Edition
from coachbot.flow.answers import Key
from coachbot.flow.questions import Flow
from coachbot.texts.answers_file import AnswersFile
from coachbot.texts.library import Library, Words
from tests.definition.conftest import HOSTILE, NAMES, ON, Drawn


@pytest.mark.parametrize("name", NAMES)
def test_every_line_of_the_definition_is_there(name: str, drawn: Drawn, library: Library) -> None:
    definition = drawn(name)
    words = library.languages[definition.language]
    text, chat = markdown(definition, words), str(chat_pages(definition, words))
    assert text.startswith(f"# {definition.business}\n")
    for section in definition.sections:
        assert f"## {section.heading}" in text
        for entry in section.entries:
            if section.drawing != "matrix":
                assert [line for _, line in entry.lines if escaped(line) not in text] == []
            assert [line for _, line in entry.lines if line.split("“")[0] not in chat] == []


def test_the_matrix_is_a_table_of_three_rows(drawn: Drawn, words: Words) -> None:
    text = markdown(drawn("bakery"), words)
    table = text[text.index("| Kunden | Wir | Passt das? |") :].split("\n\n")[0]
    rows = table.splitlines()[2:]
    assert len(rows) == 3
    assert all(row.count(" | ") == 2 for row in rows)
    assert "Handwerk<br>Ehrlichkeit<br>Nachbarschaft" in rows[2]


def test_what_changed_is_told_in_both(drawn: Drawn, words: Words) -> None:
    changed = replace(drawn("smallest"), changes=(Change("Werte", "a\nb", "c"),))
    assert "| Werte | a<br>b | c |" in markdown(changed, words)
    assert "Werte (vorher: a, b; jetzt: c)" in chat_pages(changed, words)[1]


def test_changes_come_in_the_order_of_the_questions(
    told: Callable[[str], AnswersFile], flow: Flow, library: Library, words: Words
) -> None:
    after = told("bakery").answers
    before = after.with_(
        {
            Key("next.step"): "Anderes",
            Key("values.meaning", "Handwerk"): "Früher anders",
            Key("values.why"): None,
        }
    )
    built = Builder(flow, words, library.layout).build(after, Edition(2, False, ON), before=before)
    assert [(one.name.split(":")[-1].strip(), bool(one.before)) for one in built.changes] == [
        ("Handwerk", True),
        ("Das Warum", False),
        ("Dein Vorhaben", True),
    ]


@pytest.mark.parametrize("name", HOSTILE)
def test_marks_of_markdown_and_html_stay_text(name: str, hostile: Drawn, words: Words) -> None:
    text = markdown(hostile(name), words)
    assert re.search(r"(?<!\\)<(?!br>)", text) is None
    assert "\n#read" not in text
    pages = chat_pages(hostile(name), words)
    assert all("<b>{{" not in page and "<b> {{7" not in page for page in pages)
