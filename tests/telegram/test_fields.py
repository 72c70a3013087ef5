"""A field has its type, or its update is unreadable and says why without quoting it."""

import math
from datetime import UTC, datetime

import pytest

from coachbot.channels.telegram.fields import date_in, given, id_in, needed
from coachbot.coach.arrivals import Unreadable

WRONG = [
    pytest.param(str, 5, id="number_for_text"),
    pytest.param(str, ["Anna"], id="list_for_text"),
    pytest.param(int, True, id="true_for_number"),
    pytest.param(int, 5.0, id="fraction_for_number"),
    pytest.param(int, "5", id="text_for_number"),
    pytest.param(bool, 0, id="number_for_false"),
    pytest.param(dict, [], id="list_for_object"),
    pytest.param(dict, "Anna", id="text_for_object"),
]


@pytest.mark.parametrize(("type_", "value"), [(str, "Anna"), (bool, False), (dict, {}), (int, 0)])
def test_a_field_of_its_type_is_handed_on(type_: type[object], value: object) -> None:
    assert given({"it": value}, "it", type_) is needed({"it": value}, "it", type_) is value


@pytest.mark.parametrize("fields", [{}, {"it": None}], ids=["missing", "null"])
def test_only_a_field_that_is_needed_must_be_there(fields: dict[str, object]) -> None:
    assert given(fields, "it", str) is None
    with pytest.raises(Unreadable, match="it is missing"):
        needed(fields, "it", str)


@pytest.mark.parametrize(("type_", "value"), WRONG)
def test_a_field_of_another_type_is_unreadable(type_: type[object], value: object) -> None:
    for reading in (given, needed):
        with pytest.raises(Unreadable, match=r"^it has another type$"):
            reading({"it": value}, "it", type_)


@pytest.mark.parametrize("id_", [0, 71, -100200, 2**62 - 1, 1 - 2**62])
def test_an_id_is_a_number_that_can_be_stored(id_: int) -> None:
    assert id_in({"id": id_}) == id_in({"message_id": id_}, "message_id") == id_


@pytest.mark.parametrize("value", [None, True, "71", 71.0, [71], 2**62, -(2**62), 10**40])
def test_anything_else_is_no_id(value: object) -> None:
    with pytest.raises(Unreadable, match=r"^id is no id$"):
        id_in({"id": value})


def test_a_date_is_in_utc() -> None:
    assert date_in({"date": 86_400}) == datetime(1970, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    "value", [None, True, "1", 0.5, math.nan, math.inf, 2**40, -(2**40), 2**63, 10**40]
)
def test_what_no_calendar_has_is_no_date(value: object) -> None:
    with pytest.raises(Unreadable):
        date_in({"date": value})
