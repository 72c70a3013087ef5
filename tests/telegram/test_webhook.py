"""The webhook: nothing is parsed before it is Telegram's, acknowledged before it is kept."""

import asyncio
import json
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr, ValidationError

from coachbot.channels.http.serving import listening, serving
from coachbot.channels.telegram.api import Api
from coachbot.channels.telegram.receiving import WANTED, Received
from coachbot.channels.telegram.webhook import MOST_BYTES, SECRET, Door, Together, Webhook
from coachbot.errors import SettingsError, StoreError
from coachbot.settings import Settings
from coachbot.wiring_telegram import webhook_secret
from tests.fake_botapi import FakeBotApi, error, html, reset
from tests.fake_botapi.faults import Effect
from tests.telegram.calling import Bell, calling

TOLD = "a-secret-of-its-own"
JSON = {"Content-Type": "application/json", SECRET: TOLD}
UPDATE: dict[str, Any] = {
    "update_id": 7,
    "message": {"message_id": 1, "date": 0, "chat": {"id": 5, "type": "private"}, "text": "Ruhe"},
}


@dataclass
class Hatch:
    """A webhook that is served; `fails` is what keeping raises."""

    bell: Bell = field(default_factory=Bell)
    kept: list[Received] = field(default_factory=list)
    aside: list[tuple[bytes, str]] = field(default_factory=list)
    fails: Exception | None = None
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    url: str = ""

    async def keep(self, received: Received) -> None:
        if self.fails:
            raise self.fails
        self.kept.append(received)

    async def put_aside(self, body: bytes, reason: str) -> None:
        self.aside.append((body, reason))

    def webhook(self, patience: float = 10.0) -> Webhook:
        return Webhook(TOLD, self.keep, self.put_aside, self.arrived, self.bell.alarms, patience)

    async def post(self, data: Any, **headers: str) -> tuple[int, str]:
        async with (
            aiohttp.ClientSession() as session,
            session.post(self.url, data=data, headers={**JSON, **headers}) as answer,
        ):
            return answer.status, answer.headers.get("Retry-After", "")


@asynccontextmanager
async def served(hatch: Hatch, patience: float = 10.0) -> AsyncIterator[tuple[str, int]]:
    at = listening("WEBHOOK_LISTEN", "127.0.0.1:0")
    where = at.getsockname()
    hatch.url = f"http://{where[0]}:{where[1]}/telegram"
    async with serving(hatch.webhook(patience).app("/telegram"), at):
        yield where


@pytest.fixture
async def hatch() -> AsyncIterator[Hatch]:
    made = Hatch()
    async with served(made):
        yield made


async def test_an_update_is_kept_and_only_then_acknowledged(hatch: Hatch) -> None:
    assert await hatch.post(json.dumps(UPDATE)) == (200, "")
    assert hatch.kept == [[(7, 5, UPDATE)]]
    assert hatch.arrived.is_set()


@pytest.mark.parametrize("secret", ["", TOLD[:-1], TOLD + "x", "wrong", "ü"])
async def test_promise_43_without_the_secret_nothing_is_read(hatch: Hatch, secret: str) -> None:
    assert (await hatch.post(json.dumps(UPDATE), **{SECRET: secret}))[0] == 403
    assert (hatch.kept, hatch.aside) == ([], [])


async def test_promise_43_the_secret_is_compared_in_constant_time(
    hatch: Hatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[tuple[bytes, bytes]] = []

    def same(given: bytes, wanted: bytes) -> bool:
        compared.append((given, wanted))
        return given == wanted

    monkeypatch.setattr("hmac.compare_digest", same)
    await hatch.post(json.dumps(UPDATE))
    assert compared == [(TOLD.encode(), TOLD.encode())]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
async def test_promise_43_another_type_is_refused(hatch: Hatch, kind: str) -> None:
    assert (await hatch.post(json.dumps(UPDATE).encode(), **{"Content-Type": kind}))[0] == 415
    assert (hatch.kept, hatch.aside) == ([], [])


async def test_promise_43_ten_megabytes_are_refused_unread(hatch: Hatch) -> None:
    """By what the request says of itself, and by what comes when it says nothing."""
    head = f"POST /telegram HTTP/1.1\r\nHost: x\r\n{SECRET}: {TOLD}\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {10 << 20}\r\n\r\n"
    assert b" 413 " in await raw(hatch, head.encode())

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b" " * (MOST_BYTES // 8)

    with suppress(aiohttp.ClientError):  # it hangs up while more is on the way
        assert (await hatch.post(endless()))[0] == 413
    assert (hatch.kept, hatch.aside) == ([], [])


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH"])
async def test_promise_43_another_method_is_refused(hatch: Hatch, method: str) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, hatch.url, headers=JSON) as answer,
    ):
        assert answer.status == 405


async def test_promise_43_elsewhere_is_nothing(hatch: Hatch) -> None:
    hatch.url += "/x"
    assert (await hatch.post(json.dumps(UPDATE)))[0] == 404


async def test_promise_43_a_slow_client_is_let_go() -> None:
    """One that says half of what it wants, and one whose body never ends."""
    hatch = Hatch()
    async with served(hatch, patience=0.05):
        head = f"POST /telegram HTTP/1.1\r\nHost: x\r\n{SECRET}: {TOLD}\r\n"
        head += "Content-Type: application/json\r\nContent-Length: 10\r\n\r\n{"
        assert b" 408 " in await raw(hatch, head.encode())
        assert await hatch.post(json.dumps(UPDATE)) == (200, "")
    assert len(hatch.kept) == 1


async def test_promise_43_a_client_that_never_says_what_it_wants_is_let_go(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("coachbot.channels.http.serving.Patient.head_seconds", 0.05)
    hatch = Hatch()
    async with served(hatch):
        assert await raw(hatch, b"") == b""
        assert await raw(hatch, b"POST /tele") == b""


async def raw(hatch: Hatch, said: bytes) -> bytes:
    """Say something and listen until the other side hangs up."""
    reader, writer = await asyncio.open_connection(*_place(hatch))
    writer.write(said)
    heard = b""
    async with asyncio.timeout(10):
        with suppress(ConnectionResetError):
            heard = await reader.read()
    writer.close()
    return heard


def _place(hatch: Hatch) -> tuple[str, int]:
    host, _, port = hatch.url.removeprefix("http://").partition("/")[0].partition(":")
    return host, int(port)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        b"[]",
        b"7",
        b"{}",
        b'{"update_id": "7"}',
        b'{"update_id": true, "message": {}}',
        b'{"update_id": -1}',
        b'{"update_id": 99999999999999999999999999}',
    ],
)
async def test_promise_5_what_is_no_update_is_put_aside_and_acknowledged(
    hatch: Hatch, body: bytes
) -> None:
    assert await hatch.post(body) == (200, "")
    assert [aside for aside, _ in hatch.aside] == [body]
    assert hatch.kept == []


async def test_promise_5_what_cannot_be_kept_holds_nobody_up(hatch: Hatch) -> None:
    hatch.fails = TypeError("a bug")
    assert await hatch.post(json.dumps(UPDATE)) == (200, "")
    assert [reason for _, reason in hatch.aside] == ["TypeError"]


async def test_promise_7_without_a_database_it_comes_again(hatch: Hatch) -> None:
    hatch.fails = StoreError("the database is away")
    status, retry_after = await hatch.post(json.dumps(UPDATE))
    assert (status, int(retry_after) > 0) == (503, True)
    assert hatch.aside == []
    assert hatch.bell.kinds == ["database"]
    hatch.fails = None
    assert await hatch.post(json.dumps(UPDATE)) == (200, "")


# ---- several at once


class Slow:
    """Keeps updates, one batch after the other, when told to."""

    def __init__(self, poison: int | None = None) -> None:
        self.batches: list[list[int]] = []
        self.go = asyncio.Event()
        self.poison = poison

    async def keep(self, received: Received) -> None:
        await self.go.wait()
        numbers = [number for number, *_ in received]
        self.batches.append(numbers)
        if self.poison in numbers:
            raise TypeError("a bug")


async def kept_together(slow: Slow, *numbers: int) -> list[object]:
    together = Together(slow.keep)
    first = asyncio.create_task(together.keep([(100, 1, {})]))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    waiting = [asyncio.create_task(together.keep([(number, 1, {})])) for number in numbers]
    await asyncio.sleep(0)
    slow.go.set()
    return await asyncio.gather(first, *waiting, return_exceptions=True)


async def test_what_arrives_during_a_commit_shares_the_next_in_one_order() -> None:
    slow = Slow()
    assert await kept_together(slow, 9, 7, 8) == [None] * 4
    assert slow.batches == [[100], [7, 8, 9]]


async def test_what_cannot_be_kept_fails_alone() -> None:
    slow = Slow(poison=7)
    first, nine, seven = await kept_together(slow, 9, 7)
    assert (first, nine) == (None, None)
    assert isinstance(seven, TypeError)


# ---- telling Telegram


@dataclass
class Hall:
    telegram: FakeBotApi
    api: Api
    hatch: Hatch = field(default_factory=Hatch)
    slept: list[float] = field(default_factory=list)

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def door(self, at: socket.socket) -> Door:
        host, port = at.getsockname()[:2]
        url = f"http://{host}:{port}/telegram"
        return Door(self.hatch.webhook(), self.api, url, "/telegram", at, self._sleep)


@pytest.fixture
async def hall() -> AsyncIterator[Hall]:
    async with FakeBotApi() as telegram, calling(telegram) as api:
        yield Hall(telegram, api)


@asynccontextmanager
async def opened(hall: Hall) -> AsyncIterator[None]:
    at = listening("WEBHOOK_LISTEN", "127.0.0.1:0")
    running = asyncio.create_task(hall.door(at).run())
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        at.close()


async def test_what_telegram_holds_comes_as_soon_as_it_knows_where(hall: Hall) -> None:
    await hall.telegram.person().sends("Ruhe")
    async with opened(hall):
        await hall.telegram.updates.drained()
    [call] = hall.telegram.calls.of("setWebhook")
    assert call.parameters["allowed_updates"] == list(WANTED)
    assert call.parameters["drop_pending_updates"] is False
    assert [update["message"]["text"] for [(_, _, update)] in hall.hatch.kept] == ["Ruhe"]
    assert hall.telegram.calls.of("deleteWebhook") == [], "another replica may still answer"


@pytest.mark.parametrize("effect", [error(502), html(502), reset(), error(429, retry_after=9)])
async def test_it_is_told_until_it_is_heard(hall: Hall, effect: Effect) -> None:
    hall.telegram.faults.on("setWebhook", effect, times=2)
    async with opened(hall):
        await hall.telegram.calls.arrived("setWebhook", 3)
    assert hall.slept in ([1, 2], [9, 9])


async def test_an_address_that_telegram_refuses_is_the_operators_to_mend(hall: Hall) -> None:
    hall.telegram.faults.on("setWebhook", error(400, "bad webhook: HTTPS url must be provided"))
    at = listening("WEBHOOK_LISTEN", "127.0.0.1:0")
    with pytest.raises(SettingsError, match="COACHBOT_WEBHOOK_URL"):
        await hall.door(at).run()
    at.close()


# ---- its secret


def test_every_replica_makes_the_same_secret_of_the_token() -> None:
    made = {webhook_secret(Settings(telegram_token=SecretStr("1:abc"))) for _ in range(2)}
    [secret] = made
    assert re.fullmatch(r"[A-Za-z0-9_-]{32,256}", secret)
    assert "abc" not in secret
    assert webhook_secret(Settings(telegram_token=SecretStr("2:abc"))) != secret


def test_a_secret_that_was_set_is_taken() -> None:
    settings = Settings(telegram_token=SecretStr("1:abc"), webhook_secret=SecretStr(TOLD))
    assert webhook_secret(settings) == TOLD


@pytest.mark.parametrize("secret", ["with space", "ü", "x" * 257])
def test_a_secret_that_cannot_be_said_in_a_header_is_refused(secret: str) -> None:
    with pytest.raises(ValidationError, match="1 to 256"):
        Settings(webhook_secret=SecretStr(secret))
