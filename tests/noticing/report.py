"""How well the observations match the labelled answers: `python tests/noticing/report.py`.

Prints, by language and observation, precision and recall of the right kind, and false alarms on
concrete answers. Without `--held-out` what is held out is not even counted; with it, only that
is, and only totals are printed. `--set 5` counts one of the five sets only; the fifth is held out
as a whole.
"""

import argparse
import json
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

from coachbot.noticing.lexicon import Lexicon
from coachbot.noticing.observations import RULES, notice

ROOT = Path(__file__).parents[2]
ANSWERS = Path(__file__).with_name("answers.jsonl")
LANGUAGES = ("de", "en")
SETS = (1, 2, 3, 4, 5)


class Judged(NamedTuple):
    """A labelled answer and what was noticed in it; None: leave it alone."""

    language: str
    label: str | None
    noticed: str | None


class Score(NamedTuple):
    """How often an observation was labelled, noticed, and both."""

    labelled: int
    noticed: int
    right: int

    @property
    def precision(self) -> float:
        return self.right / self.noticed if self.noticed else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.labelled if self.labelled else 1.0


@cache
def lexicon(language: str) -> Lexicon:
    return Lexicon.from_data(_read(f"{language}/lexicon.toml"), language)


@cache
def raises(question: str) -> tuple[str, ...]:
    """Return what a question can raise: what it declares, and no_idea for texts and lists."""
    stages = _read("flow.toml")["stage"]
    asked = next(q for stage in stages for q in stage["question"] if q["id"] == question)
    no_idea = ("no_idea",) if asked["kind"] in {"text", "list"} else ()
    return (*no_idea, *asked.get("notices", ()))


def noticed_in(language: str, question: str, answer: str | Sequence[str]) -> str | None:
    observation = notice(question, raises(question), answer, lexicon(language))
    return observation.id if observation else None


def judged(*, held_out: bool, only_set: int | None = None) -> Iterator[Judged]:
    """Yield the rows of one part, of one set or of all; the others are dropped unread."""
    with ANSWERS.open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if row["held_out"] is held_out and only_set in {None, row.get("set", 1)}:
                noticed = noticed_in(row["lang"], row["question"], row["answer"])
                yield Judged(row["lang"], row["label"], noticed)


def score(rows: Iterable[Judged], observation: str | None) -> Score:
    counts = Counter((row.label == observation, row.noticed == observation) for row in rows)
    right = counts[True, True]
    return Score(right + counts[True, False], right + counts[False, True], right)


def false_alarms(rows: Iterable[Judged]) -> tuple[int, int]:
    """Return on how many of the concrete answers something was noticed, and how many there are."""
    concrete = [row for row in rows if row.label is None]
    return sum(row.noticed is not None for row in concrete), len(concrete)


def table(rows: Sequence[Judged]) -> Iterator[str]:
    yield f"{'':22}{'labelled':>9}{'noticed':>9}{'right':>7}{'precision':>11}{'recall':>8}"
    for language in LANGUAGES:
        mine = [row for row in rows if row.language == language]
        for observation in RULES:
            one = score(mine, observation)
            counts = f"{one.labelled:>9}{one.noticed:>9}{one.right:>7}"
            yield f"{language} {observation:19}{counts}{one.precision:>11.2f}{one.recall:>8.2f}"
        alarms, concrete = false_alarms(mine)
        share = alarms / concrete if concrete else 0.0
        yield f"{language} false alarms: {alarms} of {concrete} concrete answers ({share:.1%})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--held-out", action="store_true", help="judge what is held out instead")
    parser.add_argument("--set", type=int, choices=SETS, help="judge only one set")
    args = parser.parse_args()
    rows = list(judged(held_out=args.held_out, only_set=args.set))
    sys.stdout.write("\n".join(table(rows)) + "\n")


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((ROOT / "prompts" / name).read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
