"""The inbox: what arrived, committed before Telegram is told, settled together with its effect.

A row is waiting, then settled (its payload blanked, its update id kept so that a second delivery
is known), or quarantined when it cannot be read or handled.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from coachbot.store.identity import new_id
from coachbot.store.sealing import KeyRing
from coachbot.store.tables import inbox

WAITING, SETTLED, QUARANTINED = "waiting", "settled", "quarantined"
KEPT_FOR_DEDUPLICATION: Final = timedelta(hours=48)
MOST_ATTEMPTS: Final = 5
FIRST_RETRY: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Arrived:
    """A waiting row, opened; `content` is the raw update."""

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
        connection.execute(insert(inbox).on_conflict_do_nothing(index_elements=["update_id"]), rows)


def waiting(connection: Connection, ring: KeyRing, most: int) -> list[Arrived]:
    """Return the oldest waiting rows, in the order in which they arrived."""
    rows = connection.execute(
        select(inbox).where(inbox.c.state == WAITING).order_by(inbox.c.id).limit(most)
    ).all()
    return [
        Arrived(
            row.id,
            row.chat,
            ring.open(row.payload, "inbox", row.id, 0),
            row.attempts,
            row.received_at,
            row.due_at,
        )
        for row in rows
    ]


def settle(connection: Connection, ids: Sequence[int], now: datetime) -> None:
    """Note that rows had their effect; what was written in them is gone from here."""
    connection.execute(
        update(inbox).where(inbox.c.id.in_(ids)).values(state=SETTLED, payload=None, settled_at=now)
    )


def fail(connection: Connection, row: Arrived, reason: str, now: datetime) -> bool:
    """Note that a row could not be handled; returns whether it is now quarantined.

    It is tried again after 1, 2, 4, 8 seconds; rows of the same chat wait behind it.
    """
    attempts = row.attempts + 1
    is_given_up = attempts >= MOST_ATTEMPTS
    due = now + FIRST_RETRY * 2 ** (attempts - 1)
    connection.execute(
        update(inbox)
        .where(inbox.c.id == row.id, inbox.c.state == WAITING)
        .values(
            attempts=attempts,
            reason=reason[:200],
            due_at=due,
            state=QUARANTINED if is_given_up else WAITING,
        )
    )
    return is_given_up


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
