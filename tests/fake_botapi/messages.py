"""The methods that send, change and take away messages."""

from typing import Any

from tests.fake_botapi import limits
from tests.fake_botapi.cloud import Cloud, Json
from tests.fake_botapi.files import document_json, photo_json
from tests.fake_botapi.keyboards import Markup, read_inline, read_markup
from tests.fake_botapi.parameters import Parameters
from tests.fake_botapi.phone import Chat, Message
from tests.fake_botapi.reactions import REACTIONS
from tests.fake_botapi.refusals import Refusal, bad_request
from tests.fake_botapi.texts import Text, read_text

_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)
_ACTIONS = {
    "cancel",
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_audio",
    "record_voice",
    "upload_audio",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "pick_up_location",
    "record_video_note",
    "upload_video_note",
}


# --- sending


def send_message(cloud: Cloud, parameters: Parameters) -> Json:
    text = _text(parameters)
    markup = read_markup(parameters.json("reply_markup"))
    return _send(cloud, parameters, _content("text", "entities", text), markup)


def send_document(cloud: Cloud, parameters: Parameters) -> Json:
    caption, markup = _caption(parameters), read_markup(parameters.json("reply_markup"))
    _writable_chat(cloud, parameters)
    document = document_json(cloud.files.received(parameters, "document"))
    return _send(cloud, parameters, {"document": document, **caption}, markup)


def send_photo(cloud: Cloud, parameters: Parameters) -> Json:
    caption, markup = _caption(parameters), read_markup(parameters.json("reply_markup"))
    _writable_chat(cloud, parameters)
    photo = photo_json(cloud.files.received(parameters, "photo"))
    return _send(cloud, parameters, {"photo": photo, **caption}, markup)


def send_chat_action(cloud: Cloud, parameters: Parameters) -> bool:
    action = parameters.text("action").lower()
    if action not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat = _writable_chat(cloud, parameters)
    chat.actions.append(action)
    return True


def _send(cloud: Cloud, parameters: Parameters, content: Json, markup: Markup | None) -> Json:
    chat = _writable_chat(cloud, parameters)
    extras = _reply(chat, parameters) | _extras(parameters)
    return cloud.bot_sends(chat, extras | content, markup).json


def _reply(chat: Chat, parameters: Parameters) -> Json:
    reply = Parameters(parameters.object("reply_parameters"))
    message_id = reply.integer("message_id") or parameters.integer("reply_to_message_id")
    if not message_id:
        return {}
    if message := chat.messages.get(message_id):
        nested = {"reply_to_message"}
        copy = {name: value for name, value in message.json.items() if name not in nested}
        return {"reply_to_message": copy}
    optional = "allow_sending_without_reply"
    if parameters.flag(optional) or reply.flag(optional):
        return {}
    raise bad_request("message to be replied not found")


def _extras(parameters: Parameters) -> Json:
    extras: Json = {}
    if parameters.flag("protect_content"):
        extras["has_protected_content"] = True
    if effect := parameters.text("message_effect_id"):
        extras["effect_id"] = effect
    if preview := parameters.object("link_preview_options"):
        extras["link_preview_options"] = preview
    return extras


# --- changing


def edit_message_text(cloud: Cloud, parameters: Parameters) -> Json:
    text = _text(parameters)
    markup = read_inline(parameters.json("reply_markup"))
    chat, message = _editable(cloud, parameters)
    if "text" not in message.json:
        raise bad_request("there is no text in the message to edit")
    return _change(cloud, chat, message, _content("text", "entities", text), markup)


def edit_message_caption(cloud: Cloud, parameters: Parameters) -> Json:
    caption = _caption(parameters)
    markup = read_inline(parameters.json("reply_markup"))
    chat, message = _editable(cloud, parameters)
    if "text" in message.json:
        raise bad_request("there is no caption in the message to edit")
    return _change(cloud, chat, message, caption, markup)


def edit_message_reply_markup(cloud: Cloud, parameters: Parameters) -> Json:
    markup = read_inline(parameters.json("reply_markup"))
    chat, message = _editable(cloud, parameters)
    return _change(cloud, chat, message, _present(message), markup)


def _change(
    cloud: Cloud, chat: Chat, message: Message, content: Json, markup: Markup | None
) -> Json:
    if _present(message) == content and message.markup == markup:
        raise bad_request(_NOT_MODIFIED)
    kind = "keyboard" if _present(message) == content else "edited"
    for name in ("text", "entities", "caption", "caption_entities"):
        message.json.pop(name, None)
    message.json |= {**content, "edit_date": cloud.date()}
    message.set_markup(markup)
    chat.note(kind, message)
    return message.json


def _present(message: Message) -> Json:
    """Return the part of a message that an edit replaces."""
    names = ("text", "entities", "caption", "caption_entities")
    return {name: message.json[name] for name in names if name in message.json}


def delete_message(cloud: Cloud, parameters: Parameters) -> bool:
    chat, message = _message(cloud, parameters, "message to delete")
    if cloud.clock.time() - message.json["date"] > limits.DELETE_LIFE:
        raise bad_request("message can't be deleted for everyone")
    del chat.messages[message.id]
    chat.note("deleted", message)
    return True


def delete_messages(cloud: Cloud, parameters: Parameters) -> bool:
    chat = _chat(cloud, parameters)
    for message_id in parameters.json("message_ids") or []:
        if message_id in chat.messages:
            one = Parameters({"chat_id": chat.id, "message_id": message_id})
            delete_message(cloud, one)
    return True


def set_message_reaction(cloud: Cloud, parameters: Parameters) -> bool:
    wanted = parameters.objects("reaction")
    chat, message = _message(cloud, parameters, "message to react")
    emojis = [str(reaction.get("emoji", "")).replace("\ufe0f", "") for reaction in wanted]
    if len(emojis) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    if not set(emojis) <= REACTIONS:
        raise bad_request("REACTION_INVALID")
    message.reaction = "".join(emojis)
    chat.note("reaction", message)
    return True


def pin_chat_message(cloud: Cloud, parameters: Parameters) -> bool:
    _, message = _message(cloud, parameters, "message to pin")
    message.pinned = True
    return True


def unpin_chat_message(cloud: Cloud, parameters: Parameters) -> bool:
    _, message = _message(cloud, parameters, "message to unpin")
    message.pinned = False
    return True


# --- answering taps, leaving


def answer_callback_query(cloud: Cloud, parameters: Parameters) -> bool:
    text = parameters.text("text")
    if len(text) > limits.CALLBACK_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    tap = cloud.taps.get(parameters.text("callback_query_id"))
    if tap is None or cloud.clock.time() - tap.time > limits.CALLBACK_LIFE:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    tap.chat.tell(text)
    return True


def leave_chat(cloud: Cloud, parameters: Parameters) -> bool:
    chat = _chat(cloud, parameters)
    if chat.is_private:
        raise bad_request("chat member status can't be changed in private chats")
    chat.left = True
    cloud.membership(chat, cloud.bot, "member", "left")
    return True


# --- what they share


def _text(parameters: Parameters) -> Text:
    raw = parameters.text("text")
    if not raw:
        raise bad_request("message text is empty")
    text = read_text(raw, parameters.text("parse_mode"), parameters.json("entities"))
    if not text.text:
        raise bad_request("text must be non-empty")
    if len(text.text) > limits.TEXT:
        raise bad_request("message is too long")
    return text


def _caption(parameters: Parameters) -> Json:
    raw = parameters.text("caption")
    given = parameters.json("caption_entities")
    caption = read_text(raw, parameters.text("parse_mode"), given)
    if len(caption.text) > limits.CAPTION:
        raise bad_request("message caption is too long")
    return _content("caption", "caption_entities", caption)


def _content(text: str, entities: str, value: Text) -> Json:
    content: dict[str, Any] = {text: value.text} if value.text else {}
    if value.entities:
        content[entities] = value.entities
    return content


def _chat(cloud: Cloud, parameters: Parameters) -> Chat:
    if not parameters.text("chat_id"):
        raise bad_request("chat_id is empty")
    chat = cloud.chats.get(parameters.integer("chat_id"))
    if chat is None:
        raise bad_request("chat not found")
    return chat


def _writable_chat(cloud: Cloud, parameters: Parameters) -> Chat:
    chat = _chat(cloud, parameters)
    if chat.deactivated:
        raise Refusal(403, "user is deactivated")
    if chat.blocked:
        raise Refusal(403, "bot was blocked by the user")
    if not chat.started:
        raise Refusal(403, "bot can't initiate conversation with a user")
    if chat.left:
        raise Refusal(403, f"bot is not a member of the {chat.json['type']} chat")
    return chat


def _message(cloud: Cloud, parameters: Parameters, role: str) -> tuple[Chat, Message]:
    chat = _chat(cloud, parameters)
    message = chat.messages.get(parameters.integer("message_id"))
    if message is None:
        raise bad_request(f"{role} not found")
    return chat, message


def _editable(cloud: Cloud, parameters: Parameters) -> tuple[Chat, Message]:
    chat, message = _message(cloud, parameters, "message to edit")
    if chat.deactivated:
        raise Refusal(403, "user is deactivated")
    plain = message.markup is None or "inline_keyboard" in message.markup
    if not message.by_bot or not plain:
        raise bad_request("message can't be edited")
    return chat, message
