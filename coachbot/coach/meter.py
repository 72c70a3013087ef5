"""What can be counted of the road, told to whoever watches; without a watcher it costs nothing."""

from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from enum import StrEnum
from typing import Final


class Timed(StrEnum):
    """What takes its time."""

    ANSWER = "answer"  # one event: from its inbox row to what is owed for it
    COMMIT = "commit"  # a round of events: the whole transaction
    DOCUMENT = "document"  # one file


UNTIMED: Final = nullcontext()


class Meter:
    """Counts nothing. A process that is watched has one that does: `channels/http/metrics`.

    It is called from the bot's loop and from its database thread, and must never raise.
    """

    def arrived(self, kind: str) -> None:
        """Count an update that was committed; `kind` is the Bot API's name for it."""

    def turned_away(self, count: int) -> None:
        """Count updates that were not let in."""

    def timed(self, what: Timed) -> AbstractContextManager[object]:  # noqa: ARG002  for who counts
        """Return a block that is timed."""
        return UNTIMED

    def calling(self) -> None:
        """Note that a call goes out."""

    def called(self, kind: str, outcome: str, date: datetime | None = None) -> None:
        """Count how a call ended; `date` is the message's, by Telegram's clock."""

    def rang(self, kind: str) -> None:
        """Count an alarm."""
