"""The named predicates behind `when` in `prompts/flow.toml`, each a function of the answers."""

from collections.abc import Callable
from typing import Final

from coachbot.flow.answers import Answers


def only_me(answers: Answers) -> bool:
    return answers.many("team.who") == ("only_me",)


def not_only_me(answers: Answers) -> bool:
    return answers.has("team.who") and not only_me(answers)


def clash(answers: Answers) -> bool:
    return answers.has("tribe.clash") and answers.many("tribe.clash") != ("none",)


def mismatch(answers: Answers) -> bool:
    return answers.text("channels.mismatch") not in ("", "none")


def identity_and_why(answers: Answers) -> bool:
    return answers.has("tribe.identity") and answers.has("values.why")


def aims_and_onlyness(answers: Answers) -> bool:
    return answers.has("tribe.aims") and answers.has("tribe.onlyness")


CONDITIONS: Final[dict[str, Callable[[Answers], bool]]] = {
    "": lambda _: True,
    "only_me": only_me,
    "not_only_me": not_only_me,
    "clash": clash,
    "mismatch": mismatch,
    "identity_and_why": identity_and_why,
    "aims_and_onlyness": aims_and_onlyness,
}
