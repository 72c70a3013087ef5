"""What a person may demand: to know what is kept, to take it along, to have it deleted."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from coachbot.coach.turn import Office, Turn
from coachbot.flow.messages import Say
from coachbot.flow.moving import open_question
from coachbot.store import conversations, people
from coachbot.store.database import Connection, afterwards
from coachbot.store.people import Person
from coachbot.texts.said import Attachment, Button, Said

EXPORT_SHAPE = 1
YES, NO = "yes-", "no"
"""What the buttons of /delete carry; yes is followed by the second at which it was asked."""
CONFIRMABLE: Final = timedelta(minutes=15)


def privacy(turn: Turn, _: str) -> tuple[Turn, list[Said]]:
    return turn, turn.spoken((Say("privacy"), *open_question(turn.office.flow, turn.state)))


def export(turn: Turn, _: str) -> tuple[Turn, list[Said]]:
    """Hand over everything that is stored about the person, as one JSON file."""
    content = json.dumps(exported(turn), ensure_ascii=False, indent=2).encode()
    caption = turn.speaker.plainly("exported")
    return turn, [Said(caption, attachment=Attachment("coachbot-export.json", content))]


def exported(turn: Turn) -> dict[str, Any]:
    """Return everything about a person as JSON data: who, and every answer ever given."""
    person, ring = turn.person, turn.office.ring
    all_of = conversations.all_of(turn.connection, ring, person)
    return {
        "shape": EXPORT_SHAPE,
        "exported_at": turn.now.isoformat(),
        "person": {
            "channel": person.address.channel,
            "address": person.address.name,
            "language": person.language,
            "created_at": person.created_at.isoformat(),
            "seen_at": person.seen_at.isoformat(),
            "profile": people.profile_of(turn.connection, ring, person),
        },
        "definitions": [_definition(turn, conversation) for conversation in all_of],
    }


def _definition(turn: Turn, conversation: conversations.Conversation) -> dict[str, Any]:
    given = conversations.history(turn.connection, turn.office.ring, conversation)
    return {
        "version": conversation.version,
        "finished_at": conversation.finished_at and conversation.finished_at.isoformat(),
        "state": conversation.state.to_data(),
        "answers": [
            {
                "question": one.key.question,
                "item": one.key.item,
                "value": one.value,
                "version": one.version,
                "current": one.current,
                "given_at": one.given_at.isoformat(),
            }
            for one in given
        ],
    }


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
    if not turn.state.started:
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
