"""A measure that only the company gains from."""

import pytest

from tests.noticing.report import noticed_in

GERMAN = [
    ("purpose.measure", "Gewinn"),
    ("purpose.measure", "Anzahl der Neukunden im Quartal"),
    ("purpose.measure", "am Umsatz halt"),
    ("purpose.measure", "wie viele Anfragen über die Website reinkommen"),
    ("purpose.measure", "Auslastung der Zimmer"),
    ("purpose.measure", "Conversion Rate und Klicks"),
    ("purpose.measure", "Instagram Follower"),
    ("purpose.measure", "Umsatzplus von 10 Prozent"),
    ("purpose.measure", "wie viel jeder Gast im Schnitt da lässt"),
    ("purpose.measure", "verkaufte Stück pro Woche"),
    ("purpose.measure", "Deckungsbeitrag je Auftrag"),
    ("purpose.measure", "ob die Kassa stimmt am Abend"),
    ("purpose.promise", "Wir machen mehr Umsatz"),
    ("purpose.promise", "20 % mehr Gewinn in zwei Jahren"),
    ("purpose.promise", "dass die Kosten sinken und der Ertrag steigt"),
    ("purpose.measure", "Umsatzsteigerung im Vergleich zum Vorjahr"),
    ("purpose.measure", "Die Anzahl der Leads pro Monat"),
    ("purpose.measure", "Gewinnmarge pro Produkt"),
    ("purpose.measure", "Wie viele Verträge wir abschließen"),
    ("purpose.measure", "Wie viele neue Kunden wir gewinnen"),
    ("purpose.measure", "Unsere Marktanteile"),
    ("purpose.measure", "wie viel wir am Ende des Monats verdient haben"),
    ("purpose.measure", "Kosten pro Kunde"),
    ("purpose.measure", "Anzahl verkaufter Karten"),
]
ENGLISH = [
    ("purpose.measure", "Profit"),
    ("purpose.measure", "Number of new customers each quarter"),
    ("purpose.measure", "turnover I suppose"),
    ("purpose.measure", "how many enquiries come in through the website"),
    ("purpose.measure", "room occupancy"),
    ("purpose.measure", "Instagram followers"),
    ("purpose.measure", "sales up 10 percent"),
    ("purpose.measure", "how much each guest spends on average"),
    ("purpose.measure", "loaves sold per week"),
    ("purpose.measure", "margin per job"),
    ("purpose.measure", "what's in the till at night"),
    ("purpose.promise", "We grow revenue by a fifth"),
    ("purpose.promise", "costs go down and profit goes up"),
    ("purpose.measure", "Revenue growth compared to last year"),
    ("purpose.measure", "The number of leads per month"),
    ("purpose.measure", "Profit margin per product"),
    ("purpose.measure", "How many contracts we close"),
    ("purpose.measure", "How many new customers we win"),
    ("purpose.measure", "Our market share"),
    ("purpose.measure", "how much we earned at the end of the month"),
    ("purpose.measure", "Cost per customer"),
    ("purpose.measure", "Number of tickets sold"),
    ("purpose.promise", "Our turnover rises by 20 percent"),
    ("purpose.promise", "We earn more per job"),
]


@pytest.mark.parametrize(("question", "answer"), GERMAN)
def test_it_is_noticed_in_german(question: str, answer: str) -> None:
    assert noticed_in("de", question, answer) == "own_number"


@pytest.mark.parametrize(("question", "answer"), ENGLISH)
def test_it_is_noticed_in_english(question: str, answer: str) -> None:
    assert noticed_in("en", question, answer) == "own_number"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("purpose.measure", "Nicht der Umsatz, sondern wie oft ein Gerät zurückkommt"),
        ("purpose.measure", "Anzahl der Anrufe wegen einer falschen Rechnung"),
        ("purpose.measure", "Wie viele Bestellungen beim ersten Mal gestimmt haben"),
        ("purpose.promise", "Die Händler machen mehr Umsatz, weil die Ware am Donnerstag da ist"),
        ("purpose.promise", "Ihr Gewinn steigt, weil weniger bricht"),
    ],
)
def test_the_customers_side_is_left_alone(question: str, answer: str) -> None:
    assert noticed_in("de", question, answer) is None
