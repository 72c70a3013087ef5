"""Feelings that staff shall have on demand: structures, not acting lessons (Kaduk and Osmetz)."""

from collections.abc import Sequence
from typing import Final

from coachbot.flow.observations import Observation
from coachbot.noticing.reading import Kind, Reading
from coachbot.noticing.subjects import is_subject
from coachbot.noticing.wordlist import Span
from coachbot.noticing.words import Word

SEEN: Final = (Kind.CONCRETE, Kind.TIME, Kind.NUMBER)
ABOUT_STAFF: Final = ("team.", "relation.plain")


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
    sentence = reading.whole_sentence(span)
    if reading.has("demanded_feelings.consequences", sentence):
        return True
    lists = ("words.staff", "demanded_feelings.demands", "demanded_feelings.habits")
    return not _customer_feels(reading, span) and (
        reading.question.startswith(ABOUT_STAFF)
        or any(reading.has(name, sentence) for name in lists)
    )


def _is_demanded(reading: Reading, span: Span) -> bool:
    """Whether a feeling is wanted, or two are said: of staff, always, for customers.

    Where something can be seen in the same sentence, only what is wanted counts.
    """
    sentence = reading.sentence(span)
    if _customer_feels(reading, span):
        return False
    if reading.has("demanded_feelings.demands", sentence):
        return True
    if _is_seen_beside(reading, span) or reading.has("demanded_feelings.allowed", sentence):
        return False
    of_staff = reading.question.startswith(ABOUT_STAFF) or reading.has("words.staff", sentence)
    always = reading.has("demanded_feelings.habits", sentence)
    for_customers = reading.has("words.customers", reading.clause(span))
    return sum((of_staff, always, for_customers)) > 1


def _is_seen_beside(reading: Reading, span: Span) -> bool:
    sentence = reading.words[span.start].sentence
    return any(
        kind in SEEN and reading.words[seen.start].sentence == sentence
        for kind, seen in reading.kinds
    )


def _is_forbidden(reading: Reading, span: Span) -> bool:
    clause = reading.clause(span)
    return (
        reading.denies(clause) or reading.has("demanded_feelings.forbidden", clause)
    ) and not reading.has("demanded_feelings.given_up", reading.sentence(span))


def _customer_feels(reading: Reading, span: Span) -> bool:
    around = reading.clause(span)
    return not reading.has("words.staff", around) and any(
        is_subject(reading, customer) and reading.words[customer.start] in around
        for customer in reading.find("words.customers")
    )


def _since_demand(reading: Reading, before: Sequence[Word]) -> tuple[Word, ...]:
    """Return the words from the clause of the last demand onwards: "no rules, I expect joy"."""
    demands = [w.clause for w in before if reading.has("demanded_feelings.demands", (w,))]
    return tuple(word for word in before if word.clause >= max(demands, default=0))


def _is_given_up(reading: Reading, span: Span) -> bool:
    """Whether a demand is denied or given up; what stands before a "but" does not count.

    "Who can't smile is in the wrong job" demands for all its "not".
    """
    around = reading.since_but(span)
    if reading.has("demanded_feelings.consequences", around):
        return False
    return (
        reading.denies(_since_demand(reading, reading.before(span, around)))
        or reading.denies(reading.clause(span))
        or reading.has("demanded_feelings.given_up", around)
    )
