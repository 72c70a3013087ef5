"""The few commands that work at any question, by word, slash or button."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from coachbot.flow.answers import Answers, Key
from coachbot.flow.conditions import CONDITIONS
from coachbot.flow.events import Commanded
from coachbot.flow.messages import Example, Offer, Overview, Say, Summarise
from coachbot.flow.moving import FlowError, Step, open_question, revisit, turn_to
from coachbot.flow.path import deep_keys, previous
from coachbot.flow.questions import Depth, Flow
from coachbot.flow.sources import items_of
from coachbot.flow.state import State
from coachbot.flow.taking import done, skip
from coachbot.flow.taps import left, took_offered


def commanded(flow: Flow, state: State, event: Commanded) -> Step:
    handler = _COMMANDS.get(event.name)
    if handler is None:
        raise FlowError(f"no such command: {event.name}")
    return handler(flow, state, event.argument)


def start(flow: Flow, state: State, _: str) -> Step:
    """Greet, or welcome back, and put what is open."""
    name = "welcome_back" if state.started else "welcome"
    awake = replace(state, started=True, paused=False)
    return Step(awake, {}, (Say(name), *open_question(flow, awake, again=False)))


def _back(flow: Flow, state: State, _: str) -> Step:
    key = previous(flow, state.answers, state.open_key(flow))
    if key is None:
        return Step(state, {}, (Say("at_the_beginning"), *open_question(flow, state)))
    return revisit(flow, state, key)


def _example(flow: Flow, state: State, _: str) -> Step:
    key = state.open_key(flow)
    if key is None or state.tension:
        return Step(state, {}, open_question(flow, state))
    return Step(state, {}, (Example(key), *open_question(flow, state)))


def _pause(_: Flow, state: State, __: str) -> Step:
    return Step(replace(state, paused=True), {}, (Say("paused"),))


def _continue(flow: Flow, state: State, _: str) -> Step:
    key = state.open_key(flow)
    if state.offered:
        return took_offered(flow, state, key, "")
    if state.draft and key:
        return done(flow, state, key)
    awake = replace(state, paused=False, started=True)
    return Step(awake, {}, open_question(flow, awake, again=False))


def _done_said(flow: Flow, state: State, argument: str) -> Step:
    key = state.open_key(flow)
    if key and flow.by_id[key.question].takes_several:
        return done(flow, state, key)
    return _continue(flow, state, argument)


def _leave(flow: Flow, state: State, argument: str) -> Step:
    return left(flow, state, state.open_key(flow), argument)


def _summary(flow: Flow, state: State, _: str) -> Step:
    return Step(state, {}, (Summarise(), *open_question(flow, state)))


def _answers(_: Flow, state: State, __: str) -> Step:
    return Step(state, {}, (Overview(),))


def _change(flow: Flow, state: State, argument: str) -> Step:
    """Revisit the answer that `/answers` showed under a number, "12" or "12_2"."""
    key = key_numbered(flow, state.answers, argument)
    if key is None:
        return Step(state, {}, (Say("no_such_answer"), *open_question(flow, state)))
    return revisit(flow, state, key)


def _deepen(flow: Flow, state: State, argument: str) -> Step:
    if argument in flow.stages and (agenda := deep_keys(flow, state.answers, argument)):
        asked = turn_to(replace(state, agenda=agenda, nudge=None, started=True))
        return Step(asked, {}, open_question(flow, asked, again=False))
    left = tuple((stage, len(deep_keys(flow, state.answers, stage))) for stage in flow.stages)
    return Step(state, {}, (Offer(tuple((stage, n) for stage, n in left if n)),))


def _enough(flow: Flow, state: State, _: str) -> Step:
    """Leave the deep questions, or the rest of a nudge, for another day."""
    if not state.agenda:
        return _pause(flow, state, "")
    rested = turn_to(replace(state, agenda=(), nudge=None))
    return Step(rested, {}, (Say("enough"), *open_question(flow, rested)))


def _help(flow: Flow, state: State, _: str) -> Step:
    return Step(state, {}, (Say("help"), *open_question(flow, state)))


def _more(_: Flow, state: State, __: str) -> Step:
    return Step(state, {}, (Say("more"),))


def _unknown(flow: Flow, state: State, _: str) -> Step:
    return Step(state, {}, (Say("unknown_command"), *open_question(flow, state)))


_COMMANDS: Final[dict[str, Callable[[Flow, State, str], Step]]] = {
    "start": start,
    "back": _back,
    "skip": skip,
    "example": _example,
    "pause": _pause,
    "continue": _continue,
    "done": _done_said,
    "leave": _leave,
    "summary": _summary,
    "answers": _answers,
    "change": _change,
    "deepen": _deepen,
    "enough": _enough,
    "help": _help,
    "more": _more,
    "unknown": _unknown,
}
COMMANDS: Final = frozenset(_COMMANDS)


def numbered_keys(flow: Flow, answers: Answers) -> list[tuple[str, Key]]:
    """Return (number, key) for every key that was put: "12", or "12_2" for a second item.

    A number is the question's place in the flow, so it does not move while somebody answers.
    """
    numbered = []
    for place, question in enumerate(flow.questions, 1):
        if not CONDITIONS[question.when](answers):
            continue
        for nth, item in enumerate(items_of(flow, question, answers), 1):
            key = Key(question.id, item)
            asked = key in answers and question.depth is not Depth.NUDGE
            if asked:
                numbered.append((f"{place}_{nth}" if item else str(place), key))
    return numbered


def key_numbered(flow: Flow, answers: Answers, number: str) -> Key | None:
    return dict(numbered_keys(flow, answers)).get(number)
