"""Which lists have a word: looked up at once, not list by list."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from coachbot.noticing.wordlist import ANY_NUMBER, WordList

NO_LISTS: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """The names of lists by the forms and stems with which their entries begin.

    The lists in `affixed` have entries for beginnings or endings of words and are asked one by one.
    """

    by_form: Mapping[str, frozenset[str]]
    by_stem: Mapping[str, frozenset[str]]
    affixed: Mapping[str, WordList]

    @classmethod
    def of(cls, lists: Mapping[str, WordList]) -> "Index":
        return cls(
            by_form=_names({name: some.forms for name, some in lists.items()}),
            by_stem=_names({name: {*some.stems, *some.phrases} for name, some in lists.items()}),
            affixed={name: some for name, some in lists.items() if some.endings or some.beginnings},
        )

    def lists_with(self, form: str, stem: str) -> frozenset[str]:
        """Return the names of the lists of which an entry may begin with a word."""
        numbers = self.by_stem.get(ANY_NUMBER, NO_LISTS) if form[0].isdigit() else NO_LISTS
        affixed = (name for name, some in self.affixed.items() if some.has_affix(form))
        return self.by_form.get(form, NO_LISTS).union(
            self.by_stem.get(stem, NO_LISTS), numbers, affixed
        )


def _names(words: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
    """Return the names by word for the words by name."""
    found: dict[str, set[str]] = {}
    for name, some in words.items():
        for word in some:
            found.setdefault(word, set()).add(name)
    return {word: frozenset(names) for word, names in found.items()}
