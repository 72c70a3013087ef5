"""What each update says, and that no update whatever leads astray."""

import contextlib
import copy
import json
import string
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from coachbot.channels.telegram.incoming import Reader, chat_of
from coachbot.coach.arrivals import (
    Arrival,
    CameBack,
    Edited,
    Happening,
    Ignored,
    Left,
    Refused,
    Unreadable,
)
from coachbot.coach.pressing import Pressed
from coachbot.flow.events import Commanded, Wrote
from coachbot.store.people import Address
from coachbot.texts.library import Library, prompts_folder
from tests.telegram.updates import (
    ANNA,
    BOT,
    CHANNEL,
    DATE,
    FORWARDED,
    GROUP,
    MEDIA,
    PRIVATE,
    SERVICE,
    STRANGE,
    WHOLE,
    Json,
    edited,
    membership,
    message,
    tap,
    text,
    update,
)

READER = Reader(Library(prompts_folder()))


def read(raw: Json) -> Arrival:
    return READER.read(raw)


def happening(raw: Json) -> Happening:
    return read(raw).happening


def methods(arrival: Arrival) -> list[str]:
    return [courtesy.method for courtesy in arrival.courtesies]


# ---- messages


def test_a_text_says_who_wrote_what_and_when() -> None:
    assert read(text("Ehrlichkeit, Ruhe")) == Arrival(
        address=Address("telegram", "71"),
        chat=71,
        happening=Wrote("Ehrlichkeit, Ruhe", adds=True),
        sent_at=datetime.fromtimestamp(DATE, UTC),
        language="de",
        locale="de",
        first_name="Anna",
        message_id=33,
    )


@pytest.mark.parametrize(
    "words", ["/start", "/start wFm3-t_9", "/a12", "/help@coach_bot", " ", "\0"]
)
def test_promise_16_a_text_is_handed_on_as_it_was_typed(words: str) -> None:
    assert happening(text(words)) == Wrote(words, adds=True)


def test_promise_15_an_edited_message_is_a_correction() -> None:
    arrival = read(edited(text="Ehrlichkeit"))
    assert (arrival.happening, arrival.message_id) == (Edited("Ehrlichkeit"), 33)


@pytest.mark.parametrize("content", [{"caption": "x", **MEDIA["photo"]}, MEDIA["location"]])
def test_an_edit_that_leaves_no_text_is_nothing(content: Json) -> None:
    assert happening(edited(**content)) == Ignored()


@pytest.mark.parametrize("content", MEDIA.values(), ids=MEDIA)
def test_promise_16_media_are_refused(content: Json) -> None:
    assert happening(update("message", message(**content))) == Refused("media")


@pytest.mark.parametrize("content", FORWARDED.values(), ids=FORWARDED)
def test_promise_16_what_somebody_else_wrote_is_refused(content: Json) -> None:
    assert happening(update("message", message(**content))) == Refused("forwarded")


@pytest.mark.parametrize("content", [{"caption": "nur das"}, {"rich_message": {"blocks": []}}])
def test_promise_16_content_of_a_later_bot_api_is_refused(content: Json) -> None:
    assert happening(update("message", message(**content))) == Refused("unreadable")


@pytest.mark.parametrize("content", SERVICE.values(), ids=SERVICE)
def test_service_messages_are_ignored(content: Json) -> None:
    arrival = read(update("message", message(**content)))
    assert (arrival.happening, arrival.courtesies) == (Ignored(), ())


@pytest.mark.parametrize("raw", STRANGE.values(), ids=STRANGE)
def test_promise_5_other_kinds_of_updates_are_ignored(raw: Json) -> None:
    arrival = read(raw)
    assert (arrival.happening, arrival.courtesies) == (Ignored(), ())


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("de", "de"),
        ("de-AT", "de"),
        ("DE-ch", "de"),
        ("en", "en"),
        ("fr", "en"),
        ("uk", "en"),
        ("", ""),
        (None, ""),
    ],
)
def test_german_is_spoken_to_germans_and_english_to_all_others(
    code: str | None, language: str
) -> None:
    sender = ANNA | {"language_code": code}
    assert read(text("Hallo", sender=sender)).language == language
    assert read(tap(sender=sender)).language == language


# ---- taps


def test_a_tap_says_which_button_of_which_question() -> None:
    arrival = read(tap("12.4"))
    assert arrival.happening == Pressed(12, 4)
    assert (arrival.address, arrival.chat) == (Address("telegram", "71"), 71)
    assert (arrival.callback, arrival.message_id) == ("77", 33)


@pytest.mark.parametrize(
    ("under", "message_id"),
    [
        pytest.param(None, None, id="no_message"),
        pytest.param({"message_id": 33, "date": 0, "chat": PRIVATE}, 33, id="inaccessible"),
    ],
)
def test_promise_12_a_tap_under_a_message_that_is_gone_counts(
    under: Json | None, message_id: int | None
) -> None:
    arrival = read(tap("3.1", message=under))
    assert (arrival.happening, arrival.message_id) == (Pressed(3, 1), message_id)


@pytest.mark.parametrize(
    ("data", "event"),
    [
        ("c.answers.", Commanded("answers")),
        ("c.delete.yes", Commanded("delete", "yes")),
        ("c.change.12_2", Commanded("change", "12_2")),
    ],
)
def test_a_button_beside_the_answers_names_its_command(data: str, event: Commanded) -> None:
    assert happening(tap(data)) == event


def test_promise_45_a_tap_belongs_to_whoever_tapped() -> None:
    """Whatever the message claims: the chat of another person's message is not the tapper's."""
    elsewhere = message(chat=PRIVATE | {"id": 72}, sender=BOT, text="Welche Werte?")
    arrival = read(tap("3.1", message=elsewhere))
    assert (arrival.address.name, arrival.chat) == ("71", 71)


@given(st.text() | st.text(string.digits + ".c_", max_size=64))
@example("3.1\n")
@example("٣.١")
@example("99999999999.1")
@example("-1.0")
@example("c.delete.yes.no")
@example("c..")
@example("\ud800")
def test_promise_13_any_data_of_a_button_is_an_event(data: str) -> None:
    fitting = data.encode("utf-8", "replace")[:64].decode("utf-8", "ignore")
    found = happening(tap(fitting))
    assert isinstance(found, Pressed | Commanded)
    if isinstance(found, Pressed) and found != Pressed(-1, 0):
        assert fitting.isascii()
        assert [int(part) for part in fitting.split(".")] == [found.revision, found.place]


@pytest.mark.parametrize(
    "data", [None, "", "3", "3.1 ", "x3.1", "3.1.2", "c.delete", "c.Delete.yes"]
)
def test_promise_13_strange_data_is_a_tap_on_an_old_button(data: str | None) -> None:
    assert happening(tap(data)) == Pressed(-1, 0)


# ---- coming, going, and other places


def test_promise_23_blocking_and_coming_back() -> None:
    gone, back = read(membership("kicked")), read(membership("member", old="kicked"))
    assert (gone.happening, back.happening) == (Left(), CameBack())
    assert gone.address == back.address == Address("telegram", "71")


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(text("Hallo", chat=GROUP), id="message"),
        pytest.param(text("Hallo", chat=GROUP | {"type": "group"}), id="old_group"),
        pytest.param(membership("member", GROUP, "left"), id="added"),
        pytest.param(membership("administrator", GROUP, "member"), id="promoted"),
        pytest.param(text("Hallo", chat=GROUP, sender=BOT), id="a_bot_in_a_group"),
    ],
)
def test_promise_17_a_group_is_told_why_and_left(raw: Json) -> None:
    arrival = read(raw)
    assert arrival.happening == Ignored()
    assert methods(arrival) == ["sendMessage", "leaveChat"]
    assert {courtesy.parameters["chat_id"] for courtesy in arrival.courtesies} == {GROUP["id"]}


def test_promise_17_a_group_is_told_in_the_language_of_who_wrote() -> None:
    carl = ANNA | {"language_code": "fr"}
    german, english = (read(text("x", chat=GROUP, sender=sender)) for sender in (ANNA, carl))
    assert "unter vier Augen" in german.courtesies[0].parameters["text"]
    assert "unter vier Augen" not in english.courtesies[0].parameters["text"]


def test_promise_17_a_channel_is_left_without_a_word() -> None:
    posted = read(update("channel_post", message(chat=CHANNEL, sender_chat=CHANNEL, text="Neu")))
    added = read(membership("administrator", CHANNEL, "left"))
    assert methods(posted) == methods(added) == ["leaveChat"]


def test_having_left_a_group_leads_to_nothing_more() -> None:
    assert methods(read(membership("left", GROUP))) == []
    assert methods(read(membership("kicked", GROUP))) == []


@pytest.mark.parametrize("raw", [text("Hallo", sender=BOT), edited(text="x", sender=BOT)])
def test_promise_17_other_bots_are_not_coached(raw: Json) -> None:
    arrival = read(raw)
    assert (arrival.happening, arrival.courtesies) == (Ignored(), ())


@pytest.mark.parametrize(
    "raw", [tap(sender=ANNA | {"is_bot": True}), tap(message=message(chat=GROUP, text="x"))]
)
def test_promise_17_taps_of_bots_and_in_groups_are_acknowledged_and_ignored(raw: Json) -> None:
    arrival = read(raw)
    assert (arrival.happening, methods(arrival)) == (Ignored(), ["answerCallbackQuery"])


# ---- the chat that orders an update


@pytest.mark.parametrize(
    ("raw", "chat"),
    [
        (text("Hallo"), 71),
        (edited(text="Hallo"), 71),
        (tap(), 71),
        (tap(message=None), 71),
        (membership("kicked"), 71),
        (text("Hallo", chat=GROUP), GROUP["id"]),
        (update("channel_post", message(chat=CHANNEL)), None),
        ({"update_id": 1}, None),
        (update("message", message(chat={"id": 2**62})), None),
        (update("message", message(chat={"id": True})), None),
        (update("message", message(chat={"id": "71"})), None),
        (update("message", "Hallo"), None),
        (update("callback_query", {"from": None}), None),
    ],
)
def test_promise_9_messages_taps_and_membership_of_one_person_are_one_queue(
    raw: Json, chat: int | None
) -> None:
    assert chat_of(raw) == chat


# ---- updates that nobody should send

WEIRD = st.one_of(
    st.sampled_from(
        [None, True, 0, -1, 0.5, 1e308, float("nan"), 2**31, 2**63, -(2**63), 2**80, 10**40]
    ),
    st.sampled_from(["", "x", "71", "private", "\ud800", "\0", "a" * 500, "\u202e"]),
    st.sampled_from([[], {}, [None], [[]], {"id": 1}, {"type": "private", "id": "x"}, [{}]]),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
        max_leaves=4,
    ),
)
ADDED = st.sampled_from(["text", "message", "callback_query", "from", "forward_origin", "chat"])


def places(tree: object) -> Iterator[tuple[Any, Any]]:
    """Yield (container, key) of everything inside."""
    inside = (
        tree.items()
        if isinstance(tree, dict)
        else enumerate(tree)
        if isinstance(tree, list)
        else ()
    )
    for key, value in inside:
        yield tree, key
        yield from places(value)


@st.composite
def mutated(draw: st.DrawFn) -> Json:
    """Take a valid update; drop, exchange and add some of its fields."""
    raw: Json = copy.deepcopy(draw(st.sampled_from(WHOLE)))
    for _ in range(draw(st.integers(1, 3))):
        spots = [spot for spot in places(raw) if spot[1] != "update_id"]
        if not spots:
            break
        container, key = spots[draw(st.integers(0, len(spots) - 1))]
        match draw(st.sampled_from(["drop", "exchange", "add"])):
            case "drop":
                del container[key]
            case "exchange":
                container[key] = copy.deepcopy(draw(WEIRD))
            case "add" if isinstance(container, dict):
                container[draw(ADDED)] = copy.deepcopy(draw(WEIRD))
    return raw


def is_small(number: object) -> bool:
    return type(number) is int and abs(number) < 2**62


def is_sound(arrival: Arrival) -> bool:
    """Whether everything that will be stored or worked with has its type."""
    said = getattr(arrival.happening, "text", "x")
    return (
        arrival.address == Address("telegram", str(arrival.chat))
        and is_small(arrival.chat)
        and arrival.sent_at.tzinfo is not None
        and arrival.language in ("", "de", "en")
        and type(arrival.first_name) is str
        and type(said) is str
        and bool(said)
        and (arrival.message_id is None or is_small(arrival.message_id))
        and type(arrival.callback) is str
    )


@settings(max_examples=400)
@given(mutated())
@example(text("x", chat=PRIVATE | {"id": "71; DROP TABLE"}))
@example(text("x", chat=PRIVATE | {"id": 2**80}))
@example(update("message", message(text=5)))
@example(update("message", message(text="x") | {"message_id": 2**80}))
@example(text("x", sender=ANNA | {"first_name": ["Anna"]}))
def test_promise_5_a_mutated_update_is_sound_or_unreadable(raw: Json) -> None:
    try:
        arrival = read(raw)
    except Unreadable:
        return
    assert is_sound(arrival)


@settings(max_examples=200)
@given(mutated())
def test_promise_5_the_chat_of_a_mutated_update_is_a_number_or_none(raw: Json) -> None:
    chat = chat_of(raw)
    assert chat is None or is_small(chat)


@given(mutated())
def test_reading_leaves_the_raw_update_alone(raw: Json) -> None:
    """The row is read again when it is tried again."""
    before = json.dumps(raw)
    with contextlib.suppress(Unreadable):
        read(raw)
    assert json.dumps(raw) == before


def test_promise_5_a_reason_quotes_nothing_of_the_person() -> None:
    with pytest.raises(Unreadable) as caught:
        read({"update_id": 1, "message": {"text": "mein Geheimnis"}})
    assert "Geheimnis" not in str(caught.value)
    assert caught.value.__cause__ is None
