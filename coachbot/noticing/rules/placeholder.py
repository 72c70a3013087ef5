"""A word on a sticky note: what would one see, hear or get? (Rudolf Greger)."""

from collections.abc import Iterator
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from coachbot.flow.observations import Observation
from coachbot.noticing.reading import Kind, Reading
from coachbot.noticing.rules.thin import is_thin
from coachbot.noticing.wordlist import Span

STICKY_NOTE: Final = "relation.word"


def placeholder(reading: Reading) -> Observation | None:
    """Notice an answer of which nothing remains without its placeholders.

    Function words, intensifiers and words for "us" and "the customer" do not count. Something
    done, a time, a number, or words that are quoted are always enough to leave it alone. A
    placeholder in an answer that would be too thin anyway is the better thing to ask about.
    """
    if reading.has_speech or reading.count(Kind.CONCRETE, Kind.TOWARDS, Kind.TIME, Kind.NUMBER):
        return None
    if reading.question == STICKY_NOTE and _is_bare(reading):
        return Observation("placeholder", "a bare word on the sticky note", reading.quote())
    hidden = tuple(_hidden(reading))
    empty = {span for kind, span in reading.kinds if kind is Kind.PLACEHOLDER}.union(hidden)
    open_words = {
        reading.stems(span)
        for kind, span in reading.kinds
        if kind is Kind.OPEN and span not in empty and span.start not in reading.vague
    }
    if not empty or (len(open_words) > _tolerated(reading, len(empty)) and not is_thin(reading)):
        return None
    said = ", ".join(reading.said(span) for span in sorted(empty))
    return Observation("placeholder", f"nothing but: {said}", reading.quote())


def _is_bare(reading: Reading) -> bool:
    """Whether it is no more than a word or two: whatever it is, it hides what it means.

    Two things with a small word between make a picture: "a neighbour with a ladder".
    """
    is_picture = reading.count(Kind.OPEN) > 1 and bool(reading.count(Kind.IDLE))
    return len(reading.words) <= reading.lexicon.limits["placeholder.bare_words"] and not is_picture


def _tolerated(reading: Reading, placeholders: int) -> int:
    """Return how many words that say something may stand among so many placeholders."""
    limits = reading.lexicon.limits
    most = limits["placeholder.open_words"]
    return min(most, placeholders // limits["placeholder.words_per_open_word"])


def _hidden(reading: Reading) -> Iterator[Span]:
    """Yield unknown words that are placeholders all the same: abstract, or mistyped."""
    for kind, span in reading.kinds:
        if kind is Kind.OPEN and (span.start in reading.notions or _is_typo(reading, span)):
            yield span


def _is_typo(reading: Reading, span: Span) -> bool:
    form, limits = reading.words[span.start].form, reading.lexicon.limits
    if len(form) < limits["placeholder.typo_letters"]:
        return False
    near = process.extractOne(
        form,
        [w for w in reading.lexicon.lists["kinds.placeholder"].forms if w[0] == form[0]],
        scorer=OSA.normalized_similarity,
        score_cutoff=limits["placeholder.typo_percent"] / 100,
    )
    return near is not None
