"""From a person's text to words that can be compared.

Umlauts and their typed forms (ae, oe, ue, ss) become the same, and so do the ways of writing
all genders (Kund:innen, Kund*innen); the Snowball stemmer (Martin Porter) takes the inflection off.
"""

import re
from collections.abc import Container, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from types import MappingProxyType
from typing import Final, NamedTuple

import snowballstemmer

MOST_WORDS: Final = 120
"""Nobody hides a placeholder behind that many words: what comes after is not read."""

STEMMERS: Final = {"de": "german", "en": "english"}
UNSTEMMED: Final = frozenset({"nichts"})
"""Words that the stemmer would take for others: "nichts" for "nicht"."""
UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "’": "'", "‘": "'"})
GENDER: Final = r"(?:[:*_]|/-?)(?=in(?:nen)?\b)"
SHORT: Final = r"(?:s|re|ve|ll|d|m)\b"
WORD: Final = re.compile(
    rf"\d+(?:[.,:/]\d+)*|[%€£$]|[^\W\d_]+(?:(?:['’‘](?!{SHORT})|{GENDER})[^\W\d_]+)*", re.IGNORECASE
)
BETWEEN_GENDERS: Final = re.compile(GENDER, re.IGNORECASE)
NO_SPELLING: Final[Mapping[str, str]] = MappingProxyType({})
SENTENCE_END: Final = re.compile(r"[.!?;…\n]")
CLAUSE_END: Final = re.compile(r"[,:()–—]|\s-\s")


class Word(NamedTuple):
    """A word, folded and stemmed, with its place in the text and its sentence and clause."""

    form: str
    stem: str
    start: int
    end: int
    sentence: int
    clause: int

    @property
    def is_number(self) -> bool:
        return self.form[0].isdigit()


def fold(word: str) -> str:
    """Return a word in lower case, without umlauts and marks of gender.

    >>> fold("Kund:innen"), fold("für")
    ('kundinnen', 'fuer')
    """
    if word.isascii() and word.isalnum():
        return word.lower()
    return BETWEEN_GENDERS.sub("", word).casefold().translate(UMLAUTS)


@lru_cache(maxsize=20_000)
def stem(form: str, language: str) -> str:
    """Return a folded word without its inflection.

    A new stemmer each time, because a Snowball stemmer keeps the word it works on.
    """
    if form in UNSTEMMED:
        return form
    return str(snowballstemmer.stemmer(STEMMERS[language]).stemWord(form))


def words(
    text: str,
    language: str,
    joints: Container[str] = (),
    spelling: Mapping[str, str] = NO_SPELLING,
) -> tuple[Word, ...]:
    """Return the words of a text.

    `joints` are the words that begin a clause, `spelling` gives dialect and slips their usual form.

    Raises KeyError for a language without a stemmer.
    """
    found: list[Word] = []
    sentence = clause = end = 0
    for match in islice(WORD.finditer(text), MOST_WORDS):
        start = match.start()
        gap = text[end:start] if found else ""
        form = fold(match.group())
        form = spelling.get(form, form)
        begins_clause = form in joints
        if gap != " ":  # as between most words, where nothing ends
            ends_sentence = bool(SENTENCE_END.search(gap)) and not _is_ordinal(found, gap, language)
            sentence += ends_sentence
            begins_clause |= ends_sentence or bool(CLAUSE_END.search(gap))
        clause += begins_clause
        end = match.end()
        stemmed = form if form[0].isdigit() else stem(form, language)
        found.append(Word(form, stemmed, start, end, sentence, clause))
    return tuple(found)


def _is_ordinal(found: Sequence[Word], gap: str, language: str) -> bool:
    """Whether a dot belongs to a number: "am 30. Juni"."""
    return language == "de" and gap == ". " and found[-1].is_number
