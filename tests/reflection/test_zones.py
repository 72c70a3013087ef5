import builtins
import io
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachbot.reflection.zones import known_zones, zone_for_city, zone_for_region, zone_named

CITIES = {
    "Wien": "Europe/Vienna",
    "Vienna": "Europe/Vienna",
    "Österreich": "Europe/Vienna",
    "Zürich": "Europe/Zurich",
    "Kiew": "Europe/Kyiv",
    "São Paulo": "America/Sao_Paulo",
    "San Juan": "America/Argentina/San_Juan",
    "San Luis": "America/Argentina/San_Luis",
    "Lord Howe": "Australia/Lord_Howe",
    "Nirgendwo": "Europe/Nowhere",
}
HOSTILE = [
    "../x",
    "../../etc/passwd",
    "/etc/passwd",
    "/usr/share/zoneinfo/Europe/Vienna",
    "Europe/../Europe/Vienna",
    "Europe",
    "Europe/",
    "",
    " ",
    "\0",
    "Europe/Vienna\0",
    "Europe/Vienna\n",
    "europe/vienna",
    "EUROPE/VIENNA",
    "Europe\\Vienna",
    "E" * 10_240,
    "Europe/" * 1_500,
    "\ud800",
    "localtime",
    "Factory",
    "tzdata.zi",
]


@pytest.mark.parametrize("name", ["Europe/Vienna", "Pacific/Apia", "Asia/Kathmandu", "UTC"])
def test_a_zone_is_known_by_its_exact_name(name: str) -> None:
    assert zone_named(name) == name


@pytest.mark.parametrize("text", HOSTILE)
def test_promise_36_a_bad_zone_name_is_refused_without_touching_a_file(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    known_zones()
    with monkeypatch.context() as patch:
        for place, name in ((builtins, "open"), (io, "open"), (os, "open"), (os, "stat")):
            patch.setattr(place, name, _refuse)
        named, candidates = zone_named(text), zone_for_city(text, CITIES)
    assert named is None
    # „Europe/Vienna\n“ and the like may still be read as a city, never as a file.
    assert set(candidates) <= set(CITIES.values())


def _refuse(*_: object, **__: object) -> None:
    raise AssertionError("a file was touched")


@given(st.text())
def test_promise_36_only_known_names_pass(text: str) -> None:
    assert zone_named(text) == (text if text in known_zones() else None)


@pytest.mark.parametrize(
    ("text", "zones"),
    [
        ("Wien", ("Europe/Vienna",)),
        ("  wien ", ("Europe/Vienna",)),
        ("WIEN!", ("Europe/Vienna",)),
        ("oesterreich", ("Europe/Vienna",)),
        ("zurich", ("Europe/Zurich",)),
        ("Zuerich", ("Europe/Zurich",)),
        ("Zu\u0308rich", ("Europe/Zurich",)),
        ("sao paulo", ("America/Sao_Paulo",)),
        ("lord-howe", ("Australia/Lord_Howe",)),
        # two begin so: the person chooses
        ("San", ("America/Argentina/San_Juan", "America/Argentina/San_Luis")),
        # a slip of the finger
        ("Vienna", ("Europe/Vienna",)),
        ("Viena", ("Europe/Vienna",)),
        # two letters are not a beginning; nothing near; not in the zone data of this machine
        ("Wi", ()),
        ("Entenhausen", ()),
        ("Nirgendwo", ()),
        ("", ()),
        ("?!", ()),
        # nobody types that much: not even looked at
        ("Wien" + " " * 10_240, ()),
    ],
)
def test_a_typed_city_finds_its_zones(text: str, zones: tuple[str, ...]) -> None:
    assert zone_for_city(text, CITIES) == zones


@given(st.text())
def test_promise_36_any_text_as_a_city_gives_only_known_zones(text: str) -> None:
    assert set(zone_for_city(text, CITIES)) <= known_zones()


@pytest.mark.parametrize(
    ("language", "zone"),
    [
        ("de-AT", "Europe/Vienna"),
        ("de-ch", "Europe/Zurich"),
        ("gsw-Latn-CH", "Europe/Zurich"),
        ("en-DE", "Europe/Berlin"),
        # a language alone is not a country
        ("de", "Europe/Vienna"),
        ("ch", "Europe/Vienna"),
        ("en-GB", "Europe/Vienna"),
        ("", "Europe/Vienna"),
        (None, "Europe/Vienna"),
    ],
)
def test_a_region_suggests_its_zone(language: str | None, zone: str) -> None:
    regions = {"AT": "Europe/Vienna", "DE": "Europe/Berlin", "CH": "Europe/Zurich"}
    assert zone_for_region(language, regions, "Europe/Vienna") == zone
