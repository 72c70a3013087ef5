"""Letters from the past self: built from every answer ever given, with its day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachbot.flow.answers import Answers, Key, Value
from coachbot.reflection.letters import (
    EARLY,
    EVERY,
    Change,
    Given,
    Promise,
    Span,
    as_of,
    due_since,
    letter,
    number,
    span_of,
)

FINISHED = date(2026, 11, 8)
HALF_YEAR = FINISHED + timedelta(weeks=26)
A_YEAR = FINISHED + timedelta(weeks=52)
OLD = "Bei uns wird jeder gegrüßt."
NEW = "Bei uns weiß man am Abend, was es kostet."


def told(question: str, value: Value, weeks: int, item: str = "") -> Given:
    return Given(Key(question, item), value, FINISHED + timedelta(weeks=weeks))


YEAR = [
    told("relation.sentence", "Wir sind persönlich.", -1),
    told("relation.sentence", OLD, 0),
    told("relation.plain", ("Ruhe",), 0),
    told("values.meaning", "Niemand ruft durchs Lokal.", 0, "Ruhe"),
    told("channels.complaint", None, 0),
    told("next.step", "Schild malen", 0),
    told("next.outcome", "not_yet", 2),
    told("next.outcome", "done", 4),
    told("next.step", "Drei Leute zurückrufen", 4),
    told("next.outcome", "partly", 6),
    told("next.step", None, 6),
    told("check.lived", 4, 6),
    told("channels.complaint", "Wer abhebt, darf erstatten.", 8),
    told("relation.sentence", NEW, 10),
    told("values.meaning", None, 12, "Ruhe"),
    told("next.step", "Telefon umstellen", 30),
    told("tension.reason", "Das ist Absicht.", 31, "value_clash"),
]


def test_it_holds_the_sentence_then_and_now() -> None:
    half_year = letter(YEAR, FINISHED, HALF_YEAR)
    assert (half_year.span, half_year.since) == (Span.HALF_YEAR, FINISHED)
    assert (half_year.sentence_then, half_year.sentence_now) == (OLD, NEW)
    assert not half_year.is_same_sentence
    assert letter(YEAR[:4], FINISHED, HALF_YEAR).is_same_sentence


def test_it_holds_what_was_promised_and_what_became_of_it() -> None:
    promises = letter(YEAR, FINISHED, A_YEAR).promises
    assert promises == (
        Promise("Schild malen", FINISHED, "done"),
        Promise("Drei Leute zurückrufen", FINISHED + timedelta(weeks=4), "partly"),
        Promise("Telefon umstellen", FINISHED + timedelta(weeks=30)),
    )
    assert [promise.is_kept for promise in promises] == [True, False, False]
    assert letter(YEAR, FINISHED, HALF_YEAR).promises == promises[:2]
    assert letter(YEAR, FINISHED, A_YEAR + EVERY).promises == ()


def test_a_step_that_was_worded_anew_on_its_day_is_one_promise() -> None:
    reworded = [told("next.step", "Schild", 0), told("next.step", "Schild malen", 0)]
    assert letter(reworded, FINISHED, HALF_YEAR).promises == (Promise("Schild malen", FINISHED),)


def test_it_holds_what_has_changed_in_the_definition_only() -> None:
    found = letter(YEAR, FINISHED, A_YEAR)
    complaint = Change(Key("channels.complaint"), None, "Wer abhebt, darf erstatten.")
    sentence = Change(Key("relation.sentence"), OLD, NEW)
    gone = Change(Key("values.meaning", "Ruhe"), "Niemand ruft durchs Lokal.", None)
    assert set(found.changes) == {complaint, sentence, gone}
    assert found.added == (complaint,)
    assert found.reworded == ()


def test_another_wording_counts_beside_the_sentence() -> None:
    never = [told("relation.never", ("Lügen",), 0), told("relation.never", ("Lügen", "Eile"), 9)]
    found = letter([*YEAR, *never], FINISHED, HALF_YEAR)
    assert found.reworded == (Change(Key("relation.never"), ("Lügen",), ("Lügen", "Eile")),)


@pytest.mark.parametrize(
    ("today", "due"),
    [
        (FINISHED, 0),
        (HALF_YEAR - EARLY - timedelta(days=1), 0),
        (HALF_YEAR - EARLY, 1),
        (HALF_YEAR, 1),
        (A_YEAR - EARLY - timedelta(days=1), 1),
        (A_YEAR, 2),
        (A_YEAR + EVERY, 3),
        (FINISHED - timedelta(days=400), 0),
    ],
)
def test_letters_come_every_half_year(today: date, due: int) -> None:
    assert number(FINISHED, today) == due


@pytest.mark.parametrize(
    ("half_years", "span", "since"),
    [
        (1, Span.HALF_YEAR, FINISHED),
        (2, Span.YEAR, FINISHED),
        (3, Span.HALF_YEAR, A_YEAR),
        (4, Span.YEAR, A_YEAR),
    ],
)
def test_they_look_back_half_a_year_and_a_year_in_turn(
    half_years: int, span: Span, since: date
) -> None:
    found = letter(YEAR, FINISHED, FINISHED + half_years * EVERY)
    assert (found.span, found.since) == (span, since)
    assert span_of(half_years) is span


def test_without_answers_it_is_an_empty_letter() -> None:
    found = letter([], FINISHED, HALF_YEAR)
    assert (found.sentence_then, found.promises, found.changes) == ("", (), ())


@given(st.dates(FINISHED, date(2040, 1, 1)))
def test_a_letter_that_is_due_may_come_from_its_day_on(today: date) -> None:
    due = number(FINISHED, today)
    assert not due or due_since(FINISHED, due) <= today < due_since(FINISHED, due + 1)


histories = st.lists(
    st.builds(
        Given,
        st.sampled_from([Key("next.step"), Key("next.outcome"), Key("relation.sentence")]),
        st.sampled_from(["done", "partly", "Anrufen", None]),
        st.dates(FINISHED, A_YEAR),
    ),
    max_size=30,
).map(lambda given: sorted(given, key=lambda one: one.on))


@given(histories, st.dates(FINISHED, A_YEAR))
def test_over_any_history_promises_are_in_order_and_within_the_letter(
    history: list[Given], today: date
) -> None:
    found = letter(history, FINISHED, today)
    days = [promise.on for promise in found.promises]
    assert days == sorted(days)
    assert all(FINISHED <= on <= today for on in days)
    assert len(found.kept) <= len(found.promises)
    assert as_of(history, today).text("relation.sentence") == found.sentence_now
    assert all(change.then != change.now for change in found.changes)
    assert as_of(history, date(2020, 1, 1)) == Answers()
