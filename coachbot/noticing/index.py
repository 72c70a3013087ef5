"""What all lists have of a word: looked up at once, not list by list.

Many words begin a phrase of some list, few go on with its second part: so phrases are looked up by
both, and only the lists left over are searched.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

from coachbot.noticing.wordlist import ANY_NUMBER, GAP, Match, WordList

Names: TypeAlias = frozenset[str]
NO_LISTS: Final[Names] = frozenset()


class Phrases(NamedTuple):
    """The lists that have phrases with the same first part.

    `by_next` names those of which the second part is a word or a number by that part, `by_later`
    those in which a gap comes second by the part after the gap.
    """

    lists: Names
    by_next: Mapping[str, Names]
    by_later: Mapping[str, Names]

    @classmethod
    def of(cls, named: Sequence[tuple[Sequence[str], str]]) -> "Phrases":
        """Sort phrases, each with the name of its list."""
        return cls(
            lists=frozenset(name for _, name in named),
            by_next=_names((phrase[1], name) for phrase, name in named if phrase[1] != GAP),
            by_later=_names((phrase[2], name) for phrase, name in named if phrase[1] == GAP),
        )

    def fitting(self, following: str, stems: AbstractSet[str]) -> Iterator[str]:
        """Yield the lists of which a phrase may be there: some more than once, some in vain.

        `following` is the stem of the next word, `stems` are those of all words.
        """
        yield from self.by_next.get(following, ())
        yield from self.by_next.get(ANY_NUMBER, ())
        if self.by_later:
            for later in self.by_later.keys() & stems:
                yield from self.by_later[later]


class Known(NamedTuple):
    """The lists that have a word by itself, and how surely, and the phrases that it may begin."""

    alone: Mapping[str, Match]
    phrases: tuple[Phrases, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """The lists by name; which of them have a form or stem, and phrases by their first part.

    Those in `affixed` have entries for beginnings or endings of words, here all in a row.
    """

    lists: Mapping[str, WordList]
    by_word: Mapping[str, Names]
    by_first: Mapping[str, Phrases]
    affixed: Names
    beginnings: tuple[str, ...]
    endings: tuple[str, ...]

    @classmethod
    def of(cls, lists: Mapping[str, WordList]) -> "Index":
        by_first: dict[str, list[tuple[Sequence[str], str]]] = {}
        for name, some in lists.items():
            for first, phrases in some.phrases.items():
                by_first.setdefault(first, []).extend((phrase, name) for phrase in phrases)
        return cls(
            lists=lists,
            by_word=_names(
                (w, name) for name, some in lists.items() for w in some.forms | some.stems
            ),
            by_first={first: Phrases.of(named) for first, named in by_first.items()},
            affixed=frozenset(n for n, some in lists.items() if some.endings or some.beginnings),
            beginnings=tuple({start for some in lists.values() for start in some.beginnings}),
            endings=tuple({end for some in lists.values() for end in some.endings}),
        )


@lru_cache(maxsize=20_000)
def known(index: Index, form: str, stem: str) -> Known:
    """Return what the lists of an index have of a word."""
    has_affix = form.startswith(index.beginnings) or form.endswith(index.endings)
    affixed = index.affixed if has_affix else NO_LISTS
    names = affixed.union(index.by_word.get(form, ()), index.by_word.get(stem, ()))
    matches = {name: index.lists[name].match(form, stem) for name in names}
    firsts = (stem, ANY_NUMBER) if form[0].isdigit() else (stem,)
    return Known(
        alone={name: match for name, match in matches.items() if match is not None},
        phrases=tuple(index.by_first[first] for first in firsts if first in index.by_first),
    )


def _names(named: Iterable[tuple[str, str]]) -> dict[str, Names]:
    """Return the names by word for words, each with a name."""
    found: dict[str, set[str]] = {}
    for word, name in named:
        found.setdefault(word, set()).add(name)
    return {word: frozenset(names) for word, names in found.items()}
