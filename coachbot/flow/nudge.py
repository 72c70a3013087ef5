"""A nudge that is under way, as a value. What it asks is decided in `coachbot.reflection`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self

from coachbot.flow.answers import Key
from coachbot.flow.observations import Tension

STEP: Final = Key("next.step")
SENTENCE: Final = Key("relation.sentence")


@dataclass(frozen=True, slots=True)
class Nudge:
    """What the coach came back with.

    Attributes:
        kind: what its one thing is; names its texts.
        about: the answer that the one thing is about.
        task: the field task that is handed out or brought in, or the span of a letter.
        harvest: the task that is brought in, "" for none.
        tension: the tension to put as the one thing, None once it was put.
        told: what its texts say that no answer says: dates and figures of the past.
    """

    kind: str
    about: Key | None = None
    task: str = ""
    harvest: str = ""
    tension: Tension | None = None
    told: Mapping[str, str | int] = field(default_factory=dict)

    def to_data(self) -> dict[str, Any]:
        """Return it as plain JSON data."""
        return {
            "kind": self.kind,
            "about": self.about,
            "task": self.task,
            "harvest": self.harvest,
            "tension": self.tension and self.tension.to_data(),
            "told": dict(self.told),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        about, tension = data["about"], data["tension"]
        return cls(
            kind=data["kind"],
            about=Key(*about) if about else None,
            task=data["task"],
            harvest=data["harvest"],
            tension=Tension.from_data(tension) if tension else None,
            told=data["told"],
        )
