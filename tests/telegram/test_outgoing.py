"""What is said, as calls: which method, which parameters, which buttons."""

import base64
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from coachbot.channels.telegram.incoming import Reader
from coachbot.channels.telegram.outgoing import (
    DOCUMENT,
    EDIT,
    MESSAGE,
    QUESTION,
    keyboard_of,
    plain,
    present,
    unformatted,
)
from coachbot.channels.telegram.splitting import split
from coachbot.coach.arrivals import Arrival, Edited, Presented
from coachbot.coach.coach import Reply
from coachbot.coach.pressing import Pressed
from coachbot.flow.answers import Key
from coachbot.flow.events import Commanded, Wrote
from coachbot.flow.messages import Ask, Message, Offer, Overview, Say
from coachbot.flow.observations import Tension
from coachbot.flow.path import keys
from coachbot.flow.questions import Flow
from coachbot.flow.state import State
from coachbot.store.conversations import Face
from coachbot.store.people import Address, Person
from coachbot.texts.keyboards import BESIDE, tension_buttons
from coachbot.texts.library import Library
from coachbot.texts.said import Attachment, Button, Manner, Said
from coachbot.texts.speaker import Speaker
from tests.conftest import NOW
from tests.factories import complete
from tests.fake_botapi import limits
from tests.fake_botapi.keyboards import callback_buttons, read_markup
from tests.fake_botapi.texts import read_text
from tests.telegram.updates import tap

ADDRESS = Address("telegram", "71")
PERSON = Person(1, ADDRESS, "de", 1, NOW, NOW, None)
WROTE = Arrival(ADDRESS, 71, Wrote("Ruhe"), datetime(2026, 1, 1, tzinfo=UTC), message_id=33)
TAPPED = replace(WROTE, happening=Pressed(3, 1), message_id=40, callback="77")
RUHE, MUT = Button("Ruhe", "tick", "calm", is_on=False), Button("Mut", "untick", "x", is_on=True)
LATER = Button("Später", "command", "skip")


def face(button: Button) -> Face:
    return button.label, button.verb, button.argument, button.item


def presented(*said: Said, arrival: Arrival = WROTE, shown: int | None = None) -> Presented:
    buttons = [button for one in said for row in one.buttons for button in row]
    keyboard = tuple(dict.fromkeys(map(face, buttons)))
    return present(arrival, Reply(said, State(), PERSON, keyboard), shown)


# ---- messages


def test_a_text_is_a_message() -> None:
    assert presented(Said("Gut, <b>Anna</b>.")).courtesies == []
    [parcel] = presented(Said("Gut, <b>Anna</b>.")).parcels
    assert (parcel.method, parcel.kind, parcel.revision) == ("sendMessage", MESSAGE, -1)
    assert parcel.parameters == {
        "chat_id": 71,
        "text": "Gut, <b>Anna</b>.",
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
    }


def test_a_question_knows_its_revision_and_its_buttons() -> None:
    [parcel] = presented(Said("Welche Werte?", ((RUHE, MUT), (LATER,)), revision=3)).parcels
    assert (parcel.method, parcel.kind, parcel.revision) == ("sendMessage", QUESTION, 3)
    assert parcel.parameters["reply_markup"]["inline_keyboard"] == [
        [{"text": "Ruhe", "callback_data": "3.0"}, {"text": "✓ Mut", "callback_data": "3.1"}],
        [{"text": "Später", "callback_data": "c.skip."}],
    ]


def test_a_button_keeps_its_place_while_others_come_and_go() -> None:
    """A board is changed in place: what was its first button is still its first."""
    said = Said("Ruhe:", ((MUT,),), revision=3)
    assert keyboard_of(said, [face(RUHE), face(MUT)])[0][0]["callback_data"] == "3.1"


def test_promise_27_a_long_text_goes_in_parts_and_the_last_has_the_buttons() -> None:
    said = Said("Ein Absatz mit Wörtern.\n\n" * 500, ((LATER,),), revision=3)
    parcels = presented(said).parcels
    assert [parcel.kind for parcel in parcels] == [MESSAGE, MESSAGE, MESSAGE, QUESTION]
    assert [parcel.revision for parcel in parcels] == [-1, -1, -1, 3]
    assert ["reply_markup" in parcel.parameters for parcel in parcels] == [False] * 3 + [True]
    assert all(len(parcel.parameters["text"]) <= limits.TEXT for parcel in parcels)


def test_an_empty_text_is_still_a_message() -> None:
    [parcel] = presented(Said("", ((LATER,),))).parcels
    assert read_text(parcel.parameters["text"], "HTML").text


# ---- changing what was said


IN_PLACE = Said("Ruhe: 3", ((LATER,),), revision=3, manner=Manner.IN_PLACE)


@pytest.mark.parametrize(
    ("arrival", "shown", "message_id"),
    [
        pytest.param(TAPPED, None, 40, id="the_tapped_message"),
        pytest.param(TAPPED, 12, 40, id="the_tapped_message_though_another_is_known"),
        pytest.param(WROTE, 12, 12, id="the_message_of_the_open_question"),
    ],
)
def test_in_place_changes_the_message_of_the_question(
    arrival: Arrival, shown: int | None, message_id: int
) -> None:
    [parcel] = presented(IN_PLACE, arrival=arrival, shown=shown).parcels
    assert (parcel.method, parcel.kind, parcel.revision) == ("editMessageText", EDIT, 3)
    assert parcel.parameters["message_id"] == message_id
    assert parcel.parameters["reply_markup"]["inline_keyboard"]


def test_promise_12_in_place_is_sent_anew_where_no_message_is_known() -> None:
    [parcel] = presented(IN_PLACE).parcels
    assert (parcel.method, parcel.kind) == ("sendMessage", QUESTION)
    assert "message_id" not in parcel.parameters


def test_a_settled_question_gives_way_to_its_answer() -> None:
    said = Said("Welche Werte?\n\n→ Ruhe", manner=Manner.SETTLES)
    [courtesy] = presented(said, shown=12).courtesies
    assert courtesy.method == "editMessageText"
    assert courtesy.parameters == {
        "chat_id": 71,
        "message_id": 12,
        "text": "Welche Werte?\n\n→ Ruhe",
        "parse_mode": "HTML",
    }
    assert presented(said, shown=12).parcels == []


def test_a_settled_question_without_words_loses_its_buttons() -> None:
    [courtesy] = presented(Said("", manner=Manner.SETTLES), shown=12).courtesies
    assert (courtesy.method, "text" in courtesy.parameters) == ("editMessageReplyMarkup", False)


def test_nothing_is_settled_where_no_message_is_known() -> None:
    assert presented(Said("→ Ruhe", manner=Manner.SETTLES)) == Presented([], [])


def test_a_correction_changes_the_message_of_the_open_question_only() -> None:
    """The id of the corrected message is the person's own: the bot cannot edit it."""
    edited = replace(WROTE, happening=Edited("Ruhe"))
    [courtesy] = presented(Said("x", manner=Manner.SETTLES), arrival=edited, shown=12).courtesies
    assert courtesy.parameters["message_id"] == 12


# ---- taps


def test_promise_14_a_tap_is_acknowledged_before_anything_else() -> None:
    settles = Said("→ Ruhe", manner=Manner.SETTLES)
    got = presented(settles, Said("Gut."), arrival=TAPPED)
    assert [courtesy.method for courtesy in got.courtesies] == [
        "answerCallbackQuery",
        "editMessageText",
    ]
    assert got.courtesies[0].parameters == {"callback_query_id": "77"}


def test_a_word_about_a_tap_is_a_toast_and_no_message() -> None:
    said = Said("Mehr als <b>5</b> gehen nicht &amp; Punkt.", manner=Manner.ASIDE)
    got = presented(said, arrival=TAPPED)
    assert got.parcels == []
    assert got.courtesies[0].parameters["text"] == "Mehr als 5 gehen nicht & Punkt."
    assert got.courtesies[0].parameters["show_alert"]


def test_a_toast_is_as_long_as_telegram_allows() -> None:
    [courtesy] = presented(Said("a" * 300, manner=Manner.ASIDE), arrival=TAPPED).courtesies
    assert len(courtesy.parameters["text"]) == limits.CALLBACK_ANSWER


def test_a_word_aside_is_a_message_when_nothing_was_tapped() -> None:
    got = presented(Said("Schon beantwortet.", manner=Manner.ASIDE))
    assert [parcel.parameters["text"] for parcel in got.parcels] == ["Schon beantwortet."]
    assert got.courtesies == []


# ---- files


def test_a_file_is_a_document_with_its_caption() -> None:
    attachment = Attachment("coachbot-export.json", b'{"a": "\xc3\xa4"}\0')
    [parcel] = presented(Said("Hier ist alles.", attachment=attachment)).parcels
    assert (parcel.method, parcel.kind) == ("sendDocument", DOCUMENT)
    assert parcel.parameters["caption"] == "Hier ist alles."
    assert parcel.parameters["file"]["name"] == "coachbot-export.json"
    assert base64.b64decode(parcel.parameters["file"]["content"]) == attachment.content


# ---- without formatting


def test_plain_text_reads_as_the_formatted_one() -> None:
    assert plain("<b>A</b> &amp; <i>B</i> &lt;3") == "A & B <3"
    assert plain("<b>7 &lt; 8 &gt; 6</b>") == "7 < 8 > 6"


def test_unformatted_keeps_all_but_the_formatting() -> None:
    [parcel] = presented(Said("<b>Ruhe</b>", ((LATER,),), revision=3)).parcels
    got = unformatted(dict(parcel.parameters))
    assert got == {n: v for n, v in parcel.parameters.items() if n != "parse_mode"} | {
        "text": "Ruhe"
    }


# ---- every button of every question

REVISION = 123_456_789
LONG = ("Ehrlichkeit " * 80, "c.delete.yes", "Straße <b>&amp;</b> 🎲" * 30, "ß" * 64)


def everything_said(speaker: Speaker) -> Iterator[Said]:
    """Yield what is said with buttons, where people have long words of their own."""
    for message, state in everything_asked(speaker.flow, speaker.words.language):
        if said := speaker.said(message, state):
            yield said
    asked = [Key(question.id) for question in speaker.flow.questions]
    rubs = tension_buttons(speaker.flow, speaker.words, State(), Tension("rub", tuple(asked)))
    yield Said("Das reibt sich.", rubs, REVISION)


def everything_asked(flow: Flow, language: str) -> Iterator[tuple[Message, State]]:
    told = complete(flow, values__list=LONG, relation__word="Nähe " * 100)
    state = State(language=language, answers=told, started=True, revision=REVISION)
    for key in keys(flow, told, flow.questions):
        value = told.get(key)
        draft = value if isinstance(value, tuple) else ()
        yield Ask(key), replace(state, draft=draft, offered="Ruhe")
        yield Ask(key), replace(state, revisiting=key, draft=draft)
        yield Ask(key, in_place=True), replace(state, agenda=(key,), draft=LONG)
    yield Offer(tuple((stage, 12) for stage in flow.stages)), state
    yield Overview(), state
    for name in BESIDE:
        yield Say(name, {"date": "1. Mai 2027"}), state


@pytest.fixture(params=["de", "en"])
def speaker(request: pytest.FixtureRequest, flow: Flow, library: Library) -> Speaker:
    return Speaker(flow, library.languages[request.param])


def test_promise_13_every_button_of_every_question_is_opaque_and_fits(
    speaker: Speaker, library: Library
) -> None:
    """What is tapped is read back as the button that was shown, and the data holds no words."""
    reader, seen = Reader(library), 0
    for said in everything_said(speaker):
        faces = {face(button): button for row in said.buttons for button in row}
        markup = read_markup({"inline_keyboard": keyboard_of(said, tuple(faces))})
        for button, shown in zip(faces.values(), _unique(callback_buttons(markup)), strict=True):
            data = shown["callback_data"]
            assert len(data.encode()) <= limits.CALLBACK_DATA
            assert re.fullmatch(r"\d+\.\d+|c\.[a-z_]+\.[a-z0-9_]*", data), data
            happening = reader.read(tap(data)).happening
            if isinstance(happening, Pressed):
                assert tuple(faces)[happening.place] == face(button)
                assert happening.revision == REVISION
            else:
                assert happening == Commanded(button.argument, button.item)
            seen += 1
    assert seen > 500


def test_promise_27_telegram_parses_every_question_whatever_people_wrote(speaker: Speaker) -> None:
    for said in everything_said(speaker):
        assert all(read_text(part, "HTML").text for part in split(said.html))


def _unique(buttons: list[dict[str, str]]) -> list[dict[str, str]]:
    return list({button["callback_data"]: button for button in buttons}.values())
