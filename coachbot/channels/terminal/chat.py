"""A chat in the terminal: the same coach, lines in and lines out."""

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from coachbot.channels.terminal.screen import Screen, console
from coachbot.coach import Coach, Reply
from coachbot.flow.events import Event, Started, Wrote
from coachbot.store.people import Address
from coachbot.texts.answers_file import read_answers
from coachbot.texts.said import Said

PERSON: Final = Address("terminal", "me")
Clock = Callable[[], datetime]


def run(coach: Coach, out: Path, answers: Path | None, place: str) -> None:
    """Lead a conversation on standard input; at its end say what is still open."""
    screen = Screen(console(), out)
    if answers:
        coach.seed(PERSON, read_answers(answers, coach.office.flow), utc_now())
    screen.note(place)
    reply = talk(coach, screen, typed_lines())
    screen.show(coach.still_open(reply))


def talk(coach: Coach, screen: Screen, lines: Iterable[str], now: Clock | None = None) -> Reply:
    """Lead one conversation until the lines end; returns the last reply."""
    now = now or utc_now
    reply = _turn(coach, screen, Started(), now)
    for line in lines:
        if line.strip():
            reply = _turn(coach, screen, Wrote(line), now)
    return reply


def _turn(coach: Coach, screen: Screen, event: Event, now: Clock) -> Reply:
    reply = coach.handle(PERSON, event, now())
    for said in reply.said:
        screen.show(with_file(coach, reply, said, now()))
    return reply


def with_file(coach: Coach, reply: Reply, said: Said, now: datetime) -> Said:
    """Return what is said with the file it promises."""
    if said.order is None:
        return said
    return replace(said, attachment=coach.printed(reply.person.id, said.order, now))


def typed_lines() -> Iterator[str]:
    """Yield what is typed, until the input ends or is interrupted."""
    while True:
        try:
            line = input("› " if sys.stdin.isatty() else "")
        except (EOFError, KeyboardInterrupt):
            return
        yield line


def utc_now() -> datetime:
    return datetime.now(UTC)
