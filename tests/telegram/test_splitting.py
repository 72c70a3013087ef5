"""Long texts in parts: each is valid by itself, and together they are the whole."""

import html
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from coachbot.channels.telegram.splitting import LONGEST, split
from tests.fake_botapi.limits import TEXT
from tests.fake_botapi.markup import parse_html
from tests.fake_botapi.texts import read_text

# A letter with its marks, a family, a flag, a thumb with its colour, syllables of other scripts.
CLUSTERS = (
    *("e\u0301", "u\u0308\u0323", "👨‍👩‍👧", "🇦🇹", "👍🏽", "❤️"),
    *("नि", "กี้", "1️⃣", "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"),
)
LETTERS = st.sampled_from(("a", "ß", "&amp;", "&lt;", "&#39;", "&quot;", ".", *CLUSTERS))
SPACES = st.sampled_from((" ", "\n", "\n\n", "  "))
PIECES = st.one_of(LETTERS, SPACES, st.text("abcdef", min_size=1, max_size=30))
TAGS = st.sampled_from(
    ("b", "i", "u", "s", "code", 'a href="https://example.org/a b"', "blockquote")
)


@st.composite
def marked_up(draw: st.DrawFn, depth: int = 3) -> str:
    """Return valid Telegram HTML: text, and tags in tags."""
    parts = []
    for _ in range(draw(st.integers(1, 6))):
        if depth and draw(st.booleans()):
            tag = draw(TAGS)
            parts.append(f"<{tag}>{draw(marked_up(depth - 1))}</{tag.split()[0]}>")
        else:
            parts.append("".join(draw(st.lists(PIECES, min_size=1, max_size=25))))
    return "".join(parts)


def letters(text: str) -> str:
    return re.sub(r"\s+", "", text)


def clusters_in(text: str) -> list[str]:
    """Return the letters of a text that are several characters, in order."""
    return re.findall("|".join(sorted(map(re.escape, CLUSTERS), key=len, reverse=True)), text)


def styled(source: str) -> list[tuple[str, frozenset[str]]]:
    """Return each visible letter with the styles it has."""
    text, entities = parse_html(source)
    units = text.encode("utf-16-le")
    found = []
    at = 0
    for char in text:
        size = len(char.encode("utf-16-le")) // 2
        kinds = frozenset(
            entity["type"]
            for entity in entities
            if entity["offset"] <= at < entity["offset"] + entity["length"]
        )
        if not char.isspace():
            found.append((char, kinds))
        at += size
    assert at == len(units) // 2
    return found


@given(marked_up(), st.integers(200, 500))
@example("<b>" + "a" * 4089 + "</b>", LONGEST)
@example("<b>" + "a" * 116 + " </b>", 120)
@example("<i>" + "a" * 119 + "</i>b", 120)
@example("a" * 118 + "👨‍👩‍👧", 120)
@example("<b>" + "a" * 110 + "</b>👍🏽👍🏽👍🏽", 120)
@example("<b><i>" + ("a" * 30 + "\n\n") * 20 + "</i></b>", 130)
@example(("a" * 40 + ' <a href="https://example.org/a b">' + "b" * 60 + "</a>") * 3, 120)
def test_promise_27_parts_are_valid_short_and_the_whole(source: str, longest: int) -> None:
    parts = split(source, longest)
    texts = [parse_html(part)[0] for part in parts]
    assert all(text.strip() for text in texts)
    assert all(len(part) <= longest for part in parts)
    whole = parse_html(source)[0]
    assert letters("".join(texts)) == letters(whole)
    assert [one for part in parts for one in styled(part)] == styled(source)
    assert [one for text in texts for one in clusters_in(text)] == clusters_in(whole)


@given(st.text(max_size=600), st.integers(60, 200))
@example("a" * 59 + "\u0301\u0301", 60)
@example("́" * 61, 60)
@example("\u200d" * 61, 60)
def test_promise_27_any_text_of_a_person_can_be_sent(text: str, longest: int) -> None:
    parts = split(html.escape(text), longest)
    assert all(len(part) <= longest for part in parts)
    assert letters("".join(parse_html(part)[0] for part in parts)) == letters(text)


@pytest.mark.parametrize("letter", [*CLUSTERS, "a", "🎲", "&lt;", "&#128512;"])
@pytest.mark.parametrize("before", ["", "x", "xy", "xyz"])
def test_promise_27_20000_letters_without_a_space(letter: str, before: str) -> None:
    source = before + letter * (20_000 // len(letter))
    parts = split(source)
    assert all(len(part) <= TEXT for part in parts)
    assert all(read_text(part, "HTML").text for part in parts)
    assert "".join(parts) == source
    assert sum(part.count(letter) for part in parts) == source.count(letter)


def test_a_text_that_fits_is_left_alone() -> None:
    assert split("<b>Hallo</b>, Anna") == ["<b>Hallo</b>, Anna"]
    assert split("a" * LONGEST) == ["a" * LONGEST]
    assert split("") == split(" \n ") == []


@pytest.mark.parametrize(
    ("between", "cut"),
    [
        pytest.param("\n\n", "\n\n", id="paragraphs_first"),
        pytest.param("\n", "\n", id="then_lines"),
        pytest.param(" ", " ", id="then_words"),
    ],
)
def test_a_text_is_cut_where_it_pauses(between: str, cut: str) -> None:
    sentence = "ein Satz mit Wörtern\nund einer Zeile" if between == "\n\n" else "Wort Wort"
    sentence = "Wort" if between == " " else sentence
    source = between.join([sentence] * 40)
    parts = split(source, 100)
    assert cut.join(parts) == source
    assert all(part.startswith(sentence) and part.endswith(sentence) for part in parts)


def test_a_break_near_the_start_does_not_make_a_tiny_part() -> None:
    assert split("a\n\n" + "b" * 150, 100)[0] == "a\n\n" + "b" * 97


def test_formatting_goes_on_in_the_next_part() -> None:
    first, second = split('<b>x <a href="https://example.org">' + "a" * 90 + " bbb</a></b>", 136)
    assert first == '<b>x <a href="https://example.org">' + "a" * 90 + "</a></b>"
    assert second == '<b><a href="https://example.org">bbb</a></b>'
