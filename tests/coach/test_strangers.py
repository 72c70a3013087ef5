"""Whatever somebody sends, they reach nothing of anybody else's: over all commands and buttons."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from coachbot.channels.telegram.outgoing import attachment_of
from coachbot.coach.coach import _COMMANDS as OF_A_PERSON
from coachbot.flow.commands import COMMANDS as OF_THE_FLOW
from coachbot.store import people
from coachbot.store.outbox import Owed
from coachbot.store.people import Address
from coachbot.store.walking import tables_about
from coachbot.texts.said import Order
from tests.fake_botapi import Person
from tests.telegram.wire import Wire

EVERY_COMMAND = sorted({*OF_A_PERSON, *OF_THE_FLOW})
CANARY = "Wiedehopf"
PLACES = st.integers(0, 40)


@dataclass(frozen=True)
class Theft:
    """Somebody's attempt: a way of sending, a command, which of the other's ids, and a place."""

    way: str
    command: str
    which: int
    place: int


WAYS = ("writes", "taps", "presses", "edits", "taps their message", "claims their chat")
THEFTS = st.lists(
    st.builds(Theft, st.sampled_from(WAYS), st.sampled_from(EVERY_COMMAND), PLACES, PLACES),
    min_size=1,
    max_size=5,
)


async def victim(wire: Wire) -> Person:
    """Return somebody with two definitions, open buttons, and a canary in every answer.

    One serves a whole test: after every attempt they are as they were.
    """
    bert = wire.telegram.person(id=660_066, first_name=CANARY)
    if wire.is_known(bert):
        return bert
    await wire.says(bert, "/start", f"{CANARY} 1", f"{CANARY} 2", f"{CANARY} 3")
    await wire.says(bert, "/new", f"{CANARY} 4", "/delete")
    return bert


def everything_of(wire: Wire, person: Person) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row about somebody, sealed as it is."""
    with wire.coach.database.read() as connection:
        found = people.find(connection, Address("telegram", str(person.id)))
        assert found
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).where(rows))]
            for table, rows in tables_about(found)
        }


def ids_of(rows: dict[str, list[tuple[Any, ...]]]) -> list[str]:
    """Return every number and short word in somebody's rows: ids, chats, revisions, message ids."""
    cells = [cell for table in rows.values() for row in table for cell in row]
    found = dict.fromkeys(str(cell) for cell in cells if isinstance(cell, int | str))
    return [cell for cell in found if 0 < len(cell) <= 32]


async def attempts(eve: Person, bert: Person, theft: Theft, ids: Sequence[str]) -> None:
    id_ = ids[theft.which % len(ids)]
    theirs = [m for m in bert.messages if m.by_bot]
    message = theirs[theft.place % len(theirs)]
    buttons = [b["callback_data"] for m in theirs for row in m.rows for b in row]
    match theft.way:
        case "writes":
            await eve.sends(f"/{theft.command} {id_}")
        case "taps":
            await eve.taps_data(f"c.{theft.command}.{id_}"[:64], message)
        case "presses":
            await eve.taps_data(f"{id_[:9]}.{theft.place}", message)
        case "edits":
            chat = {"id": eve.id, "type": "private", "first_name": "Eve"}
            edited = {"message_id": message.id, "date": 0, "chat": chat, "from": eve.json}
            await eve.sends_raw({"edited_message": {**edited, "text": f"gestohlen {id_}"}})
        case "taps their message":
            await eve.taps_data(buttons[theft.which % len(buttons)], message)
        case _:
            tap = {"id": "77", "from": eve.json, "chat_instance": "1", "message": message.json}
            data = buttons[theft.which % len(buttons)]
            await eve.sends_raw({"callback_query": {**tap, "data": data}})


def files(wire: Wire, sent: Sequence[Owed]) -> list[bytes]:
    """Return the files that were sent, printed for whom they were sent to."""
    found = []
    for owed in sent:
        if owed.parcel.kind == "document":
            promised = attachment_of(owed.parcel.parameters)
            assert isinstance(promised, Order)
            if promised.face in ("export", "markdown"):
                found.append(wire.coach.printed(owed.person_id, promised, wire.now).content)
    return found


@pytest.mark.parametrize("is_known", [True, False])
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(thefts=THEFTS)
async def test_promise_45_nobody_reads_or_changes_what_is_somebody_elses(
    light: Wire, is_known: bool, thefts: list[Theft]
) -> None:
    wire, refused = light, len(light.refused)
    bert, eve = await victim(wire), wire.person("Eve")
    if is_known:
        await wire.says(eve, "/start", "Imkerei", "Honig")
    before, chat = everything_of(wire, bert), len(bert.messages)
    sent: list[Owed] = []
    for theft in thefts:
        await attempts(eve, bert, theft, ids_of(before))
        wire.fetch()
        wire.work()
        sent += wire.send()
    assert everything_of(wire, bert) == before
    assert len(bert.messages) == chat
    assert {owed.chat for owed in sent} <= {eve.id}
    assert CANARY not in eve.chat
    for content in files(wire, sent):
        assert CANARY.encode() not in content
        assert str(bert.id).encode() not in content
    assert CANARY not in json.dumps(wire.refused[refused:], ensure_ascii=False)


def test_promise_45_every_command_is_tried() -> None:
    assert {"export", "delete", "document", "summary", "switch", "change"} <= set(EVERY_COMMAND)
