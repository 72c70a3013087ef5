"""Signs of life that other processes can see, and the counts an operator wants."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.postgresql import insert

from coachbot.store.tables import inbox, outbox, people, pulses

AT_MOST_EVERY: Final = timedelta(seconds=1)

_INSERT: Final = insert(pulses)
_BEAT: Final = _INSERT.on_conflict_do_update(
    index_elements=["name"], set_={"at": _INSERT.excluded.at}
)


@dataclass
class Pulse:
    """Beats at most once a second: all processes write into one row, and would queue for it."""

    name: str
    _last: datetime | None = field(default=None)

    def beat(self, connection: Connection, now: datetime) -> None:
        if self._last is None or abs(now - self._last) >= AT_MOST_EVERY:
            beat(connection, self.name, now)
            self._last = now


def beat(connection: Connection, name: str, now: datetime) -> None:
    """Note that something went well just now."""
    connection.execute(_BEAT, {"name": name, "at": now})


def last(connection: Connection, name: str) -> datetime | None:
    return connection.scalar(select(pulses.c.at).where(pulses.c.name == name))


def counts(connection: Connection) -> dict[str, int]:
    """Return how many people there are, and how many rows of each state in inbox and outbox."""
    counted = {"people": connection.scalar(select(func.count()).select_from(people)) or 0}
    for table in (inbox, outbox):
        rows = connection.execute(select(table.c.state, func.count()).group_by(table.c.state))
        counted |= {f"{table.name} {state}": number for state, number in rows}
    return counted
