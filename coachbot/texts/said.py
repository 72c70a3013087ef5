"""What is said, ready for any channel: Telegram's HTML and rows of buttons."""

from dataclasses import dataclass
from enum import StrEnum


class Manner(StrEnum):
    """How a channel shows it.

    NEW is a message of its own. IN_PLACE changes the message that holds the open question.
    SETTLES takes that message's buttons away and shows the answer instead; a channel that cannot
    change what it said leaves it out. ASIDE is a word about a tap (a toast), not a message.
    """

    NEW = "new"
    IN_PLACE = "in_place"
    SETTLES = "settles"
    ASIDE = "aside"


@dataclass(frozen=True, slots=True)
class Button:
    """A button; `verb`, `argument` and `item` are those of `events.Tapped`.

    `is_on` says whether a list has it ticked, None where nothing can be ticked.
    """

    label: str
    verb: str
    argument: str = ""
    item: str = ""
    is_on: bool | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to hand over: its name is a fixed pattern, never a person's words."""

    name: str
    content: bytes
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """The promise of a document's file: which face, of which version ("" is now), of what.

    `language` is that of headings and fixed words, "" for the chat's.
    """

    face: str
    version: str
    definition_id: int
    language: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    html: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    revision: int = -1
    manner: Manner = Manner.NEW
    attachment: Attachment | None = None
    order: Order | None = None
