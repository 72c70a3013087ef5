"""One answer as a coach reads it: which words say something, and who acts in which clause."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Final

from coachbot.noticing.index import Known, known
from coachbot.noticing.lexicon import Lexicon
from coachbot.noticing.wordlist import ANY_NUMBER, Match, Span, apart
from coachbot.noticing.words import Word, words

QUOTE_LENGTH: Final = 80
SPEECH: Final = re.compile(r"[„“”\"«»‹›‚‘][^„“”\"«»‹›]+\s[^„“”\"«»‹›]+[“”\"«»‹›‘’]")
MARKED: Final = re.compile(r"[„“”\"«»‹›‚‘]\w[^„“”\"«»‹›]*[“”\"«»‹›]")
WHOLLY_QUOTED: Final = re.compile(r"[„“”\"«»‹›]([^„“”\"«»‹›]*)[“”\"«»‹›]")


class Kind(StrEnum):
    """What a word is worth. Of two kinds that know a word equally well, the first counts."""

    IDLE = "idle"
    CONCRETE = "concrete"
    TOWARDS = "towards"
    TIME = "time"
    NUMBER = "number"
    PLACEHOLDER = "placeholder"
    NEUTRAL = "neutral"
    OPEN = "open"


KNOWN: Final = {f"kinds.{kind}": kind for kind in Kind if kind is not Kind.OPEN}
"""The kinds by the name of their list."""


@dataclass(frozen=True)
class Reading:
    """An answer's text, its words, and the spans of the words by kind."""

    question: str
    text: str
    words: tuple[Word, ...]
    lexicon: Lexicon

    @classmethod
    def of(cls, question: str, text: str, lexicon: Lexicon) -> "Reading":
        joints = lexicon.lists["words.joints"].forms
        read = words(text, lexicon.language, joints, lexicon.spelling)
        return cls(question, text, read, lexicon)

    def without(self, name: str) -> "Reading":
        """Return the answer without the words of a list, as if they had not been written."""
        skipped = {i for span in self.find(name) for i in range(span.start, span.end)}
        if not skipped:
            return self
        kept = tuple(word for i, word in enumerate(self.words) if i not in skipped)
        return replace(self, words=kept)

    @cached_property
    def known(self) -> tuple[Known, ...]:
        """What the lists have of each word."""
        index = self.lexicon.index
        return tuple(known(index, word.form, word.stem) for word in self.words)

    @cached_property
    def starts(self) -> Mapping[str, Mapping[int, Match | None]]:
        """Where an entry of each list may begin: few lists have a word in an answer.

        The match is that of a word with which no phrase begins; None is for what may be a phrase.
        """
        found: dict[str, dict[int, Match | None]] = {}
        stems = [word.stem for word in self.words]
        following, anywhere = (*stems[1:], ""), {ANY_NUMBER, *stems}
        for index, (alone, phrases) in enumerate(self.known):
            for name, match in alone.items():
                found.setdefault(name, {})[index] = match
            for some in phrases:
                for name in some.fitting(following[index], anywhere):
                    found.setdefault(name, {})[index] = None
        return found

    @cached_property
    def lists(self) -> frozenset[str]:
        """The lists of which an entry may begin with a word, whatever stands beside it."""
        alone = (name for word in self.known for name in word.alone)
        return frozenset(alone).union(*(some.lists for word in self.known for some in word.phrases))

    @cached_property
    def kinds(self) -> tuple[tuple[Kind, Span], ...]:
        """Every word or phrase once, with its kind, in the order of the text."""
        best: dict[int, tuple[Kind, Span]] = {}
        for name, kind in KNOWN.items():
            for span in self.all(name):
                if span.start not in best or span.rank > best[span.start][1].rank:
                    best[span.start] = kind, span
        return tuple(self._walk(best))

    @cached_property
    def quotes(self) -> bool:
        """Whether somebody is quoted with more than one word."""
        return bool(SPEECH.search(self.text))

    @cached_property
    def has_speech(self) -> bool:
        """Whether somebody is quoted; quotation marks round the whole answer are only marks."""
        return self.quotes and not WHOLLY_QUOTED.fullmatch(self.text.strip())

    @cached_property
    def marks_words(self) -> bool:
        """Whether quotation marks stand round some of the words, if only round one."""
        return bool(MARKED.search(self.text)) and not WHOLLY_QUOTED.fullmatch(self.text.strip())

    def _walk(self, best: Mapping[int, tuple[Kind, Span]]) -> Iterator[tuple[Kind, Span]]:
        index = 0
        while index < len(self.words):
            kind, span = best.get(index) or self._unknown(index)
            yield kind, span
            index = span.end

    def _unknown(self, index: int) -> tuple[Kind, Span]:
        kind = Kind.NUMBER if self.words[index].is_number else Kind.OPEN
        return kind, Span(index, index + 1)

    def count(self, *kinds: Kind) -> int:
        """Return how many different words or phrases are of these kinds."""
        return len({self.stems(span) for kind, span in self.kinds if kind in kinds})

    def said(self, span: Span) -> str:
        return " ".join(word.form for word in self.words[span.start : span.end])

    def stems(self, span: Span) -> tuple[str, ...]:
        return tuple(word.stem for word in self.words[span.start : span.end])

    def find(self, name: str) -> tuple[Span, ...]:
        """Return where a list of the lexicon occurs, without overlaps."""
        return apart(self.all(name)) if name in self.starts else ()

    def all(self, name: str) -> Iterator[Span]:
        """Yield the longest entry of a list at each word with which one begins."""
        for index, match in self.starts.get(name, {}).items():
            if match is not None:
                yield Span(index, index + 1, match)
            elif span := self.lexicon.lists[name].at(self.words, index):
                yield span

    @cached_property
    def vague(self) -> frozenset[int]:
        """The places of words that say nothing, to any question or to this one."""
        own = self.find(f"vague_for.{self.question}")
        is_alone = self.question in self.lexicon.own_vague
        spans = own if is_alone else (*own, *self.find("thin.vague"))
        return frozenset(index for span in spans for index in range(span.start, span.end))

    @cached_property
    def notions(self) -> frozenset[int]:
        """The places of words that end like a notion: "-ness"."""
        return frozenset(span.start for span in self.all("kinds.abstract"))

    def has(self, name: str, among: Sequence[Word] | None = None) -> bool:
        """Return whether a list occurs in the answer, or among some of its words."""
        if among is None:
            return any(self.all(name))
        return name in self.lists and self.lexicon.lists[name].occurs(among)

    def denies(self, among: Sequence[Word]) -> bool:
        """Return whether some words deny something; "not only" does not."""
        if "words.negation" not in self.lists:
            return False
        lists = self.lexicon.lists
        excused = {i for s in lists["words.no_negation"].find(among) for i in range(s.start, s.end)}
        return any(span.start not in excused for span in lists["words.negation"].find(among))

    def clause(self, span: Span) -> tuple[Word, ...]:
        """Return the words round a span within its clause, the span itself left out."""
        clauses = {word.clause for word in self.words[span.start : span.end]}
        return tuple(w for w in self.others(span) if w.clause in clauses)

    def sentence(self, span: Span) -> tuple[Word, ...]:
        """Return the words round a span within its sentence, the span itself left out."""
        sentence = self.words[span.start].sentence
        return tuple(w for w in self.others(span) if w.sentence == sentence)

    def whole_sentence(self, span: Span) -> tuple[Word, ...]:
        return tuple(w for w in self.words if w.sentence == self.words[span.start].sentence)

    def since_but(self, span: Span) -> tuple[Word, ...]:
        """Return the sentence round a span from the last "but" before the span onwards."""
        sentence, start = self.sentence(span), self.words[span.start].start
        buts = [w.start for w in sentence if w.start < start and self.has("words.but", (w,))]
        return tuple(word for word in sentence if word.start >= max(buts, default=0))

    def others(self, span: Span) -> tuple[Word, ...]:
        """Return all words but those of a span."""
        return self.words[: span.start] + self.words[span.end :]

    def before(self, span: Span, read: Sequence[Word]) -> tuple[Word, ...]:
        start = self.words[span.start].start
        return tuple(word for word in read if word.start < start)

    def quote(self, span: Span | None = None) -> str:
        """Return the person's words to quote: a span's sentence or all, cut at a word."""
        text = self.text
        if span:
            sentence = self.words[span.start].sentence
            inside = [word for word in self.words if word.sentence == sentence]
            text = self.text[inside[0].start : inside[-1].end]
        return shortened(text)


def shortened(text: str) -> str:
    """Return a text on one line, without quotation marks round it, cut at a word when long.

    >>> shortened(" „freundlich   und nett“ ")
    'freundlich und nett'
    """
    line = " ".join(text.split())
    if quoted := WHOLLY_QUOTED.fullmatch(line):
        line = quoted.group(1)
    if len(line) <= QUOTE_LENGTH:
        return line
    return line[:QUOTE_LENGTH].rsplit(" ", 1)[0].rstrip(" ,;:–-") + " …"
