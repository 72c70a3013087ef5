"""Taking from the outbox: what may go out now, the first of each chat, answers before nudges.

Any number of processes take at the same time: what one has locked, the others pass over. The
statements are put together once; with thousands of rows waiting each is a few index look-ups.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Row,
    Select,
    String,
    and_,
    bindparam,
    exists,
    func,
    select,
    update,
)

from coachbot.store.outbox import (
    EDIT,
    NUDGE,
    OPENED,
    SENDING,
    WAITING,
    Owed,
    drop,
    is_in,
    opened,
)
from coachbot.store.sealing import KeyRing
from coachbot.store.tables import outbox


def take(
    connection: Connection,
    ring: KeyRing,
    now: datetime,
    most: int,
    busy: Iterable[int] = (),
    holder: str = "",
) -> list[Owed]:
    """Mark the first due row of each chat as sending and return them, the oldest first.

    `busy` are chats that have a call under way. A chat's later rows wait for its first, even
    while that one waits for its time. Nudges go out when nobody waits for an answer; one that
    stands before an answer in its chat goes with it. `holder` is the process that takes.
    """
    due = list(_locked(connection, _LIVE, now, most, busy))
    if len(due) < most:
        taken = (*busy, *(row.chat for row in due))
        due += _locked(connection, _NUDGES, now, most - len(due), taken)
    if late := [row.id for row in due if row.is_late]:
        drop(connection, outbox.c.id.in_(late), now)
    owed = [opened(ring, row, holder, 1) for row in due if not row.is_late]
    if owed:
        connection.execute(_TAKE, {"ids": [one.id for one in owed], "holder": holder})
    return owed


def oldest_due(connection: Connection, now: datetime) -> datetime | None:
    """Return since when the oldest row that could go out could; None when none could."""
    since: datetime | None = connection.scalar(_OLDEST, {"now": now})
    return since


def next_due(connection: Connection, now: datetime) -> datetime | None:
    """Return when the next row that waits for its time may go out; None when none does."""
    found = (connection.scalar(which, {"now": now}) for which in (_NEXT_LIVE, _NEXT_NUDGE))
    return min(filter(None, found), default=None)


def _locked(
    connection: Connection, which: Select[Any], now: datetime, most: int, busy: Iterable[int]
) -> Sequence[Row[Any]]:
    return connection.execute(which, {"now": now, "most": most, "busy": list(busy)}).all()


def _is_nudge(table: FromClause) -> ColumnElement[bool]:
    return table.c.kind == bindparam(None, NUDGE, String, literal_execute=True)


def _is_alone(row: FromClause, *, among_live: bool = False) -> ColumnElement[bool]:
    """Whether nothing of a row's chat is under way, nor waits before it; nudges may not count.

    Asked row by row, in the order of the index, until there are enough: as a join it would be
    asked for every row that waits.
    """
    under_way, first = outbox.alias("under_way"), outbox.alias("first_of_chat")
    is_before = [is_in(first, WAITING), first.c.chat == row.c.chat]
    if among_live:
        is_before.append(~_is_nudge(first))
    return and_(
        _lowest(first, *is_before) == row.c.id,
        _lowest(under_way, is_in(under_way, SENDING), under_way.c.chat == row.c.chat).is_(None),
    )


def _lowest(table: FromClause, *which: ColumnElement[bool]) -> ColumnElement[int]:
    return select(func.min(table.c.id)).where(*which).scalar_subquery()


def _first_before_live() -> Select[int]:
    """Return the first row of each chat in which somebody waits for an answer."""
    live, first = outbox.alias("live"), outbox.alias("first")
    return (
        select(_lowest(first, is_in(first, WAITING), first.c.chat == live.c.chat))
        .where(
            is_in(live, WAITING),
            ~_is_nudge(live),
            live.c.due_at <= bindparam("now"),
            live.c.chat.not_in(bindparam("busy", expanding=True)),
            _is_alone(live, among_live=True),
        )
        .order_by(live.c.due_at, live.c.id)
        .limit(bindparam("most"))
    )


def _is_late() -> ColumnElement[bool]:
    """Whether a row would put buttons back under a question that was answered meanwhile."""
    newer = outbox.alias("newer")
    return and_(
        outbox.c.kind == EDIT,
        exists().where(
            newer.c.person_id == outbox.c.person_id, newer.c.revision > outbox.c.revision
        ),
    )


def _due(chosen: ColumnElement[bool]) -> Select[Any]:
    """Return what is chosen, if it still waits; `lower` keeps an index of states out of it."""
    still_waits = func.lower(outbox.c.state) == WAITING
    return (
        select(*OPENED, _is_late().label("is_late"))
        .where(still_waits, outbox.c.due_at <= bindparam("now"), chosen)
        .order_by(outbox.c.due_at, outbox.c.id)
        .limit(bindparam("most"))
        .with_for_update(of=outbox, skip_locked=True)
    )


_LIVE: Final = _due(outbox.c.id.in_(_first_before_live()))
_NUDGES: Final = _due(
    and_(
        is_in(outbox, WAITING),
        _is_nudge(outbox),
        _is_alone(outbox),
        outbox.c.chat.not_in(bindparam("busy", expanding=True)),
    )
)
_NEXT: Final = select(func.min(outbox.c.due_at)).where(
    is_in(outbox, WAITING), outbox.c.due_at > bindparam("now")
)
_NEXT_LIVE: Final = _NEXT.where(~_is_nudge(outbox))
_NEXT_NUDGE: Final = _NEXT.where(_is_nudge(outbox))
_OLDEST: Final = select(func.min(outbox.c.due_at)).where(
    is_in(outbox, WAITING), outbox.c.due_at <= bindparam("now"), _is_alone(outbox)
)
_TAKE: Final = (
    update(outbox)
    .where(outbox.c.id.in_(bindparam("ids", expanding=True)))
    .values(
        state=SENDING,
        attempts=outbox.c.attempts + 1,
        copies=outbox.c.copies + 1,
        taken_by=bindparam("holder"),
    )
)
