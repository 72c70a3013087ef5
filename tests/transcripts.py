"""Whole chats as text files: what the person does stands behind "> " or "@ ", all else is said.

> text              the person writes (lines that follow belong to the same message)
@ tap Label         the person taps the newest button of that label
@ wait 3 days       time passes (minutes, hours, days)
@ edit ID text      the person corrects the message that answered the question ID
@ play FILE [ID]    a persona answers as FILE has it, until the question ID comes up
@ language en       what the channel knows of a new person's language
@ next nudge        time passes until a nudge is due, and the clock brings it
@ name Anna         what the channel knows of a new person's name
@ document          what the definition says now, as a Markdown file

Where a chat begins in the middle, several may stand in one file, each under a line "# …":

@ given "ID" = …    an answer, as a line of an answers file, for the beginning that follows
@ begin FILE [until ID] [without ID, ID]
                    a first run has come to ID, with the answers of FILE up to there
@ finished FILE [without ID, ID]
                    the first version was made, with every answer of FILE but these
@ skim FILE [ID]    as play, and nothing of it is shown
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from coachbot.channels.terminal.persona import Persona
from coachbot.channels.terminal.screen import plain
from coachbot.coach import Coach, Reply, meeting
from coachbot.coach.timekeeping import Timekeeper
from coachbot.flow.answers import Key
from coachbot.flow.events import Commanded, Corrected, Event, Tapped, Wrote
from coachbot.flow.state import State
from coachbot.store import people
from coachbot.store.outbox import Parcel
from coachbot.store.people import Address, Person
from coachbot.texts.answers_file import AnswersFile, read_answers
from coachbot.texts.said import Button, Manner, Order, Said
from tests.beginnings import LAST, ROOT, beginning

SOMEBODY = Address("test", "somebody")


@dataclass
class Chat:
    """One person's chat.

    `lines` is the transcript so far; `scenes` are the states before and after each event, a new
    scene with every beginning.
    """

    coach: Coach
    now: datetime
    language: str = "de"
    first_name: str = ""
    lines: list[str] = field(default_factory=list)
    buttons: list[tuple[Button, int]] = field(default_factory=list)
    reply: Reply | None = None
    given: list[str] = field(default_factory=list)
    scenes: list[list[tuple[State, State]]] = field(default_factory=lambda: [[]])

    def does(self, event: Event, *, unseen: bool = False) -> Reply:
        before = self.reply
        self.now += timedelta(seconds=20)
        with self.coach.database.write() as connection:
            known = meeting.meet(connection, self.coach.office, (SOMEBODY,))[SOMEBODY]
            self.reply = self.coach.converse(
                *(connection, SOMEBODY, known, event, self.now),
                language=self.language,
                first_name=self.first_name,
            )
        if not unseen:
            self._hears(self.reply.said)
        if before and not unseen:
            self.scenes[-1].append((before.state, self.reply.state))
        return self.reply

    def _hears(self, told: Iterable[Said]) -> None:
        for said in told:
            self.lines += [*shown(said), ""]
            rows = [button for row in said.buttons for button in row]
            self.buttons += [(button, said.revision) for button in rows]

    def writes(self, text: str) -> Reply:
        self.lines += [f"> {line}" for line in text.split("\n")]
        self.lines.append("")
        return self.does(Wrote(text))

    def taps(self, label: str) -> Reply:
        self.lines += [f"@ tap {label}", ""]
        there = [found for found in self.buttons if found[0].label == label]
        if not there:
            raise ValueError(f"no such button: {label}")
        button, revision = there[-1]
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
        for typed in self._persona(argument):
            self.lines += [f"  › {line}" for line in typed.split("\n")]
            self.lines.append("")
            self.does(Wrote(typed))

    def skims(self, argument: str) -> None:
        self.lines += [f"@ skim {argument}", ""]
        for typed in self._persona(argument):
            self.does(Wrote(typed), unseen=True)

    def _persona(self, argument: str) -> Iterator[str]:
        name, _, until = argument.partition(" ")
        yield from self._typing(read_answers(ROOT / name, self.coach.office.flow), until)

    def _typing(self, file: AnswersFile, until: str = "") -> Iterator[str]:
        """Yield what somebody types who answers as the file has it."""
        flow, persona = self.coach.office.flow, Persona(self.coach.office.flow, file)
        reply = self.reply or self.does(Wrote("/start"))
        for _turn in range(300):
            reply = self.reply or reply
            key = reply.state.open_key(flow)
            typed = persona.reply(reply.state)
            if not typed or (until and key and key.question == until and not reply.state.tension):
                return
            yield typed

    def begins(self, argument: str) -> None:
        """Begin in the middle of a first run: the welcome was read long ago."""
        self._begin("begin", beginning(self.coach.office.flow, argument, self.given), argument)
        assert self.reply
        self._hears(said for said in self.reply.said if said.buttons)

    def has_finished(self, argument: str) -> None:
        """Begin behind a first version; its last question is answered so that it is made."""
        flow = self.coach.office.flow
        without = f"{argument}, {LAST}" if " without " in argument else f"{argument} without {LAST}"
        whole = beginning(flow, argument.partition(" ")[0], self.given)
        self._begin("finished", beginning(flow, without, self.given), argument)
        for typed in self._typing(whole):
            self.does(Wrote(typed), unseen=True)

    def _begin(self, how: str, file: AnswersFile, argument: str) -> None:
        self.lines += [*(f"@ given {line}" for line in self.given), f"@ {how} {argument}", ""]
        self.coach.seed(SOMEBODY, file, self.now)
        self.given.clear()
        self.scenes.append([])
        self.reply = None
        self.does(Commanded("continue"), unseen=True)

    def runs(self, script: str) -> str:
        """Run every line of a transcript that the person does; return the transcript anew."""
        does: Mapping[str, Callable[[str], object]] = {
            ">": self.writes,
            "#": lambda text: self.lines.extend([text, ""]),
            "tap": self.taps,
            "wait": self.waits,
            "edit": lambda text: self.edits(*text.split(" ", 1)),
            "play": self.plays,
            "skim": self.skims,
            "given": self.given.append,
            "begin": self.begins,
            "finished": self.has_finished,
            "language": self.speaks,
            "next": self.meets_again,
            "document": self.prints,
            "name": self.is_called,
        }
        for kind, text in _steps(script):
            if kind not in does:
                raise ValueError(f"no such step: @ {kind} {text}")
            does[kind](text)
        return "\n".join(self.lines).rstrip() + "\n"

    def meets_again(self, _: str) -> None:
        """Let time pass until the clock brings something; it may be nothing for long."""
        keeper = Timekeeper(self.coach, SOMEBODY.channel, self._carried, room=1)
        due = keeper.next_due()
        if due is None:
            self.lines += ["@ next nudge", "", "  (nothing is due)", ""]
            return
        self.now = max(self.now, due)
        self.lines += ["@ next nudge", "", f"  ({self.now:%Y-%m-%d %H:%M} UTC)", ""]
        keeper.tick(self.now)

    def _carried(self, person: Person, reply: Reply) -> tuple[int, Sequence[Parcel]]:
        del person
        before, self.reply = self.reply, reply
        self._hears(reply.said)
        if before:
            self.scenes[-1].append((before.state, reply.state))
        return 1, ()

    def prints(self, _: str) -> None:
        """Show the file that would be handed over now."""
        with self.coach.database.read() as connection:
            person = people.find(connection, SOMEBODY)
        assert person
        assert person.definition_id
        order = Order("markdown", "", person.definition_id)
        made = self.coach.printed(person.id, order, self.now)
        self.lines += ["@ document", ""]
        self.lines += [f"  | {line}".rstrip() for line in made.content.decode().split("\n")]
        self.lines.append("")

    def is_called(self, name: str) -> None:
        self.lines += [f"@ name {name}", ""]
        self.first_name = name

    def speaks(self, language: str) -> None:
        self.lines += [f"@ language {language}", ""]
        self.language = language


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


def _steps(script: str) -> Iterator[tuple[str, str]]:
    """Yield (kind, text) of every step; lines of one message or one remark belong together."""
    mark, lines = "", list[str]()
    for line in [*script.split("\n"), ""]:
        begins = next((m for m in ("> ", "#") if line.startswith(m)), "")
        if lines and begins != mark:
            yield mark.strip(), "\n".join(lines)
            lines = []
        if begins:
            mark = begins
            lines.append(line if begins == "#" else line.removeprefix(begins))
        elif line.startswith("@ "):
            kind, _, text = line[2:].partition(" ")
            yield kind, text
