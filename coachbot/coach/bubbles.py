"""Bubbles: people write one thought in several messages; these are one answer.

A text is held back for a moment, as its row in the inbox, in case it goes on. Nothing waits in
memory: a restart finds the rows and goes on as if nothing had been. An album, which comes photo
by photo, is one thing as well and is answered once.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from coachbot.coach.arrivals import Arrival
from coachbot.flow.events import Wrote
from coachbot.store.inbox import Arrived

FULL_PART: Final = 4096
"""A paste comes in parts of this length; such a part goes on without a break."""
A_SECOND: Final = timedelta(seconds=1)
"""Telegram's clock has no finer grain."""


@dataclass(frozen=True, slots=True)
class Unit:
    """What is handled as one event: one row, or several that are one text."""

    rows: tuple[Arrived, ...]
    arrival: Arrival

    @property
    def chat(self) -> int | None:
        return self.rows[0].chat


@dataclass(frozen=True, slots=True)
class Round:
    """What is to be handled now, what is held back, and when to look again."""

    units: tuple[Unit, ...]
    held: tuple[Unit, ...]
    wake_at: datetime | None


@dataclass(frozen=True)
class Bubbles:
    """`wait` is how long a text may go on; `is_command` says which texts stand alone."""

    wait: timedelta
    is_command: Callable[[str], bool]

    def round(self, rows: Iterable[tuple[Arrived, Arrival]], now: datetime) -> Round:
        """Sort rows into units; a chat whose first row waits for its time waits as a whole."""
        chats: dict[int | None, list[Unit]] = {}
        place: dict[int, int] = {}
        for row, arrival in rows:
            place[row.id] = len(place)
            self._join(chats.setdefault(row.chat, []), Unit((row,), arrival))
        now_units, held, later = list[Unit](), list[Unit](), list[datetime]()
        for units in chats.values():
            for unit in units:
                due = self._due(unit, is_last=unit is units[-1])
                if due > now:
                    held.append(unit)
                    later.append(due)
                    break
                now_units.append(unit)
        now_units.sort(key=lambda unit: place[unit.rows[0].id])
        return Round(tuple(now_units), tuple(held), min(later, default=None))

    def _due(self, unit: Unit, *, is_last: bool) -> datetime:
        due = max(row.due_at for row in unit.rows)
        waits = is_last and self._may_go_on(unit.arrival)
        return max(due, unit.rows[-1].received_at + self.wait) if waits else due

    def _may_go_on(self, arrival: Arrival) -> bool:
        happening = arrival.happening
        return bool(arrival.album) or (
            isinstance(happening, Wrote) and not self.is_command(happening.text)
        )

    def _join(self, units: list[Unit], unit: Unit) -> None:
        if units and self._goes_on(units[-1], unit.arrival):
            units[-1] = _joined(units[-1], unit)
        else:
            units.append(unit)

    def _goes_on(self, before: Unit, arrival: Arrival) -> bool:
        if before.arrival.album or arrival.album:
            return before.arrival.album == arrival.album
        if not (self.wait and self._may_go_on(before.arrival) and self._may_go_on(arrival)):
            return False
        return arrival.sent_at - before.arrival.sent_at <= self.wait + A_SECOND


def _joined(before: Unit, after: Unit) -> Unit:
    if after.arrival.album:
        return Unit((*before.rows, *after.rows), before.arrival)
    first, second = before.arrival.happening, after.arrival.happening
    assert isinstance(first, Wrote)
    assert isinstance(second, Wrote)
    is_cut = len(before.rows[-1].content.get("message", {}).get("text", "")) == FULL_PART
    text = ("" if is_cut else "\n").join((first.text, second.text))
    arrival = replace(after.arrival, happening=replace(first, text=text))
    return Unit((*before.rows, *after.rows), arrival)
