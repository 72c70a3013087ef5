"""Loyalty through contracts, cards and hurdles; the exit stays open (after Kaduk and Osmetz)."""

from collections.abc import Iterator
from typing import Final

from coachbot.flow.observations import Observation
from coachbot.noticing.reading import Reading
from coachbot.noticing.subjects import REACH
from coachbot.noticing.wordlist import Span

LEAVING: Final = "captivity.leaving"
ABOUT_LEAVING: Final = ("relation.exit",)
ABOUT_TIME: Final = ("channels.rhythm",)
PAIRS: Final = (
    ("captivity.ties", "captivity.holds"),
    ("captivity.contracts", "captivity.terms"),
    ("captivity.nth", "captivity.for_nothing"),
    ("captivity.prepaid", "captivity.stays"),
    ("captivity.hostages", "captivity.ours"),
    ("captivity.rewards", "captivity.signing"),
    (LEAVING, "captivity.hurdles"),
    (LEAVING, "captivity.losses"),
)
"""What captures only together: a voucher that runs out, a contract for years, a discount for who
signs, a fee for leaving or what is lost by it."""


def captivity(reading: Reading) -> Observation | None:
    """Notice that customers are held by a lock, or by two things that make one.

    A lock that is denied, an open door, or a contract which the company
    itself ends, is none.
    """
    closed = tuple(span for span in _locks(reading) if not _is_open(reading, span))
    for span in (*closed, *_withheld(reading)):
        said = reading.said(span)
        return Observation("captivity", f"holds customers: {said}", reading.quote(span))
    return None


def _locks(reading: Reading) -> Iterator[Span]:
    for span in (*reading.find("captivity.locks"), *_pairs(reading)):
        if not _is_denied(reading, span):
            yield span
    if reading.question in ABOUT_TIME:
        yield from reading.find("captivity.timed")


def _withheld(reading: Reading) -> Iterator[Span]:
    """Yield what one needs in order to go, and does not get."""
    if reading.question in ABOUT_LEAVING:
        for span in reading.find("captivity.to_take_along"):
            if _is_denied(reading, span):
                yield span


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
    doors = (
        door
        for door in reading.find("captivity.open_doors")
        if not span.start <= door.start < door.end <= span.end
    )
    return any(not _is_shut(reading, door) for door in doors) or _we_part(reading)


def _is_shut(reading: Reading, door: Span) -> bool:
    """Whether a door is denied: "you don't walk away from that"."""
    return reading.denies(reading.words[max(0, door.start - REACH) : door.start])


def _we_part(reading: Reading) -> bool:
    """Whether it is the company that ends a contract."""
    return any(
        reading.has("words.we", reading.clause(span)) for span in reading.find("captivity.parting")
    )
