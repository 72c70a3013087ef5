"""Which deep question makes the document most useful next: a ranked list, read from the top.

Data with reasons. A question may stand twice: high where the answers call for it, and further
down in any case. What was asked and left has its turn again when everything else was asked.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from coachbot.flow.answers import Answers, Key

HIGH: Final = 4


def _always(_: Answers) -> bool:
    return True


def _has(question: str) -> Callable[[Answers], bool]:
    return lambda answers: answers.has(question)


def _at_least_high(*dimensions: str) -> Callable[[Answers], bool]:
    def is_high(answers: Answers) -> bool:
        positions = (answers.number("relation.position", at) for at in dimensions)
        return any(position is not None and position >= HIGH for position in positions)

    return is_high


def _by_accident(answers: Answers) -> bool:
    return not {"by_person", "by_day"}.isdisjoint(answers.many("relation.today"))


def _keeps(answers: Answers) -> bool:
    return "keep" in answers.many("purpose.goals") or _at_least_high("longstanding")(answers)


class Rank(NamedTuple):
    """A deep question, why it is worth asking, for operators, and when that reason holds."""

    question: str
    because: str
    when: Callable[[Answers], bool] = _always


RANKED: Final = (
    Rank("matrix.identity_why", "both boxes of this matrix row are filled, the verdict is missing"),
    Rank(
        "matrix.aims_onlyness", "both boxes of this matrix row are filled, the verdict is missing"
    ),
    Rank(
        "team.learn", "it depends on the person or the day, and nobody learns of it", _by_accident
    ),
    Rank("channels.complaint", "the line on complaints is missing in the handout"),
    Rank("team.away", "works alone, and nobody answers when that one is away"),
    Rank("tribe.identity", "closes a row of the matrix", _has("values.why")),
    Rank("values.why", "closes a row of the matrix", _has("tribe.identity")),
    Rank("tribe.onlyness", "closes a row of the matrix", _has("tribe.aims")),
    Rank("tribe.aims", "closes a row of the matrix", _has("tribe.onlyness")),
    Rank("relation.exit", "customers are to stay, and the way out is not described", _keeps),
    Rank("values.why", "an empty box of the matrix"),
    Rank("tribe.identity", "an empty box of the matrix"),
    Rank("tribe.aims", "an empty box of the matrix"),
    Rank("tribe.onlyness", "an empty box of the matrix"),
    Rank(
        "team.room",
        "close, and no structure gives room for it",
        _at_least_high("personal", "close"),
    ),
    Rank("channels.memory", "individual, and nothing is remembered", _at_least_high("individual")),
    Rank(
        "relation.category_offered",
        "the other half of what is expected",
        _has("relation.category_expected"),
    ),
    Rank("relation.category_expected", "nobody said which kind of relationship is expected"),
    Rank("channels.experience", "what customers experience in this phase is not described"),
    Rank("team.learn", "nobody learns of the definition"),
    Rank("relation.exit", "the strongest sign of trust is a door that stays open"),
    Rank("team.feedback", "what customers say has no way back"),
    Rank("relation.mutual", "only one side of the relationship is described"),
    Rank("purpose.promise", "what gets better for customers is not said"),
    Rank("purpose.disarm", "what is not promised any more is not said"),
    Rank("team.room", "structures that give room are missing"),
    Rank("purpose.thanks", "thanks for those who stay are missing", _keeps),
    Rank("purpose.measure", "nothing is counted on the customers' side"),
    Rank("channels.memory", "nothing is remembered of customers"),
    Rank("channels.advert", "advertising was not held against the counter"),
    Rank("relation.budget", "what a customer may cost is open"),
    Rank("relation.category_offered", "what is offered today is open"),
    Rank("tribe.signal", "what belonging shows to others is open"),
    Rank("purpose.image", "what is said behind the back is open"),
    Rank("values.price", "no value has been put to the test"),
    Rank("purpose.priorities", "what comes first in case of doubt is open"),
    Rank("team.advocate", "nobody speaks for the customers"),
    Rank("team.limit_role", "every role has the same limit"),
    Rank("purpose.thanks", "thanks or a lock is open"),
    Rank("check.satisfaction", "first step of the Missing Link is open"),
    Rank("check.dialogue", "second step of the Missing Link is open"),
    Rank("check.pride", "third step of the Missing Link is open"),
    Rank("check.proof", "where customers confirm one another is open"),
    Rank("relation.favourite", "favourite and less welcome customers are open"),
    Rank("purpose.press", "the day it works has not been described"),
)
UNRANKED: Final = Rank("", "a deep question that has no rank yet")


def most_useful(
    answers: Answers, deep: Sequence[Key], asked: Sequence[str]
) -> tuple[Key, str] | None:
    """Return the key of `deep` to ask next and why; None when there is none.

    Args:
        answers: the current ones.
        deep: the deep keys without an answer, in the order of the flow.
        asked: the question of every deep key that was put in a nudge, as often as it was.
    """
    times = Counter(asked)
    by_rank = sorted(deep, key=lambda key: (times[key.question], _rank(answers, key.question)))
    return (by_rank[0], _reason(answers, by_rank[0].question)) if by_rank else None


def _rank(answers: Answers, question: str) -> int:
    ranks = (at for at, rank in enumerate(RANKED) if _holds(rank, question, answers))
    return next(ranks, len(RANKED))


def _reason(answers: Answers, question: str) -> str:
    return next((rank for rank in RANKED if _holds(rank, question, answers)), UNRANKED).because


def _holds(rank: Rank, question: str, answers: Answers) -> bool:
    return rank.question == question and rank.when(answers)
