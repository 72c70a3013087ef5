"""Reading `reply_markup`: what Telegram takes, drops and refuses in a keyboard."""

import json
from collections.abc import Callable
from typing import Any

from tests.fake_botapi import limits
from tests.fake_botapi.links import checked_link
from tests.fake_botapi.refusals import bad_request

Button = dict[str, Any]
Markup = dict[str, Any]

_STYLES = ("", "default", "primary", "danger", "success")
_KINDS = (
    "url",
    "callback_data",
    "callback_game",
    "pay",
    "switch_inline_query",
    "switch_inline_query_chosen_chat",
    "switch_inline_query_current_chat",
    "login_url",
    "web_app",
    "copy_text",
)


def read_markup(value: object) -> Markup | None:
    """Return the keyboard as Telegram keeps it, None where there is none; raises Refusal."""
    if value is None:
        return None
    if not isinstance(value, dict):
        raise bad_request("object expected as reply markup")
    if keyboard := _rows(value, "keyboard", _text_button):
        return _keyboard(value, keyboard)
    if inline := _rows(value, "inline_keyboard", _inline_button):
        return _inline_keyboard(inline)
    for kind in ("remove_keyboard", "force_reply"):
        if value.get(kind):
            return dict(value)
    return None


def read_inline(value: object) -> Markup | None:
    """Return an inline keyboard: an edit takes no other; raises Refusal."""
    markup = read_markup(value)
    if markup is not None and "inline_keyboard" not in markup:
        raise bad_request("inline keyboard expected")
    return markup


def callback_buttons(markup: Markup | None) -> list[Button]:
    """Return all buttons under a message, row by row."""
    return [button for row in (markup or {}).get("inline_keyboard", []) for button in row]


def _rows(markup: Markup, field: str, read: Callable[[object], Button]) -> list[list[Button]]:
    rows = markup.get(field, [])
    if not isinstance(rows, list):
        raise bad_request(f'field "{field}" must be of type Array')
    if not all(isinstance(row, list) for row in rows):
        owner = " of the InlineKeyboardMarkup" if field == "inline_keyboard" else ""
        raise bad_request(f'field "{field}"{owner} must be an Array of Arrays')
    buttons = [[read(button) for button in row] for row in rows]
    shown = [[button for button in row if button["text"]] for row in buttons]
    return [row for row in shown if row]


def _keyboard(value: Markup, rows: list[list[Button]]) -> Markup:
    if sum(map(len, rows)) > limits.KEYBOARD_BUTTONS:
        raise bad_request("reply markup is too long")
    return value | {"keyboard": rows}


def _inline_keyboard(rows: list[list[Button]]) -> Markup:
    markup = {"inline_keyboard": rows}
    if sum(map(len, rows)) > limits.BUTTONS or len(json.dumps(markup)) > limits.MARKUP_BYTES:
        raise bad_request("reply markup is too long")
    for button in (button for row in rows for button in row):
        _check(button)
    return markup


def _text_button(button: object) -> Button:
    if isinstance(button, str):
        return {"text": button}
    if not isinstance(button, dict):
        raise bad_request("can't parse keyboard button: KeyboardButton must be an Object")
    return button | {"text": _string(button, "text", "keyboard button")}


def _inline_button(button: object) -> Button:
    kind = "inline keyboard button"
    if not isinstance(button, dict):
        raise bad_request(f"can't parse {kind}: InlineKeyboardButton must be an Object")
    text = _string(button, "text", kind)
    if str(button.get("style", "")).lower() not in _STYLES:
        raise bad_request(f"can't parse {kind}: invalid button style specified")
    if not any(_filled(button, name) for name in _KINDS):
        raise bad_request(f"can't parse {kind}: Text buttons are unallowed in the inline keyboard")
    return button | {"text": text}


def _filled(button: Button, name: str) -> bool:
    return bool(button.get(name)) if name in ("url", "callback_data") else name in button


def _string(button: Button, field: str, kind: str) -> str:
    if field not in button:
        raise bad_request(f"can't parse {kind}: Can't find field \"{field}\"")
    if not isinstance(button[field], str | int | float) or isinstance(button[field], bool):
        raise bad_request(f'can\'t parse {kind}: Field "{field}" must be of type String')
    return str(button[field])


def _check(button: Button) -> None:
    if button.get("url"):
        if not checked_link(address := str(button["url"])):
            mistake = f"URL '{address}' is invalid: Wrong HTTP URL"
            raise bad_request(f"inline keyboard button {mistake}")
    elif button.get("callback_data"):
        if len(str(button["callback_data"]).encode("utf-8", "replace")) > limits.CALLBACK_DATA:
            raise bad_request("BUTTON_DATA_INVALID")
    elif not _fits_copying(button.get("copy_text", {})):
        raise bad_request("BUTTON_COPY_TEXT_INVALID")


def _fits_copying(value: object) -> bool:
    return isinstance(value, dict) and len(str(value.get("text", ""))) <= limits.COPY_TEXT
