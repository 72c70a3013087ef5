"""The engine: one event in, one `Step` out. It knows no clock, no database, no Telegram.

`step(flow, state, event)` takes a conversation and one event and returns the conversation after
it, what has to be written down, and what is to be said. An unwelcome answer is ordinary and is
answered kindly; an impossible event raises `FlowError` and changes nothing.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from coachbot.flow.commands import commanded, start
from coachbot.flow.events import (
    Commanded,
    Corrected,
    Event,
    LanguageChosen,
    NudgeDue,
    Returned,
    Started,
    Tapped,
    Wrote,
)
from coachbot.flow.messages import Say
from coachbot.flow.moving import FlowError, Step, as_it_stands, open_question, turn_to
from coachbot.flow.questions import Flow
from coachbot.flow.replies import Rejection, clean, command_in, has_words, names_option, read
from coachbot.flow.state import State
from coachbot.flow.taking import corrected, take_text
from coachbot.flow.taps import tapped

_WAYS: Final = frozenset({"help", "back", "skip", "pause", "summary", "example"})


def step(flow: Flow, state: State, event: Event) -> Step:
    """Return what `event` does to the conversation; raises FlowError for an impossible one."""
    handler = _EVENTS.get(type(event))
    if handler is None:
        raise FlowError(f"no such event: {type(event).__name__}")
    return handler(flow, state.fitted_to(flow), event)


def _started(flow: Flow, state: State, _: Started) -> Step:
    return start(flow, state, "")


def _returned(flow: Flow, state: State, event: Returned) -> Step:
    """Welcome back; what was written may be an answer and is offered as one."""
    text = clean(event.text)
    if not state.started or command_in(flow, text):
        return _wrote(flow, state, Wrote(event.text))
    key = state.open_key(flow)
    is_answer = state.tension is not None and has_words(text)
    if key and not state.tension:
        is_answer = not isinstance(read(flow, key, text, state), Rejection)
    awake = replace(state, paused=False, offered=text if is_answer else "")
    return Step(awake, {}, (Say("welcome_back"), *open_question(flow, awake, again=False)))


def _wrote(flow: Flow, state: State, event: Wrote) -> Step:
    text = clean(event.text)
    if (command := command_in(flow, text)) and not _names_an_option(
        flow, state, text, command.name
    ):
        return commanded(flow, state, command)
    if not state.started:
        return start(flow, state, "")
    is_resumed = state.paused or state.offered
    awake = replace(state, paused=False, offered="") if is_resumed else state
    return take_text(flow, awake, text, adds=event.adds)


def _tapped(flow: Flow, state: State, event: Tapped) -> Step:
    if event.verb == "command":
        return commanded(flow, state, Commanded(event.argument, event.item))
    return tapped(flow, state, event)


def _language_chosen(flow: Flow, state: State, event: LanguageChosen) -> Step:
    if event.language not in flow.labels:
        raise FlowError(f"no such language: {event.language}")
    spoken = replace(state, language=event.language)
    return Step(spoken, {}, (Say("language_chosen"), *open_question(flow, spoken)))


def _nudge_due(flow: Flow, state: State, event: NudgeDue) -> Step:
    """Ask the first of a nudge; what was open before gives way to it."""
    rested = turn_to(replace(state, started=True, is_unheard=not event.is_asked_for))
    asked = as_it_stands(replace(rested, nudge=event.nudge, agenda=event.agenda).fitted_to(flow))
    return Step(asked, {}, open_question(flow, asked, again=False))


def _names_an_option(flow: Flow, state: State, text: str, command: str) -> bool:
    """Whether a command's word is also an option of the open question („erledigt“, "done").

    The ways around a question stay commands: an option's bare id is not what a person reads.
    """
    key = state.open_key(flow)
    if key is None or state.tension or text.startswith("/") or command in _WAYS:
        return False
    return names_option(flow, key, text, state)


_EVENTS: Final[dict[type[Any], Callable[[Flow, State, Any], Step]]] = {
    Started: _started,
    Wrote: _wrote,
    Returned: _returned,
    Tapped: _tapped,
    Commanded: commanded,
    Corrected: corrected,
    LanguageChosen: _language_chosen,
    NudgeDue: _nudge_due,
}
