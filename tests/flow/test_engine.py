"""The engine: one event in, one step out."""

from dataclasses import replace

import pytest

from coachbot.flow.answers import SKIPPED, Answers, Key
from coachbot.flow.engine import step
from coachbot.flow.events import (
    Commanded,
    Corrected,
    LanguageChosen,
    Returned,
    Started,
    Tapped,
    Wrote,
)
from coachbot.flow.messages import (
    Ask,
    Example,
    Misfit,
    Noticed,
    Put,
    Say,
    Settled,
    Smaller,
    Summarise,
)
from coachbot.flow.moving import FlowError
from coachbot.flow.observations import Observation, Tension
from coachbot.flow.questions import Flow, Question, Rules
from coachbot.flow.state import FollowUp, State
from tests.factories import VALUES, after_opening, answers, asked, complete, started, steps

NAME = Key("business.name")
MORES = Key("tribe.mores")


def with_rules(flow: Flow, *, notice: str = "", tension: Tension | None = None) -> Flow:
    """Return the flow with rules that notice and put what a test wants."""

    def noticed(_: Question, value: object, __: str) -> Observation | None:
        if value == "weiß nicht":
            return Observation("no_idea", "test")
        return Observation(notice, "test") if notice else None

    return replace(
        flow, rules=Rules(noticed, lambda *_: (tension,) if tension else (), flow.rules.nearest)
    )


def test_a_start_greets_and_asks_the_first_question(flow: Flow) -> None:
    done = step(flow, State(), Started())
    assert done.messages == (Say("welcome"), Ask(NAME))
    assert done.state.started


def test_an_answer_is_written_and_the_next_question_asked(flow: Flow) -> None:
    done = step(flow, started(), Wrote("Bäckerei Morgenrot"))
    assert done.written == {NAME: "Bäckerei Morgenrot"}
    assert done.messages == (Settled(NAME), Ask(Key("business.what")))


def test_an_empty_answer_is_answered_kindly_and_changes_nothing(flow: Flow) -> None:
    state = started()
    done = step(flow, state, Wrote(" … "))
    assert done.messages == (Misfit(NAME, "empty", {}),)
    assert (done.state, done.written) == (state, {})


def test_an_impossible_tap_raises_and_changes_nothing(flow: Flow) -> None:
    with pytest.raises(FlowError):
        step(flow, started(), Tapped("pick", "b2c", revision=0))
    with pytest.raises(FlowError):
        step(flow, started(), Tapped("no such verb", revision=0))


def test_a_tap_on_an_old_question_is_told_so(flow: Flow) -> None:
    state = replace(started(answers(business__name="x")), revision=7)
    done = step(flow, state, Tapped("pick", "b2c", revision=6))
    assert done.messages == (Say("stale_tap"),)
    assert not done.written


def test_the_same_tap_twice_has_one_effect(flow: Flow) -> None:
    told = complete(flow)
    at_kind = Answers({k: v for k, v in told.items() if k.question != "business.kind"})
    tap = Tapped("pick", "b2b", revision=0)
    first = step(flow, started(at_kind), tap)
    second = step(flow, first.state, tap)
    assert first.written == {Key("business.kind"): "b2b"}
    assert second.written == {}
    assert second.state.answers.text("business.kind") == "b2b"


def test_ticks_are_set_not_toggled_so_a_doubled_tap_is_harmless(flow: Flow) -> None:
    tick = Tapped("tick", "Ehrlichkeit", revision=0)
    once = steps(flow, after_opening(), tick)
    twice = steps(flow, after_opening(), tick, tick)
    assert once.state.draft == twice.state.draft == ("Ehrlichkeit",)
    undone = steps(flow, twice.state, Tapped("untick", "Ehrlichkeit", revision=0))
    assert undone.state.draft == ()


def test_own_words_join_the_ticks_and_done_takes_them_all(flow: Flow) -> None:
    done = steps(
        flow,
        after_opening(),
        Tapped("tick", "Ehrlichkeit", revision=0),
        Wrote("Handschlag", adds=True),
        Tapped("tick", "Ruhe", revision=0),
        Tapped("done", revision=0),
    )
    assert done.written == {Key("values.list"): ("Ehrlichkeit", "Handschlag", "Ruhe")}


def test_too_few_are_kept_and_asked_for_more(flow: Flow) -> None:
    done = step(flow, after_opening(), Wrote("Ehrlichkeit, Ruhe"))
    assert done.messages == (Misfit(Key("values.list"), "too_few", {"missing": 1, "least": 3}),)
    assert step(flow, done.state, Wrote("Handwerk")).written == {
        Key("values.list"): ("Ehrlichkeit", "Ruhe", "Handwerk")
    }


def test_what_stands_alone_excludes_the_rest(flow: Flow) -> None:
    state = started(complete(flow))
    told = Answers({k: v for k, v in state.answers.items() if k.question != "team.who"})
    done = steps(
        flow,
        started(told),
        Tapped("tick", "employees", revision=0),
        Tapped("tick", "only_me", revision=0),
    )
    assert done.state.draft == ("only_me",)
    again = step(flow, done.state, Tapped("tick", "family", revision=0))
    assert again.state.draft == ("family",)


def test_a_board_takes_one_position_after_another_in_place(flow: Flow) -> None:
    told = complete(flow)
    open_board = Answers({k: v for k, v in told.items() if k.question != "relation.position"})
    first = step(flow, started(open_board), Tapped("pick", "4", "personal", 0))
    assert first.written == {Key("relation.position", "personal"): 4}
    assert first.messages == (Ask(Key("relation.position", "close"), again=True, in_place=True),)
    late = step(flow, first.state, Tapped("pick", "2", "personal", 0))
    assert late.written == {Key("relation.position", "personal"): 2}
    assert late.state.open_key(flow) == Key("relation.position", "close")


def test_a_board_takes_all_positions_typed_at_once(flow: Flow) -> None:
    told = complete(flow)
    open_board = Answers({k: v for k, v in told.items() if k.question != "relation.position"})
    done = step(flow, started(open_board), Wrote("2 3 5 2 2 2 4 1"))
    assert list(done.written.values()) == [2, 3, 5, 2, 2, 2, 4, 1]


def test_back_asks_the_question_before_with_its_answer(flow: Flow) -> None:
    done = step(flow, after_opening(), Wrote("zurück"))
    assert done.state.revisiting == Key("relation.today")
    assert done.state.draft == ("by_person",)
    changed = step(flow, done.state, Wrote("Je nach Tagesform"))
    assert changed.written == {Key("relation.today"): ("by_day",)}
    assert changed.state.open_key(flow) == Key("values.list")


def test_back_at_the_beginning_says_so(flow: Flow) -> None:
    done = step(flow, started(), Commanded("back"))
    assert done.messages == (Say("at_the_beginning"), Ask(NAME, again=True))


@pytest.mark.parametrize("word", ["später", "überspringen", "/skip", "skip", "Later"])
def test_a_skipped_core_question_becomes_an_open_point(flow: Flow, word: str) -> None:
    done = step(flow, started(), Wrote(word))
    assert done.written == {NAME: SKIPPED}
    assert done.state.open_key(flow) == Key("business.what")


def test_skipping_an_answer_that_is_revisited_keeps_it(flow: Flow) -> None:
    done = steps(flow, after_opening(), Commanded("back"), Commanded("skip"))
    assert done.written == {}
    assert done.state.answers.many("relation.today") == ("by_person",)


@pytest.mark.parametrize("word", ["Beispiel", "example", "/example"])
def test_an_example_leads_back_to_the_question(flow: Flow, word: str) -> None:
    assert step(flow, started(), Wrote(word)).messages == (Example(NAME), Ask(NAME, again=True))


def test_help_and_summary_lead_back_to_the_question(flow: Flow) -> None:
    assert step(flow, started(), Wrote("Hilfe")).messages[-1] == Ask(NAME, again=True)
    done = step(flow, started(), Wrote("summary"))
    assert done.messages == (Summarise(), Ask(NAME, again=True))


def test_a_pause_ends_with_whatever_comes_next(flow: Flow) -> None:
    paused = step(flow, started(), Wrote("Pause"))
    assert paused.state.paused
    assert not step(flow, paused.state, Wrote("Bäckerei Morgenrot")).state.paused


def test_what_is_written_after_a_long_pause_is_offered_not_taken(flow: Flow) -> None:
    done = step(flow, started(), Returned("Bäckerei Morgenrot"))
    assert (done.written, done.state.offered) == ({}, "Bäckerei Morgenrot")
    taken = step(flow, done.state, Tapped("take", revision=done.state.revision))
    assert taken.written == {NAME: "Bäckerei Morgenrot"}


def test_a_changed_answer_closes_a_branch_and_nothing_is_lost(flow: Flow) -> None:
    told = complete(flow, team__who=("employees",))
    alone = step(flow, started(told), Corrected(Key("team.who"), "nur ich"))
    assert alone.state.answers.many("team.who") == ("only_me",)
    assert alone.state.answers.has("team.limit")
    back = step(flow, alone.state, Corrected(Key("team.who"), "Angestellte"))
    assert back.state.open_key(flow) is None


def test_a_changed_answer_opens_a_branch_and_asks_it(flow: Flow) -> None:
    told = complete(flow, team__who=("only_me",))
    done = step(flow, started(told), Corrected(Key("team.who"), "Ehrenamtliche"))
    assert asked(done.messages) == Key("team.limit")


def test_correcting_the_open_question_answers_it(flow: Flow) -> None:
    done = step(flow, started(), Corrected(NAME, "Bäckerei"))
    assert asked(done.messages) == Key("business.what")


def test_an_observation_is_put_once_and_the_second_attempt_is_taken(flow: Flow) -> None:
    told = answers(**{k.question.replace(".", "__"): v for k, v in after_opening().answers.items()})
    state = started(told.with_({Key("values.list"): VALUES}))
    noticing = with_rules(flow, notice="placeholder")
    first = step(noticing, state, Wrote("gut"))
    key = Key("values.meaning", "Ehrlichkeit")
    assert first.written == {key: "gut"}
    assert first.messages[-1] == Noticed(key, Observation("placeholder", "test"))
    second = step(noticing, first.state, Wrote("sehr gut"))
    assert second.written == {key: "sehr gut"}
    assert asked(second.messages) == Key("values.meaning", "Handwerk")


def test_an_observation_can_be_left(flow: Flow) -> None:
    state = started(after_opening().answers.with_({Key("values.list"): VALUES}))
    first = step(with_rules(flow, notice="placeholder"), state, Wrote("gut"))
    left = step(flow, first.state, Tapped("leave", revision=first.state.revision))
    assert left.written == {}
    assert left.state.answers.text("values.meaning", "Ehrlichkeit") == "gut"


def test_what_the_word_means_is_kept_beside_the_word(flow: Flow) -> None:
    told = {k: v for k, v in after_opening().answers.items() if k.question != "relation.word"}
    noticing = with_rules(flow, notice="placeholder")
    done = steps(noticing, started(Answers(told)), Wrote("gut"), Wrote("Ich kenne jeden"))
    assert done.state.answers.text("relation.word") == "gut"
    assert done.state.answers.text("relation.word", "means") == "Ich kenne jeden"


def test_at_most_two_observations_in_the_first_run(flow: Flow) -> None:
    noticing = with_rules(flow, notice="thin")
    state = started(after_opening().answers.with_({Key("values.list"): VALUES}))
    put = 0
    for _ in range(3):
        done = step(noticing, state, Wrote("gut"))
        put += done.state.follow_up is not None
        state = step(noticing, done.state, Commanded("leave")).state if put else done.state
    assert put == 2


def test_no_idea_is_helped_once_then_an_open_point(flow: Flow) -> None:
    noticing = with_rules(flow)
    helped = step(noticing, started(), Wrote("weiß nicht"))
    assert helped.messages == (Settled(None), Smaller(NAME))
    assert helped.state.follow_up == FollowUp(NAME, "no_idea")
    assert step(noticing, helped.state, Wrote("weiß nicht")).written == {NAME: SKIPPED}


def test_a_tension_is_put_between_two_stages_and_its_reason_kept(flow: Flow) -> None:
    tension = Tension("hole_in_journey", (Key("relation.today"),))
    told = {k: v for k, v in after_opening().answers.items() if k.question != "relation.today"}
    tense = with_rules(flow, tension=tension)
    done = step(tense, started(Answers(told)), Wrote("Je nach Tagesform"))
    assert done.messages[-1] == Put(tension)
    reasoned = step(tense, done.state, Wrote("Das ist so gewollt."))
    assert reasoned.written == {Key("tension.reason", "hole_in_journey"): "Das ist so gewollt."}
    assert asked(reasoned.messages) == Key("values.list")
    change = Tapped("change", "relation.today|", revision=done.state.revision)
    assert step(tense, done.state, change).state.revisiting == Key("relation.today")


def test_at_one_border_between_stages_only_one_tension_is_put(flow: Flow) -> None:
    one, other = (Tension(id_, (Key("relation.today"),)) for id_ in ("no_way_back", "all_assumed"))
    told = {k: v for k, v in after_opening().answers.items() if k.question != "relation.today"}
    tense = replace(flow, rules=Rules(tensions=lambda *_: (one, other)))
    done = step(tense, started(Answers(told)), Wrote("Je nach Tagesform"))
    assert done.messages[-1] == Put(one)
    left = step(tense, done.state, Tapped("leave", "", revision=done.state.revision))
    assert asked(left.messages) == Key("values.list")
    change = Tapped("change", "relation.today|", revision=done.state.revision)
    changed = step(tense, step(tense, done.state, change).state, Wrote("Immer gleich"))
    assert asked(changed.messages) == Key("values.list")


def test_no_idea_on_a_tension_leaves_it_and_is_no_reason(flow: Flow) -> None:
    tension = Tension("hole_in_journey", (Key("relation.today"),))
    put = replace(after_opening(), tension=tension, put=(tension.id,))
    done = step(with_rules(flow, tension=tension), put, Wrote("weiß nicht"))
    assert done.written == {}
    assert Say("left") in done.messages
    assert asked(done.messages) == Key("values.list")


def vague(flow: Flow, *parts: str) -> tuple[Flow, State]:
    """Return a flow that notices "gut", and the state after `parts` were said to be observable."""
    told = {k: v for k, v in complete(flow).items() if k.question != "relation.plain"}
    rules = replace(flow.rules, notice=lambda *_: Observation("placeholder", "test", "gut"))
    noticing = replace(flow, rules=rules)
    return noticing, step(noticing, started(Answers(told)), Wrote("\n".join(parts))).state


def test_a_second_attempt_takes_the_place_of_the_part_that_was_quoted(flow: Flow) -> None:
    value = complete(flow).many("values.list")[0]
    noticing, state = vague(flow, value, "Gut.", "Ein Hocker am Fenster")
    done = step(noticing, state, Wrote("Jeder wird gegrüßt"))
    assert done.written == {
        Key("relation.plain"): (value, "Ein Hocker am Fenster", "Jeder wird gegrüßt")
    }


def test_a_second_attempt_that_is_enough_replaces_all_own_words(flow: Flow) -> None:
    value = complete(flow).many("values.list")[0]
    noticing, state = vague(flow, value, "Gut.", "Nett")
    done = step(noticing, state, Wrote("Ein Gruß\nEin Hocker\nEin Zettel"))
    assert done.written == {Key("relation.plain"): (value, "Ein Gruß", "Ein Hocker", "Ein Zettel")}


def test_the_end_is_announced_once_with_the_summary(flow: Flow) -> None:
    told = complete(flow)
    nearly = Answers({k: v for k, v in told.items() if k.question != "next.step"})
    done = step(with_rules(flow), started(nearly), Wrote("Drei Stammkunden fragen"))
    assert done.messages[-3:] == (Say("finished"), Summarise(), Say("what_next"))
    changed = steps(with_rules(flow), done.state, Commanded("back"), Wrote("Am Samstag fragen"))
    assert Say("updated") in changed.messages
    assert Say("finished") not in changed.messages


def test_deep_questions_are_asked_by_stage_and_can_be_left(flow: Flow) -> None:
    state = replace(started(complete(flow)), finished=True)
    deep = step(flow, state, Commanded("deepen", "values"))
    assert asked(deep.messages) == Key("values.why")
    done = step(flow, deep.state, Wrote("Weil Brot Zeit braucht und die Leute das merken."))
    assert asked(done.messages) == Key("values.price")
    assert step(flow, done.state, Wrote("genug")).state.agenda == ()


def test_a_deep_question_passed_over_is_no_open_point(flow: Flow) -> None:
    deep = steps(flow, replace(started(complete(flow)), finished=True), Commanded("deepen", "team"))
    done = step(flow, deep.state, Wrote("später"))
    assert Say("passed_over") in done.messages
    assert Say("skipped") not in done.messages


def test_the_language_changes_and_the_answers_stay(flow: Flow) -> None:
    done = step(flow, after_opening(), LanguageChosen("en"))
    assert done.state.language == "en"
    assert done.state.answers == after_opening().answers or done.written == {}


def test_evidence_is_noted_for_one_answer(flow: Flow) -> None:
    told = complete(flow, tribe__evidence="assumed")
    visited = replace(started(told), revisiting=MORES)
    done = step(flow, visited, Tapped("evidence", "heard", revision=0))
    assert done.written == {Key("tribe.evidence", "tribe.mores"): "heard"}
    assert done.state.answers.text("tribe.evidence") == "assumed"


def test_a_flow_that_lost_a_question_forgets_the_way_there_not_the_answer(flow: Flow) -> None:
    state = replace(after_opening(), revisiting=Key("relation.today"))
    shorter = replace(flow, questions=tuple(q for q in flow.questions if q.id != "relation.today"))
    done = step(shorter, state, Wrote("/start"))
    assert asked(done.messages) == Key("values.list")
    assert Key("relation.today") in done.state.answers
