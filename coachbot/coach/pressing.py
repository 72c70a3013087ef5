"""Pressing buttons: which can be pressed now, and what that means."""

from collections.abc import Iterable
from dataclasses import dataclass

from coachbot.coach.turn import Turn
from coachbot.flow.events import Event, Tapped, Wrote
from coachbot.flow.replies import normal
from coachbot.flow.state import State
from coachbot.store.conversations import Conversation, Face
from coachbot.texts.said import Button, Said


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button was pressed: the `place`-th of those that belong to the question of `revision`."""

    revision: int
    place: int


def tapped(turn: Turn, pressed: Pressed) -> Tapped:
    """Return the tap that a pressed button means; an old or strange one is a stale tap."""
    keyboard = turn.conversation.keyboard
    if pressed.revision != turn.state.revision or not 0 <= pressed.place < len(keyboard):
        return Tapped("stale")
    _, verb, argument, item = keyboard[pressed.place]
    return Tapped(verb, argument, item, turn.state.revision)


def typed_button(turn: Turn, event: Event) -> Event:
    """Take the label of a button on screen, typed, for a tap on it."""
    if not isinstance(event, Wrote) or len(event.text) > 80:
        return event
    typed = normal(event.text)
    for label, verb, argument, item in turn.conversation.keyboard:
        if verb in {"command", "change", "leave", "take", "evidence"} and normal(label) == typed:
            return Tapped(verb, argument, item, turn.state.revision)
    return event


def keyboard(conversation: Conversation, state: State, said: Iterable[Said]) -> tuple[Face, ...]:
    """Return the buttons that can be tapped now: their places are their ids, so none moves."""
    shown = [button for one in said for row in one.buttons for button in row]
    kept = conversation.keyboard if state.revision == conversation.state.revision else ()
    return tuple(dict.fromkeys((*kept, *(_face(button) for button in shown))))


def _face(button: Button) -> Face:
    return button.label, button.verb, button.argument, button.item
