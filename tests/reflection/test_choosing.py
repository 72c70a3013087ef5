"""What a nudge asks: the first six, the year, and what holds over any history."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachbot.flow.answers import Answers, Key, Value
from coachbot.flow.observations import Tension
from coachbot.flow.questions import Depth, Flow
from coachbot.noticing import tensions
from coachbot.reflection.choosing import (
    COUNTS_AS,
    THREE_YEARS,
    YEAR,
    agenda,
    choose,
    has_open_commitment,
    heard,
)
from coachbot.reflection.kinds import (
    CASE,
    FAVOURITE,
    SENTENCE,
    assumption,
    deep,
    errand,
    moment,
)
from coachbot.reflection.nudges import Choice, Kind, Known, Past, Task
from coachbot.reflection.ranking import RANKED, most_useful
from tests.factories import answers, complete, fitting

FINISHED = date(2026, 11, 8)
FORTNIGHT = timedelta(days=14)
MORES = Key("tribe.mores")
WANTS = Key("purpose.wants")
LEARN = Key("team.learn")
COMPLAINT = Key("channels.complaint")
CLASH = Tension("value_clash", (Key("tribe.clash"),))
ONE_OFF = Tension("longstanding_one_off", (Key("purpose.goals"),))
ALL_ASSUMED = Tension("all_assumed", (Key("tribe.evidence"), Key("purpose.evidence")))
FULL = Known(
    answers=answers(
        relation__sentence="Bei uns weiß man am Abend, was es kostet.",
        relation__plain=("Ruhe", "Wer anruft, wird mit Namen gegrüßt."),
        channels__mismatch="website",
    ),
    finished_on=FINISHED,
    tensions=(CLASH, ONE_OFF),
    deep=(Key("values.why"), FAVOURITE, COMPLAINT, CASE, LEARN),
    assumed=(MORES, WANTS),
)
EMPTY = Known(Answers(), FINISHED)
FIRST_SIX = [
    Kind.MOMENT,
    Kind.ASSUMPTION,
    Kind.HARVEST,
    Kind.CASE,
    Kind.FIELD_TASK,
    Kind.FAVOURITE,
]


def nudges(known: Known, count: int, *before: Past, start: date = FINISHED) -> list[Choice]:
    """Return what so many nudges a fortnight apart choose, with answers that stay as they are."""
    past, choices = list(before), []
    for n in range(1, count + 1):
        today = start + n * FORTNIGHT
        choices.append(choose(known, past, today))
        past.append(choices[-1].past(today))
    return choices


def after(*kinds: Kind, on: date = FINISHED + FORTNIGHT) -> list[Past]:
    return [Past(kind, on) for kind in kinds]


def asked(key: Key) -> Past:
    return Past(Kind.ASSUMPTION, FINISHED + FORTNIGHT, key, Task.ASK_CUSTOMER)


def test_the_first_six_come_as_the_method_says() -> None:
    chosen = nudges(FULL, 6)
    assert [choice.kind for choice in chosen] == FIRST_SIX
    assert chosen[0].key == Key("relation.plain", "Ruhe")
    assert chosen[1].key == chosen[2].key == MORES
    assert [choice.task for choice in chosen[1:3]] == [Task.ASK_CUSTOMER] * 2
    assert (chosen[4].task, chosen[4].key) == (Task.BUY_FROM_YOURSELF, Key("channels.mismatch"))
    assert chosen[5].asks == (FAVOURITE, SENTENCE)


def test_without_a_mismatch_another_field_task_is_given() -> None:
    known = replace(FULL, answers=FULL.answers.with_({Key("channels.mismatch"): "none"}))
    assert nudges(known, 5)[4].task == Task.FREE_CHAIR


@pytest.mark.parametrize(
    ("known", "first_kinds"),
    [
        # nothing is assumed: no harvest either
        (replace(FULL, assumed=()), [Kind.MOMENT, Kind.CASE, Kind.FIELD_TASK, Kind.FAVOURITE]),
        # the favourite was told by /deepen: the sentence alone is looked at
        (replace(FULL, deep=(), assumed=()), [*FIRST_SIX[:1], *FIRST_SIX[3:5], Kind.SENTENCE]),
        # nothing to quote, nothing to test
        (EMPTY, [Kind.CASE, Kind.FIELD_TASK]),
    ],
)
def test_a_kind_with_nothing_to_work_on_is_passed_over(
    known: Known, first_kinds: list[Kind]
) -> None:
    assert [choice.kind for choice in nudges(known, len(first_kinds))] == first_kinds


def test_the_harvest_of_a_field_task_takes_the_place_of_the_commitment() -> None:
    task = Past(Kind.FIELD_TASK, FINISHED + FORTNIGHT, task=Task.LISTEN_IN)
    choice = choose(FULL, [task], FINISHED + 2 * FORTNIGHT)
    assert choice.harvest == Task.LISTEN_IN
    assert [key.question for key in agenda(FULL, choice)][:2] == ["check.harvest", "check.lived"]


def test_what_a_customer_said_is_the_one_thing_and_may_change_the_answer() -> None:
    choice = choose(FULL, [asked(MORES)], FINISHED + 2 * FORTNIGHT)
    assert (choice.kind, choice.harvest) == (Kind.HARVEST, Task.ASK_CUSTOMER)
    expected = ["check.lived", "check.harvest", "tribe.mores", "next.step"]
    assert [key.question for key in agenda(FULL, choice)] == expected


def test_the_harvest_comes_before_what_has_a_date() -> None:
    half_a_year = FINISHED + timedelta(weeks=26)
    assert choose(FULL, [asked(MORES)], half_a_year).kind is Kind.HARVEST
    past = [asked(MORES), Past(Kind.HARVEST, half_a_year, MORES)]
    assert choose(FULL, past, half_a_year + FORTNIGHT).kind is Kind.LETTER


@pytest.mark.parametrize(
    ("told", "is_open"),
    [
        ({}, False),
        ({"next.step": (0, "Rückruf")}, True),
        ({"next.step": (0, None)}, False),
        ({"next.step": (0, "Rückruf"), "next.outcome": (14, "done")}, False),
        ({"next.step": (0, "Rückruf"), "next.outcome": (14, "no_longer")}, False),
        ({"next.step": (0, "Rückruf"), "next.outcome": (14, "not_yet")}, True),
        ({"next.step": (0, "Rückruf"), "next.outcome": (14, "partly")}, True),
        # one nudge: first the outcome, then the new step of the same day
        ({"next.step": (14, "Schild"), "next.outcome": (14, "done")}, True),
    ],
)
def test_a_commitment_is_asked_about_until_it_has_an_end(
    told: dict[str, tuple[int, Value]], is_open: bool
) -> None:
    known = Known(
        Answers({Key(id_): value for id_, (_, value) in told.items()}),
        FINISHED,
        {Key(id_): FINISHED + timedelta(days=days) for id_, (days, _) in told.items()},
    )
    assert has_open_commitment(known) == is_open
    asked = agenda(known, Choice(Kind.CASE, CASE, asks=(CASE,)))
    assert (Key("next.outcome") in asked) == is_open
    assert asked[-3:] == (Key("check.lived"), CASE, Key("next.step"))


@pytest.mark.parametrize("kind", [Kind.FIELD_TASK, Kind.ASSUMPTION])
def test_a_task_is_the_next_step_and_asks_for_no_other(kind: Kind) -> None:
    assert agenda(FULL, Choice(kind, task=Task.LISTEN_IN)) == (Key("check.lived"),)


def test_the_oldest_assumption_is_tested_first_and_none_twice_before_all() -> None:
    known = replace(FULL, given_on={MORES: FINISHED + FORTNIGHT, WANTS: FINISHED})
    first, second = assumption(known, []), assumption(known, [asked(WANTS)])
    assert first
    assert second
    assert (first.key, second.key) == (WANTS, MORES)
    assert assumption(replace(known, assumed=()), []) is None


def test_to_ask_a_customer_has_its_turn_among_the_tasks() -> None:
    given_out = [Past(Kind.FIELD_TASK, FINISHED, task=task) for task in Task]
    others = [past for past in given_out if past.task != Task.ASK_CUSTOMER]
    assert errand(FULL, others).key == MORES
    assert errand(FULL, [asked(MORES), *others[1:]]).task == others[0].task
    nothing_assumed = errand(replace(FULL, assumed=()), others)
    assert (nothing_assumed.kind, nothing_assumed.task) == (Kind.FIELD_TASK, Task.ASK_CUSTOMER)


def test_when_all_is_assumed_every_second_task_is_to_ask_a_customer() -> None:
    known = replace(FULL, tensions=(ALL_ASSUMED,))
    bought = Past(Kind.FIELD_TASK, FINISHED, task=Task.BUY_FROM_YOURSELF)
    assert errand(known, [asked(MORES), bought]).key == WANTS
    assert errand(known, [bought, asked(MORES)]).task == Task.FREE_CHAIR
    assert errand(FULL, [asked(MORES), bought]).task == Task.FREE_CHAIR


def test_a_tension_is_put_again_only_when_an_answer_has_changed() -> None:
    put = Past(Kind.TENSION, FINISHED + FORTNIGHT, Key("tension.reason", "value_clash"))
    rest = after(*FIRST_SIX, *[Kind.DEEP, Kind.CASE, Kind.SENTENCE, Kind.FIELD_TASK] * 6)
    past, today = [*rest, put, *after(Kind.DEEP)], FINISHED + timedelta(weeks=12)
    known = replace(FULL, tensions=(CLASH,))
    assert choose(known, past, today).kind is not Kind.TENSION
    changed = replace(known, given_on={Key("tribe.clash"): FINISHED + 2 * FORTNIGHT})
    assert choose(changed, past, today).tension == CLASH


def test_a_tension_of_the_first_run_is_not_put_once_more() -> None:
    past, today = after(*FIRST_SIX), FINISHED + timedelta(weeks=13)
    assert choose(FULL, past, today).tension == CLASH
    assert choose(replace(FULL, put=("value_clash",)), past, today).tension == ONE_OFF


@pytest.mark.parametrize("last", [*YEAR, Kind.LETTER, Kind.REVIEW, Kind.HARVEST])
def test_no_kind_comes_twice_in_a_row(last: Kind) -> None:
    others = [kind for kind in Kind if kind is not last]
    past = [*after(*others * 8), *after(last, on=date(2020, 1, 1))]
    for weeks in range(80):
        assert choose(FULL, past, FINISHED + timedelta(weeks=weeks)).kind is not last


def test_only_the_last_year_counts() -> None:
    today = FINISHED + timedelta(weeks=60)
    dated = [Past(Kind.REVIEW, today), Past(Kind.LETTER, today)]
    many = after(*FIRST_SIX, *[Kind.DEEP] * 20, *YEAR)
    lately = after(*[kind for kind in YEAR if kind is not Kind.DEEP], on=today)
    assert choose(FULL, [*many, *lately, *dated], today).kind is Kind.DEEP
    assert choose(FULL, [*many, *dated], FINISHED + timedelta(weeks=30)).kind is not Kind.DEEP


def test_nobody_is_sent_to_a_customer_right_before_a_letter() -> None:
    known = replace(FULL, tensions=(ALL_ASSUMED,), put=("all_assumed",))
    past = after(*FIRST_SIX, *[Kind.DEEP, Kind.SENTENCE, Kind.CASE, Kind.MOMENT] * 8)
    assert choose(known, past, FINISHED + timedelta(weeks=20)).kind is Kind.ASSUMPTION
    assert choose(known, past, FINISHED + timedelta(weeks=24)).kind is not Kind.ASSUMPTION


def test_moments_quote_one_observable_after_the_other() -> None:
    past: list[Past] = []
    for n in range(3):
        choice = moment(FULL, past)
        assert choice
        past.append(choice.past(FINISHED + n * FORTNIGHT))
    quoted = [put.key.item for put in past if put.key]
    assert quoted == ["Ruhe", "Wer anruft, wird mit Namen gegrüßt.", "Ruhe"]


def test_what_was_hardly_lived_brings_the_sentence_sooner() -> None:
    past = after(*FIRST_SIX, Kind.TENSION, Kind.DEEP, Kind.DEEP, Kind.CASE, Kind.TENSION)
    today = FINISHED + timedelta(weeks=20)
    assert choose(FULL, past, today).kind is not Kind.SENTENCE
    hardly = choose(replace(FULL, lived=(4, 2, 1)), past, today)
    assert hardly.kind is Kind.SENTENCE
    assert "hardly lived" in hardly.because


@pytest.mark.parametrize(
    ("told", "waiting", "put", "expected"),
    [
        # left to accident today, then the handout, then the matrix
        ({"relation__today": ("by_day",)}, ("values.why", "team.learn"), (), "team.learn"),
        ({}, ("values.why", "team.learn"), (), "values.why"),
        ({}, ("values.why", "channels.complaint"), (), "channels.complaint"),
        # the other half of a row before a box of another
        ({"tribe__aims": "Ruhe"}, ("values.why", "tribe.onlyness"), (), "tribe.onlyness"),
        # both boxes are filled: a tap is all that is missing
        ({}, ("channels.complaint", "matrix.identity_why"), (), "matrix.identity_why"),
        ({"purpose__goals": ("keep",)}, ("values.why", "relation.exit"), (), "relation.exit"),
        # left once, it has its turn after all others
        ({}, ("channels.complaint", "purpose.press"), ("channels.complaint",), "purpose.press"),
        # an operator's own question comes last, but it comes
        ({}, ("team.song",), (), "team.song"),
    ],
)
def test_the_deep_question_that_makes_the_document_most_useful(
    told: dict[str, Value], waiting: tuple[str, ...], put: tuple[str, ...], expected: str
) -> None:
    found = most_useful(answers(**told), [Key(question) for question in waiting], put)
    assert found
    assert found[0] == Key(expected)
    assert found[1]


def test_every_deep_question_has_a_rank_and_every_rank_a_question(flow: Flow) -> None:
    ids = {question.id for question in flow.questions if question.depth is Depth.DEEP}
    assert {rank.question for rank in RANKED} == ids - {CASE.question}


def test_the_case_and_the_favourite_have_nudges_of_their_own() -> None:
    known = replace(FULL, deep=(CASE, FAVOURITE))
    assert deep(known, []) is None
    left = deep(known, after(Kind.FAVOURITE))
    assert left
    assert left.key == FAVOURITE
    assert deep(replace(FULL, deep=(CASE,)), after(Kind.FAVOURITE)) is None


def test_pairs_of_priorities_are_asked_whole() -> None:
    pairs = tuple(Key("purpose.priorities", item) for item in ("customers", "content"))
    past = after(*FIRST_SIX, Kind.TENSION)
    choice = choose(replace(FULL, deep=pairs), past, FINISHED + timedelta(weeks=13))
    assert (choice.kind, choice.asks) == (Kind.DEEP, pairs)


def test_a_harvest_makes_an_assumed_answer_heard(flow: Flow) -> None:
    told = complete(flow, tribe__evidence="assumed", purpose__evidence="seen")
    known = Known.of(flow, told, FINISHED, {})
    assert MORES in known.assumed
    assert WANTS not in known.assumed
    written = heard(flow, MORES)
    assert written == {Key("tribe.evidence", "tribe.mores"): "heard"}
    assert MORES not in Known.of(flow, told.with_(written), FINISHED, {}).assumed
    assert heard(flow, CASE) == {}


def test_it_is_told_what_the_answers_say_by_themselves(flow: Flow) -> None:
    told = complete(flow, relation__today=("by_person",), team__who=("only_me",))
    known = Known.of(flow, told, FINISHED, {}, put=("no_way_back",), lived=(3,))
    assert "by_accident" in [tension.id for tension in known.tensions]
    assert {LEARN, CASE, FAVOURITE, Key("team.away")} <= set(known.deep)
    assert (known.put, known.lived) == (("no_way_back",), (3,))


# Any history.

keys = st.sampled_from([MORES, WANTS, LEARN, COMPLAINT, FAVOURITE, CASE, SENTENCE, None])
pasts = st.lists(
    st.builds(
        Past,
        st.sampled_from(Kind),
        st.dates(date(2026, 11, 8), date(2030, 12, 31)),
        keys,
        st.sampled_from([*Task, "half_year", ""]),
    ),
    max_size=40,
).map(lambda past: sorted(past, key=lambda p: p.on))
pasts |= pasts.map(lambda past: [*after(*FIRST_SIX), *past])
observables = st.lists(st.sampled_from(["Ruhe", "Handwerk", "Gruß"]), max_size=3, unique=True)
knowns = st.builds(
    Known,
    answers=st.builds(
        lambda plain, sentence, mismatch: answers(
            relation__plain=tuple(plain),
            relation__sentence=sentence,
            channels__mismatch=mismatch,
        ),
        observables,
        st.sampled_from(["Bei uns …", None]),
        st.sampled_from(["website", "none", None]),
    ),
    finished_on=st.dates(date(2025, 1, 1), date(2027, 12, 31)),
    given_on=st.dictionaries(keys.filter(bool), st.dates(date(2026, 1, 1), date(2030, 1, 1))),
    tensions=st.lists(st.sampled_from([CLASH, ONE_OFF, ALL_ASSUMED]), unique=True),
    put=st.lists(st.sampled_from(["value_clash", "all_assumed"]), unique=True),
    deep=st.lists(keys.filter(bool), unique=True),
    assumed=st.lists(st.sampled_from([MORES, WANTS, Key("tribe.signal")]), unique=True),
    lived=st.lists(st.integers(1, 5), max_size=3),
)
todays = st.dates(date(2026, 11, 8), date(2031, 12, 31))


@given(knowns, pasts, todays)
def test_over_any_history_there_is_a_choice_and_never_the_same_kind_twice(
    known: Known, past: list[Past], today: date
) -> None:
    choice = choose(known, past, today)
    last = past[-1] if past else None
    assert choice.because
    assert choice == choose(known, past, today)
    assert last is None or choice.kind is not last.kind
    assert (choice.kind is Kind.TENSION) == (choice.tension is not None)


@given(knowns, pasts, todays)
def test_over_any_history_a_task_is_followed_by_its_harvest(
    known: Known, past: list[Past], today: date
) -> None:
    choice = choose(known, past, today)
    was_sent_out = bool(past) and past[-1].kind in {Kind.FIELD_TASK, Kind.ASSUMPTION}
    assert choice.harvest == (past[-1].task if was_sent_out else "")
    assert (Key("check.harvest") in agenda(known, choice)) == bool(choice.harvest)
    assert (choice.kind is Kind.HARVEST) == (bool(past) and past[-1].kind is Kind.ASSUMPTION)
    assert not (was_sent_out and choice.kind in {Kind.FIELD_TASK, Kind.ASSUMPTION})


@given(knowns, pasts, todays)
def test_over_any_history_it_works_on_something_that_is_there(
    known: Known, past: list[Past], today: date
) -> None:
    choice = choose(known, past, today)
    there = {
        Kind.MOMENT: [Key("relation.plain", o) for o in known.answers.many("relation.plain")],
        Kind.SENTENCE: [SENTENCE] if known.answers.has("relation.sentence") else [],
        Kind.DEEP: [key for key in known.deep if key != CASE],
        Kind.FAVOURITE: list(known.deep),
        Kind.ASSUMPTION: list(known.assumed),
    }
    assert choice.kind not in there or choice.key in there[choice.kind]
    if choice.task == Task.BUY_FROM_YOURSELF and choice.kind is Kind.FIELD_TASK:
        assert known.answers.text("channels.mismatch") == "website"


# A year.


@dataclass
class Person:
    """Somebody who answers every nudge; `plan` is what they were asked."""

    flow: Flow
    told: Answers
    given_on: dict[Key, date] = field(default_factory=dict)
    plan: list[tuple[date, Choice]] = field(default_factory=list)

    def nudge(self, today: date) -> None:
        known = Known.of(self.flow, self.told, FINISHED, self.given_on)
        choice = choose(known, [put.past(on) for on, put in self.plan], today)
        self.plan.append((today, choice))
        for key in choice.asks:
            if key.question in self.flow.by_id and not self.told.has(*key):
                question = self.flow.by_id[key.question]
                self.write({key: fitting(self.flow, question, self.told, key.item)}, today)
        if choice.kind is Kind.HARVEST and choice.key:
            self.write(heard(self.flow, choice.key), today)

    def write(self, written: dict[Key, Value], today: date) -> None:
        self.told = self.told.with_(written)
        self.given_on |= dict.fromkeys(written, today)

    @property
    def budget(self) -> Counter[Kind]:
        """Count as the method does: a look at the favourite is deep, and one at the sentence."""
        kinds = [choice.kind for _, choice in self.plan]
        return Counter(counted for kind in kinds for counted in (kind, *COUNTS_AS.get(kind, ())))

    def __str__(self) -> str:
        rows = [
            f"{n:2} {on} {c.kind:<11} {'.'.join(filter(None, c.key or ())):<40.40} {c.task:<18}"
            f" {'+ harvest of ' + c.harvest if c.harvest else '':<32} {c.because}"
            for n, (on, c) in enumerate(self.plan, start=1)
        ]
        return "\n".join(["", *rows, str(dict(self.budget))])


def bakery(flow: Flow) -> Person:
    told = complete(
        flow,
        tribe__evidence="assumed",
        purpose__evidence="seen",
        channels__mismatch="website",
        relation__today=("by_person",),
        relation__boundary="never_so_far",
        check__self=5,
        check__customers=2,
        team__who=("employees",),
        team__decide=("nothing_alone",),
    )
    selective = {Key("relation.position", "selective"): 5, Key("relation.position", "close"): 5}
    return Person(flow, told.with_(selective), dict.fromkeys(told, FINISHED))


def year(person: Person, first_after: int, every: int = 14, count: int = 26) -> Person:
    for n in range(count):
        person.nudge(FINISHED + timedelta(days=first_after + n * every))
    return person


@pytest.mark.parametrize("first_after", [7, 10, 14, 20])
def test_a_year_of_26_is_what_the_method_plans(flow: Flow, first_after: int) -> None:
    person = year(bakery(flow), first_after)
    budget, plan = person.budget, str(person)
    assert [choice.kind for _, choice in person.plan[:6]] == FIRST_SIX, plan
    assert all(abs(budget[kind] - share) <= 1 for kind, share in YEAR.items()), plan
    assert (budget[Kind.LETTER], budget[Kind.REVIEW]) == (2, 1), plan
    harvests = [choice for _, choice in person.plan if choice.harvest]
    assert len(harvests) == budget[Kind.FIELD_TASK], plan


def test_letters_come_at_half_a_year_and_at_a_year(flow: Flow) -> None:
    person = year(bakery(flow), 14)
    letters = {choice.task: on for on, choice in person.plan if choice.kind is Kind.LETTER}
    assert letters == {
        "half_year": FINISHED + timedelta(weeks=26),
        "year": FINISHED + timedelta(weeks=52),
    }, str(person)


@pytest.mark.parametrize(("every", "count"), [(7, 52), (28, 13)])
def test_another_rhythm_keeps_the_proportions(flow: Flow, every: int, count: int) -> None:
    person = year(bakery(flow), every, every, count)
    budget, plan = person.budget, str(person)
    assert (budget[Kind.REVIEW], budget[Kind.LETTER]) == (1, 2 if every == 7 else 1), plan
    kinds = [Kind.DEEP, Kind.FIELD_TASK, Kind.CASE]
    assert sorted(kinds, key=lambda kind: -budget[kind]) == kinds, plan


def test_a_second_year_has_no_first_six(flow: Flow) -> None:
    person = year(bakery(flow), 14, count=52)
    second = [choice.kind for _, choice in person.plan[26:]]
    assert Kind.FAVOURITE not in second, str(person)
    assert second.count(Kind.LETTER) == 2, str(person)
    assert second.count(Kind.REVIEW) == 1, str(person)


def test_no_deep_question_is_asked_before_the_others_had_their_turn(flow: Flow) -> None:
    person = year(bakery(flow), 14, count=104)
    asked_for = [choice.key for _, choice in person.plan if choice.kind is Kind.DEEP]
    assert len(asked_for) == len(set(asked_for)), str(person)


def test_what_it_asks_is_in_the_flow(flow: Flow) -> None:
    person = year(bakery(flow), 14, count=52)
    known = Known.of(flow, person.told, FINISHED, person.given_on)
    keys_asked = {key.question for _, choice in person.plan for key in agenda(known, choice)}
    assert keys_asked - set(flow.by_id) <= {THREE_YEARS.question}
    put = {choice.tension.id for _, choice in person.plan if choice.tension}
    assert put <= set(tensions.IDS)
