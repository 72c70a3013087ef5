"""Asking: questions, their examples, and what is asked back."""

from collections.abc import Iterator
from itertools import islice

from markupsafe import Markup, escape

from coachbot.flow.answers import Key
from coachbot.flow.messages import Ask, Example, Misfit, Noticed, Put, Settled, Smaller
from coachbot.flow.path import progress
from coachbot.flow.questions import Kind
from coachbot.flow.sources import items_of, options_of
from coachbot.flow.state import State
from coachbot.texts import nudging
from coachbot.texts.context import Context, shortened
from coachbot.texts.display import in_a_row, part_of
from coachbot.texts.keyboards import follow_up_buttons, question_buttons, tension_buttons
from coachbot.texts.said import Button, Manner, Said
from coachbot.texts.tension_words import tension_context
from coachbot.texts.voice import Voice, italic, joined
from coachbot.texts.wording import say_html


def ask(voice: Voice, message: Ask, state: State) -> Said:
    key = message.key
    is_first = not message.again and not message.in_place
    nudge = nudging.words_of(voice, state, key) if is_first else nudging.Words()
    paragraphs = [
        nudge.lead,
        _progress(voice, state, key),
        nudge.ask or voice.text_of(key, "ask", state),
        _board(voice, state, key),
        _listed(voice, state, key),
        _so_far(voice, state, key),
    ]
    if is_first and not nudge.ask and not nudge.is_brief:
        paragraphs += [_why(voice, state, key), _first_example(voice, state, key)]
    buttons = question_buttons(voice.flow, voice.words, state, key)
    if state.offered:
        buttons = ((Button(voice.control("take"), "take"),), *buttons)
    manner = Manner.IN_PLACE if message.in_place else Manner.NEW
    return Said(joined(paragraphs), buttons, state.revision, manner)


def _progress(voice: Voice, state: State, key: Key) -> Markup:
    if state.nudge and key in state.agenda:
        return Markup("")
    if key in state.agenda:
        stage = voice.stage(voice.flow.by_id[key.question].stage)
        return italic(voice.chat("progress_deeper", stage=stage, left=len(state.agenda)))
    at = progress(voice.flow, state.answers, key)
    line = voice.chat("progress", stage=voice.stage(at.stage), number=at.number, total=at.total)
    return italic(line)


def _why(voice: Voice, state: State, key: Key) -> Markup:
    why = voice.text_of(key, "why", state)
    return italic(why) if why else why


def _first_example(voice: Voice, state: State, key: Key) -> Markup:
    first = next(_examples(voice, state, key), None)
    return voice.chat("example", example=first) if first is not None else Markup("")


def _second_example(voice: Voice, state: State, key: Key) -> Markup:
    """Return another example than the one that stands with the question; "" without."""
    second = next(islice(_examples(voice, state, key), 1, None), None)
    return voice.chat("example", example=second) if second is not None else Markup("")


def _examples(voice: Voice, state: State, key: Key) -> Iterator[Markup]:
    """Yield a question's examples, the one of the person's own kind of business first."""
    told: dict[str, str] = voice.words.questions[key.question].get("example", {})
    kind = state.answers.text("business.kind") or "b2c"
    order = sorted(told, key=lambda of: of != kind)
    return (say_html(told[of], voice.values(state, key)) for of in order)


def _board(voice: Voice, state: State, key: Key) -> Markup:
    """Draw what a board holds so far, a line an item."""
    question = voice.flow.by_id[key.question]
    if not question.is_board:
        return Markup("")
    items = items_of(voice.flow, question, state.answers)
    keys = [Key(key.question, item) for item in items]
    return Markup("\n").join(_board_line(voice, state, k) for k in keys if k in state.answers)


def _board_line(voice: Voice, state: State, key: Key) -> Markup:
    line = voice.answer(state, key)
    if voice.flow.by_id[key.question].kind is Kind.SCALE:
        return escape(line)
    item = voice.flow.label(voice.words.language, key.question, key.item)
    return Markup("<b>{}</b>: {}").format(item, line)


def _listed(voice: Voice, state: State, key: Key) -> Markup:
    """Spell out options whose button is shorter than what it stands for."""
    question = voice.flow.by_id[key.question]
    if question.options != "value_meanings":
        return Markup("")
    options = options_of(voice.flow, question, state.answers, key.item)
    sentence = [part_of(voice.flow, voice.words.language, state.answers, key, o) for o in options]
    return Markup("\n").join(
        Markup("<b>{}</b>: {}").format(shortened(option, 40), shortened(told, 160))
        for option, told in zip(options, sentence, strict=True)
    )


def _so_far(voice: Voice, state: State, key: Key) -> Markup:
    question = voice.flow.by_id[key.question]
    if key == state.revisiting and state.answers.has(*key) and not question.takes_several:
        return voice.chat("so_far", answer=voice.answer(state, key))
    language, draft = voice.words.language, state.draft
    own = [p for p in draft if p not in options_of(voice.flow, question, state.answers, key.item)]
    if question.takes_several and draft and own:
        ticked = [shortened(voice.flow.label(language, key.question, p), 60) for p in draft]
        return voice.chat("ticked", answer=in_a_row(ticked))
    return Markup("")


def settled(voice: Voice, message: Settled, state: State) -> Said:
    if message.key is None:
        return Said("", manner=Manner.SETTLES)
    question = voice.flow.by_id[message.key.question]
    board = _board(voice, state, message.key) if question.is_board else None
    answer = voice.chat("chosen", answer=voice.answer(state, message.key))
    nudge = nudging.words_of(voice, state, message.key)
    asked = nudge.ask or voice.text_of(message.key, "ask", state)
    return Said(joined([nudge.lead, asked, board or answer]), manner=Manner.SETTLES)


def example(voice: Voice, message: Example, state: State) -> Said:
    examples = list(_examples(voice, state, message.key))
    return Said(joined([voice.chat("other_examples"), *(examples[1:] or examples)]))


def smaller(voice: Voice, message: Smaller, state: State) -> Said:
    lead = voice.words.text("observations", "no_idea", "ask")
    paragraphs = [
        say_html(lead, _observed(voice, state, message.key, "")),
        voice.text_of(message.key, "smaller", state),
        _second_example(voice, state, message.key),
    ]
    buttons = follow_up_buttons(voice.words, state, message.key)
    return Said(joined(paragraphs), buttons, state.revision)


def misfit(voice: Voice, message: Misfit, state: State) -> Said:
    own = voice.text_of(message.key, "misfit", state)
    source = voice.words.text("say", "misfit", message.reason)
    return Said(say_html(source, {**message.data, "misfit": own}))


def noticed(voice: Voice, message: Noticed, state: State) -> Said:
    observation = message.observation
    table = voice.words.table("observations", observation.id)
    source = table.get("questions", {}).get(message.key.question, table["ask"])
    quote = observation.quote or voice.answer(state, message.key)
    html = say_html(source, _observed(voice, state, message.key, quote))
    return Said(html, follow_up_buttons(voice.words, state, message.key), state.revision)


def _observed(voice: Voice, state: State, key: Key, quote: str) -> Context:
    about = voice.values(state, key)
    return about | {"quote": shortened(quote), "question_short": voice.short(key.question)}


def put(voice: Voice, message: Put, state: State) -> Said:
    source = voice.words.text("tensions", message.tension.id, "ask")
    about = tension_context(voice.flow, voice.words, state.answers, message.tension)
    html = say_html(source, voice.values(state) | about)
    said = joined([nudging.tension_lead(voice, state), html])
    buttons = tension_buttons(voice.flow, voice.words, state, message.tension)
    return Said(said, buttons, state.revision)
