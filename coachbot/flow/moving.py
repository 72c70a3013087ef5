"""Moving on: what comes after an answer, and the one open question there is at any time."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from coachbot.flow.answers import Answers, Key, Value
from coachbot.flow.messages import Ask, Ended, Message, Put, Say, Settled, Summarise
from coachbot.flow.nudge import STEP
from coachbot.flow.observations import TENSION_REASON, Tension
from coachbot.flow.path import keys
from coachbot.flow.questions import Flow
from coachbot.flow.state import State

MOST_TENSIONS: Final = 3
"""How many are put in the first run, so that coaching does not become an examination."""


class FlowError(Exception):
    """An event that cannot happen in this conversation; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one event does: the state after it, the answers to append, the messages to send."""

    state: State
    written: Mapping[Key, Value] = field(default_factory=dict)
    messages: tuple[Message, ...] = ()


def move_on(
    flow: Flow, state: State, key: Key | None, written: dict[Key, Value], *notes: Message
) -> Step:
    """Write answers down and turn to what comes next: a tension, a question, or the end.

    At one border between stages at most one tension is put, whatever comes of it.
    """
    answers = state.answers.with_(written)
    agenda = state.agenda[1:] if key and state.agenda[:1] == (key,) else state.agenda
    after = turn_to(state, answers, agenda)
    following = after.open_key(flow)
    is_question = not (state.follow_up or state.tension)
    is_left = state.nudge is not None and key not in written
    settled: tuple[Message, ...] = (Settled(key if is_question and not is_left else None),)
    is_next_page = _is_next_page(flow, state, key, following)
    if after.nudge and not is_next_page:
        notes = () if is_left and key == STEP else notes
        return _in_nudge(flow, after, written, (*settled, *notes))
    has_deepened = bool(state.agenda) and not agenda
    if has_deepened:
        notes = (*notes, Say("deepened"))
    is_at_rest = state.tension is None and state.revisiting is None
    tension = _tension_at(flow, after, following, has_deepened) if is_at_rest else None
    if tension is not None:
        put = replace(after, tension=tension, put=(*after.put, tension.id))
        return Step(put, written, (*settled, *notes, Put(tension)))
    if following is None:
        return _at_the_end(after, written, (*settled, *notes))
    if is_next_page:
        after = replace(after, revision=state.revision)
        return Step(after, written, (*notes, Ask(following, again=True, in_place=True)))
    return Step(after, written, (*settled, *notes, Ask(following)))


def _in_nudge(
    flow: Flow, state: State, written: dict[Key, Value], said: tuple[Message, ...]
) -> Step:
    """Turn to what a nudge asks next; its tension stands before the last of it."""
    nudge = state.nudge
    assert nudge
    if nudge.tension and len(state.agenda) <= 1:
        put = replace(
            state,
            tension=nudge.tension,
            put=tuple(dict.fromkeys((*state.put, nudge.tension.id))),
            nudge=replace(nudge, tension=None),
        )
        return Step(put, written, (*said, Put(nudge.tension)))
    if state.agenda:
        asked = as_it_stands(state)
        return Step(asked, written, (*said, *open_question(flow, asked, again=False)))
    has_step = written.get(STEP) is not None
    return Step(replace(state, nudge=None), written, (*said, Ended(nudge, has_step)))


def _at_the_end(after: State, written: dict[Key, Value], said: tuple[Message, ...]) -> Step:
    if not after.finished:
        finished = replace(after, finished=True)
        return Step(finished, written, (*said, Say("finished"), Summarise(), Say("what_next")))
    updated = () if Say("deepened") in said else (Say("updated"),)
    return Step(after, written, (*said, *updated, Say("what_next")))


def _tension_at(flow: Flow, state: State, key: Key | None, has_deepened: bool) -> Tension | None:
    """Return the first tension to put: between two stages of the first run, or after deepening."""
    is_first_run = not state.finished and not state.agenda and len(state.put) < MOST_TENSIONS
    if not (is_first_run or has_deepened):
        return None
    if not has_deepened and key is not None and not _begins_stage(flow, state.answers, key):
        return None
    arisen = flow.rules.tensions(state.answers, state.finished)
    done = {*state.put, *state.answers.by_item(TENSION_REASON)}
    return next((tension for tension in arisen if tension.id not in done), None)


def _begins_stage(flow: Flow, answers: Answers, key: Key) -> bool:
    stage = flow.by_id[key.question].stage
    if stage == flow.stages[0]:
        return False
    core = [question for question in flow.core if question.stage == stage]
    return next(keys(flow, answers, core), None) == key


def _is_next_page(flow: Flow, before: State, key: Key | None, following: Key | None) -> bool:
    """Whether the question after `key` is another item of the board that is on screen."""
    if key is None or following is None or before.tension:
        return False
    return following.question == key.question and flow.by_id[key.question].is_board


def revisit(flow: Flow, state: State, key: Key) -> Step:
    """Ask an earlier question once more, its answer ticked; a board turns the page back."""
    value = state.answers.get(key)
    draft = value if isinstance(value, tuple) else ()
    asked = replace(turn_to(state), revisiting=key, draft=draft, started=True)
    if _is_next_page(flow, state, state.open_key(flow), key):
        asked = replace(asked, revision=state.revision)
        return Step(asked, {}, open_question(flow, asked, in_place=True))
    return Step(asked, {}, open_question(flow, asked, again=False))


def as_it_stands(state: State) -> State:
    """Return the state with the answer ticked that the agenda asks about once more."""
    value = state.answers.get(state.agenda[0]) if state.agenda else None
    return replace(state, draft=value) if isinstance(value, tuple) else state


def turn_to(
    state: State, answers: Answers | None = None, agenda: tuple[Key, ...] | None = None
) -> State:
    """Return the state turned to a new open question: its buttons get a new revision.

    Answers and agenda stay as they are where no others are given.
    """
    return replace(
        state,
        answers=state.answers if answers is None else answers,
        agenda=state.agenda if agenda is None else agenda,
        revision=state.revision + 1,
        revisiting=None,
        follow_up=None,
        tension=None,
        draft=(),
        offered="",
        paused=False,
    )


def open_question(
    flow: Flow, state: State, *, again: bool = True, in_place: bool = False
) -> tuple[Message, ...]:
    """Return the message that puts what is open; nothing when nothing is."""
    if state.tension:
        return (Put(state.tension),)
    key = state.open_key(flow)
    return (Ask(key, again=again, in_place=in_place),) if key else ()
