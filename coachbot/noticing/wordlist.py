"""A list of words and phrases from `lexicon.toml`, and where it occurs in an answer."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, NamedTuple

from coachbot.noticing.words import NO_SPELLING, Word, fold, stem, words

ANY_NUMBER: Final = "#"
GAP: Final = "…"
LONG_ENOUGH: Final = 5
WIDEST_GAP: Final = 6
"""So many words may stand in a gap."""


class Match(IntEnum):
    """How a word was recognised, the surer the higher."""

    COMPOUND = 0
    INFLECTED = 1
    EXACT = 2


class Span(NamedTuple):
    """Words from `start` up to, not including, `end`."""

    start: int
    end: int
    match: Match = Match.EXACT

    @property
    def rank(self) -> tuple[int, Match]:
        """The longer find wins, then the surer."""
        return self.end - self.start, self.match


@dataclass(frozen=True, slots=True)
class WordList:
    """Words, phrases, endings and beginnings, compiled once.

    "gut" stands for every inflection of the word, "auf augenhöhe" for words in a row, "-qualität"
    for every compound that ends so, "treue-" for every word that begins so, and "#" for a number.
    In "muss … lächeln" a few other words of the same sentence may stand in the gap, but none of
    those `barred` from it.
    """

    forms: frozenset[str]
    stems: frozenset[str]
    phrases: dict[str, tuple[tuple[str, ...], ...]]
    endings: tuple[str, ...]
    beginnings: tuple[str, ...]
    barred: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls,
        entries: Iterable[str],
        language: str,
        spelling: Mapping[str, str] = NO_SPELLING,
        *,
        inflected: bool = True,
        barred: Iterable[str] = (),
    ) -> "WordList":
        """Compile the entries of one list, its words in every inflection or just as written.

        `barred` are the words that may not stand in a gap: negations, mostly.

        Raises ValueError for an entry without a word.
        """
        endings, beginnings, forms = [], [], set()
        phrases: dict[str, list[tuple[str, ...]]] = {}
        for entry in entries:
            stems = _stems(entry, language, spelling)
            if not stems:
                raise ValueError(f"not a word: {entry!r}")
            if entry.startswith("-"):
                endings.append(fold(entry[1:]))
            elif entry.endswith("-"):
                beginnings.append(fold(entry[:-1]))
            elif len(stems) > 1:
                phrases.setdefault(stems[0], []).append(stems)
            else:
                forms.add(words(entry, language, spelling=spelling)[0].form)
        return cls(
            forms=frozenset(forms),
            stems=frozenset(s for form in forms for s in _inflected(form, language) if inflected),
            phrases={first: tuple(sorted(some, key=len)[::-1]) for first, some in phrases.items()},
            endings=tuple(endings),
            beginnings=tuple(beginnings),
            barred=frozenset(fold(word) for word in barred),
        )

    def at(self, read: Sequence[Word], index: int) -> Span | None:
        """Return the longest entry that begins at a word, or None."""
        word = read[index]
        follows = (GAP, ANY_NUMBER, read[index + 1].stem if index + 1 < len(read) else "")
        for first in (word.stem, ANY_NUMBER) if word.is_number else (word.stem,):
            for phrase in self.phrases.get(first, ()):
                if phrase[1] in follows and (end := self._end(phrase, read, index)):
                    return Span(index, end)
        match = self.match(word.form, word.stem)
        return None if match is None else Span(index, index + 1, match)

    def find(self, read: Sequence[Word]) -> tuple[Span, ...]:
        """Return where the list occurs, without overlaps."""
        return apart(span for index in range(len(read)) if (span := self.at(read, index)))

    def occurs(self, read: Sequence[Word]) -> bool:
        return any(self.at(read, index) for index in range(len(read)))

    def _end(self, phrase: Sequence[str], read: Sequence[Word], start: int) -> int | None:
        """Return where a phrase ends whose first part is a word, or None if the rest is missing."""
        end, gap = start + 1, 0
        for part in phrase[1:]:
            if part == GAP:
                gap = WIDEST_GAP
                continue
            found = self._next(part, read, range(end, min(end + gap + 1, len(read))))
            if found is None or (gap and read[found].sentence != read[start].sentence):
                return None
            end, gap = found + 1, 0
        return end

    def _next(self, part: str, read: Sequence[Word], places: range) -> int | None:
        for place in places:
            if _is_part(part, read[place]):
                return place
            if read[place].form in self.barred:
                return None
        return None

    def match(self, form: str, stem: str) -> Match | None:
        """Return how surely a word itself is in the list, or None."""
        if form in self.forms:
            return Match.EXACT
        if stem in self.stems:
            return Match.INFLECTED
        return Match.COMPOUND if self.has_affix(form) else None

    def has_affix(self, form: str) -> bool:
        """Return whether a word begins or ends as an entry says."""
        return form.startswith(self.beginnings) or form.endswith(self.endings)


def apart(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the spans in their order without those that overlap with one before them."""
    found: list[Span] = []
    for span in spans:
        if not found or span.start >= found[-1].end:
            found.append(span)
    return tuple(found)


def _stems(entry: str, language: str, spelling: Mapping[str, str]) -> tuple[str, ...]:
    """Return the stems of an entry, with its gaps and numbers as they are."""
    parts = [
        words(part.replace(ANY_NUMBER, " 0 "), language, spelling=spelling)
        for part in entry.split(GAP)
    ]
    if not all(parts):
        return ()
    stems = [[ANY_NUMBER if word.form == "0" else word.stem for word in part] for part in parts]
    return tuple(stem for i, part in enumerate(stems) for stem in ([GAP, *part] if i else part))


def _inflected(form: str, language: str) -> tuple[str, ...]:
    """Return the stems of a word: the stemmer takes more off "modern" than off "moderne"."""
    if language == "de" and len(form) >= LONG_ENOUGH and form[-1].isalpha() and form[-1] != "e":
        return stem(form, language), stem(f"{form}e", language)
    return (stem(form, language),)


def _is_part(part: str, word: Word) -> bool:
    return word.is_number if part == ANY_NUMBER else word.stem == part
