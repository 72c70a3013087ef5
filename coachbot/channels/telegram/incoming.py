"""From Telegram's updates to arrivals. Pure: nothing is asked, nothing is sent."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, TypeGuard

from telegram import CallbackQuery, Chat, ChatMemberUpdated, Message, Update, User

from coachbot.coach.arrivals import (
    Arrival,
    CameBack,
    Courtesy,
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
from coachbot.texts.library import Library
from coachbot.texts.wording import say_html

CHANNEL: Final = "telegram"
STALE: Final = Pressed(-1, 0)
_PRESSED: Final = re.compile(r"(\d{1,9})\.(\d{1,4})", re.ASCII)
_COMMANDED: Final = re.compile(r"c\.([a-z_]{1,24})\.([\w-]{0,48})", re.ASCII)
_MEDIA: Final = (
    *("photo", "voice", "video", "video_note", "audio", "document", "animation", "sticker"),
    *("contact", "location", "venue", "poll", "dice", "game", "story", "paid_media", "checklist"),
)
_NOWHERE: Final = datetime(1970, 1, 1, tzinfo=UTC)


def chat_of(raw: Mapping[str, Any]) -> int | None:
    """Return the chat that orders an update, whatever else it holds; None when none is named."""
    for kind in ("message", "edited_message", "my_chat_member"):
        if isinstance(content := raw.get(kind), Mapping):
            return _id(content.get("chat"))
    if isinstance(tap := raw.get("callback_query"), Mapping):
        return _id(tap.get("from"))
    return None


def _id(named: object) -> int | None:
    id_ = named.get("id") if isinstance(named, Mapping) else None
    return id_ if _is_id(id_) else None


def _is_id(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**62


def _is_sound(arrival: Arrival) -> bool:
    """Whether what will be stored and worked with has its type; the library checks none."""
    told = getattr(arrival.happening, "text", "")
    texts = arrival.first_name, arrival.locale, arrival.callback, arrival.album, told
    return (
        _is_id(arrival.chat)
        and (arrival.message_id is None or _is_id(arrival.message_id))
        and isinstance(arrival.sent_at, datetime)
        and all(isinstance(text, str) for text in texts)
    )


@dataclass(frozen=True)
class Reader:
    """Reads updates; `library` has the words for groups that have to be left."""

    library: Library

    def read(self, raw: Mapping[str, Any]) -> Arrival:
        """Return what an update says; raises Unreadable for one that has not its form."""
        try:
            arrival = self._arrival(Update.de_json(dict(raw), None))
        except Unreadable:
            raise
        except Exception as error:  # noqa: BLE001  the library raises whatever its parsing meets
            raise Unreadable(f"an update could not be read: {type(error).__name__}") from None
        if not _is_sound(arrival):
            raise Unreadable("an update has a field of another type")
        return arrival

    def turned_away(self, name: str, raw: Mapping[str, Any]) -> Courtesy | None:
        """Return a text of [refusal] for whoever wrote or tapped; None where nobody reads it."""
        content = raw.get("message") or raw.get("callback_query")
        user = content.get("from") if isinstance(content, Mapping) else None
        chat = chat_of(raw)
        if not isinstance(user, Mapping) or user.get("is_bot") or chat is None:
            return None
        words = self.library.languages[_language(user.get("language_code")) or "de"]
        text = say_html(words.text("say", "refusal", name), {})
        return Courtesy("sendMessage", {"chat_id": chat, "text": text, "parse_mode": "HTML"})

    def _arrival(self, update: Update) -> Arrival:
        if update.message:
            return self._message(update.message)
        if update.edited_message:
            return self._edited(update.edited_message)
        if update.callback_query:
            return self._tap(update.callback_query)
        if update.my_chat_member:
            return self._membership(update.my_chat_member)
        if update.channel_post:
            return self._group(update.channel_post.chat, None)
        return _nothing(0)

    def _message(self, message: Message) -> Arrival:
        if message.chat.type != Chat.PRIVATE:
            return self._group(message.chat, message.from_user)
        happening = _happening(message)
        return _from_person(message, happening)

    def _edited(self, message: Message) -> Arrival:
        if message.chat.type != Chat.PRIVATE or not message.text:
            return _nothing(message.chat.id)
        return _from_person(message, Edited(message.text))

    def _tap(self, tap: CallbackQuery) -> Arrival:
        """Read a tap. It is its sender's, whatever the message and the data claim."""
        is_private = tap.message is None or tap.message.chat.type == Chat.PRIVATE
        acknowledge = Courtesy("answerCallbackQuery", {"callback_query_id": tap.id})
        if not is_private or tap.from_user.is_bot:
            return _nothing(tap.from_user.id, acknowledge)
        return Arrival(
            address=Address(CHANNEL, str(tap.from_user.id)),
            chat=tap.from_user.id,
            happening=_pressed(tap.data or ""),
            sent_at=_NOWHERE,
            language=language_of(tap.from_user),
            locale=tap.from_user.language_code or "",
            first_name=tap.from_user.first_name,
            message_id=tap.message.message_id if tap.message else None,
            callback=tap.id,
        )

    def _membership(self, change: ChatMemberUpdated) -> Arrival:
        if change.chat.type != Chat.PRIVATE:
            is_there = change.new_chat_member.status in {"member", "administrator"}
            chat = change.chat
            return self._group(chat, change.from_user) if is_there else _nothing(chat.id)
        is_blocked = change.new_chat_member.status in {"kicked", "left"}
        return Arrival(
            address=Address(CHANNEL, str(change.chat.id)),
            chat=change.chat.id,
            happening=Left() if is_blocked else CameBack(),
            sent_at=change.date,
        )

    def _group(self, chat: Chat, user: User | None) -> Arrival:
        """Say goodbye to a group and leave it; nothing of it is kept."""
        words = self.library.languages[language_of(user) or "de"]
        text = say_html(words.text("say", "refusal", "group"), {})
        said = {"chat_id": chat.id, "text": text, "parse_mode": "HTML"}
        goodbye = (Courtesy("sendMessage", said),) if chat.type != Chat.CHANNEL else ()
        return _nothing(chat.id, *goodbye, Courtesy("leaveChat", {"chat_id": chat.id}))


def language_of(user: User | None) -> str:
    """Return de for any German, en for all others, "" when Telegram does not say."""
    return _language(user.language_code) if user else ""


def _language(code: object) -> str:
    if not isinstance(code, str) or not code:
        return ""
    return "de" if code.lower().startswith("de") else "en"


def _from_person(message: Message, happening: Happening) -> Arrival:
    user = message.from_user
    if user is None:
        raise Unreadable("a private message without a sender")
    if user.is_bot:
        return _nothing(message.chat.id)
    return Arrival(
        address=Address(CHANNEL, str(message.chat.id)),
        chat=message.chat.id,
        happening=happening,
        sent_at=message.date,
        language=language_of(user),
        locale=user.language_code or "",
        first_name=user.first_name,
        message_id=message.message_id,
        album=message.media_group_id or "",
    )


def _happening(message: Message) -> Happening:
    if message.forward_origin:
        return Refused("forwarded")
    if message.text:
        return Wrote(message.text, adds=True)
    if any(getattr(message, kind, None) for kind in _MEDIA):
        return Refused("media")
    return Refused("unreadable") if message.api_kwargs or message.caption else Ignored()


def _pressed(data: str) -> Happening:
    if match := _PRESSED.fullmatch(data):
        return Pressed(int(match[1]), int(match[2]))
    if match := _COMMANDED.fullmatch(data):
        return Commanded(match[1], match[2])
    return STALE


def _nothing(chat: int, *courtesies: Courtesy) -> Arrival:
    return Arrival(Address(CHANNEL, str(chat)), chat, Ignored(), _NOWHERE, courtesies=courtesies)
