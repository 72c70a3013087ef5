"""The reader beside the library: raw fields and parsed objects say the same of an update."""

import copy
import operator
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import reduce

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram import Message, Update

from coachbot.channels.telegram.incoming import STALE, Reader
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
from tests.telegram.test_incoming import mutated
from tests.telegram.updates import (
    ANNA,
    BOT,
    CHANNEL,
    DATE,
    FORWARDED,
    MEDIA,
    PRIVATE,
    SERVICE,
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
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TAPS: Mapping[str, Happening] = {"3.1": Pressed(3, 1), "c.delete.yes": Commanded("delete", "yes")}

IDS = st.integers(1 - 2**62, 2**62 - 1)
WORDS = st.text(max_size=20)
CHATS = st.fixed_dictionaries(
    {"id": IDS, "type": st.sampled_from(["private"] * 3 + ["group", "supergroup", "channel"])},
    optional={"title": WORDS, "username": WORDS, "is_forum": st.booleans()},
)
SENDERS = st.fixed_dictionaries(
    {"id": IDS, "is_bot": st.sampled_from([False] * 3 + [True]), "first_name": WORDS},
    optional={
        "language_code": st.sampled_from(["de", "de-AT", "DE", "en", "fr", "", None]),
        "username": WORDS,
        "is_premium": st.just(value=True),
        "of_the_future": WORDS,
    },
)
LATER: tuple[Json, ...] = (
    {"caption": "nur das"},
    {"rich_message": {"blocks": []}},
    {"thought": {}},
    {"photo": []},
)
CONTENTS = st.fixed_dictionaries({"text": WORDS}) | st.sampled_from(
    [*MEDIA.values(), *FORWARDED.values(), *SERVICE.values(), *LATER]
)
AROUND = st.fixed_dictionaries(
    {"message_id": IDS, "date": st.integers(0, 2**33), "chat": CHATS, "from": SENDERS},
    optional={
        "media_group_id": WORDS,
        "reply_to_message": st.just(message(text="Hallo")),
        "entities": st.just([{"type": "bold", "offset": 0, "length": 1}]),
        "via_bot": st.just(BOT),
        "message_thread_id": IDS,
        "has_protected_content": st.just(value=True),
    },
)
MESSAGES = st.builds(operator.or_, AROUND, CONTENTS)
UNDER = st.fixed_dictionaries({"message_id": IDS, "date": st.just(0), "chat": CHATS}) | MESSAGES
QUERIES = st.fixed_dictionaries(
    {"id": WORDS, "from": SENDERS, "chat_instance": WORDS},
    optional={
        "data": st.sampled_from([*TAPS, "", "x"]),
        "message": UNDER,
        "game_short_name": WORDS,
    },
)
STANDINGS = st.sampled_from(["member", "left", "kicked", "administrator"])
UPDATES = st.one_of(
    MESSAGES.map(lambda content: update("message", content)),
    MESSAGES.map(lambda content: update("edited_message", content | {"edit_date": DATE})),
    MESSAGES.map(lambda content: update("channel_post", content | {"from": None})),
    QUERIES.map(lambda content: update("callback_query", content)),
    st.builds(membership, STANDINGS, CHATS, STANDINGS),
)


def parsed(update: Update) -> Arrival:
    """Return what the library's objects say of an update, but for the courtesies."""
    user, chat, tap = update.effective_user, update.effective_chat, update.callback_query
    place = tap.from_user if tap else chat
    where = place.id if place else 0
    nothing = Arrival(Address("telegram", str(where)), where, Ignored(), EPOCH)
    if update.channel_post or (chat and chat.type != "private"):
        return nothing
    if change := update.my_chat_member:
        gone = change.new_chat_member.status in ("kicked", "left")
        return replace(nothing, happening=Left() if gone else CameBack(), sent_at=change.date)
    happening = _happening(update)
    if happening is None or user is None or user.is_bot:
        return nothing
    locale, under = user.language_code or "", update.effective_message
    german = locale.lower().startswith("de")
    said = replace(nothing, happening=happening, first_name=user.first_name, locale=locale)
    said = replace(said, language="de" if german else "en" if locale else "")
    said = replace(said, message_id=under.message_id if under else None)
    if tap or under is None:
        return replace(said, callback=tap.id if tap else "")
    return replace(said, sent_at=under.date, album=under.media_group_id or "")


def _happening(update: Update) -> Happening | None:
    if update.message:
        return _said(update.message)
    if edit := update.edited_message:
        return Edited(edit.text) if edit.text else None
    if query := update.callback_query:
        return TAPS.get(query.data or "", STALE)
    return None


def _said(message: Message) -> Happening:
    if message.forward_origin:
        return Refused("forwarded")
    if message.text:
        return Wrote(message.text, adds=True)
    if any(message[name] for content in MEDIA.values() for name in content if name != "caption"):
        return Refused("media")
    return Refused("unreadable") if message.api_kwargs or message.caption else Ignored()


@pytest.mark.parametrize("raw", [*WHOLE, *(update("message", message(**it)) for it in LATER)])
def test_one_of_each_kind_is_read_as_the_library_parses_it(raw: Json) -> None:
    assert replace(READER.read(raw), courtesies=()) == parsed(Update.de_json(raw))


@settings(max_examples=300)
@given(UPDATES)
def test_any_valid_update_is_read_as_the_library_parses_it(raw: Json) -> None:
    assert replace(READER.read(raw), courtesies=()) == parsed(Update.de_json(raw))


@settings(max_examples=300)
@given(mutated())
def test_what_both_can_read_of_a_broken_update_is_the_same(raw: Json) -> None:
    try:
        arrival = READER.read(raw)
    except Unreadable:
        return
    try:
        beside = Update.de_json(raw)
    except Exception:  # noqa: BLE001  the library raises whatever its parsing meets
        return
    assert replace(arrival, courtesies=()) == parsed(beside)


KINDS: Json = (
    text("x")
    | edited(text="x")
    | tap()
    | membership("left")
    | update("channel_post", message(chat=CHANNEL))
)
NO_ID = (None, True, "71", 71.0, [71], 2**62)
WRONG: Mapping[str, tuple[object, ...]] = {
    "message": ([], "x", {}, True),
    "edited_message": ([], "x", {}),
    "callback_query": ([], "3.1", {}),
    "my_chat_member": ([], "left", {}),
    "channel_post.chat": (None, [CHANNEL], {}),
    "message.chat": (None, [PRIVATE], {}, 71),
    "message.chat.id": NO_ID,
    "message.chat.type": (None, ["private"], 5),
    "message.from": (None, [ANNA], {}),
    "message.from.is_bot": (None, 0, "no"),
    "message.from.first_name": (None, ["Anna"], 5),
    "message.from.language_code": (["de"], 49, False),
    "message.message_id": NO_ID,
    "message.date": (None, True, "now", 0.5, 2**60),
    "message.text": (["x"], 5, True, {}),
    "message.forward_origin": ([], True, "Eva"),
    "message.media_group_id": ([], 5),
    "edited_message.text": (["x"], 5),
    "callback_query.id": (None, 77),
    "callback_query.from": (None, [ANNA]),
    "callback_query.from.id": NO_ID,
    "callback_query.from.first_name": (None, 5),
    "callback_query.data": (["3.1"], 3.1),
    "callback_query.message": ([], {}, True),
    "callback_query.message.chat": (None, [PRIVATE]),
    "callback_query.message.message_id": NO_ID,
    "my_chat_member.new_chat_member": (None, ["left"]),
    "my_chat_member.new_chat_member.status": (None, ["left"]),
    "my_chat_member.chat.id": NO_ID,
    "my_chat_member.date": (None, "now"),
}


@pytest.mark.parametrize(
    ("place", "wrong"), [(place, wrong) for place, values in WRONG.items() for wrong in values]
)
def test_what_is_used_of_an_update_has_its_type(place: str, wrong: object) -> None:
    *way, last = place.split(".")
    kind = place.partition(".")[0]
    raw = update(kind, copy.deepcopy(KINDS[kind]))
    reduce(operator.getitem, way, raw)[last] = wrong
    with pytest.raises(Unreadable):
        READER.read(raw)


@pytest.mark.parametrize(
    "strange",
    [{"entities": 5}, {"reply_to_message": []}, {"edit_date": "now"}, {"sender_boost_count": {}}],
)
def test_what_is_not_used_of_an_update_does_no_harm(strange: Json) -> None:
    assert READER.read(update("message", message(text="x") | strange)) == READER.read(text("x"))
