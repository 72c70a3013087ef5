"""How much it was lived, over time: a line of signs, and a small chart."""

from coachbot.coach import handing_out
from coachbot.coach.ratings import trend_of
from coachbot.coach.turn import Turn
from coachbot.store.conversations import history
from coachbot.texts.said import Said
from coachbot.texts.trend_words import trend_said


def show(turn: Turn, _: str) -> tuple[Turn, list[Said]]:
    """Show the line of all ratings so far; from two on there is a chart."""
    given = history(turn.connection, turn.office.ring, turn.conversation)
    found = trend_of(turn, given)
    said = [trend_said(turn.speaker, found)]
    if found and len(found.ratings) > 1:
        said.append(handing_out.ordered(turn, "trend"))
    return turn, said
