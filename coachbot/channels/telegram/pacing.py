"""The pacer: one message a second in a chat, 25 a second over all, and 429 stops its chat alone."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

A_SECOND_OVERALL: Final = 25.0
SECONDS_A_CHAT: Final = 1.0
FORGET_ABOVE: Final = 10_000

Now = Callable[[], float]
Sleep = Callable[[float], Awaitable[object]]


@dataclass
class Pacer:
    """Hands out turns. `now` is a steady clock in seconds; `sleep` waits.

    `overall` is for all processes together, `sharers` is how many they are.
    """

    now: Now
    sleep: Sleep = asyncio.sleep
    overall: float = A_SECOND_OVERALL
    chat_seconds: float = SECONDS_A_CHAT
    sharers: int = 1
    _chats: dict[int, float] = field(default_factory=dict)
    _next: float = 0.0

    @property
    def a_second(self) -> float:
        """How many calls this process may make in a second."""
        return self.overall / self.sharers

    async def turn(self, chat: int) -> None:
        """Wait until a message may be sent to a chat."""
        while (wait := self._wait(chat)) > 0:
            await self.sleep(wait)
        self._chats[chat] = self.now() + self.chat_seconds
        if len(self._chats) > FORGET_ABOVE:
            self._forget()

    async def share(self) -> None:
        """Wait for a share of what may be sent over all; for calls that are no messages."""
        now = self.now()
        start = max(now, self._next)
        self._next = start + 1 / self.a_second
        if start > now:
            await self.sleep(start - now)

    def hold(self, chat: int, seconds: float) -> None:
        """Let a chat rest: Telegram said how long."""
        self._chats[chat] = max(self._chats.get(chat, 0), self.now() + seconds)

    def _wait(self, chat: int) -> float:
        return self._chats.get(chat, 0) - self.now()

    def _forget(self) -> None:
        now = self.now()
        self._chats = {chat: at for chat, at in self._chats.items() if at > now}
