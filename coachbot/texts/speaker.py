"""The speaker: puts the engine's messages into words and buttons, in one language."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from markupsafe import Markup, escape

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
from coachbot.flow.path import keys, progress
from coachbot.flow.questions import Flow, Kind
from coachbot.flow.sources import items_of, options_of
from coachbot.flow.state import State
from coachbot.texts.context import context, shortened
from coachbot.texts.display import evidence_of, lines_of, part_of
from coachbot.texts.keyboards import (
    Rows,
    beside,
    follow_up_buttons,
    question_buttons,
    tension_buttons,
)
from coachbot.texts.library import Words
from coachbot.texts.said import Button, Manner, Said
from coachbot.texts.tension_words import tension_context
from coachbot.texts.wording import say_html, say_plain

ASIDES: Final = frozenset({"stale_tap", "too_many_ticked"})
MINUTES_A_MESSAGE: Final = 0.42
"""A quarter of an hour for 36 messages, as `method.md` has it."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What texts may mention that no answer says."""

    operator: str = ""
    contact: str = ""
    retention: int = 730
    telegram: bool = False
    next_nudge: str = ""


@dataclass(frozen=True)
class Speaker:
    """Speaks one language; `said` never changes anything."""

    flow: Flow
    words: Words
    facts: Facts = Facts()

    def said(self, message: Message, state: State) -> Said | None:
        """Return a message as it is said, or None when there is nothing to say."""
        speak = _SPOKEN.get(type(message))
        return speak(self, message, state) if speak else None

    def plainly(self, name: str, **values: object) -> str:
        """Return a text of `say.toml`'s [say] as HTML, without buttons."""
        return say_html(self.words.text("say", "say", name), {**asdict(self.facts), **values})

    def chat(self, name: str, **values: object) -> Markup:
        return say_html(self.words.text("say", "chat", name), values)

    def refusal(self, name: str) -> Said:
        """Return a text of `say.toml`'s [refusal]."""
        return Said(say_html(self.words.text("say", "refusal", name), {}))

    def control(self, name: str, **values: object) -> str:
        return say_plain(self.words.text("say", "control", name), values)

    def text_of(self, key: Key, name: str, state: State) -> Markup:
        """Return one of a question's texts; "" when the question has none of that name."""
        source = self.words.questions[key.question].get(name, "")
        return say_html(source, self.values(state, key))

    def values(self, state: State, key: Key | None = None) -> dict[str, Any]:
        about = context(self.flow, self.words, state.answers, key)
        return {**about, "next_nudge": self.facts.next_nudge}

    def stage(self, stage: str) -> str:
        return self.words.text("words", "stages", stage)

    def short(self, question: str) -> str:
        name: str = self.words.questions[question]["short"]
        return name

    def still_open(self, state: State) -> Said:
        """Return the core questions without an answer, or that there are none."""
        core = keys(self.flow, state.answers, self.flow.core)
        missing = [key for key in core if key not in state.answers]
        if not missing:
            return Said(self.chat("nothing_missing"))
        names = dict.fromkeys(self.short(key.question) for key in missing)
        lines = [Markup("• {}").format(name) for name in names]
        return Said(Markup("\n").join([self.chat("still_open", count=len(missing)), *lines]))

    def answer(self, state: State, key: Key, limit: int = 200) -> str:
        """Return the answer to `key` on one line, or the mark for none."""
        lines = lines_of(self.flow, self.words.language, state.answers, key)
        return shortened(", ".join(lines), limit) or str(self.chat("nothing_yet"))


# --- questions ------------------------------------------------------------------------------------


def _ask(speaker: Speaker, message: Ask, state: State) -> Said:
    key = message.key
    paragraphs = [
        _progress(speaker, state, key),
        speaker.text_of(key, "ask", state),
        _board(speaker, state, key),
        _listed(speaker, state, key),
        _so_far(speaker, state, key),
    ]
    if not message.again and not message.in_place:
        paragraphs += [_why(speaker, state, key), _first_example(speaker, state, key)]
    buttons = question_buttons(speaker.flow, speaker.words, state, key)
    if state.offered:
        buttons = ((Button(speaker.control("take"), "take"),), *buttons)
    manner = Manner.IN_PLACE if message.in_place else Manner.NEW
    return Said(_joined(paragraphs), buttons, state.revision, manner)


def _progress(speaker: Speaker, state: State, key: Key) -> Markup:
    at = progress(speaker.flow, state.answers, key)
    line = speaker.chat("progress", stage=speaker.stage(at.stage), number=at.number, total=at.total)
    return Markup("<i>{}</i>").format(line)


def _why(speaker: Speaker, state: State, key: Key) -> Markup:
    why = speaker.text_of(key, "why", state)
    return Markup("<i>{}</i>").format(why) if why else why


def _first_example(speaker: Speaker, state: State, key: Key) -> Markup:
    examples = _examples(speaker, state, key)
    return speaker.chat("example", example=examples[0]) if examples else Markup("")


def _examples(speaker: Speaker, state: State, key: Key) -> list[Markup]:
    """Return a question's examples, the one of the person's own kind of business first."""
    told: Mapping[str, str] = speaker.words.questions[key.question].get("example", {})
    kind = state.answers.text("business.kind") or "b2c"
    order = sorted(told, key=lambda of: of != kind)
    return [say_html(told[of], speaker.values(state, key)) for of in order]


def _board(speaker: Speaker, state: State, key: Key) -> Markup:
    """Draw what a board holds so far, a line an item."""
    question = speaker.flow.by_id[key.question]
    if not question.is_board:
        return Markup("")
    items = items_of(speaker.flow, question, state.answers)
    keys = [Key(key.question, item) for item in items]
    return Markup("\n").join(_board_line(speaker, state, k) for k in keys if k in state.answers)


def _board_line(speaker: Speaker, state: State, key: Key) -> Markup:
    line = speaker.answer(state, key)
    if speaker.flow.by_id[key.question].kind is Kind.SCALE:
        return escape(line)
    item = speaker.flow.label(speaker.words.language, key.question, key.item)
    return Markup("<b>{}</b>: {}").format(item, line)


def _listed(speaker: Speaker, state: State, key: Key) -> Markup:
    """Spell out options whose button is shorter than what it stands for."""
    question = speaker.flow.by_id[key.question]
    if question.options != "value_meanings":
        return Markup("")
    options = options_of(speaker.flow, question, state.answers, key.item)
    sentence = [
        part_of(speaker.flow, speaker.words.language, state.answers, key, o) for o in options
    ]
    return Markup("\n").join(
        Markup("<b>{}</b>: {}").format(shortened(option, 40), shortened(told, 160))
        for option, told in zip(options, sentence, strict=True)
    )


def _so_far(speaker: Speaker, state: State, key: Key) -> Markup:
    question = speaker.flow.by_id[key.question]
    if key == state.revisiting and state.answers.has(*key) and not question.takes_several:
        return speaker.chat("so_far", answer=speaker.answer(state, key))
    language, draft = speaker.words.language, state.draft
    own = [p for p in draft if p not in options_of(speaker.flow, question, state.answers, key.item)]
    if question.takes_several and draft and own:
        ticked = [shortened(speaker.flow.label(language, key.question, p), 60) for p in draft]
        return speaker.chat("ticked", answer=", ".join(ticked))
    return Markup("")


def _settled(speaker: Speaker, message: Settled, state: State) -> Said:
    if message.key is None:
        return Said("", manner=Manner.SETTLES)
    question = speaker.flow.by_id[message.key.question]
    board = _board(speaker, state, message.key) if question.is_board else None
    answer = speaker.chat("chosen", answer=speaker.answer(state, message.key))
    asked = speaker.text_of(message.key, "ask", state)
    return Said(_joined([asked, board or answer]), manner=Manner.SETTLES)


def _example(speaker: Speaker, message: Example, state: State) -> Said:
    examples = _examples(speaker, state, message.key)
    return Said(_joined([speaker.chat("other_examples"), *(examples[1:] or examples)]))


def _smaller(speaker: Speaker, message: Smaller, state: State) -> Said:
    lead = speaker.words.text("observations", "no_idea", "ask")
    paragraphs = [
        say_html(lead, _observed(speaker, state, message.key, "")),
        speaker.text_of(message.key, "smaller", state),
        _first_example(speaker, state, message.key),
    ]
    buttons = follow_up_buttons(speaker.words, state, message.key)
    return Said(_joined(paragraphs), buttons, state.revision)


def _misfit(speaker: Speaker, message: Misfit, state: State) -> Said:
    own = speaker.text_of(message.key, "misfit", state)
    source = speaker.words.text("say", "misfit", message.reason)
    return Said(say_html(source, {**message.data, "misfit": own}))


# --- what a coach notices -------------------------------------------------------------------------


def _noticed(speaker: Speaker, message: Noticed, state: State) -> Said:
    observation = message.observation
    table = speaker.words.table("observations", observation.id)
    source = table.get("questions", {}).get(message.key.question, table["ask"])
    quote = observation.quote or speaker.answer(state, message.key)
    html = say_html(source, _observed(speaker, state, message.key, quote))
    return Said(html, follow_up_buttons(speaker.words, state, message.key), state.revision)


def _observed(speaker: Speaker, state: State, key: Key, quote: str) -> dict[str, Any]:
    about = speaker.values(state, key)
    return {**about, "quote": shortened(quote), "question_short": speaker.short(key.question)}


def _put(speaker: Speaker, message: Put, state: State) -> Said:
    source = speaker.words.text("tensions", message.tension.id, "ask")
    about = tension_context(speaker.flow, speaker.words, state.answers, message.tension)
    html = say_html(source, {**speaker.values(state), **about})
    return Said(html, tension_buttons(speaker.flow, speaker.words, message.tension), state.revision)


# --- everything else ------------------------------------------------------------------------------


def _say(speaker: Speaker, message: Say, state: State) -> Said:
    values = {**message.data, **_where(speaker, state), "take": speaker.control("take")}
    if message.name == "corrected":
        values |= _correction(speaker, message, state)
    values["offered"] = shortened(state.offered)
    html = speaker.plainly(message.name, **values)
    manner = Manner.ASIDE if message.name in ASIDES else Manner.NEW
    return Said(html, beside(speaker.words, message.name), manner=manner)


def _correction(speaker: Speaker, message: Say, state: State) -> dict[str, str]:
    key = Key(str(message.data["question"]), str(message.data["item"]))
    quoted = say_plain(
        speaker.words.text("say", "chat", "quoted"), {"text": speaker.answer(state, key)}
    )
    return {"answer": speaker.short(key.question), "quoted": quoted}


def _where(speaker: Speaker, state: State) -> dict[str, Any]:
    """Return how far somebody has come: stage, message, and about how many minutes remain."""
    key = state.open_key(speaker.flow)
    if key is None:
        return {"number": 0, "total": 0, "stage": "", "minutes": 0}
    at = progress(speaker.flow, state.answers, key)
    minutes = round((at.total - at.number + 1) * MINUTES_A_MESSAGE)
    return {
        "number": at.number,
        "total": at.total,
        "stage": speaker.stage(at.stage),
        "minutes": minutes,
    }


def _overview(speaker: Speaker, _: Overview, state: State) -> Said:
    """Show every answer by stage; a number is a command, so one tap leads to the change."""
    paragraphs = [speaker.chat("overview")]
    by_stage: dict[str, list[Markup]] = {}
    for number, key in numbered_keys(speaker.flow, state.answers):
        stage = speaker.flow.by_id[key.question].stage
        by_stage.setdefault(stage, []).append(_overview_line(speaker, state, number, key))
    for stage, lines in by_stage.items():
        head = Markup("<b>{}</b>").format(speaker.stage(stage))
        paragraphs.append(Markup("\n").join([head, *lines]))
    return Said(_joined(paragraphs))


def _overview_line(speaker: Speaker, state: State, number: str, key: Key) -> Markup:
    item = speaker.flow.label(speaker.words.language, key.question, key.item)
    name = " · ".join(filter(None, (speaker.short(key.question), shortened(item, 40))))
    answer = speaker.answer(state, key, 90) if state.answers.has(*key) else None
    said = answer or f"({speaker.chat('open_point')})"
    mark = _evidence_mark(speaker, state, key)
    return Markup("/a{} {}: {}{}").format(number, name, said, f" {mark}" if mark else "")


def _evidence_mark(speaker: Speaker, state: State, key: Key) -> str:
    """Return where a customer-side answer comes from, in brackets; "" for all others."""
    question = speaker.flow.by_id[key.question]
    evidence = evidence_of(state.answers, question)
    if not evidence:
        return ""
    label = speaker.flow.label(speaker.words.language, question.customer_side, evidence)
    return speaker.chat("evidence", evidence=label)


def _offer(speaker: Speaker, message: Offer, _: State) -> Said:
    if not message.stages:
        return Said(speaker.chat("nothing_deeper"))
    rows: Rows = tuple(
        (Button(f"{speaker.stage(stage)} ({count})", "command", "deepen", stage),)
        for stage, count in message.stages
    )
    return Said(speaker.chat("offer"), rows)


def _joined(paragraphs: list[Any]) -> Markup:
    return Markup("\n\n").join(paragraph for paragraph in paragraphs if paragraph)


_SPOKEN: Final[dict[type[Any], Callable[[Speaker, Any, State], Said]]] = {
    Ask: _ask,
    Settled: _settled,
    Example: _example,
    Smaller: _smaller,
    Misfit: _misfit,
    Noticed: _noticed,
    Put: _put,
    Say: _say,
    Overview: _overview,
    Offer: _offer,
}
