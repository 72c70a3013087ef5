"""Delivering updates to the bot's webhook: in order within a queue, again until it is taken.

Like a Bot API server in local mode: plain HTTP, any port and any address will do.
"""

import asyncio
import itertools
import random
import re
from collections import deque
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from tests.fake_botapi import limits
from tests.fake_botapi.clock import Clock
from tests.fake_botapi.parameters import Parameters
from tests.fake_botapi.refusals import bad_request
from tests.fake_botapi.updates import Pending, UpdateQueue

_SECRET = re.compile(r"[A-Za-z0-9_-]*\Z")


class Webhook:
    """A webhook that is set. Waits and timeouts run on the injected clock."""

    def __init__(self, parameters: Parameters, queue: UpdateQueue, clock: Clock) -> None:
        self.url = _url(parameters)
        self._secret = _secret(parameters)
        most = parameters.integer("max_connections", limits.WEBHOOK_CONNECTIONS)
        self._most = min(max(most, 1), limits.WEBHOOK_CONNECTIONS_MOST)
        self._updates = queue
        self._clock = clock
        self._error: dict[str, Any] = {}
        self._queues: dict[int, deque[Pending]] = {}
        self._loaded: set[int] = set()
        self._deliveries: set[asyncio.Task[None]] = set()
        self._connections = asyncio.Semaphore(self._most)
        self._loader: asyncio.Task[None] | None = None
        self._session: aiohttp.ClientSession | None = None

    def same(self, parameters: Parameters) -> bool:
        """Tell whether setting it anew with these parameters would change nothing."""
        secret = parameters.text("secret_token")
        most = parameters.integer("max_connections", limits.WEBHOOK_CONNECTIONS)
        given = (parameters.text("url"), secret, most)
        return (self.url, self._secret, self._most) == given

    def info(self) -> dict[str, Any]:
        """Return what getWebhookInfo says about it."""
        return {"max_connections": self._most, "ip_address": "127.0.0.1", **self._error}

    def start(self) -> None:
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=None)
        connector = aiohttp.TCPConnector(limit=0)
        self._session = aiohttp.ClientSession(connector=connector, timeout=timeout)
        self._loader = asyncio.create_task(self._load())

    async def stop(self) -> None:
        tasks = [task for task in (self._loader, *self._deliveries) if task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._session:
            await self._session.close()

    # --- loading: at most twice as many updates as connections are in hand

    async def _load(self) -> None:
        while True:
            self._take_new()
            await self._updates.added.change()

    def _take_new(self) -> None:
        room = 2 * self._most - len(self._loaded)
        new = (one for one in self._updates.waiting() if one.update_id not in self._loaded)
        for _, update in zip(range(room), new, strict=False):
            self._take(update)

    def _take(self, update: Pending) -> None:
        self._loaded.add(update.update_id)
        queue = self._queues.setdefault(update.queue or -update.update_id, deque())
        queue.append(update)
        if len(queue) == 1:
            delivery = asyncio.create_task(self._deliver(update.queue or -update.update_id))
            self._deliveries.add(delivery)
            delivery.add_done_callback(self._deliveries.discard)

    # --- delivering: one queue after the other within itself, the queues side by side

    async def _deliver(self, name: int) -> None:
        queue = self._queues[name]
        while queue:
            update = queue[0]
            taken = await self._insist(update)
            self._updates.forget(update.update_id, taken=taken)
            self._loaded.discard(update.update_id)
            queue.popleft()
            self._take_new()
        del self._queues[name]

    async def _insist(self, update: Pending) -> bool:
        """Send an update until it is taken (True) or about to expire (False).

        The first try is repeated at once, the others after 2, 4, 8 ... seconds.
        """
        delay = 1
        for tries in itertools.count(1):
            error, retry_after = await self._send(update)
            if not error:
                return True
            self._note(error)
            pause = min(retry_after, limits.WEBHOOK_RETRY_AFTER)
            if not pause and tries > 1:
                pause = delay = min(_cap(), delay * 2)
            if self._clock.time() + pause > update.expires_at:
                return False
            await self._clock.wait_until(self._clock.time() + pause)
        raise AssertionError("unreachable")

    async def _send(self, update: Pending) -> tuple[str, int]:
        """Try once; returns what went wrong, "" for nothing, and the Retry-After."""
        async with self._connections:
            attempt = asyncio.ensure_future(self._post(update.body))
            deadline = self._clock.time() + limits.WEBHOOK_TIMEOUT
            timeout = asyncio.ensure_future(self._clock.wait_until(deadline))
            try:
                await asyncio.wait([attempt, timeout], return_when=asyncio.FIRST_COMPLETED)
                return attempt.result() if attempt.done() else ("Read timeout expired", 0)
            finally:
                for task in (attempt, timeout):
                    task.cancel()
                await asyncio.gather(attempt, timeout, return_exceptions=True)

    async def _post(self, body: bytes) -> tuple[str, int]:
        assert self._session
        headers = {"Content-Type": "application/json"}
        if self._secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = self._secret
        try:
            async with self._session.post(
                self.url, data=body, headers=headers, allow_redirects=False
            ) as response:
                await response.read()
        except aiohttp.ClientConnectorError:
            return "Connection refused", 0
        except aiohttp.ClientError:
            return "Webhook connection closed", 0
        return self._judge(response)

    @staticmethod
    def _judge(response: aiohttp.ClientResponse) -> tuple[str, int]:
        if 200 <= response.status <= 299:
            return "", 0
        seconds = response.headers.get("Retry-After", "")
        error = f"Wrong response from the webhook: {response.status} {response.reason}"
        return error, int(seconds) if seconds.isdecimal() else 0

    def _note(self, error: str) -> None:
        date = int(self._clock.time())
        self._error = {"last_error_date": date, "last_error_message": error}


def _cap() -> int:
    """Return the longest pause between two tries, drawn anew each time."""
    return random.randint(limits.WEBHOOK_CAP, 2 * limits.WEBHOOK_CAP)


def _url(parameters: Parameters) -> str:
    url = parameters.text("url")
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise bad_request("invalid webhook URL specified")
    return url


def _secret(parameters: Parameters) -> str:
    secret = parameters.text("secret_token")
    if len(secret) > limits.SECRET_TOKEN:
        raise bad_request("secret token is too long")
    if not _SECRET.match(secret):
        raise bad_request("secret token contains unallowed characters")
    return secret
