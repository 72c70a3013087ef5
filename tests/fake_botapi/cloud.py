"""Telegram's side of things: who is there, which chats, what was said, which updates wait."""

from dataclasses import dataclass
from itertools import islice
from typing import Any

from tests.fake_botapi import limits
from tests.fake_botapi.clock import Clock
from tests.fake_botapi.files import FileStore
from tests.fake_botapi.keyboards import Markup
from tests.fake_botapi.phone import Chat, Message
from tests.fake_botapi.updates import UpdateQueue

Json = dict[str, Any]

# A webhook keeps the order within a queue: that of the chat, or one of these for a person.
_TAPS = 3 << 33
_MEMBERSHIP = 5 << 33
_TAPS_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Tap:
    """A callback query that waits for its answer."""

    chat: Chat
    time: float


class Cloud:
    """Everything that the server knows. Plain and synchronous: no network in here."""

    def __init__(
        self, clock: Clock, bot: Json, first_update_id: int | None, remember: int | None
    ) -> None:
        self.clock = clock
        self.bot = bot
        self.updates = UpdateQueue(clock, first_update_id)
        self.chats: dict[int, Chat] = {}
        self.files = FileStore()
        self.taps: dict[str, Tap] = {}
        self._remember = remember
        self._taps = 0

    def chat(self, chat_id: int, json: Json, *, started: bool = True) -> Chat:
        """Return the chat with this id, making it first if need be."""
        if chat_id not in self.chats:
            self.chats[chat_id] = Chat(chat_id, json, self._remember, started=started)
        return self.chats[chat_id]

    def date(self) -> int:
        return int(self.clock.time())

    # --- what the bot says

    def bot_sends(self, chat: Chat, content: Json, markup: Markup | None) -> Message:
        chat.last_id += 1
        json = {
            "message_id": chat.last_id,
            "from": self.bot,
            "chat": chat.json,
            "date": self.date(),
            **content,
        }
        message = Message(chat.last_id, json, by_bot=True)
        message.set_markup(markup)
        chat.put(message)
        return message

    # --- what people do

    def person_sends(self, chat: Chat, sender: Json, content: Json) -> Message:
        """Put a person's message into the chat and an update about it into the queue."""
        chat.started = True
        chat.last_id += 1
        by = {"sender_chat": chat.json} if chat.json["type"] == "channel" else {"from": sender}
        json = {
            "message_id": chat.last_id,
            **by,
            "chat": chat.json,
            "date": self.date(),
            **content,
        }
        message = Message(chat.last_id, json, by_bot=False)
        chat.put(message)
        self._announce(_kind(chat), chat, message)
        return message

    def person_edits(self, chat: Chat, message: Message, content: Json) -> None:
        message.json.pop("entities", None)
        message.json |= {**content, "edit_date": self.date()}
        self._announce(f"edited_{_kind(chat)}", chat, message)

    def person_taps(self, chat: Chat, sender: Json, message: Message, data: str) -> str:
        """Queue a callback query and return its id."""
        self._taps += 1
        tap_id = str((sender["id"] << 24) + self._taps)
        self.taps[tap_id] = Tap(chat, self.clock.time())
        for old in list(islice(self.taps, max(0, len(self.taps) - _TAPS_KEPT))):
            del self.taps[old]
        known = message.id in chat.messages
        gone = {"message_id": message.id, "chat": chat.json, "date": 0}
        query = {
            "id": tap_id,
            "from": sender,
            "message": message.json if known else gone,
            "chat_instance": str(chat.id * 7919),
            "data": data,
        }
        life, queue = limits.CALLBACK_LIFE, sender["id"] + _TAPS
        self.updates.add("callback_query", query, lifetime=life, queue=queue)
        return tap_id

    def membership(self, chat: Chat, actor: Json, old: str, new: str) -> None:
        """Tell the bot that somebody changed its place in a chat: member, kicked, left."""
        change = {
            "chat": chat.json,
            "from": actor,
            "date": self.date(),
            "old_chat_member": self._member(old),
            "new_chat_member": self._member(new),
        }
        life, queue = limits.MESSAGE_LIFE, chat.id + _MEMBERSHIP
        self.updates.add("my_chat_member", change, lifetime=life, queue=queue)

    def _member(self, status: str) -> Json:
        until = {"until_date": 0} if status == "kicked" else {}
        return {"user": self.bot, "status": status, **until}

    def _announce(self, kind: str, chat: Chat, message: Message) -> None:
        life = limits.MESSAGE_LIFE
        self.updates.add(kind, message.json, lifetime=life, queue=chat.id)


def _kind(chat: Chat) -> str:
    return "channel_post" if chat.json["type"] == "channel" else "message"
