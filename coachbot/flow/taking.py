"""Taking an answer: reading it, noticing once what a coach would ask back, correcting it."""

from dataclasses import replace
from typing import Final

from coachbot.flow.answers import SKIPPED, Key, Value
from coachbot.flow.events import Corrected
from coachbot.flow.messages import Ask, Message, Misfit, Noticed, Put, Say, Settled, Smaller
from coachbot.flow.moving import FlowError, Step, move_on, open_question, turn_to
from coachbot.flow.observations import TENSION_REASON, Observation, Tension
from coachbot.flow.questions import Depth, Flow, Kind, Question
from coachbot.flow.replies import Rejection, clean, has_words, normal, offered, read, read_run
from coachbot.flow.sources import items_of
from coachbot.flow.state import FollowUp, State

NO_IDEA: Final = "no_idea"
_REASON: Final = Question(TENSION_REASON, "", Kind.TEXT)
MOST_OBSERVATIONS: Final = 2
"""How many are put in the first run, the first insight apart."""


def take_text(flow: Flow, state: State, text: str, *, adds: bool) -> Step:
    """Take a cleaned text for whatever is open: a tension's reason, or an answer."""
    if state.tension:
        return reasoned(flow, state, state.tension, text)
    key = state.open_key(flow)
    if key is None:
        return Step(state, {}, (Say("nothing_open"),))
    return answered(flow, state, key, text, adds=adds)


def answered(flow: Flow, state: State, key: Key, text: str, *, adds: bool) -> Step:
    question = flow.by_id[key.question]
    if question.is_board and question.kind is Kind.SCALE and (run := read_run(text)):
        return _positioned(flow, state, key, run)
    if has_words(text) and _is_no_idea(flow, state, question, text):
        return _no_idea(flow, state, key)
    value = read(flow, key, text, state)
    if isinstance(value, Rejection):
        return Step(state, {}, (Misfit(key, value.reason, value.data),))
    if question.takes_several and isinstance(value, tuple):
        return _collected(
            flow, state, key, value, whole=not (adds and offered(flow, question, key, state))
        )
    return accepted(flow, state, key, value)


def _collected(flow: Flow, state: State, key: Key, parts: tuple[str, ...], *, whole: bool) -> Step:
    """Add typed parts to what is ticked; `whole` when the message is the whole answer."""
    question = flow.by_id[key.question]
    draft = merged(question, _beside(flow, state, key, parts) if whole else state.draft, parts)
    if len(draft) > question.at_most:
        return Step(state, {}, (Misfit(key, "too_many", {"most": question.at_most}),))
    drafted = replace(state, draft=draft)
    return done(flow, drafted, key) if whole else Step(drafted, {}, (Ask(key, again=True),))


def _beside(flow: Flow, state: State, key: Key, parts: tuple[str, ...]) -> tuple[str, ...]:
    """Return what stays beside parts that are a whole message: of an old answer nothing does."""
    if state.follow_up is None:
        return () if state.draft == state.answers.get(key) else state.draft
    is_enough = len(parts) >= flow.by_id[key.question].at_least
    return _split_by_offer(flow, state, key, state.draft)[0] if is_enough else state.draft


def done(flow: Flow, state: State, key: Key) -> Step:
    question = flow.by_id[key.question]
    missing = question.at_least - len(state.draft)
    if missing > 0:
        rejection = Misfit(key, "too_few", {"missing": missing, "least": question.at_least})
        return Step(state, {}, (rejection,))
    return accepted(flow, state, key, state.draft)


def _positioned(flow: Flow, state: State, key: Key, run: tuple[int, ...]) -> Step:
    """Take several positions typed at once for the items from `key` on."""
    items = items_of(flow, flow.by_id[key.question], state.answers)
    first = items.index(key.item)
    written = {
        Key(key.question, item): position
        for item, position in zip(items[first:], run, strict=False)
    }
    return move_on(flow, state, key, dict(written))


def reasoned(flow: Flow, state: State, tension: Tension, text: str) -> Step:
    if not has_words(text):
        return Step(state, {}, (Put(tension),))
    if _is_no_idea(flow, state, _REASON, text):
        return move_on(flow, state, None, {}, Say("left"))
    written: dict[Key, Value] = {Key(TENSION_REASON, tension.id): text}
    return move_on(flow, state, None, written, Say("reason_kept"))


def corrected(flow: Flow, state: State, event: Corrected) -> Step:
    if event.key.question not in flow.by_id:
        raise FlowError(f"no such question: {event.key.question}")
    text = clean(event.text)
    value = read(flow, event.key, text, state)
    if isinstance(value, Rejection):
        return Step(state, {}, (Misfit(event.key, value.reason, value.data),))
    if isinstance(value, tuple):
        value = merged(flow.by_id[event.key.question], (), value)
    before = state.open_key(flow)
    if before == event.key:
        return answered(flow, state, event.key, text, adds=False)
    corrected = replace(state, answers=state.answers.with_({event.key: value}))
    messages: tuple[Message, ...] = (
        Say("corrected", {"question": event.key.question, "item": event.key.item}),
    )
    if corrected.open_key(flow) != before:
        corrected = replace(corrected, revision=state.revision + 1, draft=())
        messages += open_question(flow, corrected, again=False)
    return Step(corrected, {event.key: value}, messages)


def accepted(flow: Flow, state: State, key: Key, value: Value) -> Step:
    """Take an answer: notice, at most once, what a coach would ask back, else move on."""
    observation = _noticed(flow, state, key, value)
    if observation is None:
        return move_on(flow, state, key, {_kept_as(flow, state, key): value})
    observed = replace(
        turn_to(state),
        answers=state.answers.with_({key: value}),
        follow_up=FollowUp(key, observation.id),
        revisiting=state.revisiting,
        noticed=tuple(dict.fromkeys((*state.noticed, key))),
        draft=_unquoted(value, observation),
    )
    return Step(observed, {key: value}, (Settled(key), Noticed(key, observation)))


def _unquoted(value: Value, observation: Observation) -> tuple[str, ...]:
    """Return a list without the part that is quoted: a second attempt takes its place."""
    parts, quoted = value if isinstance(value, tuple) else (), normal(observation.quote)
    at = next((at for at, part in enumerate(parts) if quoted and quoted in normal(part)), None)
    return parts if at is None else parts[:at] + parts[at + 1 :]


def _kept_as(flow: Flow, state: State, key: Key) -> Key:
    """Return where a second attempt is kept: in place of the first, or beside it."""
    item = flow.by_id[key.question].insight_item
    beside = item and state.follow_up and state.follow_up.observation != NO_IDEA
    return Key(key.question, item) if beside else key


def _noticed(flow: Flow, state: State, key: Key, value: Value) -> Observation | None:
    """Ask the rules; never twice for one answer, and seldom in the first run."""
    is_first_insight = bool(flow.by_id[key.question].insight_item)
    is_same = key in state.noticed and not (is_first_insight and value != state.answers.get(key))
    if state.follow_up or is_same or _is_offered(flow, state, key, value):
        return None
    so_far = [k for k in state.noticed if not flow.by_id[k.question].insight_item]
    if not state.finished and not is_first_insight and len(so_far) >= MOST_OBSERVATIONS:
        return None
    own_words = _split_by_offer(flow, state, key, value)[1] if isinstance(value, tuple) else value
    if not own_words:
        return None
    return flow.rules.notice(flow.by_id[key.question], own_words, state.language)


def _split_by_offer(
    flow: Flow, state: State, key: Key, value: Value
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the parts of a list that were on offer, and those in the person's own words."""
    parts = value if isinstance(value, tuple) else ()
    options = offered(flow, flow.by_id[key.question], key, state)
    ticked = tuple(part for part in parts if part in options)
    return ticked, tuple(part for part in parts if part not in options)


def _is_offered(flow: Flow, state: State, key: Key, value: Value) -> bool:
    """Whether the answer is one of the options offered: nobody is asked back for a tap."""
    return isinstance(value, str) and value in offered(flow, flow.by_id[key.question], key, state)


def _is_no_idea(flow: Flow, state: State, question: Question, text: str) -> bool:
    if question.kind not in (Kind.TEXT, Kind.LIST):
        return False
    observation = flow.rules.notice(question, text, state.language)
    return observation is not None and observation.id == NO_IDEA


def _no_idea(flow: Flow, state: State, key: Key) -> Step:
    """Nothing was said yet: offer a smaller question once, then let it be an open point."""
    if state.follow_up:
        return skip(flow, state, "")
    helped = replace(turn_to(state), follow_up=FollowUp(key, NO_IDEA), revisiting=state.revisiting)
    return Step(helped, {}, (Settled(None), Smaller(key)))


def skip(flow: Flow, state: State, _: str) -> Step:
    """Pass over the open question: only a core one becomes an open point; an old answer stays."""
    if state.tension:
        return move_on(flow, state, None, {}, Say("left"))
    key = state.open_key(flow)
    if key is None:
        return Step(state, {}, (Say("nothing_open"),))
    if state.answers.has(*key):
        return move_on(flow, state, key, {}, Say("left"))
    is_core = flow.by_id[key.question].depth is Depth.CORE
    return move_on(flow, state, key, {key: SKIPPED}, Say("skipped" if is_core else "passed_over"))


def merged(question: Question, draft: tuple[str, ...], added: tuple[str, ...]) -> tuple[str, ...]:
    """Return a draft with parts added, each once; what stands alone and the rest exclude."""
    alone = [part for part in added if part in question.exclusive]
    if alone and len(added) == 1:
        return (alone[0],)
    parts = dict.fromkeys((*draft, *added))
    return tuple(part for part in parts if part not in question.exclusive)
