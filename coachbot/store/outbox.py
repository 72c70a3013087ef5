"""The outbox: what is owed to people, written in the transaction that owes it.

A row is waiting, then sending (committed before the call), then sent. What became of a call is
not always known: such a row is `unknown`. A row that cannot be sent is dead, one that is no
longer owed cancelled. Settled rows keep their message id; their text is blanked.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Select, bindparam, delete, func, insert, select, update

from coachbot.store.identity import new_id
from coachbot.store.sealing import KeyRing
from coachbot.store.tables import outbox

WAITING, SENDING, SENT = "waiting", "sending", "sent"
UNKNOWN, DEAD, CANCELLED = "unknown", "dead", "cancelled"
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
    """A row of the outbox that is to be sent."""

    id: int
    person_id: int
    chat: int
    parcel: Parcel
    attempts: int


def owe(
    connection: Connection,
    ring: KeyRing,
    person_id: int,
    chat: int,
    parcels: Iterable[Parcel],
    now: datetime,
) -> None:
    rows = [
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
    if rows:
        connection.execute(_OWE, rows)


def take(
    connection: Connection, ring: KeyRing, now: datetime, most: int, busy: Iterable[int] = ()
) -> list[Owed]:
    """Mark the first due row of each chat as sending and return them, the oldest first.

    `busy` are chats that have a call under way. A chat's later rows wait for its first, even
    while that one waits for its time.
    """
    due = connection.execute(
        select(outbox)
        .where(
            outbox.c.id.in_(_first_of_each_chat(busy)),
            outbox.c.state == WAITING,
            outbox.c.due_at <= now,
        )
        .order_by(outbox.c.id)
        .limit(most)
    ).all()
    if due:
        connection.execute(
            update(outbox)
            .where(outbox.c.id.in_([row.id for row in due]))
            .values(state=SENDING, attempts=outbox.c.attempts + 1)
        )
    return [_owed(ring, row, row.attempts + 1) for row in due]


def settle(
    connection: Connection,
    owed: Owed,
    state: str,
    now: datetime,
    *,
    message_id: int | None = None,
    reason: str = "",
) -> None:
    """Note how a call ended; what was said in it is gone from here."""
    connection.execute(
        update(outbox)
        .where(outbox.c.id == owed.id)
        .values(
            state=state,
            payload=None,
            message_id=message_id,
            reason=reason[:200] or None,
            settled_at=now,
        )
    )


def put_back(connection: Connection, owed: Owed, due: datetime, reason: str) -> None:
    """Let a call wait until `due`."""
    connection.execute(
        update(outbox)
        .where(outbox.c.id == owed.id)
        .values(state=WAITING, due_at=due, reason=reason[:200])
    )


def cancel(connection: Connection, person_id: int, now: datetime) -> None:
    """Drop what is still owed to a person."""
    connection.execute(
        update(outbox)
        .where(outbox.c.person_id == person_id, outbox.c.state == WAITING)
        .values(state=CANCELLED, payload=None, settled_at=now)
    )


def interrupted(connection: Connection, ring: KeyRing) -> list[Owed]:
    """Return the rows that a process left as `sending` when it ended."""
    rows = connection.execute(
        select(outbox).where(outbox.c.state == SENDING).order_by(outbox.c.id)
    ).all()
    return [_owed(ring, row, row.attempts) for row in rows]


def is_owed(connection: Connection, row: int) -> bool:
    """Return whether a row is still to be sent: it was taken, and nobody cancelled it since."""
    state = connection.scalar(select(outbox.c.state).where(outbox.c.id == row))
    return state == SENDING


def _owed(ring: KeyRing, row: Any, attempts: int) -> Owed:  # noqa: ANN401  a row of the table
    content = ring.open(row.payload, "outbox", row.id, row.person_id)
    parcel = Parcel(row.method, content, row.kind, row.revision)
    return Owed(row.id, row.person_id, row.chat, parcel, attempts)


def message_of(
    connection: Connection, person_id: int, revision: int, *, first: bool = False
) -> int | None:
    """Return the id of the newest message that put the question of a revision, or of the first."""
    which = {"person": person_id, "revision": revision}
    return connection.scalar(_FIRST_THAT_PUT if first else _LAST_THAT_PUT, which)


def next_due(connection: Connection) -> datetime | None:
    """Return when the next row may go out; None when none waits. What stands behind, waits."""
    first_due: datetime | None = connection.scalar(
        select(func.min(outbox.c.due_at)).where(
            outbox.c.id.in_(_first_of_each_chat()), outbox.c.state == WAITING
        )
    )
    return first_due


def _first_of_each_chat(busy: Iterable[int] = ()) -> Select[tuple[int]]:
    return (
        select(func.min(outbox.c.id))
        .where(outbox.c.state.in_((WAITING, SENDING)), outbox.c.chat.not_in(tuple(busy)))
        .group_by(outbox.c.chat)
    )


def forget_settled(connection: Connection, now: datetime) -> int:
    """Delete rows that were settled long ago; returns how many."""
    gone = connection.execute(delete(outbox).where(outbox.c.settled_at < now - SETTLED_KEPT))
    return gone.rowcount
