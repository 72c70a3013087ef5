"""From what a person typed to a value, or to a friendly `Rejection`. Nothing here raises."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from rapidfuzz import fuzz, process

from coachbot.flow.answers import Key, Value
from coachbot.flow.events import Commanded
from coachbot.flow.questions import Flow, Kind, Question
from coachbot.flow.sources import CLOSEST, options_of
from coachbot.flow.state import State

LONGEST_TEXT: Final = 20_000
LONGEST_PART: Final = 1_000
FEW_WORDS: Final = 4
"""Longer pieces between commas are parts of a sentence, not items of a list."""
ALIKE: Final = 86
ALIKE_BESIDE_OWN_WORDS: Final = 93
"""How alike (0-100) a typed word must be to a label; stricter where own words are an answer."""

_UNWANTED: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff]"
)
_BULLET: Final = re.compile(r"^\s*(?:[-–—•*·]|\d{1,2}[.)])\s+")
_NUMBERS: Final = re.compile(r"^\d{1,2}(?:[\s,;.+&]+(?:und |and )?\d{1,2})*\.?$")
_CHANGE: Final = re.compile(r"^/a(\d{1,3}(?:_\d{1,2})?)$")
_FOLDED: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@dataclass(frozen=True, slots=True)
class Rejection:
    """An answer that does not fit; `reason` names what to say, `data` goes into that text."""

    reason: str
    data: Mapping[str, str | int] = field(default_factory=dict)


def clean(text: str) -> str:
    """Return the text as it can be stored and shown anywhere, the wording untouched.

    Control characters, lone surrogates and marks that turn the direction of writing go away.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _UNWANTED.sub("", text)).strip()


def normal(text: str) -> str:
    """Return a form in which two ways of typing the same are equal: „Über uns!“ -> "ueber uns"."""
    folded = unicodedata.normalize("NFC", text).casefold().translate(_FOLDED)
    return " ".join("".join(c if c.isalnum() or c in "/_+" else " " for c in folded).split())


def has_words(text: str) -> bool:
    """Whether there is a letter or digit of any script in it."""
    return any(c.isalnum() for c in text)


def command_in(flow: Flow, text: str) -> Commanded | None:
    """Return the command a message is, by slash or by one of the few words; None if it is none."""
    if change := _CHANGE.match(text.strip().lower()):
        return Commanded("change", change[1])
    if text.startswith("/"):
        name, _, argument = text[1:].partition(" ")
        known = flow.commands.get(normal(name.partition("@")[0]))
        return Commanded(known or "unknown", argument.strip())
    known = flow.commands.get(normal(text) or text) if len(text) <= 40 else None
    return Commanded(known) if known else None


def read(flow: Flow, key: Key, text: str, state: State) -> Value | Rejection:
    """Read a cleaned message as the answer to `key`."""
    if not has_words(text):
        return Rejection("empty")
    if len(text) > LONGEST_TEXT:
        return Rejection("too_long", {"limit": LONGEST_TEXT})
    question = flow.by_id[key.question]
    return _READERS[question.kind](flow, question, key, text, state)


def _text(_: Flow, __: Question, ___: Key, text: str, ____: State) -> Value | Rejection:
    return text


def _choice(flow: Flow, question: Question, key: Key, text: str, state: State) -> Value | Rejection:
    chosen = _option(flow, question, key, text, state)
    if chosen is not None:
        return chosen
    return text if question.own else Rejection("choose")


def _scale(flow: Flow, question: Question, key: Key, text: str, _: State) -> Value | Rejection:
    if digit := re.match(r"([1-5])(?!\d|[.,]\d)", text):
        return int(digit[1])
    for labels in flow.labels.values():
        for pole, position in ((f"{question.id}.low", 1), (f"{question.id}.high", 5)):
            if normal(labels.get(pole, {}).get(key.item, "")) == normal(text):
                return position
    return Rejection("scale")


def _several(
    flow: Flow, question: Question, key: Key, text: str, state: State
) -> Value | Rejection:
    if question.has_options and _NUMBERS.match(text):
        return _numbered(flow, question, key, text, state)
    found = [(part, _option(flow, question, key, part, state)) for part in split(flow, text)]
    if any(len(part) > LONGEST_PART for part, _ in found):
        return Rejection("part_too_long", {"limit": LONGEST_PART})
    open_ended = question.own or not question.has_options
    strange = next((part for part, option in found if option is None and not open_ended), None)
    if strange is not None:
        return Rejection("choose", {"word": strange[:60]})
    return tuple(dict.fromkeys(part if option is None else option for part, option in found))


def _numbered(
    flow: Flow, question: Question, key: Key, text: str, state: State
) -> Value | Rejection:
    options = offered(flow, question, key, state)
    numbers = [int(number) for number in re.findall(r"\d+", text)]
    if not all(0 < number <= len(options) for number in numbers):
        return Rejection("number", {"highest": len(options)})
    return tuple(dict.fromkeys(options[number - 1] for number in numbers))


_READERS: Final[dict[Kind, Callable[[Flow, Question, Key, str, State], Value | Rejection]]] = {
    Kind.TEXT: _text,
    Kind.CHOICE: _choice,
    Kind.CHIPS: _choice,
    Kind.SCALE: _scale,
    Kind.MULTI: _several,
    Kind.LIST: _several,
}


def split(flow: Flow, text: str) -> list[str]:
    """Split a message into its parts: by lines, else by semicolons, else by commas.

    A sentence stays whole: „Wer wartet, bekommt Wasser“ has a comma and is one thing.
    """
    lines = [_BULLET.sub("", line).strip(" \t,;") for line in text.split("\n")]
    parts = [line for line in lines if line]
    if len(parts) > 1:
        return parts
    alone = parts[0] if parts else ""
    if ";" in alone:
        return [part.strip() for part in alone.split(";") if part.strip()]
    pieces = [piece.strip() for piece in re.split(r",\s+|,$", alone) if piece.strip()]
    return [alone] if _is_sentence(flow, alone, pieces) else pieces


def _is_sentence(flow: Flow, text: str, pieces: list[str]) -> bool:
    """Whether the commas of a line are those of a sentence, not of a list."""
    words = [normal(piece).split() for piece in pieces]
    goes_on = any(piece and piece[0] in flow.joiners for piece in words)
    return goes_on or text.endswith((".", "!", "?")) or max(map(len, words), default=0) > FEW_WORDS


def read_run(text: str) -> tuple[int, ...]:
    """Return several positions typed at once ("4 3 5", "435"); () when the text is no such run."""
    if not re.fullmatch(r"[1-5](?:[\s,;/]*[1-5])+", text.strip()):
        return ()
    return tuple(int(digit) for digit in re.findall(r"\d", text))


def offered(flow: Flow, question: Question, key: Key, state: State) -> tuple[str, ...]:
    """Return the options as they are stored when picked: ids, or a suggestion's own word."""
    options = options_of(flow, question, state.answers, key.item)
    if not question.suggestions:
        return options
    return tuple(flow.label(state.language, question.id, option) for option in options)


def _option(flow: Flow, question: Question, key: Key, text: str, state: State) -> str | None:
    """Return the option a text means: its id, its label in any language, or a close typing."""
    wanted = normal(text)
    if not question.has_options or not wanted:
        return None
    forms = dict(_forms(flow, question, key, state))
    if wanted in forms:
        return forms[wanted]
    options = offered(flow, question, key, state)
    if question.kind is Kind.CHOICE and wanted.isdecimal() and 0 < int(wanted) <= len(options):
        return options[int(wanted) - 1]
    if len(wanted) < 4:
        return None
    if not question.own and len(within := {forms[f] for f in forms if _is_word_of(wanted, f)}) == 1:
        return within.pop()
    cutoff = ALIKE_BESIDE_OWN_WORDS if question.own else ALIKE
    alike = process.extractOne(wanted, list(forms), scorer=fuzz.ratio, score_cutoff=cutoff)
    return forms[alike[0]] if alike else None


def names_option(flow: Flow, key: Key, text: str, state: State) -> bool:
    """Whether a text is exactly what an option on offer is called, in any language."""
    question = flow.by_id[key.question]
    return question.has_options and normal(text) in dict(_forms(flow, question, key, state))


def _is_word_of(wanted: str, form: str) -> bool:
    return f" {wanted} " in f" {form} "


def _forms(flow: Flow, question: Question, key: Key, state: State) -> Iterator[tuple[str, str]]:
    """Yield (normal form, option) for everything an option may be called."""
    ids = options_of(flow, question, state.answers, key.item)
    if question.options == "nearest_archetypes":
        nearest, ids = ids[0], (*flow.archetypes, *ids)
        yield CLOSEST, nearest
        for assent in flow.assents:
            yield assent, nearest
        for labels in flow.labels.values():
            yield normal(labels.get(question.id, {}).get(CLOSEST, CLOSEST)), nearest
    for id_, stored in zip(
        ids, ids if not question.suggestions else offered(flow, question, key, state), strict=True
    ):
        yield normal(id_), stored
        for labels in flow.labels.values():
            yield normal(labels.get(question.id, {}).get(id_, id_)), stored
        if question.options == "value_meanings":
            yield normal(state.answers.text("values.meaning", id_)), stored
