"""Time zones by their IANA names: an allow-list, and candidates for a city that somebody typed.

Whatever a person types is only ever compared with known names; it never becomes a path.
"""

import unicodedata
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from typing import Final
from zoneinfo import available_timezones

LONGEST_CITY: Final = 60
SHORTEST_BEGINNING: Final = 3
SIMILAR_ENOUGH: Final = 0.8

# Names of the machine or of nobody: both would mean something else tomorrow or elsewhere.
_NOT_A_PLACE: Final = frozenset({"localtime", "Factory"})


@cache
def known_zones() -> frozenset[str]:
    """Return every zone name that may be used; the zone data is read once a process."""
    return frozenset(available_timezones()) - _NOT_A_PLACE


def zone_named(text: str) -> str | None:
    """Return `text` if it is exactly an IANA zone name such as Europe/Vienna, else None."""
    return text if text in known_zones() else None


def zone_for_region(language: str | None, zones: Mapping[str, str], otherwise: str) -> str:
    """Return the zone to suggest to somebody whose app speaks `language`.

    Args:
        language: an IETF tag as Telegram gives it: "de", "de-AT", "pt-br", or None.
        zones: upper-case region -> zone, for instance AT -> Europe/Vienna.
        otherwise: the zone for a tag without a region that `zones` knows.
    """
    _, *subtags = (language or "").upper().split("-")
    return next((zones[subtag] for subtag in subtags if subtag in zones), otherwise)


def zone_for_city(text: str, names: Mapping[str, str]) -> tuple[str, ...]:
    """Return the zones that a typed city may mean, the likeliest first; () when none fits.

    The same name decides alone; else names that begin so; else names spelt nearly so.
    Case, accents, umlauts and punctuation do not matter: „zuerich“ finds Zürich.

    Args:
        text: what was typed.
        names: city (or country) in any language -> zone; unknown zones are passed over.
    """
    typed = _plain(text) if len(text) <= LONGEST_CITY else ""
    if not typed:
        return ()
    zones: dict[str, list[str]] = {}
    for name, zone in names.items():
        zones.setdefault(_plain(name), []).append(zone)
    found = [zone for name in _matching(typed, zones) for zone in zones[name]]
    return tuple(dict.fromkeys(zone for zone in found if zone_named(zone)))


def _matching(typed: str, names: Mapping[str, object]) -> list[str]:
    if typed in names:
        return [typed]
    beginning = [name for name in names if name.startswith(typed)]
    if beginning and len(typed) >= SHORTEST_BEGINNING:
        return sorted(beginning)
    return get_close_matches(typed, names, cutoff=SIMILAR_ENOUGH)


def _plain(name: str) -> str:
    """Return a name without case, accents and punctuation, its words one space apart."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    kept = (sign if sign.isalnum() else " " for sign in letters if not unicodedata.combining(sign))
    return " ".join("".join(kept).split())
