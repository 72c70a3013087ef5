"""Meeting: who an event is from, and the conversation that they are in."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from coachbot.coach import schedule
from coachbot.coach.turn import Office, Turn
from coachbot.flow.state import State
from coachbot.store import conversations, people
from coachbot.store.conversations import Conversation
from coachbot.store.database import Connection
from coachbot.store.people import Address, Person

REVISIONS_BEGAN: Final = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Known:
    """Who is at an address, theirs alone until the transaction ends, and what they talk about."""

    person: Person
    conversation: Conversation | None


def meet(
    connection: Connection, office: Office, addresses: Collection[Address]
) -> dict[Address, Known | None]:
    """Return who is at each address, None for a stranger; nobody else can change them meanwhile.

    All are looked up at once, as a statement costs more than its rows.
    """
    held = people.hold(connection, addresses)
    owners = {person.definition_id: person for person in held if person.definition_id}
    loaded = conversations.load_all(connection, office.ring, owners)
    known = {p.address: Known(p, loaded.get(p.definition_id or 0)) for p in held}
    return {address: known.get(address) for address in addresses}


def welcome(
    connection: Connection,
    office: Office,
    address: Address,
    language: str,
    locale: str,
    now: datetime,
) -> Known:
    """Add a stranger; `locale` is the language of their app with its region: de-AT."""
    person = people.add(connection, address, language or office.language, now)
    schedule.begin(connection, person, locale, office.library.places, now)
    return Known(person, None)


def turn(connection: Connection, office: Office, known: Known, now: datetime) -> Turn:
    """Return a turn in somebody's conversation, begun if there is none; it fits today's flow."""
    conversation = known.conversation or _begun(connection, office, known.person, now)
    state = conversation.state.fitted_to(office.flow)
    if state is not conversation.state:
        conversation = replace(conversation, state=state)
    return Turn(office, connection, known.person, conversation, now)


def _begun(connection: Connection, office: Office, person: Person, now: datetime) -> Conversation:
    state = State(language=person.language, revision=first_revision(now))
    begun = conversations.begin(connection, office.ring, person, state, now)
    people.turn_to(connection, person, begun.id)
    return begun


def first_revision(now: datetime) -> int:
    """Return where a person's revisions begin: the seconds since 2026.

    Whoever was erased and comes back has no question in common with the buttons that are still in
    their chat: nobody answers a question a second for as long as they were here.
    """
    return max(0, int((now - REVISIONS_BEGAN).total_seconds()))
