"""`coachbot schedule`: what an operator sees, and how it refuses."""

import subprocess
import sys

import pytest

from coachbot.coach.listing import due_lines
from coachbot.errors import SettingsError

ARGUMENTS = {
    "zone": "Europe/Vienna",
    "weekday": "sunday",
    "at": "17:00",
    "every": "14d",
    "start": "2026-11-22",
}


def lines(count: str = "60", **changed: str) -> list[str]:
    return due_lines(**(ARGUMENTS | changed), count=count)


def test_a_line_is_an_instant_in_utc_and_the_local_time() -> None:
    listed = lines()
    assert len(listed) == 60
    assert listed[0] == "2026-11-22T16:00:00+00:00\t2026-11-22T17:00:00+01:00"
    assert listed[9] == "2027-03-28T15:00:00+00:00\t2027-03-28T17:00:00+02:00"
    assert {line.partition("T")[2][-14:-6] for line in listed} == {"17:00:00"}


def test_the_first_one_is_on_or_after_the_day_given() -> None:
    assert lines("1", start="2026-11-23")[0].startswith("2026-11-29")
    assert lines("1", weekday="Montag")[0].startswith("2026-11-23")
    assert [line[:10] for line in lines("2", every="1w")] == ["2026-11-22", "2026-11-29"]


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("zone", "Europe/Wien"),
        ("zone", "../../etc/passwd"),
        ("zone", "Europe"),
        ("zone", "europe/vienna"),
        ("zone", "Europe/Vienna\0"),
        ("zone", "x" * 10_000),
        ("zone", ""),
        ("weekday", "someday"),
        ("at", "25:00"),
        ("at", "noonish"),
        ("every", "0d"),
        ("every", "14 days"),
        ("every", "-14d"),
        ("every", "9999d"),
        ("start", "2026-02-30"),
        ("start", "tomorrow"),
        ("start", "9999-12-30"),
    ],
)
def test_promise_36_a_wrong_part_is_one_clear_line(option: str, value: str) -> None:
    with pytest.raises(SettingsError) as error:
        lines(**{option: value})
    told = str(error.value)
    assert len(told.splitlines()) == 1
    assert len(told) < 120
    assert told.startswith({"at": "--time", "start": "--from"}.get(option, f"--{option}"))


@pytest.mark.parametrize("count", ["0", "-1", "10001", "x", "", "1" * 5000])
def test_a_wrong_count_is_refused(count: str) -> None:
    with pytest.raises(SettingsError, match="--count"):
        lines(count)


def test_the_command_ends_with_two_when_something_is_wrong() -> None:
    options = ["--weekday", "sunday", "--time", "17:00", "--from", "2026-11-22", "--zone"]
    command = [sys.executable, "-m", "coachbot", "schedule", *options]
    good = subprocess.run([*command, "Europe/Vienna"], capture_output=True, text=True, check=False)
    assert (good.returncode, good.stderr) == (0, "")
    assert len(good.stdout.splitlines()) == 26
    bad = subprocess.run([*command, "Mars/Base"], capture_output=True, text=True, check=False)
    assert (bad.returncode, bad.stdout) == (2, "")
    assert bad.stderr.splitlines() == [
        "--zone: 'Mars/Base' is not an IANA name such as Europe/Vienna"
    ]
