"""All "we, us, our", and nothing that a customer sees, hears or gets."""

import pytest

from tests.noticing.report import noticed_in

GERMAN = [
    ("relation.sentence", "Wir sind Marktführer im Bereich Fenster und Türen."),
    ("relation.sentence", "Wir bieten maßgeschneiderte Lösungen aus einer Hand."),
    ("relation.sentence", "Unsere Produkte sind die besten in der Region"),
    ("relation.sentence", "Wir verwenden ausschließlich modernste Maschinen und beste Rohstoffe."),
    ("relation.sentence", "Ich habe 25 Jahre Erfahrung und drei Meisterprüfungen"),
    ("relation.sentence", "Seit 1923 stehen wir für Handwerkskunst"),
    ("relation.sentence", "Wir sind ein junges dynamisches Team mit viel Knowhow"),
    ("relation.sentence", "Wir backen nach unserem alten Familienrezept"),
    ("purpose.promise", "Wir wollen die Nummer eins im Bezirk werden"),
    ("purpose.promise", "Wir bringen unsere Firma digital nach vorne"),
    ("purpose.promise", "unsere Prozesse werden effizienter"),
    ("purpose.promise", "wir können endlich ein zweites Studio eröffnen"),
    ("channels.experience", "Wir präsentieren uns auf der Messe mit einem großen Stand"),
    ("channels.experience", "wir zeigen unser ganzes Sortiment im Schaufenster"),
    ("channels.experience", "Wir schalten Werbung in der Bezirkszeitung und auf Facebook"),
    ("channels.experience", "Unser Verkaufsraum wurde 2022 neu gestaltet"),
    ("channels.experience", "Wir erfassen die Daten in unserem CRM und legen ein Projekt an"),
    ("relation.sentence", "Wir sind die Nummer 1 in der Region."),
    ("relation.sentence", "Wir haben die modernste Werkstatt weit und breit."),
    ("relation.sentence", "Unsere Firma steht für Tradition und Innovation seit 1920."),
    (
        "relation.sentence",
        "Wir arbeiten nach höchsten Qualitätsstandards und sind ISO-zertifiziert.",
    ),
    ("relation.sentence", "Ich bin Meisterin meines Fachs und bilde mich ständig weiter"),
    ("purpose.promise", "Wir werden effizienter und wachsen in neue Märkte"),
    ("purpose.promise", "Unser Unternehmen baut seine Position aus"),
]
ENGLISH = [
    ("relation.sentence", "We are the leading supplier of windows in the county."),
    ("relation.sentence", "We offer bespoke solutions and a full range of services."),
    ("relation.sentence", "Our products are made with the finest ingredients"),
    ("relation.sentence", "I have 25 years in the trade and every certificate going"),
    ("relation.sentence", "We're a young, dynamic team with a passion for design"),
    ("relation.sentence", "our company was founded in 1985 and has three branches"),
    ("purpose.promise", "We will become number one in the region"),
    ("purpose.promise", "we finally open our second studio"),
    ("purpose.promise", "Our processes get leaner and our brand gets stronger"),
    ("channels.experience", "We present our full range on the website"),
    ("channels.experience", "We run ads on Facebook and put up a banner"),
    ("channels.experience", "we enter the order in our system and print our labels"),
    ("channels.experience", "Our showroom was completely refitted in 2022"),
    ("relation.sentence", "We are number 1 in the region."),
    ("relation.sentence", "We have the most modern workshop far and wide."),
    ("relation.sentence", "Our firm has stood for tradition and innovation since 1920."),
    ("relation.sentence", "We work to the highest quality standards and are ISO certified."),
    ("relation.sentence", "I am a master of my trade and constantly train myself"),
    ("purpose.promise", "We become more efficient and grow into new markets"),
    ("purpose.promise", "Our company expands its position"),
    ("channels.experience", "We present our products on our website"),
    ("channels.experience", "We draw up the quote and file it in our system"),
    ("channels.experience", "Our sales department gives our presentation"),
    ("relation.sentence", "We are an owner-run company with the highest demands on ourselves"),
]


@pytest.mark.parametrize(("question", "answer"), GERMAN)
def test_it_is_noticed_in_german(question: str, answer: str) -> None:
    assert noticed_in("de", question, answer) == "inside_out"


@pytest.mark.parametrize(("question", "answer"), ENGLISH)
def test_it_is_noticed_in_english(question: str, answer: str) -> None:
    assert noticed_in("en", question, answer) == "inside_out"


@pytest.mark.parametrize(
    "answer",
    [
        "Wir rufen zwei Tage nach der Lieferung an",
        "Wir zeigen dem Kunden jeden Freitag, was fertig ist",
        "Bei uns weiß man am Freitag, was am Montag geschieht",
        "Wir tragen das Klavier, du hältst die Tür auf",
        "Unser Fahrer wartet, bis im Haus das Licht angeht",
    ],
)
def test_we_is_fine_as_soon_as_a_customer_gets_something(answer: str) -> None:
    assert noticed_in("de", "relation.sentence", answer) is None


def test_the_company_may_speak_of_itself_where_it_is_asked_to() -> None:
    assert noticed_in("de", "relation.boundary", "Wir sind da streng bei Pfusch") is None
