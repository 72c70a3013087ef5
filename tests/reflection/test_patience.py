"""How the coach comes back to somebody who does not answer."""

import pytest

from coachbot.reflection.patience import Approach, approach

NUDGE, ASK, SLOWER, SILENT = Approach.NUDGE, Approach.ASK, Approach.SLOWER, Approach.SILENT


def course(every: int, *, is_unfinished: bool = False) -> list[Approach]:
    """Return how the coach comes, time after time, until it is silent."""
    came: list[Approach] = []
    while not came or came[-1] is not SILENT:
        came.append(approach(len(came), every, is_unfinished=is_unfinished))
        every = 28 if came[-1] is SLOWER else every
    return came


@pytest.mark.parametrize("every", [7, 14])
def test_it_asks_after_two_then_comes_rarely_then_not_at_all(every: int) -> None:
    assert course(every) == [NUDGE, NUDGE, ASK, SLOWER, NUDGE, SILENT]


def test_what_is_rare_already_does_not_get_rarer() -> None:
    assert course(28) == [NUDGE, NUDGE, ASK, SILENT]


def test_whoever_has_not_finished_is_reminded_twice() -> None:
    assert course(14, is_unfinished=True) == [NUDGE, NUDGE, SILENT]


@pytest.mark.parametrize("unanswered", range(5, 100))
def test_silence_stays_silence(unanswered: int) -> None:
    assert approach(unanswered, 28) is SILENT
