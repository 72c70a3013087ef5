"""Nothing was said yet: a smaller question helps."""

import pytest

from tests.noticing.report import noticed_in

GERMAN = [
    ("values.why", "weiß nicht recht"),
    ("tribe.signal", "Da bin ich überfragt"),
    ("tribe.aims", "kp"),
    ("tribe.onlyness", "hab ich mir noch nie überlegt"),
    ("relation.word", "mir fällt kein Wort ein"),
    ("team.case", "fällt mir auf die Schnelle keiner ein"),
    ("purpose.disarm", "verstehe nicht was gemeint ist"),
    ("values.meaning", "???"),
    ("relation.exit", "hmmm schwierig"),
    ("purpose.image", "i waaß ned wos de leit song"),
    ("channels.memory", "keine Ahnung sorry"),
    ("tribe.person", "Ich weiß echt nicht, wen ich da nehmen soll"),
    ("purpose.measure", "ka wie man das misst"),
    ("relation.favourite", "Muss ich drüber schlafen"),
    ("tribe.mores", "Weiß nicht"),
    ("values.price", "Kann mich nicht erinnern"),
    ("tribe.identity", "Keine Ahnung"),
    ("tribe.aims", "Weiß ich nicht genau"),
    ("values.why", "Das weiß ich leider nicht"),
    ("values.meaning", "Ich hab keine Idee"),
    ("team.case", "Mir fällt gerade kein Beispiel ein"),
    ("purpose.image", "Schwer zu sagen."),
    ("purpose.press", "Da bin ich überfragt, sorry"),
    ("relation.exit", "Darüber habe ich noch nie nachgedacht"),
]
ENGLISH = [
    ("values.why", "not really sure tbh"),
    ("tribe.signal", "You've got me there"),
    ("tribe.aims", "idk"),
    ("tribe.onlyness", "never thought about that"),
    ("relation.word", "can't think of a word"),
    ("team.case", "none come to mind right now"),
    ("purpose.disarm", "I don't get what you mean"),
    ("values.meaning", "???"),
    ("relation.exit", "hmm tricky"),
    ("channels.memory", "no clue sorry"),
    ("tribe.person", "I honestly don't know who to pick"),
    ("purpose.measure", "Dunno how you'd measure that"),
    ("relation.favourite", "I'd need to sleep on that one"),
    ("tribe.mores", "Don't know"),
    ("tribe.identity", "No idea"),
    ("tribe.aims", "I don't know exactly"),
    ("values.why", "Unfortunately I don't know that"),
    ("values.meaning", "I have no idea"),
    ("team.case", "I can't think of an example right now"),
    ("purpose.image", "Hard to say."),
    ("purpose.press", "That's beyond me, sorry"),
    ("relation.exit", "I've never thought about it"),
    ("relation.sentence", "What am I supposed to write here?"),
    ("tribe.person", "hm, I need to think first"),
]


@pytest.mark.parametrize(("question", "answer"), GERMAN)
def test_it_is_noticed_in_german(question: str, answer: str) -> None:
    assert noticed_in("de", question, answer) == "no_idea"


@pytest.mark.parametrize(("question", "answer"), ENGLISH)
def test_it_is_noticed_in_english(question: str, answer: str) -> None:
    assert noticed_in("en", question, answer) == "no_idea"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("values.meaning", "Viele haben keine Ahnung von Reifen, also zeigen wir drei"),
        ("values.meaning", "Ich weiß nicht, ob das zählt, aber ich sage vorher, was es kostet"),
        ("purpose.image", "„keine Ahnung, wie der das macht“"),
        ("business.name", "Keine Ahnung Antiquitäten"),
        ("relation.never", ["„Keine Ahnung“ sagen und weggehen", "hetzen"]),
        ("business.group", "So ist es gemeint, wir wollen das nicht anders."),
    ],
)
def test_who_says_more_has_an_idea(question: str, answer: str | list[str]) -> None:
    assert noticed_in("de", question, answer) is None


@pytest.mark.parametrize("answer", ["", "?", "…", "🤷", "   "])
def test_no_word_at_all_is_no_idea(answer: str) -> None:
    assert noticed_in("en", "values.why", answer) == "no_idea"
