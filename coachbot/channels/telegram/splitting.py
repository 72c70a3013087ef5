"""Splitting long HTML: at paragraphs, else lines, else words; never through a tag or a letter.

Telegram counts what remains after parsing, at most 4,096 code points; counting the markup too
only makes parts a little shorter.
"""

import re
import unicodedata
from typing import Final

LONGEST: Final = 4096
_TOKEN: Final = re.compile(r"<[^<>]+>|&[#\w]+;|.", re.DOTALL)
_BREAKS: Final = ("\n\n", "\n", " ")
_JOINERS: Final = frozenset("\u200d\ufe0e\ufe0f")


def split(html: str, longest: int = LONGEST) -> list[str]:
    """Return parts of at most `longest` characters that are each valid and together the whole.

    White space at a break is dropped, as Telegram trims it anyway.
    """
    parts: list[str] = []
    rest = html.strip()
    while len(rest) > longest:
        head, rest = _cut(rest, longest)
        parts.append(head)
    return [part for part in (*parts, rest) if part.strip()]


def _cut(html: str, longest: int) -> tuple[str, str]:
    """Return the first part, its tags closed, and the rest, the same tags opened again."""
    tokens = _TOKEN.findall(html)
    at = _end(tokens, longest)
    head = "".join(tokens[:at])
    opened = _open_tags(tokens[:at])
    closed = "".join(f"</{_name(tag)}>" for tag in reversed(opened))
    while len(head.rstrip()) + len(closed) > longest:
        at -= 1
        head = "".join(tokens[:at])
        opened = _open_tags(tokens[:at])
        closed = "".join(f"</{_name(tag)}>" for tag in reversed(opened))
    rest = "".join(opened) + "".join(tokens[at:]).lstrip()
    return head.rstrip() + closed, rest


def _end(tokens: list[str], longest: int) -> int:
    """Return how many tokens go into the first part."""
    size, fits = 0, 0
    for token in tokens:
        size += len(token)
        if size > longest:
            break
        fits += 1
    text = "".join(tokens[:fits])
    for mark in _BREAKS:
        place = text.rfind(mark)
        if place > longest // 4:
            return _count(tokens, place)
    while fits > 1 and _continues(tokens[fits]):
        fits -= 1
    return fits


def _count(tokens: list[str], place: int) -> int:
    size = 0
    for number, token in enumerate(tokens):
        if size >= place:
            return number
        size += len(token)
    return len(tokens)


def _continues(token: str) -> bool:
    """Whether a character belongs to the letter before it."""
    return token in _JOINERS or (len(token) == 1 and bool(unicodedata.combining(token)))


def _open_tags(tokens: list[str]) -> list[str]:
    opened: list[str] = []
    for token in tokens:
        if token.startswith("</") and opened:
            opened.pop()
        elif token.startswith("<") and len(token) > 1 and not token.startswith("</"):
            opened.append(token)
    return opened


def _name(tag: str) -> str:
    return tag.strip("<>").split()[0]
