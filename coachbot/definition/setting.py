"""A definition as the data of the typst files; every text in it is ready to be printed."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from coachbot.definition.model import Definition, Entry, Handout, Section, Wall
from coachbot.definition.printable import BREAK, printable, printable_line, weight
from coachbot.texts.library import Words
from coachbot.texts.wording import say_plain

Data = dict[str, Any]

LONGEST_ANSWER: Final = 1500
"""Characters of an answer in the owner's part; a cell of a table takes fewer."""
LONGEST_WHOLE: Final = 30_000
"""Where all answers together are more, each is allowed less: two dozen pages are enough."""
LEAST_ANSWER: Final = 60
LONGEST_CELL: Final = 420
LONGEST_NAME: Final = 90
LONGEST_FOOTER: Final = 40
LONGEST_TITLE: Final = 130
LONGEST_SENTENCE: Final = 260
LONGEST_MEANING: Final = 230
LONGEST_ON_THE_WALL: Final = 170
LONGEST_NEVER: Final = 120
LONGEST_RIGHT: Final = 110
MOST_RIGHTS: Final = 8


class Setting:
    """The data of one definition, part by part."""

    def __init__(self, definition: Definition, words: Words) -> None:
        self.definition = definition
        self.fixed = words.table("document", "fixed")
        self.headings = words.table("document", "sections")
        self.alt = words.table("document", "alt")
        self.on_handout = words.table("document", "handout")
        self.natures: Mapping[str, str] = words.table("touchpoints", "nature")
        self.entries = {e.question: e for s in definition.sections for e in s.entries}
        self.elsewhere = frozenset(_elsewhere(definition))
        self.longest = _longest(definition)

    def line(self, text: str, limit: int = LONGEST_CELL) -> str:
        return printable_line(text, min(limit, self.longest), self.fixed["cut"])

    def lines(self, text: str, limit: int = LONGEST_ANSWER) -> list[str]:
        return list(printable(text, min(limit, self.longest), self.fixed["cut"]))

    def head(self) -> Data:
        definition = self.definition
        business = self.line(definition.business, LONGEST_FOOTER)
        return {
            "lang": definition.language,
            "business": self.line(definition.business, LONGEST_NAME),
            "title": self.line(definition.title, LONGEST_TITLE),
            "edition": definition.edition_line,
            "footer": f"{business} · {definition.edition_line}",
            "words": dict(self.fixed),
        }

    def wall(self) -> Data:
        wall = self.definition.wall
        sentence = self.line(wall.sentence, LONGEST_SENTENCE)
        return {
            "wall": {
                "sentence": sentence,
                "no_sentence": self.fixed["no_sentence"],
                "longest_word": max(sentence.replace(BREAK, " ").split(), key=len, default=""),
                "sticky": self._sticky(wall),
                "means": self.line(wall.means, LONGEST_MEANING),
                "observables": [self.line(one, LONGEST_ON_THE_WALL) for one in wall.observables],
                "nevers": [self.line(never, LONGEST_NEVER) for never in wall.nevers],
            }
        }

    def _sticky(self, wall: Wall) -> str:
        if not wall.word:
            return str(self.fixed["means"])
        return say_plain(self.fixed["sticky"], {"word": self.line(wall.word, LONGEST_NAME)})

    def course(self) -> Data:
        """Return the ratings for drawing; nothing to draw is None."""
        course = self.definition.course
        if course is None:
            return {"course": None}
        alt = say_plain(self.alt["course"], {"line": course.line})
        return {"course": {"ratings": course.ratings, "alt": alt, "line": course.line}}

    def owner(self) -> Data:
        definition = self.definition
        return {
            **self.course(),
            "sections": [
                section
                for section in map(self._section, definition.sections)
                if section["entries"] or section["drawn"]
            ],
            "tensions": {
                "heading": self.headings["tensions"],
                "rubs": [
                    {"question": self.lines(rub.question), "reason": self._reason(rub.reason)}
                    for rub in definition.rubs
                ],
            },
            "open": {
                "heading": self.headings["open"],
                "points": [self.line(point, LONGEST_NAME) for point in definition.open_points],
            },
            "next_nudge": definition.next_nudge,
            "changes": {
                "heading": self.headings["changes"],
                "rows": [
                    {
                        "name": self.line(change.name),
                        "sides": [
                            self.lines(side, LONGEST_CELL) for side in (change.before, change.after)
                        ],
                    }
                    for change in definition.changes
                ],
            },
        }

    def _reason(self, reason: str) -> list[str]:
        return self.lines(say_plain(self.fixed["meant_so"], {"reason": reason}) if reason else "")

    def _section(self, section: Section) -> Data:
        draw = {
            "profile": self._profile,
            "matrix": self._matrix,
            "journey": self._journey,
        }.get(section.drawing)
        return {
            "id": section.id,
            "heading": section.heading,
            "drawing": section.drawing,
            "drawn": draw() if draw else None,
            "entries": [
                self._entry(entry)
                for entry in section.entries
                if entry.is_drawn or entry.question not in self.elsewhere
            ],
        }

    def _entry(self, entry: Entry) -> Data:
        return {
            "question": entry.question,
            "name": entry.name,
            "mark": entry.mark,
            "is_assumed": entry.is_assumed,
            "is_drawn": entry.is_drawn,
            "at": entry.at,
            "scale": say_plain(self.fixed["scale"], {"at": entry.at}) if entry.at else "",
            "lines": [
                {"item": self.line(item, LONGEST_NAME), "text": self.lines(text)}
                for item, text in entry.lines
            ],
        }

    def _profile(self) -> Data:
        neighbour = self.definition.neighbour
        return {
            "positions": [
                {"low": one.low, "high": one.high, "at": one.at}
                for one in self.definition.positions
            ],
            "neighbour": neighbour
            and {
                "name": neighbour.name,
                "works": neighbour.works,
                "credit": neighbour.credit,
                "positions": neighbour.positions,
            },
            "alt": " ".join(self._spoken_profile()),
        }

    def _spoken_profile(self) -> Iterator[str]:
        spoken = [
            say_plain(self.alt["position"], {"low": one.low, "high": one.high, "at": one.at})
            for one in self.definition.positions
        ]
        yield say_plain(self.alt["profile"], {"positions": " ".join(spoken)})
        if neighbour := self.definition.neighbour:
            at = ", ".join(map(str, neighbour.positions))
            yield say_plain(self.alt["compared"], {"name": neighbour.name, "positions": at})

    def _matrix(self) -> list[Data]:
        return [
            {
                "question": row.question,
                "boxes": [
                    {**self._entry(self.entries[box]), "text": self.lines(text, LONGEST_CELL)}
                    for box, text in zip(row.boxes, (row.customers, row.company), strict=True)
                ],
                "judgement": self.line(row.judgement, LONGEST_RIGHT),
            }
            for row in self.definition.matrix
        ]

    def _journey(self) -> Data:
        journey = self.definition.journey
        told = {nature for phase in journey for _, nature in phase.touchpoints}
        names = {**self.natures, "": self.fixed["nature_open"]}
        return {
            "natures": [[nature, name] for nature, name in names.items() if nature in told],
            "is_told": any(phase.experience for phase in journey),
            "rows": [
                {
                    "phase": phase.name,
                    "touchpoints": [[self.line(name, 160), of] for name, of in phase.touchpoints],
                    "experience": self.lines(phase.experience),
                }
                for phase in journey
            ],
        }

    def handout(self) -> Data:
        handout, said = self.definition.handout, self.on_handout
        escalate = "escalate_members" if handout.kind == "members" else "escalate"
        told = (
            (said["whom"], handout.whom),
            (said[escalate], handout.escalate),
            (said["complaint"], handout.complaint),
        )
        return {
            "handout": {
                "head": said[handout.kind],
                "observables": said["observables"],
                "nevers": said["nevers"],
                "asks_first": handout.asks_first,
                "decide_head": said[_decide_head(handout)],
                "decide": self._rights(handout.decide),
                "limit_head": said["limit"],
                "limit": self.line(handout.limit, 60),
                "limits_head": said["limits"],
                "limits": [[self.line(part, 60) for part in one] for one in handout.limits[:6]],
                "told": [[head, self.line(text, 280)] for head, text in told if text],
            }
        }

    def _rights(self, decide: Sequence[str]) -> list[str]:
        rights = [self.line(one, LONGEST_RIGHT) for one in decide[:MOST_RIGHTS]]
        return [*rights, self.fixed["cut"]] if len(decide) > MOST_RIGHTS else rights


def _longest(definition: Definition) -> int:
    """Return how many characters of an answer there is room for."""
    sections = definition.sections
    answers = [line for s in sections for entry in s.entries for _, line in entry.lines]
    rubs = [text for rub in definition.rubs for text in (rub.question, rub.reason)]
    changed = [text for one in definition.changes for text in (one.before, one.after)]
    whole = sum(weight(text[:LONGEST_ANSWER]) for text in answers + rubs)
    whole += sum(weight(text[:LONGEST_CELL]) for text in changed)
    return max(LEAST_ANSWER, LONGEST_ANSWER * LONGEST_WHOLE // max(whole, LONGEST_WHOLE))


def _elsewhere(definition: Definition) -> Iterator[str]:
    """Yield the questions whose answers are seen whole somewhere else: drawn, or on the wall."""
    yield from (e.question for s in definition.sections for e in s.entries if e.is_drawn)
    for row in definition.matrix:
        for box, text in zip(row.boxes, (row.customers, row.company), strict=True):
            if len(text) <= LONGEST_CELL:
                yield box
    for section in definition.sections:
        if any(entry.mark for entry in section.entries):
            yield f"{section.id}.evidence"
    wall = definition.wall
    if definition.business and len(definition.business) <= LONGEST_NAME:
        yield "business.name"
    if len(definition.title) <= LONGEST_TITLE:
        yield "business.group"
    if len(wall.sentence) <= LONGEST_SENTENCE:
        yield "relation.sentence"
    is_explained = wall.means or wall.observables
    if is_explained and len(wall.word) <= LONGEST_NAME and len(wall.means) <= LONGEST_MEANING:
        yield "relation.word"


def _decide_head(handout: Handout) -> str:
    if handout.asks_first:
        return "decide_first"
    return "decide_only_me" if handout.kind == "only_me" else "decide"
