"""Handing out the definition: the summary in chat, the files, and the versions there were."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from coachbot.coach.ratings import trend_of
from coachbot.coach.turn import Turn
from coachbot.definition.chat import chat_pages
from coachbot.definition.faces import FACES
from coachbot.definition.model import Definition, Edition
from coachbot.flow.answers import Answers, Key, Value
from coachbot.flow.messages import Say
from coachbot.flow.moving import open_question
from coachbot.reflection.schedule import SUGGESTED_ZONE
from coachbot.store.conversations import PASSING, Given, history
from coachbot.texts.context import shortened
from coachbot.texts.library import Words
from coachbot.texts.said import Button, Order, Said
from coachbot.texts.wording import say_html, say_plain

AT_THE_END: Final = ("pdf", "markdown")
"""The files that come by themselves when the flow is finished: to print, and to write on."""
_VERSION: Final = re.compile(r"\d{4}-\d{2}|\d+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Moment:
    """The answers of one version, which version that is, and the answers of the one before."""

    answers: Answers
    edition: Edition
    before: Answers | None = None


def summary(turn: Turn, argument: str = "") -> list[Said]:
    """Return the definition as chat text: now, or as it was ("2", "2026-09")."""
    if missing := _missing(turn, argument):
        return [missing]
    *pages, last = chat_pages(definition_of(turn, argument), turn.words)
    return [*map(Said, pages), Said(last, _faces(turn, argument))]


def document(turn: Turn, argument: str) -> tuple[Turn, list[Said]]:
    """Hand over a file; `argument` may name a face, a version and a language: "docx 2 en"."""
    if not turn.documents_left:
        return turn, [turn.speaker.refusal("documents")]
    names = {turn.speaker.control(face).lower(): face for face in FACES} | {f: f for f in FACES}
    face = next((names[name] for name in names if name in argument.lower()), "pdf")
    version = _VERSION.search(argument)
    if version and (missing := _missing(turn, version[0])):
        return turn, [missing]
    spoken = argument.lower().split()
    language = next((name for name in turn.office.library.languages if name in spoken), "")
    issued = turn.conversation.after(turn.state, turn.now, hands_out=True)
    file = ordered(turn, face, version[0] if version else "", language)
    return replace(turn, conversation=issued), [file]


def at_the_end(turn: Turn) -> list[Said]:
    return [ordered(turn, face) for face in AT_THE_END]


def ordered(turn: Turn, face: str, version: str = "", language: str = "") -> Said:
    """Return the promise of a file: it is printed when it is sent, from what is stored then."""
    order = Order(face, version, turn.conversation.id, language)
    return Said(turn.speaker.face(face), order=order)


def promised(turn: Turn, order: Order) -> tuple[Definition, Words]:
    """Return what an order promises, in its language, ready to be printed."""
    spoken = turn.speaking(order.language or turn.state.language)
    return definition_of(spoken, order.version), spoken.words


def versions(turn: Turn, _: str) -> tuple[Turn, list[Said]]:
    """List the versions there were, each one tap from being seen."""
    given = history(turn.connection, turn.office.ring, turn.conversation)
    newest = {one.version: one.given_at for one in given if _ripens(one)}
    asked = open_question(turn.office.flow, turn.state)
    if not newest or not turn.state.finished:
        return turn, turn.spoken((Say("no_versions"), *asked))
    source = turn.words.text("document", "fixed", "version")
    date_of = turn.office.builder(turn.state.language).date
    rows = tuple(
        (
            Button(
                say_plain(source, {"version": version, "date": date_of(_local(at))}),
                "command",
                "summary",
                str(version),
            ),
        )
        for version, at in sorted(newest.items(), reverse=True)
    )
    head = say_html(turn.words.text("say", "say", "versions"), {})
    return turn, [Said(head, rows), *turn.spoken(asked)]


def definition_of(turn: Turn, argument: str = "") -> Definition:
    given = history(turn.connection, turn.office.ring, turn.conversation)
    then = _as_it_was(turn, given, argument) or _now(turn, given)
    next_nudge = turn.next_nudge if not argument else ""
    source = turn.words.text("document", "fixed", "next_nudge")
    line = say_plain(source, {"date": next_nudge}) if next_nudge else ""
    builder = turn.office.builder(turn.state.language)
    trend = None if argument else trend_of(turn, given)
    return builder.build(then.answers, then.edition, line, then.before, trend)


def _faces(turn: Turn, argument: str) -> tuple[tuple[Button, ...], ...]:
    """Return a button for each file, and the way to the answers."""
    control = turn.speaker.control
    version = f"-{argument}" if argument.isdecimal() else ""
    pdf, picture, handout, docx = (
        Button(control(face), "command", "document", f"{face}{version}")
        for face in ("pdf", "picture", "handout", "docx")
    )
    return (pdf, picture), (handout, docx), (Button(control("answers"), "command", "answers"),)


def _now(turn: Turn, given: list[Given]) -> Moment:
    conversation = turn.conversation
    changed = conversation.changed_at or turn.now
    edition = Edition(conversation.version, not turn.state.finished, _local(changed))
    return Moment(turn.state.answers, edition, _answers(given, conversation.version - 1))


def _as_it_was(turn: Turn, given: list[Given], argument: str) -> Moment | None:
    """Return an earlier version, or None when the argument names none."""
    version = _version_meant(given, argument.strip()) if argument else None
    answers = _answers(given, version) if version else None
    if version is None or answers is None:
        return None
    last = max(one.given_at for one in given if one.version <= version)
    edition = Edition(version, not turn.state.finished, _local(last))
    return Moment(answers, edition, _answers(given, version - 1))


def _missing(turn: Turn, argument: str) -> Said | None:
    """Return what is said when a version or a month is asked for that has nothing to show."""
    if not argument.strip():
        return None
    given = history(turn.connection, turn.office.ring, turn.conversation)
    if not given or _as_it_was(turn, given, argument):
        return None
    first, last = given[0], max(one.version for one in given)
    begun = turn.office.builder(turn.state.language).date(_local(first.given_at))
    asked = shortened(argument, 20)
    return Said(turn.speaker.plainly("no_such_version", asked=asked, begun=begun, last=last))


def _answers(given: list[Given], version: int) -> Answers | None:
    """Return the answers as they stood at the end of a version; None before the first."""
    values: dict[Key, Value] = {one.key: one.value for one in given if one.version <= version}
    return Answers(values) if values else None


def _version_meant(given: list[Given], argument: str) -> int | None:
    if argument.isdecimal():
        return int(argument) if int(argument) in {one.version for one in given} else None
    if month := re.fullmatch(r"(\d{4})-(\d{2})", argument):
        last = (int(month[1]), int(month[2]))
        days = [(_local(one.given_at), one) for one in given]
        before = [one for day, one in days if (day.year, day.month) <= last]
        return before[-1].version if before else None
    return None


def _ripens(given: Given) -> bool:
    """Whether an answer is part of the definition; a rating made later is no other version."""
    return not given.key.question.startswith(PASSING)


def _local(moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(SUGGESTED_ZONE)).date()
