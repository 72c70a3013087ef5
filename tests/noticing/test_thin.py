"""Too little for what was asked."""

import pytest

from tests.noticing.report import noticed_in

GERMAN = [
    ("tribe.person", "Familien mit Kindern"),
    ("tribe.person", "Herr Huber"),
    ("tribe.person", "Frauen zwischen 30 und 50"),
    ("tribe.person", "Anna, 34"),
    ("tribe.person", "Hausbesitzer halt"),
    ("tribe.person", "Stammgast, kommt oft"),
    ("team.whom", "kommt drauf an"),
    ("team.whom", "irgendwen vom Team"),
    ("relation.boundary", "selten"),
    ("relation.boundary", "Wenns nicht passt"),
    ("relation.sentence", "er kommt wieder"),
    ("values.why", "Geld"),
    ("values.price", "ja öfter"),
    ("tribe.identity", "Genießer"),
    ("tribe.aims", "Erfolg"),
    ("tribe.signal", "Stil"),
    ("tribe.onlyness", "gute Arbeit machen"),
    ("channels.complaint", "wird erledigt"),
    ("channels.complaint", "Wir kümmern uns drum"),
    ("channels.complaint", "per Mail"),
    ("channels.advert", "nichts"),
    ("channels.memory", "alles"),
    ("team.learn", "mündlich"),
    ("team.case", "gibts immer wieder"),
]
ENGLISH = [
    ("tribe.person", "young families"),
    ("tribe.person", "Mrs Jones"),
    ("tribe.person", "Women aged 30 to 50 with money"),
    ("tribe.person", "Dave, a builder"),
    ("team.whom", "it depends"),
    ("relation.boundary", "rarely"),
    ("relation.sentence", "comes back again"),
    ("values.why", "money mostly"),
    ("values.price", "yes a few times"),
    ("tribe.identity", "Normal people"),
    ("tribe.aims", "success"),
    ("tribe.signal", "style"),
    ("tribe.onlyness", "good at what we do"),
    ("channels.complaint", "we deal with it"),
    ("channels.complaint", "by email"),
    ("channels.advert", "nothing really"),
    ("channels.memory", "everything"),
    ("team.learn", "verbally"),
    ("team.case", "happens all the time"),
    ("team.room", "plenty"),
    ("purpose.thanks", "a thank you"),
    ("purpose.image", "good things"),
    ("check.satisfaction", "fine"),
    ("check.proof", "reviews"),
]


@pytest.mark.parametrize(("question", "answer"), GERMAN)
def test_it_is_noticed_in_german(question: str, answer: str) -> None:
    assert noticed_in("de", question, answer) == "thin"


@pytest.mark.parametrize(("question", "answer"), ENGLISH)
def test_it_is_noticed_in_english(question: str, answer: str) -> None:
    assert noticed_in("en", question, answer) == "thin"


@pytest.mark.parametrize("answer", ["mich", "Die Chefin", "Petra, sonst Karl"])
def test_a_name_or_role_is_a_complete_answer_to_whom(answer: str) -> None:
    assert noticed_in("de", "team.whom", answer) is None


def test_a_person_needs_a_wish_or_a_worry() -> None:
    person = "Renate, 61, frisch in Pension"
    assert noticed_in("de", "tribe.person", person) == "thin"
    assert noticed_in("de", "tribe.person", f"{person}. Will nach Island.") is None


def test_quoted_speech_is_never_thin() -> None:
    assert noticed_in("en", "purpose.image", "They say: “pricey, but it lasts”") is None
