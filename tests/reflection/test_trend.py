"""The line of the lived-it ratings."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachbot.reflection.trend import WIDTH, trend

START = date(2026, 11, 22)


def fortnights(*ratings: int) -> list[tuple[date, int]]:
    return [(START + n * timedelta(days=14), rating) for n, rating in enumerate(ratings)]


def test_it_is_bars_and_figures() -> None:
    found = trend(fortnights(2, 3, 5, 4, 4))
    assert found
    assert found.bars == (1, 2, 4, 3, 3)
    assert (found.first, found.last, found.lately, found.change) == (2, 4, 4.3, 2)


def test_one_rating_is_its_own_trend() -> None:
    found = trend(fortnights(3))
    assert found
    assert (found.bars, found.first, found.last, found.lately, found.change) == ((2,), 3, 3, 3.0, 0)


def test_without_ratings_there_is_none() -> None:
    assert trend([]) is None


def test_a_day_counts_once_with_what_was_said_last() -> None:
    found = trend([(START, 2), (START, 4), (START - timedelta(days=14), 1)])
    assert found
    assert [rating for _, rating in found.ratings] == [1, 4]


def test_the_line_is_as_long_as_a_year() -> None:
    found = trend(fortnights(*[1] * 10, *[5] * WIDTH))
    assert found
    assert found.bars == (4,) * WIDTH
    assert (found.first, len(found.ratings)) == (1, WIDTH + 10)


@pytest.mark.parametrize("rating", [0, 6, -1])
def test_what_is_no_rating_is_refused(rating: int) -> None:
    with pytest.raises(ValueError, match="from 1 to 5"):
        trend([(START, rating)])


@given(st.lists(st.tuples(st.dates(), st.integers(1, 5)), min_size=1))
def test_any_ratings_make_a_line(ratings: list[tuple[date, int]]) -> None:
    found = trend(ratings)
    assert found
    days = [on for on, _ in found.ratings]
    assert days == sorted({on for on, _ in ratings})
    assert len(found.bars) == min(WIDTH, len(days))
    assert set(found.bars) <= set(range(5))
    assert 1.0 <= found.lately <= 5.0
