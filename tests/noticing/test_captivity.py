"""Loyalty through contracts, cards and hurdles."""

import pytest

from tests.noticing.report import noticed_in

GERMAN = [
    ("relation.exit", "Sie haben einen Vertrag auf drei Jahre"),
    ("relation.exit", "Kündigung nur zum Jahresende mit drei Monaten Frist"),
    ("relation.exit", "Die Umstellung auf einen anderen Anbieter wäre viel zu aufwändig"),
    ("relation.exit", "Gar nicht so einfach, unsere Software läuft nur mit unserer Hardware"),
    ("relation.exit", "Wer früher geht zahlt eine Abschlagszahlung"),
    ("relation.exit", "Jahresabo, Verlängerung automatisch"),
    ("relation.exit", "wir haben alle ihre Daten, da geht so leicht keiner"),
    ("relation.exit", "weil sie die Einschreibgebühr nicht verlieren wollen"),
    ("purpose.thanks", "Treuepass mit 10 Stempeln"),
    ("purpose.thanks", "Bonuspunkte die man bei uns einlösen kann"),
    ("purpose.thanks", "Ab dem fünften Jahr 5% Treuerabatt"),
    ("purpose.thanks", "VIP-Karte"),
    (
        "purpose.thanks",
        "Rabatt auf die nächste Behandlung, wenn sie innerhalb von 6 Wochen wiederkommen",
    ),
    ("purpose.promise", "Kunden langfristig vertraglich binden"),
    ("channels.rhythm", "immer wenn das Abo ausläuft"),
    ("channels.rhythm", "wöchentlich die Punkteabrechnung"),
    ("relation.exit", "Unsere Kunden sind durch langfristige Verträge gebunden"),
    ("relation.exit", "Die Kündigungsfrist beträgt sechs Monate"),
    ("relation.exit", "Er kann erst nach zwei Jahren kündigen"),
    ("relation.exit", "Ein Wechsel würde ihn viel Geld kosten, darum bleibt er"),
    ("relation.exit", "Weil er auf unsere Ersatzteile angewiesen ist"),
    ("relation.exit", "Sie bleiben wegen der Treueprämie, die bekommt man erst nach fünf Jahren"),
    ("relation.exit", "wir machen den Ausstieg absichtlich nicht leicht"),
    ("purpose.thanks", "Mit unserer Kundenkarte sammelt man Punkte für Prämien"),
]
ENGLISH = [
    ("relation.exit", "They sign for three years"),
    ("relation.exit", "12 month minimum contract"),
    ("relation.exit", "Switching to another provider would be far too much trouble"),
    ("relation.exit", "our software only runs on our own hardware so good luck leaving"),
    ("relation.exit", "There's an early exit charge"),
    ("relation.exit", "annual plan, renews by itself"),
    ("relation.exit", "we hold all their data so nobody leaves that easily"),
    ("purpose.thanks", "Loyalty card with ten stamps"),
    ("purpose.thanks", "Points they can redeem with us"),
    ("purpose.thanks", "5% off from the third year on if they stay"),
    ("purpose.thanks", "gold membership tier"),
    ("purpose.promise", "tie clients in for the long run with a contract"),
    ("channels.rhythm", "whenever their subscription is about to end"),
    ("channels.rhythm", "weekly, with their points balance"),
    ("relation.exit", "Our customers are tied in by long-term contracts"),
    ("relation.exit", "There is a six month notice period"),
    ("relation.exit", "They can only cancel after two years"),
    ("relation.exit", "Switching would cost them a lot of money, so they stay"),
    ("relation.exit", "Because they depend on our spare parts"),
    ("relation.exit", "They stay for the loyalty bonus, you only get that after five years"),
    ("relation.exit", "we deliberately make leaving difficult"),
    ("purpose.thanks", "With our customer card you collect points for rewards"),
    ("purpose.thanks", "Punch card, the eleventh visit is free"),
    ("purpose.thanks", "A voucher for the next purchase, valid until the end of the month"),
]


@pytest.mark.parametrize(("question", "answer"), GERMAN)
def test_it_is_noticed_in_german(question: str, answer: str) -> None:
    assert noticed_in("de", question, answer) == "captivity"


@pytest.mark.parametrize(("question", "answer"), ENGLISH)
def test_it_is_noticed_in_english(question: str, answer: str) -> None:
    assert noticed_in("en", question, answer) == "captivity"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("relation.exit", "Den Vertrag kündigen wir, wenn jemand die Monteure anschreit"),
        ("relation.exit", "Keine Mindestlaufzeit, ein Anruf genügt"),
        ("relation.exit", "Monatlich kündbar. Sie bleiben wegen der Dienstagsrunde"),
        ("relation.exit", "Wir haben die Mindestlaufzeit letztes Jahr abgeschafft"),
        ("relation.exit", "Der Zehnerblock verfällt bei uns nie, den Rest zahlen wir aus"),
        ("purpose.thanks", "Eine Karte zum Geburtstag, mit der Hand geschrieben"),
        ("purpose.thanks", "Keine Punkte, keine Karte: der Espresso geht aufs Haus"),
    ],
)
def test_an_open_door_a_gift_and_a_boundary_are_none(question: str, answer: str) -> None:
    assert noticed_in("de", question, answer) is None
