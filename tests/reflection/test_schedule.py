from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachbot.reflection.schedule import (
    ON_TIME,
    SUGGESTED_AT,
    SUGGESTED_RHYTHM,
    SUGGESTED_WEEKDAY,
    SUGGESTED_ZONE,
    Decision,
    Rhythm,
    Schedule,
    anchored,
    awake,
    catch_up,
    instant,
    local_date,
    next_slot,
    quiet,
    recomputed,
    rested,
    slots,
    snoozed,
    upcoming,
)

VIENNA = "Europe/Vienna"
ZONES = [
    VIENNA,
    "Europe/Zurich",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Africa/Casablanca",
    "America/Nuuk",
]
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
YEAR = timedelta(days=365)
SUNDAY = date(2026, 11, 22)

days = st.dates(date(2022, 1, 1), date(2034, 12, 31))
times = st.times().map(lambda at: at.replace(second=0, microsecond=0))
waking_times = times.filter(lambda at: not quiet(at))
moments = st.datetimes(datetime(2022, 1, 1), datetime(2034, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis adds the zone
durations = st.timedeltas(timedelta(), timedelta(days=60))


@st.composite
def schedules(draw: st.DrawFn, at: st.SearchStrategy[time] = times) -> Schedule:
    anchor = draw(days)
    rhythm = draw(st.sampled_from(Rhythm))
    zone = draw(st.sampled_from(ZONES))
    return Schedule(zone, anchor.weekday(), draw(at), rhythm.days, anchor)


def fortnightly(at: time = time(17), zone: str = VIENNA, anchor: date = SUNDAY) -> Schedule:
    return Schedule(zone, anchor.weekday(), at, Rhythm.FORTNIGHTLY.days, anchor)


def weekly(at: time = time(17)) -> Schedule:
    return Schedule(VIENNA, SUNDAY.weekday(), at, Rhythm.WEEKLY.days, SUNDAY)


def at(text: str, zone: str = VIENNA) -> datetime:
    """Return a moment written as local time, such as 2026-11-22 17:00, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def in_zone(slot: datetime, schedule: Schedule) -> datetime:
    return slot.astimezone(ZoneInfo(schedule.zone)).replace(tzinfo=None)


def instants_of(wall: datetime, zone: str) -> list[datetime]:
    """Return every instant at which the clocks of a zone show a wall time: none, one or two."""
    around = [(wall + shift).replace(tzinfo=UTC) for shift in (-2 * DAY, 2 * DAY)]
    offsets = {near.astimezone(ZoneInfo(zone)).utcoffset() or timedelta() for near in around}
    guesses = sorted((wall - offset).replace(tzinfo=UTC) for offset in offsets)
    return [
        guess for guess in guesses if guess.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wall
    ]


def nudges(
    schedule: Schedule, clock: Iterable[datetime], due: datetime
) -> tuple[list[datetime], datetime]:
    """Return when a dispatcher that wakes up at these moments sends, and what is due then."""
    sent: list[datetime] = []
    for now in clock:
        last = local_date(schedule.zone, sent[-1]) if sent else None
        decision = catch_up(schedule, due, now, last)
        due = decision.due
        if decision.send:
            sent.append(now)
    return sent, due


def nudges_around(
    schedule: Schedule, start: datetime, end: datetime, outages: list[tuple[datetime, datetime]]
) -> list[datetime]:
    """Return when a dispatcher sends that sleeps until the next due date, and through outages."""
    due = next_slot(schedule, start)
    now, sent = start, list[datetime]()
    while (now := max(now, due)) < end:
        for down, up in outages:
            now = up if down <= now < up else now
        last = local_date(schedule.zone, sent[-1]) if sent else None
        decision = catch_up(schedule, due, now, last)
        assert decision.due > due or decision.send
        due = decision.due
        sent += [now] if decision.send else []
    return sent


# Promise 30: the same local time and distance over every change of clock.


@given(schedules(), days)
def test_promise_30_slots_are_exactly_the_rhythm_apart_in_local_days(
    schedule: Schedule, start: date
) -> None:
    found = slots(schedule, start, 3 * 366 // schedule.every)
    first = max(schedule.anchor, start)
    first += timedelta(days=(schedule.anchor - first).days % schedule.every)
    for step, slot in enumerate(found):
        planned = datetime.combine(first + step * schedule.every * DAY, schedule.at)
        if instants_of(planned, schedule.zone):
            assert in_zone(slot, schedule) == planned
        else:
            assert timedelta() < in_zone(slot, schedule) - planned <= HOUR


@given(schedules(), days)
def test_promise_30_slots_strictly_increase(schedule: Schedule, start: date) -> None:
    three_years = slots(schedule, start, 3 * 366 // schedule.every)
    assert all(before < after for before, after in pairwise(three_years))


@given(schedules(), moments)
def test_promise_30_walking_from_slot_to_slot_skips_and_repeats_none(
    schedule: Schedule, start: datetime
) -> None:
    count = 3 * 366 // schedule.every
    day_before = local_date(schedule.zone, start) - DAY
    expected = [slot for slot in slots(schedule, day_before, count + 2) if slot > start]
    walked, now = [], start
    for _ in range(count):
        now = next_slot(schedule, now)
        walked.append(now)
    assert walked == expected[:count]


@pytest.mark.parametrize(
    ("rhythm", "numbers"),
    [
        (Rhythm.WEEKLY, {52, 53}),
        (Rhythm.FORTNIGHTLY, {26, 27}),
        (Rhythm.FOUR_WEEKLY, {13, 14}),
    ],
)
@given(zone=st.sampled_from(ZONES), anchor=days, time_of_day=times)
def test_promise_30_a_year_has_26_or_27_fortnights(
    rhythm: Rhythm, numbers: set[int], zone: str, anchor: date, time_of_day: time
) -> None:
    schedule = Schedule(zone, anchor.weekday(), time_of_day, rhythm.days, anchor)
    start = instant(zone, anchor, time(0)) - HOUR
    for year in range(3):
        begin, end = start + year * YEAR, start + (year + 1) * YEAR
        found = [s for s in slots(schedule, anchor, 4 * 53) if begin <= s < end]
        assert len(found) in numbers


def test_promise_30_vienna_keeps_five_o_clock_over_both_changes_in_2027() -> None:
    # Clocks go forward on 28 March and back on 31 October 2027.
    found = slots(fortnightly(), date(2027, 3, 14), 18)
    assert [slot.isoformat() for slot in (found[0], found[1], found[-2], found[-1])] == [
        "2027-03-14T16:00:00+00:00",
        "2027-03-28T15:00:00+00:00",
        "2027-10-24T15:00:00+00:00",
        "2027-11-07T16:00:00+00:00",
    ]


def test_promise_30_kathmandu_counts_in_quarters_of_an_hour() -> None:
    schedule = fortnightly(zone="Asia/Kathmandu")
    assert slots(schedule, SUNDAY, 1) == [datetime(2026, 11, 22, 11, 15, tzinfo=UTC)]


def test_promise_30_casablanca_keeps_its_time_through_ramadan() -> None:
    # In 2025 the clocks went back on 23 February and forward on 6 April.
    schedule = fortnightly(zone="Africa/Casablanca", anchor=date(2025, 2, 16))
    assert [slot.hour for slot in slots(schedule, date(2025, 2, 16), 5)] == [16, 17, 17, 17, 16]


# Promise 31: a time in the gap comes once, after it; a doubled time once, the first.


@pytest.mark.parametrize(
    ("zone", "day", "wall", "expected"),
    [
        # gaps: an hour, an hour around Ramadan, half an hour, and over midnight
        (VIENNA, date(2026, 3, 29), time(2, 30), "2026-03-29T01:30:00+00:00"),
        ("Europe/Zurich", date(2026, 3, 29), time(2), "2026-03-29T01:00:00+00:00"),
        ("Africa/Casablanca", date(2025, 4, 6), time(2, 30), "2025-04-06T02:30:00+00:00"),
        ("Australia/Lord_Howe", date(2025, 10, 5), time(2, 15), "2025-10-04T15:45:00+00:00"),
        ("America/Nuuk", date(2025, 3, 29), time(23, 30), "2025-03-30T01:30:00+00:00"),
        # folds: always the first occurrence
        (VIENNA, date(2026, 10, 25), time(2, 30), "2026-10-25T00:30:00+00:00"),
        (VIENNA, date(2026, 10, 25), time(2, 30, fold=1), "2026-10-25T00:30:00+00:00"),
        ("Africa/Casablanca", date(2025, 2, 23), time(2, 30), "2025-02-23T01:30:00+00:00"),
        ("Australia/Lord_Howe", date(2025, 4, 6), time(1, 45), "2025-04-05T14:45:00+00:00"),
        # a day that Samoa left out: 29 December 2011 was followed by the 31st
        ("Pacific/Apia", date(2011, 12, 30), time(17), "2011-12-31T03:00:00+00:00"),
    ],
)
def test_promise_31_a_time_that_is_missing_or_doubled_comes_once(
    zone: str, day: date, wall: time, expected: str
) -> None:
    schedule = Schedule(zone, day.weekday(), wall, 14, day - 14 * DAY)
    (slot,) = slots(schedule, day, 1)
    assert slot.isoformat() == expected
    assert next_slot(schedule, slot - timedelta(seconds=1)) == slot
    following = next_slot(schedule, slot)
    assert in_zone(following, schedule).date() == day + 14 * DAY
    assert following == next_slot(schedule, slot, last=local_date(zone, slot))


def test_promise_31_half_past_two_becomes_half_past_three_in_the_gap() -> None:
    schedule = fortnightly(time(2, 30), anchor=date(2026, 3, 29))
    (slot,) = slots(schedule, schedule.anchor, 1)
    assert in_zone(slot, schedule) == datetime(2026, 3, 29, 3, 30)  # noqa: DTZ001 - wall time


@given(st.sampled_from(ZONES), days, times)
def test_promise_31_a_doubled_time_means_the_first_occurrence(
    zone: str, day: date, wall: time
) -> None:
    existing = instants_of(datetime.combine(day, wall), zone)
    assert not existing or instant(zone, day, wall) == existing[0]


def test_promise_31_a_slot_on_a_skipped_day_is_not_lost_on_the_next() -> None:
    schedule = fortnightly(zone="Pacific/Apia", anchor=date(2011, 12, 16))
    morning_after = at("2011-12-31 09:00", "Pacific/Apia")
    assert next_slot(schedule, morning_after) == at("2011-12-31 17:00", "Pacific/Apia")


# Promise 32: after a downtime one catch-up in waking hours, or the next slot.


@pytest.mark.parametrize(
    ("now", "decision"),
    [
        # in time, a full queue, an hour late, into the night
        ("2026-11-22 17:00", Decision(send=True, due=at("2026-12-06 17:00"))),
        ("2026-11-22 17:14", Decision(send=True, due=at("2026-12-06 17:00"))),
        ("2026-11-22 18:00", Decision(send=True, due=at("2026-12-06 17:00"))),
        ("2026-11-22 20:59", Decision(send=True, due=at("2026-12-06 17:00"))),
        ("2026-11-22 21:00", Decision(send=False, due=at("2026-11-23 08:00"))),
        ("2026-11-23 02:00", Decision(send=False, due=at("2026-11-23 08:00"))),
        ("2026-11-23 08:00", Decision(send=True, due=at("2026-12-06 17:00"))),
        # three days; a week is the last day on which the next one is far enough
        ("2026-11-25 12:00", Decision(send=True, due=at("2026-12-06 17:00"))),
        ("2026-11-29 20:00", Decision(send=True, due=at("2026-12-06 17:00"))),
        ("2026-11-29 22:00", Decision(send=False, due=at("2026-12-06 17:00"))),
        ("2026-12-01 12:00", Decision(send=False, due=at("2026-12-06 17:00"))),
        # four weeks to the minute, five weeks, and a slot missed an hour ago after five months
        ("2026-12-20 17:00", Decision(send=True, due=at("2027-01-03 17:00"))),
        ("2026-12-27 12:00", Decision(send=True, due=at("2027-01-03 17:00"))),
        ("2026-12-28 12:00", Decision(send=False, due=at("2027-01-03 17:00"))),
        ("2027-04-11 18:00", Decision(send=True, due=at("2027-04-25 17:00"))),
        # not yet
        ("2026-11-22 16:59", Decision(send=False, due=at("2026-11-22 17:00"))),
    ],
)
def test_promise_32_a_missed_nudge_is_made_up_for_once_or_waits_for_the_next(
    now: str, decision: Decision
) -> None:
    last = date(2026, 11, 8)
    assert catch_up(fortnightly(), at("2026-11-22 17:00"), at(now), last) == decision


@pytest.mark.parametrize("wall", [time(5), time(22), time(23, 59), time(0)])
def test_promise_32_quiet_hours_never_move_a_time_that_the_person_chose(wall: time) -> None:
    schedule = fortnightly(wall)
    due = next_slot(schedule, at("2026-11-01 12:00"))
    assert in_zone(due, schedule).time() == wall
    assert catch_up(schedule, due, due + ON_TIME).send


def test_promise_32_a_chosen_night_time_missed_for_long_is_made_up_for_by_day() -> None:
    schedule = fortnightly(time(22))
    decision = catch_up(schedule, at("2026-11-22 22:00"), at("2026-11-22 22:16"))
    assert decision == Decision(send=False, due=at("2026-11-23 08:00"))


def test_promise_32_back_at_the_minute_of_a_later_night_slot_it_is_in_time() -> None:
    schedule = fortnightly(time(22))
    decision = catch_up(schedule, at("2026-11-22 22:00"), at("2026-12-20 22:01"))
    assert decision == Decision(send=True, due=at("2027-01-03 22:00"))


@given(schedules(), moments, st.lists(durations, max_size=12), st.data())
def test_promise_32_downtimes_bring_neither_bursts_nor_nudges_at_night(
    schedule: Schedule, start: datetime, lengths: list[timedelta], data: st.DataObject
) -> None:
    outages = [
        (down, down + length)
        for length in lengths
        for down in [start + data.draw(st.timedeltas(timedelta(), 2 * YEAR))]
    ]
    sent = nudges_around(schedule, start, start + 3 * YEAR, outages)
    dates = [local_date(schedule.zone, moment) for moment in sent]
    for before, after in pairwise(dates):
        # A slot after a gap over midnight is a day later than planned, once.
        assert after >= rested(before, schedule.every) - (schedule.at.hour == 23) * DAY
    planned = set(slots(schedule, local_date(schedule.zone, start) - DAY, 1200 // schedule.every))
    for moment in sent:
        in_time = any(moment - ON_TIME <= slot <= moment for slot in planned)
        assert in_time or not quiet(in_zone(moment, schedule).time())


@given(schedules(), moments, durations)
def test_promise_32_one_downtime_costs_or_adds_nothing_beyond_itself(
    schedule: Schedule, down: datetime, length: timedelta
) -> None:
    start, end = down - YEAR, down + YEAR
    planned = nudges_around(schedule, start, end, [])
    sent = nudges_around(schedule, start, end, [(down, down + length)])
    missed = [slot for slot in planned if down <= slot < down + length]
    extra = [moment for moment in sent if moment not in planned]
    assert len(extra) <= min(1, len(missed))
    assert set(planned) - set(sent) <= set(missed)


@given(schedules(), moments)
def test_promise_32_a_snooze_comes_tomorrow_and_never_at_night(
    schedule: Schedule, now: datetime
) -> None:
    due = snoozed(schedule, now)
    assert not quiet(in_zone(due, schedule).time())
    today = local_date(schedule.zone, now)
    # A late evening time waits for the end of the night that follows it.
    assert local_date(schedule.zone, due) - today in (DAY, 2 * DAY)


@pytest.mark.parametrize(
    ("wall", "due"),
    [
        (time(17), "2026-11-23 17:00"),
        (time(8), "2026-11-23 08:00"),
        (time(6), "2026-11-23 08:00"),
        (time(20, 59), "2026-11-23 20:59"),
        (time(21), "2026-11-24 08:00"),
    ],
)
def test_promise_32_a_snooze_keeps_the_time_of_day_unless_it_is_quiet(wall: time, due: str) -> None:
    assert snoozed(fortnightly(wall), at("2026-11-22 19:30")) == at(due)


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        (time(7, 59, 59), True),
        (time(8), False),
        (time(20, 59, 59), False),
        (time(21), True),
        (time(0), True),
    ],
)
def test_promise_32_quiet_hours_are_21_to_8(local: time, *, expected: bool) -> None:
    assert quiet(local) is expected


@given(st.sampled_from(ZONES), moments)
def test_promise_32_the_night_ends_at_eight_at_the_latest(zone: str, moment: datetime) -> None:
    awoken = awake(zone, moment)
    assert timedelta() <= awoken - moment <= 12 * HOUR
    assert not quiet(awoken.astimezone(ZoneInfo(zone)).time())
    assert awake(zone, awoken) == awoken


# Promise 33: clocks that jump.


@given(schedules(), moments, st.lists(st.timedeltas(-3 * DAY, 9 * DAY), max_size=200))
def test_promise_33_no_jump_of_the_clock_repeats_a_nudge(
    schedule: Schedule, start: datetime, jumps: list[timedelta]
) -> None:
    clock = [start]
    for jump in jumps:
        clock.append(clock[-1] + jump)
    sent, _ = nudges(schedule, clock, next_slot(schedule, start))
    dates = [local_date(schedule.zone, moment) for moment in sent]
    for before, after in pairwise(dates):
        assert after >= rested(before, schedule.every) - (schedule.at.hour == 23) * DAY


@given(
    st.sampled_from(ZONES),
    days,
    st.integers(0, 23),
    st.sampled_from(Rhythm),
    st.integers(0, 60 * 24),
    st.integers(1, 72),
    st.sampled_from([-HOUR, HOUR, DAY, timedelta(seconds=-1), timedelta(seconds=1)]),
)
def test_promise_33_one_jump_loses_at_most_one_slot(
    zone: str,
    anchor: date,
    hour: int,
    rhythm: Rhythm,
    jumps_after: int,
    lasts: int,
    jump: timedelta,
) -> None:
    schedule = Schedule(zone, anchor.weekday(), time(hour), rhythm.days, anchor)
    begin = instant(zone, anchor, time(0)) - HOUR
    hours = range(24 * 90)
    clock = [
        begin + hour * HOUR + (jump if jumps_after <= hour < jumps_after + lasts else timedelta())
        for hour in hours
    ]
    due = next_slot(schedule, begin)
    sent, _ = nudges(schedule, clock, due)
    expected = [slot for slot in slots(schedule, anchor, 20) if slot <= clock[-1]]
    assert len(expected) - 1 <= len(sent) <= len(expected)


@given(schedules(), moments, days)
def test_promise_33_no_slot_lies_on_or_before_the_last_nudge(
    schedule: Schedule, after: datetime, last: date
) -> None:
    slot = next_slot(schedule, after, last)
    assert slot > after
    assert local_date(schedule.zone, slot) > last
    assert local_date(schedule.zone, snoozed(schedule, after, last)) > last
    decision = catch_up(schedule, after, after, last)
    assert local_date(schedule.zone, decision.due) > last
    assert not (decision.send and local_date(schedule.zone, after) <= last)


def test_promise_33_a_second_claim_of_the_same_day_sends_nothing() -> None:
    due = at("2026-11-22 17:00")
    assert catch_up(fortnightly(), due, due, last=SUNDAY) == Decision(
        send=False, due=at("2026-12-06 17:00")
    )


def test_promise_33_a_clock_that_was_set_back_waits_for_the_due_date() -> None:
    due = at("2026-12-06 17:00")
    assert catch_up(fortnightly(), due, at("2026-11-22 16:30"), last=SUNDAY) == Decision(
        send=False, due=due
    )


def test_promise_33_in_the_doubled_hour_instants_are_compared_not_clocks() -> None:
    vienna = ZoneInfo(VIENNA)
    due = datetime(2026, 10, 25, 2, 50, tzinfo=vienna)
    ten_minutes_after = datetime(2026, 10, 25, 2, 0, fold=1, tzinfo=vienna)
    schedule = fortnightly(time(2, 50), anchor=date(2026, 10, 25))
    assert catch_up(schedule, due, ten_minutes_after).send


# Promise 35: changes of the schedule.


@given(schedules(), moments, days)
def test_promise_35_no_slot_is_earlier_than_half_the_rhythm_after_the_last(
    schedule: Schedule, after: datetime, last: date
) -> None:
    slot = next_slot(schedule, after, last)
    assert (local_date(schedule.zone, slot) - last).days * 2 >= schedule.every


@given(
    st.sampled_from(ZONES),
    st.integers(0, 6),
    times,
    st.sampled_from(Rhythm),
    moments,
    st.none() | st.integers(0, 40),
)
def test_promise_35_a_changed_schedule_begins_with_the_earliest_slot_allowed(
    zone: str, weekday: int, wall: time, rhythm: Rhythm, after: datetime, ago: int | None
) -> None:
    today = local_date(zone, after)
    last = None if ago is None else today - timedelta(days=ago)
    schedule = anchored(zone, weekday, wall, rhythm.days, after, last)
    first = next_slot(schedule, after, last)
    assert first == instant(zone, schedule.anchor, wall)
    assert schedule.anchor.weekday() == weekday
    if last is not None:
        assert (schedule.anchor - last).days * 2 >= rhythm.days
    week_before = schedule.anchor - timedelta(days=7)
    assert instant(zone, week_before, wall) <= after or (
        last is not None and (week_before - last).days * 2 < rhythm.days
    )


@pytest.mark.parametrize(
    ("weekday", "rhythm", "first"),
    [
        # the last nudge was on Sunday, 22 November; the change is made on Monday at noon
        (6, Rhythm.FORTNIGHTLY, date(2026, 11, 29)),
        (5, Rhythm.FORTNIGHTLY, date(2026, 12, 5)),
        (2, Rhythm.WEEKLY, date(2026, 12, 2)),
        (3, Rhythm.WEEKLY, date(2026, 11, 26)),
        (6, Rhythm.FOUR_WEEKLY, date(2026, 12, 6)),
    ],
)
def test_promise_35_half_the_rhythm_is_kept_free(weekday: int, rhythm: Rhythm, first: date) -> None:
    now = at("2026-11-23 12:00")
    assert anchored(VIENNA, weekday, time(17), rhythm.days, now, SUNDAY).anchor == first


def test_promise_35_a_snooze_is_exempt_and_the_next_slot_follows_the_rule() -> None:
    saturday = at("2026-11-28 17:20")
    due = snoozed(weekly(), saturday - DAY, last=date(2026, 11, 27))
    assert due == at("2026-11-28 17:00")
    decision = catch_up(weekly(), due, due, last=date(2026, 11, 27))
    assert decision == Decision(send=True, due=at("2026-12-06 17:00"))


def test_promise_35_the_zone_of_a_traveller_moves_the_next_slot() -> None:
    last = SUNDAY
    lisbon = anchored("Europe/Lisbon", 6, time(17), 14, at("2026-11-30 12:00"), last)
    assert next_slot(lisbon, at("2026-11-30 12:00"), last) == at("2026-12-06 18:00")


# Promise 36: new zone rules.


@given(schedules(), moments, st.sampled_from([-HOUR, HOUR, HOUR / 2, -2 * HOUR, timedelta()]))
def test_promise_36_new_zone_rules_move_a_stored_slot_to_its_local_time(
    schedule: Schedule, after: datetime, moved_by: timedelta
) -> None:
    slot = next_slot(schedule, after)
    assert recomputed(schedule, slot + moved_by) == slot


@given(schedules(at=waking_times), moments)
def test_promise_36_new_zone_rules_leave_a_snooze_alone(
    schedule: Schedule, after: datetime
) -> None:
    slot = next_slot(schedule, after)
    due = snoozed(schedule, slot)
    assert recomputed(schedule, due) == due


# The rest of the contract.


def test_it_suggests_sunday_five_o_clock_in_vienna_every_second_week() -> None:
    schedule = anchored(
        SUGGESTED_ZONE,
        SUGGESTED_WEEKDAY,
        SUGGESTED_AT,
        SUGGESTED_RHYTHM.days,
        at("2026-11-18 10:12"),
        last=date(2026, 11, 18),
    )
    assert slots(schedule, schedule.anchor, 2) == [at("2026-11-29 17:00"), at("2026-12-13 17:00")]


def test_rhythms_are_the_options_of_the_question() -> None:
    assert {rhythm.value: rhythm.days for rhythm in Rhythm} == {
        "weekly": 7,
        "fortnightly": 14,
        "four_weekly": 28,
    }


def test_upcoming_begins_with_the_first_such_weekday_on_or_after_the_start() -> None:
    on_it = upcoming(VIENNA, 6, time(17), 14, date(2026, 11, 22), 60)
    after_it = upcoming(VIENNA, 6, time(17), 14, date(2026, 11, 16), 60)
    assert on_it == after_it
    assert len(on_it) == 60
    assert on_it[:2] == [at("2026-11-22 17:00"), at("2026-12-06 17:00")]
    assert upcoming(VIENNA, 0, time(9), 10, date(2026, 11, 22), 2) == [
        at("2026-11-23 09:00"),
        at("2026-12-03 09:00"),
    ]
    assert upcoming(VIENNA, 6, time(17), 14, date(2026, 11, 22), 0) == []


@pytest.mark.parametrize(
    ("zone", "weekday", "wall", "every"),
    [
        ("europe/vienna", 6, time(17), 14),
        ("../../etc/passwd", 6, time(17), 14),
        (VIENNA, 5, time(17), 14),
        (VIENNA, 6, time(17, tzinfo=UTC), 14),
        (VIENNA, 6, time(17), 0),
        (VIENNA, 6, time(17), -14),
    ],
)
def test_parts_that_make_no_schedule_are_refused(
    zone: str, weekday: int, wall: time, every: int
) -> None:
    with pytest.raises(ValueError, match="a schedule"):
        Schedule(zone, weekday, wall, every, SUNDAY)


def test_a_moment_without_a_zone_is_refused() -> None:
    naive = datetime(2026, 11, 22, 17)  # noqa: DTZ001 - the point of the test
    with pytest.raises(ValueError, match="needs a zone"):
        next_slot(fortnightly(), naive)
    with pytest.raises(ValueError, match="needs a zone"):
        catch_up(fortnightly(), naive, naive)
    with pytest.raises(ValueError, match="needs a zone"):
        snoozed(fortnightly(), naive)
