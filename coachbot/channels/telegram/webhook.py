"""Receiving by webhook: a raw update is committed, and only then does Telegram hear 200.

Nothing of a request is parsed before its secret, type and size are right. What is no update is
kept for an operator and answered with 200 all the same: Telegram would send it again and again,
and hold back others. Without a database the answer is 503: it comes again, in its order.
"""

import asyncio
import hmac
import logging
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from telegram.error import TelegramError

from coachbot.channels.http.serving import serving
from coachbot.channels.telegram.alarms import Alarms
from coachbot.channels.telegram.api import Api
from coachbot.channels.telegram.errors import Outcome, outcome_of
from coachbot.channels.telegram.incoming import chat_of
from coachbot.channels.telegram.receiving import WANTED, Received, is_update
from coachbot.errors import SettingsError, StoreError
from coachbot.plain_json import decode

log = logging.getLogger(__name__)

SECRET: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  the header's name
MOST_BYTES: Final = 1 << 20
SLOWEST_BODY: Final = 10.0
MOST_CONNECTIONS: Final = 40
RETRY_AFTER: Final = 2
LONGEST_WAIT: Final = 60.0
_OK, _FORBIDDEN, _TIMEOUT, _TOO_LARGE, _TYPE, _AWAY = 200, 403, 408, 413, 415, 503

Keep: TypeAlias = Callable[[Received], Awaitable[None]]
Waiting: TypeAlias = tuple[Received, asyncio.Future[None]]


@dataclass
class Together:
    """Commits at once what arrives while a commit is under way; each caller waits for its own."""

    keep_all: Keep
    _waiting: list[Waiting] = field(default_factory=list)
    _task: asyncio.Task[None] | None = field(default=None)

    async def keep(self, received: Received) -> None:
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((received, done))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._commit())
        await done

    async def _commit(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            error = await self._tried(batch)
            if error is None or isinstance(error, StoreError) or len(batch) == 1:
                _tell(batch, error)
                continue
            for one in batch:
                _tell([one], await self._tried([one]))

    async def _tried(self, batch: list[Waiting]) -> Exception | None:
        """Commit a batch; returns what went wrong.

        In one order everywhere: two replicas that get the same must not lock crosswise.
        """
        try:
            await self.keep_all(sorted((one for got, _ in batch for one in got), key=_number))
        except Exception as error:  # noqa: BLE001  whoever waits for it hears it
            return error
        return None


def _number(update: tuple[int, object, object]) -> int:
    return update[0]


def _tell(batch: list[Waiting], error: Exception | None) -> None:
    for _, done in batch:
        if not done.done():
            done.set_exception(error) if error else done.set_result(None)


@dataclass(frozen=True)
class Webhook:
    """Answers Telegram's requests.

    `keep` commits updates, `put_aside` what is none, with the reason; `arrived` is set when
    there is something to do. `patience` is for a body to arrive, in seconds.
    """

    secret: str
    keep: Keep
    put_aside: Callable[[bytes, str], Awaitable[None]]
    arrived: asyncio.Event
    alarms: Alarms
    patience: float = SLOWEST_BODY

    def app(self, path: str) -> Starlette:
        return Starlette(routes=[Route(path, self.answer, methods=["POST"])])

    async def answer(self, request: Request) -> Response:
        if refusal := self._refusal(request):
            return _refused(refusal)
        try:
            async with asyncio.timeout(self.patience):
                body = await _body(request)
        except (TimeoutError, ClientDisconnect):
            return _refused(_TIMEOUT)
        if body is None:
            return _refused(_TOO_LARGE)
        try:
            await self._take(body)
        except StoreError as error:
            await self.alarms.ring("database", str(error))
            return Response(status_code=_AWAY, headers={"Retry-After": str(RETRY_AFTER)})
        return Response(status_code=_OK)

    def _refusal(self, request: Request) -> int:
        """Return the status with which a request is refused unread; 0 for one to be read."""
        given = request.headers.get(SECRET, "")
        if not hmac.compare_digest(given.encode(), self.secret.encode()):
            return _FORBIDDEN
        kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind != "application/json":
            return _TYPE
        size = request.headers.get("Content-Length", "0")
        return _TOO_LARGE if not size.isdecimal() or int(size) > MOST_BYTES else 0

    async def _take(self, body: bytes) -> None:
        try:
            content = decode(body)
        except (ValueError, RecursionError) as error:
            await self.put_aside(body, f"no JSON: {type(error).__name__}")
            return
        if not is_update(content):
            await self.put_aside(body, "no update")
            return
        try:
            await self.keep([(content["update_id"], chat_of(content), content)])
        except StoreError:
            raise
        except Exception as error:
            log.exception("an update could not be kept")
            await self.put_aside(body, type(error).__name__)
        self.arrived.set()


async def _body(request: Request) -> bytes | None:
    """Return the body; None as soon as it is too large, whatever its length was said to be."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            return None
    return bytes(body)


def _refused(status: int) -> Response:
    """Refuse and hang up: nobody reads what may still come."""
    return Response(status_code=status, headers={"Connection": "close"})


@dataclass(frozen=True)
class Door:
    """Serves a webhook at a listening socket, once Telegram was told where it is."""

    webhook: Webhook
    api: Api
    url: str
    path: str
    at: socket.socket
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep

    async def run(self) -> None:
        """Serve until cancelled; raises SettingsError when Telegram will not have the address."""
        async with serving(self.webhook.app(self.path), self.at):
            await self.announce()
            await asyncio.Event().wait()

    async def announce(self) -> None:
        """Tell Telegram the address; what it holds for us comes then. Every replica says the same.

        Nobody takes it back at the end, as others may still answer there: whoever polls does.
        """
        wait = 1.0
        while True:
            try:
                await self.api.call("setWebhook", self._told())
            except TelegramError as error:
                verdict = outcome_of(error)
                if verdict.outcome is Outcome.REFUSED:
                    why = f"COACHBOT_WEBHOOK_URL: Telegram refuses it: {verdict.description}"
                    raise SettingsError(why) from None
                log.warning("the webhook could not be set: %s", verdict.description)
                await self.sleep(verdict.retry_after or wait)
                wait = min(wait * 2, LONGEST_WAIT)
            else:
                return

    def _told(self) -> dict[str, object]:
        return {
            "url": self.url,
            "secret_token": self.webhook.secret,
            "allowed_updates": WANTED,
            "max_connections": MOST_CONNECTIONS,
            "drop_pending_updates": False,
        }
