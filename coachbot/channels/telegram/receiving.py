"""Receiving by long poll: raw updates are committed, and only then is Telegram told."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeGuard

from telegram.error import TelegramError

from coachbot.channels.telegram.alarms import Alarms
from coachbot.channels.telegram.api import Api
from coachbot.channels.telegram.errors import Outcome, outcome_of
from coachbot.channels.telegram.incoming import chat_of
from coachbot.errors import StoreError

log = logging.getLogger(__name__)

POLL_SECONDS: Final = 50
AT_ONCE: Final = 100
FIRST_WAIT: Final = 1.0
LONGEST_WAIT: Final = 30.0
WANTED: Final = ("message", "edited_message", "callback_query", "my_chat_member", "channel_post")

Received = Sequence[tuple[int, int | None, Mapping[str, Any]]]


def is_update(content: object) -> TypeGuard[dict[str, Any]]:
    """Whether something has at least the number of an update, one that can be stored."""
    number = content.get("update_id") if isinstance(content, dict) else None
    return isinstance(number, int) and not isinstance(number, bool) and 0 <= number < 2**62


@dataclass
class Poller:
    """Polls until it is cancelled. `keep` commits updates, `arrived` is set when there are some.

    Update ids may begin anew at any number, so the offset only follows the last one seen and the
    inbox alone knows which came before.
    """

    api: Api
    keep: Callable[[Received], Awaitable[None]]
    arrived: asyncio.Event
    alarms: Alarms
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    _has_no_webhook: bool = field(default=False)
    _offset: int | None = field(default=None)
    _wait: float = FIRST_WAIT

    async def run(self) -> None:
        while True:
            try:
                await self.poll()
                self._wait = FIRST_WAIT
            except TelegramError as error:
                await self._trouble(error)
            except StoreError as error:
                await self.alarms.ring("database", str(error))
                await self._rest()

    async def poll(self) -> None:
        """Fetch once, commit what came, and let the next call confirm it."""
        if not self._has_no_webhook:
            await self.api.call("deleteWebhook", {"drop_pending_updates": False})
            self._has_no_webhook = True
        parameters: dict[str, Any] = {
            "timeout": POLL_SECONDS,
            "limit": AT_ONCE,
            "allowed_updates": WANTED,
        }
        if self._offset is not None:
            parameters["offset"] = self._offset
        updates = await self.api.call("getUpdates", parameters, seconds=POLL_SECONDS + 10)
        received = [
            (update["update_id"], chat_of(update), update)
            for update in updates
            if is_update(update)
        ]
        await self.keep(received)
        if received:
            self._offset = received[-1][0] + 1
            self.arrived.set()
        if len(received) < len(updates):
            await self.alarms.ring("malformed", "Telegram sent something that is no update")
        if updates and not received:
            await self._rest()  # it cannot be confirmed, and comes again

    async def _trouble(self, error: TelegramError) -> None:
        verdict = outcome_of(error)
        if verdict.outcome is Outcome.CONFLICT:
            await self.alarms.ring("conflict", "another process polls with the same token")
        elif verdict.outcome is Outcome.STOPPED:
            await self.alarms.ring("token", "Telegram refuses the token; nothing is received")
        else:
            log.warning("polling failed: %s", verdict.description)
        await self._rest(verdict.retry_after)

    async def _rest(self, seconds: float | None = None) -> None:
        await self.sleep(seconds or self._wait)
        self._wait = min(self._wait * 2, LONGEST_WAIT)
