"""Where items and options come from when they are the person's own words."""

from collections.abc import Callable
from typing import Final

from coachbot.flow.answers import Answers
from coachbot.flow.conditions import CONDITIONS
from coachbot.flow.questions import Flow, Question

NOTHING: Final = "nothing"
NONE: Final = "none"
NEITHER: Final = "neither"
CLOSEST: Final = "closest"


def values(_: Flow, answers: Answers) -> tuple[str, ...]:
    return answers.many("values.list")


def roles(_: Flow, answers: Answers) -> tuple[str, ...]:
    return answers.many("team.who")


def used_touchpoints(flow: Flow, answers: Answers) -> tuple[str, ...]:
    """Return every touchpoint of the journey once, in the order of the phases."""
    used = (t for phase in flow.touchpoints for t in answers.many("channels.journey", phase))
    return tuple(t for t in dict.fromkeys(used) if t != NOTHING)


def own_touchpoints(flow: Flow, answers: Answers) -> tuple[str, ...]:
    return tuple(t for t in used_touchpoints(flow, answers) if t not in flow.natures)


EACH: Final[dict[str, Callable[[Flow, Answers], tuple[str, ...]]]] = {
    "values": values,
    "roles": roles,
    "own_touchpoints": own_touchpoints,
}


def values_or_none(flow: Flow, answers: Answers, _: str) -> tuple[str, ...]:
    return (*values(flow, answers), NONE)


def value_meanings(flow: Flow, answers: Answers, _: str) -> tuple[str, ...]:
    """Return the values whose meaning was told; each stands for the sentence told of it."""
    return tuple(v for v in values(flow, answers) if answers.has("values.meaning", v))


def touchpoints(flow: Flow, _: Answers, phase: str) -> tuple[str, ...]:
    return (*flow.touchpoints.get(phase, {}), NOTHING)


def used_touchpoints_or_none(flow: Flow, answers: Answers, _: str) -> tuple[str, ...]:
    return (*used_touchpoints(flow, answers), NONE)


def nearest_archetypes(flow: Flow, answers: Answers, _: str) -> tuple[str, ...]:
    return (*flow.rules.nearest(answers), NEITHER)


OPTIONS: Final[dict[str, Callable[[Flow, Answers, str], tuple[str, ...]]]] = {
    "values_or_none": values_or_none,
    "value_meanings": value_meanings,
    "touchpoints": touchpoints,
    "used_touchpoints_or_none": used_touchpoints_or_none,
    "nearest_archetypes": nearest_archetypes,
}


def items_of(flow: Flow, question: Question, answers: Answers) -> tuple[str, ...]:
    """Return the items a question is asked for; ("",) when it is asked once."""
    if not question.each:
        return ("",)
    if isinstance(question.each, str):
        return EACH[question.each](flow, answers)
    return question.each


def options_of(flow: Flow, question: Question, answers: Answers, item: str) -> tuple[str, ...]:
    """Return the options offered for one item, as ids or as the person's own words."""
    if not CONDITIONS[question.options_when](answers):
        return ()
    if isinstance(question.options, str):
        return OPTIONS[question.options](flow, answers, item)
    return question.options
