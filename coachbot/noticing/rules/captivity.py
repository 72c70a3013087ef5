"""Loyalty through contracts, cards and hurdles; the exit stays open (after Kaduk and Osmetz)."""

from collections.abc import Iterator
from typing import Final

from coachbot.flow.observations import Observation
from coachbot.noticing.reading import Reading
from coachbot.noticing.wordlist import Span

LEAVING: Final = "captivity.leaving"
PAIRS: Final = (
    ("captivity.ties", "captivity.holds"),
    ("captivity.contracts", "captivity.terms"),
    ("captivity.nth", "captivity.for_nothing"),
    (LEAVING, "captivity.hurdles"),
)
"""What captures only together: a voucher that runs out, a contract for years, a fee for leaving."""


def captivity(reading: Reading) -> Observation | None:
    """Notice that customers are held by a lock, or by two things that make one.

    A lock that is denied, an open door in the same sentence, or a contract which the company
    itself ends, is none.
    """
    for span in (*reading.find("captivity.locks"), *_pairs(reading)):
        if not _is_denied(reading, span) and not _is_open(reading, span):
            said = reading.said(span)
            return Observation("captivity", f"holds customers: {said}", reading.quote(span))
    return None


def _pairs(reading: Reading) -> Iterator[Span]:
    """Yield what holds together with something else; the tie may not be denied either."""
    for ties, holds in PAIRS:
        for hold in reading.find(holds):
            around = reading.sentence(hold)
            for tie in reading.find(ties):
                is_near = reading.words[tie.start] in around
                if is_near and (ties == LEAVING or not _is_denied(reading, tie)):
                    yield hold


def _is_denied(reading: Reading, span: Span) -> bool:
    return reading.denies(reading.clause(span))


def _is_open(reading: Reading, span: Span) -> bool:
    return reading.has("captivity.open_doors", reading.sentence(span)) or _we_part(reading)


def _we_part(reading: Reading) -> bool:
    """Whether it is the company that ends a contract."""
    return any(
        reading.has("words.we", reading.clause(span)) for span in reading.find("captivity.parting")
    )
