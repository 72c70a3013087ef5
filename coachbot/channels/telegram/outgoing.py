"""From what is said to calls of the Bot API: a method and its parameters as JSON data. Pure."""

import base64
import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any, Final

from coachbot.channels.telegram.splitting import split
from coachbot.coach.arrivals import Arrival, Courtesy, Presented
from coachbot.coach.coach import Reply
from coachbot.coach.pressing import Pressed
from coachbot.store.conversations import Face
from coachbot.store.outbox import NUDGE, Parcel
from coachbot.store.people import Person
from coachbot.texts.said import Attachment, Button, Manner, Order, Said

QUESTION, MESSAGE, EDIT, DOCUMENT = "question", "message", "edit", "document"
"""The kinds of parcels: each has its own rule for when nobody knows whether it arrived."""

PICTURES: Final = ("picture", "trend")
LONGEST_TOAST: Final = 200
_TAG: Final = re.compile(r"<[^<>]+>")


def present(arrival: Arrival, reply: Reply, shown: int | None) -> Presented:
    """Return a reply as calls; `shown` is the message that holds the open question."""
    question = arrival.message_id if isinstance(arrival.happening, Pressed) else shown
    parcels: list[Parcel] = []
    courtesies: list[Courtesy] = []
    for said in reply.said:
        if said.manner is Manner.SETTLES:
            if question is not None:
                courtesies.append(_settle(arrival.chat, question, said))
        elif said.manner is not Manner.ASIDE or not arrival.callback:
            parcels += _parcels(arrival.chat, said, reply.keyboard, question)
    if arrival.callback:
        courtesies.insert(0, _acknowledge(arrival.callback, reply.said))
    return Presented(parcels, courtesies)


def _acknowledge(callback: str, said: Sequence[Said]) -> Courtesy:
    """Answer a tap; a word about it is shown as a toast."""
    aside = next((plain(one.html) for one in said if one.manner is Manner.ASIDE), "")
    about = {"text": aside[:LONGEST_TOAST], "show_alert": True} if aside else {}
    return Courtesy("answerCallbackQuery", {"callback_query_id": callback, **about})


def _settle(chat: int, message_id: int, said: Said) -> Courtesy:
    """Let a message's buttons give way to the answer, or just go."""
    where = {"chat_id": chat, "message_id": message_id}
    if not said.html:
        return Courtesy("editMessageReplyMarkup", where)
    text = split(said.html)[0]
    return Courtesy("editMessageText", {**where, "text": text, "parse_mode": "HTML"})


def _parcels(
    chat: int, said: Said, keyboard: Sequence[Face], question: int | None
) -> Iterator[Parcel]:
    if said.attachment or said.order:
        yield _document(chat, said)
        return
    markup = {"inline_keyboard": keyboard_of(said, keyboard)} if said.buttons else None
    if said.manner is Manner.IN_PLACE and question is not None:
        content = _message(chat, split(said.html)[0], markup) | {"message_id": question}
        yield Parcel("editMessageText", content, EDIT, said.revision)
        return
    *first, last = split(said.html) or ["…"]
    for part in first:
        yield Parcel("sendMessage", _message(chat, part, None), MESSAGE)
    kind = MESSAGE if said.revision < 0 else QUESTION
    yield Parcel("sendMessage", _message(chat, last, markup), kind, said.revision)


def carry(person: Person, reply: Reply) -> tuple[int, list[Parcel]]:
    """Return the chat of a person, and what the clock brings there as calls of its own kind."""
    chat = int(person.address.name)
    parcels = [p for said in reply.said for p in _parcels(chat, said, reply.keyboard, None)]
    return chat, [replace(parcel, kind=NUDGE) for parcel in parcels]


def _message(chat: int, text: str, markup: dict[str, Any] | None) -> dict[str, Any]:
    return {
        "chat_id": chat,
        "text": text,
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
        **({"reply_markup": markup} if markup else {}),
    }


def parcel_of(chat: int, said: Said) -> Parcel:
    """Return one message that stands outside a conversation."""
    return next(_parcels(chat, said, (), None))


def _document(chat: int, said: Said) -> Parcel:
    """Return a file; one of the document is only ordered, and printed when it is sent."""
    if said.order:
        method = "sendPhoto" if said.order.face in PICTURES else "sendDocument"
        promised = {"chat_id": chat, "caption": said.html, "order": asdict(said.order)}
        return Parcel(method, promised, DOCUMENT)
    assert said.attachment
    content = base64.b64encode(said.attachment.content).decode()
    file = {"name": said.attachment.name, "content": content}
    return Parcel("sendDocument", {"chat_id": chat, "caption": said.html, "file": file}, DOCUMENT)


def attachment_of(parameters: Mapping[str, Any]) -> Attachment | Order:
    """Return the file that a parcel carries, or the order for one that is still to be printed."""
    if "order" in parameters:
        return Order(**parameters["order"])
    file = parameters["file"]
    return Attachment(file["name"], base64.b64decode(file["content"]))


def keyboard_of(said: Said, keyboard: Sequence[Face]) -> list[list[dict[str, str]]]:
    """Return the rows of an inline keyboard; the data of a button is an opaque id."""
    return [
        [{"text": _face(button), "callback_data": _data(button, said, keyboard)} for button in row]
        for row in said.buttons
    ]


def _face(button: Button) -> str:
    return f"✓ {button.label}" if button.is_on else button.label


def _data(button: Button, said: Said, keyboard: Sequence[Face]) -> str:
    """A command names itself and is safe in any hands; an answer is a place of one revision."""
    if button.verb == "command":
        return f"c.{button.argument}.{button.item}"
    face = (button.label, button.verb, button.argument, button.item)
    return f"{said.revision}.{keyboard.index(face)}"


def plain(text: str) -> str:
    """Return HTML without its markup."""
    return html.unescape(_TAG.sub("", text))


def unformatted(parameters: dict[str, Any]) -> dict[str, Any]:
    """Return a message's parameters without formatting, for when Telegram refuses it."""
    rest = {name: value for name, value in parameters.items() if name != "parse_mode"}
    return {**rest, "text": plain(str(parameters.get("text", "")))}
