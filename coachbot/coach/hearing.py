"""Hearing: what an event means to somebody who knows how long the person was away."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from coachbot.coach import rhythm
from coachbot.coach.turn import Turn
from coachbot.flow.events import Commanded, Event, Returned, Tapped, Wrote
from coachbot.flow.replies import command_in
from coachbot.texts.said import Said

LONG_PAUSE: Final = timedelta(hours=12)
"""After this long a message may be a greeting; it is offered as an answer, not taken as one."""


def command(turn: Turn, event: Event) -> Commanded | None:
    """Return the command an event is, by word or by button, if it is one."""
    if isinstance(event, Wrote | Returned):
        return command_in(turn.office.flow, event.text.strip())
    if isinstance(event, Tapped) and event.verb == "command":
        return Commanded(event.argument, event.item)
    return event if isinstance(event, Commanded) else None


def after_pause(turn: Turn, event: Event) -> Event:
    """Take a text after a long pause for a greeting, unless a nudge has asked for it."""
    if not isinstance(event, Wrote) or turn.state.nudge or not _was_away(turn):
        return event
    return Returned(event.text)


def _was_away(turn: Turn) -> bool:
    return turn.now - turn.person.seen_at > LONG_PAUSE


def welcome(turn: Turn, event: Event) -> list[Said]:
    """Ask somebody who comes back after the coach fell silent whether it shall write again."""
    given = command(turn, event)
    is_about_nudges = given is not None and given.name in ("nudges", "delete")
    return rhythm.welcome(turn) if _was_away(turn) and not is_about_nudges else []


def setting(turn: Turn) -> tuple[Turn, str]:
    """Return the part of the rhythm that was asked for, and the turn without it."""
    if not turn.state.setting:
        return turn, ""
    state = replace(turn.state, setting="")
    conversation = replace(turn.conversation, state=state)
    return replace(turn, conversation=conversation), turn.state.setting
