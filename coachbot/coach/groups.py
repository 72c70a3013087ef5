"""Several definitions of one person: another customer group is another definition.

Whoever changes to a definition takes the revision along, so that no two questions of a person
share one: a button of one definition is an old button in every other.
"""

from dataclasses import replace

from coachbot.coach.turn import Turn
from coachbot.flow.answers import Answers
from coachbot.flow.messages import Say
from coachbot.flow.moving import open_question
from coachbot.flow.state import State
from coachbot.store import conversations, people
from coachbot.texts.context import shortened
from coachbot.texts.said import Button, Said

TAKEN_ALONG = ("business.name", "business.what", "business.kind", "values.", "nudge.")
"""What is said of the organisation, or of a person's week, holds for every group of customers."""


def new(turn: Turn, _: str) -> tuple[Turn, list[Said]]:
    """Begin a definition for another group; business.* and values.* come along."""
    if turn.is_full:
        return turn, [turn.speaker.refusal("full")]
    revision = turn.state.revision + 1
    state = State(language=turn.state.language, started=True, revision=revision)
    begun = conversations.begin(turn.connection, turn.office.ring, turn.person, state, turn.now)
    state = replace(state, answers=taken_along(turn.state.answers))
    full = begun.after(state, turn.now)
    kept = conversations.save(turn.connection, turn.office.ring, begun, full, turn.now)
    people.turn_to(turn.connection, turn.person, begun.id)
    after = replace(turn, conversation=kept)
    asked = open_question(turn.office.flow, state, again=False)
    return after, after.spoken((Say("new_group"), *asked))


def taken_along(answers: Answers) -> Answers:
    return Answers({key: v for key, v in answers.items() if key.question.startswith(TAKEN_ALONG)})


def switch(turn: Turn, argument: str) -> tuple[Turn, list[Said]]:
    """Change to another definition by its number; without one, offer them all."""
    all_of = conversations.all_of(turn.connection, turn.office.ring, turn.person)
    if len(all_of) < 2:
        return turn, turn.spoken((Say("one_group"), *open_question(turn.office.flow, turn.state)))
    if not argument:
        return turn, [_offer(turn, all_of)]
    if not argument.isdecimal() or not 0 < int(argument) <= len(all_of):
        return turn, [*turn.spoken((Say("no_such_group"),)), _offer(turn, all_of)]
    chosen = all_of[int(argument) - 1]
    after = turned_to(turn, chosen)
    said = Say("switched", {"group": name_of(chosen)})
    return after, after.spoken((said, *open_question(turn.office.flow, after.state, again=False)))


def turned_to(turn: Turn, chosen: conversations.Conversation) -> Turn:
    """Return the turn with the person turned to another definition."""
    people.turn_to(turn.connection, turn.person, chosen.id)
    revision = max(turn.state.revision, chosen.state.revision) + 1
    state = replace(chosen.state, revision=revision)
    return replace(turn, conversation=replace(chosen, state=state))


def name_of(conversation: conversations.Conversation) -> str:
    return shortened(conversation.state.answers.text("business.group"), 40) or "…"


def _offer(turn: Turn, all_of: list[conversations.Conversation]) -> Said:
    rows = tuple(
        (Button(f"{number} · {name_of(one)}", "command", "switch", str(number)),)
        for number, one in enumerate(all_of, 1)
    )
    return Said(turn.speaker.plainly("switch_offer"), rows)
