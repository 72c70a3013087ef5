"""Updates as Telegram's documentation has them, each part of which a test may exchange."""

from typing import Any, Final

Json = dict[str, Any]

ANNA: Final[Json] = {"id": 71, "is_bot": False, "first_name": "Anna", "language_code": "de"}
BOT: Final[Json] = {"id": 9, "is_bot": True, "first_name": "Coach", "username": "coach_bot"}
PRIVATE: Final[Json] = {"id": 71, "type": "private", "first_name": "Anna"}
GROUP: Final[Json] = {"id": -100200, "type": "supergroup", "title": "Stammtisch"}
CHANNEL: Final[Json] = {"id": -100300, "type": "channel", "title": "Neuigkeiten"}
DATE: Final = 1_795_339_800
FILE: Final[Json] = {"file_id": "f", "file_unique_id": "u", "file_size": 3}


def update(kind: str, content: object) -> Json:
    return {"update_id": 500, kind: content}


def message(chat: Json = PRIVATE, sender: Json = ANNA, **content: Any) -> Json:
    """Return a message in a private chat; a content of None is left out."""
    own = {name: value for name, value in content.items() if value is not None}
    return {"message_id": 33, "date": DATE, "chat": chat, "from": sender, **own}


def text(words: str, **more: Any) -> Json:
    return update("message", message(text=words, **more))


def edited(**content: Any) -> Json:
    return update("edited_message", message(edit_date=DATE + 60, **content))


def tap(data: str | None = "3.1", sender: Json = ANNA, **more: object) -> Json:
    """Return a tap on a button below one of the bot's messages; message=None leaves that out."""
    under = {"message": message(sender=BOT, text="Welche Werte?")} | more
    query = {"id": "77", "from": sender, "chat_instance": "1", "data": data, **under}
    return update("callback_query", {k: v for k, v in query.items() if v is not None})


def membership(new: str, chat: Json = PRIVATE, old: str = "member") -> Json:
    change = {
        "chat": chat,
        "from": ANNA,
        "date": DATE,
        "old_chat_member": {"user": BOT, "status": old, **_STANDING.get(old, {})},
        "new_chat_member": {"user": BOT, "status": new, **_STANDING.get(new, {})},
    }
    return update("my_chat_member", change)


_RIGHTS: Final = (
    *("can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages"),
    *("can_manage_video_chats", "can_restrict_members", "can_promote_members", "can_change_info"),
    *("can_invite_users", "can_post_stories", "can_edit_stories", "can_delete_stories"),
)
_STANDING: Final[dict[str, Json]] = {
    "kicked": {"until_date": 0},
    "administrator": dict.fromkeys(_RIGHTS, False),
}


_SIZED: Final = FILE | {"width": 90, "height": 67}
_STICKER: Final = {"type": "regular", "is_animated": False, "is_video": False}
_POLL: Final = {
    "id": "5",
    "question": "Geht es?",
    "options": [{"text": "Ja", "voter_count": 0, "persistent_id": "1"}],
    "total_voter_count": 0,
    "is_closed": False,
    "is_anonymous": True,
    "type": "regular",
    "allows_multiple_answers": False,
    "allows_revoting": False,
    "members_only": False,
}
MEDIA: Final[dict[str, Json]] = {
    "photo": {"photo": [_SIZED]},
    "photo_with_caption": {"photo": [_SIZED], "caption": "unser Laden"},
    "voice": {"voice": FILE | {"duration": 3}},
    "audio": {"audio": FILE | {"duration": 3}},
    "video": {"video": _SIZED | {"duration": 3}},
    "video_note": {"video_note": FILE | {"length": 240, "duration": 2}},
    "animation": {"animation": _SIZED | {"duration": 2}, "document": FILE},
    "document": {"document": FILE | {"file_name": "angebot.pdf"}},
    "sticker": {"sticker": _SIZED | _STICKER},
    "contact": {"contact": {"phone_number": "+43100000000", "first_name": "Eva"}},
    "location": {"location": {"latitude": 48.2, "longitude": 16.37}},
    "venue": {
        "venue": {"location": {"latitude": 48.2, "longitude": 16.37}, "title": "x", "address": "y"}
    },
    "poll": {"poll": _POLL},
    "dice": {"dice": {"emoji": "🎲", "value": 4}},
    "story": {"story": {"chat": CHANNEL, "id": 4}},
    "live_photo": {"live_photo": _SIZED | {"duration": 2}, "photo": [_SIZED]},
}

_USER_ORIGIN: Final = {"type": "user", "sender_user": ANNA, "date": DATE}
FORWARDED: Final[dict[str, Json]] = {
    "from_a_person": {"forward_origin": _USER_ORIGIN, "text": "wichtig"},
    "from_somebody_hidden": {
        "forward_origin": {"type": "hidden_user", "sender_user_name": "E.", "date": DATE},
        "text": "wichtig",
    },
    "from_a_channel": {
        "forward_origin": {"type": "channel", "chat": CHANNEL, "message_id": 8, "date": DATE},
        "text": "wichtig",
    },
    "a_photo": {"forward_origin": _USER_ORIGIN, "photo": [_SIZED]},
}

SERVICE: Final[dict[str, Json]] = {
    "pinned": {"pinned_message": message(text="x")},
    "timer": {"message_auto_delete_timer_changed": {"message_auto_delete_time": 86400}},
    "write_access": {"write_access_allowed": {}},
    "background": {"chat_background_set": {"type": {"type": "chat_theme", "theme_name": "🏄"}}},
    "nothing_at_all": {},
}

STRANGE: Final[dict[str, Json]] = {
    "poll": update("poll", _POLL),
    "poll_answer": update(
        "poll_answer",
        {"poll_id": "5", "user": ANNA, "option_ids": [0], "option_persistent_ids": ["1"]},
    ),
    "inline_query": update("inline_query", {"id": "1", "from": ANNA, "query": "x", "offset": ""}),
    "of_the_future": update("thought", {"id": 1, "from": ANNA}),
    "empty": {"update_id": 500},
}

WHOLE: Final[tuple[Json, ...]] = (
    text("Ehrlichkeit"),
    text("/start abc-1", entities=[{"type": "bot_command", "offset": 0, "length": 6}]),
    edited(text="Ehrlichkeit"),
    tap(),
    tap("c.delete.yes"),
    tap(message=None),
    tap(message={"message_id": 33, "date": 0, "chat": PRIVATE}),
    membership("kicked"),
    membership("member", GROUP, "left"),
    text("Hallo", chat=GROUP),
    update("channel_post", message(chat=CHANNEL, sender_chat=CHANNEL, text="Neu")),
    *(update("message", message(**content)) for content in MEDIA.values()),
    *(update("message", message(**content)) for content in FORWARDED.values()),
    *(update("message", message(**content)) for content in SERVICE.values()),
    *STRANGE.values(),
)
"""One of each kind."""
