"""Whom a desired relationship resembles: the nearest archetypes, as a mirror.

The eight dimensions and where each archetype stands on them are our reading of examples by Rudolf
Greger, by Stefan Kaduk and Dirk Osmetz, and by OMT; `flow.toml` holds the numbers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import dist
from typing import Final

MOST_DIFFERENCES: Final = 2


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An archetype, how far away it is, and in what the person's relationship differs most.

    `differs` is seen from the archetype: ("individual", 2) is "like it, only more individual".
    """

    id: str
    distance: float
    differs: tuple[tuple[str, int], ...]


def nearest(
    position: Mapping[str, int],
    archetypes: Mapping[str, Sequence[int]],
    dimensions: Sequence[str],
    count: int = 2,
) -> tuple[Neighbour, ...]:
    """Return the archetypes nearest to a position, the nearest first.

    The distance is Euclidean; of two equally near the one that stands first comes first. Without
    an answer to every dimension there is no position, and so no neighbour.
    """
    if not all(dimension in position for dimension in dimensions):
        return ()
    here = [position[dimension] for dimension in dimensions]
    neighbours = [
        Neighbour(id_, dist(here, there), _differences(dimensions, here, there))
        for id_, there in archetypes.items()
    ]
    return tuple(sorted(neighbours, key=lambda neighbour: neighbour.distance)[:count])


def _differences(
    dimensions: Sequence[str], here: Sequence[int], there: Sequence[int]
) -> tuple[tuple[str, int], ...]:
    steps = [
        (dimension, mine - theirs)
        for dimension, mine, theirs in zip(dimensions, here, there, strict=True)
        if mine != theirs
    ]
    return tuple(sorted(steps, key=lambda step: -abs(step[1]))[:MOST_DIFFERENCES])
