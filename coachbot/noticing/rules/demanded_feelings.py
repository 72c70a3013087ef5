"""Feelings that staff shall have on demand: structures, not acting lessons (Kaduk and Osmetz)."""

from typing import Final

from coachbot.flow.observations import Observation
from coachbot.noticing.reading import Reading
from coachbot.noticing.subjects import is_subject
from coachbot.noticing.wordlist import Span

ABOUT_STAFF: Final = "team."


def demanded_feelings(reading: Reading) -> Observation | None:
    """Notice that staff are to smile, to love or to be thrilled.

    A customer who smiles is welcome, and a demand that is denied or given up is none.
    """
    for span in reading.find("demanded_feelings.shown"):
        if _of_staff(reading, span) and not _is_given_up(reading, span):
            return _noticed(reading, span)
    for span in reading.find("demanded_feelings.felt"):
        if _is_demanded(reading, span) and not _is_given_up(reading, span):
            return _noticed(reading, span)
    for span in reading.find("demanded_feelings.moods"):
        if _is_forbidden(reading, span):
            return _noticed(reading, span)
    return None


def _noticed(reading: Reading, span: Span) -> Observation:
    return Observation("demanded_feelings", f"wants {reading.said(span)}", reading.quote(span))


def _of_staff(reading: Reading, span: Span) -> bool:
    """Whether a feeling is shown by staff: said so, wanted, or shown always."""
    sentence = reading.sentence(span)
    lists = ("words.staff", "demanded_feelings.demands", "demanded_feelings.habits")
    return not _customer_feels(reading, span) and (
        reading.question.startswith(ABOUT_STAFF)
        or any(reading.has(name, sentence) for name in lists)
    )


def _is_demanded(reading: Reading, span: Span) -> bool:
    """Whether a feeling is wanted of somebody, or staff always have it, or for customers."""
    sentence = reading.sentence(span)
    if _customer_feels(reading, span):
        return False
    if reading.has("demanded_feelings.demands", sentence):
        return True
    return reading.has("words.staff", sentence) and (
        reading.has("demanded_feelings.habits", sentence)
        or reading.has("words.customers", reading.clause(span))
    )


def _is_forbidden(reading: Reading, span: Span) -> bool:
    clause = reading.clause(span)
    return (
        reading.has("words.negation", clause) or reading.has("demanded_feelings.forbidden", clause)
    ) and not reading.has("demanded_feelings.given_up", reading.sentence(span))


def _customer_feels(reading: Reading, span: Span) -> bool:
    around = reading.clause(span)
    return not reading.has("words.staff", around) and any(
        is_subject(reading, customer) and reading.words[customer.start] in around
        for customer in reading.find("words.customers")
    )


def _is_given_up(reading: Reading, span: Span) -> bool:
    before = reading.before(span, reading.sentence(span))
    return (
        reading.has("words.negation", before)
        or reading.has("words.negation", reading.clause(span))
        or reading.has("demanded_feelings.given_up", reading.sentence(span))
    )
