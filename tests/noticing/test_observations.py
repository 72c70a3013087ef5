"""At most one thing is noticed, by a clear order; what is not asked for is not noticed."""

import pytest

from coachbot.noticing.observations import RULES, notice
from tests.noticing.report import lexicon, noticed_in

ALL = tuple(RULES)


@pytest.mark.parametrize(
    ("answer", "first"),
    [
        ("Keine Ahnung, Service?", "no_idea"),
        ("Wir binden sie mit der Kundenkarte, das bringt Umsatz", "captivity"),
        ("Alle müssen lächeln, dann steigt unser Umsatz", "demanded_feelings"),
        ("Wir steigern unseren Umsatz mit bester Qualität", "own_number"),
        ("Wir bieten beste Qualität", "inside_out"),
        ("beste Qualität", "placeholder"),
        ("Montage", "thin"),
    ],
)
def test_the_first_in_the_order_of_precedence_is_heard(answer: str, first: str) -> None:
    observation = notice("check.pride", ALL, answer, lexicon("de"))
    assert observation is not None
    assert observation.id == first


def test_a_question_raises_only_what_it_declares() -> None:
    assert notice("business.name", ("no_idea",), "Service", lexicon("de")) is None
    assert noticed_in("de", "relation.boundary", "Wir sind Marktführer in Wien") is None


def test_an_observation_says_what_was_seen_and_quotes_the_sentence() -> None:
    answer = "Sie können gehen. Aber sie haben eine Mindestlaufzeit von zwei Jahren."
    observation = notice("relation.exit", ("captivity",), answer, lexicon("de"))
    assert observation is not None
    assert observation.because == "holds customers: mindestlaufzeit"
    assert observation.quote == "Aber sie haben eine Mindestlaufzeit von zwei Jahren"


def test_a_long_quote_is_cut_at_a_word_and_loses_its_marks() -> None:
    answer = (
        "„" + "freundlich und kompetent und zuverlässig und herzlich und fair und nett " * 2 + "“"
    )
    observation = notice("relation.word", ("placeholder",), answer, lexicon("de"))
    assert observation is not None
    assert observation.quote.startswith("freundlich und kompetent")
    assert observation.quote.endswith(" …")
    assert len(observation.quote) <= 82


def test_of_several_things_each_demand_counts_but_one_placeholder_does_not() -> None:
    lexicon_de = lexicon("de")
    raised = ("placeholder", "demanded_feelings")
    things = ("Kaffee um neun", "immer ein Lächeln", "Zettel am Lenker")
    observation = notice("relation.plain", raised, things, lexicon_de)
    assert observation is not None
    assert (observation.id, observation.quote) == ("demanded_feelings", "immer ein Lächeln")
    half = ("Kaffee um neun", "Qualität")
    observation = notice("relation.plain", raised, half, lexicon_de)
    assert observation is not None
    assert observation.quote == "Qualität"


def test_an_answer_in_the_other_language_is_left_alone() -> None:
    answer = "We call every customer three days later and ask whether the tap still drips"
    assert noticed_in("de", "relation.sentence", answer) is None
    answer = "Wir rufen nach drei Tagen an und fragen, ob der Hahn noch tropft"
    assert noticed_in("en", "relation.sentence", answer) is None
