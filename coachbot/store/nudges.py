"""Nudges: what was brought to whom on which local date.

The clock brings at most one a person and date: its number is 0. Those that somebody asked for
count on from there.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert

from coachbot.flow.answers import Key
from coachbot.reflection.nudges import Kind, Past
from coachbot.store.identity import new_id
from coachbot.store.people import Person
from coachbot.store.sealing import KeyRing
from coachbot.store.tables import answers, definitions, nudges
from coachbot.store.types import Sealed

TABLE: Final = "nudges"


@dataclass(frozen=True, slots=True)
class Brought:
    """What a nudge brought; `is_put` says whether its one thing really came."""

    kind: str
    key: Key | None = None
    task: str = ""
    because: str = ""
    is_put: bool = False


def add(
    connection: Connection,
    ring: KeyRing,
    person: Person,
    definition_id: int,
    on: date,
    brought: Brought,
    now: datetime,
    *,
    is_asked_for: bool = False,
) -> bool:
    """Note a nudge; returns False for one of the clock's when that date has had its own."""
    id_ = new_id(now)
    number = _further(connection, person, on) if is_asked_for else 0
    added = connection.scalar(
        insert(nudges)
        .values(
            id=id_,
            person_id=person.id,
            definition_id=definition_id,
            local_date=on,
            number=number,
            content=_sealed(ring, id_, person.id, brought),
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=["person_id", "local_date", "number"])
        .returning(nudges.c.id)
    )
    return added is not None


def put(connection: Connection, ring: KeyRing, person: Person, definition_id: int) -> None:
    """Note that the one thing of the last nudge came."""
    row = connection.execute(_newest(person, definition_id)).one_or_none()
    if row is None:
        return
    data = ring.open(row.content, TABLE, row.id, person.id) | {"is_put": True}
    sealed = ring.seal(data, TABLE, row.id, person.id)
    connection.execute(update(nudges).where(nudges.c.id == row.id).values(content=sealed))


def heard(connection: Connection, person: Person, now: datetime) -> None:
    """Note that the person has said something to what was brought last."""
    newest = select(func.max(nudges.c.local_date)).where(nudges.c.person_id == person.id)
    connection.execute(
        update(nudges)
        .where(
            nudges.c.person_id == person.id,
            nudges.c.local_date == newest.scalar_subquery(),
            nudges.c.answered_at.is_(None),
        )
        .values(answered_at=now)
    )


def past(connection: Connection, ring: KeyRing, person: Person, definition_id: int) -> list[Past]:
    """Return what was really put to a definition, the oldest first."""
    return [
        Past(Kind(data["kind"]), row.local_date, _key(data["key"]), data["task"])
        for row, data in _opened(connection, ring, person)
        if row.definition_id == definition_id and data["is_put"]
    ]


def exported(connection: Connection, ring: KeyRing, person: Person) -> list[dict[str, Any]]:
    """Return everything about a person's nudges as plain JSON data."""
    return [
        {
            "local_date": row.local_date.isoformat(),
            "number": row.number,
            "created_at": row.created_at.isoformat(),
            "answered_at": row.answered_at and row.answered_at.isoformat(),
            **data,
        }
        for row, data in _opened(connection, ring, person)
    ]


def rested_longest(connection: Connection, person: Person) -> int | None:
    """Return the definition that was neither changed nor brought for longest.

    None when none has an answer yet.
    """
    has_answers = exists().where(answers.c.definition_id == definitions.c.id, answers.c.current)
    brought = (
        select(nudges.c.definition_id, func.max(nudges.c.created_at).label("at"))
        .where(nudges.c.person_id == person.id)
        .group_by(nudges.c.definition_id)
        .subquery()
    )
    rows = connection.execute(
        select(definitions.c.id, definitions.c.changed_at, brought.c.at)
        .outerjoin(brought, brought.c.definition_id == definitions.c.id)
        .where(definitions.c.person_id == person.id, has_answers)
        .order_by(definitions.c.id)
    ).all()
    touched = {row.id: max(filter(None, (row.changed_at, row.at))) for row in rows}
    return min(touched, key=lambda id_: touched[id_], default=None)


def _further(connection: Connection, person: Person, on: date) -> int:
    last = connection.scalar(
        select(func.max(nudges.c.number)).where(
            nudges.c.person_id == person.id, nudges.c.local_date == on
        )
    )
    return (last or 0) + 1


def _newest(person: Person, definition_id: int) -> Any:  # noqa: ANN401  a statement
    return (
        select(nudges.c.id, nudges.c.content)
        .where(nudges.c.person_id == person.id, nudges.c.definition_id == definition_id)
        .order_by(nudges.c.local_date.desc(), nudges.c.number.desc())
        .limit(1)
    )


def _opened(connection: Connection, ring: KeyRing, person: Person) -> list[tuple[Any, Any]]:
    rows = connection.execute(
        select(nudges)
        .where(nudges.c.person_id == person.id)
        .order_by(nudges.c.local_date, nudges.c.number)
    ).all()
    return [(row, ring.open(row.content, TABLE, row.id, person.id)) for row in rows]


def _sealed(ring: KeyRing, id_: int, person_id: int, brought: Brought) -> Sealed:
    data = {
        "kind": brought.kind,
        "key": brought.key,
        "task": brought.task,
        "because": brought.because,
        "is_put": brought.is_put,
    }
    return ring.seal(data, TABLE, id_, person_id)


def _key(data: list[str] | None) -> Key | None:
    return Key(*data) if data else None
