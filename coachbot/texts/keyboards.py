"""Which buttons stand under a message. Every one of them can be typed as well."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from coachbot.flow.answers import SKIPPED, Key
from coachbot.flow.nudge import SENTENCE, STEP
from coachbot.flow.observations import Tension
from coachbot.flow.path import previous
from coachbot.flow.questions import Flow, Kind, Question
from coachbot.flow.replies import offered
from coachbot.flow.sources import options_of
from coachbot.flow.state import State
from coachbot.texts.context import shortened
from coachbot.texts.library import Words
from coachbot.texts.said import Button
from coachbot.texts.wording import say_plain

NARROW: Final = 15
LABEL: Final = 40
MOST_CHANGES: Final = 3
Rows = tuple[tuple[Button, ...], ...]

BESIDE: Final[Mapping[str, tuple[str, ...]]] = {
    "more": ("pause", "summary", "answers", "help"),
    "paused": ("continue",),
    "nothing_open": ("summary", "answers", "deepen"),
    "what_next": ("deepen", "answers"),
    "enough": ("summary", "deepen"),
    "document_unsure": ("document",),
    "question_unsure": ("start",),
    "idle_warning": ("summary",),
}
"""The commands that stand as buttons under a text of `say.toml`."""


CONTROLS: Final = ("not_now", "other_day", "pause", "stop")
"""The ways around a nudge, as arguments of /nudges."""
OUTCOME: Final = Key("next.outcome")


def control(words: Words, command: str, argument: str = "") -> Button:
    return Button(words.text("say", "control", command), "command", command, argument)


def beside(words: Words, name: str) -> Rows:
    return in_rows([control(words, command) for command in BESIDE.get(name, ())])


def question_buttons(flow: Flow, words: Words, state: State, key: Key) -> Rows:
    """Return the options of a question, and the ways around it."""
    question = flow.by_id[key.question]
    if state.nudge and key in state.agenda:
        answers = _answer_buttons(flow, words, state, question, key)
        return (*answers, *_nudge_ways(words, state, question, key))
    return (
        *_answer_buttons(flow, words, state, question, key),
        *_revisit_buttons(flow, words, state, question, key),
        _ways(flow, words, state, key),
    )


def follow_up_buttons(words: Words, state: State, key: Key) -> Rows:
    """Return the ways on after an observation: leave it, or skip what has no answer yet."""
    if state.answers.has(*key):
        return ((Button(words.text("say", "control", "leave"), "leave"),),)
    return ((control(words, "example"), control(words, "skip")),)


def tension_buttons(flow: Flow, words: Words, state: State, tension: Tension) -> Rows:
    """Return a way to each answer that a tension rests on, and the way to leave it."""
    first: dict[str, Key] = {}
    for key in tension.rests_on:
        if key.question in flow.by_id:
            first.setdefault(key.question, key)
    changes = [
        Button(
            say_plain(
                words.text("say", "control", "change" if state.answers.has(*key) else "tell"),
                {"answer": words.questions[key.question]["short"]},
            ),
            "change",
            f"{key.question}|{key.item}",
        )
        for key in list(first.values())[:MOST_CHANGES]
    ]
    take = [Button(words.text("say", "control", "take"), "take")] if state.offered else []
    leave = Button(words.text("say", "control", "leave"), "leave")
    return tuple((button,) for button in (*take, *changes, leave))


def _answer_buttons(flow: Flow, words: Words, state: State, question: Question, key: Key) -> Rows:
    if question.kind is Kind.SCALE:
        return (tuple(Button(str(n), "pick", str(n), key.item) for n in range(1, 6)),)
    if question.takes_several:
        return _tick_buttons(flow, words, state, question, key)
    options = options_of(flow, question, state.answers, key.item)
    labels = {option: flow.label(words.language, question.id, option) for option in options}
    return in_rows(
        [Button(shortened(labels[o], LABEL), "pick", o, key.item) for o in options],
        3 if question.kind is Kind.CHIPS else 2,
    )


def _tick_buttons(flow: Flow, words: Words, state: State, question: Question, key: Key) -> Rows:
    options = offered(flow, question, key, state)
    if not options:
        return ()
    own = [part for part in state.draft if part not in options]
    ticks = in_rows([_tick(flow, words, state, key, part) for part in (*options, *own)])
    done = Button(words.text("say", "control", "done"), "done", "", key.item)
    return (*ticks, (done,)) if state.draft else ticks


def _tick(flow: Flow, words: Words, state: State, key: Key, part: str) -> Button:
    is_on = part in state.draft
    label = shortened(flow.label(words.language, key.question, part), LABEL)
    return Button(label, "untick" if is_on else "tick", part, key.item, is_on)


def _revisit_buttons(flow: Flow, words: Words, state: State, question: Question, key: Key) -> Rows:
    """Return, for an earlier answer, the way to leave it and where it comes from."""
    if key != state.revisiting or state.answers.get(key, SKIPPED) is SKIPPED:
        return ()
    leave = (Button(words.text("say", "control", "leave"), "leave"),)
    source = flow.by_id.get(question.customer_side)
    if source is None:
        return (leave,)
    evidence = tuple(
        Button(flow.label(words.language, source.id, str(option)), "evidence", str(option))
        for option in source.options
    )
    return (*in_rows(evidence), leave)


def nudge_controls(words: Words) -> Rows:
    """Return what is one tap away in every nudge."""
    labels = words.table("reflection", "control")
    return in_rows([Button(labels[name], "command", "nudges", name) for name in CONTROLS])


def _nudge_ways(words: Words, state: State, question: Question, key: Key) -> Rows:
    """Return the ways around a question of a nudge; its first message offers another day."""
    if state.is_unheard:
        return nudge_controls(words)
    labels = words.table("reflection", "control")
    enough = control(words, "enough")
    if key == STEP:
        return ((Button(labels["nothing"], "command", "skip"),),)
    if question.kind is Kind.SCALE or key == OUTCOME:
        return ((enough,),)
    is_harvest = state.nudge is not None and state.nudge.kind == "harvest"
    if key == SENTENCE or (is_harvest and state.nudge and key == state.nudge.about):
        return ((Button(labels["keep"], "leave"),), (enough,))
    return ((control(words, "example"), control(words, "skip"), enough),)


def _ways(flow: Flow, words: Words, state: State, key: Key) -> tuple[Button, ...]:
    names: Iterable[str] = ("example", "back", "skip", "more")
    if state.agenda:
        names = ("example", "skip", "enough")
    elif previous(flow, state.answers, key) is None:
        names = ("example", "skip", "more")
    return tuple(control(words, name) for name in names)


def in_rows(buttons: Sequence[Button], at_most: int = 2) -> Rows:
    """Return rows of up to `at_most` short buttons; a long one stands alone."""
    rows: list[list[Button]] = []
    for button in buttons:
        narrow = len(button.label) <= NARROW
        fits = rows and len(rows[-1]) < at_most and len(rows[-1][-1].label) <= NARROW
        if narrow and fits:
            rows[-1].append(button)
        else:
            rows.append([button])
    return tuple(tuple(row) for row in rows)
