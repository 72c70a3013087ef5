"""Whatever people, the network, the clock and the machine do: one life without faults is the model.

Every update that had its effect goes, once and at the same moment, to a second coach with whom
nothing ever fails. Both have to know the same. A process that is killed is one whose transaction
never ends; what comes after is a new road on the same database.
"""

import asyncio
import json
import tempfile
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar
from unittest.mock import patch

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from coachbot.channels.telegram.outgoing import DOCUMENT, EDIT
from coachbot.channels.telegram.sending import interrupted
from coachbot.coach import Coach
from coachbot.coach.turn import Office
from coachbot.errors import StoreError
from coachbot.flow.questions import Kind
from coachbot.flow.state import State
from coachbot.store import conversations, identity, inbox, outbox, people
from coachbot.store.database import Database, open_database
from coachbot.store.migrating import migrate
from coachbot.store.people import Address
from coachbot.store.sealing import KeyRing, new_key
from coachbot.texts.library import Library, prompts_folder
from coachbot.texts.loading import load_flow
from tests.fake_botapi import Message
from tests.mutations import WORDS
from tests.telegram.calling import Bell
from tests.telegram.direct import FAULTS, SECONDS, Direct, Killed, sender_on
from tests.telegram.wire import Wire

Result = TypeVar("Result")
Json = dict[str, Any]

NAMES: Final = ("Anna", "Bert")
COMMANDS: Final = (
    *("/start", "/help", "/back", "/skip", "/done", "/summary", "/answers", "/a1", "/example"),
    *("/pause", "/continue", "/deepen", "/language en", "/language de", "/document", "/privacy"),
)
MEDIA: Final = ("photo", "voice", "sticker", "contact", "poll")
HARMLESS: Final = (
    *("message is not modified", "message to edit not found", "query is too old"),
    *("bot was blocked by the user", "message can't be edited"),
)
STRIKES: Final = 2
"""In a batch, and then alone."""
LONG: Final = 11 * 3600
"""After twelve hours a text is offered as an answer and not taken as one."""
PERSON: Final = st.sampled_from((0, 1))


@cache
def office() -> Office:
    library = Library(prompts_folder())
    return Office(load_flow(library), library, KeyRing.from_text(new_key()))


@cache
def empty_database() -> bytes:
    with tempfile.TemporaryDirectory(prefix="coachbot-") as folder:
        path = Path(folder) / "empty.sqlite3"
        database = open_database(f"sqlite:///{path}")
        migrate(database)
        database.close()
        return path.read_bytes()


class AnyLife(RuleBasedStateMachine):
    """Two people with phones, one bot; and a second bot, to whom nothing happens."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(prefix="coachbot-")
        self.databases = [self._database("faulty"), self._database("model")]
        self.loop = asyncio.new_event_loop()
        self.bell = Bell()
        self.number = 0
        self.raw: dict[int, Json] = {}
        self.settled: set[int] = set()
        self.seen: list[tuple[int, str, Message]] = []
        self.typed: tuple[set[str], set[str]] = (set(), set())
        self.copies: Counter[int] = Counter()
        self.kinds: dict[int, str] = {}
        self.revisions: dict[int, int] = {}

    def _database(self, name: str) -> Database:
        path = Path(self.folder.name) / f"{name}.sqlite3"
        path.write_bytes(empty_database())
        return open_database(f"sqlite:///{path}")

    @initialize()
    def begins(self) -> None:
        self.wire = Wire(Coach(office(), self.databases[0]))
        self.model = Wire(Coach(office(), self.databases[1]), clock=self.wire.clock)
        self.latest = self.wire.now
        self.people = [self.wire.person(name) for name in NAMES]
        self.api = Direct(self.wire.methods)
        self._restarts()

    # ---- what people do

    @rule(who=PERSON, text=st.sampled_from((*WORDS, *COMMANDS)))
    def writes_anything(self, who: int, text: str) -> None:
        if text != "/delete" and self._may_write(who):
            self._done(self.people[who].sends(text[:4096] or " "))

    @rule(who=PERSON)
    def answers(self, who: int) -> None:
        """Write a sentence that nobody else writes; to an open question that takes any text."""
        if not self._may_write(who):
            return
        self.number += 1
        text = f"Am Dienstag um {self.number} Uhr holt Kundin {NAMES[who]} ihr Brot ab."
        if self._takes_any_text(who):
            self.typed[who].add(text)
        self._done(self.people[who].sends(text))

    @rule(who=PERSON, nth=st.integers(0, 8))
    def taps(self, who: int, nth: int) -> None:
        """Tap a button that is on the screen."""
        buttons = self._buttons(who)
        if buttons and self._may_write(who):
            data, message = buttons[nth % len(buttons)]
            self.seen.append((who, data, message))
            self._done(self.people[who].taps_data(data, message))

    @precondition(lambda self: self.seen)
    @rule(nth=st.integers(0, 30))
    def taps_an_old_button(self, nth: int) -> None:
        who, data, message = self.seen[nth % len(self.seen)]
        if self._may_write(who):
            self._done(self.people[who].taps_data(data, message))

    @rule(who=PERSON, nth=st.integers(1, 6))
    def edits(self, who: int, nth: int) -> None:
        """Correct something written earlier; what it said counts no more."""
        own = [m for m in self.people[who].messages if not m.by_bot and "text" in m.json]
        if not own or not self._may_write(who):
            return
        message = own[-min(nth, len(own))]
        self.number += 1
        self.typed[who].discard(message.text)
        chat = self.wire.telegram.cloud.chats[self.people[who].id]
        self.wire.telegram.cloud.person_edits(chat, message, {"text": f"Neu: {self.number}"})

    @rule(who=PERSON, kind=st.sampled_from(MEDIA))
    def sends_a_medium(self, who: int, kind: str) -> None:
        if self._may_write(who):
            self._done(self.people[who].sends_medium(kind))

    @rule(who=PERSON)
    def blocks_or_unblocks(self, who: int) -> None:
        if self._is_blocked(who):
            self._done(self.people[who].unblocks())
        else:
            self._done(self.people[who].blocks())

    @rule(who=PERSON)
    def has_everything_deleted(self, who: int) -> None:
        if not self._may_write(who):
            return
        self._everything_arrives()
        self.time_is_kept()
        self.wire.clock.move_to(self.latest)  # or the question might be older than the person
        self._done(self.people[who].sends("/delete"))
        self._everything_arrives()
        self._taps_yes(who)
        self._everything_arrives()
        assert not self.wire.is_known(self.people[who]), self.people[who].chat
        self.typed[who].clear()
        self.revisions.pop(who, None)

    # ---- what Telegram, the network and the machine do

    @rule()
    def delivers_and_answers(self) -> None:
        self._receives(self._fetched())
        self._works()
        for owed in self.wire.take():
            self._calls(owed)

    @precondition(lambda self: self.raw)
    @rule(nth=st.integers(0, 99))
    def delivers_again(self, nth: int) -> None:
        self._receives([list(self.raw.values())[nth % len(self.raw)]])

    @rule(first=st.booleans())
    def delivers_out_of_order(self, *, first: bool) -> None:
        """Messages, taps and blocks of one person have queues of their own."""
        updates = sorted(self._fetched(), key=lambda one: ("message" in one) is not first)
        self._receives(updates)

    @rule(
        where=st.sampled_from(["people.saw", "conversations.save", "outbox.owe", "inbox.settle"]),
        how=st.sampled_from([Killed, StoreError, RuntimeError]),
        nth=st.sampled_from((0, 0, 1, 3)),
        who=PERSON,
    )
    def fails_while_working(self, where: str, how: type[BaseException], nth: int, who: int) -> None:
        """Fail inside the transaction: nothing of it is there, and nothing of it is lost."""
        self.answers(who)
        self._receives(self._fetched())
        module, name = where.split(".")
        modules = {"people": people, "conversations": conversations}
        place = modules.get(module) or {"outbox": outbox, "inbox": inbox}[module]
        struck = _failing(getattr(place, name), how("struck"), nth)
        with patch.object(place, name, struck), suppress(Killed, StoreError):
            self.wire.work()
        self._model_follows()
        if how is Killed:
            self._restarts()

    @rule(
        faults=st.lists(st.sampled_from(FAULTS), min_size=1, max_size=4)
        | st.sampled_from(FAULTS).map(lambda fault: [fault] * 4),
        who=PERSON,
    )
    def fails_while_sending(self, faults: list[str], who: int) -> None:
        """Let the same calls fail again and again."""
        self.answers(who)
        self._receives(self._fetched())
        self._works()
        for fault in faults:
            try:
                for owed in self.wire.take():
                    self.api.fault = fault
                    self._calls(owed)
            except Killed:
                self._restarts()
            self.wire.passes(seconds=SECONDS)

    @rule(seconds=st.sampled_from((1, 3, 60, 3600, -1, -60, -3600)))
    def the_clock_moves(self, seconds: int) -> None:
        self.wire.passes(seconds=seconds)

    @rule(hours=st.sampled_from((13, 100, -13, -100)))
    def the_clock_jumps(self, hours: int) -> None:
        self._everything_arrives()
        self.wire.passes(hours=hours)

    # ---- what always holds

    @invariant()
    def time_is_kept(self) -> None:
        self.latest = max(self.latest, self.wire.now)

    @invariant()
    def both_know_the_same(self) -> None:
        for who in range(len(self.raw) and len(self.people)):
            assert self._state(self.wire, who) == self._state(self.model, who)

    @invariant()
    def no_question_is_put_too_often(self) -> None:
        for id_, copies in self.copies.items():
            assert copies <= {DOCUMENT: 1, EDIT: 8}.get(self.kinds[id_], 2), self.kinds[id_]

    @invariant()
    def a_revision_never_falls(self) -> None:
        for who in range(len(self.raw) and len(self.people)):
            state = self._state(self.wire, who)
            if state:
                assert state.revision >= self.revisions.get(who, 0)
                self.revisions[who] = state.revision

    def teardown(self) -> None:
        try:
            if hasattr(self, "people"):
                self._ends_well()
        finally:
            for database in self.databases:
                database.close()
            self.loop.close()
            self.folder.cleanup()

    def _ends_well(self) -> None:
        """Let all faults end: everything arrives, nothing is lost, everybody is answered."""
        for who in range(len(self.people)):
            if self._is_blocked(who):
                self._done(self.people[who].unblocks())
            self._done(self.people[who].sends("/help"))
        self._everything_arrives()
        assert {row.update_id for row in self.wire.inbox()} == set(self.raw)
        assert {row.state for row in self.wire.inbox()} == {inbox.SETTLED}
        assert {row.state for row in self.wire.outbox()} <= {
            *(outbox.SENT, outbox.UNKNOWN, outbox.CANCELLED, outbox.DEAD)
        }
        for who, person in enumerate(self.people):
            assert self._state(self.wire, who) == self._state(self.model, who)
            self._has_kept_once(who)
            newest = person.newest(by_bot=False)
            assert any(m.by_bot and m.id > newest.id for m in person.messages), person.chat
        refused = [*self.api.refused, *self.wire.refused]
        assert [why for why in refused if not any(one in why for one in HARMLESS)] == []

    def _has_kept_once(self, who: int) -> None:
        kept = Counter(str(one) for one in self._history(who))
        assert {text: kept[text] for text in self.typed[who]} == dict.fromkeys(self.typed[who], 1)

    # ---- by which it is done

    def _done(self, work: Coroutine[Any, Any, Result]) -> Result:
        return self.loop.run_until_complete(work)

    def _fetched(self) -> list[Json]:
        """Return what Telegram holds; it is confirmed once it is received."""
        return [json.loads(one.body) for one in self.wire.telegram.updates.fetch(0, 100)]

    def _receives(self, updates: list[Json]) -> None:
        self.wire.receive(*updates)
        self.raw |= {one["update_id"]: one for one in updates}
        if updates:
            self.wire.telegram.updates.fetch(max(self.raw) + 1, 0)

    def _works(self) -> None:
        self.wire.work()
        self._model_follows()

    def _model_follows(self) -> None:
        """Let the model do what had its effect just now."""
        rows = [row for row in self.wire.inbox() if row.state == inbox.SETTLED]
        fresh = [row.update_id for row in rows if row.update_id not in self.settled]
        self.settled.update(fresh)
        self.model.receive(*(self.raw[id_] for id_ in fresh))
        self.model.work()

    def _calls(self, owed: outbox.Owed) -> None:
        made = self.api.made
        self.kinds[owed.id] = owed.parcel.kind
        try:
            ended = self._done(self.sender.send(owed))
        finally:
            self.copies[owed.id] += self.api.made - made
        self.wire.post.settle([ended], self.wire.now)

    def _restarts(self) -> None:
        """Be a new process: nothing is left of the last one but the database."""
        identity._last = 0
        for database in self.databases:
            with database.read() as connection:
                identity.go_on(connection)
        self.wire.road = replace(self.wire.road)
        self.wire.post = replace(self.wire.post)
        self.sender = sender_on(self.api, self.wire, self.bell)
        left = self.wire.post.interrupted(())
        self.wire.post.settle([interrupted(one, self.wire.now) for one in left], self.wire.now)

    def _everything_arrives(self) -> None:
        """Let the road run dry, in both directions, without further faults."""
        for _ in range(300):
            self._receives(self._fetched())
            self._works()
            for owed in self.wire.take():
                self._calls(owed)
            waiting = [r for r in (*self.wire.inbox(), *self.wire.outbox()) if r.state == "waiting"]
            if not waiting and not self._fetched():
                return
            later = [row.due_at for row in waiting if row.due_at > self.wire.now]
            self.wire.clock.move_to(min(later, default=self.wire.now))
        raise AssertionError("the road does not run dry")

    # ---- looking

    def _may_write(self, who: int) -> bool:
        return not self._is_blocked(who)

    def _is_blocked(self, who: int) -> bool:
        return self.wire.telegram.cloud.chats[self.people[who].id].blocked

    def _buttons(self, who: int) -> list[tuple[str, Message]]:
        return [
            (button["callback_data"], message)
            for message in self.people[who].messages
            for row in message.rows
            for button in row
            if not button["callback_data"].startswith("c.delete")
        ]

    def _taps_yes(self, who: int) -> None:
        asked = self.people[who].newest(lambda message: message.buttons)
        self._done(self.people[who].taps_data(asked.rows[0][0]["callback_data"], asked))

    def _takes_any_text(self, who: int) -> bool:
        """Whether nothing is on its way and an ordinary text question is open."""
        rows = [row for row in self.wire.inbox() if row.state == inbox.WAITING]
        state = self._state(self.wire, who)
        if rows or self._fetched() or not state or not state.started:
            return False
        key = state.open_key(office().flow)
        away = (self.wire.now - self._person(who).seen_at).total_seconds()
        kind = office().flow.by_id[key.question].kind if key else None
        return kind is Kind.TEXT and not state.tension and 0 <= away < LONG

    def _person(self, who: int) -> people.Person:
        with self.wire.coach.database.read() as connection:
            found = people.find(connection, Address("telegram", str(self.people[who].id)))
        assert found
        return found

    def _state(self, wire: Wire, who: int) -> State | None:
        return wire.state(self.people[who]) if wire.is_known(self.people[who]) else None

    def _history(self, who: int) -> list[object]:
        """Return every value ever given; none after everything was deleted."""
        if not self.wire.is_known(self.people[who]):
            return []
        ring = office().ring
        with self.wire.coach.database.read() as connection:
            told = conversations.all_of(connection, ring, self._person(who))
            return [
                one.value for each in told for one in conversations.history(connection, ring, each)
            ]


def _failing(work: Callable[..., Any], error: BaseException, nth: int) -> Callable[..., Any]:
    left = nth

    def struck(*arguments: Any, **more: Any) -> Any:
        nonlocal left
        left -= 1
        if -STRIKES <= left < 0:
            raise error
        return work(*arguments, **more)

    return struck


def test_promise_1_a_life_with_faults_leads_where_one_without_does() -> None:
    run_state_machine_as_test(
        AnyLife, settings=settings(max_examples=10, stateful_step_count=30, deadline=None)
    )
