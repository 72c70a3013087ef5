"""What can happen to a conversation: frozen nouns in the past tense."""

from dataclasses import dataclass
from typing import TypeAlias

from coachbot.flow.answers import Key
from coachbot.flow.nudge import Nudge


@dataclass(frozen=True, slots=True)
class Started:
    """The person came, or came back after a long while."""


@dataclass(frozen=True, slots=True)
class Wrote:
    """The person wrote a message.

    `adds`: in a chat with buttons, words join what is ticked, and a tap says that it is all; in
    the terminal a line is a whole answer.
    """

    text: str
    adds: bool = False


@dataclass(frozen=True, slots=True)
class Returned:
    """The person wrote after a long pause: perhaps an answer, perhaps a greeting."""

    text: str


@dataclass(frozen=True, slots=True)
class Tapped:
    """The person tapped a button.

    `verb` says what the button does, `argument` with what, `item` which item of a board it was
    on, `revision` which question it belonged to; see `State.revision`.
    """

    verb: str
    argument: str = ""
    item: str = ""
    revision: int = -1


@dataclass(frozen=True, slots=True)
class Commanded:
    """The person gave a command, by a word, a slash or a button that is not an answer."""

    name: str
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Corrected:
    """The person corrected the message with which they had answered `key`."""

    key: Key
    text: str


@dataclass(frozen=True, slots=True)
class LanguageChosen:
    language: str


@dataclass(frozen=True, slots=True)
class NudgeDue:
    """It is time to come back: `agenda` is all that the nudge asks, in its order.

    `is_asked_for`: the person wanted one now.
    """

    nudge: Nudge
    agenda: tuple[Key, ...]
    is_asked_for: bool = False


Event: TypeAlias = (
    Started | Wrote | Returned | Tapped | Commanded | Corrected | LanguageChosen | NudgeDue
)
