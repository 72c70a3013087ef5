"""The coach: takes an event of a person, runs it through the flow, and returns what is said."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Final

from coachbot.coach import (
    groups,
    handing_out,
    hearing,
    languages,
    meeting,
    nudging,
    pressing,
    rhythm,
    rights,
    schedule,
    trending,
)
from coachbot.coach.meeting import Known
from coachbot.coach.pressing import Pressed
from coachbot.coach.turn import Office, PersonCommand, Turn
from coachbot.flow.engine import step
from coachbot.flow.events import Corrected, Event, Returned, Wrote
from coachbot.flow.messages import Ended, Message, Say, Settled, Summarise
from coachbot.flow.questions import Kind
from coachbot.flow.state import State
from coachbot.store import conversations, people
from coachbot.store.conversations import Face
from coachbot.store.database import Connection, Database
from coachbot.store.people import Address, Person
from coachbot.texts.answers_file import AnswersFile
from coachbot.texts.keyboards import beside
from coachbot.texts.said import Attachment, Order, Said

FINISHED: Final = Say("finished")

_COMMANDS: Final[dict[str, PersonCommand]] = {
    "new": groups.new,
    "switch": groups.switch,
    "language": languages.language,
    "document": handing_out.document,
    "history": handing_out.versions,
    "privacy": rights.privacy,
    "export": rights.export,
    "delete": rights.delete,
    "nudges": rhythm.nudges,
    "reflect": nudging.reflect,
    "trend": trending.show,
}


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said to one event, and how the conversation stands after it.

    `keyboard` holds the buttons that can be pressed now, `revision_before` is the question that
    was open; `is_gone` says that nothing of the person is stored, or not any more.
    """

    said: tuple[Said, ...]
    state: State
    person: Person
    keyboard: tuple[Face, ...] = ()
    revision_before: int = -1
    is_gone: bool = False


@dataclass(frozen=True)
class Coach:
    office: Office
    database: Database

    def handle(
        self, address: Address, event: Event | Pressed, now: datetime, *, language: str = ""
    ) -> Reply:
        """Handle one event as one transaction; `language` is that of a new person."""
        with self.database.write() as connection:
            known = meeting.meet(connection, self.office, (address,))[address]
            return self.converse(connection, address, known, event, now, language=language)

    def converse(
        self,
        connection: Connection,
        address: Address,
        known: Known | None,
        event: Event | Pressed,
        now: datetime,
        *,
        language: str = "",
        first_name: str = "",
        locale: str = "",
        message_id: int | None = None,
        tidies: bool = True,
    ) -> Reply:
        """Handle one event inside a transaction that the caller opened.

        `known` is whom `meet` found at the address. `locale` is the language of a new person's app
        with its region: de-AT. `message_id` is the message that carried the event, so that
        correcting it can correct the answer. `tidies` is False where nobody will see what becomes
        of the question that was open. Raises FlowError for an event that cannot be.
        """
        if known is None:
            known = meeting.welcome(connection, self.office, address, language, locale, now)
        turn = meeting.turn(connection, self.office, known, now)
        if first_name and turn.person.definition_id is None:
            profile = {"first_name": first_name}
            people.keep_profile(connection, self.office.ring, turn.person, profile)
        people.saw(connection, turn.person, now)
        if turn.person.unreachable_at:
            rhythm.wake(connection, turn.person, now)
        turn = nudging.hear(turn)
        pressed = pressing.tapped(turn, event) if isinstance(event, Pressed) else event
        happened = hearing.after_pause(turn, pressing.typed_button(turn, pressed))
        after, said = self._answer(turn, happened, message_id, tidies=tidies)
        said = [*said, *hearing.welcome(turn, happened)]
        is_new = not turn.state.started and after.state.started
        notice = [Said(turn.speaker.plainly("notice"))] if is_new else []
        return _reply(turn, after, [*notice, *said])

    def correct(
        self, connection: Connection, known: Known, text: str, message_id: int, now: datetime
    ) -> Reply:
        """Correct the answer that a message gave, or say why that cannot be."""
        person = known.person
        found = conversations.answered_by(connection, self.office.ring, person, message_id)
        if found is None:
            return self.refuse(connection, known, "edited_unknown", now)
        key, is_current = found
        if not is_current or key.question not in self.office.flow.by_id:
            return self.refuse(connection, known, "edited_replaced", now)
        event = Corrected(key, text)
        return self.converse(connection, person.address, known, event, now, message_id=message_id)

    def append(self, connection: Connection, known: Known, text: str, now: datetime) -> Reply:
        """Append a text to the answer given last: it was sent before the next question came."""
        turn = meeting.turn(connection, self.office, known, now)
        say = partial(self.converse, connection, known.person.address, known, now=now)
        given = [key for key in turn.state.answers if key.question in self.office.flow.by_id]
        key = given[-1] if given else None
        question = self.office.flow.by_id[key.question] if key else None
        if key is None or question is None or question.kind not in (Kind.TEXT, Kind.LIST):
            return say(Wrote(text, adds=True))
        value = turn.state.answers[key]
        said_before = "\n".join(value) if isinstance(value, tuple) else str(value or "")
        return say(Corrected(key, f"{said_before}\n{text}".strip()))

    def refuse(self, connection: Connection, known: Known, name: str, now: datetime) -> Reply:
        """Say kindly that a message cannot be an answer; nothing changes."""
        turn = meeting.turn(connection, self.office, known, now)
        people.saw(connection, known.person, now)
        return _reply(turn, turn, [turn.speaker.refusal(name)])

    def apologise(self, person: Person) -> Reply:
        """Say that something went wrong; reads nothing that may be what went wrong."""
        said = (self.trouble(person.language),)
        return Reply(said, State(language=person.language), person)

    def unsure(self, what: str, language: str) -> Said:
        """Return the offer of a document or question that may or may not have arrived."""
        voice, name = self.office.speaker(language), f"{what}_unsure"
        return Said(voice.plainly(name), beside(voice.words, name))

    def apology(self, person_id: int) -> Said:
        """Return what is said when something went wrong with what a person is owed."""
        with self.database.read() as connection:
            return self.trouble(people.language_of(connection, person_id))

    def apologise_to_stranger(self, address: Address, language: str, now: datetime) -> Reply:
        """Return the apology to somebody of whom nothing could be stored."""
        language = language or self.office.language
        nobody = Person(0, address, language, None, now, now, None)
        said = (self.trouble(language),)
        return Reply(said, State(language=language), nobody, is_gone=True)

    def trouble(self, language: str) -> Said:
        return Said(self.office.speaker(language).plainly("trouble"))

    def printed(self, person_id: int, order: Order, now: datetime) -> Attachment:
        """Print a file that was promised; raises LookupError when there is nothing to print.

        Reads what is stored now and changes nothing; slow enough to deserve a thread.
        """
        with self.database.read() as connection:
            person = people.get(connection, person_id)
            ring = self.office.ring
            if order.face == rights.EXPORT:
                return rights.export_file(connection, ring, person, now)
            found = conversations.load(connection, ring, person, order.definition_id)
            if found is None:
                raise LookupError("the definition is gone")
            turn = Turn(self.office, connection, person, found, now)
            definition, words = handing_out.promised(turn, order)
        made = self.office.printer.print(order.face, definition, words)
        return Attachment(made.name, made.content)

    def revision(self, connection: Connection, person: Person) -> int:
        """Return the revision of the question that is open; loads no answer."""
        return conversations.revision(connection, self.office.ring, person)

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
            if schedule.SCHEDULE in file.answers:
                schedule.take(connection, person, file.answers, now)

    def still_open(self, reply: Reply) -> Said:
        """Return the core questions that have no answer yet, to be said at the end of input."""
        return self.office.speaker(reply.state.language).still_open(reply.state)

    def say(self, before: Turn, after: Turn, said: Sequence[Said]) -> Reply:
        """Keep what a turn has become, and return what is said with it."""
        return _reply(before, self._keep(before, after, said), said)

    def _answer(
        self, turn: Turn, event: Event, message_id: int | None, *, tidies: bool
    ) -> tuple[Turn, list[Said]]:
        command, (turn, setting) = hearing.command(turn, event), hearing.setting(turn)
        if setting and command is None and isinstance(event, Wrote | Returned):
            return self._kept(turn, *rhythm.typed(turn, setting, event.text))
        if command and command.name in _COMMANDS:
            return self._kept(turn, *_COMMANDS[command.name](turn, command.argument))
        done = nudging.with_evidence(turn, step(self.office.flow, turn.state, event))
        replaces = any(key in turn.state.answers for key in done.written)
        if replaces and turn.is_full:  # first answers are as many as questions
            return turn, [turn.speaker.refusal("full")]
        hands_out = any(isinstance(message, Summarise | Ended) for message in done.messages)
        given = nudging.given_in(turn, done.written)
        advanced = turn.conversation.after(done.state, turn.now, hands_out=hands_out, given=given)
        after = replace(turn, conversation=advanced)
        nudging.note(turn, done)
        messages = [m for m in done.messages if tidies or not isinstance(m, Settled)]
        said = self._spoken(after, messages, command.argument if command else "")
        return self._keep(turn, after, said, message_id), said

    def _kept(self, turn: Turn, after: Turn, said: list[Said]) -> tuple[Turn, list[Said]]:
        """Keep what a command did; it may have turned to another definition, or erased all."""
        if after.is_gone:
            return after, said
        is_same = after.conversation.id == turn.conversation.id
        return self._keep(turn if is_same else after, after, said), said

    def _spoken(self, turn: Turn, messages: Sequence[Message], argument: str) -> list[Said]:
        said: list[Said] = []
        speaker = turn.speaker
        for message in messages:
            if isinstance(message, Summarise):
                said += handing_out.summary(turn, argument)
            elif isinstance(message, Ended):
                said.append(nudging.ending(turn, message))
            elif spoken := speaker.said(message, turn.state):
                said.append(spoken)
        if FINISHED in messages:
            said[-1:-1] = handing_out.at_the_end(turn)
        return said

    def _keep(
        self, before: Turn, after: Turn, said: Iterable[Said], message_id: int | None = None
    ) -> Turn:
        keyboard = pressing.keyboard(before.conversation, after.state, said)
        kept = conversations.save(
            after.connection,
            self.office.ring,
            before.conversation,
            replace(after.conversation, keyboard=keyboard),
            after.now,
            message_id,
        )
        return replace(after, conversation=kept)


def _reply(before: Turn, after: Turn, said: Iterable[Said]) -> Reply:
    return Reply(
        tuple(said),
        after.state,
        after.person,
        after.conversation.keyboard,
        before.state.revision,
        after.is_gone,
    )
