"""Too little for what was asked: one example from another trade, then the question again."""

from typing import Final

from coachbot.flow.observations import Observation
from coachbot.noticing.reading import Kind, Reading
from coachbot.noticing.wordlist import Span

MUCH: Final = 99
POINTS: Final = {Kind.OPEN: 1, Kind.CONCRETE: 1, Kind.TOWARDS: 1, Kind.TIME: 2, Kind.NUMBER: 2}
WORDS_PER_POINT: Final = 5
EVADED: Final = 2
"""So many points a phrase takes away with which one says nothing definite: "it varies"."""
ABOUT_MEASURES: Final = ("purpose.measure",)
ABOUT_SAYINGS: Final = ("purpose.disarm", "purpose.image", "channels.advert", "tribe.onlyness")
"""Where one saying in quotation marks is the whole answer."""


def thin(reading: Reading) -> Observation | None:
    """Notice an answer that says less than its question needs.

    Each word that says something is a point, a time or a number two; of what is only said, told
    or asked, two words are one. Five words of any kind are
    a point, at most as many as that, and so is a word in quotation marks; quoted speech is
    enough. A phrase that evades takes points away. The lexicon says how many points a question
    needs; many words have to say more than few.
    """
    points, enough = substance(reading), _enough(reading)
    if points >= enough:
        return None
    return Observation("thin", f"{points} of {enough} points", reading.quote())


def is_thin(reading: Reading) -> bool:
    return substance(reading) < _enough(reading)


def substance(reading: Reading) -> int:
    """Return the points of an answer; words that keep everything open have none."""
    if reading.has_speech or (reading.quotes and reading.question in ABOUT_SAYINGS):
        return MUCH
    long_word = reading.lexicon.limits["thin.long_word"]
    weak = {span for span in reading.find("thin.weak") if span.start not in reading.vague}
    counted = {
        (kind, reading.stems(span))
        for kind, span in reading.kinds
        if kind in POINTS and not _says_nothing(reading, kind, span)
    }
    said = sum(POINTS[kind] for kind, _ in counted) + reading.marks_words
    said += sum(kind is Kind.OPEN and len(stems[0]) >= long_word for kind, stems in counted)
    said += len({reading.stems(span) for span in weak}) // 2
    said += _sets_a_condition(reading) + _measures_for_customers(reading)
    rest = len(reading.words) - len(reading.vague)
    said += min(said, rest // WORDS_PER_POINT)
    return max(0, said - EVADED * len(reading.find("thin.evasions")))


def _sets_a_condition(reading: Reading) -> bool:
    """Whether a longer sentence says when something holds: "we may keep quiet if the guest does".

    Where the question itself asks when, or for more, a condition is not yet an answer.
    """
    lexicon = reading.lexicon
    is_long = len(reading.words) >= lexicon.limits["thin.long_sentence"]
    return is_long and reading.question not in lexicon.enough and reading.has("thin.conditions")


def _measures_for_customers(reading: Reading) -> bool:
    """Whether a measure is one that a customer would notice: "who need not come a second time"."""
    return reading.question in ABOUT_MEASURES and reading.has("own_number.customers_gain")


def _is_notion(reading: Reading, span: Span) -> bool:
    """Whether an unknown word ends like a notion: "-ness"; a name may end so, too."""
    asks_for_name = reading.question in reading.lexicon.own_vague
    return not asks_for_name and span.start in reading.notions


def _says_nothing(reading: Reading, kind: Kind, span: Span) -> bool:
    """Whether all of a word or phrase keeps everything open, is a mere notion, or only talk."""
    is_word = span.end - span.start == 1
    if is_word and kind is Kind.OPEN and _is_notion(reading, span):
        return True
    is_talk = is_word and "thin.weak" in reading.known[span.start].alone
    return is_talk or reading.vague.issuperset(range(span.start, span.end))


def _enough(reading: Reading) -> int:
    limits = reading.lexicon.limits
    if len(reading.words) == 1 and reading.question not in reading.lexicon.enough:
        return limits["thin.enough_in_a_word"]
    enough = reading.lexicon.enough_for(reading.question, has_wish=reading.has("thin.wish"))
    asks_for_somebody = reading.question in reading.lexicon.own_vague
    names_somebody = asks_for_somebody and not reading.vague and reading.has("thin.somebody")
    return 0 if names_somebody else max(enough, _enough_for_length(reading))


def _enough_for_length(reading: Reading) -> int:
    """Return how many points so many words need to be more than talk: none, in a few."""
    limits, length = reading.lexicon.limits, len(reading.words)
    return length // limits["thin.words_per_point"] if length >= limits["thin.long_answer"] else 0
