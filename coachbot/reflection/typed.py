"""A weekday and a time of day as people type them, in German and English.

Strict on purpose: a word that is not understood means asking again, not guessing a wrong hour.
The words here are grammar; the names of the weekdays come in as an argument, lower-case name or
abbreviation -> 0 (Monday) to 6, all languages in one table.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import time
from itertools import pairwise
from typing import Final

LONGEST: Final = 60
HOUR: Final = 60
NOON: Final = 12 * HOUR

_GERMAN: Final = frozenset({"um", "uhr"})
_FILLERS: Final = _GERMAN | {
    *("h", "jeden", "jede", "immer"),
    *("on", "at", "every", "in", "the", "o'clock"),
}
_AFTERNOON: Final = frozenset(
    {"nachmittag", "nachmittags", "abend", "abends", "pm", "afternoon", "evening"}
)
_MORNING: Final = frozenset({"morgens", "früh", "vormittag", "vormittags", "am", "morning"})

_HOURS: Final = {
    word: hour
    for hour, words in enumerate(
        (
            *("eins one", "zwei two", "drei three", "vier four", "fünf five", "sechs six"),
            *("sieben seven", "acht eight", "neun nine", "zehn ten", "elf eleven"),
            "zwölf twelve",
        ),
        start=1,
    )
    for word in words.split()
}
# „Viertel acht“ is a quarter past seven in Austria and the east of Germany.
_MINUTES: Final = {
    "halb": -30,
    "viertel": -45,
    "dreiviertel": -15,
    "viertel vor": -15,
    "viertel nach": 15,
    "half past": 30,
    "quarter past": 15,
    "quarter to": -15,
}
_DIGITS: Final = re.compile(r"(\d{1,2})(?:[:. ](\d\d))?|(\d\d)(\d\d)")


def parse_time(text: str) -> time | None:
    """Return a time such as „8“, „17:30“, „8.30 Uhr“, „halb acht“, “5 pm”; None if unclear."""
    return _time(_words(text))


def parse_weekday(text: str, names: Mapping[str, int]) -> int | None:
    """Return the weekday (0 is Monday) of „Dienstag“, „sonntags“, „am Di.“; None if unclear."""
    found, others = _weekdays(_words(text), names)
    return found.pop() if len(found) == 1 and not others else None


def parse_slot(text: str, weekdays: Mapping[str, int]) -> tuple[int, time] | None:
    """Return weekday and time of „Dienstag um 8 Uhr“, “Sunday 5 pm”; None if either is unclear."""
    found, others = _weekdays(_words(text), weekdays)
    at = _time(others)
    return (found.pop(), at) if len(found) == 1 and at is not None else None


def _words(text: str) -> list[str]:
    """Return the words that carry meaning, numbers and letters apart: 8h30 -> 8 30."""
    if len(text) > LONGEST:
        return []
    plain = unicodedata.normalize("NFC", text).lower().replace(".m", "m").replace("’", "'")
    apart = re.sub(r"(?<=\d)(?=[^\W\d])|(?<=[^\W\d])(?=\d)", " ", plain.replace(",", " "))
    said = [bare for word in apart.split() if (bare := word.rstrip(".:-–"))]
    words = [word for word in said if word not in _FILLERS]
    german = not _GERMAN.isdisjoint(said)
    return [
        word
        for before, word in pairwise(["", *words])
        if word != "am" or (_is_number(before) and not german)
    ]


def _is_number(word: str) -> bool:
    """Return whether an „am“ after this word can be ante meridiem: “8 am”, not „am Dienstag“."""
    return word[:1].isdecimal() or word in _HOURS


def _weekdays(words: list[str], names: Mapping[str, int]) -> tuple[set[int], list[str]]:
    """Return the weekdays among the words, and what else the words say."""
    pairs = [_weekday(word, names) for word in words]
    found = {weekday for weekday, _ in pairs if weekday is not None}
    return found, [rest for _, rest in pairs if rest]


def _weekday(word: str, names: Mapping[str, int]) -> tuple[int | None, str]:
    """Return a word's weekday and its part of the day: „sonntagabend“ -> 6, „abend“."""
    for name in sorted(names, key=len, reverse=True):
        rest = word.removeprefix(name) if word.startswith(name) else word
        if rest in {"", "s"}:
            return names[name], ""
        if rest != word and (part := _part(rest)):
            return names[name], part
    return None, word


def _part(rest: str) -> str:
    """Return the part of the day that ends a compound: „sonntagmorgen“ means „morgens“."""
    return next((part for part in (rest, f"{rest}s") if part in _AFTERNOON | _MORNING), "")


def _time(words: list[str]) -> time | None:
    """Return the time that the words say, and nothing but the time."""
    parts = [word for word in words if word in _AFTERNOON | _MORNING]
    minutes = _minutes(" ".join(word for word in words if word not in parts))
    if minutes is None or len(parts) > 1:
        return None
    for part in parts:
        minutes = _in_part(part, minutes)
    return time(*divmod(minutes, HOUR)) if minutes >= 0 else None


def _in_part(part: str, minutes: int) -> int:
    """Return the minutes moved into that half of the day; negative if they contradict it."""
    if part in _AFTERNOON:
        return minutes if minutes >= NOON else minutes + NOON
    if minutes >= NOON + HOUR:
        return minutes if part == "am" else -1  # „17:00 am Dienstag“ is German
    return minutes if minutes < NOON else minutes - NOON


def _minutes(phrase: str) -> int | None:
    """Return the minutes since midnight of „17:30“, „8“, „acht“ or „halb acht“."""
    before, _, last = phrase.rpartition(" ")
    hour = _hour(last)
    if before in _MINUTES and hour is not None:
        # „halb eins“ is half an hour after noon; nobody means the night.
        return (hour * HOUR + _MINUTES[before] + (NOON if hour == 1 else 0)) % (2 * NOON)
    if phrase in _HOURS:
        return _HOURS[phrase] * HOUR
    digits = _DIGITS.fullmatch(phrase)
    return _in_digits(digits) if digits else None


def _in_digits(digits: re.Match[str]) -> int | None:
    hour, minute = int(digits[1] or digits[3]), int(digits[2] or digits[4] or 0)
    return hour * HOUR + minute if hour < 24 and minute < HOUR else None


def _hour(word: str) -> int | None:
    if word in _HOURS:
        return _HOURS[word]
    return int(word) if word.isdecimal() and len(word) <= 2 and int(word) < 24 else None
