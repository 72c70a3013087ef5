"""Leases: what one process alone may do, and which processes live.

A lease is held until an instant and renewed long before; whoever dies stops renewing (Gray and
Cheriton, 1989). On the same machine nobody has to wait for that: a process that is gone is gone.
The machines' clocks have to agree to a second or so, which is what NTP is for.
"""

import os
import secrets
import socket
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, delete, or_, select
from sqlalchemy.dialects.postgresql import insert

from coachbot.store.tables import leases

HELD_FOR: Final = timedelta(seconds=10)
RENEWED_EVERY: Final = timedelta(seconds=3)
POLL: Final = "poll"
_REPLICA: Final = "replica/"
_LONGEST_HOST: Final = 24


def own_name() -> str:
    """Return a name for this process that no other ever had: machine, process id, chance."""
    return f"{_machine()}:{os.getpid()}:{secrets.token_hex(4)}"


def _machine() -> str:
    """Return what shares our process ids: the host, and on Linux its container."""
    try:
        space = Path("/proc/self/ns/pid").stat().st_ino
    except OSError:
        space = 0
    return f"{socket.gethostname()[:_LONGEST_HOST].replace(':', '-')}.{space}"


def acquire(connection: Connection, name: str, holder: str, now: datetime) -> bool:
    """Take a lease or renew it; returns whether it is held now."""
    until = now + HELD_FOR
    taken = insert(leases).values(name=name, holder=holder, until=until)
    is_free = or_(leases.c.holder == holder, leases.c.until <= now)
    done = taken.on_conflict_do_update(
        index_elements=["name"], set_={"holder": holder, "until": until}, where=is_free
    )
    return connection.scalar(done.returning(leases.c.name)) is not None


def release(connection: Connection, name: str, holder: str) -> None:
    connection.execute(delete(leases).where(leases.c.name == name, leases.c.holder == holder))


def until(connection: Connection, name: str) -> datetime | None:
    """Return how long a lease is held, by whomever; None when nobody holds it."""
    return connection.scalar(select(leases.c.until).where(leases.c.name == name))


def attend(connection: Connection, holder: str, now: datetime) -> frozenset[str]:
    """Note that this process lives, clear away what dead ones held; returns all that live."""
    acquire(connection, _REPLICA + holder, holder, now)
    held = connection.execute(select(leases)).all()
    gone = {row.holder for row in held if is_gone(row.holder, holder)}
    if gone or any(row.until <= now for row in held):
        connection.execute(
            delete(leases).where(or_(leases.c.until <= now, leases.c.holder.in_(gone)))
        )
    living = (row for row in held if row.until > now and row.holder not in gone)
    return frozenset(row.holder for row in living if row.name.startswith(_REPLICA))


def leave(connection: Connection, holder: str) -> None:
    """Give up everything that a process holds."""
    connection.execute(delete(leases).where(leases.c.holder == holder))


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # somebody else's
    return True


def is_gone(holder: str, own: str, runs: Callable[[int], bool] = _runs) -> bool:
    """Whether a process of this machine has surely ended; of others only their lease can tell.

    One with our own process id is a predecessor of ours.
    """
    machine, _, rest = holder.partition(":")
    own_machine, _, own_rest = own.partition(":")
    if machine != own_machine or holder == own:
        return False
    process = rest.partition(":")[0]
    return process == own_rest.partition(":")[0] or not (process.isdecimal() and runs(int(process)))
