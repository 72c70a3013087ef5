"""Ids made before the row is: 63 bits, in the order of time, so that a sealed row can name itself.

42 bits of milliseconds and 21 random ones, never twice in a process. Two processes meet once in
two million rows of the same millisecond; the primary key then refuses and the unit of work is
run again.
"""

import random
import threading
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, func, select

from coachbot.store.tables import metadata

_RANDOM_BITS: Final = 21
_chance = random.Random()  # noqa: S311  ids have to be new, not secret
_lock = threading.Lock()
_last = 0


def never_before(instant: datetime) -> None:
    """Let every further id be greater than those of an instant (Lamport, 1978)."""
    global _last  # noqa: PLW0603  the same
    milliseconds = int(instant.timestamp() * 1000) + 1
    with _lock:
        _last = max(_last, milliseconds << _RANDOM_BITS)


def new_id(now: datetime) -> int:
    """Return an id greater than every id this process has made; `now` is an aware instant."""
    global _last  # noqa: PLW0603  the one thing that two calls have to share
    milliseconds = int(now.timestamp() * 1000)
    candidate = (milliseconds << _RANDOM_BITS) | _chance.getrandbits(_RANDOM_BITS)
    with _lock:
        _last = max(candidate, _last + 1)
        return _last


def go_on(connection: Connection) -> None:
    """Make no id below one that is stored: since the last start the clock may have gone back."""
    global _last  # noqa: PLW0603
    tables = [table for table in metadata.sorted_tables if "id" in table.c]
    newest = [connection.scalar(select(func.max(table.c.id))) or 0 for table in tables]
    with _lock:
        _last = max(_last, *newest)
