"""The whole road in one thread and without a network: a fake cloud at one end, the coach at the
other. Time stands still unless a test moves the clock; nothing happens unless a test says so."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import Row, select

from coachbot.channels.telegram.incoming import CHANNEL, Reader, chat_of
from coachbot.channels.telegram.outgoing import carry, parcel_of, present
from coachbot.coach import Coach
from coachbot.coach.arrivals import Courtesy
from coachbot.coach.bubbles import Bubbles
from coachbot.coach.posting import Ended, Post
from coachbot.coach.road import Road, Worked
from coachbot.coach.timekeeping import Timekeeper
from coachbot.coach.turn import Office
from coachbot.flow.answers import Answers, Value
from coachbot.flow.questions import Flow
from coachbot.flow.replies import command_in
from coachbot.flow.state import State
from coachbot.settings import Settings
from coachbot.store import conversations, people
from coachbot.store.migrating import migrate
from coachbot.store.outbox import SENT, Owed
from coachbot.store.people import Address
from coachbot.store.tables import inbox, metadata, outbox
from coachbot.texts.answers_file import AnswersFile
from coachbot.texts.library import Library
from coachbot.wiring import database_of, key_ring
from tests.conftest import NOW
from tests.factories import complete
from tests.fake_botapi import FakeBotApi, FakeClock, Person
from tests.fake_botapi.media import PICTURE
from tests.fake_botapi.methods import methods_of
from tests.fake_botapi.parameters import Parameters, Upload
from tests.fake_botapi.refusals import Refusal

ALL: Final = 100
ROUNDS: Final = 1000


def wire_of_settings(
    folder: Path, flow: Flow, library: Library, monkeypatch: pytest.MonkeyPatch
) -> "Wire":
    """Return a wire on the database that the settings name, so that commands see the same."""
    monkeypatch.setenv("COACHBOT_DATABASE_URL", f"sqlite:///{folder / 'coachbot.sqlite3'}")
    monkeypatch.setenv("COACHBOT_MASTER_KEY_FILE", str(folder / "master.key"))
    settings = Settings.load()
    database = database_of(settings)
    ring = key_ring(settings, database)
    migrate(database)
    return Wire(Coach(Office(flow, library, ring), database))


@dataclass(repr=False)
class Wire:
    """Carries updates in and calls out by hand; `refused` is what Telegram found fault with."""

    coach: Coach
    bubble: float = 0.0
    clock: FakeClock = field(default_factory=lambda: FakeClock(NOW))
    refused: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        flow = self.coach.office.flow
        self.telegram = FakeBotApi(self.clock, first_update_id=1000)
        self.methods = methods_of(self.telegram.cloud, self.telegram.profile)
        bubbles = Bubbles(
            timedelta(seconds=self.bubble), lambda text: command_in(flow, text.strip()) is not None
        )
        self.road = Road(self.coach, Reader(self.coach.office.library).read, present, bubbles)
        self.post = Post(self.coach, parcel_of)
        self.timekeeper = Timekeeper(self.coach, CHANNEL, carry, room=25)
        self._offset = 0

    def __repr__(self) -> str:
        return "Wire"

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def person(self, name: str = "Anna", language: str = "de") -> Person:
        return self.telegram.person(first_name=name, language_code=language)

    def begins(self, person: Person, answers: Answers, language: str = "de") -> None:
        """Let a person have given some answers already."""
        file = AnswersFile(language, answers)
        self.coach.seed(Address("telegram", str(person.id)), file, self.now)

    async def finishes(self, person: Person, **answers: Value) -> None:
        """Let a person come whose last answer is missing, and give it."""
        flow = self.coach.office.flow
        *_, last = flow.core
        told = complete(flow, **answers)
        self.begins(person, Answers({k: v for k, v in told.items() if k.question != last.id}))
        await self.says(person, "/start", "Ich frage am Samstag drei Stammkunden.")

    # --- from Telegram to the coach

    def fetch(self) -> list[dict[str, Any]]:
        """Commit what Telegram holds, then confirm it; returns the updates."""
        pending = self.telegram.updates.fetch(self._offset, ALL)
        updates = [json.loads(one.body) for one in pending]
        self.receive(*updates)
        if updates:
            self._offset = updates[-1]["update_id"] + 1
            self.telegram.updates.fetch(self._offset, 0)
        return updates

    def receive(self, *updates: Mapping[str, Any]) -> None:
        """Commit updates as they are."""
        told = [(update["update_id"], chat_of(update), update) for update in updates]
        for courtesy in self.road.receive(told, self.now):
            self._call(courtesy)

    def work(self) -> Worked:
        """Handle what is due now, until nothing is."""
        worked = Worked()
        for _ in range(ROUNDS):
            more = self.road.work(self.now)
            worked = more.and_(replace(worked, held=(), wake_at=None))
            if not more.handled and (more.wake_at is None or more.wake_at > self.now):
                break
        else:
            raise AssertionError("the road does not come to an end")
        for courtesy in worked.courtesies:
            self._call(courtesy)
        return worked

    # --- from the coach to Telegram

    def send(self) -> list[Owed]:
        """Send all that is due now, in order; returns what was sent."""
        sent: list[Owed] = []
        while taken := self.take():
            ended = [Ended(owed, SENT, message_id=self._make(owed)) for owed in taken]
            self.post.settle(ended, self.now)
            sent += taken
        return sent

    def take(self) -> list[Owed]:
        """Return the first call of each chat, marked as under way."""
        return self.post.take(self.now, ALL, ())

    def _make(self, owed: Owed) -> int:
        result = self._call(Courtesy(owed.parcel.method, owed.parcel.parameters))
        return int(result["message_id"])

    def _call(self, call: Courtesy) -> Any:
        try:
            return self.methods[call.method](Parameters(call.parameters, _files(call)))
        except Refusal as refusal:
            self.refused.append(f"{call.method}: {refusal.description}")
            return {"message_id": 0}

    # --- both

    def runs(self) -> Worked:
        """Carry everything to and fro, until nothing moves any more."""
        self.fetch()
        worked = self.work()
        self.send()
        return worked

    async def says(self, person: Person, *texts: str) -> None:
        """Let a person write, and the coach answer, text by text."""
        for text in texts:
            await person.sends(text)
            self.runs()

    async def taps(self, person: Person, *labels: str) -> None:
        for label in labels:
            await person.taps(label)
            self.runs()

    def passes(self, **span: float) -> None:
        """Let time pass: seconds=…, hours=…"""
        self.clock.advance(**span)

    def ticks(self) -> int:
        """Let the clock bring what is due now, and send it; returns how many nudges came."""
        owed = self.timekeeper.tick(self.now).owed
        self.send()
        return owed

    # --- looking into the database

    def state(self, person: Person) -> State:
        """Return a person's conversation as it is stored."""
        with self.coach.database.read() as connection:
            found = people.find(connection, Address("telegram", str(person.id)))
            assert found
            assert found.definition_id
            ring = self.coach.office.ring
            told = conversations.load(connection, ring, found, found.definition_id)
        assert told
        return told.state

    def answers(self, person: Person) -> Answers:
        return self.state(person).answers

    def is_known(self, person: Person) -> bool:
        with self.coach.database.read() as connection:
            return people.find(connection, Address("telegram", str(person.id))) is not None

    def is_unreachable(self, person: Person) -> bool:
        with self.coach.database.read() as connection:
            found = people.find(connection, Address("telegram", str(person.id)))
        return found is not None and found.unreachable_at is not None

    def inbox(self) -> list[Row[Any]]:
        with self.coach.database.read() as connection:
            return list(connection.execute(select(inbox).order_by(inbox.c.id)))

    def outbox(self) -> list[Row[Any]]:
        with self.coach.database.read() as connection:
            return list(connection.execute(select(outbox).order_by(outbox.c.id)))

    def everything(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return every row of every table."""
        with self.coach.database.read() as connection:
            return {
                table.name: [tuple(row) for row in connection.execute(select(table))]
                for table in metadata.sorted_tables
            }


def _files(call: Courtesy) -> dict[str, Upload]:
    """Return what is uploaded; a file that is only ordered is not printed here."""
    if call.method not in ("sendDocument", "sendPhoto"):
        return {}
    printed = PICTURE if call.method == "sendPhoto" else b"%PDF-"
    made = {"name": "gedruckt.pdf", "content": base64.b64encode(printed)}
    file = call.parameters.get("file", made)
    upload = Upload(file["name"], base64.b64decode(file["content"]), "")
    return {call.method.removeprefix("send").lower(): upload}
