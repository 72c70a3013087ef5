"""The coach's rules with the word lists of `prompts/`, as the engine asks for them."""

from dataclasses import replace
from functools import lru_cache
from typing import Final

from coachbot.errors import PromptsError
from coachbot.flow.answers import Answers, Value
from coachbot.flow.observations import Observation, Tension
from coachbot.flow.questions import Flow, Kind, Question, Rules
from coachbot.noticing.archetypes import nearest
from coachbot.noticing.lexicon import Lexicon
from coachbot.noticing.observations import notice
from coachbot.noticing.tensions import tensions
from coachbot.texts.context import positions
from coachbot.texts.library import Library
from coachbot.texts.loading import load_flow

_TYPED: Final = frozenset({Kind.TEXT, Kind.LIST})


def coached_flow(library: Library) -> Flow:
    """Return the flow of `prompts/` together with everything a coach notices."""
    flow = load_flow(library)
    lexicons = {language: _lexicon(library, language) for language in library.languages}
    return replace(flow, rules=_rules(flow, lexicons))


def raised_by(question: Question) -> tuple[str, ...]:
    """Return the observations a question can raise: no_idea by every text, and what it declares."""
    return ("no_idea", *question.notices) if question.kind in _TYPED else question.notices


def _lexicon(library: Library, language: str) -> Lexicon:
    try:
        return Lexicon.from_data(library.languages[language].files["lexicon"], language)
    except (KeyError, ValueError) as error:
        raise PromptsError(f"{language}/lexicon.toml: {error}") from None


def _rules(flow: Flow, lexicons: dict[str, Lexicon]) -> Rules:
    # The engine asks twice about one answer: whether it is one at all, then what to ask back.
    @lru_cache(maxsize=1)
    def noticed(question: Question, value: Value, language: str) -> Observation | None:
        if not isinstance(value, str | tuple):
            return None
        return notice(question.id, raised_by(question), value, lexicons[language])

    def tensed(answers: Answers, is_finished: bool) -> tuple[Tension, ...]:
        return tensions(answers, flow.natures, after_first_version=is_finished)

    def neighbours(answers: Answers) -> tuple[str, ...]:
        position, dimensions = positions(answers), flow.each("relation.position")
        if not dimensions or len(position) < len(dimensions):
            return ()
        return tuple(near.id for near in nearest(position, flow.archetypes, dimensions, 2))

    return Rules(noticed, tensed, neighbours)
