"""What a person sees on the phone: the messages of a chat as they stand now."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.fake_botapi.keyboards import Button, Markup, callback_buttons
from tests.fake_botapi.signals import Signal

PATIENCE = 40.0  # seconds of real time before `sees` gives up; only failing tests wait so long
UNREAD = 1000  # changes that nobody has looked at are forgotten beyond this


@dataclass(slots=True, eq=False)
class Message:
    """A message in a chat; `json` is the documented Message object, kept up to date."""

    id: int
    json: dict[str, Any]
    by_bot: bool
    markup: Markup | None = None
    reaction: str = ""
    pinned: bool = False

    @property
    def text(self) -> str:
        """The text or the caption, without markup."""
        return str(self.json.get("text", self.json.get("caption", "")))

    @property
    def entities(self) -> list[dict[str, Any]]:
        found = self.json.get("entities", self.json.get("caption_entities", []))
        return list(found)

    @property
    def rows(self) -> list[list[Button]]:
        """The inline buttons under the message, row by row."""
        return list((self.markup or {}).get("inline_keyboard", []))

    @property
    def buttons(self) -> list[str]:
        """The labels of the inline buttons under the message."""
        return [button["text"] for button in callback_buttons(self.markup)]

    @property
    def document(self) -> dict[str, Any] | None:
        found: dict[str, Any] | None = self.json.get("document")
        return found

    def set_markup(self, markup: Markup | None) -> None:
        self.markup = markup
        if markup and "inline_keyboard" in markup:
            self.json["reply_markup"] = markup
        else:
            self.json.pop("reply_markup", None)


@dataclass(frozen=True, slots=True)
class Change:
    """Something that happened on the screen."""

    kind: str  # sent, edited, keyboard, reaction, deleted
    message: Message
    text: str

    def shows(self, wanted: "Wanted") -> bool:
        """Tell whether this is it: a text looked for has to have appeared by this change."""
        if callable(wanted):
            return self.kind != "deleted" and bool(wanted(self.message))
        return self.kind in ("sent", "edited") and wanted in self.text


Wanted = str | Callable[[Message], object]


@dataclass(slots=True, eq=False)
class Chat:
    """One chat as Telegram keeps it. Message ids count from 1 in each chat."""

    id: int
    json: dict[str, Any]
    remember: int | None = None
    started: bool = True
    blocked: bool = False
    deactivated: bool = False
    left: bool = False
    messages: dict[int, Message] = field(default_factory=dict)
    last_id: int = 0
    unread: deque[Change] = field(default_factory=lambda: deque(maxlen=UNREAD))
    told: deque[str] = field(default_factory=lambda: deque(maxlen=UNREAD))
    actions: deque[str] = field(default_factory=lambda: deque(maxlen=UNREAD))
    changed: Signal = field(default_factory=Signal)

    @property
    def is_private(self) -> bool:
        return bool(self.json["type"] == "private")

    def put(self, message: Message) -> None:
        self.messages[message.id] = message
        if self.remember is not None and len(self.messages) > self.remember:
            del self.messages[next(iter(self.messages))]
        if message.by_bot:
            self.note("sent", message)

    def note(self, kind: str, message: Message) -> None:
        """Tell whoever looks at the screen that a message of the bot appeared or changed."""
        self.unread.append(Change(kind, message, message.text))
        self.changed.notify()

    def tell(self, text: str) -> None:
        """Show the answer to a tap."""
        self.told.append(text)
        self.changed.notify()

    def newest_first(self) -> list[Message]:
        return list(reversed(self.messages.values()))

    def reply_keyboard(self) -> list[str]:
        """Return the labels of the keyboard that replaces the phone's own, if one is shown."""
        for message in self.newest_first():
            if message.markup and "keyboard" in message.markup:
                return [button["text"] for row in message.markup["keyboard"] for button in row]
            if message.markup and "remove_keyboard" in message.markup:
                return []
        return []


class Screen:
    """Looking at a chat. What has been looked at once is read: each `sees` goes on from there."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat

    @property
    def messages(self) -> list[Message]:
        return list(self._chat.messages.values())

    @property
    def chat(self) -> str:
        """The chat as a transcript, one block a message, buttons in brackets."""
        return "\n".join(_lines(message) for message in self._chat.messages.values())

    @property
    def told(self) -> list[str]:
        """The texts with which the bot answered taps; an answer without text is an empty one."""
        return list(self._chat.told)

    @property
    def actions(self) -> list[str]:
        """The bot's chat actions, such as "typing"."""
        return list(self._chat.actions)

    def newest(self, wanted: Wanted = "", *, by_bot: bool = True) -> Message:
        """Return the newest message that fits; raises AssertionError with the chat."""
        for message in self._chat.newest_first():
            fits = wanted(message) if callable(wanted) else wanted in message.text
            if message.by_bot == by_bot and fits:
                return message
        raise AssertionError(self._complaint(f"No message fits {wanted!r}."))

    async def sees(self, wanted: Wanted, patience: float = PATIENCE) -> Message:
        """Wait until the bot sends or edits a message that contains the text or fits the test.

        Reads on from what was seen last, oldest change first. Raises AssertionError with a
        transcript after `patience` seconds of real time.
        """
        try:
            async with asyncio.timeout(patience):
                return await self._chat.changed.until(lambda: self._read(wanted))
        except TimeoutError:
            raise AssertionError(self._complaint(f"Nothing new fits {wanted!r}.")) from None

    async def is_told(self, text: str, patience: float = PATIENCE) -> str:
        """Wait until the bot has answered a tap with a text that contains `text`."""

        def look() -> str | None:
            return next((told for told in self._chat.told if text in told), None)

        try:
            async with asyncio.timeout(patience):
                return await self._chat.changed.until(look)
        except TimeoutError:
            raise AssertionError(self._complaint(f"No tap was answered {text!r}.")) from None

    def reads_everything(self) -> None:
        """Take all that is on the screen as seen."""
        self._chat.unread.clear()

    def _read(self, wanted: Wanted) -> Message | None:
        for index, change in enumerate(self._chat.unread):
            if change.shows(wanted):
                for _ in range(index + 1):
                    self._chat.unread.popleft()
                return change.message
        return None

    def _complaint(self, what: str) -> str:
        unread = [f"{change.kind}: {change.text!r}" for change in self._chat.unread]
        return "\n".join([what, "The chat shows:", self.chat, "Not read yet:", *unread])


def _lines(message: Message) -> str:
    speaker = "bot" if message.by_bot else message.json.get("from", {}).get("first_name", "?")
    mark = f" ({message.reaction})" if message.reaction else ""
    head = f"{speaker}{mark}: {_kind(message)}{message.text}"
    rows = message.rows or (message.markup or {}).get("keyboard", [])
    drawn = [" ".join(f"[{button['text']}]" for button in row) for row in rows]
    return "\n    ".join([*head.split("\n"), *drawn])


def _kind(message: Message) -> str:
    if message.document:
        return f"<{message.document.get('file_name', 'document')}> "
    if "text" in message.json:
        return ""
    known = {"message_id", "from", "chat", "date", "edit_date", "caption", "caption_entities"}
    kind = next((name for name in message.json if name not in known), "")
    return f"<{kind}> "
