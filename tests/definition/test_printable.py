"""What of a person's words goes to the press, and how a cut is seen."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coachbot.definition.fonts import code_points, coverage, families_for, folders
from coachbot.definition.press import literal, pages
from coachbot.definition.printable import BREAK, REPLACED, known, printable, printable_line
from tests.definition.conftest import ON

CUT = "[…]"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Größe „12“ – 3 €", "Größe „12“ – 3 €"),
        ("a\n\nb", "a b"),
        ("e\u0301", "é"),
        ("a" + "\u0301" * 4000, "á" + REPLACED),
        ("\u0301a", REPLACED + "a"),
        ("你好", REPLACED * 2),
        ("a\x00b\u200ec", f"a{REPLACED}bc"),
        ("مرحبا 😀 👍🏽 1️⃣", "مرحبا 😀 👍🏽 1️⃣"),
        ("a" + "\u200d" * 500, "a" + REPLACED),
        ("Donaudampfschifffahrtsgesellschaft"[:33], "Donaudampfschifffahrtsgesellschaf"),
        ("TÄTIGKEITSBERICHT", "TÄTIGKEITSBERICHT"),
        ("x" * 20, BREAK.join(["x" * 8, "x" * 8, "x" * 4])),
        ("✓ ja ★", "✔ ja ⭐"),
        ("", ""),
        (" \n ", ""),
    ],
)
def test_a_text_is_shown_as_it_was_written(text: str, shown: str) -> None:
    assert printable_line(text, 4100, CUT) == shown


def test_paragraphs_stay_apart_and_a_cut_is_at_a_word() -> None:
    assert printable("eins zwei\ndrei", 100, CUT) == ("eins zwei", "drei")
    assert printable("eins zwei drei vier", 12, CUT) == ("eins zwei […]",)
    assert printable("eins zwei\ndrei vier", 11, CUT) == ("eins zwei", "dr […]")
    assert len(printable("a\n" * 500, 10_000, CUT)) == 24
    assert printable("a\n" * 500, 10_000, CUT)[-1] == "a […]"


def test_the_fonts_are_read_as_they_are() -> None:
    fira = code_points((folders()[0] / "FiraSans-Regular.ttf").read_bytes())
    assert {ord(letter) for letter in "aZäöüß„“‚‘–…€ẞ"} <= fira
    assert ord("你") not in frozenset.union(*coverage().values())
    assert families_for("Brot „frisch“") == []
    assert families_for("Brot 🥨") == ["Noto Emoji"]
    assert families_for("خبز") == ["Noto Sans Arabic"]


@given(st.text())
@settings(max_examples=200)
def test_a_literal_cannot_be_left(text: str) -> None:
    inner = literal(json.dumps(text))
    assert re.fullmatch(r"(?:[A-Za-z0-9 ,.:;\-_()\[\]{}]|\\u\{[0-9a-f]+\})*", inner)


GLYPHS = """
#let face(data) = [
  #set document(title: "x")
  #set text(font: ("Fira Sans", ..data.fallbacks))
  #for line in data.lines { par(line) }
]
"""


@pytest.fixture(scope="module")
def glyphs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("faces")
    (folder / "glyphs.typ").write_text(GLYPHS, "utf-8")
    return folder


@given(texts=st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=40))
@settings(max_examples=40)
def test_whatever_is_known_has_a_glyph(texts: list[str], glyphs: Path) -> None:
    """A page with a letter that no font has is refused as PDF/UA, and then made without."""
    lines = [line for text in texts if (line := known(" ".join(text.split())))]
    assert b"<pdfuaid:part>" in pages("glyphs.typ", {"lines": lines}, ON, glyphs)


def test_what_is_not_known_would_be_refused(glyphs: Path) -> None:
    assert b"<pdfuaid:part>" not in pages("glyphs.typ", {"lines": ["你好"]}, ON, glyphs)
