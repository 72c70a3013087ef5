"""What a person has said, by question and item: an immutable value.

An answer is a text or option (`str`), a position on a scale (`int`), several things
(`tuple[str, ...]`), or `SKIPPED`: the question was passed over and is an open point.
"""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple, TypeAlias

Value: TypeAlias = str | int | tuple[str, ...] | None
SKIPPED: Final = None


class Key(NamedTuple):
    """A question's id and, for a question asked once per item, the item; "" otherwise."""

    question: str
    item: str = ""


class Answers(Mapping[Key, Value]):
    """The current answers, in the order in which they were given."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[Key, Value] | None = None) -> None:
        told = values._values if isinstance(values, Answers) else values  # noqa: SLF001
        self._values: dict[Key, Value] = dict(told or {})

    def __getitem__(self, key: Key) -> Value:
        return self._values[key]

    def __contains__(self, key: object) -> bool:
        return key in self._values

    def __iter__(self) -> Iterator[Key]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"Answers({len(self)} answers)"

    def with_(self, written: Mapping[Key, Value]) -> "Answers":
        told = written._values if isinstance(written, Answers) else written  # noqa: SLF001
        return Answers({**self._values, **told})

    def text(self, question: str, item: str = "") -> str:
        """Return the text or option given to a question; "" when there is none."""
        value = self._values.get(Key(question, item))
        return value if isinstance(value, str) else ""

    def number(self, question: str, item: str = "") -> int | None:
        value = self._values.get(Key(question, item))
        return value if isinstance(value, int) else None

    def many(self, question: str, item: str = "") -> tuple[str, ...]:
        """Return the parts of a list or multi answer; () when there is none."""
        value = self._values.get(Key(question, item))
        return value if isinstance(value, tuple) else ()

    def has(self, question: str, item: str = "") -> bool:
        """Return whether a real answer is there; a skipped question has none."""
        return self._values.get(Key(question, item)) not in (SKIPPED, "", ())

    def by_item(self, question: str) -> dict[str, Value]:
        """Return a question's real answers by item, items without an answer left out."""
        return {
            key.item: value
            for key, value in self._values.items()
            if key.question == question and value is not SKIPPED
        }
