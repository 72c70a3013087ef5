"""Telegram's HTML mode: text with tags in, plain text and entities out.

Written after TDLib's rules: which tags there are, what their attributes mean, and what it says
about a mistake, counted in bytes of UTF-8. Offsets and lengths of entities are UTF-16 units.
"""

import re
from dataclasses import dataclass
from typing import Any, TypeAlias

from tests.fake_botapi.links import checked_link, mentioned_person

Entity: TypeAlias = dict[str, Any]

_PLAIN = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "u": "underline",
    "ins": "underline",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
}
_TAGS = {*_PLAIN, "a", "tg-emoji", "tg-time", "pre", "code", "blockquote"}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#x(?P<hex>[0-9A-Fa-f]*)|#(?P<dec>[0-9]*)|(?P<name>[A-Za-z]*));?")
_TEXT = re.compile(r"[^<&]+")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_SPACE = " \t\r\n\v\0"
_END = "\0"


class MarkupError(ValueError):
    """What TDLib says about text that it cannot parse."""


@dataclass(slots=True)
class _OpenTag:
    name: str
    attributes: dict[str, str]
    offset: int  # UTF-16 units
    part: int  # index of the first piece of text inside


def utf16_length(text: str) -> int:
    """Count UTF-16 units, in which Telegram measures entities."""
    if text.isascii():
        return len(text)
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Return the text without its tags and the entities they stood for.

    Raises MarkupError with TDLib's sentence.
    """
    if "<" not in source and "&" not in source:
        return source, []
    return _Reader(source).read()


class _Reader:
    def __init__(self, source: str) -> None:
        self._source = source
        self._here = 0
        self._parts: list[str] = []
        self._offset = 0
        self._open: list[_OpenTag] = []
        self._entities: list[Entity] = []

    def read(self) -> tuple[str, list[Entity]]:
        while self._here < len(self._source):
            char = self._source[self._here]
            if char == "<":
                self._tag()
            elif char == "&":
                self._put(self._reference())
            else:
                self._put(self._match(_TEXT))
        if self._open:
            name = self._open[-1].name
            raise MarkupError(f'Can\'t find end tag corresponding to start tag "{name}"')
        text = "".join(self._parts)
        if _SURROGATE.search(text):
            raise MarkupError(
                "Text contains invalid Unicode characters after decoding HTML entities, "
                "check for unmatched surrogate code units"
            )
        return text, [_without_code_language(entity) for entity in self._entities]

    # --- text

    def _match(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self._source, self._here)
        assert match
        self._here = match.end()
        return match.group()

    def _put(self, text: str) -> None:
        self._parts.append(text)
        self._offset += utf16_length(text)

    def _reference(self) -> str:
        """Read one character reference; what is none stays as it is written."""
        match = _REFERENCE.match(self._source, self._here)
        assert match
        char = _character(match)
        self._here = match.end() if char else self._here + 1
        return char or "&"

    # --- tags

    def _tag(self) -> None:
        begin = self._here
        self._here += 1
        if self._char() == "/":
            self._here += 1
            self._end_tag(begin)
        else:
            self._start_tag(begin)

    def _start_tag(self, begin: int) -> None:
        name = self._until(_SPACE + ">").lower()
        if self._char() == _END:
            raise self._error("Unclosed start tag", begin)
        if name not in _TAGS:
            raise self._error(f'Unsupported start tag "{name}"', begin)
        attributes = self._attributes(name, begin)
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise self._error('Tag "span" must have class "tg-spoiler"', begin)
        self._open.append(_OpenTag(name, attributes, self._offset, len(self._parts)))

    def _end_tag(self, begin: int) -> None:
        if not self._open:
            raise self._error("Unexpected end tag", begin)
        name = self._until(_SPACE + ">").lower()
        self._skip_space()
        if self._char() != ">":
            raise self._error("Unclosed end tag", begin)
        expected = self._open[-1].name
        if name and name != expected:
            mistake = self._error("Unmatched end tag", begin)
            raise MarkupError(f'{mistake}, expected "</{expected}>", found "</{name}>"')
        self._here += 1
        self._close(self._open.pop())

    def _close(self, tag: _OpenTag) -> None:
        length = self._offset - tag.offset
        if length:
            inside = "".join(self._parts[tag.part :])
            _add_entity(self._entities, tag, length, inside)

    # --- attributes

    def _attributes(self, tag: str, begin: int) -> dict[str, str]:
        attributes: dict[str, str] = {}
        while True:
            self._skip_space()
            if self._char() == ">":
                self._here += 1
                return attributes
            name = self._until(_SPACE + "=>/\"'")
            if not name:
                raise self._error(f'Empty attribute name in the tag "{tag}"', begin)
            self._skip_space()
            if self._char() == _END:
                raise self._error(f'Unclosed start tag "{tag}"', begin)
            attributes[name] = self._value(tag, begin) if self._char() == "=" else ""

    def _value(self, tag: str, begin: int) -> str:
        self._here += 1
        self._skip_space()
        if self._char() == _END:
            raise self._error(f'Unclosed start tag "{tag}"', begin)
        value = self._quoted() if self._char() in "\"'" else self._token()
        if self._char() == _END:
            raise self._error("Unclosed start tag", begin)
        return value

    def _token(self) -> str:
        begin = self._here
        while (char := self._char()).isascii() and (char.isalnum() or char in ".-"):
            self._here += 1
        if char not in _SPACE and char != ">":
            raise self._error("Unexpected end of name token", begin)
        return self._source[begin : self._here].lower()

    def _quoted(self) -> str:
        quote = self._char()
        self._here += 1
        parts = []
        while (char := self._char()) not in (quote, _END):
            if char == "&":
                parts.append(self._reference())
            else:
                parts.append(char)
                self._here += 1
        if char == quote:
            self._here += 1
        return "".join(parts)

    # --- characters

    def _char(self) -> str:
        return self._source[self._here] if self._here < len(self._source) else _END

    def _until(self, stops: str) -> str:
        begin = self._here
        while self._char() not in stops:
            self._here += 1
        return self._source[begin : self._here]

    def _skip_space(self) -> None:
        while self._here < len(self._source) and self._char() in _SPACE[:-1]:
            self._here += 1

    def _error(self, mistake: str, begin: int) -> MarkupError:
        offset = len(self._source[:begin].encode("utf-8", "surrogatepass"))
        return MarkupError(f"{mistake} at byte offset {offset}")


def _character(match: re.Match[str]) -> str:
    if (name := match["name"]) is not None:
        return _NAMED.get(name, "")
    digits = match["hex"] if match["hex"] is not None else match["dec"]
    code = int(digits or "0", 16 if match["hex"] is not None else 10)
    too_long = len(match.group().rstrip(";")) >= 10
    return "" if too_long or code == 0 or code >= 0x10FFFF else chr(code)


def _add_entity(entities: list[Entity], tag: _OpenTag, length: int, inside: str) -> None:
    place: Entity = {"offset": tag.offset, "length": length}
    match tag.name:
        case "pre":
            _add_pre(entities, place)
        case "code":
            _add_code(entities, place, tag.attributes)
        case "a":
            entities.extend(_link(place, tag.attributes.get("href") or inside))
        case "tg-emoji":
            entities.append(_emoji(place, tag.attributes))
        case "tg-time":
            entities.extend(_time(place, tag.attributes))
        case "blockquote":
            expandable = "expandable" in tag.attributes
            kind = "expandable_blockquote" if expandable else "blockquote"
            entities.append(place | {"type": kind})
        case name:
            entities.append(place | {"type": _PLAIN[name]})


def _fills(entity: Entity, kind: str, place: Entity) -> bool:
    return entity["type"] == kind and place.items() <= entity.items()


def _add_pre(entities: list[Entity], place: Entity) -> None:
    """Turn `<pre><code class="language-x">` into one block; plain code inside stays apart."""
    if entities and _fills(entities[-1], "code", place) and entities[-1].get("language"):
        entities[-1]["type"] = "pre"
    else:
        entities.append(place | {"type": "pre"})


def _add_code(entities: list[Entity], place: Entity, attributes: dict[str, str]) -> None:
    css_class = attributes.get("class", "")
    language = css_class.removeprefix("language-") if css_class.startswith("language-") else ""
    if language and entities and _fills(entities[-1], "pre", place):
        entities[-1]["language"] = language
    else:
        entities.append(place | {"type": "code", "language": language})


def _without_code_language(entity: Entity) -> Entity:
    if entity["type"] == "code":
        del entity["language"]
    return entity


def _link(place: Entity, target: str) -> list[Entity]:
    """Return what a link becomes: a mention, a text link, or nothing for a senseless address."""
    if person := mentioned_person(target):
        return [place | {"type": "text_mention", "user": {"id": person}}]
    address = checked_link(target)
    return [place | {"type": "text_link", "url": address}] if address else []


def _emoji(place: Entity, attributes: dict[str, str]) -> Entity:
    identifier = attributes.get("emoji-id", "")
    if not re.fullmatch(r"-?[0-9]{1,19}", identifier) or int(identifier) == 0:
        raise MarkupError("Invalid custom emoji identifier specified")
    return place | {"type": "custom_emoji", "custom_emoji_id": identifier}


def _time(place: Entity, attributes: dict[str, str]) -> list[Entity]:
    style = attributes.get("format", "")
    if style not in ("r", "R") and not set(style) <= set("tTdDwW"):
        raise MarkupError("Invalid date format used")
    leading = re.match(r"[0-9]+", attributes.get("unix", ""))
    moment = int(leading.group()) if leading else 0
    entity = place | {"type": "date_time", "unix_time": moment, "date_time_format": style}
    return [entity] if moment else []
