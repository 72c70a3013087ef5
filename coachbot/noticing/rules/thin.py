"""Too little for what was asked: one example from another trade, then the question again."""

from typing import Final

from coachbot.flow.observations import Observation
from coachbot.noticing.reading import Kind, Reading
from coachbot.noticing.wordlist import Span

MUCH: Final = 99
POINTS: Final = {Kind.OPEN: 1, Kind.CONCRETE: 1, Kind.TOWARDS: 1, Kind.TIME: 2, Kind.NUMBER: 2}
WORDS_PER_POINT: Final = 5
ABOUT_SAYINGS: Final = ("purpose.disarm", "purpose.image", "channels.advert", "tribe.onlyness")
"""Where one saying in quotation marks is the whole answer."""


def thin(reading: Reading) -> Observation | None:
    """Notice an answer that says less than its question needs.

    Each word that says something is a point, a time or a number two; of what is only said, told
    or asked, two words are one. Five words of any kind are
    a point, at most as many as that, and so is a word in quotation marks; quoted speech is
    enough. The lexicon says how many points a question needs.
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
        if kind in POINTS and not _says_nothing(reading, span)
    }
    said = sum(POINTS[kind] for kind, _ in counted) + reading.marks_words
    said += sum(kind is Kind.OPEN and len(stems[0]) >= long_word for kind, stems in counted)
    said += len({reading.stems(span) for span in weak}) // 2
    said += _sets_a_condition(reading)
    rest = len(reading.words) - len(reading.vague)
    return said + min(said, rest // WORDS_PER_POINT)


def _sets_a_condition(reading: Reading) -> bool:
    """Whether a longer sentence says when something holds: "we may keep quiet if the guest does".

    Where the question itself asks when, or for more, a condition is not yet an answer.
    """
    lexicon = reading.lexicon
    is_long = len(reading.words) >= lexicon.limits["thin.long_sentence"]
    return is_long and reading.question not in lexicon.enough and reading.has("thin.conditions")


def _says_nothing(reading: Reading, span: Span) -> bool:
    """Whether all of a word or phrase keeps everything open, or is no more than a word of talk."""
    is_word = span.end - span.start == 1
    is_talk = is_word and reading.has("thin.weak", reading.words[span.start : span.end])
    return is_talk or reading.vague.issuperset(range(span.start, span.end))


def _enough(reading: Reading) -> int:
    limits = reading.lexicon.limits
    if len(reading.words) == 1 and reading.question not in reading.lexicon.enough:
        return limits["thin.enough_in_a_word"]
    enough = reading.lexicon.enough_for(reading.question, has_wish=reading.has("thin.wish"))
    asks_for_somebody = reading.question in reading.lexicon.own_vague
    names_somebody = asks_for_somebody and not reading.vague and reading.has("thin.somebody")
    return 0 if names_somebody else enough
