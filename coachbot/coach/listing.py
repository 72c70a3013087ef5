"""A schedule as a list of instants, so that an operator can see what the arithmetic does."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from coachbot.coach.schedule import weekday_names
from coachbot.errors import SettingsError
from coachbot.reflection.schedule import WEEK, upcoming
from coachbot.reflection.typed import parse_time, parse_weekday
from coachbot.reflection.zones import zone_named

MOST: Final = 10_000
LONGEST: Final = 366
_DISTANCE: Final = re.compile(r"(\d{1,3})([dw]?)", re.ASCII)
_SHOWN: Final = 40
"""Characters of a wrong value that are quoted back."""


def due_lines(zone: str, weekday: str, at: str, every: str, start: str, count: str) -> list[str]:
    """Return `count` slots as `UTC-ISO<tab>local-ISO`, the first on or after the date `start`.

    Raises SettingsError, one clear line, for a part that is none.
    """
    named = zone_named(zone)
    if named is None:
        raise _wrong("--zone", zone, "an IANA name such as Europe/Vienna")
    parts = _weekday(weekday), _time(at), _days(every), _date(start)
    try:
        return list(_lines(upcoming(named, *parts, _count(count)), ZoneInfo(named)))
    except OverflowError:
        raise _wrong("--from", start, "a date that leaves room for so many slots") from None


def _lines(slots: list[datetime], zone: ZoneInfo) -> Iterator[str]:
    for slot in slots:
        yield f"{slot.astimezone(UTC).isoformat()}\t{slot.astimezone(zone).isoformat()}"


def _weekday(text: str) -> int:
    found = parse_weekday(text, weekday_names())
    if found is None:
        raise _wrong("--weekday", text, "a day such as sunday")
    return found


def _time(text: str) -> time:
    found = parse_time(text)
    if found is None:
        raise _wrong("--time", text, "a time such as 17:00")
    return found


def _days(text: str) -> int:
    found = _DISTANCE.fullmatch(text)
    days = int(found[1]) * (WEEK if found[2] == "w" else 1) if found else 0
    if not 1 <= days <= LONGEST:
        raise _wrong("--every", text, "days or weeks such as 14d or 2w")
    return days


def _count(text: str) -> int:
    number = int(text) if text.isascii() and text.isdecimal() and len(text) <= len(str(MOST)) else 0
    if not 1 <= number <= MOST:
        raise _wrong("--count", text, f"a number from 1 to {MOST}")
    return number


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _wrong("--from", text, "a date such as 2026-11-22") from None


def _wrong(option: str, text: str, wanted: str) -> SettingsError:
    return SettingsError(f"{option}: {text[:_SHOWN]!r} is not {wanted}")
