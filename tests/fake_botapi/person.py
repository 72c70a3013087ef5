"""People and groups on the other side of the chat."""

from typing import Any

from tests.fake_botapi import limits, media
from tests.fake_botapi.cloud import Cloud, Json
from tests.fake_botapi.keyboards import Button, callback_buttons
from tests.fake_botapi.phone import Chat, Message, Screen
from tests.fake_botapi.texts import find_entities


class Group(Screen):
    """A group, supergroup or channel. The bot gets every message, as with privacy mode off."""

    def __init__(self, cloud: Cloud, chat: Chat) -> None:
        super().__init__(chat)
        self._cloud = cloud
        self.id = chat.id

    @property
    def has_bot(self) -> bool:
        return not self._chat.left

    def hears(self, sender: Json, content: Json) -> Message:
        """Put a member's message into the group."""
        return self._cloud.person_sends(self._chat, sender, content)

    async def is_joined_by_bot(self, by: "Person") -> None:
        """Let a member add the bot: a change of membership, then the message about it."""
        self._chat.left = False
        self._cloud.membership(self._chat, by.json, "left", "member")
        bot = self._cloud.bot
        added = {"new_chat_participant": bot, "new_chat_member": bot, "new_chat_members": [bot]}
        if self._chat.json["type"] != "channel":
            self.hears(by.json, added)


class Person(Screen):
    """Somebody with a phone who chats with the bot.

    What is typed reaches the bot exactly as given, however hostile: nothing is trimmed.
    """

    def __init__(self, cloud: Cloud, chat: Chat, json: Json) -> None:
        super().__init__(chat)
        self._cloud = cloud
        self._last_tap: tuple[Message, str] | None = None
        self.id: int = json["id"]
        self.json = json

    # --- typing

    async def sends(
        self, text: str, *, to: Group | None = None, reply_to: Message | None = None
    ) -> Message:
        """Send a text, to the bot or to a group; raises ValueError beyond 4096 characters."""
        if len(text) > limits.TEXT:
            raise ValueError("A phone splits a text this long: use pastes()")
        return await self.sends_content(_text(text), to=to, reply_to=reply_to)

    async def pastes(self, text: str) -> list[Message]:
        """Send a long text the way a phone does: in parts of 4096 characters."""
        size = limits.TEXT
        return [await self.sends(text[at : at + size]) for at in range(0, len(text), size)]

    async def edits(self, old: str, new: str) -> Message:
        """Correct the newest own message that contains `old`: its text becomes `new`."""
        message = self.newest(old, by_bot=False)
        self._cloud.person_edits(self._chat, message, _text(new))
        return message

    async def forwards(self, text: str, sender: Json | None = None) -> Message:
        """Forward a text that somebody else wrote."""
        author = sender or {"id": 4712, "is_bot": False, "first_name": "Eva"}
        origin = media.forwarded(author, self._cloud.date() - 60)
        return await self.sends_content(origin | _text(text))

    async def sends_content(
        self, content: Json, *, to: Group | None = None, reply_to: Message | None = None
    ) -> Message:
        """Send a message with the given content fields, as documented for Message."""
        self._may_write()
        reply = {"reply_to_message": dict(reply_to.json)} if reply_to else {}
        if to:
            return to.hears(self.json, reply | content)
        return self._cloud.person_sends(self._chat, self.json, reply | content)

    async def sends_raw(self, update: dict[str, Any]) -> int:
        """Queue an update as it is, valid or not; returns the update id that it gets."""
        life = limits.MESSAGE_LIFE
        return self._cloud.updates.add_raw(update, lifetime=life, queue=self._chat.id)

    # --- other than text

    async def sends_photo(self, caption: str = "") -> Message:
        return await self.sends_medium("photo", caption)

    async def sends_voice(self) -> Message:
        return await self.sends_medium("voice")

    async def sends_document(self, caption: str = "") -> Message:
        return await self.sends_medium("document", caption)

    async def sends_sticker(self) -> Message:
        return await self.sends_medium("sticker")

    async def sends_contact(self) -> Message:
        return await self.sends_medium("contact")

    async def sends_location(self) -> Message:
        return await self.sends_medium("location")

    async def sends_poll(self) -> Message:
        return await self.sends_medium("poll")

    async def sends_medium(self, kind: str, caption: str = "") -> Message:
        """Send one of `media.MEDIA`."""
        content = media.MEDIA[kind](self._cloud)
        return await self.sends_content(content | _caption(caption))

    # --- tapping

    async def taps(self, label: str, message: Message | None = None) -> str:
        """Tap a button: the newest with this label, else the newest whose label contains it.

        A button of a reply keyboard sends its label. Returns the id of the callback query, ""
        if there is none; raises AssertionError with the chat when there is no such button.
        """
        found = self._button(label, [message] if message else self._chat.newest_first())
        if found:
            return await self.taps_data(found[1]["callback_data"], found[0])
        if label in self._chat.reply_keyboard():
            await self.sends(label)
            return ""
        raise AssertionError(self._complaint(f"There is no button {label!r} to tap."))

    async def taps_again(self) -> str:
        """Tap the same button once more, even if it has gone meanwhile: a double tap."""
        assert self._last_tap, "Nothing has been tapped yet"
        message, data = self._last_tap
        return await self.taps_data(data, message)

    async def taps_data(self, data: str, message: Message | None = None) -> str:
        """Send any callback data, as a tampered app can; by default below the newest message."""
        self._may_write()
        under = message or self.newest()
        self._last_tap = under, data
        return self._cloud.person_taps(self._chat, self.json, under, data)

    def _button(self, label: str, messages: list[Message]) -> tuple[Message, Button] | None:
        buttons = [
            (message, button)
            for message in messages
            for button in callback_buttons(message.markup)
            if button.get("callback_data")
        ]
        exact = [found for found in buttons if found[1]["text"] == label]
        close = [found for found in buttons if label in found[1]["text"]]
        return next(iter(exact or close), None)

    # --- leaving and coming back

    async def blocks(self) -> None:
        """Block the bot."""
        self._chat.blocked = True
        self._cloud.membership(self._chat, self.json, "member", "kicked")

    async def unblocks(self) -> None:
        """Let the bot write again."""
        self._chat.blocked = False
        self._cloud.membership(self._chat, self.json, "kicked", "member")

    async def deletes_account(self) -> None:
        """Leave Telegram; the bot is not told."""
        self._chat.deactivated = True

    async def deletes(self, text: str, *, by_bot: bool = True) -> Message:
        """Delete the newest message that contains the text, for both sides; nobody is told."""
        message = self.newest(text, by_bot=by_bot)
        del self._chat.messages[message.id]
        return message

    def _may_write(self) -> None:
        assert not self._chat.blocked, "Somebody who blocked the bot has to unblock it first"
        assert not self._chat.deactivated, "A deleted account writes nothing"


def _text(text: str) -> Json:
    entities = find_entities(text)
    return {"text": text, "entities": entities} if entities else {"text": text}


def _caption(text: str) -> Json:
    return {"caption": text} if text else {}
