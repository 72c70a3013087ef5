"""Places and their zones: cities and countries by their names in every language of the coach."""

from collections.abc import Iterator
from functools import cache

from babel import Locale
from babel.core import get_global

from coachbot.reflection.zones import known_zones
from coachbot.texts.library import LANGUAGES, Library, Table


def names_of(library: Library) -> dict[str, str]:
    """Return city or country -> zone, by Babel's names and those of `prompts/places.toml`."""
    cities: Table = library.places["cities"]
    return {**_babel_names(), **cities}


def city_of(zone: str, language: str) -> str:
    """Return what the city of a zone is called: Europe/Vienna is „Wien“."""
    told = Locale(language).time_zones.get(zone, {})
    return str(told.get("city") or zone.rpartition("/")[2].replace("_", " "))


@cache
def _babel_names() -> dict[str, str]:
    return {
        name: zone
        for language in LANGUAGES
        for name, zone in (*_countries(language), *_cities(language))
    }


def _cities(language: str) -> Iterator[tuple[str, str]]:
    for zone in sorted(known_zones()):
        if "/" in zone and not zone.startswith(("Etc/", "SystemV/")):
            yield city_of(zone, language), zone


def _countries(language: str) -> Iterator[tuple[str, str]]:
    """Yield the countries that have one zone."""
    zones: dict[str, list[str]] = {}
    for zone, territory in get_global("zone_territories").items():
        if zone in known_zones():
            zones.setdefault(territory, []).append(zone)
    for territory, found in zones.items():
        name = Locale(language).territories.get(territory)
        if name and len(found) == 1:
            yield name, found[0]
