"""Faults on demand: what can go wrong between the bot and Telegram, call by call.

    api.faults.on("sendMessage", error(429, retry_after=7), chat=42, nth=2)
    api.faults.on("send*", lost_answer(), times=100)
    api.faults.on("getUpdates", hold := Hold())

A rule names the calls that it strikes; its effect says what happens to them.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.fake_botapi.calls import Call
from tests.fake_botapi.refusals import Refusal
from tests.fake_botapi.signals import Signal


class Reply(NamedTuple):
    """An HTTP answer."""

    status: int
    body: bytes
    content_type: str = "application/json"
    retry_after: int = 0


class Dropped(Exception):  # noqa: N818 - nothing is wrong in the server: it hangs up
    """The connection ends without an answer: reset at once, or closed, or closed half-way."""

    def __init__(self, *, reset: bool = False, part: bytes = b"", size: int = 0) -> None:
        super().__init__("connection dropped")
        self.reset = reset
        self.part = part
        self.size = size


Process = Callable[[], Awaitable[Reply]]
Effect = Callable[[Process], Awaitable[Reply]]

_PAGE = b"<html><head><title>%d</title></head><body><h1>%d</h1></body></html>"


def error(status: int, reason: str = "", retry_after: int = 0) -> Effect:
    """Refuse without processing, in Telegram's form; 429 says itself how long to wait."""
    if retry_after:
        refusal = Refusal(status, f"retry after {retry_after}", retry_after=retry_after)
    else:
        refusal = Refusal(status, reason)

    async def effect(_process: Process) -> Reply:
        return Reply(status, json.dumps(refusal.body()).encode(), retry_after=retry_after)

    return effect


def html(status: int = 502) -> Effect:
    """Answer with a page instead of JSON, unprocessed; 200 is what a captive portal does."""

    async def effect(_process: Process) -> Reply:
        return Reply(status, _PAGE % (status, status), "text/html")

    return effect


def reset() -> Effect:
    """Reset the connection before anything is processed."""

    async def effect(_process: Process) -> Reply:
        raise Dropped(reset=True)

    return effect


def lost_answer() -> Effect:
    """Process the call, then close the connection instead of answering."""

    async def effect(process: Process) -> Reply:
        await process()
        raise Dropped

    return effect


def half_json() -> Effect:
    """Process the call and answer with the first half of the JSON as if it were all."""

    async def effect(process: Process) -> Reply:
        reply = await process()
        return reply._replace(body=reply.body[: len(reply.body) // 2])

    return effect


def cut_off() -> Effect:
    """Process the call and break off in the middle of the answer."""

    async def effect(process: Process) -> Reply:
        reply = await process()
        half = reply.body[: len(reply.body) // 2]
        raise Dropped(part=half, size=len(reply.body))

    return effect


class Hold:
    """Keep the bot waiting until `release()`, before the call is processed or after it."""

    def __init__(self, *, processed: bool = False) -> None:
        self._processed = processed
        self._gate = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def __call__(self, process: Process) -> Reply:
        self._loop = asyncio.get_running_loop()
        if self._processed:
            reply = await process()
            await self._gate.wait()
            return reply
        await self._gate.wait()
        return await process()

    def release(self) -> None:
        """Let the held calls go on, and all later ones; may be called from any thread."""
        if self._loop is None:
            self._gate.set()
        else:
            self._loop.call_soon_threadsafe(self._gate.set)


@dataclass(eq=False)
class Rule:
    """Strikes `times` fitting calls from the `nth` on; None means all of them."""

    effect: Effect
    method: str
    chat: int | None
    nth: int
    times: int | None
    when: Callable[[Call], bool]
    fitting: int = 0
    struck: list[Call] = field(default_factory=list)
    changed: Signal = field(default_factory=Signal)

    def strikes(self, call: Call) -> bool:
        """Tell whether this call is hit, counting it if it fits."""
        if not call.fits(self.method, self.chat) or not self.when(call):
            return False
        self.fitting += 1
        if self.fitting < self.nth or (self.times and self.fitting >= self.nth + self.times):
            return False
        self.struck.append(call)
        self.changed.notify()
        return True

    async def happened(self, count: int = 1) -> list[Call]:
        """Wait until the rule has struck `count` calls."""
        return await self.changed.until(lambda: self.struck if len(self.struck) >= count else None)


class Faults:
    def __init__(self) -> None:
        self._rules: list[Rule] = []

    def on(
        self,
        method: str,
        effect: Effect,
        *,
        chat: int | None = None,
        nth: int = 1,
        times: int | None = 1,
        when: Callable[[Call], bool] = lambda _call: True,
    ) -> Rule:
        """Let `effect` happen to calls of `method` (a pattern like `send*` will do).

        The first rule that strikes a call decides about it.
        """
        rule = Rule(effect, method, chat, nth, times, when)
        self._rules.append(rule)
        return rule

    def clear(self) -> None:
        """Let everything go well again."""
        self._rules.clear()

    def remove(self, rule: Rule) -> None:
        self._rules = [other for other in self._rules if other is not rule]

    def effect(self, call: Call) -> Effect | None:
        """Return what is to happen to this call, None if it is processed as usual."""
        return next((rule.effect for rule in self._rules if rule.strikes(call)), None)
