"""Every tension arises from its answers, and not when one of them changes or is missing."""

from collections.abc import Mapping

import pytest

from coachbot.flow.answers import SKIPPED, Answers, Key, Value
from coachbot.flow.observations import Tension
from coachbot.noticing.tensions import IDS, tensions

NATURES = {"counter": "person", "web_shop": "self_service", "newsletter": "automated"}
PERSONAL, CLOSE = Key("relation.position", "personal"), Key("relation.position", "close")
INITIATIVE = Key("relation.position", "initiative")
PURCHASE = Key("channels.journey", "purchase")
AFTER = Key("channels.journey", "after_sales")
GOALS, WHO, DECIDE = Key("purpose.goals"), Key("team.who"), Key("team.decide")
LIMIT, RHYTHM, PLAIN = Key("team.limit"), Key("channels.rhythm"), Key("relation.plain")
STALL = Key("channels.nature", "Stand am Markt")

Told = Mapping[Key, Value]

ARISES: list[tuple[str, Told, tuple[Key, ...]]] = [
    ("automated_but_personal", {PERSONAL: 4, PURCHASE: ("web_shop",)}, (PERSONAL, PURCHASE)),
    (
        "automated_but_personal",
        {CLOSE: 5, PURCHASE: ("web_shop", "Stand am Markt"), STALL: "self_service"},
        (CLOSE, PURCHASE),
    ),
    (
        "self_service_without_help",
        {PERSONAL: 2, Key("channels.reply"): "nobody"},
        (PERSONAL, Key("channels.reply")),
    ),
    (
        "longstanding_one_off",
        {Key("relation.position", "longstanding"): 5, GOALS: ("one_off",)},
        (Key("relation.position", "longstanding"), GOALS),
    ),
    ("keep_without_after_sales", {GOALS: ("win", "keep"), AFTER: ("nothing",)}, (GOALS, AFTER)),
    ("hole_in_journey", {PURCHASE: ("nothing",), AFTER: ("nothing",)}, (PURCHASE, AFTER)),
    (
        "close_without_rights",
        {CLOSE: 4, WHO: ("employees",), DECIDE: ("nothing_alone",)},
        (CLOSE, WHO, DECIDE),
    ),
    (
        "close_without_rights",
        {PERSONAL: 5, WHO: ("family", "employees"), DECIDE: SKIPPED, LIMIT: "0 Euro"},
        (PERSONAL, WHO, LIMIT),
    ),
    (
        "selective_without_boundary",
        {
            Key("relation.position", "selective"): 4,
            Key("relation.boundary"): "never_so_far",
        },
        (Key("relation.position", "selective"), Key("relation.boundary")),
    ),
    ("initiative_never", {INITIATIVE: 4, RHYTHM: "never"}, (INITIATIVE, RHYTHM)),
    ("reacts_weekly", {INITIATIVE: 2, RHYTHM: "weekly"}, (INITIATIVE, RHYTHM)),
    ("reacts_weekly", {INITIATIVE: 1, RHYTHM: "daily"}, (INITIATIVE, RHYTHM)),
    (
        "individual_after_standard",
        {
            Key("relation.position", "individual"): 4,
            Key("purpose.priorities", "individual"): "second",
        },
        (Key("relation.position", "individual"), Key("purpose.priorities", "individual")),
    ),
    (
        "value_clash",
        {Key("tribe.clash"): ("Ruhe",), Key("tribe.clash_why"): SKIPPED},
        (Key("tribe.clash"), Key("tribe.clash_why")),
    ),
    (
        "value_unseen",
        {
            Key("values.list"): ("Ruhe", "Mut", "Sorgfalt"),
            Key("values.meaning", "Ruhe"): "Kein Radio im Warteraum",
            Key("values.meaning", "Mut"): "Wir raten ab, wenn es nicht passt",
            Key("values.meaning", "Sorgfalt"): SKIPPED,
            PLAIN: ("Ruhe", "Kaffee um neun"),
        },
        (PLAIN, Key("values.meaning", "Mut")),
    ),
    (
        "self_above_customers",
        {Key("check.self"): 4, Key("check.customers"): 2},
        (Key("check.self"), Key("check.customers")),
    ),
    ("no_way_back", {Key("team.feedback"): "none_yet"}, (Key("team.feedback"),)),
    (
        "row_does_not_fit",
        {
            Key("tribe.aims"): "Laufen",
            Key("tribe.onlyness"): "Die Einzigen mit Bahn",
            Key("matrix.aims_onlyness"): "not",
        },
        (Key("matrix.aims_onlyness"), Key("tribe.aims"), Key("tribe.onlyness")),
    ),
    (
        "expected_not_offered",
        {
            Key("relation.category_expected"): ("personal", "community"),
            Key("relation.category_offered"): ("personal",),
        },
        (Key("relation.category_expected"), Key("relation.category_offered")),
    ),
    (
        "all_assumed",
        {Key("tribe.evidence"): "assumed", Key("purpose.evidence"): "assumed"},
        (Key("tribe.evidence"), Key("purpose.evidence")),
    ),
    (
        "by_accident",
        {Key("relation.today"): ("by_day",)},
        (Key("relation.today"), Key("team.learn")),
    ),
]

CHANGED: list[tuple[str, Told]] = [
    ("automated_but_personal", {PERSONAL: 3, PURCHASE: ("web_shop",)}),
    ("automated_but_personal", {PERSONAL: 4, PURCHASE: ("web_shop", "counter")}),
    ("automated_but_personal", {PERSONAL: 4, PURCHASE: ("nothing",)}),
    ("automated_but_personal", {PERSONAL: 4, PURCHASE: ("web_shop", "Stand am Markt")}),
    ("self_service_without_help", {PERSONAL: 3, Key("channels.reply"): "nobody"}),
    ("self_service_without_help", {PERSONAL: 1, Key("channels.reply"): "hour"}),
    (
        "longstanding_one_off",
        {Key("relation.position", "longstanding"): 5, GOALS: ("one_off", "recommended")},
    ),
    ("keep_without_after_sales", {GOALS: ("win",), AFTER: ("nothing",)}),
    ("keep_without_after_sales", {GOALS: ("keep",), AFTER: ("newsletter",)}),
    ("hole_in_journey", {GOALS: ("keep",), AFTER: ("nothing",)}),
    ("hole_in_journey", {PURCHASE: SKIPPED}),
    ("close_without_rights", {CLOSE: 5, WHO: ("only_me",), DECIDE: ("nothing_alone",)}),
    ("close_without_rights", {CLOSE: 3, WHO: ("employees",), DECIDE: ("nothing_alone",)}),
    ("close_without_rights", {CLOSE: 5, WHO: SKIPPED, DECIDE: ("nothing_alone",)}),
    ("close_without_rights", {CLOSE: 5, WHO: ("employees",), DECIDE: ("Umtausch",), LIMIT: "0"}),
    ("close_without_rights", {CLOSE: 5, WHO: ("employees",), DECIDE: SKIPPED, LIMIT: "20"}),
    (
        "selective_without_boundary",
        {Key("relation.position", "selective"): 5, Key("relation.boundary"): "disrespect"},
    ),
    ("initiative_never", {INITIATIVE: 3, RHYTHM: "never"}),
    ("initiative_never", {INITIATIVE: 5, RHYTHM: "monthly"}),
    ("reacts_weekly", {INITIATIVE: 3, RHYTHM: "daily"}),
    ("reacts_weekly", {RHYTHM: "daily"}),
    (
        "individual_after_standard",
        {
            Key("relation.position", "individual"): 5,
            Key("purpose.priorities", "individual"): "balanced",
        },
    ),
    ("value_clash", {Key("tribe.clash"): ("none",)}),
    ("value_clash", {Key("tribe.clash"): ("Ruhe",), Key("tribe.clash_why"): "Ruhe gilt als fad"}),
    (
        "value_unseen",
        {
            Key("values.list"): ("Ruhe",),
            Key("values.meaning", "Ruhe"): "Kein Radio",
            PLAIN: ("Ruhe",),
        },
    ),
    (
        "value_unseen",
        {
            Key("values.list"): ("Ruhe",),
            Key("values.meaning", "Ruhe"): "Kein Radio",
            PLAIN: SKIPPED,
        },
    ),
    ("self_above_customers", {Key("check.self"): 4, Key("check.customers"): 3}),
    ("self_above_customers", {Key("check.self"): 5, Key("check.customers"): SKIPPED}),
    ("no_way_back", {Key("team.feedback"): "meeting"}),
    (
        "row_does_not_fit",
        {
            Key("tribe.aims"): "Laufen",
            Key("tribe.onlyness"): "Die Einzigen mit Bahn",
            Key("matrix.aims_onlyness"): "partly",
        },
    ),
    ("row_does_not_fit", {Key("tribe.aims"): SKIPPED, Key("matrix.aims_onlyness"): "not"}),
    (
        "expected_not_offered",
        {
            Key("relation.category_expected"): ("personal",),
            Key("relation.category_offered"): ("personal", "community"),
        },
    ),
    ("expected_not_offered", {Key("relation.category_expected"): ("personal",)}),
    ("all_assumed", {Key("tribe.evidence"): "assumed", Key("purpose.evidence"): "heard"}),
    ("all_assumed", {Key("tribe.evidence"): "assumed"}),
    (
        "all_assumed",
        {
            Key("tribe.evidence"): "assumed",
            Key("tribe.evidence", "tribe.mores"): "heard",
            Key("purpose.evidence"): "assumed",
        },
    ),
    ("by_accident", {Key("relation.today"): ("by_customer",)}),
    ("by_accident", {Key("relation.today"): ("by_day",), Key("team.learn"): "Am ersten Tag"}),
]


def found(told: Told, *, after_first_version: bool = True) -> dict[str, Tension]:
    some = tensions(Answers(told), NATURES, after_first_version=after_first_version)
    return {tension.id: tension for tension in some}


@pytest.mark.parametrize(("tension", "told", "rests_on"), ARISES)
def test_it_arises_and_names_what_it_rests_on(
    tension: str, told: Told, rests_on: tuple[Key, ...]
) -> None:
    assert found(told)[tension] == Tension(tension, rests_on)


@pytest.mark.parametrize(("tension", "told", "rests_on"), ARISES)
def test_it_needs_every_answer_it_rests_on(
    tension: str, told: Told, rests_on: tuple[Key, ...]
) -> None:
    for key in (key for key in rests_on if told.get(key, SKIPPED) is not SKIPPED):
        left = found(dict(told) | {key: SKIPPED}).get(tension)
        assert left is None or key not in left.rests_on


@pytest.mark.parametrize(("tension", "told"), CHANGED)
def test_it_does_not_arise_when_one_answer_is_different(tension: str, told: Told) -> None:
    assert tension not in found(told)


def test_every_tension_is_tried_here() -> None:
    assert {tension for tension, *_ in ARISES} == {tension for tension, _ in CHANGED} == set(IDS)


def test_they_come_in_the_order_of_the_table() -> None:
    told: dict[Key, Value] = {}
    for _, some, _ in ARISES:
        told = {**some, **told}
    ids = list(found(told))
    assert ids == sorted(ids, key=IDS.index)
    assert len(ids) > 10


def test_what_happens_by_accident_waits_for_the_first_version() -> None:
    told = {Key("relation.today"): ("by_person",)}
    assert found(told, after_first_version=True)
    assert not found(told, after_first_version=False)


def test_without_answers_there_is_no_tension() -> None:
    assert found({}) == {}


def test_the_phase_where_a_person_is_missed_most_is_named_first() -> None:
    told: Told = {
        PERSONAL: 5,
        Key("channels.journey", "awareness"): ("web_shop",),
        AFTER: ("newsletter",),
    }
    assert found(told)["automated_but_personal"].rests_on == (PERSONAL, AFTER)


@pytest.mark.parametrize("limit", ["0", "0 Euro", "€ 0,00", "0.-"])
def test_nothing_is_nothing_however_it_is_written(limit: str) -> None:
    told: Told = {CLOSE: 5, WHO: ("employees",), DECIDE: SKIPPED, LIMIT: limit}
    assert "close_without_rights" in found(told)
