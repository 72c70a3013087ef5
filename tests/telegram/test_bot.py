"""The bot as a process against the fake Bot API, as a person with a phone meets it."""

import asyncio
import json
import random
import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from coachbot.flow.questions import Flow
from coachbot.store.database import open_database
from coachbot.store.people import Address
from coachbot.store.sealing import KeyRing
from coachbot.texts.answers_file import read_answers
from coachbot.texts.library import Library
from tests.fake_botapi import FakeBotApi, Message, Person
from tests.telegram.phone import OnThePhone
from tests.telegram.process import ROOT, running, start, stop


@pytest.fixture
async def api() -> AsyncIterator[FakeBotApi]:
    async with FakeBotApi() as made:
        yield made


def refused(api: FakeBotApi) -> list[str]:
    """Return the calls that Telegram found fault with."""
    return [f"{call.method}: {call.description}" for call in api.calls if call.status == 400]


def buttons(*labels: str) -> Callable[[Message], bool]:
    return lambda message: all(label in message.buttons for label in labels)


def has_file(message: Message) -> bool:
    return message.document is not None or "photo" in message.json


async def meets(person: Person) -> None:
    await person.sends("/start")
    await person.sees("Um welchen Betrieb")


def stored_answers(folder: Path, person: Person) -> dict[tuple[str, str], object]:
    """Return the current answers as the bot's own store reads them."""
    from coachbot.store import conversations, people

    database = open_database(f"sqlite:///{folder / 'coachbot.sqlite3'}")
    ring, _ = KeyRing.from_file(folder / "master.key")
    with database.read() as connection:
        found = people.find(connection, Address("telegram", str(person.id)))
        assert found
        assert found.definition_id
        told = conversations.load(connection, ring, found, found.definition_id)
    database.close()
    assert told
    return {(key.question, key.item): value for key, value in told.state.answers.items()}


async def test_a_first_conversation_by_taps_and_text(api: FakeBotApi, tmp_path: Path) -> None:
    async with running(tmp_path, api):
        anna = api.person(first_name="Anna", language_code="de-AT")
        await anna.sends("/start")
        await anna.sees("Werkstatt für Beziehungen betreibt diesen Coach")
        await anna.sees("Willkommen")
        await anna.sees("Um welchen Betrieb")
        await anna.sends("Bäckerei Morgenrot")
        await anna.sees("Was bekommt man dort")
        await anna.sends("Brot und Gebäck für Leute, die im Dorf wohnen")
        await anna.sees("Um wen soll es gehen")
        await anna.sends("Leute aus dem Dorf")
        await anna.sees("Privatleute, Unternehmen oder Mitglieder")
        await anna.taps("Privatleute")
        await anna.sees("Business Model Canvas")
        assert "→ Privatleute" in anna.chat
        await anna.sends("persönlich")
        await anna.sees("um sieben")
        await anna.sends("Wer zum dritten Mal kommt, wird mit Namen gegrüßt.")
        await anna.sees("wie ist es heute wirklich")
        await anna.taps("Je nach Tagesform")
        await anna.sees(buttons("✓ Je nach Tagesform", "Fertig"))
        await anna.taps("Je nachdem, wer Dienst hat")
        await anna.sees(buttons("✓ Je nach Tagesform", "✓ Je nachdem, wer Dienst hat"))
        await anna.taps("Fertig")
        await anna.sees("Welche drei Werte")
    assert refused(api) == []


async def test_english_for_everybody_else(api: FakeBotApi, tmp_path: Path) -> None:
    async with running(tmp_path, api):
        carl = api.person(first_name="Carl", language_code="fr")
        await carl.sends("hello")
        await carl.sees("Before you answer")
        await carl.sees("Welcome")


@pytest.mark.parametrize("example", ["bakery", "bookshop"])
async def test_to_the_finished_document(
    api: FakeBotApi, tmp_path: Path, flow: Flow, library: Library, example: str
) -> None:
    file = read_answers(ROOT / "examples" / f"{example}.toml", flow)
    person = api.person(first_name="Anna", language_code=file.language)
    phone = OnThePhone(flow, file, person, library.languages[file.language])
    async with running(tmp_path, api):
        await phone.begins()
        await phone.answers_everything()
        await person.sees(has_file)
        await person.sees(has_file)
        for face in ("/document picture", "/document handout", "/document docx 1"):
            await person.sends(face)
            await person.sees(has_file)
        await person.sends("/history")
        await person.sees(lambda message: any("Version 1" in label for label in message.buttons))
    stored = stored_answers(tmp_path, person)
    assert stored == {tuple(key): value for key, value in phone.shadow.answers.items()}
    assert refused(api) == []


async def test_three_bubbles_are_one_answer(api: FakeBotApi, tmp_path: Path) -> None:
    async with running(tmp_path, api, COACHBOT_BUBBLE_SECONDS="1"):
        anna = api.person(first_name="Anna", language_code="de")
        await meets(anna)
        for bubble in ("Bäckerei", "Morgenrot", "in der Färbergasse"):
            await anna.sends(bubble)
        await anna.sees("Was bekommt man dort")
    assert stored_answers(tmp_path, anna) == {
        ("business.name", ""): "Bäckerei\nMorgenrot\nin der Färbergasse"
    }


async def test_promise_15_a_correction_of_ones_own_message_corrects_the_answer(
    api: FakeBotApi, tmp_path: Path
) -> None:
    async with running(tmp_path, api):
        anna = api.person(first_name="Anna", language_code="de")
        await meets(anna)
        await anna.sends("Bäkerei")
        await anna.sees("Was bekommt man dort")
        await anna.edits("Bäkerei", "Bäckerei Morgenrot")
        await anna.sees("lautet jetzt „Bäckerei Morgenrot“")
    assert stored_answers(tmp_path, anna)["business.name", ""] == "Bäckerei Morgenrot"


async def test_promise_14_a_double_tap_has_one_effect(api: FakeBotApi, tmp_path: Path) -> None:
    async with running(tmp_path, api):
        anna = api.person(first_name="Anna", language_code="de")
        await meets(anna)
        for text, next_question in (
            ("Bäckerei", "Was bekommt man dort"),
            ("Brot und Gebäck für Leute, die im Dorf wohnen", "Um wen soll es gehen"),
            ("alle", "Privatleute, Unternehmen"),
        ):
            await anna.sends(text)
            await anna.sees(next_question)
        await anna.taps("Unternehmen")
        await anna.taps_again()
        await anna.sees("Business Model Canvas")
        await anna.is_told("schon beantwortet")
    assert stored_answers(tmp_path, anna)["business.kind", ""] == "b2b"


@pytest.mark.parametrize("data", ["0.0", "999.1", "c.nonsense.", "c.switch.77", "\x00", "x" * 64])
async def test_promise_13_a_tampered_button_changes_nothing(
    api: FakeBotApi, tmp_path: Path, data: str
) -> None:
    async with running(tmp_path, api):
        anna = api.person(first_name="Anna", language_code="de")
        await meets(anna)
        await anna.taps_data(data)
        await api.calls.answered("answerCallbackQuery")
        await anna.sends("Bäckerei")
        await anna.sees("Was bekommt man dort")
    assert refused(api) == []


async def test_promise_16_what_is_no_answer_is_answered_kindly(
    api: FakeBotApi, tmp_path: Path
) -> None:
    async with running(tmp_path, api):
        anna = api.person(first_name="Anna", language_code="de")
        await meets(anna)
        for send in (
            anna.sends_photo,
            anna.sends_voice,
            anna.sends_sticker,
            anna.sends_contact,
            anna.sends_location,
            anna.sends_poll,
        ):
            await send()
            await anna.sees("nur lesen")
        await anna.forwards("Das hat jemand anderer geschrieben.")
        await anna.sees("in deinen eigenen Worten")
        await anna.sends("👍" * 2000)
        await anna.sees("ein paar Worte")
        await anna.sends("مخبز الفجر \u202e\x00")
        await anna.sees("Was bekommt man dort")
    assert stored_answers(tmp_path, anna) == {("business.name", ""): "مخبز الفجر"}
    assert refused(api) == []


async def test_promise_16_a_long_paste_is_kept_whole(api: FakeBotApi, tmp_path: Path) -> None:
    text = " ".join(f"Um {n % 12} Uhr holt Kundin {n} ihr Brot." for n in range(330))
    async with running(tmp_path, api, COACHBOT_BUBBLE_SECONDS="1"):
        anna = api.person(first_name="Anna", language_code="de")
        await meets(anna)
        await anna.sends("Bäckerei")
        await anna.sees("Was bekommt man dort")
        await anna.pastes(text.strip())
        await anna.sees("Um wen soll es gehen")
    assert stored_answers(tmp_path, anna)["business.what", ""] == text.strip()


async def test_promise_17_a_group_is_left_politely_and_nothing_kept(
    api: FakeBotApi, tmp_path: Path
) -> None:
    async with running(tmp_path, api):
        anna = api.person(first_name="Anna", language_code="de")
        group = api.group()
        await group.is_joined_by_bot(anna)
        await api.calls.answered("leaveChat")
        assert "unter vier Augen" in group.chat
    with sqlite3.connect(tmp_path / "coachbot.sqlite3") as database:
        assert database.execute("SELECT count(*) FROM people").fetchone() == (0,)
        kept = "SELECT count(payload) FROM inbox WHERE state = 'settled'"
        assert database.execute(kept).fetchone() == (0,)


async def test_commands_description_and_menu_are_set_per_language(
    api: FakeBotApi, tmp_path: Path
) -> None:
    async with running(tmp_path, api):
        await api.calls.answered("setMyShortDescription", 3)
    for call in api.calls.of("setMyCommands"):
        assert len(json.loads(str(call.parameters.text("commands")))) <= 10
    assert refused(api) == []


async def test_everything_by_command(api: FakeBotApi, tmp_path: Path) -> None:
    async with running(tmp_path, api):
        anna = api.person(first_name="Anna", language_code="de")
        await meets(anna)
        await anna.sends("Bäckerei")
        await anna.sees("Was bekommt man dort")
        for command, answer in (
            ("/summary", "Beziehungsdefinition"),
            ("/answers", "/a1 Name"),
            ("/deepen", "tiefer gehen"),
            ("/switch", "erst eine Definition"),
            ("/help", "So geht es"),
            ("/privacy", "Verantwortlich: Werkstatt"),
            ("/pause", "Pause"),
            ("/new", "andere Kundengruppe"),
            ("/language en", "From now on in English"),
        ):
            await anna.sends(command)
            await anna.sees(answer)
        await anna.sends("/document")
        await anna.sees(lambda m: m.document is not None)
        await anna.sends("/export")
        await anna.sees(lambda m: m.document is not None)
        await anna.sends("/delete")
        await anna.taps("Yes, delete everything") if await anna.sees("Shall I delete") else None
        await anna.sees("Nothing of yours is stored")
    with sqlite3.connect(tmp_path / "coachbot.sqlite3") as database:
        for table in ("people", "definitions", "answers", "outbox"):
            assert database.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
    assert refused(api) == []


async def test_promise_23_somebody_who_blocks_the_bot_is_left_alone_until_they_return(
    api: FakeBotApi, tmp_path: Path
) -> None:
    async with running(tmp_path, api):
        anna = api.person(first_name="Anna", language_code="de")
        await meets(anna)
        await anna.blocks()
        bert = api.person(first_name="Bert", language_code="de")
        await meets(bert)
        await anna.unblocks()
        await anna.sends("/start")
        await anna.sees("Schön, dass du wieder da bist")


async def test_a_wrong_token_is_one_line_and_exit_2(api: FakeBotApi, tmp_path: Path) -> None:
    bot = await start(tmp_path, api, COACHBOT_TELEGRAM_TOKEN="1:" + "x" * 35)
    assert await bot.wait() == 2
    log = (tmp_path / "bot.log").read_text()
    assert "COACHBOT_TELEGRAM_TOKEN: Telegram refuses this token" in log
    assert "Traceback" not in log


async def test_promise_42_neither_token_nor_answers_are_logged(
    api: FakeBotApi, tmp_path: Path
) -> None:
    async with running(tmp_path, api, COACHBOT_LOG_LEVEL="debug"):
        anna = api.person(first_name="Anna", language_code="de")
        await meets(anna)
        await anna.sends("Kanarienvogel")
        await anna.sees("Kanarienvogel")
        await anna.sends_raw({"message": {"text": "Kanarienvogel"}})
        await anna.sends("/summary")
        await anna.sees("Für dich")
    log = (tmp_path / "bot.log").read_text()
    assert "quarantine" in log
    assert "Kanarienvogel" not in log
    assert api.token not in log
    assert api.token.partition(":")[2] not in log
    assert b"Kanarienvogel" not in (tmp_path / "coachbot.sqlite3").read_bytes()


async def test_it_stops_at_once_and_in_order(api: FakeBotApi, tmp_path: Path) -> None:
    async with running(tmp_path, api) as bot:
        anna = api.person(first_name="Anna", language_code="de")
        await meets(anna)
        assert await stop(bot) == 0


async def test_promise_1_killed_at_random_moments_nothing_is_lost(
    api: FakeBotApi, tmp_path: Path, flow: Flow, library: Library
) -> None:
    """Twenty kills while somebody answers the whole flow; the conversation goes on each time."""
    file = read_answers(ROOT / "examples" / "bakery.toml", flow)
    person = api.person(first_name="Anna", language_code="de")
    phone = OnThePhone(flow, file, person, library.languages["de"])
    chance = random.Random(20)
    bot = await start(tmp_path, api)
    kills = 0

    async def strike() -> None:
        nonlocal bot, kills
        while kills < 20:
            await api.calls.arrived("send*", len(api.calls.of("send*")) + chance.randint(1, 3))
            bot.kill()
            await bot.wait()
            kills += 1
            bot = await start(tmp_path, api)

    striking = asyncio.create_task(strike())
    try:
        await phone.begins()
        await phone.answers_everything()
    finally:
        striking.cancel()
        await asyncio.gather(striking, return_exceptions=True)
        await stop(bot)
    assert kills >= 10
    stored = stored_answers(tmp_path, person)
    assert stored == {tuple(key): value for key, value in phone.shadow.answers.items()}
