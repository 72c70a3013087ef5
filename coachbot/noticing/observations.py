"""What a coach notices in one answer: at most one thing, to be put as one friendly question."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from coachbot.flow.observations import Observation
from coachbot.noticing.lexicon import Lexicon
from coachbot.noticing.reading import Reading
from coachbot.noticing.rules.captivity import captivity
from coachbot.noticing.rules.demanded_feelings import demanded_feelings
from coachbot.noticing.rules.inside_out import inside_out
from coachbot.noticing.rules.no_idea import no_idea
from coachbot.noticing.rules.own_number import own_number
from coachbot.noticing.rules.placeholder import placeholder
from coachbot.noticing.rules.thin import thin

Rule: TypeAlias = Callable[[Reading], Observation | None]

RULES: Final[Mapping[str, Rule]] = {
    "no_idea": no_idea,
    "captivity": captivity,
    "demanded_feelings": demanded_feelings,
    "own_number": own_number,
    "inside_out": inside_out,
    "placeholder": placeholder,
    "thin": thin,
}
"""In the order of precedence: what a person cannot do, then what would do harm, then whose
side an answer takes, then how clear it is. The first rule that notices something is heard."""

SHARES: Final[Mapping[str, float]] = {"no_idea": 1, "placeholder": 0.5}
"""How much of a list a rule has to notice; of the others one thing is enough."""


def notice(
    question_id: str, raises: Sequence[str], answer: str | Sequence[str], lexicon: Lexicon
) -> Observation | None:
    """Return the one observation on an answer, or None when it is to be left alone.

    `raises` are the observations that the question can raise (`notices` in `flow.toml`, and
    "no_idea" for texts and lists). `answer` is what the person typed, several things for a list
    or multi: own words only, no ids of options. `lexicon` is that of the chat's language.
    """
    parts = (answer,) if isinstance(answer, str) else tuple(answer)
    whole = Reading.of(question_id, "\n".join(parts), lexicon)
    for name, rule in RULES.items():
        if name not in raises:
            continue
        observation = _share(rule, whole, parts, SHARES[name]) if name in SHARES else rule(whole)
        if observation:
            return observation
    return None


def _share(rule: Rule, whole: Reading, parts: Sequence[str], share: float) -> Observation | None:
    """Return a rule's first observation when it notices at least a share of several things."""
    single = len(parts) == 1
    readings = (
        whole if single else Reading.of(whole.question, part, whole.lexicon) for part in parts
    )
    found = [observation for reading in readings if (observation := rule(reading))]
    return found[0] if found and len(found) >= share * len(parts) else None
