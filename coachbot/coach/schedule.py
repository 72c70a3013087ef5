"""When the person is met again, read from their answer to `nudge.schedule`."""

from datetime import datetime, time
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale

from coachbot.flow.answers import Answers
from coachbot.reflection.schedule import (
    SUGGESTED_AT,
    SUGGESTED_WEEKDAY,
    SUGGESTED_ZONE,
    Rhythm,
    anchored,
    next_slot,
)
from coachbot.reflection.typed import parse_slot
from coachbot.texts.dates import weekday_date
from coachbot.texts.library import LANGUAGES

NO_NUDGES: Final = "none"


def next_nudge_text(answers: Answers, now: datetime, language: str) -> str:
    """Return the date of the next nudge for people; "" when there is none."""
    due = next_nudge(answers, now)
    return weekday_date(due.astimezone(ZoneInfo(SUGGESTED_ZONE)).date(), language) if due else ""


def next_nudge(answers: Answers, now: datetime) -> datetime | None:
    """Return the instant of the next nudge; None when nothing was chosen, or no nudges."""
    chosen = answers.text("nudge.schedule")
    if not chosen or chosen == NO_NUDGES:
        return None
    weekday, at = _slot(chosen)
    rhythm = Rhythm(chosen) if chosen in set(Rhythm) else Rhythm.FORTNIGHTLY
    today = now.astimezone(ZoneInfo(SUGGESTED_ZONE)).date()
    schedule = anchored(SUGGESTED_ZONE, weekday, at, rhythm.days, now, today)
    return next_slot(schedule, now)


def _slot(chosen: str) -> tuple[int, time]:
    return parse_slot(chosen, weekday_names()) or (SUGGESTED_WEEKDAY, SUGGESTED_AT)


@cache
def weekday_names() -> dict[str, int]:
    """Return the weekdays' names, long and short, in every language the coach speaks."""
    names: dict[str, int] = {}
    for language in LANGUAGES:
        days = Locale(language).days["format"]
        for width in ("wide", "abbreviated"):
            names |= {name.lower().strip("."): day for day, name in days[width].items()}
    return names
