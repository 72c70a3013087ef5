"""A nudge in the pure engine: asked in its order, left at any point, never in the way."""

import json
from dataclasses import replace

import pytest

from coachbot.flow.answers import Key
from coachbot.flow.engine import step
from coachbot.flow.events import Commanded, NudgeDue, Tapped, Wrote
from coachbot.flow.messages import Ask, Ended, Put, Say, Settled
from coachbot.flow.nudge import STEP, Nudge
from coachbot.flow.observations import TENSION_REASON, Tension
from coachbot.flow.questions import Flow
from coachbot.flow.state import State
from tests.factories import asked, complete, started, steps

OUTCOME, LIVED, MOMENT = Key("next.outcome"), Key("check.lived"), Key("check.moment")
WANTS = Key("purpose.wants")
ONE_OFF = Tension("longstanding_one_off", (Key("purpose.goals"),))
DUE = NudgeDue(Nudge("moment", Key("relation.plain", "Ruhe")), (OUTCOME, LIVED, MOMENT, STEP))


@pytest.fixture
def finished(flow: Flow) -> State:
    return replace(started(complete(flow)), finished=True)


def test_it_is_asked_in_its_order_and_ends(flow: Flow, finished: State) -> None:
    due = step(flow, finished, DUE)
    assert asked(due.messages) == OUTCOME
    assert due.state.is_unheard
    done = steps(flow, due.state, Wrote("Geschafft"), Wrote("4"), Wrote("Gestern war es so."))
    assert asked(done.messages) == STEP
    last = step(flow, done.state, Wrote("Ich rufe morgen zwei zurück."))
    assert last.messages[-1] == Ended(DUE.nudge, has_step=True)
    assert last.state.nudge is None
    assert last.state.open_key(flow) is None
    assert last.state.answers.text("next.outcome") == "done"


def test_what_was_asked_for_counts_as_heard(flow: Flow, finished: State) -> None:
    assert not step(flow, finished, replace(DUE, is_asked_for=True)).state.is_unheard


def test_without_a_new_step_the_old_one_stays_as_it_was(flow: Flow, finished: State) -> None:
    before = finished.answers[STEP]
    due = step(flow, finished, replace(DUE, agenda=(LIVED, STEP)))
    done = steps(flow, due.state, Wrote("3"), Commanded("skip"))
    assert done.messages == (Settled(None), Ended(DUE.nudge, has_step=False))
    assert done.state.answers[STEP] == before


def test_its_tension_stands_before_the_last_question(flow: Flow, finished: State) -> None:
    due = NudgeDue(Nudge("tension", tension=ONE_OFF), (LIVED, STEP))
    put = steps(flow, step(flow, finished, due).state, Wrote("4"))
    assert put.messages[-1] == Put(ONE_OFF)
    reasoned = step(flow, put.state, Wrote("Das ist Absicht."))
    assert reasoned.state.answers.text(TENSION_REASON, ONE_OFF.id) == "Das ist Absicht."
    assert asked(reasoned.messages) == STEP


def test_changing_an_answer_for_its_tension_leads_back_to_it(flow: Flow, finished: State) -> None:
    due = NudgeDue(Nudge("tension", tension=ONE_OFF), (LIVED, STEP))
    put = steps(flow, step(flow, finished, due).state, Wrote("4"))
    change = Tapped("change", "purpose.goals|", revision=put.state.revision)
    changed = steps(flow, put.state, change, Wrote("Bestehende halten"))
    assert asked(changed.messages) == STEP
    assert changed.state.answers.many("purpose.goals") == ("keep",)


def test_an_answer_that_is_looked_at_again_is_ticked(flow: Flow, finished: State) -> None:
    due = NudgeDue(Nudge("harvest", WANTS, "ask_customer"), (LIVED, WANTS, STEP))
    shown = steps(flow, step(flow, finished, due).state, Wrote("4"))
    assert shown.state.draft == finished.answers.many("purpose.wants")
    leave = Tapped("leave", revision=shown.state.revision)
    assert asked(step(flow, shown.state, leave).messages) == STEP


@pytest.mark.parametrize("event", [Commanded("enough"), Commanded("deepen", "values")])
def test_it_can_be_left_for_other_things(flow: Flow, finished: State, event: Commanded) -> None:
    left = steps(flow, finished, DUE, event)
    assert left.state.nudge is None


def test_a_deep_question_that_was_open_gives_way(flow: Flow, finished: State) -> None:
    deepening = steps(flow, finished, Commanded("deepen", "purpose"))
    due = step(flow, deepening.state, DUE)
    assert due.state.agenda == DUE.agenda
    assert due.state.revision > deepening.state.revision
    old = Tapped("leave", revision=deepening.state.revision)
    assert step(flow, due.state, old).messages == (Say("stale_tap"),)


def test_somebody_without_an_idea_is_helped_once_and_goes_on(flow: Flow, finished: State) -> None:
    due = step(flow, finished, replace(DUE, agenda=(LIVED, MOMENT, STEP)))
    helped = steps(flow, due.state, Wrote("3"), Wrote("keine Ahnung"))
    assert helped.state.follow_up
    assert helped.state.nudge
    assert asked(steps(flow, helped.state, Wrote("weiß nicht")).messages) == STEP


def test_it_survives_being_stored(flow: Flow, finished: State) -> None:
    told: dict[str, str | int] = {"since": "22. November 2026", "promised": 3}
    nudge = Nudge("tension", LIVED, "half_year", "free_chair", ONE_OFF, told)
    state = step(flow, finished, NudgeDue(nudge, (LIVED, STEP))).state
    state = replace(state, setting="zone")
    data = json.loads(json.dumps(state.to_data()))
    assert State.from_data(data, state.answers, state.language) == state


def test_a_state_of_before_there_were_nudges_still_opens(finished: State) -> None:
    data = finished.to_data()
    for name in ("nudge", "is_unheard", "setting"):
        del data[name]
    assert State.from_data(data, finished.answers, "de") == finished


def test_a_question_that_the_flow_lost_is_not_asked(flow: Flow, finished: State) -> None:
    due = replace(DUE, agenda=(Key("gone.since"), LIVED, STEP))
    assert step(flow, finished, due).messages == (Ask(LIVED),)
