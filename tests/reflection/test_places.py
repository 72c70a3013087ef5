"""Cities by their names in both languages, and those of our own."""

import pytest

from coachbot.reflection.zones import zone_for_city, zone_named
from coachbot.texts.library import Library
from coachbot.texts.places import city_of, names_of


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        *(("Wien", "Europe/Vienna"), ("vienna", "Europe/Vienna"), ("Innsbruck", "Europe/Vienna")),
        *(("koeln", "Europe/Berlin"), ("Frankfurt", "Europe/Berlin"), ("Zuerich", "Europe/Zurich")),
        *(("st. gallen", "Europe/Zurich"), ("Genève", "Europe/Zurich")),
        *(("Rom", "Europe/Rome"), ("Liechtenstein", "Europe/Vaduz")),
    ],
)
def test_a_city_has_its_zone(library: Library, typed: str, zone: str) -> None:
    assert zone_for_city(typed, names_of(library))[0] == zone


def test_every_place_has_a_zone_that_exists(library: Library) -> None:
    assert all(zone_named(zone) for zone in names_of(library).values())


def test_a_zone_is_called_by_its_city() -> None:
    assert city_of("Europe/Vienna", "de") == "Wien"
    assert city_of("Europe/Vienna", "en") == "Vienna"
    assert city_of("America/Argentina/Buenos_Aires", "en") == "Buenos Aires"
