"""What each button does. Buttons are attacker-controlled: every argument is checked."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from coachbot.flow.answers import Key, Value
from coachbot.flow.events import Tapped
from coachbot.flow.messages import Ask, Say
from coachbot.flow.moving import FlowError, Step, move_on, revisit
from coachbot.flow.questions import Flow, Kind, Question
from coachbot.flow.replies import offered
from coachbot.flow.sources import options_of
from coachbot.flow.state import State
from coachbot.flow.taking import accepted, done, merged, skip, take_text


def tapped(flow: Flow, state: State, event: Tapped) -> Step:
    key = state.open_key(flow)
    if event.revision != state.revision or (key is None and state.tension is None):
        return Step(state, {}, (Say("stale_tap"),))
    handler = _TAPS.get(event.verb)
    if handler is None:
        raise FlowError(f"no such tap: {event.verb}")
    if key is not None and event.item and flow.by_id[key.question].is_board:
        key = Key(key.question, event.item)
    return handler(flow, replace(state, paused=False), key, event.argument)


def _picked(flow: Flow, state: State, key: Key | None, argument: str) -> Step:
    question = _expect(flow, key, Kind.CHOICE, Kind.CHIPS, Kind.SCALE)
    assert key is not None
    if question.kind is Kind.SCALE:
        if argument not in {"1", "2", "3", "4", "5"}:
            raise FlowError("a position is 1 to 5")
        return accepted(flow, state, key, int(argument))
    if argument not in options_of(flow, question, state.answers, key.item):
        raise FlowError("that option is not offered")
    return accepted(flow, state, key, argument)


def _ticked(flow: Flow, state: State, key: Key | None, argument: str) -> Step:
    question = _expect(flow, key, Kind.MULTI, Kind.LIST)
    assert key is not None
    if argument not in (*offered(flow, question, key, state), *state.draft):
        raise FlowError("that option is not offered")
    draft = merged(question, state.draft, (argument,))
    if len(draft) > question.at_most:
        return Step(state, {}, (Say("too_many_ticked", {"most": question.at_most}),))
    return Step(replace(state, draft=draft), {}, (Ask(key, again=True, in_place=True),))


def _unticked(flow: Flow, state: State, key: Key | None, argument: str) -> Step:
    _expect(flow, key, Kind.MULTI, Kind.LIST)
    assert key is not None
    draft = tuple(part for part in state.draft if part != argument)
    return Step(replace(state, draft=draft), {}, (Ask(key, again=True, in_place=True),))


def _done_tapped(flow: Flow, state: State, key: Key | None, _: str) -> Step:
    _expect(flow, key, Kind.MULTI, Kind.LIST)
    assert key is not None
    if key != state.open_key(flow):
        return Step(state, {}, (Say("stale_tap"),))
    return done(flow, state, key)


def left(flow: Flow, state: State, key: Key | None, _: str) -> Step:
    """Leave it as it is: the answer observed, the tension put, or the answer revisited."""
    if state.tension:
        return move_on(flow, state, None, {}, Say("left"))
    if key is None or key not in state.answers:
        return skip(flow, state, "")
    return move_on(flow, state, key, {}, Say("left"))


def _changed_mind(flow: Flow, state: State, _: Key | None, argument: str) -> Step:
    """Go to one of the answers that a tension rests on."""
    if state.tension is None:
        raise FlowError("there is no tension to resolve")
    question, _sep, item = argument.partition("|")
    if Key(question, item) not in state.tension.rests_on:
        raise FlowError("the tension does not rest on that answer")
    return revisit(flow, state, Key(question, item))


def took_offered(flow: Flow, state: State, _: Key | None, __: str) -> Step:
    if not state.offered:
        return Step(state, {}, (Say("stale_tap"),))
    return take_text(flow, replace(state, offered=""), state.offered, adds=False)


def _evidenced(flow: Flow, state: State, key: Key | None, argument: str) -> Step:
    """Note for one answer where it comes from: heard, seen or assumed."""
    question = flow.by_id[key.question] if key else None
    if question is None or not question.customer_side:
        raise FlowError("that answer needs no evidence")
    if argument not in flow.by_id[question.customer_side].options:
        raise FlowError("that is no evidence")
    written: dict[Key, Value] = {Key(question.customer_side, question.id): argument}
    return move_on(flow, state, key, written, Say("evidence_kept"))


def _expect(flow: Flow, key: Key | None, *kinds: Kind) -> Question:
    question = flow.by_id[key.question] if key else None
    if question is None or question.kind not in kinds:
        raise FlowError("that button does not belong to the open question")
    return question


_TAPS: Final[dict[str, Callable[[Flow, State, Key | None, str], Step]]] = {
    "pick": _picked,
    "tick": _ticked,
    "untick": _unticked,
    "done": _done_tapped,
    "leave": left,
    "change": _changed_mind,
    "take": took_offered,
    "evidence": _evidenced,
}
