"""What was put aside: updates that could not be read or handled, for an operator to look at."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, select, update

from coachbot.errors import StoreError
from coachbot.store.inbox import QUARANTINED, SETTLED, WAITING
from coachbot.store.sealing import KeyRing
from coachbot.store.tables import inbox
from coachbot.store.walking import NOBODY


@dataclass(frozen=True, slots=True)
class PutAside:
    """An update that was put aside, without what is in it."""

    id: int
    update_id: int
    chat: int | None
    attempts: int
    reason: str
    received_at: datetime


def all_of(connection: Connection) -> list[PutAside]:
    """Return what was put aside, the oldest first."""
    rows = connection.execute(
        select(inbox)
        .where(inbox.c.settled_at.is_(None), inbox.c.state == QUARANTINED)
        .order_by(inbox.c.id)
    )
    return [_put_aside(row) for row in rows]


def get(connection: Connection, id_: int) -> PutAside:
    """Return one of them; raises StoreError when there is none of this id."""
    row = connection.execute(select(inbox).where(_is(id_))).one_or_none()
    if row is None:
        raise _none(id_)
    return _put_aside(row)


def content(connection: Connection, ring: KeyRing, id_: int) -> Mapping[str, Any]:
    """Return the raw update: what somebody wrote, so look only when it is needed."""
    sealed = connection.scalar(select(inbox.c.payload).where(_is(id_)))
    if sealed is None:
        raise _none(id_)
    opened: Mapping[str, Any] = ring.open(sealed, "inbox", id_, NOBODY)
    return opened


def replay(connection: Connection, id_: int, now: datetime) -> None:
    """Let an update be handled once more, with as many attempts as a new one."""
    _change(connection, id_, state=WAITING, attempts=0, reason=None, due_at=now)


def drop(connection: Connection, id_: int, now: datetime) -> None:
    """Let go of an update and of what is in it; it is not handled when it is delivered again."""
    _change(connection, id_, state=SETTLED, payload=None, settled_at=now)


def _change(connection: Connection, id_: int, **values: object) -> None:
    if connection.execute(update(inbox).where(_is(id_)).values(**values)).rowcount != 1:
        raise _none(id_)


def _is(id_: int) -> ColumnElement[bool]:
    return and_(inbox.c.id == id_, inbox.c.state == QUARANTINED)


def _none(id_: int) -> StoreError:
    return StoreError(
        f"nothing with the number {id_} was put aside; see `coachbot quarantine list`"
    )


def _put_aside(row: Row[Any]) -> PutAside:
    return PutAside(
        row.id, row.update_id, row.chat, row.attempts, row.reason or "", row.received_at
    )
