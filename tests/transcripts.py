"""Whole chats as text files: what the person does stands behind "> " or "@ ", all else is said.

> text              the person writes (lines that follow belong to the same message)
@ tap Label         the person taps the newest button of that label
@ wait 3 days       time passes (minutes, hours, days)
@ edit ID text      the person corrects the message that answered the question ID
@ play FILE [ID]    a persona answers as FILE has it, until the question ID comes up
@ language en       what the channel knows of a new person's language
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from coachbot.channels.terminal.persona import Persona
from coachbot.channels.terminal.screen import plain
from coachbot.coach import Coach, Reply
from coachbot.flow.answers import Key
from coachbot.flow.events import Corrected, Event, Tapped, Wrote
from coachbot.store.people import Address
from coachbot.texts.answers_file import read_answers
from coachbot.texts.said import Button, Manner, Said

ROOT = Path(__file__).parent.parent
SOMEBODY = Address("test", "somebody")


@dataclass
class Chat:
    """One person's chat; `lines` is the transcript so far."""

    coach: Coach
    now: datetime
    language: str = "de"
    lines: list[str] = field(default_factory=list)
    buttons: list[tuple[Button, int]] = field(default_factory=list)
    reply: Reply | None = None

    def does(self, event: Event) -> Reply:
        self.now += timedelta(seconds=20)
        self.reply = self.coach.handle(SOMEBODY, event, self.now, language=self.language)
        for said in self.reply.said:
            self.lines += [*shown(said), ""]
            rows = [button for row in said.buttons for button in row]
            self.buttons += [(button, said.revision) for button in rows]
        return self.reply

    def writes(self, text: str) -> Reply:
        self.lines += [f"> {line}" for line in text.split("\n")]
        self.lines.append("")
        return self.does(Wrote(text))

    def taps(self, label: str) -> Reply:
        self.lines += [f"@ tap {label}", ""]
        button, revision = next(
            (button, revision)
            for button, revision in reversed(self.buttons)
            if button.label == label
        )
        if revision < 0 and self.reply:
            revision = self.reply.state.revision
        return self.does(Tapped(button.verb, button.argument, button.item, revision))

    def edits(self, question: str, text: str) -> Reply:
        self.lines += [f"@ edit {question} {text}", ""]
        return self.does(Corrected(Key(question), text))

    def waits(self, amount: str) -> None:
        self.lines += [f"@ wait {amount}", ""]
        number, unit = amount.split()
        self.now += timedelta(**{unit: int(number)})

    def plays(self, argument: str) -> None:
        self.lines += [f"@ play {argument}", ""]
        name, _, until = argument.partition(" ")
        persona = Persona(self.coach.office.flow, read_answers(ROOT / name, self.coach.office.flow))
        reply = self.reply or self.does(Wrote("/start"))
        for _turn in range(300):
            key = reply.state.open_key(self.coach.office.flow)
            typed = persona.reply(reply.state)
            if not typed or (until and key and key.question == until and not reply.state.tension):
                return
            self.lines += [f"  › {line}" for line in typed.split("\n")]
            self.lines.append("")
            reply = self.does(Wrote(typed))

    def runs(self, script: str) -> str:
        """Run every line of a transcript that the person does; return the transcript anew."""
        for head in _head(script):
            self.lines.append(head)
        for kind, text in _steps(script):
            match kind:
                case ">":
                    self.writes(text)
                case "tap":
                    self.taps(text)
                case "wait":
                    self.waits(text)
                case "edit":
                    self.edits(*text.split(" ", 1))
                case "play":
                    self.plays(text)
                case "language":
                    self.lines += [f"@ language {text}", ""]
                    self.language = text
                case _:
                    raise ValueError(f"no such step: @ {kind} {text}")
        return "\n".join(self.lines).rstrip() + "\n"


def shown(said: Said) -> Iterator[str]:
    """Yield what a person sees of one message."""
    mark = {Manner.NEW: "«", Manner.IN_PLACE: "~", Manner.SETTLES: "=", Manner.ASIDE: "!"}
    text = plain(said.html).split("\n")
    yield f"{mark[said.manner]} {text[0]}".rstrip()
    yield from (f"  {line}".rstrip() for line in text[1:])
    for row in said.buttons:
        yield "    " + " ".join(f"[{_face(button)}]" for button in row)
    if said.order:
        yield f"    ({said.order.face} {said.order.version}".rstrip() + ")"
    if said.attachment:
        yield f"    ({said.attachment.name})"


def _face(button: Button) -> str:
    return ("✓ " if button.is_on else "") + button.label


def _head(script: str) -> Iterator[str]:
    for line in script.split("\n"):
        if not line.startswith("#"):
            break
        yield line
    yield ""


def _steps(script: str) -> Iterator[tuple[str, str]]:
    said: list[str] = []
    for line in [*script.split("\n"), ""]:
        if line.startswith("> "):
            said.append(line[2:])
            continue
        if said:
            yield ">", "\n".join(said)
            said = []
        if line.startswith("@ "):
            kind, _, text = line[2:].partition(" ")
            yield kind, text
