"""Promises 30 to 35 with stored schedules and the real timekeeper: any zone, clock and downtime."""

import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from coachbot.coach import Coach
from coachbot.coach.coach import Reply
from coachbot.coach.timekeeping import Timekeeper
from coachbot.coach.turn import Office
from coachbot.flow.answers import Answers, Key
from coachbot.reflection.schedule import Schedule, anchored, next_slot, slots
from coachbot.store import people, schedules
from coachbot.store.database import Database, open_database
from coachbot.store.outbox import Parcel
from coachbot.store.people import Address, Person
from coachbot.store.schedules import Planned
from coachbot.store.sealing import KeyRing
from coachbot.store.tables import nudges, outbox
from coachbot.texts.answers_file import AnswersFile
from tests.conftest import NOW
from tests.factories import OPENING

ZONES = (
    *("Europe/Vienna", "Europe/Zurich", "Australia/Lord_Howe", "Asia/Kathmandu"),
    *("Pacific/Apia", "Africa/Casablanca"),
)
THREE_YEARS = timedelta(days=3 * 365 + 1)
CHANNEL = "test"
SUNDAY, FIVE = 6, time(17)
A_DAY = timedelta(days=1)


def carry(person: Person, reply: Reply) -> tuple[int, Sequence[Parcel]]:
    """Owe one message for whatever is said; what it says has tests of its own."""
    del person
    return 1, [Parcel("sendMessage", {"text": said.html}, "nudge") for said in reply.said]


class Somebody:
    """One person with a schedule, whose nudges are counted by their local dates."""

    def __init__(self, office: Office, database: Database, name: str = "anna") -> None:
        self.coach = Coach(office, database)
        self.keeper = Timekeeper(self.coach, CHANNEL, carry, room=1000)
        self.address = Address(CHANNEL, name)
        self.coach.seed(self.address, AnswersFile("de", Answers(OPENING)), NOW - 30 * A_DAY)
        with database.read() as connection:
            found = people.find(connection, self.address)
        assert found
        self.id = found.id

    def plans(self, schedule: Schedule, now: datetime) -> None:
        planned = Planned(self.id, schedule, due_at=next_slot(schedule, now))
        with self.coach.database.write() as connection:
            schedules.keep(connection, planned)

    def planned(self) -> Planned:
        with self.coach.database.read() as connection:
            told = schedules.find(connection, self.id)
        assert told
        return told

    def ticks(self, now: datetime) -> int:
        """Let the clock tick; the person says a word each time, so that the rhythm stays."""
        owed = self.keeper.tick(now).owed
        with self.coach.database.write() as connection:
            schedules.heard(connection, self.id)
            connection.execute(outbox.delete())
        return owed

    def dates(self) -> list[date]:
        with self.coach.database.read() as connection:
            found = connection.scalars(
                select(nudges.c.local_date)
                .where(nudges.c.person_id == self.id)
                .order_by(nudges.c.local_date)
            )
            return list(found)

    def follows(self, until: datetime) -> list[datetime]:
        """Tick whenever something is due; returns when a nudge went out."""
        sent: list[datetime] = []
        while (due := self.planned().due_at) is not None and due <= until:
            if self.ticks(due):
                sent.append(due)
        return sent


@pytest.fixture(scope="module")
def office(flow: object, library: object, ring: KeyRing) -> Office:
    return Office(flow, library, ring)  # type: ignore[arg-type]


@pytest.fixture
def anna(office: Office, database: Database) -> Somebody:
    return Somebody(office, database)


@contextmanager
def on_a_copy(migrated: Path, office: Office) -> Iterator[Somebody]:
    """Yield somebody on an empty SQLite database of their own: quick enough for many examples."""
    with TemporaryDirectory() as folder:
        path = shutil.copy(migrated, Path(folder) / "copy.sqlite3")
        database = open_database(f"sqlite:///{path}")
        yield Somebody(office, database)
        database.close()


def planned_for(zone: str, weekday: int, at: time, every: int, now: datetime) -> Schedule:
    return anchored(zone, weekday, at, every, now)


def locals_of(sent: list[datetime], zone: str) -> list[datetime]:
    return [moment.astimezone(ZoneInfo(zone)) for moment in sent]


MANY = settings(
    max_examples=10,
    suppress_health_check=list(HealthCheck),
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)


@pytest.mark.parametrize("zone", ZONES)
def test_promise_30_the_local_time_stays_the_same_for_three_years(
    migrated: Path, office: Office, zone: str
) -> None:
    with on_a_copy(migrated, office) as anna:
        anna.plans(planned_for(zone, SUNDAY, FIVE, 14, NOW), NOW)
        sent = locals_of(anna.follows(NOW + THREE_YEARS), zone)
        assert {moment.time() for moment in sent} == {FIVE}
        days = [moment.date() for moment in sent]
        assert {later - earlier for earlier, later in pairwise(days)} == {timedelta(days=14)}
        assert anna.dates() == days
        for year in (2027, 2028):
            assert sum(day.year == year for day in days) in (26, 27)


def test_promise_30_on_both_databases(anna: Somebody) -> None:
    anna.plans(planned_for("Australia/Lord_Howe", SUNDAY, FIVE, 14, NOW), NOW)
    sent = locals_of(anna.follows(NOW + timedelta(days=366)), "Australia/Lord_Howe")
    assert {moment.time() for moment in sent} == {FIVE}
    assert len(sent) in (26, 27)


@pytest.mark.parametrize(
    ("zone", "start", "at", "first"),
    [
        ("Europe/Vienna", "2027-03-27", time(2, 30), "2027-03-28T01:30:00+00:00"),
        ("Europe/Vienna", "2027-10-30", time(2, 30), "2027-10-31T00:30:00+00:00"),
        ("Australia/Lord_Howe", "2027-10-02", time(2, 15), "2027-10-02T15:45:00+00:00"),
        ("Australia/Lord_Howe", "2027-04-03", time(1, 45), "2027-04-03T14:45:00+00:00"),
    ],
)
def test_promise_31_a_time_in_the_gap_or_twice_comes_once(
    migrated: Path, office: Office, zone: str, start: str, at: time, first: str
) -> None:
    now = datetime.fromisoformat(start).replace(tzinfo=UTC) - A_DAY
    with on_a_copy(migrated, office) as anna:
        anna.plans(planned_for(zone, SUNDAY, at, 14, now), now)
        wanted = datetime.fromisoformat(first)
        every_ten_minutes = [now + n * timedelta(minutes=10) for n in range(6 * 72)]
        sent = [moment for moment in every_ten_minutes if anna.ticks(moment)]
        assert len(sent) == 1
        assert wanted <= sent[0] < wanted + timedelta(minutes=10)


@MANY
@given(
    zone=st.sampled_from(ZONES),
    weekday=st.integers(0, 6),
    hour=st.integers(0, 23),
    every=st.sampled_from([7, 14, 28]),
    down=st.timedeltas(timedelta(minutes=16), timedelta(days=35)),
    nth=st.integers(0, 8),
)
def test_promise_32_after_a_downtime_there_is_one_in_waking_hours_or_the_next_slot(
    migrated: Path,
    office: Office,
    zone: str,
    weekday: int,
    hour: int,
    every: int,
    down: timedelta,
    nth: int,
) -> None:
    with on_a_copy(migrated, office) as anna:
        schedule = planned_for(zone, weekday, time(hour), every, NOW)
        anna.plans(schedule, NOW)
        for _ in range(nth):
            anna.follows(anna.planned().due_at or NOW)
        missed = anna.planned().due_at
        assert missed
        back = missed + down
        before = anna.dates()
        sent = [back + n * timedelta(hours=1) for n in range(24 * every)]
        came = [moment for moment in sent if anna.ticks(moment)]
        days = anna.dates()[len(before) :]
        assert len(days) == len(came) >= 1
        assert len(set(days)) == len(days)
        gaps = [later - earlier for earlier, later in pairwise(days)]
        assert all(gap >= timedelta(days=(every + 1) // 2) for gap in gaps), "no burst"
        local = came[0].astimezone(ZoneInfo(zone))
        slot = next_slot(schedule, came[0] - timedelta(hours=1))
        assert 8 <= local.hour < 21 or slot <= came[0]


@MANY
@given(
    jumps=st.lists(st.sampled_from((-60, 24 * 60, -1, 0, 7)), min_size=8, max_size=12),
    zone=st.sampled_from(ZONES),
)
def test_promise_33_a_clock_that_jumps_doubles_nothing_and_loses_one_slot_at_most(
    migrated: Path, office: Office, jumps: list[int], zone: str
) -> None:
    """Around every slot the clock goes astray by so many minutes, and comes back."""
    with on_a_copy(migrated, office) as anna:
        schedule = planned_for(zone, SUNDAY, FIVE, 14, NOW)
        anna.plans(schedule, NOW)
        for slot, jump in zip(slots(schedule, NOW.date(), len(jumps)), jumps, strict=True):
            astray = timedelta(minutes=jump)
            for moment in (slot - timedelta(minutes=30), slot, slot + timedelta(hours=2)):
                anna.ticks(moment + astray)
                anna.ticks(moment)
        days = anna.dates()
        gaps = {later - earlier for earlier, later in pairwise(days)}
        assert len(days) >= len(jumps) - 1
        assert all(timedelta(days=13) <= gap <= timedelta(days=29) for gap in gaps)


def test_promise_33_a_clock_set_back_over_the_slot_repeats_nothing(anna: Somebody) -> None:
    anna.plans(planned_for("Europe/Vienna", SUNDAY, FIVE, 14, NOW), NOW)
    due = anna.planned().due_at
    assert due
    moments = (due, due - timedelta(hours=1), due, due + timedelta(minutes=1))
    assert [anna.ticks(moment) for moment in moments] == [1, 0, 0, 0]
    assert len(anna.dates()) == 1


def test_promise_34_two_that_claim_at_once_bring_one(office: Office, database: Database) -> None:
    """Threads with connections of their own meet as processes do, slot after slot."""
    everybody = [Somebody(office, database, f"person {n}") for n in range(12)]
    schedule = planned_for("Europe/Vienna", SUNDAY, FIVE, 14, NOW)
    for one in everybody:
        one.plans(schedule, NOW)
    keepers = [Timekeeper(everybody[0].coach, CHANNEL, carry, room=1000) for _ in range(3)]
    slots = [next_slot(schedule, NOW + n * timedelta(days=14)) for n in range(2)]
    with ThreadPoolExecutor(3) as pool:
        for slot in slots:
            ticked = [pool.submit(keeper.tick, slot) for keeper in keepers]
            owed = sum(one.result().owed for one in ticked)
            while more := everybody[0].keeper.tick(slot).owed:
                owed += more
            assert owed == len(everybody)
    assert {tuple(one.dates()) for one in everybody} == {
        tuple(slot.astimezone(ZoneInfo("Europe/Vienna")).date() for slot in slots)
    }


def test_promise_34_a_claim_dies_with_its_transaction(anna: Somebody) -> None:
    anna.plans(planned_for("Europe/Vienna", SUNDAY, FIVE, 14, NOW), NOW)
    due = anna.planned().due_at
    assert due

    def killed(person: Person, reply: Reply) -> tuple[int, Sequence[Parcel]]:
        del person, reply
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        replace(anna.keeper, carry=killed).tick(due)
    assert anna.planned().due_at == due
    assert anna.dates() == []
    assert anna.ticks(due) == 1


def test_one_that_fails_holds_up_nobody_and_comes_again(office: Office, database: Database) -> None:
    anna, bert = Somebody(office, database, "anna"), Somebody(office, database, "bert")
    schedule = planned_for("Europe/Vienna", SUNDAY, FIVE, 14, NOW)
    for one in (anna, bert):
        one.plans(schedule, NOW)
    due = anna.planned().due_at
    assert due

    def picky(person: Person, reply: Reply) -> tuple[int, Sequence[Parcel]]:
        if person.id == anna.id:
            raise RuntimeError("a poisoned definition")
        return carry(person, reply)

    ticked = replace(anna.keeper, carry=picky).tick(due)
    assert ticked.owed == 1
    assert len(ticked.alarms) == 1
    assert "poisoned" not in ticked.alarms[0]
    assert (len(anna.dates()), len(bert.dates())) == (0, 1)
    assert anna.planned().due_at == due + timedelta(hours=1)
    assert anna.ticks(due + timedelta(hours=1)) == 1


def test_no_more_is_claimed_than_the_outbox_has_room_for(
    office: Office, database: Database
) -> None:
    everybody = [Somebody(office, database, f"person {n}") for n in range(7)]
    schedule = planned_for("Europe/Vienna", SUNDAY, FIVE, 14, NOW)
    for one in everybody:
        one.plans(schedule, NOW)
    keeper = Timekeeper(everybody[0].coach, CHANNEL, carry, room=3)
    due = everybody[0].planned().due_at
    assert due
    assert [keeper.tick(due).owed for _ in range(2)] == [3, 0]
    with database.write() as connection:
        connection.execute(outbox.delete())
    assert keeper.tick(due).owed == 3
    assert keeper.tick(due).next_due == due, "more wait"


def test_promise_36_new_zone_rules_move_stored_due_dates(anna: Somebody) -> None:
    """The stored date is of older rules: an hour off, as after a change of summer time."""
    schedule = planned_for("Africa/Casablanca", SUNDAY, FIVE, 14, NOW)
    anna.plans(schedule, NOW)
    due = anna.planned().due_at
    assert due
    with anna.coach.database.write() as connection:
        schedules.keep(connection, anna.planned().with_(due_at=due + timedelta(hours=1)))
    last = anna.keeper.recompute(0)
    assert last == anna.id
    assert anna.keeper.recompute(last) is None
    assert anna.planned().due_at == due


def test_a_tick_with_nothing_due_reads_one_row(anna: Somebody) -> None:
    anna.plans(planned_for("Europe/Vienna", SUNDAY, FIVE, 14, NOW), NOW)
    ticked = anna.keeper.tick(NOW)
    assert ticked.owed == 0
    assert ticked.next_due == anna.planned().due_at
    assert Key("nudge.schedule") not in OPENING
