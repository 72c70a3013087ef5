"""How much it was lived, over time: the ratings of the nudges as a line."""

from coachbot.coach.turn import Turn
from coachbot.flow.answers import Key
from coachbot.reflection.schedule import SUGGESTED_ZONE, local_date
from coachbot.reflection.trend import Trend, trend
from coachbot.store import schedules
from coachbot.store.conversations import Given, history
from coachbot.texts.said import Said
from coachbot.texts.trend_words import trend_said

LIVED = Key("check.lived")


def show(turn: Turn, _: str) -> tuple[Turn, list[Said]]:
    """Show the line of all ratings so far."""
    found = trend_of(turn, history(turn.connection, turn.office.ring, turn.conversation))
    return turn, [trend_said(turn.speaker, found)]


def trend_of(turn: Turn, given: list[Given]) -> Trend | None:
    """Return the trend of the ratings among all answers ever given; days are the person's."""
    planned = schedules.find(turn.connection, turn.person.id)
    zone = planned.zone if planned else SUGGESTED_ZONE
    return trend(
        (local_date(zone, one.given_at), one.value)
        for one in given
        if one.key == LIVED and isinstance(one.value, int)
    )
