"""Words, lists and lexicons: what is compared with what."""

import json
from itertools import islice

import pytest

from coachbot.noticing.lexicon import LIMITS, LISTS, Lexicon
from coachbot.noticing.reading import Reading
from coachbot.noticing.wordlist import Match, Span, WordList
from coachbot.noticing.words import MOST_WORDS, words
from tests.noticing.report import ANSWERS, LANGUAGES, lexicon, raises


def found(
    entries: list[str], text: str, language: str = "de", *, inflected: bool = True
) -> list[str]:
    read = words(text, language)
    spans = WordList.of(entries, language, inflected=inflected).find(read)
    return [" ".join(word.form for word in read[span.start : span.end]) for span in spans]


@pytest.mark.parametrize(
    ("entry", "text", "hits"),
    [
        ("gut", "gute Arbeit, gut gemacht", ["gute", "gut"]),
        ("qualität", "Qualitaet", ["qualitaet"]),
        ("maß", "nach MASS", ["mass"]),
        ("kundin", "für Kund:in, Kund*in, Kund_in, Kund/in", ["kundin"] * 4),
        ("auf augenhöhe", "immer auf Augenhöhe", ["auf augenhoehe"]),
        ("-qualität", "Servicequalität", ["servicequalitaet"]),
        ("treue-", "Treuepass", ["treuepass"]),
        ("# jahre", "seit 30 Jahren", ["30 jahren"]),
        ("service", "Service-Qualität", ["service"]),
        ("gut", "Gutschein", []),
        ("auf augenhöhe", "Augenhöhe", []),
    ],
)
def test_an_entry_finds_its_words(entry: str, text: str, hits: list[str]) -> None:
    assert found([entry], text) == hits


def test_a_list_of_small_words_takes_them_as_written() -> None:
    assert found(["deren"], "der Kunde") == ["der"]
    assert found(["deren"], "der Kunde", inflected=False) == []


def test_the_longest_phrase_wins() -> None:
    assert found(["kunde", "kunde ist könig"], "Der Kunde ist König") == ["kunde ist koenig"]


def test_a_match_says_how_sure_it_is() -> None:
    wordlist = WordList.of(["gut", "-tät"], "de")
    spans = [wordlist.at(words(text, "de"), 0) for text in ("gut", "gute", "Rarität", "rar")]
    matches = (Match.EXACT, Match.INFLECTED, Match.COMPOUND)
    assert spans == [*(Span(0, 1, match) for match in matches), None]


def test_an_empty_entry_is_refused() -> None:
    with pytest.raises(ValueError, match="not a word"):
        WordList.of(["…"], "de")


def test_sentences_and_clauses_are_told_apart() -> None:
    read = words("Wir rufen an, weil es regnet. Danach nicht", "de", {"weil"})
    assert [word.sentence for word in read] == [0] * 6 + [1] * 2
    assert [word.clause for word in read] == [0] * 3 + [1] * 3 + [2] * 2


def test_contractions_are_two_words_and_negations_one() -> None:
    assert [w.form for w in words("we’re, don't", "en")] == ["we", "re", "don't"]


def test_of_a_very_long_text_only_the_beginning_is_read() -> None:
    assert len(words("wort " * 1000, "de")) == MOST_WORDS


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_lexicon_is_complete(language: str) -> None:
    compiled = lexicon(language)
    of_questions = {name for name in compiled.lists if name.startswith("vague_for.")}
    assert set(compiled.lists) - of_questions == set(LISTS)
    assert set(compiled.limits) == set(LIMITS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_questions_that_can_be_thin_have_words_of_their_own(language: str) -> None:
    names = [name for name in lexicon(language).lists if name.startswith("vague_for.")]
    assert all("thin" in raises(name.removeprefix("vague_for.")) for name in names)
    assert lexicon(language).own_vague <= {name.removeprefix("vague_for.") for name in names}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Die Anzahlung ist dann leider weg.", "anzahlung ist dann leider weg"),
        ("Die Anzahlung ist nicht weg.", None),
        ("Die Anzahlung bleibt. Alles ist weg.", None),
        ("Die Anzahlung ist eins zwei drei vier fünf sechs sieben weg.", None),
    ],
)
def test_a_gap_spans_a_few_words_but_no_negation_and_no_sentence(
    text: str, said: str | None
) -> None:
    some = WordList.of(["anzahlung … weg"], "de", barred=["nicht"])
    read = words(text, "de")
    found = some.find(read)
    assert [" ".join(w.form for w in read[s.start : s.end]) for s in found] == [said][: bool(said)]


def test_a_gap_stands_between_words() -> None:
    with pytest.raises(ValueError, match="not a word: 'nach …'"):
        WordList.of(["nach …"], "de")


def test_nothing_is_not_not() -> None:
    assert not WordList.of(["nichts mehr"], "de").occurs(words("nicht mehr", "de"))


def test_what_is_missing_in_a_lexicon_is_named() -> None:
    with pytest.raises(ValueError, match=r"lexicon \(de\): words.joints is missing"):
        Lexicon.from_data({}, "de")


def test_dialect_is_read_as_the_usual_form() -> None:
    spelling = lexicon("de").spelling
    assert [word.form for word in words("i waaß ned", "de", spelling=spelling)] == [
        "ich",
        "weiss",
        "nicht",
    ]


def test_the_index_finds_what_the_lists_find_one_by_one() -> None:
    with ANSWERS.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in islice(lines, 0, None, 20)]
    for row in rows:
        text = row["answer"] if isinstance(row["answer"], str) else "\n".join(row["answer"])
        reading = Reading.of(row["question"], text, lexicon(row["lang"]))
        for name, some in reading.lexicon.lists.items():
            assert reading.find(name) == some.find(reading.words), (name, text)
