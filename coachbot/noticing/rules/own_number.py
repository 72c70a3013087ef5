"""A measure that only the company gains from; measure on the customer's side (Schüller)."""

from collections.abc import Iterator

from coachbot.flow.observations import Observation
from coachbot.noticing.reading import Reading
from coachbot.noticing.subjects import REACH, is_subject
from coachbot.noticing.wordlist import Span


def own_number(reading: Reading) -> Observation | None:
    """Notice revenue, margin or leads where nothing is said of what the customer gains."""
    if reading.has("own_number.customers_gain"):
        return None
    for span in (*reading.find("own_number.numbers"), *_counted(reading)):
        if not _is_theirs(reading, span) and not _is_denied(reading, span):
            said = reading.said(span)
            return Observation("own_number", f"only ours: {said}", reading.quote(span))
    return None


def _counted(reading: Reading) -> Iterator[Span]:
    """Yield what is only counted: orders, bookings, members."""
    for span in reading.find("own_number.things"):
        if reading.has("own_number.counts", reading.clause(span)):
            yield span


def _is_theirs(reading: Reading, span: Span) -> bool:
    """Whether it is the customers' own revenue, margin or leads."""
    clause = reading.clause(span)
    before = reading.before(span, clause)[-REACH:]
    if reading.has("own_number.theirs", before) or reading.has("own_number.of_them", clause):
        return True
    said = reading.words[span.start : span.end]
    return not reading.has("own_number.gains", (*clause, *said)) and any(
        is_subject(reading, customer) and reading.words[customer.start] in clause
        for customer in reading.find("words.customers")
    )


def _is_denied(reading: Reading, span: Span) -> bool:
    return reading.denies(reading.clause(span))
