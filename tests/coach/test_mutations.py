"""Broken updates by the hundred; `make soak` sends a hundred thousand."""

import random

import pytest

from coachbot.channels.telegram.incoming import Reader
from coachbot.coach import Coach
from coachbot.coach.arrivals import Unreadable
from coachbot.texts.library import Library
from tests.fake_botapi import FakeBotApi, FakeClock
from tests.mutations import Breaker
from tests.soak.mutations import Barrage
from tests.telegram.wire import Wire


@pytest.mark.parametrize("bubble", [0.0, 1.5])
def test_promise_5_broken_updates_are_never_lost_and_hold_nobody_up(
    coach: Coach, bubble: float
) -> None:
    tally = Barrage(Wire(coach, bubble), random.Random(5)).fires(200)
    assert tally.is_clean, tally
    assert 50 < tally.put_aside < 150


def test_what_is_broken_is_of_every_kind(library: Library) -> None:
    """Neither all of it can be read nor none, or a barrage would show nothing."""
    people = [FakeBotApi(FakeClock()).person()]
    breaker, reader = Breaker(random.Random(1), people), Reader(library)
    seen: set[str] = set()
    for number in range(600):
        try:
            seen.add(type(reader.read(breaker.update(number)).happening).__name__)
        except Unreadable:
            seen.add("Unreadable")
    kinds = {"Wrote", "Edited", "Pressed", "Refused", "Left", "Ignored", "Commanded"}
    assert seen >= {*kinds, "Unreadable"}
