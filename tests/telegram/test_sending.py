"""How each call ends: the table of rules, and the sender against the fake Bot API."""

import asyncio
import base64
import threading
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from coachbot.channels.telegram.api import Api
from coachbot.channels.telegram.errors import Outcome, Verdict
from coachbot.channels.telegram.outgoing import (
    DOCUMENT,
    EDIT,
    MESSAGE,
    QUESTION,
    attachment_of,
    parcel_of,
)
from coachbot.channels.telegram.pacing import Pacer
from coachbot.channels.telegram.sending import MOST_EDITS, MOST_TRIES, Sender, interrupted, settled
from coachbot.coach.arrivals import Courtesy
from coachbot.coach.posting import Ended
from coachbot.errors import StoreError
from coachbot.store.outbox import CANCELLED, DEAD, SENT, UNKNOWN, WAITING, Owed, Parcel
from coachbot.texts.said import Attachment, Order, Said
from tests.conftest import NOW
from tests.fake_botapi import (
    FakeBotApi,
    Person,
    cut_off,
    error,
    half_json,
    html,
    lost_answer,
    reset,
)
from tests.fake_botapi.faults import Effect
from tests.fake_botapi.media import PICTURE
from tests.telegram.calling import Bell, calling

MINE = 17
FILE = {"name": "beziehungsdefinition.md", "content": base64.b64encode(b"# Ruhe").decode()}


def owed(kind: str, chat: int = 1, attempts: int = 1, **parameters: Any) -> Owed:
    methods = {EDIT: "editMessageText", DOCUMENT: "sendDocument"}
    content = {"chat_id": chat, "text": "<b>Welche Werte?</b>", "parse_mode": "HTML"}
    if kind == DOCUMENT:
        content = {"chat_id": chat, "caption": "Bitte <b>sehr</b>.", "file": FILE}
    parcel = Parcel(methods.get(kind, "sendMessage"), content | parameters, kind)
    return Owed(5, 3, chat, parcel, attempts, copies=attempts)


# ---- the table of rules

RULES = [
    # An edit that changes nothing has had its effect already (26).
    (Outcome.SENT_ALREADY, EDIT, 1, SENT, None),
    # Surely not sent: again after 1, 2, 4 … seconds, and never given up in a long outage (18).
    (Outcome.NOT_SENT, QUESTION, 1, WAITING, 1),
    (Outcome.NOT_SENT, QUESTION, 2, WAITING, 2),
    (Outcome.NOT_SENT, QUESTION, 5, WAITING, 16),
    (Outcome.NOT_SENT, QUESTION, 50, WAITING, 300),
    (Outcome.NOT_SENT, DOCUMENT, 50, WAITING, 300),
    # Telegram says how long the chat has to wait (21).
    (Outcome.WAIT, QUESTION, 1, WAITING, 7),
    (Outcome.WAIT, DOCUMENT, 30, WAITING, 7),
    # Telegram says that it failed: again after 2, 4, 8 … seconds, then it is given up (22).
    (Outcome.FAILED, QUESTION, 1, WAITING, 2),
    (Outcome.FAILED, MESSAGE, 2, WAITING, 4),
    (Outcome.FAILED, EDIT, 3, WAITING, 8),
    (Outcome.FAILED, QUESTION, MOST_TRIES - 1, WAITING, 128),
    (Outcome.FAILED, QUESTION, MOST_TRIES, DEAD, None),
    (Outcome.FAILED, DOCUMENT, 1, UNKNOWN, None),
    # Perhaps sent: a question and what belongs to it once more, then nobody knows (19).
    (Outcome.AMBIGUOUS, QUESTION, 1, WAITING, 2),
    (Outcome.AMBIGUOUS, QUESTION, 2, UNKNOWN, None),
    (Outcome.AMBIGUOUS, MESSAGE, 1, WAITING, 2),
    (Outcome.AMBIGUOUS, MESSAGE, 2, UNKNOWN, None),
    # An edit twice looks like an edit once; but not for ever (22).
    (Outcome.AMBIGUOUS, EDIT, 2, WAITING, 2),
    (Outcome.AMBIGUOUS, EDIT, MOST_EDITS - 1, WAITING, 64),
    (Outcome.AMBIGUOUS, EDIT, MOST_EDITS, UNKNOWN, None),
    # A document is never sent a second time by itself (19).
    (Outcome.AMBIGUOUS, DOCUMENT, 1, UNKNOWN, None),
    # Nobody is there any more (23).
    (Outcome.UNREACHABLE, QUESTION, 1, DEAD, None),
    # The message is too old to be changed: there is nothing left to do (26).
    (Outcome.STALE, MESSAGE, 1, SENT, None),
    # A plain text that cannot be parsed, and what Telegram refuses for good.
    (Outcome.BAD_MARKUP, QUESTION, 1, DEAD, None),
    (Outcome.REFUSED, QUESTION, 1, DEAD, None),
    # Nothing is wrong with the row: it waits for a better token, or for the other instance (24).
    (Outcome.STOPPED, QUESTION, 1, WAITING, 300),
    (Outcome.CONFLICT, QUESTION, 1, WAITING, 300),
]


@pytest.mark.parametrize(("outcome", "kind", "attempts", "state", "seconds"), RULES)
def test_the_table_of_rules(
    outcome: Outcome, kind: str, attempts: int, state: str, seconds: int | None
) -> None:
    row = owed(kind, attempts=attempts)
    ended = settled(row, Verdict(outcome, 7 if outcome is Outcome.WAIT else None, "why"), NOW)
    assert (ended.owed, ended.state, ended.reason) == (row, state, "why")
    assert ended.due == (None if seconds is None else NOW + timedelta(seconds=seconds))
    assert ended.is_unreachable == (outcome is Outcome.UNREACHABLE)


@pytest.mark.parametrize("outcome", Outcome)
def test_promise_19_only_what_surely_or_hardly_arrived_is_no_copy(outcome: Outcome) -> None:
    ended = settled(owed(QUESTION), Verdict(outcome, 7, "why"), NOW)
    if ended.state == WAITING:
        assert ended.is_unsent == (outcome is not Outcome.AMBIGUOUS)


def test_promise_19_refused_connections_use_up_no_copy() -> None:
    row = replace(owed(QUESTION, attempts=40), copies=1)
    assert settled(row, Verdict(Outcome.AMBIGUOUS, None, "why"), NOW).state == WAITING


def test_promise_20_a_call_that_a_kill_interrupted_is_made_once_more() -> None:
    first = interrupted(replace(owed(QUESTION, attempts=7), copies=1), NOW)
    assert (first.state, first.due, first.is_unsent) == (WAITING, NOW, False)
    assert interrupted(owed(QUESTION, attempts=2), NOW).state == UNKNOWN
    assert interrupted(owed(EDIT, attempts=2), NOW).state == WAITING
    assert interrupted(owed(DOCUMENT), NOW).state == UNKNOWN


def test_every_outcome_has_a_rule() -> None:
    assert {outcome for outcome, *_ in RULES} == set(Outcome)


# ---- against the fake Bot API


@dataclass
class Desk:
    """A sender at work, and everything a test wants to look at."""

    telegram: FakeBotApi
    api: Api
    anna: Person
    bell: Bell = field(default_factory=Bell)
    slept: list[float] = field(default_factory=list)
    time: float = 1000.0
    ordered: list[tuple[int, Order]] = field(default_factory=list)
    forgotten: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        pacer = Pacer(lambda: self.time, self._sleep, overall=float("inf"))
        self.sender = Sender(
            *(self.api, pacer, self.bell.alarms, lambda: NOW, self._file_of, self._apology),
            is_owed=lambda row: row not in self.forgotten,
        )

    def _file_of(self, person_id: int, parameters: Mapping[str, Any]) -> Attachment:
        carried = attachment_of(parameters)
        if isinstance(carried, Attachment):
            return carried
        self.ordered.append((person_id, carried))
        if carried.definition_id != MINE:
            raise LookupError("the definition is gone")
        return Attachment(f"definition.{carried.face}", PICTURE)

    def _apology(self, person_id: int, chat: int) -> Parcel:
        if chat != self.anna.id:
            raise StoreError("there is no such person")
        return parcel_of(chat, Said("Das ging schief."))

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.time += seconds

    async def sends(self, kind: str = QUESTION, attempts: int = 1, **parameters: Any) -> Ended:
        return await self.sender.send(owed(kind, self.anna.id, attempts, **parameters))

    def texts(self) -> list[str]:
        return [message.text for message in self.anna.messages]


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with FakeBotApi() as telegram, calling(telegram) as api:
        yield Desk(telegram, api, telegram.person())


async def test_what_is_sent_has_a_message_id(desk: Desk) -> None:
    ended = await desk.sends()
    assert (ended.state, ended.message_id) == (SENT, desk.anna.newest().id)
    assert desk.texts() == ["Welche Werte?"]
    assert desk.bell.rung == []


async def test_promise_48_who_is_erased_while_a_call_waits_gets_nothing(desk: Desk) -> None:
    await desk.sends()
    desk.forgotten.add(5)
    ended = await desk.sends()
    assert desk.slept == [1.0]
    assert (ended.state, ended.message_id) == (CANCELLED, None)
    assert desk.texts() == ["Welche Werte?"]
    assert desk.bell.rung == []


async def test_promise_48_who_is_erased_while_a_file_is_made_gets_nothing(desk: Desk) -> None:
    parcel = parcel_of(desk.anna.id, Said("Hier ist sie.", order=Order("pdf", "", MINE + 1)))
    desk.forgotten.add(5)
    ended = await desk.sender.send(Owed(5, 3, desk.anna.id, parcel, 1))
    assert ended.state == CANCELLED
    assert desk.texts() == []
    assert desk.bell.rung == []


async def test_an_edit_knows_its_message(desk: Desk) -> None:
    message_id = (await desk.sends()).message_id
    ended = await desk.sends(EDIT, message_id=message_id, text="Gut")
    assert (ended.state, ended.message_id) == (SENT, message_id)
    assert desk.texts() == ["Gut"]


async def test_a_document_arrives_whole_and_is_announced(desk: Desk) -> None:
    ended = await desk.sends(DOCUMENT)
    assert (ended.state, ended.message_id) == (SENT, desk.anna.newest().id)
    [call] = desk.telegram.calls.of("sendDocument")
    assert call.files["document"].content == b"# Ruhe"
    assert call.files["document"].name == FILE["name"]
    assert desk.texts() == ["Bitte sehr."]
    assert desk.anna.actions == ["upload_document"]


@pytest.mark.parametrize(
    ("face", "method", "part"),
    [("pdf", "sendDocument", "document"), ("picture", "sendPhoto", "photo")],
)
async def test_a_file_that_was_promised_is_made_when_it_is_sent(
    desk: Desk, face: str, method: str, part: str
) -> None:
    order = Order(face, "2", MINE)
    parcel = parcel_of(desk.anna.id, Said("Hier ist sie.", order=order))
    ended = await desk.sender.send(Owed(5, 3, desk.anna.id, parcel, 1))
    assert (ended.state, ended.message_id) == (SENT, desk.anna.newest().id)
    assert desk.ordered == [(3, order)]
    [call] = desk.telegram.calls.of(method)
    assert call.files[part].content == PICTURE
    assert desk.texts() == ["Hier ist sie."]


async def test_promise_28_a_file_that_cannot_be_made_is_an_apology_and_an_alarm(desk: Desk) -> None:
    parcel = parcel_of(desk.anna.id, Said("Hier ist sie.", order=Order("pdf", "", MINE + 1)))
    ended = await desk.sender.send(Owed(5, 3, desk.anna.id, parcel, 1))
    assert (ended.state, desk.texts()) == (SENT, ["Das ging schief."])
    assert desk.telegram.calls.of("sendDocument") == []
    assert desk.bell.kinds == ["printing"]


async def test_promise_48_a_file_for_somebody_who_was_erased_is_given_up(desk: Desk) -> None:
    bert = desk.telegram.person(first_name="Bert", id=99)
    parcel = parcel_of(bert.id, Said("Hier ist sie.", order=Order("pdf", "", MINE + 1)))
    ended = await desk.sender.send(Owed(5, 3, bert.id, parcel, 1))
    assert (ended.state, bert.messages) == (DEAD, [])


async def test_promise_29_a_row_that_makes_no_sense_is_given_up(desk: Desk) -> None:
    """Whatever is wrong with it, its chat must not wait for ever."""
    ended = await desk.sender.send(Owed(5, 3, 1, Parcel("sendDocument", {}, DOCUMENT), 1))
    assert ended.state == DEAD
    assert desk.bell.kinds[-1] == "dead letter"


@pytest.mark.parametrize(
    ("effect", "kind", "attempts", "state", "copies"),
    [
        pytest.param(error(429, retry_after=7), QUESTION, 1, WAITING, 0, id="21_too_many"),
        pytest.param(error(500, "restart"), QUESTION, 1, WAITING, 0, id="22_500"),
        pytest.param(error(500, "restart"), QUESTION, 2, WAITING, 0, id="22_500_again"),
        pytest.param(error(502), MESSAGE, MOST_TRIES, DEAD, 0, id="22_502_in_the_end"),
        pytest.param(html(502), QUESTION, 1, WAITING, 0, id="22_page"),
        pytest.param(html(200), QUESTION, 1, WAITING, 0, id="22_captive_portal"),
        pytest.param(html(200), QUESTION, 2, WAITING, 0, id="22_captive_portal_again"),
        pytest.param(reset(), QUESTION, 1, WAITING, 0, id="18_reset_before"),
        pytest.param(lost_answer(), QUESTION, 1, WAITING, 1, id="19_answer_lost"),
        pytest.param(lost_answer(), QUESTION, 2, UNKNOWN, 1, id="19_answer_lost_again"),
        pytest.param(half_json(), QUESTION, 1, WAITING, 1, id="19_half_an_answer"),
        pytest.param(cut_off(), QUESTION, 1, WAITING, 1, id="19_answer_cut_off"),
        pytest.param(lost_answer(), DOCUMENT, 1, UNKNOWN, 1, id="19_document"),
        pytest.param(error(502), DOCUMENT, 1, UNKNOWN, 0, id="19_document_perhaps_not"),
        pytest.param(error(429, retry_after=7), DOCUMENT, 1, WAITING, 0, id="21_document"),
        pytest.param(error(400, "message is too long"), QUESTION, 1, DEAD, 0, id="refused"),
        pytest.param(error(413), DOCUMENT, 1, DEAD, 0, id="28_too_large"),
        pytest.param(error(400, "can't parse entities: x"), DOCUMENT, 1, DEAD, 0, id="caption"),
    ],
)
async def test_a_call_that_fails(
    desk: Desk, effect: Effect, kind: str, attempts: int, state: str, copies: int
) -> None:
    desk.telegram.faults.on("send[MD]*", effect, times=None)
    ended = await desk.sends(kind, attempts)
    assert (ended.state, len(desk.anna.messages)) == (state, copies)
    assert not ended.is_unreachable
    assert desk.bell.kinds == (["dead letter"] if state in (DEAD, UNKNOWN) else [])
    assert "AAfake" not in ended.reason, "a reason shows no token"


async def test_promise_18_what_nobody_took_is_sent_once_when_telegram_is_back(desk: Desk) -> None:
    await desk.telegram.goes_down()
    for attempts in range(1, 12):
        ended = await desk.sends(attempts=attempts)
        assert ended.state == WAITING
    await desk.telegram.comes_up()
    assert (await desk.sends(attempts=12)).state == SENT
    assert desk.texts() == ["Welche Werte?"]
    assert desk.bell.rung == []


async def test_promise_19_one_copy_more_and_no_further(desk: Desk) -> None:
    desk.telegram.faults.on("sendMessage", lost_answer(), times=None)
    attempts = 0
    while (await desk.sends(attempts=(attempts := attempts + 1))).state == WAITING:
        pass
    assert desk.texts() == ["Welche Werte?"] * 2


@pytest.mark.parametrize("effect", [error(500, "restart"), error(502), html(502), html(200)])
async def test_promise_22_errors_of_the_server_are_tried_ever_later_and_then_given_up(
    desk: Desk, effect: Effect
) -> None:
    desk.telegram.faults.on("sendMessage", effect, times=None)
    waits, attempts = list[float](), 1
    while (ended := await desk.sends(attempts=attempts)).state == WAITING:
        assert ended.due
        waits.append((ended.due - NOW).total_seconds())
        attempts += 1
    assert waits == sorted(set(waits)), "ever later"
    assert 2 <= len(waits) <= 10
    assert desk.bell.kinds == ["dead letter"]
    desk.telegram.faults.clear()
    assert (await desk.sends()).state == SENT, "the next message goes out"


async def test_promise_21_what_was_told_to_wait_is_sent_once(desk: Desk) -> None:
    desk.telegram.faults.on("sendMessage", error(429, retry_after=7), times=20)
    for attempts in range(1, 21):
        ended = await desk.sends(attempts=attempts)
        assert (ended.state, ended.due) == (WAITING, NOW + timedelta(seconds=7))
    assert (await desk.sends(attempts=21)).state == SENT
    assert desk.texts() == ["Welche Werte?"]
    assert desk.bell.rung == []


async def test_promise_10_a_file_that_takes_long_to_print_holds_nobody_up(desk: Desk) -> None:
    bert = desk.telegram.person(first_name="Bert", id=99)
    loop, has_begun, may_go_on = asyncio.get_running_loop(), asyncio.Event(), threading.Event()

    def slow(_person: int, _parameters: Mapping[str, Any]) -> Attachment:
        loop.call_soon_threadsafe(has_begun.set)
        may_go_on.wait(timeout=5)  # only a test that fails waits so long
        return Attachment("definition.pdf", PICTURE)

    desk.sender.file_of = slow
    printing = asyncio.create_task(desk.sends(DOCUMENT))
    await has_begun.wait()
    try:
        assert (await desk.sender.send(owed(QUESTION, bert.id))).state == SENT
        assert not printing.done()
    finally:
        may_go_on.set()
    assert (await printing).state == SENT


async def test_promise_21_only_the_chat_that_was_told_to_waits(desk: Desk) -> None:
    bert = desk.telegram.person(first_name="Bert", id=99)
    desk.telegram.faults.on("sendMessage", error(429, retry_after=7), chat=desk.anna.id)
    ended = await desk.sends()
    assert ended.due == NOW + timedelta(seconds=7)
    assert (await desk.sender.send(owed(QUESTION, bert.id))).state == SENT
    assert desk.slept == []
    assert (await desk.sends(attempts=2)).state == SENT
    assert desk.slept == [7]


async def test_a_chat_gets_a_message_a_second(desk: Desk) -> None:
    await desk.sends()
    await desk.sends()
    assert desk.slept == [1]


@pytest.mark.parametrize("how", ["blocks", "deletes_account", "never_started", "unknown_chat"])
async def test_promise_23_nobody_there_is_noted_after_one_try(desk: Desk, how: str) -> None:
    chat = desk.anna.id
    if how in ("blocks", "deletes_account"):
        await getattr(desk.anna, how)()
    elif how == "never_started":
        chat = desk.telegram.person(first_name="Carl", started=False).id
    else:
        chat = 4711
    ended = await desk.sender.send(owed(QUESTION, chat))
    assert (ended.state, ended.is_unreachable) == (DEAD, True)
    assert len(desk.telegram.calls) == 1
    assert desk.bell.rung == [], "that somebody leaves is no matter for the operator"


async def test_promise_24_a_refused_token_stops_the_sender(desk: Desk) -> None:
    async with calling(desk.telegram, "1000000001:" + "B" * 35) as api:
        desk.sender.api = api
        ended = await desk.sends()
    assert (ended.state, ended.is_unreachable) == (WAITING, False)
    assert desk.sender.stopped.is_set()
    assert desk.bell.kinds == ["token"]


async def test_promise_26_an_edit_that_changes_nothing_is_done(desk: Desk) -> None:
    message_id = (await desk.sends()).message_id
    assert (await desk.sends(EDIT, message_id=message_id)).state == SENT
    assert desk.bell.rung == []


@pytest.mark.parametrize("reason", ["message can't be edited", "message to edit not found"])
async def test_promise_26_what_cannot_be_edited_is_said_anew(desk: Desk, reason: str) -> None:
    desk.telegram.faults.on("editMessageText", error(400, reason))
    rows = [[{"text": "Ruhe", "callback_data": "3.0"}]]
    ended = await desk.sends(EDIT, message_id=3, reply_markup={"inline_keyboard": rows})
    assert (ended.state, ended.message_id) == (SENT, desk.anna.newest().id)
    assert desk.anna.newest().buttons == ["Ruhe"]
    assert desk.bell.rung == []


async def test_what_is_said_anew_follows_the_rules_as_well(desk: Desk) -> None:
    desk.telegram.faults.on("sendMessage", error(429, retry_after=9))
    ended = await desk.sends(EDIT, message_id=3)
    assert (ended.state, ended.due) == (WAITING, NOW + timedelta(seconds=9))
    await desk.anna.blocks()
    assert (await desk.sends(EDIT, message_id=3, attempts=2)).is_unreachable


async def test_promise_27_bad_markup_is_sent_once_as_plain_text(desk: Desk) -> None:
    rows = [[{"text": "Ruhe", "callback_data": "3.0"}]]
    text = "<b>Welche &amp; <i>Werte</b>"
    ended = await desk.sends(text=text, reply_markup={"inline_keyboard": rows})
    assert ended.state == SENT
    assert (desk.anna.newest().text, desk.anna.newest().buttons) == ("Welche & Werte", ["Ruhe"])
    assert desk.bell.kinds == ["markup"]
    assert "Werte" not in desk.bell.rung[0], "an alarm quotes nobody"


async def test_promise_27_bad_markup_in_an_edit_is_edited_as_plain_text(desk: Desk) -> None:
    message_id = (await desk.sends()).message_id
    ended = await desk.sends(EDIT, message_id=message_id, text="<b>Gut")
    assert (ended.state, ended.message_id) == (SENT, message_id)
    assert desk.texts() == ["Gut"]


async def test_plain_text_that_is_refused_too_is_given_up(desk: Desk) -> None:
    fault = error(400, "can't parse entities: x")
    rule = desk.telegram.faults.on("sendMessage", fault, times=None)
    assert (await desk.sends()).state == DEAD
    assert len(rule.struck) == 2
    assert desk.bell.kinds == ["markup", "dead letter"]


async def test_a_lone_surrogate_is_given_up_and_nothing_breaks(desk: Desk) -> None:
    assert (await desk.sends(text="Ruhe \ud800")).state == DEAD
    assert (await desk.sends()).state == SENT


@pytest.mark.parametrize("effect", [error(400, "query is too old"), error(502), lost_answer()])
async def test_promise_26_a_courtesy_is_made_once_and_its_failure_is_ignored(
    desk: Desk, effect: Effect
) -> None:
    rule = desk.telegram.faults.on("answerCallbackQuery", effect, times=None)
    await desk.sender.be_courteous(Courtesy("answerCallbackQuery", {"callback_query_id": "77"}))
    assert len(rule.struck) == 1
    assert desk.bell.rung == []


async def test_courtesies_do_not_wait_for_their_chat(desk: Desk) -> None:
    desk.sender.pacer.hold(desk.anna.id, 60)
    action = {"chat_id": desk.anna.id, "action": "typing"}
    await desk.sender.be_courteous(Courtesy("sendChatAction", action))
    assert (desk.anna.actions, desk.slept) == (["typing"], [])
