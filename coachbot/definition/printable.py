"""A person's words, made ready to be typeset: nothing of them is lost without a visible mark.

Letters that no font has, and marks piled upon a letter, show as the replacement mark; words without
a place to break get some; what is longer than its place ends with the mark for a cut.
"""

import re
import unicodedata
from functools import cache, lru_cache
from typing import Final

from coachbot.definition.fonts import coverage

REPLACED: Final = "\N{REPLACEMENT CHARACTER}"
MOST_MARKS: Final = 2
"""Combining marks on one composed letter; no living script needs more."""
MOST_JOINERS: Final = 8
"""Invisible joiners after one letter; the flag of England needs seven."""
MOST_LINES: Final = 24

BREAK: Final = "\N{ZERO WIDTH SPACE}"
ALIKE: Final = str.maketrans("✓✗✘★●○■□►◄♡⇒", "✔✖✖⭐⚫⚪◼◻▶◀♥→")
"""Signs that people type as bullets, as our fonts have them."""
_INVISIBLE: Final = frozenset(
    map(
        chr,
        (0xAD, 0x200B, 0x200C, 0x200D, 0x2060, *range(0xFE00, 0xFE10), *range(0xE0020, 0xE0080)),
    )
)
_UNSEEN: Final = re.compile("[\u200b\u200e\u200f\u061c\u2028\u2029]")
_LONGEST_WORD: Final = 34
SHORT_WORD: Final = 10
_UNBROKEN: Final = re.compile(
    rf"[^\saeiouyäöüAEIOUYÄÖÜ]{{10,}}|[A-ZÄÖÜ]{{20,}}|(\S{{1,4}})\1{{4,}}|\S{{{_LONGEST_WORD},}}"
)
"""What hyphenation cannot break: no vowel for long, capitals, one sound again and again, no end."""


def printable(text: str, limit: int, cut: str) -> tuple[str, ...]:
    """Return the paragraphs of a text, at most `limit` letters; `cut` ends one that was cut."""
    whole = _UNSEEN.sub(lambda found: "\n" if found[0] in "\u2028\u2029" else "", text)
    lines = [" ".join(line.split()) for line in whole[: 4 * limit].split("\n")]
    told = [known(line) for line in lines if line]
    kept = _within(told[:MOST_LINES], limit)
    is_cut = len(whole) > 4 * limit or kept != told
    shown = [broken(line) for line in kept]
    if is_cut:
        shown[-1:] = [f"{''.join(shown[-1:])} {cut}".strip()]
    return tuple(shown)


def printable_line(text: str, limit: int, cut: str) -> str:
    return " ".join(printable(" ".join(text.split()), limit, cut))


def _within(lines: list[str], limit: int) -> list[str]:
    kept: list[str] = []
    for line in lines:
        room = limit - sum(map(len, kept))
        if len(line) > room:
            return [*kept, _at_a_word(line, room)] if room > 0 else kept
        kept.append(line)
    return kept


def _at_a_word(line: str, room: int) -> str:
    head, space, _ = line[: room + 1].rpartition(" ")
    return head if space and len(head) > room // 2 else line[:room]


def weight(text: str) -> int:
    """Return how much work a text is to set, in everyday letters.

    A letter of another font is as much as ten; one of the scripts of South and South-East Asia,
    whose words have to be found first, as a hundred.
    """
    everyday = _everyday()
    if everyday.issuperset(text):
        return len(text)
    foreign = [letter for letter in text if letter not in everyday]
    return len(text) + 9 * len(foreign) + 90 * sum("\u0900" <= one < "\u1100" for one in foreign)


@lru_cache(maxsize=4096)
def known(line: str) -> str:
    """Return a line in which every letter can be shown, alone and with the marks upon it."""
    if _everyday().issuperset(line):
        return line
    alike = unicodedata.normalize("NFC", line).translate(ALIKE)
    return "".join(map(_shown, _clusters(alike)))


@cache
def _everyday() -> frozenset[str]:
    """Return the letters that every family of the design has, and that nothing is piled upon."""
    letters = map(chr, coverage()[""])
    return frozenset(letter for letter in letters if unicodedata.category(letter)[0] not in "MC")


def _clusters(line: str) -> list[str]:
    """Return letters, each with the combining marks and invisible joiners that follow it."""
    clusters: list[str] = []
    for letter in line:
        if clusters and clusters[-1] != " " and (letter in _INVISIBLE or _is_mark(letter)):
            clusters[-1] += letter
        else:
            clusters.append(letter)
    return clusters


def _is_mark(letter: str) -> bool:
    """Whether a letter goes onto the one before it: a combining mark, or an emoji's skin colour."""
    return unicodedata.category(letter).startswith("M") or "\U0001f3fb" <= letter <= "\U0001f3ff"


def _shown(cluster: str) -> str:
    """Return a cluster as it is when one font has all of it, else with the replacement mark."""
    if _is_mark(cluster[0]) or cluster[0] in _INVISIBLE:
        return "" if cluster[0] in _INVISIBLE else REPLACED
    marks = sum(_is_mark(letter) and letter not in _INVISIBLE for letter in cluster)
    is_plain = marks <= MOST_MARKS and len(cluster) - marks <= MOST_JOINERS + 1
    if is_plain and _has_a_font(cluster):
        return cluster
    return (cluster[0] if _has_a_font(cluster[0]) else "") + REPLACED


def _has_a_font(letters: str) -> bool:
    seen = [letter for letter in letters if letter not in _INVISIBLE]
    codes = set(map(ord, seen))
    is_control = any(unicodedata.category(letter) in {"Cc", "Cf", "Cs"} for letter in seen)
    return not is_control and any(codes <= font for font in coverage().values())


def broken(line: str) -> str:
    """Return a line with places to break in what hyphenation cannot break."""
    return " ".join(
        _broken(word) if len(word) >= SHORT_WORD and _UNBROKEN.search(word) else word
        for word in line.split(" ")
    )


def _broken(word: str) -> str:
    return BREAK.join(re.findall(r".{1,7}?[/.?&=_-]|.{1,8}", word))
