"""A person who has no idea gets a smaller question."""

from collections.abc import Sequence
from typing import Final

from coachbot.flow.observations import Observation
from coachbot.noticing.reading import Kind, Reading
from coachbot.noticing.subjects import REACH
from coachbot.noticing.wordlist import Span

NAMES: Final = ("business.name",)
FEW: Final = 8
"""In more words, "pass" or "help" is not the whole answer."""
SAYS_SOMETHING: Final = (
    Kind.OPEN,
    Kind.CONCRETE,
    Kind.TOWARDS,
    Kind.TIME,
    Kind.NUMBER,
    Kind.PLACEHOLDER,
)


def no_idea(reading: Reading) -> Observation | None:
    """Notice an answer that only says that there is none.

    "No idea of engines, most of them, so we show the part" says more, and is an answer; so is
    what others have no idea of, what is done if there is none, what somebody is quoted with, and
    a funny name.
    """
    if not reading.words:
        return Observation("no_idea", "not a word", reading.quote())
    read = reading if reading.has("no_idea.phrases") else reading.without("no_idea.fillers")
    phrases = read.find("no_idea.phrases")
    alone = read.find("no_idea.alone") if len(read.words) <= FEW else ()
    spans = (*phrases, *alone)
    if not spans or reading.quotes or any(_of_others(read, span) for span in phrases):
        return None
    if not _keeps_saying_so(read, phrases) and _says_more(read, spans, other_words=bool(phrases)):
        return None
    return Observation("no_idea", f"says so: {read.said(spans[0])}", reading.quote())


def _keeps_saying_so(reading: Reading, phrases: Sequence[Span]) -> bool:
    """Whether it is said in two clauses, the second time as the last word: there is no answer."""
    if reading.question in NAMES or not phrases:
        return False
    clauses = {reading.words[span.start].clause for span in phrases}
    after = (*_unknown(reading, phrases[-1]), *range(phrases[-1].start, phrases[-1].end))
    ends = max(phrases[0].end, *(index + 1 for index in after))
    rest = [s for kind, s in reading.kinds if kind in SAYS_SOMETHING and s.start >= ends]
    return len(clauses) > 1 and not rest


def _says_more(reading: Reading, spans: tuple[Span, ...], *, other_words: bool) -> bool:
    """Whether there is an answer beside the words for having none."""
    is_name = reading.question in NAMES
    most = reading.lexicon.limits["no_idea.other_words"] if other_words and not is_name else 0
    is_whole = is_name or not other_words
    asides = _within(spans) if is_whole else _within(spans) | _asides(reading, spans)
    said = [kind for kind, s in reading.kinds if kind in SAYS_SOMETHING and s.start not in asides]
    return len(said) > most


def _of_others(reading: Reading, span: Span) -> bool:
    before = reading.before(span, reading.clause(span))
    if reading.has("words.we", (*before[-REACH:], *reading.words[span.start : span.end])):
        return False
    return (
        reading.has("words.customers", before)
        or reading.has("thin.conditions", before)
        or reading.has("words.someone", before)
        or reading.has("no_idea.no_longer", reading.before(span, reading.words))
    )


def _within(spans: tuple[Span, ...]) -> set[int]:
    return {index for span in spans for index in range(span.start, span.end)}


def _asides(reading: Reading, spans: tuple[Span, ...]) -> set[int]:
    """Return where, before any "but", the question is talked of, or what is not known."""
    but = [span.start for span in reading.find("no_idea.but")]
    end = min(but, default=len(reading.words))
    about_it = {span.start for span in reading.find("no_idea.about_it") if span.start < end}
    return about_it.union(*(_unknown(reading, span) for span in spans))


def _unknown(reading: Reading, span: Span) -> range:
    """Return the clause after "no idea" that says of what: "how one measures that"."""
    after = reading.words[span.end : span.end + 2]
    if not reading.has("no_idea.unknown", after):
        return range(0)
    clause = after[-1].clause
    rest = reading.words[span.end :]
    return range(span.end, span.end + sum(word.clause <= clause for word in rest))
