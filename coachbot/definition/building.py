"""From answers to a `Definition`. Nothing is invented: what was not said is left out or open."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from coachbot.definition.model import (
    Definition,
    Edition,
    Entry,
    Handout,
    MatrixRow,
    Neighbour,
    Position,
    Rub,
    Section,
    Wall,
)
from coachbot.flow.answers import Answers, Key
from coachbot.flow.conditions import only_me
from coachbot.flow.path import applies, keys
from coachbot.flow.questions import Depth, Flow, Question
from coachbot.flow.sources import NOTHING, items_of
from coachbot.flow.taking import TENSION_REASON
from coachbot.noticing.archetypes import nearest
from coachbot.texts.context import context, positions
from coachbot.texts.dates import long_date
from coachbot.texts.display import lines_of
from coachbot.texts.library import Table, Words
from coachbot.texts.tension_words import tension_context
from coachbot.texts.wording import say_plain

MOST_ON_THE_WALL: Final = 5
MOST_NEVERS: Final = 3
ASSUMED: Final = "assumed"


@dataclass(frozen=True)
class Builder:
    """Builds definitions in one language; `layout` says which answers stand in which section."""

    flow: Flow
    words: Words
    layout: Table

    def build(self, answers: Answers, edition: Edition, next_nudge: str = "") -> Definition:
        """Return the definition of these answers."""
        fixed = self.words.table("document", "fixed")
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
            sections=tuple(self.sections(answers)),
            rubs=tuple(self.rubs(answers, is_finished=not edition.is_draft)),
            open_points=self.open_points(answers),
            next_nudge=next_nudge,
        )

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
        return Handout(
            kind="only_me" if alone else "members" if is_club else "staff",
            decide=self.lines(answers, "team.decide"),
            limit="" if alone else self.one(answers, "team.limit"),
            whom="" if alone else answers.text("team.whom"),
            escalate="" if alone else self.one(answers, "team.escalate"),
            complaint=answers.text("channels.complaint"),
        )

    def positions(self, answers: Answers) -> tuple[Position, ...]:
        at = positions(answers)
        return tuple(
            Position(
                self.label("relation.position.low", dimension),
                self.label("relation.position.high", dimension),
                at[dimension],
            )
            for dimension in self.flow.by_id["relation.position"].each
            if dimension in at
        )

    def neighbour(self, answers: Answers) -> Neighbour | None:
        """Return the archetype that was chosen, else the nearest; None before all positions."""
        at, chosen = positions(answers), answers.text("relation.neighbour")
        dimensions = self.flow.by_id["relation.position"].each
        if len(at) < len(dimensions) or chosen == "neither":
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
        clash = answers.many("tribe.clash")
        mores = ", ".join(self.label("tribe.clash", value) for value in clash)
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
            )
            for row, customers, company, judgement in rows
        ]
        judged.append(
            MatrixRow(
                fixed["row_mores"],
                ", ".join(self.lines(answers, "tribe.mores")),
                ", ".join(self.lines(answers, "values.list")),
                mores,
            )
        )
        return tuple(row for row in judged if row.customers and row.company)

    def journey(self, answers: Answers) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Return (phase, touchpoints) for the phases that were answered; () is a hole."""
        given = answers.by_item("channels.journey")
        return tuple(
            (
                self.label("channels.journey", phase),
                ()
                if given[phase] == (NOTHING,)
                else self.lines(answers, "channels.journey", phase),
            )
            for phase in self.flow.by_id["channels.journey"].each
            if phase in given
        )

    def sections(self, answers: Answers) -> Iterator[Section]:
        headings = self.words.table("document", "sections")
        for section in self.layout["section"]:
            entries = [self.entry(answers, self.flow.by_id[id_]) for id_ in section["questions"]]
            there = tuple(entry for entry in entries if entry)
            if there:
                yield Section(section["id"], headings[section["id"]], there)

    def entry(self, answers: Answers, question: Question) -> Entry | None:
        """Return an answer with its items, or None when nothing was said or it does not apply."""
        if not applies(question, answers):
            return None
        lines = tuple(
            (self.label(question.id, item), line)
            for item in self._items(answers, question)
            for line in self.lines(answers, question.id, item)
        )
        if not lines:
            return None
        evidence = evidence_of(answers, question)
        mark = self.words.table("document", "fixed")[f"mark_{evidence}"] if evidence else ""
        name = self.words.questions[question.id]["short"]
        return Entry(question.id, name, lines, mark, evidence == ASSUMED)

    def _items(self, answers: Answers, question: Question) -> Sequence[str]:
        return (
            ("", question.insight_item)
            if question.insight_item
            else items_of(self.flow, question, answers)
        )

    def rubs(self, answers: Answers, *, is_finished: bool) -> Iterator[Rub]:
        """Yield what rubs; a tension that has a reason keeps it."""
        about = context(self.flow, self.words, answers)
        for tension in self.flow.rules.tensions(answers, is_finished):
            told = tension_context(self.flow, self.words, answers, tension)
            source = self.words.text("tensions", tension.id, "document")
            reason = answers.text(TENSION_REASON, tension.id)
            yield Rub(tension.id, say_plain(source, {**about, **told}), reason)

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


def evidence_of(answers: Answers, question: Question) -> str:
    """Return heard, seen or assumed for a customer-side answer; its own word, else the stage's."""
    if not question.customer_side:
        return ""
    own = answers.text(question.customer_side, question.id)
    return own or answers.text(question.customer_side)
