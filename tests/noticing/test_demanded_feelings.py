"""Staff shall be thrilled, smile, love the customer."""

import pytest

from tests.noticing.report import noticed_in

GERMAN = [
    ("team.room", "Alle müssen immer gut drauf sein"),
    ("team.room", "Ich verlange von meinen Leuten Leidenschaft"),
    ("team.room", "Wer bei uns arbeitet, muss für die Gäste brennen"),
    ("team.learn", "Wir suchen nur Menschen die von Herzen lächeln"),
    ("team.learn", "In der Schulung lernen sie, freundlich zu sein und zu lächeln"),
    ("team.learn", "neue mitarbeiter müssen unsere marke lieben"),
    ("relation.plain", "jeder Mitarbeiter lächelt"),
    ("relation.plain", "immer ein Strahlen im Gesicht"),
    ("relation.plain", "Unsere Damen am Empfang sind stets fröhlich"),
    ("values.meaning", "Mein Team ist jeden Tag mit Begeisterung dabei"),
    ("values.meaning", "jeder muss sich über jeden Kunden freuen"),
    ("values.meaning", "keiner darf schlechte Laune zeigen"),
    ("values.meaning", "Lächeln ist bei uns Pflicht"),
    ("team.room", "mehr Motivation, mehr Einsatz, mehr Herz"),
    ("team.learn", "wir erwarten positive Ausstrahlung von jedem Bewerber"),
    ("team.room", "Meine Angestellten sollen stets freundlich lächeln"),
    ("team.room", "Ich erwarte Begeisterung und Leidenschaft von jedem Mitarbeiter"),
    ("team.room", "Jeder muss hinter der Marke stehen und das auch ausstrahlen"),
    ("team.learn", "Wir trainieren im Workshop Herzlichkeit"),
    ("team.learn", "Alle Neuen müssen lernen, die Kunden zu lieben"),
    ("relation.plain", "Unsere Mitarbeiter sind immer gut gelaunt"),
    ("relation.plain", "Jeder wird mit einem Lächeln begrüßt"),
    ("values.meaning", "Alle Kolleginnen haben Freude an der Arbeit und zeigen das auch"),
    ("values.meaning", "Unser Personal hat immer ein Lächeln auf den Lippen"),
]
ENGLISH = [
    ("team.room", "Everyone has to be in a good mood"),
    ("team.room", "I expect passion from my people"),
    ("team.learn", "We only hire people who love our customers"),
    ("team.learn", "smile training every spring"),
    ("team.learn", "New starters must live and breathe the brand"),
    ("relation.plain", "every member of staff smiles"),
    ("relation.plain", "always a big smile"),
    ("values.meaning", "My team comes in enthusiastic every single day"),
    ("values.meaning", "nobody is allowed to look grumpy"),
    ("values.meaning", "staff should be genuinely excited to see each guest"),
    ("team.room", "They should bring more energy and more heart"),
    ("team.room", "My employees should always smile"),
    ("team.room", "I expect enthusiasm and passion from every member of staff"),
    ("team.room", "Everyone must stand behind the brand and radiate that"),
    ("team.learn", "We train warmth in a workshop"),
    ("team.learn", "All new people have to learn to love the customers"),
    ("relation.plain", "Our staff are always in a good mood"),
    ("relation.plain", "Everyone is greeted with a smile"),
    ("values.meaning", "All colleagues enjoy their work and show it"),
    ("values.meaning", "Our staff always have a smile on their lips"),
    ("values.meaning", "Everyone on the team must burn for the product"),
    ("team.learn", "we hire for a sunny disposition"),
    ("team.room", "You have to love the job or you're in the wrong place"),
    ("team.room", "I want to see beaming faces when I walk in"),
]


@pytest.mark.parametrize(("question", "answer"), GERMAN)
def test_it_is_noticed_in_german(question: str, answer: str) -> None:
    assert noticed_in("de", question, answer) == "demanded_feelings"


@pytest.mark.parametrize(("question", "answer"), ENGLISH)
def test_it_is_noticed_in_english(question: str, answer: str) -> None:
    assert noticed_in("en", question, answer) == "demanded_feelings"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("team.room", "Wir verlangen nicht, dass jemand lächelt"),
        ("team.room", "Niemand muss lächeln"),
        ("team.room", "Ich habe aufgehört, gute Laune zu verlangen"),
        ("team.learn", "Begeisterung kann man nicht schulen, Grüßen schon"),
        ("values.meaning", "Der Kellner darf grantig sein, das Wasser steht nach zwei Minuten da"),
        ("relation.plain", "Die Kundin geht lächelnd zur Tür hinaus und trägt nichts selbst"),
    ],
)
def test_what_is_denied_given_up_or_felt_by_customers_is_no_demand(
    question: str, answer: str
) -> None:
    assert noticed_in("de", question, answer) is None
