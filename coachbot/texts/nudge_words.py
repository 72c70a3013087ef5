"""What the texts of a nudge may mention beside the words of the questions."""

from collections.abc import Mapping
from typing import Any, Final

from coachbot.flow.nudge import Nudge
from coachbot.flow.questions import Flow
from coachbot.flow.state import State
from coachbot.texts.context import Context, observable, shortened
from coachbot.texts.display import lines_of
from coachbot.texts.library import Table, Words
from coachbot.texts.wording import say_plain

ANSWER: Final = 80
DEFAULT: Final = "default"


def nudge_context(flow: Flow, words: Words, state: State) -> dict[str, Any]:
    """Return the variables that the nudge under way adds; nothing when none is."""
    nudge = state.nudge
    if nudge is None:
        return {}
    about = Context(flow, words, state.answers, nudge.about)
    told: dict[str, Any] = {**nudge.told, **_about(flow, words, state, nudge)}
    task = nudge.harvest or nudge.task
    return told | {"task": task_name(words, task, about)}


def task_name(words: Words, task: str, values: Mapping[str, Any]) -> str:
    """Return the name under which a task is asked about; "" for what is no task."""
    table: Table = words.table("reflection", "tasks").get(task, {})
    return say_plain(table["short"], values) if table else ""


def _about(flow: Flow, words: Words, state: State, nudge: Nudge) -> dict[str, str]:
    """Return what is told of the answer that the one thing is about."""
    key = nudge.about
    if key is None or key.question not in flow.by_id:
        return {}
    if key.question == "relation.plain":
        return {"observable": observable(flow, words, state.answers, key.item)}
    lines = lines_of(flow, words.language, state.answers, key)
    values = Context(flow, words, state.answers, key)
    says: Table = words.table("reflection", "assumption")["say"]
    return {
        "answer": shortened(", ".join(lines), ANSWER),
        "question_short": words.questions[key.question]["short"],
        "say": say_plain(says.get(key.question, says[DEFAULT]), values),
    }
