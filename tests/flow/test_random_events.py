"""Whatever comes, the engine never gets stuck and never loses an answer."""

from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from coachbot.flow.answers import SKIPPED, Answers, Key, Value
from coachbot.flow.engine import step
from coachbot.flow.events import Commanded, Corrected, Event, LanguageChosen, Tapped, Wrote
from coachbot.flow.messages import Ask, Summarise
from coachbot.flow.moving import FlowError
from coachbot.flow.path import next_open
from coachbot.flow.questions import Flow, Kind
from coachbot.flow.replies import clean, command_in, offered
from coachbot.flow.state import State
from coachbot.texts.library import Library, prompts_folder
from coachbot.texts.rules import coached_flow
from tests.factories import fitting, started

FLOW = coached_flow(Library(prompts_folder()))
COMMANDS = ("back", "skip", "example", "pause", "continue", "done", "leave", "summary", "answers")
HOSTILE = (
    "<b>fett</b> & </code>",
    "{{ 7*7 }} {% raw %}",
    "a\x00b\x1b[31m\u202e\ud800",
    "=cmd()|' /C calc'!A0",
    "x" * 20_000,
    "مرحبا 👩‍👩‍👧 ñ",
    "weiß nicht",
    "keine Ahnung",
    "gut",
)


class Conversation(RuleBasedStateMachine):
    """Does anything at all, and keeps its own list of what was written."""

    def __init__(self) -> None:
        super().__init__()
        self.state = State()
        self.written: dict[Key, Value] = {}

    def does(self, event: Event) -> None:
        try:
            done = step(FLOW, self.state, event)
        except FlowError:
            return
        self.written |= done.written
        assert done.messages
        self.state = done.state

    @rule(text=st.sampled_from(HOSTILE) | st.text(max_size=60))
    def writes_anything(self, text: str) -> None:
        self.does(Wrote(text))

    @rule(adds=st.booleans())
    def answers(self, adds: bool) -> None:
        if key := self.state.open_key(FLOW):
            question = FLOW.by_id[key.question]
            value = fitting(FLOW, question, self.state.answers, key.item)
            parts = value if isinstance(value, tuple) else (value,)
            self.does(Wrote("\n".join(map(str, parts)), adds=adds))

    @rule(command=st.sampled_from(COMMANDS))
    def commands(self, command: str) -> None:
        self.does(Commanded(command))

    @rule(stage=st.sampled_from(FLOW.stages))
    def deepens(self, stage: str) -> None:
        self.does(Commanded("deepen", stage))

    @rule(number=st.integers(0, 80), item=st.integers(0, 9))
    def changes(self, number: int, item: int) -> None:
        self.does(Commanded("change", f"{number}_{item}" if item else str(number)))

    @rule(language=st.sampled_from(["de", "en"]))
    def speaks(self, language: str) -> None:
        self.does(LanguageChosen(language))

    @rule(
        verb=st.sampled_from(
            ["pick", "tick", "untick", "done", "leave", "change", "take", "evidence"]
        ),
        nth=st.integers(0, 8),
        age=st.integers(0, 2),
    )
    def taps(self, verb: str, nth: int, age: int) -> None:
        key = self.state.open_key(FLOW)
        question = FLOW.by_id[key.question] if key else None
        options: tuple[str, ...] = ("1", "2", "3", "4", "5")
        if key and question and question.kind is not Kind.SCALE:
            options = offered(FLOW, question, key, self.state) or ("heard",)
        argument = options[nth % len(options)]
        item = key.item if key else ""
        self.does(Tapped(verb, argument, item, self.state.revision - age))

    @rule(nth=st.integers(0, 60), text=st.text(min_size=1, max_size=20))
    def corrects(self, nth: int, text: str) -> None:
        if told := list(self.state.answers):
            key = told[nth % len(told)]
            if key.question in FLOW.by_id:
                self.does(Corrected(key, text))

    @invariant()
    def no_answer_is_lost(self) -> None:
        assert self.state.answers == Answers(self.written)

    @invariant()
    def there_is_a_next_question_or_the_end(self) -> None:
        if next_open(FLOW, self.state.answers) is None:
            return
        assert self.state.open_key(FLOW) is not None

    @invariant()
    def the_state_survives_being_stored(self) -> None:
        data: dict[str, Any] = self.state.to_data()
        again = State.from_data(data, self.state.answers, self.state.language)
        assert again == self.state


Conversation.TestCase.settings = settings(max_examples=40, stateful_step_count=60, deadline=None)
TestConversation = Conversation.TestCase


@given(text=st.text(max_size=300))
def test_skipping_leads_to_the_end_from_anywhere(text: str) -> None:
    assume(command_in(FLOW, clean(text)) is None)  # some commands are the coach's, not the flow's
    state = step(FLOW, started(), Wrote(text)).state
    for _ in range(120):
        done = step(FLOW, state, Commanded("skip"))
        state = done.state
        if any(isinstance(message, Summarise) for message in done.messages):
            break
    assert state.finished


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_is_an_answer_like_any_other(flow: Flow, hostile: str) -> None:
    state = started(Answers({Key("business.name"): SKIPPED, Key("business.what"): SKIPPED}))
    done = step(flow, state, Wrote(hostile))
    assert any(isinstance(message, Ask) for message in done.messages) or done.state.follow_up
