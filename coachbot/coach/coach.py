"""The coach: takes an event of a person, runs it through the flow, and returns what is said."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from coachbot.coach import groups, handing_out, languages, rights
from coachbot.coach.turn import Office, PersonCommand, Turn
from coachbot.flow.engine import step
from coachbot.flow.events import Commanded, Event, Returned, Tapped, Wrote
from coachbot.flow.messages import Message, Say, Summarise
from coachbot.flow.replies import command_in, normal
from coachbot.flow.state import State
from coachbot.store import conversations, people
from coachbot.store.conversations import Conversation, Face
from coachbot.store.database import Database
from coachbot.store.people import Address, Person
from coachbot.texts.answers_file import AnswersFile
from coachbot.texts.said import Button, Said
from coachbot.texts.speaker import Speaker

LONG_PAUSE: Final = timedelta(hours=12)
"""After this long a message may be a greeting; it is offered as an answer, not taken as one."""

FINISHED: Final = Say("finished")

_COMMANDS: Final[dict[str, PersonCommand]] = {
    "new": groups.new,
    "switch": groups.switch,
    "language": languages.language,
    "document": handing_out.document,
    "privacy": rights.privacy,
    "export": rights.export,
    "delete": rights.delete,
}


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said to one event, and how the conversation stands after it."""

    said: tuple[Said, ...]
    state: State
    person: Person


@dataclass(frozen=True)
class Coach:
    office: Office
    database: Database

    def handle(
        self,
        address: Address,
        event: Event,
        now: datetime,
        *,
        language: str = "",
        message_id: int | None = None,
    ) -> Reply:
        """Handle one event as one transaction.

        `language` is what the channel knows of a new person's; `message_id` is the message that
        carried the event, so that correcting it can correct the answer.
        """
        with self.database.write() as connection:
            return self.converse(
                connection, address, event, now, language=language, message_id=message_id
            )

    def converse(
        self,
        connection: Connection,
        address: Address,
        event: Event,
        now: datetime,
        *,
        language: str = "",
        message_id: int | None = None,
    ) -> Reply:
        """Handle one event inside a transaction that the caller opened."""
        turn = self._turn(connection, address, language or self.office.language, now)
        is_new = not turn.state.started
        event = _after_pause(turn, _typed_button(turn, event))
        people.saw(connection, turn.person, now)
        after, said = self._answer(turn, event, message_id)
        notice = [Said(turn.speaker.plainly("notice"))] if is_new and after.state.started else []
        return Reply((*notice, *said), after.state, turn.person)

    def seed(self, address: Address, file: AnswersFile, now: datetime) -> None:
        """Begin a definition with the answers of a file, and turn the person to it."""
        with self.database.write() as connection:
            person = people.find(connection, address) or people.add(
                connection, address, file.language, now
            )
            people.speak(connection, person, file.language)
            empty = State(language=file.language)
            begun = conversations.begin(connection, self.office.ring, person, empty, now)
            full = begun.after(replace(empty, answers=file.answers), now)
            conversations.save(connection, self.office.ring, begun, full, now)
            people.turn_to(connection, person, begun.id)

    def still_open(self, reply: Reply) -> Said:
        """Return the core questions that have no answer yet, to be said at the end of input."""
        words = self.office.words(reply.state.language)
        return Speaker(self.office.flow, words, self.office.facts).still_open(reply.state)

    def _turn(self, connection: Connection, address: Address, language: str, now: datetime) -> Turn:
        person = people.find(connection, address) or people.add(connection, address, language, now)
        conversation = self._conversation(connection, person, now)
        fitted = replace(conversation, state=conversation.state.fitted_to(self.office.flow))
        return Turn(self.office, connection, person, fitted, now)

    def _conversation(self, connection: Connection, person: Person, now: datetime) -> Conversation:
        ring = self.office.ring
        if person.definition_id is not None:
            loaded = conversations.load(connection, ring, person, person.definition_id)
            if loaded:
                return loaded
        begun = conversations.begin(connection, ring, person, State(language=person.language), now)
        people.turn_to(connection, person, begun.id)
        return begun

    def _answer(self, turn: Turn, event: Event, message_id: int | None) -> tuple[Turn, list[Said]]:
        command = _command(turn, event)
        if command and command.name in _COMMANDS:
            after, said = _COMMANDS[command.name](turn, command.argument)
            is_gone = command.name == "delete" and command.argument == rights.YES
            return (after, said) if is_gone else (self._keep(after, after, said), said)
        done = step(self.office.flow, turn.state, event)
        hands_out = any(isinstance(message, Summarise) for message in done.messages)
        advanced = turn.conversation.after(done.state, turn.now, hands_out=hands_out)
        after = replace(turn, conversation=advanced)
        said = self._spoken(after, done.messages, command.argument if command else "")
        return self._keep(turn, after, said, message_id), said

    def _spoken(self, turn: Turn, messages: Iterable[Message], argument: str) -> list[Said]:
        said: list[Said] = []
        for message in messages:
            if isinstance(message, Summarise):
                said += handing_out.summary(turn, argument)
            else:
                said += turn.spoken((message,))
        if FINISHED in tuple(messages):
            said.insert(-1, handing_out.file_of(turn))
        return said

    def _keep(
        self, before: Turn, after: Turn, said: Iterable[Said], message_id: int | None = None
    ) -> Turn:
        keyboard = _keyboard(before.conversation, after.state, said)
        kept = conversations.save(
            after.connection,
            self.office.ring,
            before.conversation,
            replace(after.conversation, keyboard=keyboard),
            after.now,
            message_id,
        )
        return replace(after, conversation=kept)


def _command(turn: Turn, event: Event) -> Commanded | None:
    """Return the command an event is, by word or by button, if it is one."""
    if isinstance(event, Wrote | Returned):
        return command_in(turn.office.flow, event.text.strip())
    if isinstance(event, Tapped) and event.verb == "command":
        return Commanded(event.argument, event.item)
    return event if isinstance(event, Commanded) else None


def _after_pause(turn: Turn, event: Event) -> Event:
    away = turn.now - turn.person.seen_at
    return Returned(event.text) if isinstance(event, Wrote) and away > LONG_PAUSE else event


def _typed_button(turn: Turn, event: Event) -> Event:
    """Take the label of a button on screen, typed, for a tap on it."""
    if not isinstance(event, Wrote) or len(event.text) > 80:
        return event
    typed = normal(event.text)
    for label, verb, argument, item in turn.conversation.keyboard:
        if verb in {"command", "change", "leave", "take", "evidence"} and normal(label) == typed:
            return Tapped(verb, argument, item, turn.state.revision)
    return event


def _keyboard(conversation: Conversation, state: State, said: Iterable[Said]) -> tuple[Face, ...]:
    """Return the buttons that can be tapped now: their places are their ids, so none moves."""
    shown = [button for one in said for row in one.buttons for button in row]
    kept = conversation.keyboard if state.revision == conversation.state.revision else ()
    return tuple(dict.fromkeys((*kept, *(_face(button) for button in shown))))


def _face(button: Button) -> Face:
    return button.label, button.verb, button.argument, button.item
