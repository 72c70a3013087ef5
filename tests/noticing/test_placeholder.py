"""A word that everybody nods at: what would one see, hear or get?"""

import pytest

from tests.noticing.report import noticed_in

GERMAN = [
    ("relation.word", "Vertrauen"),
    ("relation.word", "auf Augenhöhe"),
    ("relation.word", "ehrlich & direkt"),
    ("relation.word", "Service!!!"),
    ("relation.word", "sehr familiär"),
    ("relation.word", "Wertschätzende Partnerschaft"),
    ("relation.word", "Stammkundenpflege"),
    ("relation.word", "gute, langjährige Kundenbeziehungen"),
    ("relation.word", "nett"),
    ("relation.word", "Zuverläsigkeit"),
    ("relation.word", "Kundennähe und Servicequalität"),
    ("relation.word", "herzlich-kompetent"),
    ("relation.word", "Menschlichkeit"),
    ("relation.word", "Loyalität"),
    ("relation.word", "Qualitaet und Verlaesslichkeit"),
    ("values.meaning", "Wir sind immer freundlich zu allen"),
    ("values.meaning", "an der Qualität unserer Arbeit"),
    ("values.meaning", "dass er sich gut aufgehoben fühlt"),
    ("values.meaning", "Durch Kompetenz und Fachwissen"),
    ("values.meaning", "der Kunde merkt dass wir ihn ernst nehmen"),
    ("values.meaning", "wir behandeln jeden mit Respekt"),
    ("relation.sentence", "Der Kunde steht bei uns immer im Mittelpunkt"),
    ("relation.sentence", "Bei uns ist jeder Kunde König"),
    ("relation.sentence", "Bei uns wird man freundlich und kompetent beraten"),
]
ENGLISH = [
    ("relation.word", "Trust"),
    ("relation.word", "warm and personal"),
    ("relation.word", "long-term partnership"),
    ("relation.word", "Friendly!!"),
    ("relation.word", "great service"),
    ("relation.word", "relationship of mutual respect"),
    ("relation.word", "customer centric"),
    ("relation.word", "approachable"),
    ("relation.word", "Reliablity"),
    ("relation.word", "honesty, quality, value"),
    ("relation.word", "family"),
    ("values.meaning", "We always treat people with respect"),
    ("values.meaning", "they can see we really care"),
    ("values.meaning", "through our attention to detail"),
    ("values.meaning", "by being open and honest at all times"),
    ("values.meaning", "We go above and beyond"),
    ("values.meaning", "High quality in everything"),
    ("relation.sentence", "With us a customer always feels valued and well looked after."),
    ("relation.sentence", "Customers get excellent service and great value"),
    ("relation.sentence", "With us, the customer comes first"),
    ("relation.sentence", "every guest has an unforgettable experience"),
    ("relation.plain", "friendly staff"),
    ("relation.plain", "a professional, welcoming atmosphere"),
    ("channels.experience", "a quick and easy process"),
]


@pytest.mark.parametrize(("question", "answer"), GERMAN)
def test_it_is_noticed_in_german(question: str, answer: str) -> None:
    assert noticed_in("de", question, answer) == "placeholder"


@pytest.mark.parametrize(("question", "answer"), ENGLISH)
def test_it_is_noticed_in_english(question: str, answer: str) -> None:
    assert noticed_in("en", question, answer) == "placeholder"


def test_compounds_typed_umlauts_genders_and_slips_are_seen_through() -> None:
    for word in ("Servicequalität", "Servicequalitaet", "SERVICE-QUALITÄT", "Zuverlässigkiet"):
        assert noticed_in("de", "values.meaning", word) == "placeholder"
    assert noticed_in("de", "values.meaning", "Freundlich zu allen Kund:innen") == "placeholder"


@pytest.mark.parametrize("word", ["frech", "kühl, knapp", "Stammtisch"])
def test_any_bare_word_on_the_sticky_note_hides_what_it_means(word: str) -> None:
    assert noticed_in("de", "relation.word", word) == "placeholder"
    assert noticed_in("de", "relation.sentence", word) != "placeholder"


@pytest.mark.parametrize(
    "answer",
    [
        "Freundlich heißt: aufschauen, Hallo sagen, fertig.",
        "Vertrauen: der Schlüssel liegt unter der Matte",
        "Verlässlich ist, wenn um sechs die Semmeln an der Tür hängen",
        "Qualität? „Das nähe ich dir noch einmal“, sagt sie dann",
    ],
)
def test_a_placeholder_that_is_explained_is_none(answer: str) -> None:
    assert noticed_in("de", "values.meaning", answer) is None


def test_one_placeholder_among_several_things_is_left_alone() -> None:
    seen = ["Kaffee am Tresen", "Qualität", "Rückruf um neun"]
    assert noticed_in("de", "relation.plain", seen) is None
    assert noticed_in("de", "relation.plain", ["Qualität", "Freundlichkeit", seen[0]])
