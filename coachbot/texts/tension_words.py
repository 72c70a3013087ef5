"""The variables of `tensions.toml`: the answers a tension rests on, as a person reads them."""

from typing import Any

from coachbot.flow.answers import Answers, Key
from coachbot.flow.observations import Tension
from coachbot.flow.questions import Flow
from coachbot.texts.context import shortened
from coachbot.texts.display import in_a_row, lines_of
from coachbot.texts.library import Words


def tension_context(flow: Flow, words: Words, answers: Answers, tension: Tension) -> dict[str, Any]:
    def one(question: str) -> str:
        return shortened(in_a_row(lines_of(flow, words.language, answers, Key(question))))

    offered = answers.many("relation.category_offered")
    expected = answers.many("relation.category_expected")
    lacking = [category for category in expected if category not in offered]
    return {
        "phase": _labels(flow, words, tension, "channels.journey"),
        "value": _values(tension),
        "missing": ", ".join(
            flow.label(words.language, "relation.category_expected", c) for c in lacking
        ),
        "limit": one("team.limit"),
        "reply": one("channels.reply"),
        "rhythm": one("channels.rhythm"),
        "boundary": one("relation.boundary"),
    }


def _labels(flow: Flow, words: Words, tension: Tension, question: str) -> str:
    items = [key.item for key in tension.rests_on if key.question == question]
    return ", ".join(flow.label(words.language, question, item) for item in items if item)


def _values(tension: Tension) -> str:
    items = [key.item for key in tension.rests_on if key.question == "values.meaning"]
    return ", ".join(item for item in items if item)
