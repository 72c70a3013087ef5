"""How the coach comes back to somebody who does not answer: more seldom, then not at all."""

from enum import StrEnum
from typing import Final

from coachbot.reflection.schedule import Rhythm

FEW: Final = 2
"""After so many without an answer the rhythm itself is the question."""


class Approach(StrEnum):
    """NUDGE as ever, ASK whether the rhythm fits, come SLOWER from now on, or be SILENT."""

    NUDGE = "nudge"
    ASK = "ask"
    SLOWER = "slower"
    SILENT = "silent"


def approach(unanswered: int, every: int, *, is_unfinished: bool = False) -> Approach:
    """Return how to come back after so many nudges without a word, every so many local days.

    Whoever has not finished the first version never chose to be nudged: twice is enough.
    """
    if unanswered < FEW:
        return Approach.NUDGE
    if is_unfinished:
        return Approach.SILENT
    if unanswered == FEW:
        return Approach.ASK
    if unanswered == FEW + 1:
        return Approach.SLOWER if every < Rhythm.FOUR_WEEKLY.days else Approach.SILENT
    return Approach.NUDGE if unanswered == FEW + 2 else Approach.SILENT
