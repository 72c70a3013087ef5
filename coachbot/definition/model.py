"""The relationship definition as a value. Every face renders this and nothing else."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Edition:
    """Which state of the definition this is; a draft until the flow was finished once."""

    version: int
    is_draft: bool
    on: date


@dataclass(frozen=True, slots=True)
class Wall:
    """Page 1, what one pins on the wall."""

    sentence: str
    word: str
    means: str
    observables: tuple[str, ...]
    nevers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Handout:
    """The page for staff; `kind` is staff, only_me or members. No inner matters.

    Empty strings and tuples are lines that are left out. `limits` are (role, limit) where a role
    has a limit of its own; `asks_first` when nothing may be decided alone.
    """

    kind: str
    decide: tuple[str, ...]
    asks_first: bool
    limit: str
    limits: tuple[tuple[str, str], ...]
    whom: str
    escalate: str
    complaint: str


@dataclass(frozen=True, slots=True)
class Position:
    """One dimension: its poles and where the relationship stands, 1 to 5."""

    low: str
    high: str
    at: int


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The nearest archetype: what it is called, what makes it work, its positions, its author."""

    name: str
    works: str
    positions: tuple[int, ...]
    credit: str


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A row of the Brand Commitment Matrix (Neumeier); `judgement` is the person's, or "".

    `boxes` are the questions whose answers stand in the columns, the customers' first.
    """

    question: str
    customers: str
    company: str
    judgement: str
    boxes: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase of the customer journey: its touchpoints as (name, nature); () is a hole.

    A nature is person, self_service or automated; "" when it was not said. `experience` is what
    customers experience there, as far as it was told.
    """

    name: str
    touchpoints: tuple[tuple[str, str], ...]
    experience: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An answer: its name, its lines, each with the item it belongs to, and where it comes from.

    `mark` is the label of heard, seen or assumed; "" where that does not matter. `at` is a position
    from 1 to 5, 0 where the answer is none. A face that has the section's drawing shows `is_drawn`
    entries there, and not once more as text.
    """

    question: str
    name: str
    lines: tuple[tuple[str, str], ...]
    mark: str = ""
    is_assumed: bool = False
    at: int = 0
    is_drawn: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Answers under a heading; `drawing` is profile, matrix, journey, rights, next or ""."""

    id: str
    heading: str
    entries: tuple[Entry, ...]
    drawing: str = ""


@dataclass(frozen=True, slots=True)
class Rub:
    """A tension as a question, and the reason given for it, if any."""

    id: str
    question: str
    reason: str


@dataclass(frozen=True, slots=True)
class Change:
    """An answer that changed between two versions; "" on one side when it came or went."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Course:
    """How much it was lived, over time: (date, rating 1 to 5), the oldest first, and in words."""

    ratings: tuple[tuple[str, int], ...]
    line: str


@dataclass(frozen=True, slots=True)
class Definition:
    """Everything about one relationship, in one language, ready to be shown."""

    language: str
    title: str
    business: str
    edition: Edition
    edition_line: str
    wall: Wall
    handout: Handout
    positions: tuple[Position, ...]
    neighbour: Neighbour | None
    matrix: tuple[MatrixRow, ...]
    journey: tuple[Phase, ...]
    sections: tuple[Section, ...]
    rubs: tuple[Rub, ...]
    open_points: tuple[str, ...]
    next_nudge: str
    changes: tuple[Change, ...] = ()
    course: Course | None = None
