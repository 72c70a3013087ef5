"""The ratings of the nudges, how much it was lived, as they were given over time."""

from collections.abc import Iterable

from coachbot.coach.schedule import zone_of
from coachbot.coach.turn import Turn
from coachbot.reflection.choosing import LIVED
from coachbot.reflection.schedule import local_date
from coachbot.reflection.trend import Trend, trend
from coachbot.store.conversations import Given


def trend_of(turn: Turn, given: Iterable[Given]) -> Trend | None:
    """Return the trend of the ratings among all answers ever given; days are the person's."""
    rated = [
        (one.given_at, one.value)
        for one in given
        if one.key == LIVED and isinstance(one.value, int)
    ]
    if not rated:
        return None
    zone = zone_of(turn.connection, turn.person)
    return trend((local_date(zone, at), rating) for at, rating in rated)
