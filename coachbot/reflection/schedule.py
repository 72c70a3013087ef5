"""When the next nudge is due: wall-clock arithmetic, one schedule a person, no clock of its own.

A schedule is an anchor (the local date of one slot), a distance in local days and a local time.
Slots are found by counting local days and only then turned into an instant, so the local time
stays the same over every change of clock. A time that does not exist on a day moves on by the
length of the gap, a doubled time means its first occurrence (RFC 5545, 3.3.5).

Moments come in aware, in any zone, and go out in UTC; they are compared in UTC only. `last` is
always the local date of the last nudge that was sent: no answer lies on or before it, so a clock
that jumps back repeats nothing. Dates are counted as the person counts them, in whole local days.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import count as counting
from itertools import islice
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from coachbot.reflection.zones import zone_named

WEEK: Final = 7
ONE_DAY: Final = timedelta(days=1)

# Quiet hours are everything else. They bind what is computed, never a time that somebody chose.
WAKING_FROM: Final = time(8)
WAKING_UNTIL: Final = time(21)

# A long queue at the full hour is not a delay that the person would notice or mind.
ON_TIME: Final = timedelta(minutes=15)

# Zone rules move by an hour or two; what lies nearer to a slot than this is that slot.
RULES_MOVE_BY: Final = timedelta(hours=3)


class Rhythm(StrEnum):
    """How often the coach comes back; the values are the options of nudge.schedule."""

    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    FOUR_WEEKLY = "four_weekly"

    @property
    def days(self) -> int:
        return {Rhythm.WEEKLY: 7, Rhythm.FORTNIGHTLY: 14, Rhythm.FOUR_WEEKLY: 28}[self]


SUGGESTED_ZONE: Final = "Europe/Vienna"
SUGGESTED_WEEKDAY: Final = 6
SUGGESTED_AT: Final = time(17)
SUGGESTED_RHYTHM: Final = Rhythm.FORTNIGHTLY


@dataclass(frozen=True, slots=True)
class Schedule:
    """A person's rhythm, in their own wall-clock time.

    Attributes:
        zone: IANA name.
        weekday: 0 is Monday; the anchor's weekday.
        at: local time of day, as the person chose it.
        every: local days from slot to slot.
        anchor: local date of the first slot.

    Raises:
        ValueError: when the parts do not make a schedule.
    """

    zone: str
    weekday: int
    at: time
    every: int
    anchor: date

    def __post_init__(self) -> None:
        if zone_named(self.zone) is None:
            raise ValueError("a schedule needs a zone by its IANA name")
        if self.at.tzinfo is not None:
            raise ValueError("a schedule's time is local and carries no zone of its own")
        if self.every < 1:
            raise ValueError("a schedule's slots are at least a day apart")
        if self.anchor.weekday() != self.weekday:
            raise ValueError("a schedule's anchor falls on its weekday")


class Decision(NamedTuple):
    """Whether a nudge goes out now, and the due date (UTC) to store in either case."""

    send: bool
    due: datetime


def anchored(
    zone: str, weekday: int, at: time, every: int, after: datetime, last: date | None = None
) -> Schedule:
    """Return the schedule whose first slot is the earliest allowed one after `after`.

    For a new schedule and for every change of one. Give the day on which the definition was
    finished as `last`, and the first nudge leaves room for the next step.
    """
    start = local_date(zone, after)
    if last is not None:
        start = max(start, rested(last, every))
    anchor = _on_weekday(weekday, start)
    if instant(zone, anchor, at) <= in_utc(after):
        anchor += timedelta(days=WEEK)
    return Schedule(zone, weekday, at, every, anchor)


def upcoming(
    zone: str, weekday: int, at: time, every: int, start: date, count: int
) -> list[datetime]:
    """Return `count` slots in UTC, the first on the first such weekday on or after `start`."""
    schedule = Schedule(zone, weekday, at, every, _on_weekday(weekday, start))
    return slots(schedule, start, count)


def slots(schedule: Schedule, start: date, count: int) -> list[datetime]:
    """Return `count` slots in UTC, from the first whose local date is `start` or later."""
    return list(islice(_slots_from(schedule, start), count))


def next_slot(schedule: Schedule, after: datetime, last: date | None = None) -> datetime:
    """Return the first slot after `after` in UTC, at least half the rhythm after `last`."""
    after = in_utc(after)
    # A slot on a day, or at a time before midnight, that the zone skips comes a day later.
    start = local_date(schedule.zone, after) - ONE_DAY
    if last is not None:
        start = max(start, rested(last, schedule.every))
    return next(slot for slot in _slots_from(schedule, start) if slot > after)


def catch_up(
    schedule: Schedule, due: datetime, now: datetime, last: date | None = None
) -> Decision:
    """Decide about a nudge that is due, in time or after a downtime of any length.

    On time it goes out, whatever the hour. A missed one is made up for once, in waking hours,
    if the next slot is then at least half the rhythm away; otherwise the next slot is nearer
    than the missed one, and takes its place. So neither a burst nor two in a row can happen.

    Args:
        schedule: the person's.
        due: as `next_slot`, `snoozed` or an earlier decision gave it.
        now: the moment of deciding.
        last: see the module.
    """
    due, now = in_utc(due), in_utc(now)
    if now < due:
        return Decision(send=False, due=due)
    in_time = now - due <= ON_TIME or next_slot(schedule, now - ON_TIME) <= now
    moment = now if in_time else awake(schedule.zone, now)
    day = local_date(schedule.zone, moment)
    next_day = local_date(schedule.zone, next_slot(schedule, now))
    repeated = last is not None and day <= last
    if repeated or not (in_time or next_day >= rested(day, schedule.every)):
        return Decision(send=False, due=next_slot(schedule, now, last))
    if moment > now:
        return Decision(send=False, due=moment)
    return Decision(send=True, due=next_slot(schedule, now, day))


def snoozed(schedule: Schedule, now: datetime, last: date | None = None) -> datetime:
    """Return tomorrow at the schedule's local time, or the end of the quiet hours it falls in."""
    today = local_date(schedule.zone, now)
    tomorrow = max(today, last or today) + ONE_DAY
    return awake(schedule.zone, instant(schedule.zone, tomorrow, schedule.at))


def recomputed(schedule: Schedule, due: datetime) -> datetime:
    """Return a stored due date under today's zone rules; snoozes and catch-ups stay as they are.

    For the start of the process: the zone data may be newer than the date.
    """
    due = in_utc(due)
    slot = next_slot(schedule, due - RULES_MOVE_BY)
    return slot if slot - due < RULES_MOVE_BY else due


def rested(last: date, every: int) -> date:
    """Return the first local date that is at least half the rhythm after `last`."""
    return last + timedelta(days=(every + 1) // 2)


def quiet(local: time) -> bool:
    """Return whether a local time lies in the quiet hours, 21:00 to 08:00."""
    return not WAKING_FROM <= local.replace(tzinfo=None) < WAKING_UNTIL


def awake(zone: str, moment: datetime) -> datetime:
    """Return the moment in UTC, or the end of the quiet hours in which it lies."""
    local = in_utc(moment).astimezone(ZoneInfo(zone))
    if not quiet(local.time()):
        return in_utc(moment)
    over_midnight = local.time() >= WAKING_UNTIL
    return instant(zone, local.date() + over_midnight * ONE_DAY, WAKING_FROM)


def instant(zone: str, day: date, at: time) -> datetime:
    """Return a local date and time in UTC: after a gap, or the first of a doubled time."""
    return datetime.combine(day, at.replace(fold=0), ZoneInfo(zone)).astimezone(UTC)


def local_date(zone: str, moment: datetime) -> date:
    """Return the date that a moment has in a zone; a person gets one nudge a local date."""
    return in_utc(moment).astimezone(ZoneInfo(zone)).date()


def in_utc(moment: datetime) -> datetime:
    """Return an aware moment in UTC.

    Raises:
        ValueError: when it is naive, and would mean the time of whatever machine runs this.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment needs a zone")
    return moment.astimezone(UTC)


def _slots_from(schedule: Schedule, start: date) -> Iterator[datetime]:
    steps_to_start = -((schedule.anchor - start).days // schedule.every)
    for step in counting(max(0, steps_to_start)):
        day = schedule.anchor + timedelta(days=step * schedule.every)
        yield instant(schedule.zone, day, schedule.at)


def _on_weekday(weekday: int, start: date) -> date:
    return start + timedelta(days=(weekday - start.weekday()) % WEEK)
