"""People: who they are to us, which is not much: an address, a language, when they were here.

Statements of the road are put together once, here and in the modules beside: putting one together
takes several times as long as running it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Column, Connection, Row, bindparam, delete, insert, select, update

from coachbot.store import inbox
from coachbot.store.database import wipe_afterwards, write_together
from coachbot.store.identity import never_before, new_id
from coachbot.store.sealing import KeyRing
from coachbot.store.tables import people, schedules

_PERSON: Final[tuple[Column[Any], ...]] = (
    *(people.c.id, people.c.channel, people.c.address, people.c.language),
    *(people.c.definition_id, people.c.created_at, people.c.seen_at, people.c.unreachable_at),
)
_AT_ADDRESS: Final = select(*_PERSON).where(
    people.c.channel == bindparam("channel"), people.c.address == bindparam("name")
)
# Not against those who only refer to the person: the clock owes a nudge at the same time.
_TO_CHANGE: Final = (
    select(*_PERSON)
    .where(
        people.c.channel == bindparam("channel"),
        people.c.address.in_(bindparam("names", expanding=True)),
    )
    .order_by(people.c.id)
    .with_for_update(key_share=True)
)
_OF_PERSON: Final = update(people).where(people.c.id == bindparam("person"))


@dataclass(frozen=True, slots=True)
class Address:
    """Where a person is reached: a channel, and the name the channel knows them by."""

    channel: str
    name: str


@dataclass(frozen=True, slots=True)
class Person:
    id: int
    address: Address
    language: str
    definition_id: int | None
    created_at: datetime
    seen_at: datetime
    unreachable_at: datetime | None

    @property
    def chat(self) -> int | None:
        """Return the chat in inbox and outbox; None for a channel that has no such numbers."""
        name = self.address.name
        return int(name) if name.removeprefix("-").isdecimal() else None


def find(connection: Connection, address: Address) -> Person | None:
    """Return who is reached at an address."""
    at = {"channel": address.channel, "name": address.name}
    row = connection.execute(_AT_ADDRESS, at).one_or_none()
    return _person(row) if row else None


def hold(connection: Connection, addresses: Iterable[Address]) -> list[Person]:
    """Return who is reached at addresses, and keep all others away from them until we are done.

    Whoever has people to themselves also catches up with the clock of the one before, so that
    ids stay in the order of what happened to a person, whichever machine it happened on.
    """
    names: dict[str, list[str]] = {}
    for address in addresses:
        names.setdefault(address.channel, []).append(address.name)
    held = [
        _person(row)
        for channel, some in names.items()
        for row in connection.execute(_TO_CHANGE, {"channel": channel, "names": some})
    ]
    if held:
        never_before(max(person.seen_at for person in held))
    return held


def get(connection: Connection, person_id: int) -> Person:
    """Return a person by id; raises LookupError when there is none."""
    row = connection.execute(select(*_PERSON).where(people.c.id == person_id)).one_or_none()
    if row is None:
        raise LookupError("no such person")
    return _person(row)


def add(connection: Connection, address: Address, language: str, now: datetime) -> Person:
    person = Person(new_id(now), address, language, None, now, now, None)
    connection.execute(
        insert(people).values(
            id=person.id,
            channel=address.channel,
            address=address.name,
            language=language,
            created_at=now,
            seen_at=now,
        )
    )
    return person


def saw(connection: Connection, person: Person, now: datetime) -> None:
    """Note that the person was here, which makes them reachable again."""
    seen = {"person": person.id, "seen_at": now, "unreachable_at": None}
    write_together(connection, _OF_PERSON, (seen,))


def lost(connection: Connection, person_id: int, now: datetime) -> None:
    """Note that nothing reaches the person any more, and nothing is due; answers are kept."""
    connection.execute(update(people).where(people.c.id == person_id).values(unreachable_at=now))
    connection.execute(
        update(schedules).where(schedules.c.person_id == person_id).values(due_at=None)
    )


def speak(connection: Connection, person: Person, language: str) -> None:
    connection.execute(update(people).where(people.c.id == person.id).values(language=language))


def language_of(connection: Connection, person_id: int) -> str:
    language: str = connection.execute(
        select(people.c.language).where(people.c.id == person_id)
    ).scalar_one()
    return language


def turn_to(connection: Connection, person: Person, definition_id: int) -> None:
    connection.execute(
        update(people).where(people.c.id == person.id).values(definition_id=definition_id)
    )


def keep_profile(
    connection: Connection, ring: KeyRing, person: Person, profile: dict[str, Any]
) -> None:
    """Keep what the channel tells of a person (a first name), sealed."""
    sealed = ring.seal(profile, "people", person.id, person.id)
    connection.execute(update(people).where(people.c.id == person.id).values(profile=sealed))


def profile_of(connection: Connection, ring: KeyRing, person: Person) -> dict[str, Any]:
    sealed = connection.scalar(select(people.c.profile).where(people.c.id == person.id))
    return dict(ring.open(sealed, "people", person.id, person.id)) if sealed else {}


def erase(connection: Connection, person: Person, now: datetime) -> None:
    """Delete the person; every row of theirs goes with them, and what their chat has sent."""
    if person.chat is not None:
        inbox.forget_chat(connection, person.chat, now)
    connection.execute(delete(people).where(people.c.id == person.id))
    wipe_afterwards(connection)


def _person(row: Row[Any]) -> Person:
    return Person(
        id=row.id,
        address=Address(row.channel, row.address),
        language=row.language,
        definition_id=row.definition_id,
        created_at=row.created_at,
        seen_at=row.seen_at,
        unreachable_at=row.unreachable_at,
    )
