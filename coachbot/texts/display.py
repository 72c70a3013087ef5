"""How an answer reads: labels instead of ids, the person's own words as they are."""

from collections.abc import Iterable

from coachbot.flow.answers import Answers, Key, Value
from coachbot.flow.questions import Flow, Kind, Question

SCALE_DOTS = 5


def lines_of(flow: Flow, language: str, answers: Answers, key: Key) -> tuple[str, ...]:
    """Return the answer to `key` as lines a person reads; () when there is none.

    What an operator took out of the flow is read no more.
    """
    value, question = answers.get(key), flow.by_id.get(key.question)
    if question is None:
        return ()
    if isinstance(value, int) and question.kind is Kind.SCALE:
        return (position_line(flow, language, key, value),)
    return tuple(part_of(flow, language, answers, key, part) for part in parts(value))


def in_a_row(said: Iterable[str]) -> str:
    """Return several things on one line: words with commas between, sentences with a dot.

    >>> in_a_row(["Ruhe", "Tempo"]), in_a_row(["Wer kommt, bleibt.", "Ruhe"])
    ('Ruhe, Tempo', 'Wer kommt, bleibt. · Ruhe')
    """
    told = tuple(said)
    has_sentence = any("," in part or part.endswith((".", "!", "?")) for part in told)
    return (" · " if has_sentence else ", ").join(told)


def parts(value: Value) -> tuple[str, ...]:
    if isinstance(value, tuple):
        return value
    return () if value is None else (str(value),)


def part_of(flow: Flow, language: str, answers: Answers, key: Key, part: str) -> str:
    """Return one part of an answer: a label, or for `relation.plain` the sentence it stands for."""
    if key.question == "relation.plain":
        return answers.text("values.meaning", part) or part
    if key.question in {"team.limit_role", "team.limit"}:
        return amount(flow.label(language, key.question, part))
    return flow.label(language, key.question, part)


def amount(limit: str) -> str:
    """Return a limit with its currency: a bare number was meant in euros."""
    return f"{limit} €" if limit.isdecimal() else limit


def position_line(flow: Flow, language: str, key: Key, position: int) -> str:
    """Return a position between its poles, "distanziert ○○○●○ nah"."""
    dots = "".join("●" if place == position else "○" for place in range(1, SCALE_DOTS + 1))
    low = flow.label(language, f"{key.question}.low", key.item)
    high = flow.label(language, f"{key.question}.high", key.item)
    return f"{low} {dots} {high}"


def evidence_of(answers: Answers, question: Question) -> str:
    """Return heard, seen or assumed for a customer-side answer: its own word, else the stage's."""
    if not question.customer_side:
        return ""
    own = answers.text(question.customer_side, question.id)
    return own or answers.text(question.customer_side)
