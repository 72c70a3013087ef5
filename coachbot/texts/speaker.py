"""The speaker: puts every message of the engine into words and buttons, in one language."""

from collections.abc import Callable
from typing import Any, Final

from markupsafe import Markup

from coachbot.flow.answers import Key
from coachbot.flow.commands import numbered_keys
from coachbot.flow.messages import (
    Ask,
    Example,
    Message,
    Misfit,
    Noticed,
    Offer,
    Overview,
    Put,
    Say,
    Settled,
    Smaller,
)
from coachbot.flow.path import progress
from coachbot.flow.state import State
from coachbot.texts import asking
from coachbot.texts.context import shortened
from coachbot.texts.display import evidence_of
from coachbot.texts.keyboards import Rows, beside
from coachbot.texts.said import Button, Manner, Said
from coachbot.texts.voice import Facts, Voice, joined
from coachbot.texts.wording import say_plain

__all__ = ["Facts", "Speaker"]

ASIDES: Final = frozenset({"stale_tap", "too_many_ticked"})
MINUTES_A_MESSAGE: Final = 0.42
"""A quarter of an hour for 36 messages, as the method has it."""


class Speaker(Voice):
    """A voice that knows how each message is said."""

    def said(self, message: Message, state: State) -> Said | None:
        """Return a message as it is said, or None when there is nothing to say."""
        speak = _SPOKEN.get(type(message))
        return speak(self, message, state) if speak else None


def _say(voice: Voice, message: Say, state: State) -> Said:
    values = {**message.data, **where(voice, state), "take": voice.control("take")}
    if message.name == "corrected":
        values |= _correction(voice, message, state)
    values["offered"] = shortened(state.offered)
    html = voice.plainly(message.name, **values)
    manner = Manner.ASIDE if message.name in ASIDES else Manner.NEW
    return Said(html, beside(voice.words, message.name), manner=manner)


def _correction(voice: Voice, message: Say, state: State) -> dict[str, str]:
    key = Key(str(message.data["question"]), str(message.data["item"]))
    quoted = say_plain(
        voice.words.text("say", "chat", "quoted"), {"text": voice.answer(state, key)}
    )
    return {"answer": voice.short(key.question), "quoted": quoted}


def where(voice: Voice, state: State) -> dict[str, Any]:
    """Return how far somebody has come: stage, message, and about how many minutes remain."""
    key = state.open_key(voice.flow)
    if key is None:
        return {"number": 0, "total": 0, "stage": "", "minutes": 0}
    at = progress(voice.flow, state.answers, key)
    minutes = round((at.total - at.number + 1) * MINUTES_A_MESSAGE)
    return {
        "number": at.number,
        "total": at.total,
        "stage": voice.stage(at.stage),
        "minutes": minutes,
    }


def _overview(voice: Voice, _: Overview, state: State) -> Said:
    """Show every answer by stage; a number is a command, so one tap leads to the change."""
    paragraphs = [voice.chat("overview")]
    by_stage: dict[str, list[Markup]] = {}
    for number, key in numbered_keys(voice.flow, state.answers):
        stage = voice.flow.by_id[key.question].stage
        by_stage.setdefault(stage, []).append(_overview_line(voice, state, number, key))
    for stage, lines in by_stage.items():
        head = Markup("<b>{}</b>").format(voice.stage(stage))
        paragraphs.append(Markup("\n").join([head, *lines]))
    return Said(joined(paragraphs))


def _overview_line(voice: Voice, state: State, number: str, key: Key) -> Markup:
    item = voice.flow.label(voice.words.language, key.question, key.item)
    name = " · ".join(filter(None, (voice.short(key.question), shortened(item, 40))))
    answer = voice.answer(state, key, 90) if state.answers.has(*key) else None
    said = answer or f"({voice.chat('open_point')})"
    mark = _evidence_mark(voice, state, key)
    return Markup("/a{} {}: {}{}").format(number, name, said, f" {mark}" if mark else "")


def _evidence_mark(voice: Voice, state: State, key: Key) -> str:
    """Return where a customer-side answer comes from, in brackets; "" for all others."""
    question = voice.flow.by_id[key.question]
    evidence = evidence_of(state.answers, question)
    if not evidence:
        return ""
    label = voice.flow.label(voice.words.language, question.customer_side, evidence)
    return voice.chat("evidence", evidence=label)


def _offer(voice: Voice, message: Offer, _: State) -> Said:
    if not message.stages:
        return Said(voice.chat("nothing_deeper"))
    rows: Rows = tuple(
        (Button(f"{voice.stage(stage)} ({count})", "command", "deepen", stage),)
        for stage, count in message.stages
    )
    return Said(voice.chat("offer"), rows)


_SPOKEN: Final[dict[type[Any], Callable[[Voice, Any, State], Said]]] = {
    Ask: asking.ask,
    Settled: asking.settled,
    Example: asking.example,
    Smaller: asking.smaller,
    Misfit: asking.misfit,
    Noticed: asking.noticed,
    Put: asking.put,
    Say: _say,
    Overview: _overview,
    Offer: _offer,
}
