"""All "we, us, our" and no customer: "for you", not "about us" (Anne M. Schüller)."""

from collections.abc import Sequence
from typing import Final

from coachbot.flow.observations import Observation
from coachbot.noticing.reading import Kind, Reading
from coachbot.noticing.subjects import REACH, customers, is_subject
from coachbot.noticing.wordlist import Span
from coachbot.noticing.words import Word

SEEN: Final = (Kind.CONCRETE, Kind.TIME)
SAYS_SOMETHING: Final = (Kind.OPEN, Kind.NUMBER, *SEEN)
ENOUGH_SEEN: Final = 2
NOBODY: Final = "inside_out.nobody"
ACHIEVEMENTS: Final = "inside_out.achievements"


def inside_out(reading: Reading) -> Observation | None:
    """Notice an answer in which only the company acts, and speaks of itself.

    A customer who acts, or for whom something is done that can be seen, is enough to leave it.
    """
    reading, praised = reading.without(NOBODY), reading.has(ACHIEVEMENTS)
    if _stays_inside(reading):
        return Observation("inside_out", "what goes on behind the counter", reading.quote())
    if _does_something(reading):
        return None
    reading = reading.without(ACHIEVEMENTS)
    if _customer_acts(reading) or _is_felt_elsewhere(reading):
        return None
    if praised and not _names_somebody(reading) and reading.count(*SEEN) < ENOUGH_SEEN:
        return Observation("inside_out", "what we have achieved", reading.quote())
    if not _begins_with_us(reading):
        return None
    if not _is_about_us(reading) or _happens_without_us(reading):
        return None
    if _names_somebody(reading) and not _praises_itself(reading):
        return None
    if not reading.has("words.we") and reading.count(*SEEN) >= ENOUGH_SEEN:
        return None
    return Observation("inside_out", "we, us, our, and no customer acts", reading.quote())


def _begins_with_us(reading: Reading) -> bool:
    """Whether nothing is said before "we" but its own clause, and nothing at all before "our"."""
    we, our = reading.find("words.we"), reading.find("words.our")
    said = [span for kind, span in reading.kinds if kind in SAYS_SOMETHING]
    if we and not any(_clause(reading, span) < _clause(reading, we[0]) for span in said):
        return True
    return bool(our) and not any(span.start < our[0].start for span in said)


def _clause(reading: Reading, span: Span) -> int:
    return reading.words[span.start].clause


def _happens_without_us(reading: Reading) -> bool:
    """Whether a clause without "we" or "our" says when something happens."""
    us = {_clause(reading, s) for s in (*reading.find("words.we"), *reading.find("words.our"))}
    return any(
        kind is Kind.TIME and _clause(reading, span) not in us for kind, span in reading.kinds
    )


def _is_felt_elsewhere(reading: Reading) -> bool:
    """Whether something happens to somebody in a clause without "we" and "our"."""
    us = {_clause(reading, s) for s in (*reading.find("words.we"), *reading.find("words.our"))}
    met = {_clause(reading, span) for span in reading.find("words.someone")}
    return bool(us) and bool(met - us)


def _is_about_us(reading: Reading) -> bool:
    """Whether more is said of us than one thing that could be seen."""
    us = (*reading.find("words.our"), *reading.find("words.we"))
    return len(us) > 1 or _speaks_of_us(reading)


def _speaks_of_us(reading: Reading) -> bool:
    """Whether "we" or "our" stands in a clause with what companies say of themselves."""
    us = {_clause(reading, s) for s in (*reading.find("words.we"), *reading.find("words.our"))}
    return any(_clause(reading, span) in us for span in reading.find("inside_out.about_us"))


def _stays_inside(reading: Reading) -> bool:
    """Whether two things are named that only we deal with, and no customer: "in our system"."""
    inside = {reading.stems(span) for span in reading.find("inside_out.internal")}
    return (
        len(inside) > 1
        and not reading.has_speech
        and not any(not _is_ours(reading, customer) for customer in reading.find("words.customers"))
        and not reading.has("inside_out.you")
    )


def _customer_acts(reading: Reading) -> bool:
    return any(
        is_subject(reading, span) and not _is_ours(reading, span) for span in customers(reading)
    )


def _names_somebody(reading: Reading) -> bool:
    named = (*customers(reading), *reading.find("words.staff"))
    return any(not _is_ours(reading, span) for span in named)


def _is_ours(reading: Reading, span: Span) -> bool:
    """Whether somebody is one of us: "our driver", "our young team", but not "our guests"."""
    before = reading.before(span, reading.clause(span))[-REACH:]
    said = reading.words[span.start : span.end]
    near = (*before, *said)
    return reading.has("words.staff", near) and reading.has("words.our", near)


def _praises_itself(reading: Reading) -> bool:
    about_us = reading.has("inside_out.about_us") or len(reading.find("words.our")) > 1
    return about_us and not reading.count(*SEEN)


def _does_something(reading: Reading) -> bool:
    """Whether something is done towards a customer: "we call back", but not "we show our range"."""
    if reading.has_speech:
        return True
    return any(
        kind is Kind.TOWARDS
        and not reading.has(ACHIEVEMENTS, reading.words[max(0, span.start - REACH) : span.end + 1])
        and not _is_shown_off(reading.words[span.end : span.end + 2], reading)
        for kind, span in reading.kinds
    )


def _is_shown_off(after: Sequence[Word], reading: Reading) -> bool:
    """Whether what is shown or told is ours: "we explain our philosophy"."""
    return reading.has("words.our", after) or reading.has(ACHIEVEMENTS, after)
