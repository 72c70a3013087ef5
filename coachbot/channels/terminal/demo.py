"""The demo: a persona with an answers file talks to the real coach while one watches."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from coachbot.channels.terminal.chat import with_file
from coachbot.channels.terminal.persona import Persona
from coachbot.channels.terminal.screen import Screen, console
from coachbot.coach import Coach, Reply
from coachbot.flow.events import Event, Started, Wrote
from coachbot.store.people import Address
from coachbot.texts.answers_file import read_answers

BAKER: Final = Address("terminal", "demo")
SECONDS_A_CHARACTER: Final = 0.006
MOST_TURNS: Final = 200


def play(coach: Coach, answers: Path, out: Path, *, with_pauses: bool) -> None:
    """Play the whole conversation, and leave the document in `out`."""
    screen = Screen(console(), out)
    pause = _reading_pause if with_pauses and screen.console.is_terminal else _no_pause
    file = read_answers(answers, coach.office.flow)
    persona = Persona(coach.office.flow, file)
    reply = _turn(coach, screen, Started(), file.language, pause)
    for _ in range(MOST_TURNS):
        typed = persona.reply(reply.state)
        if not typed:
            return
        screen.echo(typed)
        reply = _turn(coach, screen, Wrote(typed), file.language, pause)


def _turn(
    coach: Coach, screen: Screen, event: Event, language: str, pause: Callable[[int], None]
) -> Reply:
    now = datetime.now(UTC)
    reply = coach.handle(BAKER, event, now, language=language)
    for said in reply.said:
        screen.show(with_file(coach, reply, said, now))
        pause(len(said.html))
    return reply


def _reading_pause(characters: int) -> None:
    time.sleep(characters * SECONDS_A_CHARACTER)


def _no_pause(_: int) -> None:
    return
