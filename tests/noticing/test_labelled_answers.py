"""The labelled answers that may be tuned on; `report.py` prints the figures."""

import pytest

from coachbot.noticing.observations import RULES
from tests.noticing.report import LANGUAGES, Judged, false_alarms, judged, score


@pytest.fixture(scope="module")
def rows() -> list[Judged]:
    return list(judged(held_out=False))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("observation", RULES)
def test_the_right_kind_is_noticed(rows: list[Judged], language: str, observation: str) -> None:
    mine = score([row for row in rows if row.language == language], observation)
    assert mine.precision >= 0.9
    assert mine.recall >= 0.9


@pytest.mark.parametrize("language", LANGUAGES)
def test_concrete_answers_are_left_alone(rows: list[Judged], language: str) -> None:
    alarms, concrete = false_alarms([row for row in rows if row.language == language])
    assert alarms <= 0.02 * concrete
