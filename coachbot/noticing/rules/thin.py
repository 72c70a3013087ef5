"""Too little for what was asked: one example from another trade, then the question again."""

from typing import Final

from coachbot.flow.observations import Observation
from coachbot.noticing.reading import Kind, Reading

MUCH: Final = 99
POINTS: Final = {Kind.OPEN: 1, Kind.CONCRETE: 1, Kind.TOWARDS: 1, Kind.TIME: 2, Kind.NUMBER: 2}
WORDS_PER_POINT: Final = 5


def thin(reading: Reading) -> Observation | None:
    """Notice an answer that says less than its question needs.

    Each word that says something is a point, a time or a number two. Five words of any kind are
    a point, and so is a word in quotation marks; quoted speech is enough. The lexicon says how
    many points a question needs.
    """
    points, enough = substance(reading), _enough(reading)
    if points >= enough:
        return None
    return Observation("thin", f"{points} of {enough} points", reading.quote())


def is_thin(reading: Reading) -> bool:
    return substance(reading) < _enough(reading)


def substance(reading: Reading) -> int:
    """Return the points of an answer; words that keep everything open have none."""
    if reading.has_speech:
        return MUCH
    vague = {i for span in reading.find("thin.vague") for i in range(span.start, span.end)}
    counted = {
        (kind, reading.stems(span))
        for kind, span in reading.kinds
        if kind in POINTS and span.start not in vague
    }
    said = sum(POINTS[kind] for kind, _ in counted)
    rest = len(reading.words) - len(vague)
    return said + reading.marks_words + rest // WORDS_PER_POINT


def _enough(reading: Reading) -> int:
    enough = reading.lexicon.enough_for(reading.question, has_wish=reading.has("thin.wish"))
    names_somebody = enough == 1 and reading.has("thin.somebody")
    return 0 if names_somebody else enough
