"""What a kill costs: SIGKILL in the middle of the answers, a restart, and a count on the disk."""

import asyncio
import signal
from dataclasses import asdict, dataclass
from typing import Final

from bots import Bot, Home
from measuring import (
    LONGEST_PAUSE,
    READY_SECONDS,
    answering,
    ready_to_answer,
    script,
    served,
    until,
)
from server import Crowd, Server

BEFORE_THE_KILL: Final = 3.0
TO_CATCH_UP: Final = 3.0


@dataclass(frozen=True)
class Killed:
    """Answers that were typed until the kill, and those that are kept in the end."""

    typed: int
    kept: int

    def plain(self) -> dict[str, int]:
        return {**asdict(self), "lost": max(0, self.typed - self.kept)}


async def killed(bot: Bot) -> Killed:
    """Kill a bot under load and start it again; Telegram delivers what it was not told of."""
    crowd = Crowd(script())
    async with served(bot, crowd) as (home, server):
        kept_before = home.counted()
        with home.running() as process:
            await until(lambda: "getUpdates" in server.calls, READY_SECONDS, "a bot polls")
            ready = await ready_to_answer(bot, crowd)
            await answering(crowd, ready, BEFORE_THE_KILL * (4 if bot.is_slow else 1))
            process.send_signal(signal.SIGKILL)
            process.wait()
        await _again(home, crowd, server)
        return Killed(crowd.typed, home.counted() - kept_before)


async def _again(home: Home, crowd: Crowd, server: Server) -> None:
    """Start the bot again until it has fetched what waited, and let it work that off."""
    server.calls.clear()
    with home.running():
        await until(lambda: "getUpdates" in server.calls, LONGEST_PAUSE, "the bot polls again")
        await until(lambda: not crowd.fetched, LONGEST_PAUSE, "what waited is fetched")
        await asyncio.sleep(TO_CATCH_UP)
