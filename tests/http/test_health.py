"""The verdict on a bot: numbers in, ready or not out."""

from dataclasses import replace
from datetime import timedelta

import pytest

from coachbot.channels.http.health import Signs, is_ready, judged
from coachbot.store.vitals import Queue, Vitals
from tests.conftest import NOW


def ago(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


QUIET = Vitals(Queue(0, ago(0)), Queue(0, ago(0)), 0, NOW - ago(50), NOW - ago(3600))
WELL = Signs(now=NOW, started_at=NOW - ago(86_400), vitals=QUIET, free_disk=0.5)


def red(signs: Signs) -> set[str]:
    checks = judged(signs)
    assert is_ready(checks) == all(check.ok for check in checks.values())
    return {name for name, check in checks.items() if not check.ok}


def with_vitals(**changes: object) -> Signs:
    return replace(WELL, vitals=replace(QUIET, **changes))  # type: ignore[arg-type]


def test_a_bot_that_nobody_writes_to_is_well() -> None:
    assert red(WELL) == set()
    assert set(judged(WELL)) == {
        *("database", "receiving", "sending", "inbox", "outbox", "token", "clock", "disk")
    }


def test_a_bot_that_has_just_begun_is_well_whatever_lies_behind_it() -> None:
    for before in (None, NOW - timedelta(weeks=3)):
        signs = with_vitals(received_at=before, sent_at=before)
        assert red(replace(signs, started_at=NOW - ago(2))) == set()


@pytest.mark.parametrize(
    ("signs", "expected"),
    [
        (with_vitals(received_at=NOW - ago(56)), {"receiving"}),
        (with_vitals(inbox=Queue(3, ago(56))), {"inbox"}),
        (with_vitals(outbox=Queue(1, ago(46)), sent_at=NOW - ago(46)), {"sending"}),
        (with_vitals(outbox=Queue(900, ago(56)), sent_at=NOW), {"outbox"}),
        (replace(WELL, ahead=ago(31)), {"clock"}),
        (replace(WELL, ahead=ago(-31)), {"clock"}),
        (replace(WELL, free_disk=0.099), {"disk"}),
        (replace(WELL, is_token_refused=True), {"token"}),
        (replace(WELL, vitals=None, database="no answer in 5 s"), {"database"}),
    ],
)
def test_promise_50_what_is_stuck_is_named_within_a_minute(
    signs: Signs, expected: set[str]
) -> None:
    assert red(signs) == expected


@pytest.mark.parametrize(
    "signs",
    [
        with_vitals(received_at=NOW - ago(51)),  # a long poll that came back empty
        with_vitals(inbox=Queue(1, ago(45))),  # a text that is held, after one that failed
        with_vitals(outbox=Queue(64, ago(30)), sent_at=NOW - ago(1)),
        replace(with_vitals(received_at=NOW - ago(7200)), polls=False),
        replace(WELL, unanswered_since=NOW - ago(300)),  # given up, and nothing is owed since
        replace(WELL, free_disk=None),
    ],
)
def test_promise_50_what_only_takes_its_time_is_not(signs: Signs) -> None:
    assert red(signs) == set()


def test_promise_50_telegram_that_answers_no_call_is_named() -> None:
    signs = replace(with_vitals(outbox=Queue(1, ago(0)), sent_at=NOW - ago(60)))
    assert red(replace(signs, unanswered_since=NOW - ago(44))) == set()
    assert red(replace(signs, unanswered_since=NOW - ago(46))) == {"sending"}


def test_a_clock_that_was_set_back_hides_no_silence() -> None:
    assert red(with_vitals(received_at=NOW + ago(3600))) == {"receiving"}
