"""A turn: everything one unit of work knows while it answers one event of one person."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from coachbot.coach.limits import Limits
from coachbot.coach.schedule import next_nudge_text
from coachbot.definition.building import Builder
from coachbot.definition.printing import Printer
from coachbot.flow.messages import Message
from coachbot.flow.questions import Flow
from coachbot.flow.state import State
from coachbot.store import people
from coachbot.store.conversations import Conversation
from coachbot.store.database import Connection
from coachbot.store.ledger import Ledger
from coachbot.store.people import Person
from coachbot.store.sealing import KeyRing
from coachbot.texts.library import Library, Words
from coachbot.texts.said import Said
from coachbot.texts.speaker import Facts, Speaker


@dataclass(frozen=True)
class Office:
    """What every turn shares: the flow, the texts, the key ring, and what texts may mention.

    `ledger` is where erasures are noted; None where nothing outlives the process.
    """

    flow: Flow
    library: Library
    ring: KeyRing
    facts: Facts = field(default_factory=Facts)
    language: str = "de"
    printer: Printer = field(default_factory=Printer)
    ledger: Ledger | None = None
    limits: Limits = field(default_factory=Limits)

    def words(self, language: str) -> Words:
        return self.library.languages[language]

    def speaker(self, language: str, next_nudge: str = "", first_name: str = "") -> Speaker:
        facts = self.facts
        if next_nudge or first_name:
            facts = replace(facts, next_nudge=next_nudge, first_name=first_name)
        return Speaker(self.flow, self.words(language), facts)

    def builder(self, language: str) -> Builder:
        return Builder(self.flow, self.words(language), self.library.layout)


@dataclass(frozen=True)
class Turn:
    office: Office
    connection: Connection
    person: Person
    conversation: Conversation
    now: datetime
    is_gone: bool = False

    @property
    def state(self) -> State:
        return self.conversation.state

    @property
    def words(self) -> Words:
        return self.office.words(self.state.language)

    @property
    def is_full(self) -> bool:
        """Whether the person has stored as much as they may."""
        return self.office.limits.is_full(self.connection, self.person)

    @property
    def documents_left(self) -> float:
        """Return how many files the person may still ask for within this hour."""
        return self.office.limits.documents_left(self.connection, self.person, self.now)

    def speaking(self, language: str) -> "Turn":
        """Return the turn in a language; the answers stay as they were written."""
        state = replace(self.state, language=language)
        return replace(self, conversation=replace(self.conversation, state=state))

    @property
    def next_nudge(self) -> str:
        """Return the date of the next nudge as text; "" when there is none."""
        return next_nudge_text(
            self.connection, self.person, self.state.answers, self.now, self.state.language
        )

    @property
    def first_name(self) -> str:
        """Return the person's first name where it is said: when the coach comes back."""
        if not (self.state.nudge or self.state.is_unheard):
            return ""
        profile = people.profile_of(self.connection, self.office.ring, self.person)
        return str(profile.get("first_name", ""))

    @property
    def speaker(self) -> Speaker:
        return self.office.speaker(self.state.language, self.next_nudge, self.first_name)

    def spoken(self, messages: Iterable[Message], state: State | None = None) -> list[Said]:
        """Return messages in words; those that have none are left out."""
        speaker = self.speaker
        said = (speaker.said(message, state or self.state) for message in messages)
        return [one for one in said if one]


PersonCommand = Callable[[Turn, str], tuple[Turn, list[Said]]]
"""A command beyond the flow: takes a turn and an argument, returns the turn after it."""
