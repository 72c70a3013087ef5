"""Pictures of the chat as a phone shows it, made of what the coach really says.

A persona with an answers file talks to the real coach on a database that is gone afterwards; what
both say goes through `phone.html.j2`, and headless Chromium takes the picture. Run it as
`.venv/bin/python docs/phone/picture.py`. It needs Chromium; the pictures in the repository are
set in Inter (Debian's chromium and fonts-inter), elsewhere lines may break differently.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from coachbot.channels.terminal.persona import Persona
from coachbot.coach import Coach
from coachbot.flow.answers import Key
from coachbot.flow.events import Event, Started, Tapped, Wrote
from coachbot.flow.questions import Flow, Kind
from coachbot.flow.state import State
from coachbot.settings import Settings
from coachbot.store.people import Address
from coachbot.texts.answers_file import read_answers
from coachbot.texts.said import Button, Manner, Said
from coachbot.wiring import coach_beside

HERE: Final = Path(__file__).resolve().parent
PICTURES: Final = HERE.parent / "pictures"
EXAMPLES: Final = HERE.parent.parent / "examples"
SOMEBODY: Final = Address("phone", "somebody")
TUESDAY: Final = datetime(2026, 11, 24, 7, 12, tzinfo=UTC)
ZONE: Final = ZoneInfo("Europe/Vienna")
A_MOVE: Final = timedelta(seconds=20)
MOST_MOVES: Final = 300

BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")
FLAGS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-lcd-text",
    "--hide-scrollbars",
    "--default-background-color=00000000",
)
PHONE: Final = (390, 844)
STRIP: Final = (1200, 828)
"""Width and height in CSS pixels: of one phone, and of three side by side."""


@dataclass(frozen=True, slots=True)
class Bubble:
    """A message on screen; `is_own` when the person wrote it."""

    html: Markup
    at: datetime
    is_own: bool = False
    buttons: tuple[tuple[Button, ...], ...] = ()
    revision: int = -1


Screen = tuple[tuple[Bubble, ...], ...]
"""What one picture shows: stretches of a chat, between which time has passed."""


@dataclass
class Chat:
    """A chat held as on a phone: a tap wherever a button says it, typing elsewhere."""

    coach: Coach
    persona: Persona
    now: datetime = TUESDAY
    state: State = field(default_factory=State)
    bubbles: list[Bubble] = field(default_factory=list)

    @property
    def flow(self) -> Flow:
        return self.coach.office.flow

    def leads_to(self, key: Key | None, *, ticks: int = 0) -> None:
        """Go on until `key` is the open question and so much is ticked; None: to the end."""
        for _ in range(MOST_MOVES):
            if self.state.open_key(self.flow) == key and len(self.state.draft) >= ticks:
                return
            self.goes_on()
        raise RuntimeError(f"after {MOST_MOVES} moves {key} is still not open")

    def goes_on(self) -> None:
        """Do one thing: begin, tap a button, or write a message."""
        if not self.state.started:
            self._does(Started())
            return
        words = self.words()
        button = next((b for b in self._keyboard() if b.label == words), None)
        if button:
            revision = self.bubbles[-1].revision
            self._does(Tapped(button.verb, button.argument, button.item, revision))
        else:
            self.bubbles.append(self.own(words))
            self._does(Wrote(words, adds=True))

    def words(self) -> str:
        """Return what the person taps or writes next: of several things, one at a time."""
        typed, key = self.persona.reply(self.state), self.state.open_key(self.flow)
        question = self.flow.by_id[key.question] if key else None
        if question is None or self.state.follow_up or self.state.tension:
            return typed
        if question.kind is Kind.SCALE:
            return typed.split()[0]
        if not (question.takes_several and question.has_options):
            return typed
        labels = self.flow.labels[self.state.language].get(question.id, {})
        ticked = {labels.get(part, part) for part in self.state.draft}
        missing = [line for line in typed.split("\n") if line not in ticked]
        faces = {button.label: button.verb for button in self._keyboard()}
        to_tap = [line for line in missing if line in faces]
        done = [label for label, verb in faces.items() if verb == "done"]
        return to_tap[0] if to_tap else "\n".join(missing or done)

    def own(self, words: str) -> Bubble:
        return Bubble(escape(words), self._clock(), is_own=True)

    def latest(self) -> list[Bubble]:
        """Return what the coach said since the person last wrote."""
        written = max(place for place, bubble in enumerate(self.bubbles) if bubble.is_own)
        return self.bubbles[written + 1 :]

    def _keyboard(self) -> list[Button]:
        return [button for row in self.bubbles[-1].buttons for button in row]

    def _does(self, event: Event) -> None:
        self.now += A_MOVE
        language = self.persona.file.language
        reply = self.coach.handle(SOMEBODY, event, self.now, language=language)
        self.state = reply.state
        for said in reply.said:
            self._shows(said)

    def _shows(self, said: Said) -> None:
        """Put on screen what is said, as its manner wants it; a toast leaves nothing behind."""
        html = Markup(said.html)  # noqa: S704  the coach has escaped what a person wrote
        bubble = Bubble(html, self._clock(), buttons=said.buttons, revision=said.revision)
        if said.manner is Manner.NEW:
            self.bubbles.append(bubble)
        elif said.manner is not Manner.ASIDE:
            place = max(place for place, old in enumerate(self.bubbles) if old.buttons)
            old = self.bubbles[place]
            self.bubbles[place] = replace(bubble, html=bubble.html or old.html, at=old.at)

    def _clock(self) -> datetime:
        return self.now.astimezone(ZONE)


def shown(example: str, *moments: Callable[[Chat], Screen]) -> list[Screen]:
    """Lead one conversation with the answers of `example` and return it at these moments."""
    with coach_beside(Settings.load()) as coach:
        flow = coach.office.flow
        chat = Chat(coach, Persona(flow, read_answers(EXAMPLES / example, flow)))
        return [moment(chat) for moment in moments]


def first_insight(chat: Chat) -> Screen:
    """Show the word on the sticky note, what the coach asks back, and what the word means."""
    chat.leads_to(Key("relation.word"))
    chat.goes_on()
    return ((*chat.bubbles, chat.own(chat.words())),)


def boards(chat: Chat) -> Screen:
    """Show the eight dimensions half way, and a list being ticked."""
    chat.leads_to(Key("relation.position", "initiative"))
    dimensions = chat.bubbles[-1]
    chat.leads_to(Key("channels.journey", "evaluation"), ticks=2)
    return (dimensions,), (chat.bubbles[-1],)


def summary(chat: Chat) -> Screen:
    """Show the page for the wall, and what the coach offers after the rest of the document."""
    chat.leads_to(None)
    _, wall, *_, offer = chat.latest()
    return (wall,), (offer,)


def photograph(name: str, language: str, *screens: Screen) -> None:
    """Take the picture `name`: one phone fills it, several stand side by side."""
    template = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined
    ).get_template("phone.html.j2")
    (width, height), density = (PHONE, 2) if len(screens) == 1 else (STRIP, 1)
    with tempfile.TemporaryDirectory(prefix="coachbot-picture-") as folder:
        page = Path(folder) / "phone.html"
        page.write_text(template.render(language=language, phones=screens), encoding="utf-8")
        subprocess.run(  # noqa: S603  our own page and flags
            [
                browser() or BROWSERS[0],
                *FLAGS,
                f"--user-data-dir={folder}/profile",
                f"--window-size={width},{height}",
                f"--force-device-scale-factor={density}",
                f"--screenshot={PICTURES / name}.png",
                page.as_uri(),
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )


def browser() -> str | None:
    """Return where Chromium is, or None."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def main() -> int:
    if browser() is None:
        sys.stderr.write(f"Chromium is missing: none of {', '.join(BROWSERS)} is on the path.\n")
        return 2
    PICTURES.mkdir(exist_ok=True)
    german = shown("bakery.toml", first_insight, boards, summary)
    english = shown("bookshop.toml", first_insight)
    names = ("chat-first-insight-de", "chat-board-de", "chat-summary-de")
    for name, screen in zip(names, german, strict=True):
        photograph(name, "de", screen)
    photograph("chat-first-insight-en", "en", *english)
    photograph("chat-de", "de", *german)
    return 0


if __name__ == "__main__":
    sys.exit(main())
