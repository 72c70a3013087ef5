"""When a person is met again: from their answer to `nudge.schedule` to a stored schedule."""

from datetime import datetime, time
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale

from coachbot.flow.answers import Answers, Key
from coachbot.reflection.schedule import (
    SUGGESTED_AT,
    SUGGESTED_RHYTHM,
    SUGGESTED_WEEKDAY,
    SUGGESTED_ZONE,
    Rhythm,
    anchored,
    local_date,
    next_slot,
)
from coachbot.reflection.typed import parse_slot, parse_time, parse_weekday
from coachbot.reflection.zones import zone_for_region
from coachbot.store import schedules
from coachbot.store.database import Connection
from coachbot.store.people import Person
from coachbot.store.schedules import Planned, Standing
from coachbot.texts.dates import weekday_date
from coachbot.texts.library import LANGUAGES, Table

SCHEDULE: Final = Key("nudge.schedule")
NO_NUDGES: Final = "none"


def begin(
    connection: Connection, person: Person, locale: str, places: Table, now: datetime
) -> None:
    """Plan for somebody who came just now; `locale` is the language of their app: de-AT.

    Until they choose, it is only for the case that they stop in the middle.
    """
    zone = zone_for_region(locale, places["regions"], SUGGESTED_ZONE)
    schedules.keep(connection, planned_anew(person.id, SUGGESTED_RHYTHM.value, zone, now))


def zone_of(connection: Connection, person: Person) -> str:
    """Return the IANA name of the zone a person lives by; the suggested one where none is known."""
    planned = schedules.find(connection, person.id)
    return planned.zone if planned else SUGGESTED_ZONE


def take(connection: Connection, person: Person, answers: Answers, now: datetime) -> None:
    """Plan what a person has chosen as `nudge.schedule`; nothing comes unless it was chosen."""
    before = schedules.find(connection, person.id)
    zone = before.zone if before else SUGGESTED_ZONE
    planned = planned_anew(person.id, answers.text(SCHEDULE.question) or NO_NUDGES, zone, now)
    schedules.keep(connection, planned.with_(last_on=before.last_on if before else None))


def planned_anew(person_id: int, chosen: str, zone: str, now: datetime) -> Planned:
    """Return the schedule that a choice means, its first slot half a rhythm away or more."""
    weekday, at = _slot(chosen)
    rhythm = Rhythm(chosen) if chosen in set(Rhythm) else SUGGESTED_RHYTHM
    schedule = anchored(zone, weekday, at, rhythm.days, now, local_date(zone, now))
    if chosen == NO_NUDGES:
        return Planned(person_id, schedule, Standing.STOPPED)
    return Planned(person_id, schedule, due_at=next_slot(schedule, now))


def _slot(chosen: str) -> tuple[int, time]:
    """Return the weekday and time that were written; what was not is as suggested."""
    both = parse_slot(chosen, weekday_names())
    weekday, at = both or (parse_weekday(chosen, weekday_names()), parse_time(chosen))
    return SUGGESTED_WEEKDAY if weekday is None else weekday, SUGGESTED_AT if at is None else at


def next_nudge_text(
    connection: Connection, person: Person, answers: Answers, now: datetime, language: str
) -> str:
    """Return the date of the next nudge for people; "" when none was chosen or none comes."""
    if SCHEDULE not in answers:
        return ""
    planned = schedules.find(connection, person.id)
    if planned is None or planned.due_at is None:
        return ""
    due = planned.due_at if planned.due_at > now else next_slot(planned.schedule, now)
    return weekday_date(due.astimezone(ZoneInfo(planned.zone)).date(), language)


@cache
def weekday_names() -> dict[str, int]:
    """Return the weekdays' names, long and short, in every language the coach speaks."""
    names: dict[str, int] = {}
    for language in LANGUAGES:
        days = Locale(language).days["format"]
        for width in ("wide", "abbreviated"):
            names |= {name.lower().strip("."): day for day, name in days[width].items()}
    return names
