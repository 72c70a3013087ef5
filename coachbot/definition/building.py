"""From answers to a `Definition`. Nothing is invented: what was not said is left out or open."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from coachbot.definition.changes import changes
from coachbot.definition.model import (
    Course,
    Definition,
    Edition,
    Entry,
    Handout,
    MatrixRow,
    Neighbour,
    Phase,
    Position,
    Rub,
    Section,
    Wall,
)
from coachbot.flow.answers import Answers, Key
from coachbot.flow.conditions import only_me
from coachbot.flow.observations import TENSION_REASON
from coachbot.flow.path import applies, keys
from coachbot.flow.questions import Depth, Flow, Kind, Question
from coachbot.flow.sources import NONE, NOTHING, items_of, roles
from coachbot.noticing.archetypes import nearest
from coachbot.reflection.trend import Trend
from coachbot.texts.context import Context, positions
from coachbot.texts.dates import long_date
from coachbot.texts.display import evidence_of, lines_of
from coachbot.texts.library import Table, Words
from coachbot.texts.tension_words import tension_context
from coachbot.texts.trend_words import trend_figures
from coachbot.texts.wording import say_plain

MOST_ON_THE_WALL: Final = 5
MOST_NEVERS: Final = 3
ASSUMED: Final = "assumed"
NOTHING_ALONE: Final = "nothing_alone"
CHECK: Final = "check"
"""The section about today, in which the line of the ratings stands."""


@dataclass(frozen=True)
class Builder:
    """Builds definitions in one language; `layout` says which answers stand in which section."""

    flow: Flow
    words: Words
    layout: Table

    def build(
        self,
        answers: Answers,
        edition: Edition,
        next_nudge: str = "",
        before: Answers | None = None,
        trend: Trend | None = None,
    ) -> Definition:
        """Return the definition of these answers; `before` are those it is compared with.

        `trend` is that of the ratings so far.
        """
        fixed = self.words.table("document", "fixed")
        course = self.course(trend) if trend and len(trend.ratings) > 1 else None
        values = {"version": edition.version, "date": self.date(edition.on)}
        return Definition(
            language=self.words.language,
            title=self.title(answers),
            business=answers.text("business.name") or fixed["untitled"],
            edition=edition,
            edition_line=say_plain(fixed["draft" if edition.is_draft else "version"], values),
            wall=self.wall(answers),
            handout=self.handout(answers),
            positions=self.positions(answers),
            neighbour=self.neighbour(answers),
            matrix=self.matrix(answers),
            journey=self.journey(answers),
            sections=tuple(self.sections(answers, course)),
            rubs=tuple(self.rubs(answers, is_finished=not edition.is_draft)),
            open_points=self.open_points(answers),
            next_nudge=next_nudge,
            changes=()
            if before is None
            else tuple(changes(self.flow, self.words, before, answers)),
            course=course,
        )

    def course(self, trend: Trend) -> Course:
        ratings = tuple((self.date(on), rating) for on, rating in trend.ratings)
        return Course(ratings, trend_figures(self.words, trend))

    def date(self, on: Any) -> str:  # noqa: ANN401  a date, formatted for people
        return long_date(on, self.words.language)

    def title(self, answers: Answers) -> str:
        group = " ".join(answers.text("business.group").split())
        fixed = self.words.table("document", "fixed")
        return say_plain(fixed["title_for"], {"group": group}) if group else fixed["title"]

    def lines(self, answers: Answers, question: str, item: str = "") -> tuple[str, ...]:
        return lines_of(self.flow, self.words.language, answers, Key(question, item))

    def one(self, answers: Answers, question: str) -> str:
        return ", ".join(self.lines(answers, question))

    def label(self, question: str, option: str) -> str:
        return self.flow.label(self.words.language, question, option)

    def wall(self, answers: Answers) -> Wall:
        return Wall(
            sentence=answers.text("relation.sentence"),
            word=answers.text("relation.word"),
            means=answers.text("relation.word", "means"),
            observables=self.lines(answers, "relation.plain")[:MOST_ON_THE_WALL],
            nevers=self.lines(answers, "relation.never")[:MOST_NEVERS],
        )

    def handout(self, answers: Answers) -> Handout:
        alone = only_me(answers)
        is_club = answers.text("business.kind") == "members"
        asks_first = answers.many("team.decide") == (NOTHING_ALONE,)
        return Handout(
            kind="only_me" if alone else "members" if is_club else "staff",
            decide=() if asks_first else self.lines(answers, "team.decide"),
            asks_first=asks_first,
            limit="" if alone else self.one(answers, "team.limit"),
            limits=() if alone else self.limits(answers),
            whom="" if alone else answers.text("team.whom"),
            escalate="" if alone else self.one(answers, "team.escalate"),
            complaint=answers.text("channels.complaint"),
        )

    def limits(self, answers: Answers) -> tuple[tuple[str, str], ...]:
        """Return (role, limit) for the roles that have a limit of their own."""
        return tuple(
            (self.label("team.limit_role", role), line)
            for role in roles(self.flow, answers)
            for line in self.lines(answers, "team.limit_role", role)
        )

    def positions(self, answers: Answers) -> tuple[Position, ...]:
        at = positions(answers)
        return tuple(
            Position(
                self.label("relation.position.low", dimension),
                self.label("relation.position.high", dimension),
                at[dimension],
            )
            for dimension in self.flow.each("relation.position")
            if dimension in at
        )

    def neighbour(self, answers: Answers) -> Neighbour | None:
        """Return the archetype that was chosen, else the nearest; None before all positions."""
        at, chosen = positions(answers), answers.text("relation.neighbour")
        dimensions = self.flow.each("relation.position")
        if not dimensions or len(at) < len(dimensions) or chosen == "neither":
            return None
        id_ = (
            chosen
            if chosen in self.flow.archetypes
            else nearest(at, self.flow.archetypes, dimensions, 1)[0].id
        )
        told = self.words.files["archetypes"][id_]
        return Neighbour(told["name"], told["works"], self.flow.archetypes[id_], told["credit"])

    def matrix(self, answers: Answers) -> tuple[MatrixRow, ...]:
        """Return the rows of the matrix that have something in both columns."""
        fixed = self.words.table("document", "fixed")
        rows = (
            ("row_identity", "tribe.identity", "values.why", "matrix.identity_why"),
            ("row_aims", "tribe.aims", "tribe.onlyness", "matrix.aims_onlyness"),
        )
        judged = [
            MatrixRow(
                fixed[row],
                answers.text(customers),
                answers.text(company),
                self.one(answers, judgement),
                (customers, company),
            )
            for row, customers, company, judgement in rows
        ]
        judged.append(
            MatrixRow(
                fixed["row_mores"],
                "\n".join(self.lines(answers, "tribe.mores")),
                "\n".join(self.lines(answers, "values.list")),
                self._clash(answers),
                ("tribe.mores", "values.list"),
            )
        )
        return tuple(row for row in judged if row.customers and row.company)

    def _clash(self, answers: Answers) -> str:
        """Return how the values get on with the mores, as far as that was said."""
        clash, fixed = answers.many("tribe.clash"), self.words.table("document", "fixed")
        if not clash or clash == (NONE,):
            return str(fixed["clash_none"]) if clash else ""
        return say_plain(fixed["clash_with"], {"values": ", ".join(clash)})

    def journey(self, answers: Answers) -> tuple[Phase, ...]:
        """Return the phases that were answered."""
        given = answers.by_item("channels.journey")
        return tuple(
            Phase(
                self.label("channels.journey", phase),
                tuple(
                    (self.label("channels.journey", touchpoint), self._nature(answers, touchpoint))
                    for touchpoint in answers.many("channels.journey", phase)
                    if touchpoint != NOTHING
                ),
                answers.text("channels.experience", phase),
            )
            for phase in self.flow.each("channels.journey")
            if phase in given
        )

    def _nature(self, answers: Answers, touchpoint: str) -> str:
        known = self.flow.natures.get(touchpoint, "")
        return known or answers.text("channels.nature", touchpoint)

    def sections(self, answers: Answers, course: Course | None = None) -> Iterator[Section]:
        headings = self.words.table("document", "sections")
        for section in self.layout["section"]:
            drawing, drawn = section.get("drawing", ""), self._drawn(answers, section)
            entries = [
                self.entry(answers, self.flow.by_id[id_], is_drawn=id_ in drawn)
                for id_ in section["questions"]
                if id_ in self.flow.by_id
            ]
            there = tuple(entry for entry in entries if entry)
            if course and section["id"] == CHECK:
                there += (Entry("check.trend", self._fixed("trend"), (("", course.line),)),)
            if there or (drawing == "matrix" and self.matrix(answers)):
                yield Section(section["id"], headings[section["id"]], there, drawing)

    def _fixed(self, name: str) -> str:
        return self.words.text("document", "fixed", name)

    def _drawn(self, answers: Answers, section: Table) -> set[str]:
        """Return what the section's drawing says; of the comparison, own words are no drawing."""
        drawn = set(section.get("drawn", ()))
        is_archetype = answers.text("relation.neighbour") in self.flow.archetypes
        return drawn if is_archetype else drawn - {"relation.neighbour"}

    def entry(
        self, answers: Answers, question: Question, *, is_drawn: bool = False
    ) -> Entry | None:
        """Return an answer with its items, or None when nothing was said or it does not apply."""
        if not applies(question, answers):
            return None
        lines = tuple(
            (self._item(question, item), line)
            for item in self._items(answers, question)
            for line in self.lines(answers, question.id, item)
        )
        if not lines:
            return None
        evidence = evidence_of(answers, question)
        mark = self.words.table("document", "fixed")[f"mark_{evidence}"] if evidence else ""
        name = self.words.questions[question.id]["short"]
        at = answers.number(question.id) or 0
        return Entry(question.id, name, lines, mark, evidence == ASSUMED, at, is_drawn)

    def _item(self, question: Question, item: str) -> str:
        if item and item == question.insight_item:
            return str(self.words.table("document", "fixed")["insight"])
        # A position names its own poles.
        return "" if question.kind is Kind.SCALE else self.label(question.id, item)

    def _items(self, answers: Answers, question: Question) -> Sequence[str]:
        return (
            ("", question.insight_item)
            if question.insight_item
            else items_of(self.flow, question, answers)
        )

    def rubs(self, answers: Answers, *, is_finished: bool) -> Iterator[Rub]:
        """Yield what rubs; a tension that has a reason keeps it."""
        about = Context(self.flow, self.words, answers)
        for tension in self.flow.rules.tensions(answers, is_finished):
            told = tension_context(self.flow, self.words, answers, tension)
            source = self.words.text("tensions", tension.id, "document")
            reason = answers.text(TENSION_REASON, tension.id)
            yield Rub(tension.id, say_plain(source, about | told), reason)

    def open_points(self, answers: Answers) -> tuple[str, ...]:
        """Return the names of core questions that were not answered."""
        missing = [k for k in keys(self.flow, answers, self.flow.core) if not answers.has(*k)]
        names = (
            self._name(key) for key in missing if self.flow.by_id[key.question].depth is Depth.CORE
        )
        return tuple(dict.fromkeys(names))

    def _name(self, key: Key) -> str:
        name: str = self.words.questions[key.question]["short"]
        question = self.flow.by_id[key.question]
        item = self.label(key.question, key.item)
        return f"{name}: {item}" if item and not question.is_board else name
