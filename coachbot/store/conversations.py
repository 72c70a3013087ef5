"""Conversations: a definition's state, and its answers, append-only with a current flag."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Self, TypeAlias

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from coachbot.flow.answers import Answers, Key, Value
from coachbot.flow.state import State
from coachbot.store.database import write_together
from coachbot.store.identity import new_id
from coachbot.store.people import Person
from coachbot.store.sealing import KeyRing
from coachbot.store.tables import answers, definitions
from coachbot.store.types import Sealed

Face: TypeAlias = tuple[str, str, str, str]
"""A button as it was shown: label, verb, argument, item."""

_Stored: TypeAlias = tuple[int, str, Sealed]
"""The id, question and content of an answer's row."""

PASSING: Final = ("next.", "nudge.", "check.lived", "check.moment", "check.harvest")
"""Stages of a conversation, not parts of the definition: no version begins with them."""

_DEFINITION: Final = select(definitions).where(
    definitions.c.id == bindparam("definition"), definitions.c.person_id == bindparam("person")
)
_DEFINITIONS: Final = select(definitions).where(
    definitions.c.id.in_(bindparam("definitions", expanding=True))
)
_CURRENT: Final = (
    select(answers.c.definition_id, answers.c.id, answers.c.question, answers.c.content)
    .where(answers.c.definition_id.in_(bindparam("definitions", expanding=True)), answers.c.current)
    .order_by(answers.c.id)
)
_KEEP: Final = update(definitions).where(definitions.c.id == bindparam("definition"))
_REPLACE: Final = update(answers).where(answers.c.id == bindparam("answer"))
_ANSWER: Final = insert(answers)


@dataclass(frozen=True, slots=True)
class Conversation:
    """One definition as it stands.

    `rows` maps a key to the id of its current row. A version is `issued` once it was handed out;
    the next change then begins a new one. `keyboard` holds the buttons that can be tapped now.
    `given` are keys that were answered just now, perhaps in the same words as the last time.
    """

    id: int
    person: Person
    state: State
    version: int = 1
    issued: bool = False
    finished_at: datetime | None = None
    created_at: datetime | None = None
    changed_at: datetime | None = None
    rows: Mapping[Key, int] = field(default_factory=dict)
    keyboard: tuple[Face, ...] = ()
    given: Collection[Key] = ()

    def changed(self, state: State, given: Collection[Key] = ()) -> dict[Key, Value]:
        """Return the answers of `state` that differ from those of this conversation.

        Those of `given` count in any case: a rating of four is another four.
        """
        old = self.state.answers
        return {
            key: value
            for key, value in state.answers.items()
            if key in given or key not in old or old[key] != value
        }

    def after(
        self,
        state: State,
        now: datetime,
        *,
        hands_out: bool = False,
        given: Collection[Key] = (),
    ) -> Self:
        """Return the conversation with a new state.

        `hands_out`: a finished document is given, so the next change begins a new version.
        """
        changed = self.changed(state)
        ripens = any(not key.question.startswith(PASSING) for key in changed)
        begins = ripens and self.issued
        return replace(
            self,
            state=state,
            version=self.version + begins,
            issued=(self.issued and not begins) or (hands_out and state.finished),
            finished_at=self.finished_at or (now if state.finished else None),
            changed_at=now if changed or given else self.changed_at,
            given=tuple(given),
        )


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as it was given, for histories and exports."""

    key: Key
    value: Value
    version: int
    current: bool
    given_at: datetime


def begin(
    connection: Connection, ring: KeyRing, person: Person, state: State, now: datetime
) -> Conversation:
    """Begin an empty definition; answers to take along are saved afterwards."""
    conversation = Conversation(new_id(now), person, state, created_at=now, changed_at=now)
    connection.execute(
        insert(definitions).values(
            id=conversation.id,
            person_id=person.id,
            state=_sealed_state(ring, conversation),
            version=1,
            issued=False,
            created_at=now,
            changed_at=now,
        )
    )
    return conversation


def load(
    connection: Connection, ring: KeyRing, person: Person, definition_id: int
) -> Conversation | None:
    """Load a definition of this person's, its current answers only; None if it is not theirs."""
    return load_all(connection, ring, {definition_id: person}).get(definition_id)


def load_all(
    connection: Connection, ring: KeyRing, owners: Mapping[int, Person]
) -> dict[int, Conversation]:
    """Load definitions of several people, by id; whatever is not its owner's is left out."""
    if not owners:
        return {}
    which = {"definitions": tuple(owners)}
    given: dict[int, list[_Stored]] = {id_: [] for id_ in owners}
    for definition_id, *answer in connection.execute(_CURRENT, which):
        given[definition_id].append(tuple(answer))
    return {
        row.id: _conversation(ring, row, given[row.id], owners[row.id])
        for row in connection.execute(_DEFINITIONS, which)
        if row.person_id == owners[row.id].id
    }


def _conversation(
    ring: KeyRing, row: Row[Any], given: Iterable[_Stored], person: Person
) -> Conversation:
    values: dict[Key, Value] = {}
    rows: dict[Key, int] = {}
    for id_, question, content in given:
        key, value = _opened(ring, id_, question, content, person.id)
        values[key], rows[key] = value, id_
    data = ring.open(row.state, "definitions", row.id, person.id)
    state = State.from_data(data["state"], Answers(values), person.language)
    return Conversation(
        row.id,
        person,
        state,
        row.version,
        row.issued,
        row.finished_at,
        row.created_at,
        row.changed_at,
        rows,
        tuple((label, verb, argument, item) for label, verb, argument, item in data["keyboard"]),
    )


def revision(connection: Connection, ring: KeyRing, person: Person) -> int:
    """Return the revision of the open question of a person's definition; 0 before the first."""
    which = {"definition": person.definition_id, "person": person.id}
    row = connection.execute(_DEFINITION, which).one_or_none()
    if row is None:
        return 0
    data = ring.open(row.state, "definitions", row.id, person.id)
    return State.from_data(data["state"], Answers(), person.language).revision


def save(
    connection: Connection,
    ring: KeyRing,
    before: Conversation,
    after: Conversation,
    now: datetime,
    message_id: int | None = None,
) -> Conversation:
    """Append the answers that differ and keep the state; returns `after` with its new rows."""
    changed = before.changed(after.state, after.given)
    rows = _append(connection, ring, before, after, changed, now, message_id)
    kept = {
        "definition": after.id,
        "state": _sealed_state(ring, after),
        "version": after.version,
        "issued": after.issued,
        "finished_at": after.finished_at,
        "changed_at": after.changed_at,
    }
    write_together(connection, _KEEP, (kept,))
    return replace(after, rows={**before.rows, **rows})


def _append(
    connection: Connection,
    ring: KeyRing,
    before: Conversation,
    after: Conversation,
    changed: Mapping[Key, Value],
    now: datetime,
    message_id: int | None,
) -> dict[Key, int]:
    if not changed:
        return {}
    old = [before.rows[key] for key in changed if key in before.rows]
    if old:
        write_together(connection, _REPLACE, [{"answer": row, "current": False} for row in old])
    rows = {key: new_id(now) for key in changed}
    write_together(
        connection,
        _ANSWER,
        [
            {
                "id": rows[key],
                "person_id": before.person.id,
                "definition_id": before.id,
                "question": key.question,
                "content": ring.seal([key.item, value], "answers", rows[key], before.person.id),
                "version": after.version,
                "current": True,
                "message_id": message_id,
                "given_at": now,
            }
            for key, value in changed.items()
        ],
    )
    return rows


def all_of(connection: Connection, ring: KeyRing, person: Person) -> list[Conversation]:
    """Return every definition of a person, the oldest first."""
    ids = connection.scalars(
        select(definitions.c.id)
        .where(definitions.c.person_id == person.id)
        .order_by(definitions.c.id)
    ).all()
    loaded = [load(connection, ring, person, id_) for id_ in ids]
    return [conversation for conversation in loaded if conversation]


def history(connection: Connection, ring: KeyRing, conversation: Conversation) -> list[Given]:
    """Return every answer ever given to a definition, the oldest first."""
    rows = connection.execute(
        select(answers).where(answers.c.definition_id == conversation.id).order_by(answers.c.id)
    ).all()
    return [_given(ring, row, conversation.person.id) for row in rows]


def answered_by(
    connection: Connection, ring: KeyRing, person: Person, message_id: int
) -> tuple[Key, bool] | None:
    """Return the key a message answered, and whether that answer is still the current one.

    None when it answered nothing, or several questions at once.
    """
    rows = connection.execute(
        select(answers)
        .where(answers.c.person_id == person.id, answers.c.message_id == message_id)
        .order_by(answers.c.id)
    ).all()
    opened = [(_opened(ring, r.id, r.question, r.content, person.id)[0], r.current) for r in rows]
    return opened[-1] if len({key for key, _ in opened}) == 1 else None


def _given(ring: KeyRing, row: Row[Any], person_id: int) -> Given:
    key, value = _opened(ring, row.id, row.question, row.content, person_id)
    return Given(key, value, row.version, row.current, row.given_at)


def _opened(
    ring: KeyRing, row: int, question: str, content: Sealed, person_id: int
) -> tuple[Key, Value]:
    item, value = ring.open(content, "answers", row, person_id)
    return Key(question, item), tuple(value) if isinstance(value, list) else value


def _sealed_state(ring: KeyRing, conversation: Conversation) -> Sealed:
    data = {"state": conversation.state.to_data(), "keyboard": conversation.keyboard}
    return ring.seal(data, "definitions", conversation.id, conversation.person.id)
