"""An operator may take any question out of the flow; what was answered before does not trip."""

from dataclasses import replace
from datetime import date

import pytest

from coachbot.definition.building import Builder
from coachbot.definition.model import Edition
from coachbot.flow.answers import Answers
from coachbot.flow.engine import step
from coachbot.flow.events import Commanded, Tapped
from coachbot.flow.path import next_open
from coachbot.flow.questions import Flow
from coachbot.flow.state import State
from coachbot.texts.library import Library, prompts_folder
from coachbot.texts.loading import load_flow
from coachbot.texts.rules import coached_flow
from coachbot.texts.speaker import Facts, Speaker
from tests.factories import complete

IDS = [question.id for question in load_flow(Library(prompts_folder())).questions]
EDITION = Edition(2, False, date(2026, 11, 22))


def without(library: Library, *gone: str) -> Flow:
    flow = coached_flow(library)
    return replace(flow, questions=tuple(q for q in flow.questions if q.id not in gone))


def read(library: Library, flow: Flow, told: Answers) -> None:
    """Make everything that reads the answers: the document, the overview, the open question."""
    words = library.languages["de"]
    speaker = Speaker(flow, words, Facts())
    definition = Builder(flow, words, library.layout).build(told, EDITION, "", told)
    assert definition.sections
    state = State(language="de", answers=told, started=True, finished=True)
    for event in (Commanded("answers"), Commanded("summary"), Commanded("deepen")):
        done = step(flow, state, event)
        assert [speaker.said(message, done.state) for message in done.messages]
    opened = step(flow, replace(state, answers=Answers(dict(list(told.items())[:2]))), event)
    key = next_open(flow, opened.state.answers)
    assert key
    assert speaker.text_of(key, "ask", opened.state)


@pytest.mark.parametrize("gone", IDS)
def test_a_question_may_go(library: Library, flow: Flow, gone: str) -> None:
    read(library, without(library, gone), complete(flow))


def test_all_but_ten_may_go(library: Library, flow: Flow) -> None:
    read(library, without(library, *IDS[3:-7]), complete(flow))


def test_a_revisited_answer_needs_no_evidence(library: Library, flow: Flow) -> None:
    poorer = without(library, "tribe.evidence")
    state = State(language="de", answers=complete(flow), started=True, finished=True)
    number = str([q.id for q in poorer.questions].index("tribe.mores") + 1)
    done = step(poorer, state, Tapped("change", number))
    speaker = Speaker(poorer, library.languages["de"], Facts())
    assert [speaker.said(message, done.state) for message in done.messages]
