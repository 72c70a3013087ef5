"""Position is derived from the answers, whatever the flow looks like."""

from dataclasses import replace

from coachbot.flow.answers import SKIPPED, Answers, Key
from coachbot.flow.path import deep_keys, keys, next_open, previous, progress
from coachbot.flow.questions import Flow
from tests.factories import VALUES, answers, complete


def test_the_first_unanswered_question_is_next(flow: Flow) -> None:
    assert next_open(flow, Answers()) == Key("business.name")
    assert next_open(flow, complete(flow)) is None


def test_a_skipped_question_is_not_asked_again(flow: Flow) -> None:
    assert next_open(flow, answers(business__name=SKIPPED)) == Key("business.what")


def test_each_value_is_asked_for_its_meaning(flow: Flow) -> None:
    told = complete(flow, values__list=VALUES)
    asked = [key.item for key in keys(flow, told, flow.core) if key.question == "values.meaning"]
    assert asked == list(VALUES)


def test_progress_counts_a_board_as_one_message(flow: Flow) -> None:
    told = complete(flow)
    first = progress(flow, told, Key("relation.position", "personal"))
    last = progress(flow, told, Key("relation.position", "selective"))
    assert first == last
    assert first.stage == "relation"


def test_what_comes_before_is_the_last_answered(flow: Flow) -> None:
    told = answers(business__name="x", business__what=SKIPPED)
    assert previous(flow, told, Key("business.group")) == Key("business.what")
    assert previous(flow, told, Key("business.name")) is None


def test_deep_questions_are_those_without_an_answer(flow: Flow) -> None:
    told = answers(values__why="Weil", values__price=SKIPPED)
    assert deep_keys(flow, told, "values") == (Key("values.price"),)


def test_editing_the_flow_between_two_releases_loses_nothing(flow: Flow) -> None:
    told = complete(flow)
    removed = replace(flow, questions=tuple(q for q in flow.questions if q.id != "relation.word"))
    assert next_open(removed, told) is None
    moved = replace(flow, questions=tuple(reversed(flow.questions)))
    assert next_open(moved, told) is None
    added = replace(flow.by_id["business.name"], id="business.colour")
    longer = replace(flow, questions=(added, *flow.questions))
    assert next_open(longer, told) == Key("business.colour")
    assert Key("relation.word") in told
