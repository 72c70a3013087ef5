"""The inbox: what arrived, committed before Telegram is told, settled together with its effect.

Whoever handles a chat holds a lock on its first waiting row until the transaction ends, and all
others pass over that chat: so any number of processes share the work, a chat's order holds, and a
process that is killed leaves no claim behind. On SQLite there is one writer anyway.

A row is waiting, then settled (its payload blanked, its update id kept so that a second delivery
is known), or quarantined when it cannot be read or handled.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    FromClause,
    Row,
    String,
    bindparam,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from coachbot.errors import SealError
from coachbot.store.identity import new_id
from coachbot.store.sealing import KeyRing
from coachbot.store.tables import inbox

WAITING, SETTLED, QUARANTINED = "waiting", "settled", "quarantined"
KEPT_FOR_DEDUPLICATION: Final = timedelta(hours=48)
MOST_ATTEMPTS: Final = 5
FIRST_RETRY: Final = timedelta(seconds=1)
ROWS_A_CHAT: Final = 4
"""How many rows a chat brings along, on average, at most: a flood is worked off in portions."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A waiting row, opened; `content` is the raw update, empty when it does not open.

    In a chat Telegram's own numbers are the order: two machines' clocks may differ.
    """

    id: int
    chat: int | None
    content: Mapping[str, Any]
    attempts: int
    received_at: datetime
    due_at: datetime


def receive(
    connection: Connection,
    ring: KeyRing,
    updates: Iterable[tuple[int, int | None, Mapping[str, Any]]],
    now: datetime,
) -> None:
    """Add (update id, chat, raw update); one that is there already is left alone."""
    rows = [
        {
            "id": (id_ := new_id(now)),
            "update_id": update_id,
            "chat": chat,
            "payload": ring.seal(content, "inbox", id_, 0),
            "state": WAITING,
            "attempts": 0,
            "received_at": now,
            "due_at": now,
        }
        for update_id, chat, content in updates
    ]
    if rows:
        connection.execute(_RECEIVE, rows)


@dataclass(frozen=True, slots=True)
class Claimed:
    """The waiting rows of chats that are ours until the transaction ends, in order.

    `is_all`: no other chat has anything due.
    """

    rows: list[Arrived]
    is_all: bool


def claim(
    connection: Connection, ring: KeyRing, now: datetime, most: int, only: int | None = None
) -> Claimed:
    """Claim up to `most` chats whose first row is due, or the chat whose first row is `only`."""
    which = {"now": now, "most": most}
    if only is None:
        first = connection.execute(_CLAIM, which).all()
    else:
        first = connection.execute(_CLAIM_ONE, which | {"row": only}).all()
    rows = [*first, *_behind(connection, first, most * ROWS_A_CHAT)]
    rows.sort(key=lambda row: row.update_id)
    return Claimed([_opened(ring, row) for row in rows], len(first) < most)


def _behind(connection: Connection, first: Sequence[Row[Any]], most: int) -> Sequence[Row[Any]]:
    """Return what waits in the same chats; nobody else can claim it."""
    chats = list({row.chat for row in first if row.chat is not None})
    if not chats:
        return ()
    which = {"chats": chats, "first": [row.id for row in first], "most": most}
    return connection.execute(_BEHIND, which).all()


def _is_first() -> ColumnElement[bool]:
    """Asked row by row; whatever names no chat stands alone."""
    same = inbox.alias("same_chat")
    first = select(func.min(same.c.update_id)).where(_is_waiting(same), same.c.chat == inbox.c.chat)
    return func.coalesce(first.scalar_subquery(), inbox.c.update_id) == inbox.c.update_id


def _is_waiting(table: FromClause) -> ColumnElement[bool]:
    """Written out, so that the planner sees that the partial index will do."""
    return table.c.state == bindparam(None, WAITING, String, literal_execute=True)


_RECEIVE: Final = insert(inbox).on_conflict_do_nothing(index_elements=["update_id"])
_SETTLE: Final = update(inbox).where(inbox.c.id == bindparam("row"))
_ARRIVED: Final[tuple[Column[Any], ...]] = (
    *(inbox.c.id, inbox.c.update_id, inbox.c.chat, inbox.c.payload),
    *(inbox.c.attempts, inbox.c.received_at, inbox.c.due_at),
)
_DUE: Final = (
    select(*_ARRIVED)
    .where(_is_waiting(inbox), inbox.c.due_at <= bindparam("now"), _is_first())
    .order_by(inbox.c.id)
    .limit(bindparam("most"))
)
_CLAIM: Final = _DUE.with_for_update(skip_locked=True)
_CLAIM_ONE: Final = _DUE.where(inbox.c.id == bindparam("row")).with_for_update(skip_locked=True)
_BEHIND: Final = (
    select(*_ARRIVED)
    .where(
        _is_waiting(inbox),
        inbox.c.chat.in_(bindparam("chats", expanding=True)),
        inbox.c.id.not_in(bindparam("first", expanding=True)),
    )
    .order_by(inbox.c.update_id)
    .limit(bindparam("most"))
)


def _opened(ring: KeyRing, row: Row[Any]) -> Arrived:
    try:
        content = ring.open(row.payload, "inbox", row.id, 0)
    except SealError:  # one row that was changed or moved must not stop all others
        content = {}
    return Arrived(row.id, row.chat, content, row.attempts, row.received_at, row.due_at)


def next_due(connection: Connection, now: datetime) -> datetime | None:
    """Return when the next row that waits for its time may be handled; None when none does."""
    due: datetime | None = connection.scalar(
        select(func.min(inbox.c.due_at)).where(_is_waiting(inbox), inbox.c.due_at > now)
    )
    return due


def settle(connection: Connection, ids: Sequence[int], now: datetime) -> None:
    """Note that rows had their effect; what was written in them is gone from here."""
    blank = {"state": SETTLED, "payload": None, "settled_at": now}
    connection.execute(_SETTLE, [{"row": id_, **blank} for id_ in ids])


def fail(connection: Connection, row: Arrived, reason: str, now: datetime) -> bool:
    """Note that a row could not be handled; returns whether it is now quarantined.

    It is tried again after 1, 2, 4, 8 seconds; rows of the same chat wait behind it. Nothing is
    noted when another process had the row in hand meanwhile.
    """
    attempts = row.attempts + 1
    is_given_up = attempts >= MOST_ATTEMPTS
    due = now + FIRST_RETRY * 2 ** (attempts - 1)
    noted = connection.execute(
        update(inbox)
        .where(inbox.c.id == row.id, _is_waiting(inbox), inbox.c.attempts == row.attempts)
        .values(
            attempts=attempts,
            reason=reason[:200],
            due_at=due,
            state=QUARANTINED if is_given_up else WAITING,
        )
    )
    return is_given_up and noted.rowcount > 0


def put_aside(
    connection: Connection, ring: KeyRing, content: Mapping[str, Any], reason: str, now: datetime
) -> None:
    """Keep something that is no update at all, for an operator to look at."""
    connection.execute(
        insert(inbox).values(
            id=(id_ := new_id(now)),
            update_id=-id_,  # Telegram's own are positive
            payload=ring.seal(content, "inbox", id_, 0),
            state=QUARANTINED,
            attempts=0,
            reason=reason[:200],
            received_at=now,
            due_at=now,
        )
    )


def quarantine(connection: Connection, id_: int, reason: str) -> None:
    """Put a row aside that cannot be read; it is kept for an operator to look at."""
    connection.execute(
        update(inbox).where(inbox.c.id == id_).values(state=QUARANTINED, reason=reason[:200])
    )


def forget_chat(connection: Connection, chat: int, now: datetime) -> None:
    """Blank every row of a chat, and whose it was.

    The update ids stay, so that none is handled again when Telegram delivers it a second time.
    """
    connection.execute(
        update(inbox)
        .where(inbox.c.chat == chat)
        .values(state=SETTLED, chat=None, payload=None, reason=None, settled_at=now)
    )


def forget_settled(connection: Connection, now: datetime) -> int:
    """Delete rows whose update can no longer be delivered again; returns how many."""
    gone = connection.execute(
        delete(inbox).where(inbox.c.settled_at < now - KEPT_FOR_DEDUPLICATION)
    )
    return gone.rowcount
