"""Who acts in an answer: the company, or the customer?"""

from typing import Final

from coachbot.noticing.reading import Reading
from coachbot.noticing.wordlist import Span

REACH: Final = 2
"""So many words before a noun may hold its article or preposition."""


def customers(reading: Reading) -> tuple[Span, ...]:
    """Return where a customer is named, or somebody who can be one."""
    return (*reading.find("words.customers"), *reading.find("words.someone"))


def is_subject(reading: Reading, customer: Span) -> bool:
    """Return whether a customer acts: no "we", number, object's article or preposition before."""
    before = reading.before(customer, reading.clause(customer))
    is_pronoun = reading.has("words.someone", reading.words[customer.start : customer.end])
    reach = 1 if is_pronoun else REACH
    return not (
        any(word.is_number for word in before[-1:])
        or reading.has("words.we", before)
        or reading.has("words.not_subject", before[-reach:])
    )
