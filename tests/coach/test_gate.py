"""Who may come in, and how much at a time: what is turned away leaves no trace."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from coachbot.channels.telegram.incoming import Reader
from coachbot.coach.arrivals import Courtesy
from coachbot.coach.gate import MOST_REMEMBERED, NOT_INVITED, TOO_MANY, Gate, Update
from coachbot.coach.meter import Meter
from coachbot.texts.library import Library
from tests.conftest import NOW
from tests.telegram.wire import Wire

A_MINUTE = 60
KEYS = st.sampled_from(["from", "chat", "id", "is_bot", "language_code"])
ODD: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.dictionaries(KEYS, inner),
    max_leaves=6,
)
KINDS = st.sampled_from(["message", "callback_query"])
SECOND = timedelta(seconds=1)


def line(name: str, content: Mapping[str, Any]) -> Courtesy:
    return Courtesy(name, content)


def gate(**how: Any) -> Gate:
    return Gate(line, **how)


def updates(chat: int | None, count: int, first: int = 0) -> list[Update]:
    return [(first + number, chat, {"chat": chat}) for number in range(count)]


def guarded(wire: Wire, **how: Any) -> Wire:
    """Return a wire with a gate, whose polite lines are sent."""
    turn_away = Reader(wire.coach.office.library).turned_away
    wire.road = replace(wire.road, gate=Gate(turn_away, **how))
    return wire


# ---- a flood


def test_promise_47_what_a_person_can_type_and_tap_comes_in() -> None:
    door = gate(a_minute=A_MINUTE)
    let_in, said = door.sift(updates(5, A_MINUTE), NOW)
    assert (len(let_in), said) == (A_MINUTE, [])
    door.admit(let_in, NOW)
    later = NOW + A_MINUTE * SECOND
    assert len(door.sift(updates(5, A_MINUTE), later)[0]) == A_MINUTE


def test_promise_47_a_flood_is_cut_off_and_told_once() -> None:
    door, came_in, told = gate(a_minute=A_MINUTE), 0, list[Courtesy]()
    for second in range(60):
        now = NOW + second * SECOND
        let_in, said = door.sift(updates(5, 100, second * 100), now)
        door.admit(let_in, now)
        came_in += len(let_in)
        told += said
    assert came_in == A_MINUTE + 59
    assert [one.method for one in told] == [TOO_MANY]


def test_promise_47_nobody_else_is_held_up() -> None:
    door = gate(a_minute=3)
    mixed = [*updates(5, 100), *updates(6, 3, 200)]
    let_in, _ = door.sift(mixed, NOW)
    assert [chat for _, chat, _ in let_in] == [5, 5, 5, 6, 6, 6]


def test_promise_47_what_was_not_stored_does_not_count() -> None:
    """The database was away: the same updates come again, and all of them count as new."""
    door = gate(a_minute=3)
    for _ in range(100):
        let_in, said = door.sift(updates(5, 3), NOW)
        assert (len(let_in), said) == (3, [])


def test_promise_47_a_clock_that_jumps_back_shuts_nobody_out() -> None:
    door = gate(a_minute=3)
    door.admit(updates(5, 1), NOW)
    assert len(door.sift(updates(5, 3), NOW - timedelta(days=1))[0]) == 2


def test_promise_47_a_crowd_does_not_fill_the_memory() -> None:
    door = gate(a_minute=1, invited=frozenset({1}))
    for chat in range(2, MOST_REMEMBERED + 50):
        door.sift(updates(chat, 1), NOW)
    door.admit([(chat, chat, {}) for chat in range(2 * MOST_REMEMBERED)], NOW)
    assert len(door._told) == len(door._allowances) == MOST_REMEMBERED


async def test_promise_47_a_flood_does_not_grow_the_database(wire: Wire) -> None:
    anna, bert = wire.person("Anna"), wire.person("Bert")
    guarded(wire, a_minute=A_MINUTE)
    await wire.says(anna, "/start")
    await wire.says(bert, "/start")
    rows = len(wire.inbox())
    for second in range(5):
        for number in range(100):
            await anna.sends(f"Nachricht {second}-{number}")
        wire.fetch()
        wire.passes(seconds=1)
    assert len(wire.inbox()) - rows < A_MINUTE + 5
    await wire.says(bert, "Imkerei")
    assert wire.answers(bert).text("business.name") == "Imkerei"
    assert anna.chat.count("Das ging mir zu schnell") == 1
    wire.passes(minutes=1)
    await wire.says(anna, "/start")
    assert "zu schnell" not in anna.newest().text
    assert wire.refused == []


# ---- an invitation


async def test_promise_45_strangers_get_a_polite_line_and_leave_no_trace(wire: Wire) -> None:
    anna, eve = wire.person("Anna"), wire.person("Eve", "en")
    guarded(wire, invited=frozenset({anna.id}))
    wire.road = replace(wire.road, meter=(meter := Counting()))
    before = wire.everything()
    await wire.says(eve, "/start", "Let me in", "/export")
    await eve.blocks()
    wire.runs()
    assert [m.text for m in eve.messages if m.by_bot] == [
        "This coach is here by invitation only. Nothing of your message has been stored."
    ]
    assert without_pulses(wire.everything()) == without_pulses(before)
    assert meter.count == 4
    await wire.says(anna, "/start", "Bäckerei")
    assert wire.answers(anna).text("business.name") == "Bäckerei"


class Counting(Meter):
    """Counts who is turned away."""

    count = 0

    def turned_away(self, count: int) -> None:
        self.count += count


async def test_promise_45_a_stranger_cannot_tap_either(light: Wire) -> None:
    anna, eve = light.person("Anna"), light.person("Eve")
    await light.says(eve, "/start")
    guarded(light, invited=frozenset({anna.id}))
    await eve.taps("Beispiel")
    rows = len(light.inbox())
    light.runs()
    assert len(light.inbox()) == rows
    assert eve.newest().text.startswith("Diesen Coach gibt es hier nur auf Einladung")


@given(st.dictionaries(KINDS, ODD))
def test_promise_5_whatever_comes_can_be_turned_away(library: Library, raw: dict[str, Any]) -> None:
    line_ = Reader(library).turned_away(NOT_INVITED, raw)
    assert line_ is None or isinstance(line_.parameters["chat_id"], int)


def test_promise_17_groups_are_still_left_where_people_need_an_invitation() -> None:
    assert len(gate(invited=frozenset({1})).sift(updates(-100, 1), NOW)[0]) == 1


def test_what_names_no_chat_is_for_the_quarantine() -> None:
    let_in, said = gate(invited=frozenset({1}), a_minute=1).sift(updates(None, 5), NOW)
    assert (len(let_in), said) == (5, [])


def without_pulses(tables: dict[str, list[tuple[Any, ...]]]) -> dict[str, Any]:
    return {name: rows for name, rows in tables.items() if name != "pulses"}
