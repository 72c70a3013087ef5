"""The road from the inbox to the outbox, on a real SQLite and a real PostgreSQL."""

import itertools
import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Row, event

from coachbot.coach import Coach, Reply
from coachbot.coach.bubbles import FULL_PART
from coachbot.coach.road import MOST_TIDIED
from coachbot.errors import StoreError
from coachbot.flow.answers import Answers, Key
from coachbot.store import outbox
from coachbot.store.database import Database
from coachbot.store.inbox import MOST_ATTEMPTS, QUARANTINED, SETTLED, WAITING
from coachbot.store.people import Address
from tests.factories import complete
from tests.fake_botapi import Person, media
from tests.telegram.test_incoming import mutated
from tests.telegram.wire import Wire

NAME, WHAT, GROUP, KIND = (Key(f"business.{name}") for name in ("name", "what", "group", "kind"))
WORD = Key("relation.word")
POSITION = "relation.position"
NEXT = {
    NAME: "Bäckerei Morgenrot",
    WHAT: "Brot für das Dorf",
    GROUP: "alle aus dem Dorf",
    KIND: "Privatleute",
    WORD: "persönlich",
}


@pytest.fixture
def bubbling(light: Wire) -> Wire:
    return Wire(light.coach, bubble=1.5)


async def meets(wire: Wire, name: str = "Anna", until: Key = NAME) -> Person:
    """Let somebody come and answer until a question is open."""
    person = wire.person(name)
    answers = list(itertools.takewhile(lambda key: key != until, NEXT))
    for text in ("/start", *(NEXT[key] for key in answers)):
        await person.sends(text)
        waits(wire)
    person.reads_everything()
    return person


def waits(wire: Wire) -> None:
    """Let everything happen, and what is held back as well."""
    wire.runs()
    wire.passes(seconds=5)
    if wire.bubble:
        wire.runs()


def states(rows: list[Row[Any]]) -> list[str]:
    return [row.state for row in rows]


# ---- once, and in order


async def test_an_answer_settles_its_question_and_brings_the_next(wire: Wire) -> None:
    anna = await meets(wire)
    await wire.says(anna, "Bäckerei Morgenrot")
    assert dict(wire.answers(anna)) == {NAME: "Bäckerei Morgenrot"}
    settled, asked = anna.messages[-3], anna.messages[-1]
    assert settled.text.endswith("→ Bäckerei Morgenrot")
    assert settled.buttons == []
    assert "Was bekommt man dort" in asked.text
    assert wire.refused == []


async def test_promise_3_an_update_twice_has_one_effect(wire: Wire) -> None:
    anna = await meets(wire)
    await anna.sends("Bäckerei Morgenrot")
    [update] = wire.fetch()
    wire.receive(update, update)
    wire.runs()
    wire.receive(update)
    assert wire.work().handled == 0
    assert dict(wire.answers(anna)) == {NAME: "Bäckerei Morgenrot"}
    assert len(states(wire.inbox())) == len({row.update_id for row in wire.inbox()}) == 2
    assert len([row for row in wire.outbox() if row.revision == wire.state(anna).revision]) == 1


async def test_what_had_its_effect_is_no_longer_kept(wire: Wire) -> None:
    anna = await meets(wire)
    await wire.says(anna, "Bäckerei Morgenrot")
    assert set(states(wire.inbox())) == {SETTLED}
    assert set(states(wire.outbox())) == {outbox.SENT}
    assert {row.payload for row in (*wire.inbox(), *wire.outbox())} == {None}


async def test_promise_9_two_fast_messages_are_handled_in_order(wire: Wire) -> None:
    anna = await meets(wire)
    bert = await meets(wire, "Bert")
    for who, text in ((anna, "Hofladen"), (bert, "Imkerei"), (bert, "Honig"), (anna, "Gemüse")):
        await who.sends(text)
    wire.runs()
    assert dict(wire.answers(anna)) == {NAME: "Hofladen", WHAT: "Gemüse"}
    assert dict(wire.answers(bert)) == {NAME: "Imkerei", WHAT: "Honig"}


async def test_promise_9_a_text_and_a_tap_are_handled_in_the_order_they_came(wire: Wire) -> None:
    anna = await meets(wire, until=KIND)
    await anna.taps("Unternehmen")
    await anna.sends("verlässlich")
    wire.runs()
    assert wire.answers(anna)[KIND] == "b2b"
    assert wire.answers(anna)[WORD] == "verlässlich"


async def test_promise_1_an_event_and_what_is_owed_for_it_are_one(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If what is owed cannot be written down, nothing else is, and the event is still there."""
    anna = await meets(wire)
    before = wire.outbox()
    await anna.sends("Bäckerei Morgenrot")
    with monkeypatch.context() as broken:
        broken.setattr(outbox, "owe", raising(StoreError("disk full")))
        with pytest.raises(StoreError):
            wire.runs()
    assert dict(wire.answers(anna)) == {}
    assert states(wire.inbox()) == [SETTLED, WAITING]
    assert wire.outbox() == before
    wire.runs()
    assert dict(wire.answers(anna)) == {NAME: "Bäckerei Morgenrot"}


def raising(error: Exception) -> Any:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


# ---- what cannot be read


async def test_promise_5_what_cannot_be_read_is_put_aside_and_the_rest_goes_on(wire: Wire) -> None:
    anna = await meets(wire)
    await anna.sends_raw({"message": {"chat": {"id": anna.id}, "text": "x"}})
    await anna.sends("Bäckerei Morgenrot")
    await anna.sends_raw({"thought": {"id": 1}})
    worked = wire.runs()
    assert dict(wire.answers(anna)) == {NAME: "Bäckerei Morgenrot"}
    assert states(wire.inbox()) == [SETTLED, QUARANTINED, SETTLED, SETTLED]
    [alarm] = worked.alarms
    aside = wire.inbox()[1]
    assert str(aside.id) in alarm
    assert aside.payload, "an operator can look at it"
    assert wire.work().handled == 0


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(mutated(), min_size=3, max_size=8))
async def test_promise_5_mutated_updates_hold_nobody_up(
    light: Wire, ids: Iterator[int], updates: list[dict[str, Any]]
) -> None:
    number = next(ids)
    bert = light.telegram.person(id=10_000 + number, first_name="Bert")
    light.receive(*(update | {"update_id": number + n} for n, update in enumerate(updates)))
    await bert.sends("/start")
    light.runs()
    assert light.state(bert).started
    assert WAITING not in {row.state for row in light.inbox() if row.attempts == 0}


@pytest.fixture
def ids() -> Iterator[int]:
    return itertools.count(1_000_000, 100)


# ---- what fails


class Fault:
    """Lets the coach fail for one person, after everything else of the turn was done."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, person: Person, times: int = 10**9) -> None:
        self.tried = 0
        converse = Coach.converse

        def failing(
            coach: Coach, connection: Any, address: Address, *rest: Any, **more: Any
        ) -> Reply:
            reply = converse(coach, connection, address, *rest, **more)
            if address.name == str(person.id) and self.tried < times:
                self.tried += 1
                raise RuntimeError("a bug")
            return reply

        monkeypatch.setattr(Coach, "converse", failing)


async def test_promise_6_a_failing_event_is_tried_again_and_others_go_on(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, bert = await meets(wire), await meets(wire, "Bert")
    Fault(monkeypatch, bert, times=2)  # in the batch, and alone
    await bert.sends("Imkerei")
    await anna.sends("Hofladen")
    await bert.sends("Honig")
    assert wire.runs().alarms == ()
    assert dict(wire.answers(anna)) == {NAME: "Hofladen"}
    assert dict(wire.answers(bert)) == {}, "what a failed turn wrote is not kept"
    wire.passes(seconds=1)
    wire.runs()
    assert dict(wire.answers(bert)) == {NAME: "Imkerei", WHAT: "Honig"}, "in their order"
    assert "schiefgegangen" not in bert.chat


async def test_promise_6_it_waits_ever_longer_then_gives_up_and_says_so(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, bert = await meets(wire), await meets(wire, "Bert")
    fault = Fault(monkeypatch, bert)
    await bert.sends("Imkerei")
    wire.fetch()
    waits = []
    while not (worked := wire.work()).alarms:
        tried = fault.tried
        assert worked.wake_at
        waits.append((worked.wake_at - wire.now).total_seconds())
        assert wire.road.work(wire.now).handled == 0, "not before its time"
        assert fault.tried == tried
        wire.clock.move_to(worked.wake_at)
    assert waits == [1, 2, 4, 8]
    wire.send()
    assert states(wire.inbox())[-1] == QUARANTINED
    assert wire.inbox()[-1].attempts == MOST_ATTEMPTS
    assert "RuntimeError" in wire.inbox()[-1].reason
    assert "schiefgegangen" in bert.newest().text
    assert len(worked.alarms) == 1
    monkeypatch.undo()
    await wire.says(bert, "Honig")
    await wire.says(anna, "Hofladen")
    assert dict(wire.answers(bert)) == {NAME: "Honig"}
    assert dict(wire.answers(anna)) == {NAME: "Hofladen"}


async def test_promise_6_somebody_new_is_told_as_well(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of them could be stored; they hear of it all the same, in their language."""
    carl = wire.person("Carl", "en")
    Fault(monkeypatch, carl)
    await carl.sends("/start")
    wire.fetch()
    while not (worked := wire.work()).alarms:
        assert worked.wake_at
        wire.clock.move_to(worked.wake_at)
    assert not wire.is_known(carl)
    assert wire.outbox() == []
    assert "went wrong" in carl.newest().text
    assert states(wire.inbox()) == [QUARANTINED]


async def test_promise_6_somebody_whose_many_messages_fail_holds_nobody_up(
    light: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, bert = await meets(light), await meets(light, "Bert")
    Fault(monkeypatch, bert)
    for number in range(80):
        await bert.sends(f"Honig {number}")
    await anna.sends("Hofladen")
    light.runs()
    assert dict(light.answers(anna)) == {NAME: "Hofladen"}


async def test_promise_7_a_database_that_is_down_loses_nothing(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = await meets(wire)
    await anna.sends("Hofladen")
    await anna.sends("Gemüse")
    wire.fetch()
    with monkeypatch.context() as down:
        down.setattr(Database, "write", raising(StoreError("down")))
        with pytest.raises(StoreError):
            wire.road.work(wire.now)
    assert [row.attempts for row in wire.inbox()] == [0, 0, 0]
    wire.runs()
    assert dict(wire.answers(anna)) == {NAME: "Hofladen", WHAT: "Gemüse"}


@pytest.mark.parametrize("trouble", ["full", "locked"])
async def test_promise_7_while_nothing_can_be_written_nothing_is_lost(
    light: Wire, trouble: str
) -> None:
    anna = await meets(light)
    await anna.sends("Hofladen")
    await anna.sends("Gemüse" + "!" * 4000)
    writer, reader = light.coach.database.writer, light.coach.database.reader
    with writer.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        most = pages if trouble == "full" else 10**6
        connection.exec_driver_sql(f"PRAGMA max_page_count={most}")
        connection.exec_driver_sql("PRAGMA busy_timeout=1")
    with reader.connect() as other:
        if trouble == "locked":
            other.exec_driver_sql("INSERT INTO pulses VALUES ('locks', '2026-01-01')")
        with pytest.raises(StoreError):
            light.fetch()
    assert len(light.telegram.updates) == 2, "Telegram keeps what is not stored"
    with writer.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=1000000")
    light.runs()
    assert dict(light.answers(anna)) == {NAME: "Hofladen", WHAT: "Gemüse" + "!" * 4000}


# ---- several messages, one thought


async def test_bubbles_are_one_answer_and_a_command_is_none(bubbling: Wire) -> None:
    anna = await meets(bubbling)
    for text in ("Bäckerei", "Morgenrot"):
        await anna.sends(text)
        bubbling.passes(seconds=1)
        worked = bubbling.runs()
        assert worked.held == (anna.id,)
    await anna.sends("/help")
    bubbling.runs()
    assert dict(bubbling.answers(anna)) == {NAME: "Bäckerei\nMorgenrot"}
    assert "So geht es" in anna.chat


async def test_promise_1_a_text_is_held_as_a_row_and_handled_after_a_restart(
    bubbling: Wire,
) -> None:
    anna = await meets(bubbling)
    await anna.sends("Bäckerei")
    assert bubbling.runs().handled == 0
    again = Wire(bubbling.coach, bubble=1.5, clock=bubbling.clock)
    again.passes(seconds=1.5)
    assert again.work().handled == 1
    assert dict(again.answers(anna)) == {NAME: "Bäckerei"}


async def test_promise_16_a_long_paste_is_kept_whole(bubbling: Wire) -> None:
    anna = await meets(bubbling, until=WHAT)
    text = "".join(f"Satz {number} über das Brot. " for number in range(500)).strip()
    assert len(await anna.pastes(text)) == 3
    waits(bubbling)
    assert bubbling.answers(anna)[WHAT] == text
    assert len(text) > 2 * FULL_PART


async def test_a_text_from_before_the_question_belongs_to_the_last_answer(bubbling: Wire) -> None:
    """The question came while the person was still typing: they did not answer that one."""
    anna = await meets(bubbling)
    await anna.sends("Bäckerei")
    bubbling.fetch()
    bubbling.passes(seconds=5)
    bubbling.work()
    await anna.sends("Morgenrot")
    bubbling.send()
    waits(bubbling)
    assert dict(bubbling.answers(anna)) == {NAME: "Bäckerei\nMorgenrot"}
    assert "lautet jetzt" in anna.chat


async def test_a_text_after_the_question_answers_it_though_it_was_put_again(bubbling: Wire) -> None:
    """/help shows the question once more; what was typed meanwhile is still its answer."""
    anna = await meets(bubbling, until=WHAT)
    await anna.sends("/help")
    await anna.sends("Brot für das Dorf")
    waits(bubbling)
    assert bubbling.answers(anna)[NAME] == NEXT[NAME]
    assert bubbling.answers(anna)[WHAT] == "Brot für das Dorf"


async def test_a_command_from_before_the_question_is_a_command(bubbling: Wire) -> None:
    anna = await meets(bubbling)
    await anna.sends("Bäckerei")
    bubbling.fetch()
    bubbling.passes(seconds=5)
    bubbling.work()
    await anna.sends("/pause")
    bubbling.send()
    waits(bubbling)
    assert bubbling.state(anna).paused
    assert dict(bubbling.answers(anna)) == {NAME: "Bäckerei"}


# ---- corrections


async def test_promise_15_an_edit_corrects_the_answer_of_its_message(wire: Wire) -> None:
    anna = await meets(wire)
    await wire.says(anna, "Bäkerei", "Brod")
    await anna.edits("Bäkerei", "Bäckerei Morgenrot")
    wire.runs()
    assert dict(wire.answers(anna)) == {NAME: "Bäckerei Morgenrot", WHAT: "Brod"}
    assert "lautet jetzt „Bäckerei Morgenrot“" in anna.newest().text
    await anna.edits("Brod", "Brot")
    await anna.edits("Bäckerei Morgenrot", "Bäckerei am Tor")
    wire.runs()
    assert dict(wire.answers(anna)) == {NAME: "Bäckerei am Tor", WHAT: "Brot"}


async def test_promise_15_an_edit_before_the_message_was_handled_corrects_it(wire: Wire) -> None:
    anna = await meets(wire)
    await anna.sends("Bäkerei")
    await anna.edits("Bäkerei", "Bäckerei")
    wire.runs()
    assert dict(wire.answers(anna)) == {NAME: "Bäckerei"}


async def test_promise_15_an_edit_of_what_was_no_answer_changes_nothing(wire: Wire) -> None:
    anna = await meets(wire, until=WHAT)
    before = wire.state(anna)
    await anna.edits("/start", "Brot")
    wire.runs()
    assert wire.state(anna) == before
    assert "keine Antwort, die ich ändern kann" in anna.newest().text


async def test_promise_15_an_edit_of_an_answer_given_anew_changes_nothing(wire: Wire) -> None:
    anna = await meets(wire)
    await wire.says(anna, "Bäkerei", "/a1", "Bäckerei Morgenrot")
    before = wire.state(anna)
    await anna.edits("Bäkerei", "Metzgerei")
    wire.runs()
    assert wire.state(anna) == before
    assert "inzwischen anders gegeben" in anna.newest().text


async def test_promise_15_an_edit_of_a_message_with_several_answers_corrects_none_wrongly(
    light: Wire,
) -> None:
    """Eight positions in one message: an edit must not land on the last of them."""
    anna = light.person()
    told = complete(light.coach.office.flow)
    light.begins(anna, Answers({k: v for k, v in told.items() if k.question != POSITION}))
    await light.says(anna, "/start", "4 3 5 2 2 3 4 1")
    before = light.state(anna)
    assert before.answers.number(POSITION, "selective") == 1
    await anna.edits("4 3 5 2 2 3 4 1", "5 3 5 2 2 3 4 1")
    light.runs()
    assert light.state(anna).answers.number(POSITION, "selective") == 1


# ---- taps


async def test_promise_14_a_double_tap_has_one_effect(wire: Wire) -> None:
    anna = await meets(wire, until=KIND)
    await anna.taps("Unternehmen")
    await anna.taps_again()
    wire.runs()
    assert wire.answers(anna)[KIND] == "b2b"
    assert WORD not in wire.answers(anna)
    assert [bool(told) for told in anna.told] == [False, True], "both are answered"
    assert "schon beantwortet" in anna.told[1]
    assert anna.chat.count("Business Model Canvas") == 1


async def test_promise_14_a_tick_is_taken_back_by_the_next_tap_only(wire: Wire) -> None:
    """The same button twice on a list: ticked, and the second tap finds it ticked."""
    anna = await meets(wire, until=WORD)
    await wire.says(anna, "persönlich")
    await anna.taps("Je nach Tagesform")
    await anna.taps_again()
    wire.runs()
    assert wire.state(anna).draft == ("by_day",)


async def test_promise_13_an_old_button_changes_nothing(wire: Wire) -> None:
    anna = await meets(wire, until=KIND)
    old = anna.newest(lambda message: "Unternehmen" in message.buttons)
    data = old.rows[0][0]["callback_data"]
    await wire.taps(anna, "Unternehmen")
    before = wire.state(anna)
    await anna.taps_data(data, old)
    wire.runs()
    assert wire.state(anna) == before
    assert "schon beantwortet" in anna.told[-1]


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=20) | st.from_regex(r"\d{1,9}\.\d{1,4}", fullmatch=True))
async def test_promise_13_a_tampered_button_changes_nothing(light: Wire, data: str) -> None:
    anna = light.person()
    if not light.is_known(anna):
        anna = await meets(light, until=KIND)
    before = light.state(anna)
    if data.startswith(f"{before.revision}."):
        return  # a button of the open question
    await anna.taps_data(data)
    told = len(anna.told)
    worked = light.runs()
    assert light.state(anna) == before
    assert worked.alarms == ()
    assert len(anna.told) == told + 1, "every tap is answered"


@pytest.mark.parametrize("data", ["c.x.", "c.deepen.nowhere", "7.0", "?"])
async def test_promise_13_a_strangers_tampered_button_is_answered_and_stops_nobody(
    wire: Wire, data: str
) -> None:
    carl = wire.person("Carl")
    sender = {"id": carl.id, "is_bot": False, "first_name": "Carl"}
    tap = {"id": "7", "from": sender, "chat_instance": "1", "data": data}
    wire.receive({"update_id": 7, "callback_query": tap})
    assert wire.work().alarms == ()
    assert states(wire.inbox()) == [SETTLED]
    assert wire.is_known(carl)


@pytest.mark.parametrize("place", [99, 9999])
async def test_promise_13_a_place_beyond_the_keyboard_changes_nothing(
    light: Wire, place: int
) -> None:
    anna = await meets(light, until=KIND)
    before = light.state(anna)
    await anna.taps_data(f"{before.revision}.{place}")
    light.runs()
    assert light.state(anna) == before
    assert anna.told[-1]


@pytest.mark.parametrize("name", ["x", "tension", "delete_all", "change", "deepen", "switch"])
async def test_promise_13_a_strange_command_in_a_button_changes_no_answer(
    light: Wire, name: str
) -> None:
    anna = await meets(light, until=KIND)
    before = light.state(anna)
    await anna.taps_data(f"c.{name}.nonsense")
    worked = light.runs()
    assert light.state(anna) == before
    assert worked.alarms == ()
    assert len(anna.told) == 1


async def test_promise_45_somebody_elses_button_reads_and_changes_nothing(wire: Wire) -> None:
    anna, bert = await meets(wire, until=KIND), await meets(wire, "Bert")
    asked = anna.newest(lambda message: "Unternehmen" in message.buttons)
    before = wire.state(anna), wire.state(bert)
    for button in itertools.chain.from_iterable(asked.rows[:-1]):
        await bert.taps_data(button["callback_data"], asked)
        wire.runs()
    assert (wire.state(anna), wire.state(bert)) == before
    assert anna.told == []
    assert NEXT[NAME] not in bert.chat


async def test_promise_12_after_lost_taps_a_text_goes_on(light: Wire) -> None:
    """Taps live for 150 seconds: after an outage only a text or /start is left."""
    anna = await meets(light, until=KIND)
    await anna.taps("Unternehmen")
    light.passes(minutes=10)
    assert light.fetch() == []
    await light.says(anna, "/start")
    assert "Privatleute" in anna.newest().buttons
    await light.says(anna, "Unternehmen")
    assert light.answers(anna)[KIND] == "b2b"


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True))
@example("c.delete.yes")
@example("delete_yes")
async def test_promise_46_what_follows_start_lets_nobody_in_and_opens_nothing(
    light: Wire, token: str
) -> None:
    anna = light.person()
    if not light.is_known(anna):
        anna = await meets(light, until=KIND)
    before = light.state(anna)
    await light.says(anna, f"/start {token}")
    assert light.state(anna) == before
    assert "Privatleute" in anna.newest().buttons
    stranger = light.person("Carl")
    await light.says(stranger, f"/start {token}")
    assert light.answers(stranger) == {}
    assert NEXT[NAME] not in stranger.chat


# ---- what is no answer


@pytest.mark.parametrize(
    "kind", ["photo", "voice", "sticker", "document", "contact", "poll", "dice"]
)
async def test_promise_16_what_cannot_be_read_is_declined_kindly(light: Wire, kind: str) -> None:
    anna = await meets(light)
    before = light.state(anna)
    await anna.sends_medium(kind)
    light.runs()
    assert "Ich kann leider nur lesen" in anna.newest().text
    assert light.state(anna) == before
    await light.says(anna, "Bäckerei")
    assert dict(light.answers(anna)) == {NAME: "Bäckerei"}


@pytest.mark.parametrize("bubble", [0.0, 1.5])
async def test_promise_16_an_album_is_declined_once(light: Wire, bubble: float) -> None:
    """Ten photos are ten updates; with bubbles on they may come in several portions."""
    wire = Wire(light.coach, bubble=bubble, clock=light.clock)
    anna = await meets(wire)
    photo = media.photo(wire.telegram.cloud) | {"media_group_id": "13579"}
    for number in range(10):
        await anna.sends_content(photo)
        if bubble and number % 3 == 0:
            wire.passes(seconds=1)
            wire.runs()
    waits(wire)
    assert anna.chat.count("Ich kann leider nur lesen") == 1
    assert set(states(wire.inbox())) == {SETTLED}
    await anna.sends_content(photo | {"media_group_id": "2468"})
    waits(wire)
    assert anna.chat.count("Ich kann leider nur lesen") == 2


async def test_promise_16_what_somebody_else_wrote_is_no_answer(light: Wire) -> None:
    anna = await meets(light)
    await anna.forwards("Bäckerei Abendrot")
    light.runs()
    assert dict(light.answers(anna)) == {}
    assert "eigenen Worten" in anna.newest().text


@pytest.mark.parametrize("first", ["photo", "sticker"])
async def test_promise_16_somebody_new_who_sends_no_text_is_welcomed(
    light: Wire, first: str
) -> None:
    anna = light.person()
    await anna.sends_medium(first)
    light.runs()
    assert "Willkommen" in anna.chat
    assert "Um welchen Betrieb" in anna.newest().text


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(" \n ", id="blank"),
        pytest.param("🎲" * FULL_PART, id="4096_emojis"),
        pytest.param("\u202eirekcäB\u202c", id="right_to_left"),
        pytest.param("Bäckerei\0am\0Tor", id="nul"),
        pytest.param("Bäckerei \ud800 am Tor", id="lone_surrogate"),
        pytest.param("<b>Bäckerei</i> &nbsp; </code>", id="markup"),
        pytest.param("{{ 7*7 }} {% raw %}", id="template"),
        pytest.param("'; DROP TABLE people; --", id="sql"),
        pytest.param("\u200b\u200d\ufeff", id="invisible"),
        pytest.param("e" + "\u0301" * 2000, id="marks"),
    ],
)
async def test_promise_16_any_text_gets_a_kind_answer(light: Wire, text: str) -> None:
    anna = await meets(light)
    await anna.sends(text)
    worked = light.runs()
    assert worked.alarms == ()
    assert set(states(light.inbox())) == {SETTLED}
    assert light.refused == []
    assert anna.newest().id > anna.newest(lambda m: "Um welchen" in m.text).id
    name = light.answers(anna).text("business.name")
    kept = text.replace("\0", "").replace("\ud800", "")
    assert not name or name in unicodedata.normalize("NFC", kept)


# ---- coming, going, and other places


async def test_promise_23_who_blocks_the_bot_is_owed_nothing_and_keeps_everything(
    wire: Wire,
) -> None:
    anna = await meets(wire)
    await anna.sends("Bäckerei")
    wire.fetch()
    wire.work()
    await anna.blocks()
    wire.runs()
    assert wire.is_unreachable(anna)
    assert dict(wire.answers(anna)) == {NAME: "Bäckerei"}
    assert set(states(wire.outbox())) == {outbox.SENT, outbox.CANCELLED}
    assert {row.payload for row in wire.outbox()} == {None}


async def test_promise_23_who_comes_back_is_met_where_they_were_without_a_burst(
    wire: Wire,
) -> None:
    anna = await meets(wire, until=WHAT)
    await anna.blocks()
    wire.runs()
    wire.passes(hours=72)
    heard = len(anna.messages)
    await anna.unblocks()
    wire.runs()
    assert not wire.is_unreachable(anna)
    assert len(anna.messages) == heard, "nothing is said before they say something"
    await wire.says(anna, "/start")
    assert "Was bekommt man dort" in anna.newest().text
    assert dict(wire.answers(anna)) == {NAME: NEXT[NAME]}


async def test_promise_23_writing_is_coming_back_as_well(light: Wire) -> None:
    anna = await meets(light)
    await anna.blocks()
    light.runs()
    await anna.unblocks()
    light.telegram.updates.clear()
    await light.says(anna, "Bäckerei")
    assert not light.is_unreachable(anna)


async def test_promise_23_a_stranger_who_blocks_is_not_kept(wire: Wire) -> None:
    carl = wire.person("Carl")
    await carl.blocks()
    await carl.unblocks()
    wire.runs()
    assert not wire.is_known(carl)


@pytest.mark.parametrize("kind", ["group", "supergroup", "channel"])
async def test_promise_17_groups_are_left_and_nothing_of_them_is_kept(
    wire: Wire, kind: str
) -> None:
    anna = wire.person()
    group = wire.telegram.group(type=kind)
    await group.is_joined_by_bot(anna)
    await anna.sends("Bäckerei", to=group)
    wire.runs()
    assert not group.has_bot
    everything = wire.everything()
    assert [name for name, rows in everything.items() if rows] == ["inbox", "pulses"]
    assert {row.payload for row in wire.inbox()} == {None}


async def test_promise_17_another_bot_is_not_answered(wire: Wire) -> None:
    other = wire.telegram.person(first_name="Bot", is_bot=True)
    await wire.says(other, "Hallo")
    assert not wire.is_known(other)
    assert [message for message in other.messages if message.by_bot] == []


# ---- many at once


async def all_write(wire: Wire, many: int) -> tuple[list[Person], int]:
    """Let many people answer at once; returns them, and how many statements that took."""
    people = [await meets(wire, f"P{number}") for number in range(many)]
    for person in people:
        await person.sends("Bäckerei Morgenrot")
    wire.receive(*wire.fetch())
    sent: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        sent.append(statement)

    writer = wire.coach.database.writer
    event.listen(writer, "before_cursor_execute", note)
    wire.work()
    event.remove(writer, "before_cursor_execute", note)
    return people, len(sent)


async def test_more_people_at_once_are_not_more_statements(wire: Wire) -> None:
    many = MOST_TIDIED + 1
    people, statements = await all_write(wire, many)
    assert {wire.answers(person)[NAME] for person in people} == {"Bäckerei Morgenrot"}
    assert statements < many


@pytest.mark.parametrize(("many", "tidied"), [(MOST_TIDIED, MOST_TIDIED), (MOST_TIDIED + 1, 0)])
async def test_answered_questions_are_tidied_while_there_is_time(
    light: Wire, many: int, tidied: int
) -> None:
    people, _ = await all_write(light, many)
    light.runs()
    settled = [person for person in people if "→" in person.messages[-3].text]
    assert len(settled) == tidied
    assert all("Was bekommt man dort" in person.messages[-1].text for person in people)
