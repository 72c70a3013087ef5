"""Fields of raw updates: one that has another type than it should makes its update unreadable.

Types are told apart exactly, so that JSON's true is no number; its null counts as missing.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeAlias, TypeGuard, TypeVar

from coachbot.coach.arrivals import Unreadable

Fields: TypeAlias = Mapping[str, Any]
T = TypeVar("T")


def given(fields: Fields, name: str, type_: type[T]) -> T | None:
    """Return a field, None when it is missing; raises Unreadable for another type."""
    value: object = fields.get(name)
    if value is None or type(value) is type_:
        return value
    raise Unreadable(f"{name} has another type")


def needed(fields: Fields, name: str, type_: type[T]) -> T:
    """Return a field; raises Unreadable when it is missing or has another type."""
    value = given(fields, name, type_)
    if value is None:
        raise Unreadable(f"{name} is missing")
    return value


def id_in(fields: Fields, name: str = "id") -> int:
    """Return the id of a chat, user or message; raises Unreadable for one that is none."""
    value: object = fields.get(name)
    if is_id(value):
        return value
    raise Unreadable(f"{name} is no id")


def date_in(fields: Fields) -> datetime:
    """Return the date, in UTC; raises Unreadable for one that no calendar has."""
    try:
        return datetime.fromtimestamp(needed(fields, "date", int), UTC)
    except (ValueError, OverflowError, OSError):
        raise Unreadable("date is beyond the calendar") from None


def is_id(value: object) -> TypeGuard[int]:
    """Whether something is a number that the database can keep."""
    return type(value) is int and abs(value) < 2**62
