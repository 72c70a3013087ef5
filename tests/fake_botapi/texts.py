"""What becomes of a text on its way through Telegram: parsed, cleaned, trimmed, measured."""

import json
import re
from typing import Any, NamedTuple

from tests.fake_botapi import limits
from tests.fake_botapi.markup import Entity, MarkupError, parse_html, utf16_length
from tests.fake_botapi.refusals import bad_request

# Telegram turns control characters into spaces and drops these marks (line separators,
# bidirectional overrides, three combining marks that draw over other lines).
_CONTROL = "\x00-\x09\x0b\x0c\x0e-\x1f"
_DROPPED = "\r\u2028-\u202e\u0333\u033f\u030a"
_UNCLEAN = re.compile(f"[{_CONTROL}{_DROPPED}]")
_DROP = re.compile(f"[{_DROPPED}]")
_INVISIBLE = re.compile(r"[\s\u00ad\u034f\u180e\u200b-\u200f\u2060-\u2064\u2800\u3164\ufeff]*")
_SURROGATE = re.compile(r"[\ud800-\udfff]")

_FOUND = re.compile(
    r"(?P<email>(?<![\w.+-])[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)"
    r"|(?P<url>(?<![\w@.])(?:https?://[^\s<>\"“”„]+[^\s<>\"“”„.,;:!?)\]']"
    r"|(?:[a-z0-9-]+\.)+(?:com|org|net|at|de|ch|eu|io|info|me)\b(?:/[^\s<>\"]*[^\s<>\".,;:!?)])?))"
    r"|(?P<bot_command>(?<![\w/@<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/@<>]))"
    r"|(?P<mention>(?<![\w@])@[A-Za-z0-9_]{4,32}\b)"
    r"|(?P<hashtag>(?<![\w&#])#(?=\w*[^\W\d])\w{1,256})"
)
_LIKELY = re.compile(r"[@#/]|\.(?:com|org|net|at|de|ch|eu|io|info|me)\b")
_OPAQUE = {"code", "pre", "text_link", "text_mention", "custom_emoji", "date_time"}
_SPLITTABLE = ("bold", "italic", "underline", "strikethrough", "spoiler")
_RANKS = {
    "blockquote": 0,
    "expandable_blockquote": 0,
    "pre": 11,
    "code": 20,
    "text_link": 49,
    "text_mention": 49,
    "custom_emoji": 99,
    **{kind: rank for rank, kind in enumerate(_SPLITTABLE, start=90)},
}


class Text(NamedTuple):
    """A text as Telegram keeps it; entities are measured in UTF-16 units."""

    text: str
    entities: list[Entity]


def read_text(raw: str, parse_mode: str = "", entities: object = None) -> Text:
    """Return what Telegram makes of a bot's text; may come out empty.

    Raises Refusal for text that cannot be parsed.
    """
    if _SURROGATE.search(raw):
        raise bad_request("strings must be encoded in UTF-8")
    if len(raw) > limits.RAW_TEXT // 4 and len(raw.encode()) > limits.RAW_TEXT:
        raise bad_request("text is too long")
    text, found = _parse(raw, parse_mode.lower(), entities)
    cleaned = _trimmed(_cleaned(Text(text, found)))
    if _INVISIBLE.fullmatch(cleaned.text):
        return Text("", [])
    merged = _in_order(cleaned.entities + _not_covered(cleaned))
    return Text(cleaned.text, merged[: limits.ENTITIES])


def find_entities(text: str) -> list[Entity]:
    """Return what Telegram marks on its own: commands, links, mentions, hashtags."""
    if not _LIKELY.search(text):
        return []
    return [
        {
            "offset": utf16_length(text[: match.start()]),
            "length": utf16_length(match.group()),
            "type": match.lastgroup,
        }
        for match in _FOUND.finditer(text)
    ]


def _parse(raw: str, parse_mode: str, entities: object) -> tuple[str, list[Entity]]:
    if parse_mode in ("", "none"):
        return raw, _given(entities)
    if parse_mode != "html":  # Markdown is not spoken here: the bot writes HTML
        raise bad_request("unsupported parse_mode")
    try:
        return parse_html(raw)
    except MarkupError as mistake:
        raise bad_request(f"can't parse entities: {mistake}") from None


def _given(entities: object) -> list[Entity]:
    """Read the `entities` parameter."""
    if not isinstance(entities, list):
        return []
    for entity in entities:
        if not isinstance(entity, dict):
            raise bad_request("can't parse MessageEntity: expected an Object")
        for name in ("offset", "length", "type"):
            if name not in entity:
                raise bad_request(f"can't parse MessageEntity: Can't find field \"{name}\"")
    return [dict(entity) for entity in entities if entity["length"] > 0]


def _cleaned(text: Text) -> Text:
    if not _UNCLEAN.search(text.text):
        return text
    gone = [utf16_length(text.text[: match.start()]) for match in _DROP.finditer(text.text)]
    plain = _UNCLEAN.sub(" ", _DROP.sub("", text.text))
    return Text(plain, [_without(gone, entity) for entity in text.entities])


def _without(gone: list[int], entity: Entity) -> Entity:
    begin, end = entity["offset"], entity["offset"] + entity["length"]
    before, until = (sum(place < edge for place in gone) for edge in (begin, end))
    return entity | {"offset": begin - before, "length": end - until - (begin - before)}


def _trimmed(text: Text) -> Text:
    """Take spaces and line breaks off both ends; in front only as far as no entity covers them."""
    first = min((entity["offset"] for entity in text.entities), default=len(text.text))
    leading = len(text.text) - len(text.text.lstrip(" \n"))
    cut = min(first, leading)
    plain = text.text[cut:].rstrip(" \n")
    size = utf16_length(plain)
    clipped = [_clipped(entity, cut, size) for entity in text.entities]
    return Text(plain, [entity for entity in clipped if entity["length"] > 0])


def _clipped(entity: Entity, cut: int, size: int) -> Entity:
    offset = entity["offset"] - cut
    return entity | {"offset": offset, "length": min(entity["length"], size - offset)}


def _not_covered(text: Text) -> list[Entity]:
    opaque = [entity for entity in text.entities if entity["type"] in _OPAQUE]
    return [
        found
        for found in find_entities(text.text)
        if not any(_overlap(found, entity) for entity in opaque)
    ]


def _overlap(one: Entity, other: Entity) -> bool:
    return bool(
        one["offset"] < other["offset"] + other["length"]
        and other["offset"] < one["offset"] + one["length"]
    )


def _in_order(entities: list[Entity]) -> list[Entity]:
    """Sort as Telegram does: by place, the longer first; nothing lies inside code."""
    code = [entity for entity in entities if entity["type"] in ("code", "pre")]
    kept = [entity for entity in entities if not any(_hides(block, entity) for block in code)]
    return sorted(_merged(kept), key=_place)


def _place(entity: Entity) -> tuple[int, int, int]:
    return entity["offset"], -entity["length"], _RANKS.get(entity["type"], 50)


def _hides(block: Entity, entity: Entity) -> bool:
    above = ("code", "pre", "blockquote", "expandable_blockquote")
    return entity["type"] not in above and _overlap(block, entity)


def _merged(entities: list[Entity]) -> list[Entity]:
    """Join what touches: bold after bold is one piece of bold."""
    merged: list[Entity] = []
    latest: dict[str, Entity] = {}
    for entity in sorted(entities, key=_place):
        kind, before = entity["type"], latest.get(entity["type"])
        if kind in _SPLITTABLE and before and entity["offset"] <= _end(before):
            before["length"] = max(_end(before), _end(entity)) - before["offset"]
        else:
            latest[kind] = entity
            merged.append(entity)
    return merged


def _end(entity: Entity) -> int:
    return int(entity["offset"] + entity["length"])


def encode(value: Any) -> bytes:
    """Write compact JSON in ASCII, so that even a lone surrogate travels."""
    return json.dumps(value, separators=(",", ":")).encode()
