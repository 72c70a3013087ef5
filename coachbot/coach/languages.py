"""Changing the language at any moment; the answers stay as they were written."""

from dataclasses import replace

from coachbot.coach.turn import Turn
from coachbot.flow.engine import step
from coachbot.flow.events import LanguageChosen
from coachbot.flow.replies import normal
from coachbot.store import people
from coachbot.texts.said import Button, Said


def language(turn: Turn, argument: str) -> tuple[Turn, list[Said]]:
    """Change to the language named by id or by its own name; without one, offer them."""
    names = {
        id_: words.text("words", "languages", id_)
        for id_, words in turn.office.library.languages.items()
    }
    wanted = normal(argument)
    chosen = next((id_ for id_, name in names.items() if wanted in (id_, normal(name))), None)
    if chosen is None:
        buttons = tuple(Button(name, "command", "language", id_) for id_, name in names.items())
        return turn, [Said(turn.speaker.plainly("language_offer"), (buttons,))]
    people.speak(turn.connection, turn.person, chosen)
    done = step(turn.office.flow, turn.state, LanguageChosen(chosen))
    spoken = replace(turn, conversation=replace(turn.conversation, state=done.state))
    return spoken, spoken.spoken(done.messages)
