"""A measure that only the company gains from; measure on the customer's side (Schüller)."""

from collections.abc import Iterator
from typing import Final

from coachbot.flow.observations import Observation
from coachbot.noticing.reading import Kind, Reading
from coachbot.noticing.subjects import REACH, customers, is_subject
from coachbot.noticing.wordlist import Span
from coachbot.noticing.words import Word

MEASURE: Final = "purpose.measure"
SAYS_SOMETHING: Final = (Kind.OPEN, Kind.CONCRETE, Kind.TOWARDS)


def own_number(reading: Reading) -> Observation | None:
    """Notice revenue, margin or leads where nothing is said of what the customer gains."""
    if reading.without("own_number.our_gain").has("own_number.customers_gain"):
        return None
    for span in _more_of_them(reading):
        if not reading.has("own_number.theirs", reading.before(span, reading.clause(span))):
            said = reading.said(span)
            return Observation("own_number", f"only ours: {said}", reading.quote(span))
    counted = (span for span in _counted(reading) if not _somebody_acts(reading, span))
    for span in (*reading.find("own_number.numbers"), *counted):
        if not _is_theirs(reading, span) and not _is_denied(reading, span):
            said = reading.said(span)
            return Observation("own_number", f"only ours: {said}", reading.quote(span))
    return None


def _counted(reading: Reading) -> Iterator[Span]:
    """Yield what is only counted: orders, bookings, members, and how many of them we do."""
    for span in reading.find("own_number.things"):
        if _something_else_is_counted(reading, span) or _is_promised(reading):
            continue
        around = reading.sentence(span) if reading.question == MEASURE else reading.clause(span)
        if reading.has("own_number.counts", around) or _has_number(reading, around):
            yield span
    if _is_bare_measure(reading):
        yield from reading.find("own_number.measures")
    for span in reading.find("own_number.per"):
        if reading.question == MEASURE and reading.has("words.staff", _next(reading, span)):
            yield span
    for span in reading.find("own_number.how_many"):
        if reading.question == MEASURE and reading.has("words.we", reading.clause(span)):
            yield span


def _next(reading: Reading, span: Span) -> tuple[Word, ...]:
    return reading.words[span.end : span.end + 1]


def _more_of_them(reading: Reading) -> Iterator[Span]:
    """Yield "more customers" where nothing else is said."""
    found = (*reading.find("words.customers"), *reading.find("own_number.more"))
    if any(kind in SAYS_SOMETHING and span not in found for kind, span in reading.kinds):
        return
    for more in reading.find("own_number.more"):
        yield from (customer for customer in found if customer.start == more.end)


def _is_bare_measure(reading: Reading) -> bool:
    """Whether a measure is named in a few words that name no customer, and nothing done for one."""
    return (
        reading.question == MEASURE
        and len(reading.words) <= reading.lexicon.limits["own_number.bare_words"]
        and not customers(reading)
        and not reading.count(Kind.TOWARDS)
    )


def _somebody_acts(reading: Reading, span: Span) -> bool:
    """Whether a customer does something in the sentence of what is counted, and not for us."""
    sentence = reading.sentence(span)
    return not reading.has("own_number.gains", sentence) and any(
        is_subject(reading, customer) and reading.words[customer.start] in sentence
        for customer in reading.find("words.customers")
    )


def _is_promised(reading: Reading) -> bool:
    """Whether a promise names a customer: what is counted there may be for them."""
    return reading.question != MEASURE and bool(customers(reading))


def _something_else_is_counted(reading: Reading, span: Span) -> bool:
    """Whether what is counted are customers, or what a thing does for them.

    "How many guests ring at night", "how many miles the bike does".
    """
    clause = reading.clause(span)
    if reading.has("words.we", clause) or reading.has("own_number.gains", clause):
        return False
    return any(
        reading.has("words.customers", reading.words[how_many.end : how_many.end + 1])
        or span.start > how_many.end + REACH - 1
        for how_many in reading.find("own_number.how_many")
        if reading.words[how_many.start] in clause
    )


def _has_number(reading: Reading, around: tuple[Word, ...]) -> bool:
    """Whether a measure has a number that is not a time of the day: "40 rooms", not "at seven"."""
    times = {
        index
        for kind, span in reading.kinds
        if kind is Kind.TIME
        for index in range(span.start, span.end)
    }
    numbers = (w for i, w in enumerate(reading.words) if w.is_number and i not in times)
    return reading.question == MEASURE and any(number in around for number in numbers)


def _is_theirs(reading: Reading, span: Span) -> bool:
    """Whether it is the customers' own revenue, margin or leads."""
    clause = reading.clause(span)
    before = reading.before(span, clause)[-REACH:]
    sentence = reading.sentence(span)
    if reading.has("own_number.theirs", before) or reading.has("own_number.of_them", sentence):
        return True
    said = reading.words[span.start : span.end]
    if reading.has("own_number.earns", said) and reading.has("words.someone", clause):
        return True
    could_be = reading.has("own_number.could_be_theirs", said)
    if could_be and (_has_owner(reading, span) or _is_for_others(reading, span)):
        return True
    return not reading.has("own_number.gains", (*clause, *said)) and any(
        is_subject(reading, customer) and reading.words[customer.start] in clause
        for customer in reading.find("words.customers")
    )


def _has_owner(reading: Reading, span: Span) -> bool:
    """Whether a number is our customers': "our growers' yield", "der Ertrag unserer Bauern"."""
    our = {place.start for place in reading.find("words.our")}
    for customer in reading.find("words.customers"):
        is_ours, is_near = customer.start - 1 in our, customer.end == span.start
        follows = customer.start == span.end + 1 or is_subject(reading, customer)
        if is_ours and (is_near or (follows and customer.start > span.end)):
            return True
    return False


def _is_for_others(reading: Reading, span: Span) -> bool:
    """Whether a number is somebody else's: "more profit for the bookseller", "of the pubs"."""
    sentence = reading.sentence(span)
    others = (
        *(s for s in reading.find("own_number.for_others") if s.start >= span.end),
        *(s for s in reading.find("own_number.of") if s.start == span.end),
    )
    return any(
        not _is_of_ours(reading, reading.words[found.end : found.end + REACH])
        for found in others
        if reading.words[found.start] in sentence
    )


def _is_of_ours(reading: Reading, after: tuple[Word, ...]) -> bool:
    """Whether it is the number of what is ours: "of the firm", "of the rooms"."""
    return reading.has("own_number.ourselves", after) or reading.has("own_number.things", after)


def _is_denied(reading: Reading, span: Span) -> bool:
    return reading.denies(reading.clause(span))
