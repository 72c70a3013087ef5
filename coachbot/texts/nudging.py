"""A nudge in words: which text of `reflection.toml` stands where the question's own would.

A text that asks takes the place of the question with its reason and its example; one that leads
stands before them.
"""

from typing import Final, NamedTuple

from markupsafe import Markup

from coachbot.flow.answers import Key
from coachbot.flow.nudge import SENTENCE, STEP, Nudge
from coachbot.flow.state import State
from coachbot.reflection.choosing import HARVEST, LIVED, YEARLY
from coachbot.reflection.letters import OUTCOME
from coachbot.texts.context import Context, shortened
from coachbot.texts.keyboards import control
from coachbot.texts.said import Said
from coachbot.texts.voice import Voice, joined
from coachbot.texts.wording import say_html

SIDE_BY_SIDE: Final = 160

ASKS: Final[dict[tuple[str, str], tuple[str, str]]] = {
    ("moment", "check.moment"): ("moment", "ask"),
    ("sentence", "relation.sentence"): ("sentence", "ask"),
    ("favourite", "relation.favourite"): ("favourite", "ask"),
    ("favourite", "relation.sentence"): ("favourite", "sentence"),
    ("letter", "check.three_years"): ("letter", "ask"),
}
"""The kind of a nudge and a question -> the text that asks it."""

KNOWN: Final = (LIVED, *YEARLY)
GREETS: Final = {OUTCOME: "commitment", HARVEST: "task"}


class Words(NamedTuple):
    """What stands before the question's own words, and what takes their place.

    `is_brief`: the question is known by now, and goes without its reason and its example.
    """

    lead: Markup = Markup("")
    ask: Markup = Markup("")
    is_brief: bool = False


def words_of(voice: Voice, state: State, key: Key) -> Words:
    """Return how the nudge under way puts a question."""
    nudge = state.nudge
    if nudge is None:
        return Words()
    values = voice.values(state, key)
    if state.is_unheard:
        return _greeting(voice, key, values)
    lead, ask = _lead(voice, state, nudge, key), _ask(voice, nudge, key, values)
    return Words(lead, ask, is_brief=key in KNOWN)


def tension_lead(voice: Voice, state: State) -> Markup:
    nudge = state.nudge
    is_nudge = nudge is not None and nudge.kind == "tension"
    return voice.nudging("tension", "lead", voice.values(state)) if is_nudge else Markup("")


def _greeting(voice: Voice, key: Key, values: Context) -> Words:
    if key in GREETS:
        return Words(ask=voice.nudging("greeting", GREETS[key], values))
    return Words(lead=voice.nudging("greeting", "nothing", values), is_brief=True)


def _ask(voice: Voice, nudge: Nudge, key: Key, values: Context) -> Markup:
    if key == STEP:
        return voice.nudging("ending", "ask", values)
    if key == HARVEST:
        return voice.nudging("harvest", "ask", values)
    if nudge.kind == "harvest" and key == nudge.about:
        return voice.nudging("harvest", "answer", values)
    if nudge.kind == "case" and key == nudge.about:
        return voice.nudging("case", "only_me" if values["only_me"] else "ask", values)
    text = ASKS.get((nudge.kind, key.question))
    return voice.nudging(*text, values) if text else Markup("")


def _lead(voice: Voice, state: State, nudge: Nudge, key: Key) -> Markup:
    values = voice.values(state, key)
    if nudge.kind == "deep" and key == nudge.about:
        return voice.nudging("deep", voice.flow.by_id[key.question].stage, values)
    if nudge.kind == "letter" and key.question == "check.three_years":
        return _letter(voice, nudge, values)
    if nudge.kind == "review" and key.question == "check.self":
        return voice.nudging("review", "ask", values)
    if nudge.kind == "review" and key == STEP:
        return voice.nudging("review", "after", values | _yearly(state))
    return Markup("")


def _letter(voice: Voice, nudge: Nudge, values: Context) -> Markup:
    """Return the letter from the past self; what it tells was gathered when it was due."""
    names = [nudge.task, "same" if values["is_same"] else "changed"]
    names += ["promises"] if values["promised"] else []
    return joined(voice.nudging("letter", name, values) for name in (*names, "grown"))


def _yearly(state: State) -> dict[str, int | None]:
    """Return the two numbers of today, for the review of the year."""
    number = state.answers.number
    return {"self_now": number("check.self"), "customers_now": number("check.customers")}


def ended(voice: Voice, state: State, nudge: Nudge, version: int, *, has_step: bool) -> Said:
    """Return the end of a nudge: the task that is handed out, or the step, and what changed."""
    values = voice.values(State(state.language, state.answers, nudge=nudge), nudge.about)
    paragraphs = [_version(voice, state, nudge, version)]
    if nudge.kind == "assumption":
        paragraphs += [voice.nudging("assumption", "ask", values)]
    elif nudge.kind == "field_task":
        paragraphs += [_task(voice, nudge, values)]
    is_task = nudge.kind in ("assumption", "field_task")
    name = "task" if is_task else "kept" if has_step else "none"
    return Said(
        joined([*paragraphs, voice.nudging("ending", name, values)]),
        ((control(voice.words, "summary"), control(voice.words, "trend")),),
    )


def _task(voice: Voice, nudge: Nudge, values: Context) -> Markup:
    return say_html(voice.words.table("reflection", "tasks")[nudge.task]["ask"], values)


def _version(voice: Voice, state: State, nudge: Nudge, version: int) -> Markup:
    """Return the old sentence beside the new one, if this nudge has changed it."""
    then, now = str(nudge.told.get("sentence_before", "")), state.answers.text(SENTENCE.question)
    if not then or then == now:
        return Markup("")
    sides = {
        "sentence_then": shortened(then, SIDE_BY_SIDE),
        "sentence_now": shortened(now, SIDE_BY_SIDE),
    }
    return voice.nudging("ending", "version", {"version": version, **sides})
