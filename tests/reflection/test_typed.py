from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachbot.reflection.typed import parse_slot, parse_time, parse_weekday

NAMES = [
    "montag mo monday mon",
    "dienstag di tuesday tue",
    "mittwoch mi wednesday wed",
    "donnerstag do thursday thu",
    "freitag fr friday fri",
    "samstag sa saturday sat sonnabend",
    "sonntag so sunday sun",
]
WEEKDAYS = {name: weekday for weekday, names in enumerate(NAMES) for name in names.split()}
NEVER_WEEKDAYS = ["", "8", "8 Uhr", "am", "Montag oder Dienstag", "Montagsauto", "\0", "so" * 9_000]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("8", time(8)),
        ("08", time(8)),
        ("0", time(0)),
        ("8 Uhr", time(8)),
        ("8uhr", time(8)),
        ("um 8", time(8)),
        ("8.", time(8)),
        ("8 Uhr 30", time(8, 30)),
        ("8.30", time(8, 30)),
        ("8:30 Uhr", time(8, 30)),
        ("8h", time(8)),
        ("8h30", time(8, 30)),
        ("17:30", time(17, 30)),
        ("1730", time(17, 30)),
        ("23:59", time(23, 59)),
        ("5 pm", time(17)),
        ("5PM", time(17)),
        ("5:15 p.m.", time(17, 15)),
        ("5 a.m.", time(5)),
        ("12 pm", time(12)),
        ("12 am", time(0)),
        ("12:30 am", time(0, 30)),
        ("5 o'clock", time(5)),
        ("5 o’clock in the evening", time(17)),
        ("5 Uhr nachmittags", time(17)),
        ("abends um 8", time(20)),
        ("20 Uhr abends", time(20)),
        ("um 9 am Vormittag", time(9)),
        ("8 Uhr früh", time(8)),
        ("8 Uhr fru\u0308h", time(8)),
        ("acht Uhr", time(8)),
        ("zwölf", time(12)),
        ("halb acht", time(7, 30)),
        ("halb 8", time(7, 30)),
        ("halb acht abends", time(19, 30)),
        ("halb eins", time(12, 30)),
        ("viertel nach acht", time(8, 15)),
        ("viertel vor 8", time(7, 45)),
        ("viertel acht", time(7, 15)),
        ("dreiviertel acht", time(7, 45)),
        ("half past eight", time(8, 30)),
        ("quarter to 8", time(7, 45)),
        # unclear, impossible or hostile: better to ask again
        ("24", None),
        ("25:00", None),
        ("8:60", None),
        ("8:5", None),
        ("100", None),
        ("-8", None),
        ("8 9", None),
        ("8 oder 9", None),
        ("17 Uhr morgens", None),
        ("8 am pm", None),
        ("morgen um 8", None),
        ("halb", None),
        ("halb 25", None),
        ("abends", None),
        ("Dienstag 8", None),
        ("²", None),
        ("", None),
        (" ", None),
        ("8\0", None),
        ("8" * 10_240, None),
    ],
)
def test_a_typed_time(text: str, expected: time | None) -> None:
    assert parse_time(text) == expected


@pytest.mark.parametrize(
    ("text", "weekday"),
    [
        ("Sonntag", 6),
        ("sonntags", 6),
        ("SUNDAY", 6),
        ("every sunday", 6),
        ("am Di.", 1),
        ("jeden Mittwoch", 2),
        ("Samstag, Sonnabend", 5),
        *[(text, None) for text in NEVER_WEEKDAYS],
    ],
)
def test_a_typed_weekday(text: str, weekday: int | None) -> None:
    assert parse_weekday(text, WEEKDAYS) == weekday


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dienstag 8 Uhr", (1, time(8))),
        ("Montag um 17:30", (0, time(17, 30))),
        ("Tuesday 8am", (1, time(8))),
        ("sonntags 17 uhr", (6, time(17))),
        ("Di 8:00", (1, time(8))),
        ("Di. 8.30", (1, time(8, 30))),
        ("Di., 8.30 Uhr", (1, time(8, 30))),
        ("Sonntag - 17:00", (6, time(17))),
        ("so um 8", (6, time(8))),
        ("jeden Freitag um halb acht", (4, time(7, 30))),
        ("Fr 17h", (4, time(17))),
        ("Sonntagabend um 8", (6, time(20))),
        ("Sonntag abends 19 Uhr", (6, time(19))),
        ("Samstagmorgen um 9", (5, time(9))),
        ("Mittwoch früh um 7", (2, time(7))),
        ("on Sundays at 5 pm", (6, time(17))),
        ("every Sunday at 5 in the afternoon", (6, time(17))),
        ("8 am Tuesday", (1, time(8))),
        # in German „am“ is no time of day
        ("am Dienstag 8 Uhr", (1, time(8))),
        ("am Dienstag 12", (1, time(12))),
        ("am Dienstag um 12", (1, time(12))),
        ("um 12 am Dienstag", (1, time(12))),
        ("12 Uhr am Dienstag", (1, time(12))),
        ("17:30 am Dienstag", (1, time(17, 30))),
        # half an answer, two answers, or no answer
        ("Dienstag", None),
        ("8 Uhr", None),
        ("Montag oder Dienstag 8 Uhr", None),
        ("Montag Dienstag 8 Uhr", None),
        ("Montag 8 bis 9", None),
        ("morgen um 8", None),
        ("Dienstag 25 Uhr", None),
        ("lieber nicht", None),
        ("", None),
        ("Dienstag 8 Uhr " * 1_000, None),
    ],
)
def test_a_typed_weekday_and_time(text: str, expected: tuple[int, time] | None) -> None:
    assert parse_slot(text, WEEKDAYS) == expected


words = st.sampled_from(
    [*WEEKDAYS, *("um", "am", "pm", "halb", "viertel", "acht", "8", "17:30", "uhr", "abends")]
)


@given(st.text() | st.lists(words, max_size=6).map(" ".join))
def test_no_text_breaks_the_reading(text: str) -> None:
    slot = parse_slot(text, WEEKDAYS)
    assert slot is None or (slot[0] in range(7) and slot[1].tzinfo is None)
    parse_time(text)
    parse_weekday(text, WEEKDAYS)


@given(st.sampled_from(list(WEEKDAYS)), st.times())
def test_what_the_clock_shows_is_read_as_it_stands(name: str, shown: time) -> None:
    shown = shown.replace(second=0, microsecond=0)
    assert parse_slot(f"{name.title()} {shown:%H:%M}", WEEKDAYS) == (WEEKDAYS[name], shown)
