"""Which rows are one text, what is handled now, and what waits for more."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachbot.coach.arrivals import Arrival, Edited, Happening, Ignored
from coachbot.coach.bubbles import FULL_PART, Bubbles, Round, Unit
from coachbot.coach.pressing import Pressed
from coachbot.flow.events import Wrote
from coachbot.store.inbox import Arrived
from coachbot.store.people import Address
from tests.conftest import NOW

WAIT = timedelta(seconds=1.5)
BUBBLES = Bubbles(WAIT, lambda text: text.startswith("/"))
AT_ONCE = replace(BUBBLES, wait=timedelta(0))
Row = tuple[Arrived, Arrival]


def row(
    happening: str | Happening,
    at: float = 0,
    *,
    chat: int = 1,
    id_: int | None = None,
    sent: float | None = None,
    due: float | None = None,
) -> Row:
    """Return a row received `at` seconds after NOW; Telegram's clock has whole seconds."""
    said = Wrote(happening, adds=True) if isinstance(happening, str) else happening
    received = NOW + timedelta(seconds=at)
    content: dict[str, Any] = (
        {"message": {"text": said.text}} if isinstance(said, Wrote) else {"callback_query": {}}
    )
    number = id_ if id_ is not None else round(at * 1000) * 10 + chat
    sent_at = NOW + timedelta(seconds=int(at if sent is None else sent))
    arrived = Arrived(
        number,
        chat,
        content,
        0,
        received,
        received if due is None else NOW + timedelta(seconds=due),
    )
    address = Address("telegram", str(chat))
    return arrived, Arrival(address, chat, said, sent_at, message_id=number)


def seconds(moment: datetime | None) -> float | None:
    return None if moment is None else round((moment - NOW).total_seconds(), 3)


def after(at: float, *rows: Row, bubbles: Bubbles = BUBBLES) -> Round:
    return bubbles.round(rows, NOW + timedelta(seconds=at))


def texts(units: tuple[Unit, ...]) -> list[str]:
    return [getattr(unit.arrival.happening, "text", "·") for unit in units]


def test_a_text_waits_in_case_it_goes_on() -> None:
    early, late = after(1, row("Ruhe")), after(1.5, row("Ruhe"))
    assert (texts(early.units), texts(early.held), seconds(early.wake_at)) == ([], ["Ruhe"], 1.5)
    assert (texts(late.units), texts(late.held), late.wake_at) == (["Ruhe"], [], None)


def test_bubbles_are_one_text_and_wait_after_the_last() -> None:
    rows = row("Bäckerei"), row("Morgenrot", 1), row("in der Färbergasse", 2)
    held = after(3.4, *rows)
    assert (held.units, seconds(held.wake_at)) == ((), 3.5)
    [unit] = after(3.5, *rows).units
    assert unit.arrival.happening == Wrote("Bäckerei\nMorgenrot\nin der Färbergasse", adds=True)
    assert [one.id for one in unit.rows] == [one.id for one, _ in rows]


def test_promise_16_a_pasted_text_is_joined_without_a_break() -> None:
    parts = "a" * FULL_PART, "b" * FULL_PART, "Ende"
    [unit] = after(9, *(row(part, n * 0.1, id_=n) for n, part in enumerate(parts))).units
    assert unit.arrival.happening == Wrote("".join(parts), adds=True)


def test_after_a_pasted_text_a_new_bubble_is_a_new_line() -> None:
    [unit] = after(9, row("a" * FULL_PART), row("b", 0.1), row("c", 0.2)).units
    assert unit.arrival.happening == Wrote("a" * FULL_PART + "b\nc", adds=True)


@pytest.mark.parametrize("stands_alone", ["/summary", Pressed(3, 1), Edited("x"), Ignored()])
def test_what_is_no_answer_is_handled_at_once_and_joins_nothing(
    stands_alone: str | Happening,
) -> None:
    assert len(after(0, row(stands_alone)).units) == 1
    got = after(0.4, row("Ruhe"), row(stands_alone, 0.2), row("Mut", 0.4))
    assert [len(unit.rows) for unit in got.units] == [1, 1]
    assert texts(got.units)[0] == "Ruhe", "the text before it has come to its end"
    assert texts(got.held) == ["Mut"]


def test_what_was_sent_long_after_is_a_text_of_its_own() -> None:
    """Both lay in the inbox, as after an outage; only the second may still go on."""
    got = after(20, row("Ruhe", 19, sent=0), row("Mut", 19.1, sent=4))
    assert (texts(got.units), texts(got.held)) == (["Ruhe"], ["Mut"])


def test_the_time_it_was_sent_decides_and_not_when_it_came() -> None:
    [unit] = after(30, row("Ruhe", 1, sent=0), row("Mut", 20, sent=1)).units
    assert texts((unit,)) == ["Ruhe\nMut"]


def test_a_chat_does_not_wait_for_another() -> None:
    got = after(1.6, row("Ruhe", chat=1), row("Mut", 1, chat=2), row("/help", 1.5, chat=3))
    assert (texts(got.units), texts(got.held)) == (["Ruhe", "/help"], ["Mut"])


def test_promise_9_units_are_in_the_order_in_which_they_arrived() -> None:
    rows = [row("/a", n / 10, chat=n % 3, id_=n) for n in range(12)]
    assert [unit.rows[0].id for unit in after(2, *rows).units] == list(range(12))


def test_promise_6_a_chat_waits_behind_the_row_that_is_tried_again() -> None:
    got = after(2, row("/help", 0, due=4), row("/a", 1), row("/b", 1, chat=2, id_=99))
    assert (texts(got.units), texts(got.held)) == (["/b"], ["/help"])
    assert seconds(got.wake_at) == 4
    assert texts(after(4, row("/help", 0, due=4), row("/a", 1)).units) == ["/help", "/a"]


def test_promise_6_a_further_bubble_does_not_hasten_what_is_tried_again() -> None:
    got = after(5, row("Ruhe", 0, due=8), row("Mut", 1))
    assert (got.units, seconds(got.wake_at)) == ((), 8)


def test_without_a_wait_every_text_is_handled_at_once_by_itself() -> None:
    got = after(0, row("Ruhe"), row("Mut", 0, id_=2), bubbles=AT_ONCE)
    assert texts(got.units) == ["Ruhe", "Mut"]
    assert got.held == ()


@given(
    st.lists(
        st.tuples(st.sampled_from(["Ruhe", "/a", "·"]), st.integers(1, 3), st.integers(0, 40)),
        max_size=12,
    ),
    st.integers(0, 60),
)
def test_every_row_is_in_one_unit_or_waits(told: list[tuple[str, int, int]], at: int) -> None:
    """Nothing is lost, nothing is doubled, no chat's order changes, and later all is handled."""
    rows = [
        row(Pressed(1, 1) if text == "·" else text, tenths / 10, chat=chat, id_=number)
        for number, (text, chat, tenths) in enumerate(sorted(told, key=lambda one: one[2]))
    ]
    got = after(at / 10, *rows)
    handled = [one.id for unit in got.units for one in unit.rows]
    assert len(handled) == len(set(handled))
    waiting = [one for one, _ in rows if one.id not in handled]
    for chat in (1, 2, 3):
        done = [one.id for one, _ in rows if one.chat == chat and one.id in handled]
        assert done == [one.id for one, _ in rows if one.chat == chat][: len(done)]
        assert [i for i in handled if i in done] == done
    assert bool(waiting) == (got.wake_at is not None) == bool(got.held)
    assert len(after(100, *rows).held) == 0
