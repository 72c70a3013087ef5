"""What has to be remembered of a conversation besides its answers. There is little of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Self

from coachbot.flow.answers import Answers, Key
from coachbot.flow.nudge import Nudge
from coachbot.flow.observations import Tension
from coachbot.flow.path import next_open
from coachbot.flow.questions import Flow

SHAPE: Final = 1
"""The version of what `to_data` writes."""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """An observation that was put on the answer to `key` and waits for a word."""

    key: Key
    observation: str


@dataclass(frozen=True, slots=True)
class State:
    """A conversation.

    The open question is what is followed up, else revisited, else first on the agenda, else the
    next open one on the core path. `revision` goes up with every new open question, so a button
    of an earlier one is known to be old. `draft` is what is ticked but not yet done; `offered`
    is a text that came after a long pause and may be an answer. `noticed` and `put` remember
    what was put before, as nothing is put twice. `nudge` is the one under way; the agenda is its
    own then. `is_unheard` until the person says anything to what came by itself. `setting` is
    the part of the rhythm that the next text may be about.
    """

    language: str = "de"
    answers: Answers = field(default_factory=Answers)
    started: bool = False
    paused: bool = False
    finished: bool = False
    revision: int = 0
    revisiting: Key | None = None
    follow_up: FollowUp | None = None
    tension: Tension | None = None
    agenda: tuple[Key, ...] = ()
    draft: tuple[str, ...] = ()
    offered: str = ""
    noticed: tuple[Key, ...] = ()
    put: tuple[str, ...] = ()
    nudge: Nudge | None = None
    is_unheard: bool = False
    setting: str = ""

    def open_key(self, flow: Flow) -> Key | None:
        """Return the question that waits for an answer; None when nothing does."""
        if self.follow_up:
            return self.follow_up.key
        if self.revisiting:
            return self.revisiting
        return self.agenda[0] if self.agenda else next_open(flow, self.answers)

    def fitted_to(self, flow: Flow) -> Self:
        """Forget what points at questions that the flow no longer has; answers are kept."""
        known = flow.by_id
        if all(key.question in known for key in self._pointed_at()):
            return self
        return replace(
            self,
            agenda=tuple(key for key in self.agenda if key.question in known),
            noticed=tuple(key for key in self.noticed if key.question in known),
            revisiting=_if_known(self.revisiting, known),
            follow_up=self.follow_up
            if self.follow_up and self.follow_up.key.question in known
            else None,
        )

    def _pointed_at(self) -> Iterator[Key]:
        yield from self.agenda
        yield from self.noticed
        if self.revisiting:
            yield self.revisiting
        if self.follow_up:
            yield self.follow_up.key

    def to_data(self) -> dict[str, Any]:
        """Return everything but answers and language as plain JSON data."""
        return {
            "shape": SHAPE,
            "started": self.started,
            "paused": self.paused,
            "finished": self.finished,
            "revision": self.revision,
            "revisiting": self.revisiting,
            "follow_up": self.follow_up and [*self.follow_up.key, self.follow_up.observation],
            "tension": self.tension and self.tension.to_data(),
            "agenda": self.agenda,
            "draft": self.draft,
            "offered": self.offered,
            "noticed": self.noticed,
            "put": self.put,
            "nudge": self.nudge and self.nudge.to_data(),
            "is_unheard": self.is_unheard,
            "setting": self.setting,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any], answers: Answers, language: str) -> Self:
        """Build a state from `to_data`'s shape; what is missing has its default."""
        follow_up, tension = data.get("follow_up"), data.get("tension")
        revisiting, nudge = data.get("revisiting"), data.get("nudge")
        return cls(
            language=language,
            answers=answers,
            started=data.get("started", False),
            paused=data.get("paused", False),
            finished=data.get("finished", False),
            revision=data.get("revision", 0),
            revisiting=Key(*revisiting) if revisiting else None,
            follow_up=FollowUp(Key(*follow_up[:2]), follow_up[2]) if follow_up else None,
            tension=Tension.from_data(tension) if tension else None,
            agenda=tuple(Key(*key) for key in data.get("agenda", ())),
            draft=tuple(data.get("draft", ())),
            offered=data.get("offered", ""),
            noticed=tuple(Key(*key) for key in data.get("noticed", ())),
            put=tuple(data.get("put", ())),
            nudge=Nudge.from_data(nudge) if nudge else None,
            is_unheard=data.get("is_unheard", False),
            setting=data.get("setting", ""),
        )


def _if_known(key: Key | None, known: Mapping[str, object]) -> Key | None:
    return key if key and key.question in known else None
