"""Backup and restore of SQLite, as an operator meets them on a bad day."""

import json
import threading
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from coachbot.errors import SealError, SettingsError, StoreError
from coachbot.store.backup import Manifest, back_up, manifest_of
from coachbot.store.database import Database, open_database
from coachbot.store.ledger import Ledger
from coachbot.store.migrating import migrate
from coachbot.store.restoring import RESTORED, Restored, restore, settle_in_place
from coachbot.store.sampling import counted, refuse_differing, sampled
from coachbot.store.sealing import KeyRing, new_key
from coachbot.store.tables import answers, inbox, leases, outbox, people, schedules
from tests.conftest import NOW
from tests.fake_botapi import Person
from tests.telegram.wire import Wire

LATER = NOW + timedelta(days=3)


@dataclass
class Machine:
    """A machine with a database in use, and another one that has nothing but key and ledger."""

    wire: Wire
    folder: Path

    def __post_init__(self) -> None:
        self.ring = self.wire.coach.office.ring
        self.ledger = Ledger.opened(self.folder / "erasures.jsonl")
        self.backup = self.folder / "a.backup"
        self.new = self.folder / "elsewhere" / "coachbot.sqlite3"

    @property
    def database(self) -> Database:
        return self.wire.coach.database

    @property
    def file(self) -> Path:
        return self.folder / "light.sqlite3"

    def back_up(self) -> Manifest:
        return back_up(self.file, self.backup, NOW)

    def restore(self, **changed: Any) -> Restored:
        told: dict[str, Any] = {"ring": self.ring, "ledger": self.ledger, "now": LATER}
        told = {"to": self.new, **told, **changed}
        return restore(self.backup, **told)

    def rows(self, table: Any) -> list[Any]:
        restored = open_database(f"sqlite:///{self.new}")
        with restored.read() as connection:
            rows = list(connection.execute(select(table).order_by(*table.primary_key)))
        restored.close()
        return rows

    async def has_people(self, *names: str) -> list[Person]:
        """Let people come and answer two questions, the last one not yet sent to them."""
        people_ = [self.wire.person(name) for name in names]
        for name, person in zip(names, people_, strict=True):
            await self.wire.says(person, "/start", f"Bäckerei {name}")
        for person in people_:
            await person.sends("Brot für Leute, die im Dorf wohnen")
        self.wire.fetch()
        self.wire.work()
        return people_


@pytest.fixture
def machine(light: Wire, tmp_path: Path) -> Machine:
    return Machine(light, tmp_path)


async def test_promise_40_what_is_restored_is_what_was_there(machine: Machine) -> None:
    await machine.has_people("Anna", "Bert", "Carl")
    with machine.database.read() as connection:
        before, sample = counted(connection), sampled(connection, machine.ring)
    made = machine.back_up()
    assert {name: made.rows[name] for name in before} == before
    assert machine.restore().rows == before
    kept = {name: sample[name] for name in ("people", "definitions", "answers")}
    assert all(kept.values())
    restored = open_database(f"sqlite:///{machine.new}")
    with restored.read() as connection:
        refuse_differing(connection, machine.ring, kept)
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    restored.close()


def test_promise_40_a_backup_is_made_while_the_bot_writes(machine: Machine, ring: KeyRing) -> None:
    """Whatever was committed before the backup began is in it, in order and without a hole."""
    written, under_way, enough = list[int](), threading.Event(), threading.Event()

    def write() -> None:
        while not enough.is_set():
            number = len(written)
            machine.wire.receive({"update_id": number, "message": {"text": "Brot"}})
            written.append(number)
            if number == 40:
                under_way.set()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        under_way.wait()
        before = len(written)
        machine.back_up()
    finally:
        enough.set()
        writer.join()
    machine.restore(now=NOW)
    kept = [row.update_id for row in machine.rows(inbox)]
    assert before <= len(kept) <= len(written)
    assert kept == written[: len(kept)]


async def test_promise_40_what_was_owed_is_not_sent_again(machine: Machine) -> None:
    await machine.has_people("Anna", "Bert")
    machine.wire.take()
    machine.back_up()
    assert machine.restore().not_sent == 2
    owed = [row for row in machine.rows(outbox) if row.state in ("waiting", "sending")]
    assert owed == []
    cancelled = [row for row in machine.rows(outbox) if row.reason == RESTORED]
    assert [(row.state, row.payload) for row in cancelled] == [("cancelled", None)] * 2


async def test_promise_40_whoever_was_erased_stays_erased(machine: Machine) -> None:
    anna, bert = await machine.has_people("Anna", "Bert")
    await anna.sends("Das liest niemand mehr.")
    machine.wire.fetch()
    machine.back_up()
    with machine.database.read() as connection:
        ids = {
            row.address: row.id for row in connection.execute(select(people.c.id, people.c.address))
        }
    machine.ledger.note(ids[str(anna.id)], NOW)
    machine.ledger.note(4711, NOW)
    assert machine.restore(now=NOW).erased_again == 1
    assert [row.address for row in machine.rows(people)] == [str(bert.id)]
    assert {row.person_id for row in machine.rows(answers)} == {ids[str(bert.id)]}
    assert [row for row in machine.rows(inbox) if row.chat == anna.id or row.payload] == []


async def test_promise_40_without_the_ledger_nothing_is_restored(machine: Machine) -> None:
    await machine.has_people("Anna")
    machine.back_up()
    with pytest.raises(SettingsError, match="COACHBOT_LEDGER_FILE"):
        machine.restore(ledger=Ledger(machine.folder / "lost.jsonl"))
    assert not machine.new.exists()


async def test_promise_40_another_master_key_restores_nothing(machine: Machine) -> None:
    await machine.has_people("Anna")
    machine.back_up()
    with pytest.raises(SealError):
        machine.restore(ring=KeyRing.from_text(new_key()))
    assert list(machine.new.parent.iterdir()) == []


@pytest.mark.parametrize("kept", [0.0, 0.5, 0.999])
async def test_promise_40_half_a_backup_is_refused(machine: Machine, kept: float) -> None:
    await machine.has_people("Anna")
    machine.back_up()
    whole = machine.backup.read_bytes()
    machine.backup.write_bytes(whole[: int(len(whole) * kept)])
    with pytest.raises(StoreError, match="not a whole backup"):
        machine.restore()
    assert not machine.new.exists()


async def test_promise_40_a_backup_with_something_behind_it_is_refused(machine: Machine) -> None:
    await machine.has_people("Anna")
    machine.back_up()
    with machine.backup.open("ab") as file:
        file.write(b"\n")
    with pytest.raises(StoreError, match="not a whole backup"):
        machine.restore()


def test_a_backup_is_one_file_that_needs_no_other(machine: Machine) -> None:
    """Bytes 18 and 19 say whether a database keeps a log beside it: 2 is yes, 1 is no."""
    machine.back_up()
    assert machine.backup.read_bytes()[18:20] == b"\x01\x01"


async def test_promise_40_a_changed_backup_is_refused(machine: Machine) -> None:
    await machine.has_people("Anna")
    machine.back_up()
    content = bytearray(machine.backup.read_bytes())
    content[len(content) // 2] ^= 1
    machine.backup.write_bytes(content)
    with pytest.raises(StoreError, match="damaged"):
        machine.restore()
    assert list(machine.new.parent.iterdir()) == []


async def test_a_database_that_holds_anything_is_not_overwritten(machine: Machine) -> None:
    await machine.has_people("Anna")
    machine.back_up()
    before = machine.file.read_bytes()
    with pytest.raises(StoreError, match="not empty"):
        machine.restore(to=machine.file)
    assert machine.file.read_bytes() == before
    machine.restore()
    with pytest.raises(StoreError, match="not empty"):
        machine.restore()


async def test_an_empty_database_is_unless_a_bot_runs_on_it(machine: Machine) -> None:
    await machine.has_people("Anna")
    machine.back_up()
    empty = open_database(f"sqlite:///{machine.new}")
    migrate(empty)
    lease = {"name": "replica/a", "holder": "a"}
    with empty.write() as connection:
        connection.execute(insert(leases).values(**lease, until=LATER + timedelta(seconds=9)))
    with pytest.raises(StoreError, match="a bot is running"):
        machine.restore()
    with empty.write() as connection:
        connection.execute(update(leases).values(until=LATER - timedelta(seconds=9)))
    empty.close()
    assert machine.restore().rows["people"] == 1


def test_a_backup_overwrites_nothing_and_is_for_its_owner_alone(machine: Machine) -> None:
    machine.back_up()
    assert machine.backup.stat().st_mode & 0o777 == 0o600
    with pytest.raises(StoreError, match="overwrites nothing"):
        machine.back_up()
    assert sorted(path.name for path in machine.folder.glob("a.backup*")) == ["a.backup"]


def test_what_is_no_database_of_ours_is_not_backed_up(machine: Machine) -> None:
    with pytest.raises(StoreError, match="there is no database"):
        back_up(machine.folder / "nothing", machine.backup, NOW)
    (machine.folder / "text").write_text("Brot" * 1000)
    with pytest.raises(StoreError):
        back_up(machine.folder / "text", machine.backup, NOW)
    assert not machine.backup.exists()


def test_a_backup_says_what_is_in_it(machine: Machine) -> None:
    made = machine.back_up()
    assert manifest_of(machine.backup) == made
    last = machine.backup.read_bytes().splitlines()[-1].removeprefix(b"coachbot-backup ")
    assert json.loads(last)["made_at"] == "2026-11-22T09:30:00+00:00"


async def test_what_arrived_is_handled_if_it_is_of_that_day(machine: Machine) -> None:
    machine.wire.receive({"update_id": 1, "message": {"text": "gestern früh"}})
    machine.wire.passes(hours=20)
    machine.wire.receive({"update_id": 2, "message": {"text": "heute"}})
    machine.back_up()
    restored = machine.restore(now=NOW + timedelta(hours=25))
    assert restored.not_handled == 1
    assert [(row.state, row.payload is None) for row in machine.rows(inbox)] == [
        ("settled", True),
        ("waiting", False),
    ]


async def test_nudges_go_on_from_the_next_slot(machine: Machine) -> None:
    await machine.has_people("Anna", "Bert")
    with machine.database.write() as connection:
        ids = connection.scalars(select(people.c.id).order_by(people.c.id)).all()
        plan = {"zone": "Europe/Vienna", "at": "17:00", "every": 14, "state": "active"}
        plan |= {"anchor": date(2026, 11, 8), "unanswered": 0}
        due = NOW.replace(hour=16, minute=0)
        connection.execute(delete(schedules))
        for id_, when in zip(ids, (due, due + timedelta(days=14)), strict=True):
            connection.execute(insert(schedules).values(person_id=id_, due_at=when, **plan))
    machine.back_up()
    assert machine.restore().nudges_moved == 1
    assert [row.due_at for row in machine.rows(schedules)] == [due + timedelta(days=14)] * 2


async def test_what_other_tools_restored_is_put_in_order(machine: Machine, postgresql: str) -> None:
    """The same for a database that stands where it is; only a running bot is in the way."""
    await machine.has_people("Anna")
    with machine.database.write() as connection:
        lease = {"name": "replica/a", "holder": "a", "until": LATER + timedelta(seconds=9)}
        connection.execute(insert(leases).values(**lease))
    with pytest.raises(StoreError, match="a bot is running"):
        settle_in_place(machine.database, machine.ring, machine.ledger, LATER)
    done = settle_in_place(
        machine.database, machine.ring, machine.ledger, LATER + timedelta(seconds=10)
    )
    assert done.not_sent == 1
