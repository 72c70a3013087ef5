"""The PDF: everything that was said is in it, where it belongs, and nothing covers anything."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from shutil import copytree
from threading import Thread

import pytest

from coachbot.definition.building import Builder
from coachbot.definition.model import Edition
from coachbot.definition.typesetting import handout, pdf
from coachbot.errors import PromptsError
from coachbot.flow.answers import Answers, Key
from coachbot.flow.questions import Flow, Kind
from coachbot.texts.answers_file import AnswersFile
from coachbot.texts.display import lines_of
from coachbot.texts.library import Library, Words
from tests.definition.conftest import HOSTILE, NAMES, ON, STACKED, Drawn
from tests.definition.reading import (
    END,
    SIDE,
    outside,
    overlaps,
    pages_of,
    spoken_of,
    squeezed,
    text_of,
)

Told = Callable[[str], AnswersFile]


@pytest.mark.parametrize("name", NAMES)
def test_every_answer_is_in_the_text(
    name: str, drawn: Drawn, told: Told, flow: Flow, library: Library
) -> None:
    file = told(name)
    words = library.languages[file.language]
    text = squeezed(text_of(pdf(drawn(name), words)))
    missing = [part for part in said(flow, words, file.answers) if squeezed(part) not in text]
    assert missing == []


def said(flow: Flow, words: Words, answers: Answers) -> Iterator[str]:
    """Yield every answer as the document says it."""
    fixed = words.table("document", "fixed")
    for key, value in answers.items():
        if key.question not in flow.by_id or flow.by_id[key.question].kind is Kind.SCALE:
            continue
        if key.question.endswith(".evidence"):
            yield fixed[f"mark_{value}"]
        elif value == ("nothing",):
            yield fixed["hole"]
        elif key.question == "tribe.clash" and value == ("none",):
            yield fixed["clash_none"]
        else:
            yield from lines_of(flow, words.language, answers, key)


def test_the_profile_names_every_pole_and_says_its_positions_aloud(
    drawn: Drawn, words: Words
) -> None:
    printed = pdf(drawn("bakery"), words)
    profile = squeezed(pages_of(printed)[1].text)
    for position in drawn("bakery").positions:
        assert squeezed(position.low) in profile
        assert squeezed(position.high) in profile
    assert "Von Selbstbedienung (1) bis persönlich (5): 4." in " ".join(spoken_of(printed, 1))


@pytest.mark.parametrize(
    ("name", "most"),
    [("smallest", 2), ("association", 5), ("sole_trader", 5), ("bakery", 5), ("bookshop", 5)],
)
def test_two_to_four_pages_follow_the_wall_page(
    name: str, most: int, drawn: Drawn, library: Library
) -> None:
    definition = drawn(name)
    pages = pages_of(pdf(definition, library.languages[definition.language]))
    assert 2 <= len(pages) <= most


@pytest.mark.parametrize("name", NAMES)
def test_no_text_covers_another_or_leaves_its_page(
    name: str, drawn: Drawn, library: Library
) -> None:
    words = library.languages[drawn(name).language]
    for make in (pdf, handout):
        for page in pages_of(make(drawn(name), words)):
            assert overlaps(page) == []
            assert outside(page, SIDE, END) == []


def test_page_one_is_for_the_wall_and_nothing_of_it_is_inner(drawn: Drawn, words: Words) -> None:
    wall, owner, *_ = pages_of(pdf(drawn("bakery"), words))
    shown = squeezed(wall.text)
    for text in (drawn("bakery").wall.sentence, "persönlich", "Version 1 · 22. November 2026"):
        assert squeezed(text) in shown
    for line in drawn("bakery").wall.observables + drawn("bakery").wall.nevers:
        assert squeezed(line) in shown
    assert "Hermine" not in wall.text
    assert owner.text.startswith("Für dich")


def test_the_same_definition_makes_the_same_bytes_in_every_thread(
    drawn: Drawn, words: Words
) -> None:
    made = [pdf(drawn("bakery"), words)]
    thread = Thread(target=lambda: made.append(pdf(drawn("bakery"), words)))
    thread.start()
    thread.join()
    other_day = replace(drawn("bakery"), edition=Edition(1, False, date(2027, 1, 1)))
    assert made[0] == made[1]
    assert pdf(other_day, words) != made[0]


def test_it_says_what_it_is_and_in_which_language(drawn: Drawn, library: Library) -> None:
    printed = pdf(drawn("bookshop"), library.languages["en"])
    title = "Ferry Lane Books: Relationship definition for people who live here all year"
    assert f">{title}<".encode() in printed
    assert b"<pdfuaid:part>1</pdfuaid:part>" in printed
    assert b"/Lang(en)" in printed.replace(b" ", b"")
    assert b"2026-11-22T00:00:00" in printed


def test_the_language_of_headings_may_be_another_one(
    told: Told, flow: Flow, library: Library
) -> None:
    builder = Builder(flow, library.languages["en"], library.layout)
    definition = builder.build(told("bakery").answers, Edition(1, False, ON))
    text = text_of(pdf(definition, library.languages["en"]))
    assert "Where we stand" in text
    assert "Hermine, 71" in text


def test_a_hole_in_the_journey_and_an_assumption_are_seen(drawn: Drawn, words: Words) -> None:
    text = text_of(pdf(drawn("bakery"), words))
    assert "Danach nichts" in " ".join(text.split())
    assert "angenommen" in text


def test_what_changed_stands_old_beside_new(
    told: Told, flow: Flow, library: Library, words: Words
) -> None:
    after = told("bakery").answers
    before = after.with_(
        {
            Key("relation.word"): "nett",
            Key("channels.reply"): "next_day",
            Key("relation.position", "close"): 1,
        }
    )
    builder = Builder(flow, words, library.layout)
    definition = builder.build(after, Edition(2, False, ON), before=before)
    last = " ".join(text_of(pdf(definition, words)).split())
    assert "Antwort vorher jetzt" in last
    assert "nett persönlich" in last
    assert "1 von 5 4 von 5" in last
    assert "Am nächsten Werktag Am selben Tag" in last


def test_an_operators_own_faces_are_used_and_a_broken_one_is_named(
    drawn: Drawn, words: Words, library: Library, tmp_path: Path
) -> None:
    assert pdf(drawn("smallest"), words, tmp_path) == pdf(drawn("smallest"), words)
    own = copytree(library.folder / "faces", tmp_path / "faces") / "definition.typ"
    own.write_text(own.read_text("utf-8").replace("words.for_you)", '"Nur für mich")'), "utf-8")
    assert "Nur für mich" in text_of(pdf(drawn("smallest"), words, tmp_path))
    own.write_text("#let face(data) = [#(data.business + 1)]", "utf-8")
    with pytest.raises(PromptsError, match=r"definition\.typ:1") as told:
        pdf(drawn("smallest"), words, tmp_path)
    assert drawn("smallest").business not in str(told.value)


@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_is_written_it_is_printed_or_visibly_cut(
    name: str, hostile: Drawn, words: Words
) -> None:
    pages = pages_of(pdf(hostile(name), words))
    assert len(pages) < 50
    assert [page for page in pages if outside(page, SIDE, 0)] == []
    if name not in STACKED:
        assert [page for page in pages if overlaps(page)] == []


def test_code_stays_text(hostile: Drawn, words: Words) -> None:
    text = text_of(pdf(hostile("code"), words))
    assert squeezed(HOSTILE["code"]) in squeezed(text)
    assert "root:" not in text


def test_a_long_answer_ends_with_a_mark(hostile: Drawn, words: Words) -> None:
    assert "[… gekürzt]" in text_of(pdf(hostile("long"), words))


def test_a_letter_without_a_glyph_does_not_stop_the_press(drawn: Drawn, words: Words) -> None:
    """Whatever `printable` may overlook, there is a document."""
    odd = replace(drawn("smallest"), edition_line="\U000f1234")
    assert pdf(odd, words).startswith(b"%PDF")
