"""What the coach says, as values; `coachbot.texts` puts them into words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from coachbot.flow.answers import Key
from coachbot.flow.nudge import Nudge
from coachbot.flow.observations import Observation, Tension


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask the question of `key`; `again`: it was asked before, so say it shortly.

    `in_place`: the board or the list on screen changes, nothing new is said.
    """

    key: Key
    again: bool = False
    in_place: bool = False


@dataclass(frozen=True, slots=True)
class Settled:
    """The open question has its answer: its buttons give way to it.

    Without a key it was a follow-up or a tension: its buttons go, its words stay.
    """

    key: Key | None


@dataclass(frozen=True, slots=True)
class Noticed:
    """Put what was noticed in the answer to `key` as one friendly question."""

    key: Key
    observation: Observation


@dataclass(frozen=True, slots=True)
class Smaller:
    """Somebody has no idea: a smaller question, an example, and the way to skip."""

    key: Key


@dataclass(frozen=True, slots=True)
class Put:
    """Put a tension between answers as a question."""

    tension: Tension


@dataclass(frozen=True, slots=True)
class Example:
    key: Key


@dataclass(frozen=True, slots=True)
class Misfit:
    """The answer does not fit its kind; `reason` names the rejection."""

    key: Key
    reason: str
    data: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Say:
    """Say the text called `name` in `say.toml`."""

    name: str
    data: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Overview:
    """Show every answer by stage, each one step from being changed."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Offer the stages that have deep questions left: stage -> how many."""

    stages: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Summarise:
    """Show the relationship definition as it stands."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A nudge has come to its end; `has_step` says whether a new next step was given in it."""

    nudge: Nudge
    has_step: bool


Message: TypeAlias = (
    Ask
    | Settled
    | Noticed
    | Smaller
    | Put
    | Example
    | Misfit
    | Say
    | Overview
    | Offer
    | Summarise
    | Ended
)
