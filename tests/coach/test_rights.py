"""What a person may demand: to know, to take along, to have deleted."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from coachbot.channels.telegram.outgoing import attachment_of
from coachbot.coach import Coach, rights
from coachbot.coach.handing_out import AT_THE_END
from coachbot.flow.answers import Answers, Key
from coachbot.store import conversations, people
from coachbot.store.inbox import MOST_ATTEMPTS, QUARANTINED
from coachbot.store.ledger import Ledger
from coachbot.store.people import Address
from coachbot.store.sealing import KeyRing
from coachbot.store.tables import metadata
from coachbot.store.types import Sealed
from coachbot.texts.said import Order
from tests.factories import OPENING
from tests.fake_botapi import Person
from tests.telegram.wire import Wire

NAME = Key("business.name")


async def meets(wire: Wire, name: str, *texts: str) -> Person:
    person = wire.person(name)
    await wire.says(person, "/start", *texts)
    return person


async def exported(wire: Wire, person: Person) -> dict[str, Any]:
    """Ask for everything; return what the file says."""
    await person.sends("/export")
    wire.fetch()
    wire.work()
    [owed] = wire.post.take(wire.now, 9, ())
    order = attachment_of(owed.parcel.parameters)
    assert isinstance(order, Order)
    file = wire.coach.printed(owed.person_id, order, wire.now)
    assert file.name == "coachbot-export.json"
    told: dict[str, Any] = json.loads(file.content)
    return told


def person_ids(wire: Wire, *chats: Person) -> list[int]:
    with wire.coach.database.read() as connection:
        found = [people.find(connection, Address("telegram", str(chat.id))) for chat in chats]
    return [one.id for one in found if one]


# ---- to know


async def test_promise_48_privacy_is_told_and_the_question_stays_open(light: Wire) -> None:
    facts = replace(light.coach.office.facts, operator="Werkstatt <&>", contact="a@b.example")
    light = Wire(Coach(replace(light.coach.office, facts=facts), light.coach.database))
    anna = await meets(light, "Anna", "/privacy")
    assert "Verantwortlich: Werkstatt <&>, a@b.example" in anna.chat
    assert "Um welchen Betrieb" in anna.newest().text
    assert light.refused == []


async def test_promise_48_the_notice_comes_once_before_the_first_answer(light: Wire) -> None:
    anna = await meets(light, "Anna", "Bäckerei")
    texts = [message.text for message in anna.messages]
    notice = next(n for n, text in enumerate(texts) if text.startswith("Bevor du antwortest"))
    assert notice < texts.index("Bäckerei")
    await light.says(anna, "/start")
    assert anna.chat.count("Bevor du antwortest") == 1


@pytest.mark.parametrize("first", ["/privacy", "/export", "/help", "/delete", "/summary", "Hallo"])
async def test_promise_48_whoever_begins_otherwise_is_told_before_the_first_answer(
    light: Wire, first: str
) -> None:
    anna = light.person()
    await light.says(anna, first, "Hallo", "Bäckerei")
    answered = next(m.id for m in anna.messages if m.text == "Bäckerei" and not m.by_bot)
    assert anna.newest("Bevor du antwortest").id < answered
    assert light.answers(anna).text("business.name") in ("", "Bäckerei")


# ---- to take along


async def test_promise_48_everything_ever_said_is_in_the_export(wire: Wire) -> None:
    anna = await meets(wire, "Anna", "Bäkerei", "/a1", "Bäckerei", "Brot", "alle")
    await meets(wire, "Bert", "Imkerei")
    await wire.says(anna, "/new", "Wirte")
    told = await exported(wire, anna)
    assert told["person"] | {"created_at": "", "seen_at": ""} == {
        "channel": "telegram",
        "address": str(anna.id),
        "language": "de",
        "created_at": "",
        "seen_at": "",
        "unreachable_at": None,
        "warned_at": None,
        "profile": {"first_name": "Anna"},
    }
    first, second = told["definitions"]
    assert [(one["question"], one["value"], one["current"]) for one in first["answers"]] == [
        ("business.name", "Bäkerei", False),
        ("business.name", "Bäckerei", True),
        ("business.what", "Brot", True),
        ("business.group", "alle", True),
    ]
    assert [one["value"] for one in second["answers"]] == ["Bäckerei", "Brot", "Wirte"]
    assert "Imkerei" not in json.dumps(told)


async def test_promise_48_every_kind_of_answer_can_be_exported(light: Wire) -> None:
    anna = light.person()
    await light.finishes(anna)
    told = await exported(light, anna)
    [definition] = told["definitions"]
    values = {(one["question"], one["item"]): one["value"] for one in definition["answers"]}
    current = {
        tuple(key): list(value) if isinstance(value, tuple) else value
        for key, value in light.answers(anna).items()
    }
    assert values == current
    assert definition["finished_at"]
    assert definition["state"]["finished"]


async def test_promise_48_the_documents_come_with_the_export(light: Wire) -> None:
    anna = light.person()
    await light.finishes(anna)
    await light.says(anna, "/new", "Wirte")
    await anna.sends("/export")
    light.fetch()
    light.work()
    orders = [attachment_of(owed.parcel.parameters) for owed in light.send()]
    assert [one.face for one in orders if isinstance(one, Order)] == ["export", *AT_THE_END]
    with light.coach.database.read() as connection:
        [person_id] = person_ids(light, anna)
        person = people.get(connection, person_id)
        finished, _ = conversations.all_of(connection, light.coach.office.ring, person)
    assert {one.definition_id for one in orders[1:] if isinstance(one, Order)} == {finished.id}


async def test_promise_48_half_a_letter_does_not_spoil_the_export(light: Wire) -> None:
    anna = await meets(light, "Anna", "Bäckerei")
    await anna.sends_raw({"message": {"chat": {"id": anna.id}, "text": "halb \ud83d"}})
    light.runs()
    told = await exported(light, anna)
    assert [one["payload"]["message"]["text"] for one in told["inbox"] if one["payload"]] == [
        "halb \ud83d"
    ]


# ---- to have deleted


async def test_promise_48_deleting_asks_first(light: Wire) -> None:
    anna = await meets(light, "Anna", "Bäckerei", "/delete")
    assert anna.newest().buttons == ["Ja, alles löschen", "Nein, behalten"]
    assert light.answers(anna)[NAME] == "Bäckerei"
    await light.taps(anna, "Nein, behalten")
    assert "alles bleibt, wie es ist" in anna.chat
    assert "Was bekommt man dort" in anna.newest().text
    assert light.answers(anna)[NAME] == "Bäckerei"


async def test_promise_48_deleting_leaves_no_row_of_the_person(wire: Wire) -> None:
    anna = await meets(wire, "Anna", "Bäckerei", "/a1", "Bäckerei am Tor", "Brot")
    bert = await meets(wire, "Bert", "Imkerei")
    await wire.says(anna, "/new", "Wirte", "/delete")
    [anna_id, bert_id] = person_ids(wire, anna, bert)
    before = len(anna.messages)
    await wire.taps(anna, "Ja, alles löschen")
    assert dict(rows_of(wire, anna_id)) == {}
    assert set(dict(rows_of(wire, bert_id))) == {
        *("people", "definitions", "answers", "outbox", "schedules")
    }
    assert [row.payload for row in wire.inbox() if row.chat == anna.id if row.payload] == []
    assert [m.text[:9] for m in anna.messages[before:]] == ["Gelöscht."]
    assert wire.answers(bert)[NAME] == "Imkerei"


def rows_of(wire: Wire, person_id: int) -> Iterator[tuple[str, int]]:
    """Yield each table that has rows of a person, and how many."""
    with wire.coach.database.read() as connection:
        for table in metadata.sorted_tables:
            column = table.c.id if table.name == "people" else table.c.get("person_id")
            if column is None:
                continue
            if rows := connection.execute(select(table).where(column == person_id)).all():
                yield table.name, len(rows)


async def test_promise_48_what_could_not_be_handled_is_deleted_as_well(wire: Wire) -> None:
    anna = await meets(wire, "Anna", "Bäckerei")
    await anna.sends_raw({"message": {"chat": {"id": anna.id}, "text": "mein Geheimnis"}})
    wire.runs()
    assert [row.state for row in wire.inbox()][-1] == QUARANTINED
    await wire.says(anna, "/delete")
    await wire.taps(anna, "Ja, alles löschen")
    assert [row.payload for row in wire.inbox() if row.payload] == []


async def test_promise_48_yes_counts_only_while_one_remembers_the_question(light: Wire) -> None:
    anna = await meets(light, "Anna", "Bäckerei", "/delete")
    asked = anna.newest()
    light.passes(minutes=16)
    await anna.taps("Ja, alles löschen", asked)
    light.runs()
    assert light.answers(anna)[NAME] == "Bäckerei"
    assert anna.newest().text.startswith("Soll ich alles löschen")
    await light.taps(anna, "Ja, alles löschen")
    assert not light.is_known(anna)


async def test_promise_48_yes_of_a_former_life_does_not_delete_the_new_one(light: Wire) -> None:
    anna = await meets(light, "Anna", "Bäckerei", "/delete")
    asked = anna.newest()
    await light.taps(anna, "Ja, alles löschen")
    light.passes(minutes=2)
    await light.says(anna, "/start", "Imkerei")
    await anna.taps("Ja, alles löschen", asked)
    light.runs()
    assert light.answers(anna)[NAME] == "Imkerei"
    assert anna.newest().buttons == ["Ja, alles löschen", "Nein, behalten"]


@pytest.mark.parametrize("argument", ["yes", "yes-", "yes-x", "yes-99999999999", "yes--5", "yes-0"])
async def test_promise_13_a_made_up_yes_is_asked_back(light: Wire, argument: str) -> None:
    anna = await meets(light, "Anna", "Bäckerei")
    await anna.taps_data(f"c.delete.{argument}")
    light.runs()
    assert light.answers(anna)[NAME] == "Bäckerei"
    assert anna.newest().buttons == ["Ja, alles löschen", "Nein, behalten"]


async def test_promise_13_a_made_up_yes_spares_answers_of_whoever_never_started(
    light: Wire,
) -> None:
    anna = light.person()
    light.begins(anna, Answers(OPENING))
    await light.says(anna, "/help")
    assert not light.state(anna).started
    await anna.taps_data("c.delete.yes-0")
    light.runs()
    assert len(light.answers(anna)) == len(OPENING)


async def test_promise_13_buttons_of_a_former_life_answer_nothing(light: Wire) -> None:
    anna = await meets(light, "Anna", "Bäckerei", "Brot", "alle")
    old = [message for message in anna.messages if message.buttons]
    await light.says(anna, "/delete")
    await light.taps(anna, "Ja, alles löschen")
    light.passes(seconds=30)
    await light.says(anna, "/start", "Imkerei", "Honig", "alle")
    before = light.answers(anna)
    for message in old:
        for button in range(len(message.buttons)):
            await anna.taps(message.buttons[button], message)
    light.runs()
    assert light.answers(anna) == before


async def test_promise_40_an_erasure_is_in_the_ledger_before_it_is_committed(
    light: Wire, tmp_path: Path
) -> None:
    light, ledger = noting(light, tmp_path)
    anna = await meets(light, "Anna", "Bäckerei", "/delete")
    [anna_id] = person_ids(light, anna)
    await anna.taps("Ja, alles löschen")
    light.fetch()
    with light.coach.database.write() as connection:
        person = people.get(connection, anna_id)
        rights.erase(light.coach.office, connection, person, light.now)
        assert ledger.erased() == {anna_id: light.now}
        connection.rollback()
    assert light.is_known(anna)
    light.work()
    assert not light.is_known(anna)
    assert ledger.erased() == {anna_id: light.now}


async def test_promise_40_whoever_cannot_be_noted_is_not_erased(
    light: Wire, tmp_path: Path
) -> None:
    light, ledger = noting(light, tmp_path)
    anna = await meets(light, "Anna", "Bäckerei", "/delete")
    ledger.path.unlink()
    ledger.path.mkdir()
    await anna.taps("Ja, alles löschen")
    light.fetch()
    for _ in range(MOST_ATTEMPTS):
        worked = light.work()
        light.passes(minutes=1)
    assert "SettingsError" in worked.alarms[0]
    light.send()
    assert light.is_known(anna)
    assert "schiefgegangen" in anna.newest().text


def noting(wire: Wire, folder: Path) -> tuple[Wire, Ledger]:
    """Return a wire whose erasures are noted in a ledger."""
    ledger = Ledger.opened(folder / "erasures.jsonl")
    office = replace(wire.coach.office, ledger=ledger)
    return Wire(Coach(office, wire.coach.database)), ledger


async def test_promise_48_deleting_twice_is_harmless(wire: Wire) -> None:
    anna = await meets(wire, "Anna", "Bäckerei", "/delete")
    await anna.taps("Ja, alles löschen")
    await anna.taps_again()
    worked = wire.runs()
    assert worked.alarms == ()
    assert not wire.is_known(anna)
    assert {name for name, rows in wire.everything().items() if rows} == {"inbox", "pulses"}
    assert anna.newest().text.startswith("Gelöscht.")


async def test_promise_48_what_is_still_owed_is_not_sent_any_more(wire: Wire) -> None:
    anna = await meets(wire, "Anna", "/delete")
    await anna.sends("/help")
    wire.fetch()
    wire.work()
    [under_way] = wire.post.take(wire.now, 9, ())
    assert wire.post.is_owed(under_way.id)
    await anna.taps("Ja, alles löschen")
    wire.fetch()
    wire.work()
    assert wire.outbox() == []
    assert wire.post.next_due(wire.now) is None
    assert not wire.post.is_owed(under_way.id)
    assert under_way.chat == anna.id
    assert wire.send() == []


async def test_after_deleting_one_begins_like_anybody_new(light: Wire) -> None:
    anna = await meets(light, "Anna", "Bäckerei", "/delete")
    await light.taps(anna, "Ja, alles löschen")
    light.passes(hours=1)
    await light.says(anna, "Hallo")
    assert dict(light.answers(anna)) == {}
    assert anna.chat.count("Bevor du antwortest") == 2


async def test_promise_42_not_even_the_cipher_is_left_in_the_files(
    light: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever was ever sealed for a person, kept or long replaced, is nowhere on the disk."""
    sealed = list[bytes]()
    seal = KeyRing.seal

    def sealing(ring: KeyRing, data: Any, table: str, row: int, person: int) -> Sealed:
        sealed.append(seal(ring, data, table, row, person))
        return Sealed(sealed[-1])

    monkeypatch.setattr(KeyRing, "seal", sealing)
    anna = await meets(light, "Anna", "Bäckerei", "/a1", "Bäckerei am Tor", "Brot " * 600, "alle")
    await anna.sends_raw({"message": {"chat": {"id": anna.id}, "text": "mein Geheimnis"}})
    light.runs()
    await light.says(anna, "/new", "Wirte", "/export")
    assert len([cipher for cipher in sealed if cipher[5:] in on_disk(light)]) > 10
    await light.says(anna, "/delete")
    await light.taps(anna, "Ja, alles löschen")
    left = on_disk(light)
    assert len(sealed) > 40
    assert [piece for cipher in sealed for piece in pieces(cipher) if piece in left] == []


def pieces(cipher: bytes) -> Iterator[bytes]:
    """Yield all of a cipher text behind its key's id; a page of the file may hold a part only."""
    for at in range(5, len(cipher) - 24, 24):
        yield cipher[at : at + 24]
    yield cipher[-24:]


def on_disk(wire: Wire) -> bytes:
    """Return the bytes of the database's files, as they lie there."""
    path = Path(str(wire.coach.database.writer.url.database))
    return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))


async def test_promise_42_the_log_is_cleared_when_nobody_reads_any_more(light: Wire) -> None:
    """Whoever reads keeps nobody waiting, and what they may still see goes at the next chance."""
    anna = await meets(light, "Anna", "Bäckerei", "/delete")
    database = light.coach.database
    with database.read() as connection:
        connection.execute(select(metadata.tables["answers"])).all()
        await light.taps(anna, "Ja, alles löschen")
        assert not light.is_known(anna)
        assert size_of_log(light) > 0
    assert database.wipe()
    assert size_of_log(light) == 0


def size_of_log(wire: Wire) -> int:
    return Path(f"{wire.coach.database.writer.url.database}-wal").stat().st_size
