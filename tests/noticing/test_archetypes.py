"""The nearest archetypes, as seen from them."""

import tomllib
from collections.abc import Mapping
from math import sqrt

import pytest

from coachbot.noticing.archetypes import nearest
from tests.noticing.report import ROOT

FLOW = tomllib.loads((ROOT / "prompts" / "flow.toml").read_text(encoding="utf-8"))
ARCHETYPES: Mapping[str, list[int]] = FLOW["archetypes"]
DIMENSIONS = next(
    question["each"]
    for stage in FLOW["stage"]
    for question in stage["question"]
    if question["id"] == "relation.position"
)


def at(*marks: int) -> dict[str, int]:
    return dict(zip(DIMENSIONS, marks, strict=True))


@pytest.mark.parametrize("archetype", ARCHETYPES)
def test_each_archetype_is_nearest_to_itself(archetype: str) -> None:
    first, second = nearest(at(*ARCHETYPES[archetype]), ARCHETYPES, DIMENSIONS)
    assert (first.id, first.distance, first.differs) == (archetype, 0, ())
    assert second.distance > 0


def test_it_is_like_the_grocer_only_more_individual() -> None:
    first, _ = nearest(at(2, 3, 5, 5, 1, 2, 4, 1), ARCHETYPES, DIMENSIONS)
    assert first.id == "courteous_grocer"
    assert first.distance == pytest.approx(sqrt(10))
    assert first.differs == (("individual", 3), ("initiative", -1))


def test_of_two_equally_near_the_first_comes_first() -> None:
    two = {"one": [1] * 8, "three": [3] * 8}
    assert [one.id for one in nearest(at(*[2] * 8), two, DIMENSIONS)] == ["one", "three"]
    assert [one.id for one in nearest(at(*[2] * 8), dict(reversed(two.items())), DIMENSIONS)] == [
        "three",
        "one",
    ]


def test_it_returns_as_many_as_asked_for() -> None:
    assert len(nearest(at(*[3] * 8), ARCHETYPES, DIMENSIONS, count=3)) == 3


def test_without_all_dimensions_there_is_no_neighbour() -> None:
    position = at(*[3] * 8)
    del position["selective"]
    assert nearest(position, ARCHETYPES, DIMENSIONS) == ()
