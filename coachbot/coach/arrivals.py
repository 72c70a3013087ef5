"""What a channel with a network tells the coach of an update, and what it gets back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from coachbot.coach.coach import Reply
from coachbot.coach.pressing import Pressed
from coachbot.flow.events import Event
from coachbot.store.outbox import Parcel
from coachbot.store.people import Address


class Unreadable(Exception):  # noqa: N818  says what it is
    """An update that has not the form of one; the message names no content."""


@dataclass(frozen=True, slots=True)
class Edited:
    """The person corrected a message of theirs."""

    text: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The person sent something that cannot be an answer; `name` is a text of [refusal]."""

    name: str


@dataclass(frozen=True, slots=True)
class Left:
    """The person blocked the bot."""


@dataclass(frozen=True, slots=True)
class CameBack:
    """The person let the bot write again."""


@dataclass(frozen=True, slots=True)
class Ignored:
    """Nothing to do but courtesies, if any."""


Happening: TypeAlias = Event | Pressed | Edited | Refused | Left | CameBack | Ignored


@dataclass(frozen=True, slots=True)
class Courtesy:
    """A call that is sent once, is not stored, and whose failure does not matter."""

    method: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Arrival:
    """One update, read.

    `message_id` is the message that was written, or the one whose button was tapped; `callback`
    is the id of a tap; `sent_at` is when the person sent it, by Telegram's clock. What was sent as
    one album has one `album`.
    """

    address: Address
    chat: int
    happening: Happening
    sent_at: datetime
    language: str = ""
    locale: str = ""
    first_name: str = ""
    message_id: int | None = None
    callback: str = ""
    album: str = ""
    courtesies: tuple[Courtesy, ...] = ()


@dataclass(frozen=True, slots=True)
class Presented:
    """A reply as a channel sends it: what is owed, and what is a courtesy."""

    parcels: Sequence[Parcel] = ()
    courtesies: Sequence[Courtesy] = ()


Read: TypeAlias = Callable[[Mapping[str, Any]], Arrival]
Present: TypeAlias = Callable[[Arrival, Reply, int | None], Presented]
"""From an arrival, its reply, and the message that holds the open question, if it is known."""
