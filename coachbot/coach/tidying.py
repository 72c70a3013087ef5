"""Tidying: what is no longer needed goes, bit by bit. It runs now and then; twice is harmless."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from coachbot.coach import rights
from coachbot.coach.coach import Coach
from coachbot.coach.posting import Post
from coachbot.reflection.schedule import SUGGESTED_ZONE
from coachbot.store import outbox, people, retention
from coachbot.store.database import Connection
from coachbot.store.people import Person
from coachbot.texts.dates import long_date
from coachbot.texts.keyboards import beside
from coachbot.texts.said import Said

MOST_AT_ONCE: Final = 20
"""People in one go: live answers go first, and the next go is near."""
WARNING: Final = "idle_warning"


@dataclass(frozen=True, slots=True)
class Tidied:
    """How many rows were forgotten, and how many people were warned and erased."""

    forgotten: int
    warned: int
    erased: int

    @property
    def is_done(self) -> bool:
        return max(self.warned, self.erased) < MOST_AT_ONCE


@dataclass(frozen=True)
class Tidying:
    """Keeps nothing for longer than needed; `kept` is how long somebody may be silent."""

    post: Post
    kept: timedelta

    @property
    def coach(self) -> Coach:
        return self.post.coach

    def tidy(self, now: datetime) -> Tidied:
        """Forget, warn and erase what is due; short transactions, so that nobody waits long."""
        forgotten = self.post.tidy(now)
        with self.coach.database.write() as connection:
            forgotten += retention.blank_old(connection, now)
        warned, erased = self._warn(now), self._erase(now)
        self.coach.database.wipe()
        self.coach.office.printer.forget()  # another process may have erased somebody
        return Tidied(forgotten, warned, erased)

    def _warn(self, now: datetime) -> int:
        with self.coach.database.write() as connection:
            due = retention.to_warn(connection, self.kept, now, MOST_AT_ONCE)
            for person_id in due:
                if retention.warn(connection, person_id, now):
                    self._owe_warning(connection, people.get(connection, person_id), now)
        return len(due)

    def _owe_warning(self, connection: Connection, person: Person, now: datetime) -> None:
        """Warn whoever can be reached; everybody else goes when the time is over."""
        if person.chat is None or person.unreachable_at:
            return
        parcel = self.post.parcel_of(person.chat, self._warning(person, now))
        ring = self.coach.office.ring
        outbox.owe(connection, ring, person.id, person.chat, (parcel,), now)

    def _warning(self, person: Person, now: datetime) -> Said:
        over = max(person.seen_at + self.kept, now + retention.NOTICE)
        voice = self.coach.office.speaker(person.language)
        day = long_date(over.astimezone(ZoneInfo(SUGGESTED_ZONE)).date(), person.language)
        return Said(voice.plainly(WARNING, date=day), beside(voice.words, WARNING))

    def _erase(self, now: datetime) -> int:
        """Erase each person in a transaction of their own, unless a word came meanwhile."""
        with self.coach.database.read() as connection:
            due = retention.to_erase(connection, self.kept, now, MOST_AT_ONCE)
        for person_id in due:
            with self.coach.database.write() as connection:
                if retention.is_over(connection, person_id, self.kept, now):
                    person = people.get(connection, person_id)
                    rights.erase(self.coach.office, connection, person, now)
        return len(due)
