"""What a person may demand: to know what is kept, to take it along, to have it deleted."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from coachbot.coach.handing_out import AT_THE_END, ordered
from coachbot.coach.turn import Office, Turn
from coachbot.flow.messages import Say
from coachbot.flow.moving import open_question
from coachbot.store import conversations, people
from coachbot.store.database import Connection, afterwards
from coachbot.store.people import Person
from coachbot.store.sealing import KeyRing
from coachbot.store.walking import everything_about
from coachbot.texts.said import Attachment, Button, Order, Said

EXPORT: Final = "export"
EXPORT_FILE: Final = "coachbot-export.json"
EXPORT_SHAPE: Final = 2
PLUMBING: Final = frozenset({"id", "person_id", "definition_id"})
YES, NO = "yes-", "no"
"""What the buttons of /delete carry; yes is followed by the second at which it was asked."""
CONFIRMABLE: Final = timedelta(minutes=15)


def privacy(turn: Turn, _: str) -> tuple[Turn, list[Said]]:
    return turn, turn.spoken((Say("privacy"), *open_question(turn.office.flow, turn.state)))


def export(turn: Turn, _: str) -> tuple[Turn, list[Said]]:
    """Promise everything that is stored about the person as one file, and every document.

    Documents are left out as far as the hour's are used up; the file has it all anyway.
    """
    left = turn.documents_left
    if not left:
        return turn, [turn.speaker.refusal("documents")]
    order = Order(EXPORT, "", turn.conversation.id)
    stored = conversations.all_of(turn.connection, turn.office.ring, turn.person)
    documents = [
        replace(ordered(turn, face), order=Order(face, "", definition.id))
        for definition in stored
        if definition.state.finished
        for face in AT_THE_END
    ]
    file = Said(turn.speaker.plainly("exported"), order=order)
    return turn, [file, *(documents if len(documents) < left else ())]


def export_file(connection: Connection, ring: KeyRing, person: Person, now: datetime) -> Attachment:
    """Return the file that an export promised, of what is stored now."""
    told = exported(connection, ring, person, now)
    # Half a letter, as a raw update may hold, becomes an escape of JSON's own.
    content = json.dumps(told, ensure_ascii=False, indent=2).encode(errors="backslashreplace")
    return Attachment(EXPORT_FILE, content)


def exported(
    connection: Connection, ring: KeyRing, person: Person, now: datetime
) -> dict[str, Any]:
    """Return everything about a person as JSON data: every row of every table.

    Answers stand with their definition. Ids mean nothing outside the database and are left out.
    """
    rows = everything_about(connection, ring, person)
    [who], answers, definitions = rows.pop("people"), rows.pop("answers"), rows.pop("definitions")
    return {
        "shape": EXPORT_SHAPE,
        "exported_at": now.isoformat(),
        "person": _told(who),
        "definitions": [_definition(definition, answers) for definition in definitions],
        **{name: [_told(row) for row in table] for name, table in rows.items()},
    }


def _definition(definition: dict[str, Any], answers: list[dict[str, Any]]) -> dict[str, Any]:
    given = [_answer(one) for one in answers if one["definition_id"] == definition["id"]]
    return {**_told(definition), "state": definition["state"]["state"], "answers": given}


def _answer(row: dict[str, Any]) -> dict[str, Any]:
    told = _told(row)
    item, value = told.pop("content")
    return {**told, "item": item, "value": value}


def _told(row: dict[str, Any]) -> dict[str, Any]:
    return {name: cell for name, cell in row.items() if name not in PLUMBING}


def erase(office: Office, connection: Connection, person: Person, now: datetime) -> None:
    """Erase a person: noted in the ledger first, so that no backup ever brings them back."""
    if office.ledger:
        office.ledger.note(person.id, now)
    people.erase(connection, person, now)
    afterwards(connection, office.printer.forget)


def _is_confirmed(turn: Turn, argument: str) -> bool:
    """Whether a button says yes to a question that was asked just now, and of this person.

    A chat keeps its old buttons for ever. Tapped in passing months later, or after the person was
    erased and began anew, yes is asked again. Who has nothing yet to lose (a second tap on the
    same button) is told once more that it is done.
    """
    if not argument.startswith(YES):
        return False
    if not (turn.state.started or turn.state.answers):
        return True
    asked = argument.removeprefix(YES)
    age = int(turn.now.timestamp()) - int(asked) if asked.isdecimal() else -1
    is_theirs = asked.isdecimal() and int(asked) >= int(turn.person.created_at.timestamp())
    return is_theirs and 0 <= age <= CONFIRMABLE.total_seconds()


def delete(turn: Turn, argument: str) -> tuple[Turn, list[Said]]:
    """Ask first; then delete the person and every row of theirs."""
    speaker = turn.speaker
    if _is_confirmed(turn, argument):
        erase(turn.office, turn.connection, turn.person, turn.now)
        return replace(turn, is_gone=True), [Said(speaker.plainly("deleted"))]
    if argument == NO:
        return turn, turn.spoken((Say("delete_kept"), *open_question(turn.office.flow, turn.state)))
    yes = f"{YES}{int(turn.now.timestamp())}"
    buttons = (
        (Button(speaker.control("delete_yes"), "command", "delete", yes),),
        (Button(speaker.control("delete_no"), "command", "delete", NO),),
    )
    return turn, [Said(speaker.plainly("delete_ask"), buttons)]
