"""Whatever a person sends, judging it neither fails nor says two things."""

from hypothesis import given, settings
from hypothesis import strategies as st

from coachbot.noticing.observations import RULES, notice
from coachbot.noticing.reading import QUOTE_LENGTH
from tests.noticing.report import LANGUAGES, lexicon

QUESTIONS = ("relation.word", "relation.exit", "tribe.person", "team.room", "no.such_question")
PIECES = (
    *("Wir", "unser", "Kunde", "Kund:innen", "nicht", "keine Ahnung", "Umsatz", "lächeln", "muss"),
    *(
        "we",
        "don't",
        "„persönlich“",
        "24/7",
        "\n",
        "…",
        "ß",
        "İ",
        "ﬁ",
        "🤷🏽",
        "'",
        ":innen",
        "#",
        "0",
    ),
)
SENTENCES = st.lists(st.sampled_from(PIECES), max_size=30).map(" ".join)


@settings(max_examples=200, deadline=None)
@given(
    language=st.sampled_from(LANGUAGES),
    question=st.sampled_from(QUESTIONS),
    answer=st.text(max_size=400) | SENTENCES | st.lists(SENTENCES, min_size=1, max_size=4),
)
def test_any_text_is_judged(language: str, question: str, answer: str | list[str]) -> None:
    observation = notice(question, tuple(RULES), answer, lexicon(language))
    assert observation is None or observation.id in RULES
    assert observation is None or len(observation.quote) <= QUOTE_LENGTH + 2
