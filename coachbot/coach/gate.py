"""The gate: who may come in, and how much at a time. It is asked before anything is stored.

It remembers in memory only, so that whoever is turned away leaves no trace; of several processes
behind webhooks each has a gate of its own.
"""

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias

from coachbot.coach.arrivals import Courtesy

Update: TypeAlias = tuple[int, int | None, Mapping[str, Any]]
"""Update id, chat (None when it names none), and the raw update."""
TurnAway: TypeAlias = Callable[[str, Mapping[str, Any]], Courtesy | None]
"""From the name of a refusal and a raw update to a polite line, if there is somebody to read it."""

A_MINUTE: Final = timedelta(minutes=1)
QUIET: Final = timedelta(hours=1)
"""Nobody is told the same twice within this time, however often they write."""
MOST_REMEMBERED: Final = 10_000
NOT_INVITED, TOO_MANY = "not_invited", "too_many"


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many updates of a chat were left at a moment; it fills up again within a minute."""

    left: float
    at: datetime


@dataclass
class Gate:
    """Lets in who is invited, at a pace that a person can type and tap.

    `invited` are the chats that may come, everybody when it is empty; `a_minute` is how many
    updates of one chat come in at once, and in each further minute. Groups pass: they are left.
    """

    turn_away: TurnAway = lambda *_: None
    invited: frozenset[int] = frozenset()
    a_minute: float = float("inf")
    _allowances: OrderedDict[int, Allowance] = field(default_factory=OrderedDict)
    _told: OrderedDict[tuple[str, int], datetime] = field(default_factory=OrderedDict)

    def sift(self, updates: Iterable[Update], now: datetime) -> tuple[list[Update], list[Courtesy]]:
        """Return the updates that come in, and what is said to those who are turned away."""
        let_in, said, counted = list[Update](), list[Courtesy](), Counter[int]()
        for update in updates:
            _, chat, content = update
            why = self._why_not(chat, counted, now)
            if chat is None or why is None:
                let_in.append(update)
            elif not self._was_told(why, chat, now) and (line := self.turn_away(why, content)):
                said.append(line)
                _remember(self._told, (why, chat), now)
        return let_in, said

    def admit(self, updates: Iterable[Update], now: datetime) -> None:
        """Count updates that were let in, once they are stored: until then they come again."""
        if self.a_minute == float("inf"):
            return
        for chat, count in Counter(chat for _, chat, _ in updates if chat is not None).items():
            left = max(0.0, self._left(chat, now) - count)
            _remember(self._allowances, chat, Allowance(left, now))

    def _why_not(self, chat: int | None, counted: Counter[int], now: datetime) -> str | None:
        if chat is None:
            return None
        if self.invited and chat > 0 and chat not in self.invited:
            return NOT_INVITED
        counted[chat] += 1
        return TOO_MANY if counted[chat] > self._left(chat, now) else None

    def _left(self, chat: int, now: datetime) -> float:
        known = self._allowances.get(chat)
        if known is None:
            return self.a_minute
        refilled = max(now - known.at, timedelta()) / A_MINUTE * self.a_minute
        return min(self.a_minute, known.left + refilled)

    def _was_told(self, why: str, chat: int, now: datetime) -> bool:
        told = self._told.get((why, chat))
        return told is not None and now - told < QUIET


def _remember(memory: OrderedDict[Any, Any], key: object, value: object) -> None:
    """Keep the newest only: a crowd of strangers must not fill the memory."""
    memory[key] = value
    memory.move_to_end(key)
    while len(memory) > MOST_REMEMBERED:
        memory.popitem(last=False)
