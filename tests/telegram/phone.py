"""Somebody who answers the whole flow on the phone, by taps where there are buttons."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

from coachbot.channels.terminal.persona import Persona
from coachbot.channels.terminal.screen import plain
from coachbot.flow.answers import Key, Value
from coachbot.flow.engine import step
from coachbot.flow.events import Started, Wrote
from coachbot.flow.questions import Flow, Kind
from coachbot.flow.replies import offered
from coachbot.flow.sources import items_of
from coachbot.flow.state import State
from coachbot.texts.answers_file import AnswersFile
from coachbot.texts.context import shortened
from coachbot.texts.keyboards import LABEL
from coachbot.texts.library import Words
from coachbot.texts.speaker import Speaker
from tests.fake_botapi import Message, Person

ENOUGH = 24
"""Characters that tell questions apart; later ones may hold a date that only the bot knows."""


@dataclass
class OnThePhone:
    """Answers as a file has it. `shadow` is the same conversation run through the pure engine, so
    that the person knows which question is open without reading the screen."""

    flow: Flow
    file: AnswersFile
    person: Person
    words: Words
    shadow: State = field(init=False)
    seen: Message = field(init=False)
    persona: Persona = field(init=False)

    def __post_init__(self) -> None:
        self.shadow = step(self.flow, State(language=self.file.language), Started()).state
        self.persona = Persona(self.flow, self.file)

    @property
    def done(self) -> str:
        return "Fertig" if self.file.language == "de" else "Done"

    async def begins(self) -> None:
        await self.person.sends("/start")
        await self.sees(self.is_open_question)

    async def answers_everything(self) -> None:
        while await self.answers_one():
            pass

    async def answers_one(self) -> bool:
        """Answer what is open, wait for what comes next; False when nothing is open."""
        typed = self.persona.reply(self.shadow)
        if not typed:
            return False
        key = self.shadow.open_key(self.flow)
        if typed.startswith("/") or self.shadow.tension or self.shadow.follow_up or key is None:
            await self.person.sends(typed)
        else:
            await self._answers(key, typed)
        self.shadow = step(self.flow, self.shadow, Wrote(typed)).state
        await self.sees(self.is_open_question)
        return True

    async def sees(self, wanted: Callable[[Message], bool]) -> None:
        """Wait for a message, and remember it: that is the one to tap on.

        Somebody who waits in vain asks for help, and gets the open question with it.
        """
        try:
            self.seen = await self.person.sees(wanted, patience=6)
        except AssertionError:
            await self.person.sends("/help")
            self.seen = await self.person.sees(wanted)

    def is_open_question(self, message: Message) -> bool:
        """Whether a message puts what is open: a copy of an older question may come before it."""
        key = self.shadow.open_key(self.flow)
        if key is None or self.shadow.follow_up or self.shadow.tension:
            return asks(message)
        return self.puts(key)(message)

    def puts(self, key: Key) -> Callable[[Message], bool]:
        """Return a test of whether a message asks the question of a key."""
        speaker = Speaker(self.flow, self.words)
        asked = plain(speaker.text_of(key, "ask", self.shadow))
        asked = asked if self.flow.by_id[key.question].is_board else asked[:ENOUGH]
        return lambda message: asks(message) and asked in message.text

    async def _answers(self, key: Key, typed: str) -> None:
        question = self.flow.by_id[key.question]
        if question.kind is Kind.SCALE:
            await self._scores(key)
        elif question.takes_several and offered(self.flow, question, key, self.shadow):
            await self._ticks(key, self.file.answers.get(key))
        elif question.kind in (Kind.CHOICE, Kind.CHIPS) and self._is_button(typed):
            await self.taps(typed)
        else:
            await self.person.sends(typed)

    async def _scores(self, key: Key) -> None:
        """Tap one position after the other on the message that is edited in place."""
        items = items_of(self.flow, self.flow.by_id[key.question], self.shadow.answers)
        left = items[items.index(key.item) :]
        for item, following in pairwise((*left, "")):
            await self.taps(str(self.file.answers.number(key.question, item)))
            if following:
                await self.sees(self.puts(Key(key.question, following)))

    async def _ticks(self, key: Key, value: Value) -> None:
        """Tap what is offered, write the rest, then say that it is all."""
        question = self.flow.by_id[key.question]
        options = offered(self.flow, question, key, self.shadow)
        for part in value if isinstance(value, tuple) else ():
            label = self.flow.label(self.file.language, key.question, part)
            if part in options:
                await self.taps(label)
            else:
                await self.person.sends(part)
            await self.sees(ticked(shortened(label, LABEL)))
        await self.taps(self.done)

    async def taps(self, label: str) -> None:
        await self.person.taps(label, self.seen)

    def _is_button(self, label: str) -> bool:
        return label in self.seen.buttons


def asks(message: Message) -> bool:
    return len(message.buttons) > 0


def ticked(label: str) -> Callable[[Message], bool]:
    return lambda message: f"✓ {label}" in message.buttons
