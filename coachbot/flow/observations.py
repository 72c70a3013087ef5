"""What a coach may notice, as values. The rules themselves live in `coachbot.noticing`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from coachbot.flow.answers import Key

TENSION_REASON: Final = "tension.reason"
"""The id under which the reason for a tension is kept, with the tension as its item."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One thing noticed in one answer, to be put as one friendly question.

    `id` is the observation ("placeholder"), `because` says for an operator which rule saw what,
    `quote` is the part of the person's words to quote back.
    """

    id: str
    because: str
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Tension:
    """Answers that pull apart; `rests_on` are those it was computed from, an open one included."""

    id: str
    rests_on: tuple[Key, ...]

    def to_data(self) -> list[Any]:
        return [self.id, *self.rests_on]

    @classmethod
    def from_data(cls, data: Sequence[Any]) -> Self:
        return cls(data[0], tuple(Key(*key) for key in data[1:]))
