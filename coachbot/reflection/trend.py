"""How much it was lived, over time: the ratings of the nudges as plain numbers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from statistics import fmean
from typing import Final

LOWEST: Final = 1
HIGHEST: Final = 5
WIDTH: Final = 26
"""Bars that a line on a phone has room for: a year of fortnights."""

LATELY: Final = 3


@dataclass(frozen=True, slots=True)
class Trend:
    """Ratings as a line and as figures.

    `ratings` are all of them by day, the oldest first; `bars` are the latest as heights from 0 to
    4, each the index of a sign. `lately` is the mean of the last three, to one decimal.
    """

    ratings: tuple[tuple[date, int], ...]
    bars: tuple[int, ...]
    first: int
    last: int
    lately: float

    @property
    def change(self) -> int:
        """Return what the last rating is above (or below) the first."""
        return self.last - self.first


def trend(ratings: Iterable[tuple[date, int]]) -> Trend | None:
    """Return the trend of (local date, rating 1 to 5), in any order; None without ratings.

    A day counts once, with what was said last of it. Raises ValueError for a rating that is none.
    """
    given = list(ratings)
    if any(not LOWEST <= rating <= HIGHEST for _, rating in given):
        raise ValueError(f"a rating is a number from {LOWEST} to {HIGHEST}")
    by_day = tuple(sorted(dict(given).items()))
    if not by_day:
        return None
    marks = [rating for _, rating in by_day]
    return Trend(
        ratings=by_day,
        bars=tuple(mark - LOWEST for mark in marks[-WIDTH:]),
        first=marks[0],
        last=marks[-1],
        lately=round(fmean(marks[-LATELY:]), 1),
    )
