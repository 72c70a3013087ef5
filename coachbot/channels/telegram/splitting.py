"""Splitting long HTML: at paragraphs, else lines, else words; never through a tag or a letter.

Telegram counts what remains after parsing, at most 4,096 code points; counting the markup too
only makes parts a little shorter.
"""

import re
import unicodedata
from itertools import dropwhile, takewhile
from typing import Final

LONGEST: Final = 4096
LONGEST_LETTER: Final = 32
"""A letter of more characters (dozens of marks) is torn rather than let run on."""
_TAG: Final = re.compile(r"<[^<>]+>")
_TOKEN: Final = re.compile(rf"{_TAG.pattern}|&[#\w]+;|.", re.DOTALL)
_PAUSES: Final = (["\n", "\n"], ["\n"], [" "])
_JOINER: Final = "\u200d"
_GOES_ON: Final = re.compile("[\u200d\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")
"""Joins two emojis, colours the hand before, names the region of a flag."""
_HALF_FLAG: Final = re.compile("[\U0001f1e6-\U0001f1ff]")


def split(html: str, longest: int = LONGEST) -> list[str]:
    """Return parts of at most `longest` characters that are each valid and together the whole.

    Tags that are open at a break are closed and opened again. White space at a break is dropped,
    as Telegram trims it anyway.
    """
    if len(html) <= longest:
        return [html.strip()] if _is_seen(html) else []
    tokens, parts = _TOKEN.findall(html.strip()), list[str]()
    while (most := _room(tokens, longest)) < len(tokens):
        end = _end(tokens, most)
        opened = _open_tags(tokens[:end])
        parts.append("".join(tokens[:end]).rstrip() + "".join(map(_closing, reversed(opened))))
        tokens = [*opened, *dropwhile(str.isspace, tokens[end:])]
    parts.append("".join(tokens))
    return [part for part in parts if _is_seen(part)]


def _is_seen(html: str) -> bool:
    """Whether anything is left without the tags; Telegram refuses a message of nothing."""
    return bool(_TAG.sub("", html).strip())


def _room(tokens: list[str], longest: int) -> int:
    """Return how many tokens fit, with the ends of the tags they open; one letter always does."""
    size, has_letter = 0, False
    for number, token in enumerate(tokens):
        if token.startswith("</"):
            continue
        size += len(token) + len(_closing(token))
        if size > longest and has_letter:
            return number
        has_letter = has_letter or not _is_tag(token)
    return len(tokens)


def _end(tokens: list[str], most: int) -> int:
    """Return where to cut before `most`: at the last pause, else between two letters."""
    first = next(place for place, token in enumerate(tokens) if not _is_tag(token))
    for pause in _PAUSES:
        for place in range(most, max(first, most // 4), -1):
            if tokens[place : place + len(pause)] == pause:
                return place
    places = range(most, max(first, most - LONGEST_LETTER), -1)
    return next((place for place in places if not _tears(tokens, place)), most)


def _tears(tokens: list[str], place: int) -> bool:
    """Whether a cut goes through a letter with its marks, an emoji of several, or a flag."""
    before, after = tokens[place - 1], tokens[place]
    if _HALF_FLAG.match(after):
        halves = takewhile(_HALF_FLAG.match, reversed(tokens[:place]))
        return len(list(halves)) % 2 == 1
    is_mark = len(after) == 1 and unicodedata.category(after).startswith("M")
    return is_mark or before == _JOINER or bool(_GOES_ON.match(after))


def _open_tags(tokens: list[str]) -> list[str]:
    opened: list[str] = []
    for token in filter(_is_tag, tokens):
        if not token.startswith("</"):
            opened.append(token)
        elif opened:
            opened.pop()
    return opened


def _is_tag(token: str) -> bool:
    return len(token) > 1 and token.startswith("<")


def _closing(token: str) -> str:
    """Return what closes an opening tag; "" for all else."""
    return f"</{token.strip('<>').split()[0]}>" if _is_tag(token) else ""
