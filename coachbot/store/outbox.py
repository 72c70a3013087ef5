"""The outbox: what is owed to people, written in the transaction that owes it.

A row is waiting, then sending (committed before the call), then sent. What became of a call is
not always known: such a row is `unknown`. A row that cannot be sent is dead, one that is no
longer owed cancelled. Settled rows keep their message id; their text is blanked.

A row that is sending names the process that took it. When that one no longer lives, nobody knows
what became of the call.
"""

from collections.abc import Collection, Iterable, Mapping
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
    and_,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from coachbot.errors import SealError
from coachbot.store.database import write_together
from coachbot.store.identity import new_id
from coachbot.store.sealing import KeyRing
from coachbot.store.tables import outbox

WAITING, SENDING, SENT = "waiting", "sending", "sent"
UNKNOWN, DEAD, CANCELLED = "unknown", "dead", "cancelled"
EDIT, NUDGE = "edit", "nudge"
"""Kinds of parcels that have a rule here: an edit comes in time or not at all, a nudge can wait."""
SETTLED_KEPT: Final = timedelta(days=7)

_OWE: Final = insert(outbox)
_THAT_PUT: Final = (
    select(outbox.c.message_id)
    .where(
        outbox.c.person_id == bindparam("person"),
        outbox.c.revision == bindparam("revision"),
        outbox.c.message_id.is_not(None),
    )
    .limit(1)
)
_FIRST_THAT_PUT: Final = _THAT_PUT.order_by(outbox.c.id)
_LAST_THAT_PUT: Final = _THAT_PUT.order_by(outbox.c.id.desc())
OPENED: Final[tuple[Column[Any], ...]] = (
    *(outbox.c.id, outbox.c.person_id, outbox.c.chat, outbox.c.method, outbox.c.payload),
    *(outbox.c.kind, outbox.c.revision, outbox.c.attempts, outbox.c.copies),
    outbox.c.taken_by,
)
"""What has to be known of a row that was taken; on the road no more is loaded than is read."""
_ROW: Final = outbox.c.id == bindparam("row")
_IS_OURS: Final = and_(outbox.c.taken_by == bindparam("holder"), outbox.c.state == SENDING)
_SETTLE: Final = update(outbox).where(_ROW, _IS_OURS)
_SETTLE_SENT: Final = update(outbox).where(_ROW, or_(_IS_OURS, outbox.c.state == WAITING))


@dataclass(frozen=True, slots=True)
class Parcel:
    """A call that is owed: a method of the Bot API and its parameters as JSON data.

    `kind` decides what happens when nobody knows whether it went out; `revision` is the open
    question that the message puts, -1 for others.
    """

    method: str
    parameters: Mapping[str, Any]
    kind: str
    revision: int = -1


@dataclass(frozen=True, slots=True)
class Owed:
    """A row of the outbox that is to be sent, by the process `holder`.

    `attempts` are all tries with this one, `copies` those that may have arrived.
    """

    id: int
    person_id: int
    chat: int
    parcel: Parcel
    attempts: int
    copies: int = 1
    holder: str = ""


def owe(
    connection: Connection,
    ring: KeyRing,
    person_id: int,
    chat: int,
    parcels: Iterable[Parcel],
    now: datetime,
) -> list[int]:
    """Write down what is owed; returns the ids of the rows."""
    rows: list[dict[str, Any]] = [
        {
            "id": (id_ := new_id(now)),
            "person_id": person_id,
            "chat": chat,
            "method": parcel.method,
            "payload": ring.seal(parcel.parameters, "outbox", id_, person_id),
            "kind": parcel.kind,
            "revision": parcel.revision,
            "state": WAITING,
            "attempts": 0,
            "created_at": now,
            "due_at": now,
        }
        for parcel in parcels
    ]
    write_together(connection, _OWE, rows)
    return [row["id"] for row in rows]


def is_in(table: FromClause, state: str) -> ColumnElement[bool]:
    """Written out, so that the planner sees that a partial index will do."""
    return table.c.state == bindparam(None, state, String, literal_execute=True)


def settle(
    connection: Connection,
    owed: Owed,
    state: str,
    now: datetime,
    *,
    reason: str = "",
) -> bool:
    """Note how a call ended that was not sent; what was said in it is gone from here.

    Returns False when the row is no longer the caller's: another process took it for one that a
    dead process left, or its person was erased.
    """
    settled = connection.execute(_SETTLE, _ending(owed, state, now, None, reason))
    return settled.rowcount > 0


def settle_sent(
    connection: Connection, sent: Iterable[tuple[Owed, int | None, str]], now: datetime
) -> None:
    """Note calls that were sent, as (row, message id, reason), all at once.

    That they were sent counts for a row that was taken from us, too, while it is in time.
    """
    rows = [_ending(owed, SENT, now, message_id, reason) for owed, message_id, reason in sent]
    if rows:
        connection.execute(_SETTLE_SENT, rows)


def _ending(
    owed: Owed, state: str, now: datetime, message_id: int | None, reason: str
) -> dict[str, Any]:
    return {
        "row": owed.id,
        "holder": owed.holder,
        "state": state,
        "payload": None,
        "message_id": message_id,
        "reason": reason[:200] or None,
        "settled_at": now,
    }


def put_back(
    connection: Connection, owed: Owed, due: datetime, reason: str, *, is_unsent: bool = False
) -> None:
    """Let a call wait until `due`; one that surely did not arrive is no copy."""
    connection.execute(
        update(outbox)
        .where(outbox.c.id == owed.id, outbox.c.taken_by == owed.holder, is_in(outbox, SENDING))
        .values(
            state=WAITING,
            due_at=due,
            reason=reason[:200],
            copies=outbox.c.copies - int(is_unsent),
            taken_by=None,
        )
    )


def rest(connection: Connection, chats: Iterable[int], until: datetime) -> None:
    """Let nothing more go out to chats before an instant, whichever process sends it."""
    connection.execute(
        update(outbox)
        .where(is_in(outbox, WAITING), outbox.c.chat.in_(tuple(chats)), outbox.c.due_at < until)
        .values(due_at=until)
    )


def cancel(connection: Connection, person_id: int, now: datetime, *, kind: str = "") -> None:
    """Drop what is still owed to a person, or only what is of a kind."""
    of_kind = (outbox.c.kind == kind,) if kind else ()
    drop(connection, and_(outbox.c.person_id == person_id, is_in(outbox, WAITING), *of_kind), now)


def drop(connection: Connection, which: ColumnElement[bool], now: datetime) -> None:
    """Let what is owed be owed no more."""
    connection.execute(
        update(outbox).where(which).values(state=CANCELLED, payload=None, settled_at=now)
    )


def waiting(connection: Connection, kind: str) -> int:
    """Return how many rows of a kind wait or are under way."""
    is_owed = or_(is_in(outbox, WAITING), is_in(outbox, SENDING))
    counted = connection.scalar(
        select(func.count()).select_from(outbox).where(is_owed, outbox.c.kind == kind)
    )
    return counted or 0


def interrupted(connection: Connection, ring: KeyRing, living: Collection[str]) -> list[Owed]:
    """Return the rows that are marked as sending by a process that lives no more."""
    rows = connection.execute(
        select(*OPENED)
        .where(
            is_in(outbox, SENDING),
            or_(outbox.c.taken_by.is_(None), outbox.c.taken_by.not_in(tuple(living))),
        )
        .order_by(outbox.c.id)
    ).all()
    return [opened(ring, row, row.taken_by or "") for row in rows]


def is_owed(connection: Connection, row: int) -> bool:
    """Return whether a row is still to be sent: it was taken, and nobody cancelled it since."""
    state = connection.scalar(select(outbox.c.state).where(outbox.c.id == row))
    return state == SENDING


def opened(ring: KeyRing, row: Row[Any], holder: str, more: int = 0) -> Owed:
    """Return a row; `more` tries are about to be added to it.

    One that does not open has no method: whoever makes the calls gives it up.
    """
    try:
        content = ring.open(row.payload, "outbox", row.id, row.person_id)
        parcel = Parcel(row.method, content, row.kind, row.revision)
    except SealError:
        parcel = Parcel("", {}, row.kind, row.revision)
    attempts, copies = row.attempts + more, row.copies + more
    return Owed(row.id, row.person_id, row.chat, parcel, attempts, copies, holder)


def message_of(
    connection: Connection, person_id: int, revision: int, *, first: bool = False
) -> int | None:
    """Return the id of the newest message that put the question of a revision, or of the first."""
    which = {"person": person_id, "revision": revision}
    return connection.scalar(_FIRST_THAT_PUT if first else _LAST_THAT_PUT, which)


def forget_settled(connection: Connection, now: datetime) -> int:
    """Delete rows that were settled long ago; returns how many."""
    gone = connection.execute(delete(outbox).where(outbox.c.settled_at < now - SETTLED_KEPT))
    return gone.rowcount
