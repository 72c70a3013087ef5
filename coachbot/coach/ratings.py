"""The ratings of the nudges, how much it was lived, as they were given over time."""

from collections.abc import Iterable

from coachbot.coach.turn import Turn
from coachbot.flow.answers import Key
from coachbot.reflection.schedule import SUGGESTED_ZONE, local_date
from coachbot.reflection.trend import Trend, trend
from coachbot.store import schedules
from coachbot.store.conversations import Given

LIVED = Key("check.lived")


def trend_of(turn: Turn, given: Iterable[Given]) -> Trend | None:
    """Return the trend of the ratings among all answers ever given; days are the person's."""
    rated = [one for one in given if one.key == LIVED and isinstance(one.value, int)]
    if not rated:
        return None
    planned = schedules.find(turn.connection, turn.person.id)
    zone = planned.zone if planned else SUGGESTED_ZONE
    return trend(
        (local_date(zone, one.given_at), one.value) for one in rated if isinstance(one.value, int)
    )
