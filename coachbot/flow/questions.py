"""The flow as a value: stages, questions, and what else the engine has to be told.

Everything here comes from `prompts/flow.toml` and the labels beside it; nothing is read here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from coachbot.flow.answers import Answers, Key, Value
from coachbot.flow.observations import Observation, Tension


class Kind(StrEnum):
    TEXT = "text"
    LIST = "list"
    CHOICE = "choice"
    MULTI = "multi"
    SCALE = "scale"
    CHIPS = "chips"


class Depth(StrEnum):
    CORE = "core"
    DEEP = "deep"
    NUDGE = "nudge"


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the method; see the head of `prompts/flow.toml` for each field.

    `each` and `options` are ids, or the name of a source of the person's own words.
    `insight_item`: what is said to an observation is kept beside the answer, as this item.
    """

    id: str
    stage: str
    kind: Kind
    depth: Depth = Depth.CORE
    each: tuple[str, ...] | str = ()
    options: tuple[str, ...] | str = ()
    options_when: str = ""
    suggestions: bool = False
    own: bool = False
    at_least: int = 1
    at_most: int = 50
    exclusive: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    insight_item: str = ""
    when: str = ""
    customer_side: str = ""

    @property
    def is_board(self) -> bool:
        """Whether its items share one message that is edited in place."""
        return bool(self.each) and self.kind is not Kind.TEXT

    @property
    def takes_several(self) -> bool:
        return self.kind in (Kind.MULTI, Kind.LIST)

    @property
    def has_options(self) -> bool:
        return bool(self.options)


@dataclass(frozen=True, slots=True)
class Rules:
    """What the engine asks of the rooms above: observations, tensions, nearest archetypes."""

    notice: Callable[[Question, Value, str], Observation | None] = lambda *_: None
    tensions: Callable[[Answers, bool], tuple[Tension, ...]] = lambda *_: ()
    nearest: Callable[[Answers], tuple[str, ...]] = lambda _: ()


Labels = Mapping[str, Mapping[str, str]]
"""Question id -> option or item -> what a person reads."""


@dataclass(frozen=True)
class Flow:
    """The whole flow.

    `labels` are by language, `commands` maps a word a person may type, in either language, to the
    command it means; `joiners` go on with a sentence after a comma, `assents` say yes.
    """

    stages: tuple[str, ...]
    questions: tuple[Question, ...]
    touchpoints: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    archetypes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    labels: Mapping[str, Labels] = field(default_factory=dict)
    commands: Mapping[str, str] = field(default_factory=dict)
    joiners: frozenset[str] = frozenset()
    assents: frozenset[str] = frozenset()
    rules: Rules = field(default_factory=Rules)

    def __repr__(self) -> str:
        return f"Flow({len(self.questions)} questions)"

    @cached_property
    def by_id(self) -> dict[str, Question]:
        return {question.id: question for question in self.questions}

    @cached_property
    def core(self) -> tuple[Question, ...]:
        return tuple(q for q in self.questions if q.depth is Depth.CORE)

    @cached_property
    def fixed_keys(self) -> dict[str, tuple[Key, ...]]:
        """Return question id -> its keys, for all whose items are not the person's own words."""
        return {
            question.id: tuple(Key(question.id, item) for item in question.each or ("",))
            for question in self.questions
            if not question.each or isinstance(question.each, tuple)
        }

    @cached_property
    def natures(self) -> dict[str, str]:
        """Return touchpoint id -> person, self_service or automated, over all phases."""
        return {id_: nature for phase in self.touchpoints.values() for id_, nature in phase.items()}

    def each(self, question: str) -> tuple[str, ...]:
        """Return the items of a board; () when an operator has taken the question out."""
        found = self.by_id.get(question)
        return found.each if found and isinstance(found.each, tuple) else ()

    def label(self, language: str, question: str, option: str) -> str:
        """Return what a person reads for an option; own words are their own label."""
        return self.labels.get(language, {}).get(question, {}).get(option, option)
