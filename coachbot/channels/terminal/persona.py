"""A persona: answers each question as an answers file has it, by typing, as a person would."""

from dataclasses import dataclass, field

from coachbot.flow.answers import Answers, Key, Value
from coachbot.flow.observations import TENSION_REASON
from coachbot.flow.questions import Flow, Kind
from coachbot.flow.sources import items_of
from coachbot.flow.state import State
from coachbot.texts.answers_file import AnswersFile


@dataclass
class Persona:
    """Knows what to type next; says a first try once, where the file has one."""

    flow: Flow
    file: AnswersFile
    tried: set[Key] = field(default_factory=set)

    def reply(self, state: State) -> str:
        """Return what the persona types at the open question; "" when nothing is open."""
        if state.tension:
            return self.answers.text(TENSION_REASON, state.tension.id) or "/leave"
        key = state.open_key(self.flow)
        if key is None:
            return ""
        if state.follow_up:
            return self._second(key)
        if key in self.file.first_tries and key not in self.tried:
            self.tried.add(key)
            return self.file.first_tries[key]
        return self._typed(state, key)

    @property
    def answers(self) -> Answers:
        return self.file.answers

    def _second(self, key: Key) -> str:
        item = self.flow.by_id[key.question].insight_item
        if item and self.answers.has(key.question, item):
            return self.answers.text(key.question, item)
        told = self._spoken(key, self.answers.get(key)) if key in self.tried else ""
        return told or "/leave"

    def _typed(self, state: State, key: Key) -> str:
        question = self.flow.by_id[key.question]
        if question.is_board and question.kind is Kind.SCALE:
            items = items_of(self.flow, question, state.answers)
            given = [self.answers.number(key.question, item) for item in items]
            if None not in given and key.item == items[0]:
                return " ".join(map(str, given))
        return self._spoken(key, self.answers.get(key)) or "/skip"

    def _spoken(self, key: Key, value: Value) -> str:
        label = self.flow.labels[self.file.language].get(key.question, {})
        if isinstance(value, tuple):
            return "\n".join(label.get(part, part) for part in value)
        return "" if value is None else label.get(str(value), str(value))
