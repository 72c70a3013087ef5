"""The variables that texts of `prompts/` may use, all of them always there."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final

from coachbot.flow.answers import Answers, Key
from coachbot.flow.conditions import only_me
from coachbot.flow.questions import Flow
from coachbot.noticing.archetypes import nearest
from coachbot.texts.display import part_of
from coachbot.texts.library import Words

SHORT: Final = 120
"""Characters of an earlier answer that are quoted back in a question."""
OBSERVABLE: Final = 160
CASUAL: Final = 4
"""From this position on customers are addressed as „du“."""


def shortened(text: str, limit: int = SHORT) -> str:
    """Return a text on one line, cut at a word with an ellipsis when it is longer than `limit`."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    return line[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:–·-")[: limit - 1] + "…"


@dataclass(frozen=True, slots=True, eq=False)
class Context(Mapping[str, Any]):
    """Every variable a question's texts may use; one is worked out when a text asks for it.

    `key` is the question that is asked. What is `given` goes before what is worked out.
    """

    flow: Flow
    words: Words
    answers: Answers
    key: Key | None = None
    given: Mapping[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401  a text, several, or a flag
        if name in self.given:
            return self.given[name]
        return _VARIABLES[name](self) if name in _VARIABLES else self._vocabulary[name]

    def __contains__(self, name: object) -> bool:
        return name in self.given or name in _VARIABLES or name in self._vocabulary

    def __iter__(self) -> Iterator[str]:
        return iter({**self._vocabulary, **_VARIABLES, **self.given})

    def __len__(self) -> int:
        return len({*self._vocabulary, *_VARIABLES, *self.given})

    def __or__(self, given: Mapping[str, Any]) -> "Context":
        return replace(self, given={**self.given, **given})

    @property
    def _vocabulary(self) -> Mapping[str, str]:
        return vocabulary(self.words, self.answers.text("business.kind"))

    def text(self, question: str, limit: int = SHORT) -> str:
        return shortened(self.answers.text(question), limit)

    def many(self, question: str, limit: int = SHORT) -> list[str]:
        return [shortened(part, limit) for part in self.answers.many(question)]

    def label(self, question: str, option: str) -> str:
        return self.flow.label(self.words.language, question, option)


def vocabulary(words: Words, kind: str) -> Mapping[str, str]:
    """Return what customers are called: B2C's words until the kind is known."""
    customer: Mapping[str, Mapping[str, str]] = words.table("words", "customer")
    return customer.get(kind, customer["b2c"])


def _observable(about: Context) -> str:
    """Return the first of what customers see, hear or get, as a sentence; "" before any."""
    first = next(iter(about.answers.many("relation.plain")), "")
    return observable(about.flow, about.words, about.answers, first) if first else ""


def observable(flow: Flow, words: Words, answers: Answers, part: str) -> str:
    key = Key("relation.plain", part)
    return shortened(part_of(flow, words.language, answers, key, part), OBSERVABLE)


def _mismatch(about: Context) -> str:
    return shortened(about.label("channels.mismatch", about.answers.text("channels.mismatch")))


def _wants(about: Context) -> list[str]:
    return [about.label("purpose.wants", want) for want in about.answers.many("purpose.wants")]


def _casual(about: Context) -> bool:
    return (about.answers.number("relation.position", "casual") or 0) >= CASUAL


def _item(about: Context, pole: str = "") -> str:
    """Return the item that is asked about as a person reads it, or one of its poles."""
    question, item = about.key or Key("")
    known = question if question in about.flow.by_id else ""
    return about.label(known + pole, item)


def _neighbour(name: str, about: Context) -> str:
    """Return what the mirror says of the two nearest archetypes; "" before all positions."""
    position, dimensions = positions(about.answers), about.flow.each("relation.position")
    if not dimensions or len(position) < len(dimensions):
        return ""
    first, second = nearest(position, about.flow.archetypes, dimensions, 2)
    place, _, told = name.partition("_")
    if told != "differs":
        archetype = first if place == "nearest" else second
        spoken: str = about.words.files["archetypes"][archetype.id][told]
        return spoken
    adverbs = about.words.questions["relation.position"]
    differs = [adverbs["more" if by > 0 else "less"][dimension] for dimension, by in first.differs]
    return about.words.text("words", "between", "both").join(differs)


_NEIGHBOURS: Final = (
    "nearest_name",
    "nearest_works",
    "nearest_differs",
    "second_name",
    "second_works",
)
_VARIABLES: Final[Mapping[str, Callable[[Context], Any]]] = {
    "kind": lambda about: about.answers.text("business.kind"),
    "only_me": lambda about: only_me(about.answers),
    "casual": _casual,
    "item": lambda about: shortened(_item(about), 60),
    "low": lambda about: _item(about, ".low"),
    "high": lambda about: _item(about, ".high"),
    "next_nudge": lambda _: "",
    "task": lambda _: "",
    # what was said so far
    "business": lambda about: about.text("business.name"),
    "group": lambda about: about.text("business.group"),
    "word": lambda about: about.text("relation.word"),
    "sentence": lambda about: about.text("relation.sentence", 240),
    "values": lambda about: about.many("values.list", 40),
    "person": lambda about: about.text("tribe.person"),
    "mores": lambda about: about.many("tribe.mores"),
    "clash": lambda about: about.many("tribe.clash", 40),
    "observable": _observable,
    "mismatch": _mismatch,
    "wants": _wants,
    "commitment": lambda about: about.text("next.step", 240),
    # the boxes of the Brand Commitment Matrix that are judged row by row (Neumeier)
    "identity": lambda about: about.text("tribe.identity"),
    "purpose": lambda about: about.text("values.why"),
    "aims": lambda about: about.text("tribe.aims"),
    "onlyness": lambda about: about.text("tribe.onlyness"),
    **{name: partial(_neighbour, name) for name in _NEIGHBOURS},
}


def positions(answers: Answers) -> dict[str, int]:
    """Return dimension -> position, 1 to 5, for the dimensions that have one."""
    given = answers.by_item("relation.position")
    return {dimension: at for dimension, at in given.items() if isinstance(at, int)}
