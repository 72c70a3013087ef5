"""Handing out the definition: the summary in chat, the file, and the versions there were."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from coachbot.coach.turn import Turn
from coachbot.definition.chat import chat_pages
from coachbot.definition.markdown import markdown
from coachbot.definition.model import Definition, Edition
from coachbot.flow.answers import Answers, Key, Value
from coachbot.reflection.schedule import SUGGESTED_ZONE
from coachbot.store.conversations import Given, history
from coachbot.texts.said import Attachment, Said
from coachbot.texts.wording import say_plain


@dataclass(frozen=True, slots=True)
class Moment:
    """The answers of one version, and which version that is."""

    answers: Answers
    edition: Edition


def summary(turn: Turn, argument: str = "") -> list[Said]:
    """Return the definition as chat text: now, or as it was ("2", "2026-09")."""
    definition = definition_of(turn, argument)
    return [Said(page) for page in chat_pages(definition, turn.words)]


def document(turn: Turn, argument: str) -> tuple[Turn, list[Said]]:
    """Return the definition as a file."""
    return turn, [file_of(turn, argument)]


def file_of(turn: Turn, argument: str = "") -> Said:
    definition = definition_of(turn, argument)
    content = markdown(definition, turn.words).encode()
    name = f"{turn.words.text('document', 'fixed', 'file_name')}.md"
    caption = turn.speaker.plainly("document_ready")
    return Said(caption, attachment=Attachment(name, content))


def definition_of(turn: Turn, argument: str = "") -> Definition:
    then = _as_it_was(turn, argument) or _now(turn)
    next_nudge = turn.next_nudge if not argument else ""
    source = turn.words.text("document", "fixed", "next_nudge")
    line = say_plain(source, {"date": next_nudge}) if next_nudge else ""
    builder = turn.office.builder(turn.state.language)
    return builder.build(then.answers, then.edition, line)


def _now(turn: Turn) -> Moment:
    conversation = turn.conversation
    changed = conversation.changed_at or turn.now
    edition = Edition(conversation.version, not turn.state.finished, _local(changed))
    return Moment(turn.state.answers, edition)


def _as_it_was(turn: Turn, argument: str) -> Moment | None:
    """Return an earlier version, or None when the argument names none."""
    given = history(turn.connection, turn.office.ring, turn.conversation) if argument else []
    version = _version_meant(given, argument.strip())
    if version is None:
        return None
    until = [one for one in given if one.version <= version]
    values: dict[Key, Value] = {one.key: one.value for one in until}
    return Moment(Answers(values), Edition(version, False, _local(until[-1].given_at)))


def _version_meant(given: list[Given], argument: str) -> int | None:
    if argument.isdecimal():
        return int(argument) if int(argument) in {one.version for one in given} else None
    if month := re.fullmatch(r"(\d{4})-(\d{2})", argument):
        last = (int(month[1]), int(month[2]))
        before = [one for one in given if (one.given_at.year, one.given_at.month) <= last]
        return before[-1].version if before else None
    return None


def _local(moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(SUGGESTED_ZONE)).date()
