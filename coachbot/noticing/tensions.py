"""Answers that pull apart: every tension a coach may put as a question.

Each is a pure function of the answers. A tension arises only when every answer that it rests on
is there; a skipped question raises none.
"""

import re
from collections.abc import Mapping
from typing import Final, TypeAlias

from coachbot.flow.answers import Answers, Key
from coachbot.flow.observations import Tension

Natures: TypeAlias = Mapping[str, str]

PHASES: Final = ("purchase", "delivery", "after_sales", "evaluation", "awareness")
"""The phases of the customer journey, first those where a person is missed most."""
JOURNEY: Final = ("awareness", "evaluation", "purchase", "delivery", "after_sales")
NOTHING: Final = ("nothing",)
ONLY_ME: Final = ("only_me",)
NOTHING_ALONE: Final = ("nothing_alone",)
MATRIX_ROWS: Final = (
    (Key("matrix.identity_why"), Key("tribe.identity"), Key("values.why")),
    (Key("matrix.aims_onlyness"), Key("tribe.aims"), Key("tribe.onlyness")),
)
HIGH: Final = 4
LOW: Final = 2
GAP: Final = 2


def automated_but_personal(answers: Answers, natures: Natures) -> Tension | None:
    """A personal or close relationship, and a phase in which nobody meets a person (Greger)."""
    close = _high(answers, "personal", "close")
    own = {
        touchpoint: nature
        for touchpoint, nature in answers.by_item("channels.nature").items()
        if isinstance(nature, str)
    }
    for phase in PHASES:
        touchpoints = _touchpoints(answers, phase)
        met = {natures.get(touchpoint) or own.get(touchpoint) for touchpoint in touchpoints}
        if close and met and met <= {"self_service", "automated"}:
            return _tension("automated_but_personal", *close, _phase(phase))
    return None


def self_service_without_help(answers: Answers) -> Tension | None:
    """Self-service, and nobody answers a question: one of OMT's four mistakes."""
    reply = Key("channels.reply")
    if _low(answers, "personal") and answers.get(reply) == "nobody":
        return _tension("self_service_without_help", _at("personal"), reply)
    return None


def longstanding_one_off(answers: Answers) -> Tension | None:
    """A long-standing relationship whose only goal is a single sale (Osterwalder)."""
    goals = Key("purpose.goals")
    if _high(answers, "longstanding") and answers.get(goals) == ("one_off",):
        return _tension("longstanding_one_off", _at("longstanding"), goals)
    return None


def keep_without_after_sales(answers: Answers) -> Tension | None:
    """Customers are to stay, and nothing happens after the sale (Osterwalder)."""
    goals, phase = Key("purpose.goals"), _phase("after_sales")
    if "keep" in answers.many(goals.question) and answers.get(phase) == NOTHING:
        return _tension("keep_without_after_sales", goals, phase)
    return None


def hole_in_journey(answers: Answers) -> Tension | None:
    """A phase in which customers meet nothing (Osterwalder); what `keep` says of it is enough."""
    holes = [_phase(phase) for phase in JOURNEY if answers.get(_phase(phase)) == NOTHING]
    if keep_without_after_sales(answers):
        holes.remove(_phase("after_sales"))
    return _tension("hole_in_journey", *holes) if holes else None


def close_without_rights(answers: Answers) -> Tension | None:
    """A close relationship kept by people who may decide nothing (Kaduk and Osmetz)."""
    close, who = _high(answers, "personal", "close"), Key("team.who")
    decide, limit = Key("team.decide"), Key("team.limit")
    if not close or not answers.has(who.question) or answers.get(who) == ONLY_ME:
        return None
    if answers.get(decide) == NOTHING_ALONE:
        return _tension("close_without_rights", *close, who, decide)
    if not answers.has(decide.question) and _is_zero(answers.text(limit.question)):
        return _tension("close_without_rights", *close, who, limit)
    return None


def selective_without_boundary(answers: Answers) -> Tension | None:
    """Selective, and yet nobody was ever sent away (Kaduk and Osmetz on Moormann)."""
    boundary = Key("relation.boundary")
    if _high(answers, "selective") and answers.get(boundary) == "never_so_far":
        return _tension("selective_without_boundary", _at("selective"), boundary)
    return None


def initiative_never(answers: Answers) -> Tension | None:
    """Takes the initiative, and never gets in touch."""
    rhythm = Key("channels.rhythm")
    if _high(answers, "initiative") and answers.get(rhythm) == "never":
        return _tension("initiative_never", _at("initiative"), rhythm)
    return None


def reacts_weekly(answers: Answers) -> Tension | None:
    """Waits to be asked, and writes every week: too much of a good thing (OMT)."""
    rhythm = Key("channels.rhythm")
    if _low(answers, "initiative") and answers.get(rhythm) in {"weekly", "daily"}:
        return _tension("reacts_weekly", _at("initiative"), rhythm)
    return None


def individual_after_standard(answers: Answers) -> Tension | None:
    """Individual, and yet the standard case comes first (Schüller)."""
    priority = Key("purpose.priorities", "individual")
    if _high(answers, "individual") and answers.get(priority) == "second":
        return _tension("individual_after_standard", _at("individual"), priority)
    return None


def value_clash(answers: Answers) -> Tension | None:
    """A value that is odd to the tribe, and nothing said on what follows (Greger, Neumeier)."""
    clash, why = Key("tribe.clash"), Key("tribe.clash_why")
    clashes = set(answers.many(clash.question)) - {"none"}
    if clashes and not answers.has(why.question):
        return _tension("value_clash", clash, why)
    return None


def value_unseen(answers: Answers) -> Tension | None:
    """A value with a meaning that is not among what customers see, hear or get (Greger)."""
    plain = Key("relation.plain")
    unseen = [
        Key("values.meaning", value)
        for value in answers.many("values.list")
        if answers.has("values.meaning", value) and value not in answers.many(plain.question)
    ]
    if answers.has(plain.question) and unseen:
        return _tension("value_unseen", plain, *unseen)
    return None


def self_above_customers(answers: Answers) -> Tension | None:
    """The own mark is far above the guessed one of the customers (Capgemini in Schüller)."""
    own, guess = answers.number("check.self"), answers.number("check.customers")
    if own is not None and guess is not None and own - guess >= GAP:
        return _tension("self_above_customers", Key("check.self"), Key("check.customers"))
    return None


def no_way_back(answers: Answers) -> Tension | None:
    """What staff hear from customers has no way back (Schüller)."""
    feedback = Key("team.feedback")
    return _tension("no_way_back", feedback) if answers.get(feedback) == "none_yet" else None


def row_does_not_fit(answers: Answers) -> Tension | None:
    """A row of the Brand Commitment Matrix that the person judged not to fit (Neumeier)."""
    rests_on = [
        key
        for row in MATRIX_ROWS
        if answers.get(row[0]) == "not" and all(answers.has(key.question) for key in row)
        for key in row
    ]
    return _tension("row_does_not_fit", *rests_on) if rests_on else None


def expected_not_offered(answers: Answers) -> Tension | None:
    """A category of relationship that customers expect and do not get (Osterwalder)."""
    expected, offered = Key("relation.category_expected"), Key("relation.category_offered")
    missing = set(answers.many(expected.question)) - set(answers.many(offered.question))
    if answers.has(offered.question) and missing:
        return _tension("expected_not_offered", expected, offered)
    return None


def all_assumed(answers: Answers) -> Tension | None:
    """Everything about the customers was invented at the desk: where the matrix fails.

    Where a stage's answers come from is kept under "", where a single one does under its id.
    """
    evidence = (Key("tribe.evidence"), Key("purpose.evidence"))
    sources = [answers.by_item(key.question) for key in evidence]
    if all("" in told and set(told.values()) == {"assumed"} for told in sources):
        return _tension("all_assumed", *evidence)
    return None


def by_accident(answers: Answers) -> Tension | None:
    """It depends on the person or the day, and nobody says how it is learned (Greger)."""
    today, learn = Key("relation.today"), Key("team.learn")
    depends = {"by_person", "by_day"} & set(answers.many(today.question))
    if depends and not answers.has(learn.question):
        return _tension("by_accident", today, learn)
    return None


RULES: Final = (
    self_service_without_help,
    longstanding_one_off,
    keep_without_after_sales,
    hole_in_journey,
    close_without_rights,
    selective_without_boundary,
    initiative_never,
    reacts_weekly,
    individual_after_standard,
    value_clash,
    value_unseen,
    self_above_customers,
    no_way_back,
    row_does_not_fit,
    expected_not_offered,
    all_assumed,
)
"""The rules that need nothing but the answers, in the order in which a coach brings them."""

IDS: Final = (
    automated_but_personal.__name__,
    *(rule.__name__ for rule in RULES),
    by_accident.__name__,
)


def tensions(
    answers: Answers, natures: Natures, *, after_first_version: bool
) -> tuple[Tension, ...]:
    """Return the tensions among the answers, in the order of the method's table.

    `natures` says who answers at a touchpoint: "person", "self_service" or "automated"; that of a
    touchpoint in own words is an answer. `by_accident` waits until a first version was made.
    """
    found = [automated_but_personal(answers, natures)]
    found += [rule(answers) for rule in RULES]
    found += [by_accident(answers)] if after_first_version else []
    return tuple(tension for tension in found if tension)


def _tension(id_: str, *rests_on: Key) -> Tension:
    return Tension(id_, rests_on)


def _at(dimension: str) -> Key:
    return Key("relation.position", dimension)


def _phase(phase: str) -> Key:
    return Key("channels.journey", phase)


def _touchpoints(answers: Answers, phase: str) -> set[str]:
    return set(answers.many("channels.journey", phase)) - set(NOTHING)


def _high(answers: Answers, *dimensions: str) -> tuple[Key, ...]:
    """Return those of the dimensions on which the relationship stands high."""
    marks = {dimension: answers.number("relation.position", dimension) for dimension in dimensions}
    return tuple(_at(dimension) for dimension, mark in marks.items() if mark and mark >= HIGH)


def _low(answers: Answers, dimension: str) -> bool:
    mark = answers.number("relation.position", dimension)
    return mark is not None and mark <= LOW


def _is_zero(limit: str) -> bool:
    """Return whether an amount is nothing: "0", "0 Euro", "€ 0,00"."""
    return bool(re.fullmatch(r"\D*0+(?:[.,]0+)?\D*", limit))
