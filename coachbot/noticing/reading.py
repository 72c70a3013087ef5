"""One answer as a coach reads it: which words say something, and who acts in which clause."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property
from typing import Final

from coachbot.noticing.lexicon import Lexicon
from coachbot.noticing.wordlist import Span
from coachbot.noticing.words import Word, words

QUOTE_LENGTH: Final = 80
SPEECH: Final = re.compile(r"[„“”\"«»‹›‚‘][^„“”\"«»‹›]+\s[^„“”\"«»‹›]+[“”\"«»‹›‘’]")
MARKED: Final = re.compile(r"[„“”\"«»‹›‚‘]\w[^„“”\"«»‹›]*[“”\"«»‹›]")
WHOLLY_QUOTED: Final = re.compile(r"[„“”\"«»‹›]([^„“”\"«»‹›]*)[“”\"«»‹›]")


class Kind(Enum):
    """What a word is worth. Of two kinds that know a word equally well, the first counts."""

    IDLE = "idle"
    CONCRETE = "concrete"
    TOWARDS = "towards"
    TIME = "time"
    NUMBER = "number"
    PLACEHOLDER = "placeholder"
    NEUTRAL = "neutral"
    OPEN = "open"


KNOWN: Final = {f"kinds.{kind.value}": kind for kind in Kind if kind is not Kind.OPEN}
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
        kept = tuple(word for i, word in enumerate(self.words) if i not in skipped)
        return replace(self, words=kept)

    @cached_property
    def starts(self) -> dict[str, list[int]]:
        """Where an entry of each list may begin: few lists have a word in an answer."""
        found: dict[str, list[int]] = {}
        for index, word in enumerate(self.words):
            for name in self.lexicon.lists_with(word.form, word.stem):
                found.setdefault(name, []).append(index)
        return found

    @cached_property
    def kinds(self) -> tuple[tuple[Kind, Span], ...]:
        """Every word or phrase once, with its kind, in the order of the text."""
        return tuple(self._walk())

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

    def _walk(self) -> Iterator[tuple[Kind, Span]]:
        index = 0
        while index < len(self.words):
            kind, span = self._kind_at(index)
            yield kind, span
            index = span.end

    def _kind_at(self, index: int) -> tuple[Kind, Span]:
        word = self.words[index]
        named = self.lexicon.lists_with(word.form, word.stem)
        known = [
            (kind, span)
            for name, kind in KNOWN.items()
            if name in named and (span := self.lexicon.lists[name].at(self.words, index))
        ]
        if known:
            return max(known, key=lambda found: found[1].rank)
        return Kind.NUMBER if word.is_number else Kind.OPEN, Span(index, index + 1)

    def count(self, *kinds: Kind) -> int:
        """Return how many different words or phrases are of these kinds."""
        return len({self.stems(span) for kind, span in self.kinds if kind in kinds})

    def said(self, span: Span) -> str:
        return " ".join(word.form for word in self.words[span.start : span.end])

    def stems(self, span: Span) -> tuple[str, ...]:
        return tuple(word.stem for word in self.words[span.start : span.end])

    def find(self, name: str) -> tuple[Span, ...]:
        """Return where a list of the lexicon occurs."""
        starts = self.starts.get(name)
        return self.lexicon.lists[name].find(self.words, starts) if starts else ()

    @cached_property
    def vague(self) -> frozenset[int]:
        """The places of words that say nothing, to any question or to this one."""
        own = self.find(f"vague_for.{self.question}")
        is_alone = self.question in self.lexicon.own_vague
        spans = own if is_alone else (*own, *self.find("thin.vague"))
        return frozenset(index for span in spans for index in range(span.start, span.end))

    def has(self, name: str, among: Sequence[Word] | None = None) -> bool:
        """Return whether a list occurs in the answer, or among some of its words."""
        if name not in self.starts:
            return False
        return self.lexicon.lists[name].occurs(self.words if among is None else among)

    def denies(self, among: Sequence[Word]) -> bool:
        """Return whether some words deny something; "not only" does not."""
        if "words.negation" not in self.starts:
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
