"""The variables that texts of `prompts/` may use, all of them always there."""

from collections.abc import Mapping
from typing import Any, Final

from coachbot.flow.answers import Answers, Key
from coachbot.flow.conditions import only_me
from coachbot.flow.questions import Flow, Question
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


def context(flow: Flow, words: Words, answers: Answers, key: Key | None = None) -> dict[str, Any]:
    """Return every variable a question's texts may use, for the question of `key`."""
    kind = answers.text("business.kind")
    question = flow.by_id.get(key.question) if key else None
    return {
        **vocabulary(words, kind),
        **_said_so_far(flow, words.language, answers),
        **_pair_of_boxes(answers),
        **_neighbours(flow, words, answers),
        **_item(flow, words.language, question, key.item if key else ""),
        "kind": kind,
        "only_me": only_me(answers),
        "next_nudge": "",
        "observable": _observable(flow, words, answers),
        "task": "",
        "casual": (answers.number("relation.position", "casual") or 0) >= CASUAL,
    }


def _observable(flow: Flow, words: Words, answers: Answers) -> str:
    """Return the first of what customers see, hear or get, as a sentence; "" before any."""
    first = next(iter(answers.many("relation.plain")), "")
    return observable(flow, words, answers, first) if first else ""


def observable(flow: Flow, words: Words, answers: Answers, part: str) -> str:
    key = Key("relation.plain", part)
    return shortened(part_of(flow, words.language, answers, key, part), OBSERVABLE)


def vocabulary(words: Words, kind: str) -> Mapping[str, str]:
    """Return what customers are called: B2C's words until the kind is known."""
    customer: Mapping[str, Mapping[str, str]] = words.table("words", "customer")
    return customer.get(kind, customer["b2c"])


def _said_so_far(flow: Flow, language: str, answers: Answers) -> dict[str, Any]:
    def label(question: str, option: str) -> str:
        return flow.label(language, question, option)

    return {
        "business": shortened(answers.text("business.name")),
        "group": shortened(answers.text("business.group")),
        "word": shortened(answers.text("relation.word")),
        "sentence": shortened(answers.text("relation.sentence"), 240),
        "values": [shortened(value, 40) for value in answers.many("values.list")],
        "person": shortened(answers.text("tribe.person")),
        "mores": [shortened(part) for part in answers.many("tribe.mores")],
        "clash": [shortened(part, 40) for part in answers.many("tribe.clash")],
        "mismatch": shortened(label("channels.mismatch", answers.text("channels.mismatch"))),
        "wants": [label("purpose.wants", want) for want in answers.many("purpose.wants")],
        "commitment": shortened(answers.text("next.step"), 240),
    }


def _pair_of_boxes(answers: Answers) -> dict[str, str]:
    """Return the boxes of the Brand Commitment Matrix that are judged row by row (Neumeier)."""
    return {
        "identity": shortened(answers.text("tribe.identity")),
        "purpose": shortened(answers.text("values.why")),
        "aims": shortened(answers.text("tribe.aims")),
        "onlyness": shortened(answers.text("tribe.onlyness")),
    }


def _item(flow: Flow, language: str, question: Question | None, item: str) -> dict[str, str]:
    id_ = question.id if question else ""
    return {
        "item": shortened(flow.label(language, id_, item), 60),
        "low": flow.label(language, f"{id_}.low", item),
        "high": flow.label(language, f"{id_}.high", item),
    }


def _neighbours(flow: Flow, words: Words, answers: Answers) -> dict[str, str]:
    """Return what the mirror says of the two nearest archetypes; empty before all positions."""
    names = ("nearest_name", "nearest_works", "nearest_differs", "second_name", "second_works")
    position, dimensions = positions(answers), flow.each("relation.position")
    if not dimensions or len(position) < len(dimensions):
        return dict.fromkeys(names, "")
    first, second = nearest(position, flow.archetypes, dimensions, 2)
    archetypes = words.files["archetypes"]
    adverbs = words.questions["relation.position"]
    differs = [adverbs["more" if by > 0 else "less"][dimension] for dimension, by in first.differs]
    spoken = (
        archetypes[first.id]["name"],
        archetypes[first.id]["works"],
        words.text("words", "between", "both").join(differs),
        archetypes[second.id]["name"],
        archetypes[second.id]["works"],
    )
    return dict(zip(names, spoken, strict=True))


def positions(answers: Answers) -> dict[str, int]:
    """Return dimension -> position, 1 to 5, for the dimensions that have one."""
    given = answers.by_item("relation.position")
    return {dimension: at for dimension, at in given.items() if isinstance(at, int)}
