"""What changed between two versions: old beside new, in the order of the questions."""

from collections.abc import Iterator

from coachbot.definition.model import Change
from coachbot.flow.answers import Answers, Key
from coachbot.flow.questions import Flow
from coachbot.texts.display import lines_of
from coachbot.texts.library import Words
from coachbot.texts.wording import say_plain


def changes(flow: Flow, words: Words, before: Answers, after: Answers) -> Iterator[Change]:
    """Yield each answer that reads differently now; what came or went is empty on one side."""
    for question in flow.questions:
        for key in dict.fromkeys(k for k in (*before, *after) if k.question == question.id):
            then, now = (_said(flow, words, answers, key) for answers in (before, after))
            if then != now:
                yield Change(_name(flow, words, key), then, now)


def _said(flow: Flow, words: Words, answers: Answers, key: Key) -> str:
    at = answers.number(*key)
    if at is not None:
        return say_plain(words.text("document", "fixed", "scale"), {"at": at})
    return "\n".join(lines_of(flow, words.language, answers, key))


def _name(flow: Flow, words: Words, key: Key) -> str:
    name: str = words.questions[key.question]["short"]
    if not key.item:
        return name
    if key.item == flow.by_id[key.question].insight_item:
        return f"{name}: {words.text('document', 'fixed', 'insight')}"
    return f"{name}: {flow.label(words.language, key.question, key.item)}"
