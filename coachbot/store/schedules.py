"""Schedules: when each person is met again. The table is the queue: what is due is claimed here.

One indexed query finds what is due. A claim locks the person, as a turn does, so that no nudge
comes into the middle of an answer; on PostgreSQL a person who is busy is passed over until the
next tick, on SQLite there is one writer at a time anyway.
"""

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any, Final, Self

from sqlalchemy import Connection, Row, Select, func, select, update
from sqlalchemy.dialects.postgresql import insert

from coachbot.reflection.schedule import Schedule
from coachbot.store.tables import people, schedules

CLOCK: Final = "%H:%M"


class Standing(StrEnum):
    """Whether the coach comes by itself.

    PAUSED ends at its due date, or, without one, when the person writes again. SILENT means that
    nobody has answered for long: the coach waits for a word. STOPPED is the person's last word.
    """

    ACTIVE = "active"
    PAUSED = "paused"
    SILENT = "silent"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Planned:
    """A person's schedule as it is stored.

    `unanswered` counts the nudges since the last word; `last_on` is the local date of the last
    one that was sent; `due_at` is the next one in UTC, None while none is to come.
    """

    person_id: int
    schedule: Schedule
    standing: Standing = Standing.ACTIVE
    unanswered: int = 0
    last_on: date | None = None
    due_at: datetime | None = None

    @property
    def zone(self) -> str:
        return self.schedule.zone

    @property
    def is_waiting_for_a_word(self) -> bool:
        """Whether the person's next word should be met with the question to go on."""
        waits = self.standing in (Standing.PAUSED, Standing.SILENT)
        return waits and self.due_at is None

    def with_(self, **changed: Any) -> Self:  # noqa: ANN401  each field has its own type
        return replace(self, **changed)


def find(connection: Connection, person_id: int) -> Planned | None:
    row = connection.execute(
        select(schedules).where(schedules.c.person_id == person_id)
    ).one_or_none()
    return _planned(row) if row else None


def keep(connection: Connection, planned: Planned) -> None:
    """Store a person's schedule, new or changed."""
    values = _values(planned)
    statement = insert(schedules).values(person_id=planned.person_id, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["person_id"], set_=values))


def heard(connection: Connection, person_id: int) -> None:
    """Note that the person has said something since the last nudge."""
    connection.execute(
        update(schedules).where(schedules.c.person_id == person_id).values(unanswered=0)
    )


def next_due(connection: Connection, channel: str) -> datetime | None:
    """Return when the next nudge of a channel is due; one indexed query, however many wait."""
    first: datetime | None = connection.scalar(_in_order(channel).limit(1))
    return first


def due(
    connection: Connection, channel: str, now: datetime, most: int, *, locks: bool = True
) -> list[tuple[int, datetime]]:
    """Return (person, due date) of the longest due; `locks` their people against turns."""
    if most <= 0:
        return []
    statement = (
        _in_order(channel)
        .add_columns(schedules.c.person_id)
        .where(schedules.c.due_at <= now)
        .limit(most)
    )
    locked = statement.with_for_update(of=people, skip_locked=True) if locks else statement
    return [(row.person_id, row.due_at) for row in connection.execute(locked).all()]


def lock(connection: Connection, person_id: int) -> None:
    """Let a person be this transaction's alone; on SQLite it is the only writer anyway."""
    connection.execute(select(people.c.id).where(people.c.id == person_id).with_for_update())


def claim(connection: Connection, person_id: int, seen: datetime, due: datetime | None) -> bool:
    """Move a due date on, if it is still the one that was seen; returns whether it was."""
    moved = connection.execute(
        update(schedules)
        .where(schedules.c.person_id == person_id, schedules.c.due_at == seen)
        .values(due_at=due)
    )
    return moved.rowcount == 1


def after(connection: Connection, person_id: int, most: int) -> list[Planned]:
    """Return schedules with a due date in the order of their people, those after `person_id`."""
    rows = connection.execute(
        select(schedules)
        .where(schedules.c.person_id > person_id, schedules.c.due_at.is_not(None))
        .order_by(schedules.c.person_id)
        .limit(most)
    ).all()
    return [_planned(row) for row in rows]


def overdue(connection: Connection, now: datetime) -> int:
    """Return how many nudges are due and not yet sent."""
    counted = connection.scalar(
        select(func.count()).select_from(schedules).where(schedules.c.due_at <= now)
    )
    return counted or 0


def exported(planned: Planned) -> dict[str, Any]:
    """Return a schedule as plain JSON data."""
    told = {**asdict(planned.schedule), **_values(planned)}
    return {
        name: value.isoformat() if isinstance(value, date | time) else value
        for name, value in told.items()
    }


def _in_order(channel: str) -> Select[Any]:
    return (
        select(schedules.c.due_at)
        .join(people, people.c.id == schedules.c.person_id)
        .where(schedules.c.due_at.is_not(None), people.c.channel == channel)
        .order_by(schedules.c.due_at)
    )


def _values(planned: Planned) -> dict[str, Any]:
    schedule = planned.schedule
    return {
        "zone": schedule.zone,
        "at": schedule.at.strftime(CLOCK),
        "every": schedule.every,
        "anchor": schedule.anchor,
        "state": planned.standing.value,
        "unanswered": planned.unanswered,
        "last_on": planned.last_on,
        "due_at": planned.due_at,
    }


def _planned(row: Row[Any]) -> Planned:
    at = datetime.strptime(row.at, CLOCK).time()  # noqa: DTZ007  a local time of day
    return Planned(
        row.person_id,
        Schedule(row.zone, row.anchor.weekday(), at, row.every, row.anchor),
        Standing(row.state),
        row.unanswered,
        row.last_on,
        row.due_at,
    )
