"""The words and thresholds of one language, read from `prompts/<language>/lexicon.toml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from coachbot.noticing.index import Index
from coachbot.noticing.wordlist import WordList
from coachbot.noticing.words import fold

LISTS: Final = (
    "words.joints",
    "words.negation",
    "words.no_negation",
    "words.but",
    "words.we",
    "words.our",
    "words.customers",
    "words.someone",
    "words.staff",
    "words.not_subject",
    "kinds.idle",
    "kinds.placeholder",
    "kinds.neutral",
    "kinds.concrete",
    "kinds.towards",
    "kinds.time",
    "kinds.number",
    "kinds.abstract",
    "no_idea.phrases",
    "no_idea.alone",
    "no_idea.fillers",
    "no_idea.about_it",
    "no_idea.unknown",
    "no_idea.but",
    "no_idea.no_longer",
    "captivity.locks",
    "captivity.timed",
    "captivity.prepaid",
    "captivity.stays",
    "captivity.hostages",
    "captivity.ours",
    "captivity.ties",
    "captivity.holds",
    "captivity.contracts",
    "captivity.terms",
    "captivity.leaving",
    "captivity.hurdles",
    "captivity.losses",
    "captivity.rewards",
    "captivity.signing",
    "captivity.nth",
    "captivity.for_nothing",
    "captivity.to_take_along",
    "captivity.open_doors",
    "captivity.parting",
    "demanded_feelings.shown",
    "demanded_feelings.felt",
    "demanded_feelings.moods",
    "demanded_feelings.forbidden",
    "demanded_feelings.demands",
    "demanded_feelings.habits",
    "demanded_feelings.consequences",
    "demanded_feelings.given_up",
    "demanded_feelings.allowed",
    "own_number.numbers",
    "own_number.counts",
    "own_number.things",
    "own_number.more",
    "own_number.our_gain",
    "own_number.for_others",
    "own_number.of",
    "own_number.earns",
    "own_number.ourselves",
    "own_number.could_be_theirs",
    "own_number.how_many",
    "own_number.measures",
    "own_number.per",
    "own_number.gains",
    "own_number.theirs",
    "own_number.of_them",
    "own_number.customers_gain",
    "inside_out.about_us",
    "inside_out.achievements",
    "inside_out.nobody",
    "inside_out.internal",
    "inside_out.you",
    "thin.wish",
    "thin.vague",
    "thin.evasions",
    "thin.weak",
    "thin.conditions",
    "thin.somebody",
)
AS_WRITTEN: Final = frozenset(name for name in LISTS if name.startswith("words.")) | {
    "kinds.idle",
    "kinds.towards",
    "kinds.time",
    "no_idea.alone",
    "no_idea.fillers",
    "no_idea.unknown",
    "no_idea.but",
    "captivity.parting",
    "demanded_feelings.demands",
    "demanded_feelings.habits",
    "demanded_feelings.given_up",
    "demanded_feelings.allowed",
    "own_number.numbers",
    "own_number.theirs",
    "own_number.more",
    "own_number.per",
    "inside_out.about_us",
    "inside_out.you",
    "thin.weak",
    "thin.conditions",
    "thin.somebody",
}
"""Lists whose single words count just as written: a stem would take the driver for driving."""

LIMITS: Final = (
    "no_idea.other_words",
    "placeholder.bare_words",
    "placeholder.open_words",
    "placeholder.words_per_open_word",
    "placeholder.typo_letters",
    "placeholder.typo_percent",
    "thin.enough",
    "thin.enough_in_a_word",
    "thin.long_word",
    "thin.long_sentence",
    "thin.long_answer",
    "thin.words_per_point",
    "own_number.bare_words",
)


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """Word lists and limits by "section.name", and how much is enough for a question.

    The lists "vague_for.…" hold what says nothing to one question besides `thin.vague`; for the
    questions in `own_vague`, instead of it.
    """

    language: str
    spelling: Mapping[str, str]
    lists: Mapping[str, WordList]
    index: Index
    limits: Mapping[str, int]
    enough: Mapping[str, int]
    enough_without_wish: Mapping[str, int]
    own_vague: frozenset[str]

    @classmethod
    def from_data(cls, data: Mapping[str, Any], language: str) -> "Lexicon":
        """Compile the parsed TOML. Raises ValueError naming a list or limit that is missing."""
        try:
            entries = {name: _entry(data, name) for name in LISTS + LIMITS}
        except KeyError as missing:
            raise ValueError(f"lexicon ({language}): {missing.args[0]} is missing") from None
        spelling, barred = _spelling(data), entries["words.negation"]
        written = {name: entries[name] for name in LISTS}
        written |= {f"vague_for.{key}": some for key, some in data.get("vague_for", {}).items()}
        lists = {
            name: WordList.of(
                some, language, spelling, inflected=name not in AS_WRITTEN, barred=barred
            )
            for name, some in written.items()
        }
        return cls(
            language=language,
            spelling=spelling,
            lists=lists,
            index=Index.of(lists),
            limits={name: int(entries[name]) for name in LIMITS},
            enough=dict(data.get("enough", {})),
            enough_without_wish=dict(data.get("enough_without_wish", {})),
            own_vague=frozenset(data["thin"].get("own_vague", ())),
        )

    def enough_for(self, question: str, *, has_wish: bool) -> int:
        """Return how many points an answer to a question needs (see the rule `thin`)."""
        enough = self.enough.get(question, self.limits["thin.enough"])
        return enough if has_wish else self.enough_without_wish.get(question, enough)


def _spelling(data: Mapping[str, Any]) -> dict[str, str]:
    """Return the usual form of a word by the forms that people type."""
    return {
        fold(typed): fold(usual)
        for usual, all_typed in data.get("spelling", {}).items()
        for typed in all_typed
    }


def _entry(data: Mapping[str, Any], name: str) -> Any:  # noqa: ANN401 - TOML is untyped
    section, key = name.split(".")
    if key not in data.get(section, {}):
        raise KeyError(name)
    return data[section][key]
