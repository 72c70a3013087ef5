"""From Telegram's updates to arrivals. Pure: nothing is asked, nothing is sent.

Raw updates are read as they are, and only what is used of them is checked: the library's objects
take twenty times as long to build, and one strange field that nobody reads would spoil them.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from inspect import signature
from typing import Final

from telegram import Chat, Message

from coachbot.channels.telegram.fields import Fields, date_in, given, id_in, is_id, needed
from coachbot.coach.arrivals import (
    Arrival,
    CameBack,
    Courtesy,
    Edited,
    Happening,
    Ignored,
    Left,
    Refused,
)
from coachbot.coach.pressing import Pressed
from coachbot.flow.events import Commanded, Wrote
from coachbot.store.people import Address
from coachbot.texts.library import Library
from coachbot.texts.wording import say_html

CHANNEL: Final = "telegram"
STALE: Final = Pressed(-1, 0)
_PRESSED: Final = re.compile(r"(\d{1,9})\.(\d{1,4})", re.ASCII)
_COMMANDED: Final = re.compile(r"c\.([a-z_]{1,24})\.([\w-]{0,48})", re.ASCII)
_MEDIA: Final = (
    *("photo", "live_photo", "voice", "video", "video_note", "audio", "document", "animation"),
    *("sticker", "contact", "location", "venue", "poll", "dice", "game", "story", "paid_media"),
    "checklist",
)
_KNOWN: Final = {"from", *signature(Message).parameters}
"""Fields of a message; any other, or a caption of nothing, is content of a later Bot API."""
_NOWHERE: Final = datetime(1970, 1, 1, tzinfo=UTC)


def chat_of(raw: Fields) -> int | None:
    """Return the chat that orders an update, whatever else it holds; None when none is named."""
    for kind in ("message", "edited_message", "my_chat_member"):
        if isinstance(content := raw.get(kind), dict):
            return _id(content.get("chat"))
    if isinstance(tap := raw.get("callback_query"), dict):
        return _id(tap.get("from"))
    return None


def _id(named: object) -> int | None:
    id_ = named.get("id") if isinstance(named, dict) else None
    return id_ if is_id(id_) else None


@dataclass(frozen=True)
class Reader:
    """Reads updates; `library` has the words for groups that have to be left."""

    library: Library

    def read(self, raw: Fields) -> Arrival:
        """Return what an update says; raises Unreadable for one that has not its form."""
        if (message := given(raw, "message", dict)) is not None:
            return self._message(message)
        if (message := given(raw, "edited_message", dict)) is not None:
            return _edited(message)
        if (tap := given(raw, "callback_query", dict)) is not None:
            return _tap(tap)
        if (change := given(raw, "my_chat_member", dict)) is not None:
            return self._membership(change)
        if (post := given(raw, "channel_post", dict)) is not None:
            return self._group(needed(post, "chat", dict), None)
        return _nothing(0)

    def turned_away(self, name: str, raw: Fields) -> Courtesy | None:
        """Return a text of [refusal] for whoever wrote or tapped; None where nobody reads it."""
        content = raw.get("message") or raw.get("callback_query")
        user = content.get("from") if isinstance(content, dict) else None
        chat = chat_of(raw)
        if not isinstance(user, dict) or user.get("is_bot") or chat is None:
            return None
        words = self.library.languages[_language(user.get("language_code")) or "de"]
        text = say_html(words.text("say", "refusal", name), {})
        return Courtesy("sendMessage", {"chat_id": chat, "text": text, "parse_mode": "HTML"})

    def _message(self, message: Fields) -> Arrival:
        chat = needed(message, "chat", dict)
        if not _is_private(chat):
            return self._group(chat, given(message, "from", dict))
        return _from_person(message, _happening(message))

    def _membership(self, change: Fields) -> Arrival:
        chat = needed(change, "chat", dict)
        chat_id = id_in(chat)
        status = needed(needed(change, "new_chat_member", dict), "status", str)
        if _is_private(chat):
            happening = Left() if status in {"kicked", "left"} else CameBack()
            return Arrival(Address(CHANNEL, str(chat_id)), chat_id, happening, date_in(change))
        if status in {"member", "administrator"}:
            return self._group(chat, given(change, "from", dict))
        return _nothing(chat_id)

    def _group(self, chat: Fields, user: Fields | None) -> Arrival:
        """Say goodbye to a group and leave it; nothing of it is kept."""
        chat_id, is_channel = id_in(chat), needed(chat, "type", str) == Chat.CHANNEL
        locale = given(user, "language_code", str) if user else None
        words = self.library.languages[_language(locale) or "de"]
        text = say_html(words.text("say", "refusal", "group"), {})
        said = {"chat_id": chat_id, "text": text, "parse_mode": "HTML"}
        goodbye = () if is_channel else (Courtesy("sendMessage", said),)
        return _nothing(chat_id, *goodbye, Courtesy("leaveChat", {"chat_id": chat_id}))


def _is_private(chat: Fields) -> bool:
    return needed(chat, "type", str) == Chat.PRIVATE


def _language(code: object) -> str:
    """Return de for any German, en for all others, "" when Telegram does not say."""
    if not isinstance(code, str) or not code:
        return ""
    return "de" if code.lower().startswith("de") else "en"


def _from_person(message: Fields, happening: Happening) -> Arrival:
    chat, user = id_in(needed(message, "chat", dict)), needed(message, "from", dict)
    if needed(user, "is_bot", bool):
        return _nothing(chat)
    locale = given(user, "language_code", str) or ""
    return Arrival(
        address=Address(CHANNEL, str(chat)),
        chat=chat,
        happening=happening,
        sent_at=date_in(message),
        language=_language(locale),
        locale=locale,
        first_name=needed(user, "first_name", str),
        message_id=id_in(message, "message_id"),
        album=given(message, "media_group_id", str) or "",
    )


def _happening(message: Fields) -> Happening:
    if given(message, "forward_origin", dict) is not None:
        return Refused("forwarded")
    if text := given(message, "text", str):
        return Wrote(text, adds=True)
    if any(message.get(kind) for kind in _MEDIA):
        return Refused("media")
    is_known = message.keys() <= _KNOWN and not message.get("caption")
    return Ignored() if is_known else Refused("unreadable")


def _edited(message: Fields) -> Arrival:
    chat, text = needed(message, "chat", dict), given(message, "text", str)
    if not text or not _is_private(chat):
        return _nothing(id_in(chat))
    return _from_person(message, Edited(text))


def _tap(tap: Fields) -> Arrival:
    """Read a tap. It is its sender's, whatever the message and the data claim."""
    id_, user = needed(tap, "id", str), needed(tap, "from", dict)
    chat, under = id_in(user), given(tap, "message", dict)
    is_private = under is None or _is_private(needed(under, "chat", dict))
    if needed(user, "is_bot", bool) or not is_private:
        return _nothing(chat, Courtesy("answerCallbackQuery", {"callback_query_id": id_}))
    locale = given(user, "language_code", str) or ""
    return Arrival(
        address=Address(CHANNEL, str(chat)),
        chat=chat,
        happening=_pressed(given(tap, "data", str) or ""),
        sent_at=_NOWHERE,
        language=_language(locale),
        locale=locale,
        first_name=needed(user, "first_name", str),
        message_id=None if under is None else id_in(under, "message_id"),
        callback=id_,
    )


def _pressed(data: str) -> Happening:
    if match := _PRESSED.fullmatch(data):
        return Pressed(int(match[1]), int(match[2]))
    if match := _COMMANDED.fullmatch(data):
        return Commanded(match[1], match[2])
    return STALE


def _nothing(chat: int, *courtesies: Courtesy) -> Arrival:
    return Arrival(Address(CHANNEL, str(chat)), chat, Ignored(), _NOWHERE, courtesies=courtesies)
