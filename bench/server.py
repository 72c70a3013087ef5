"""A lean Bot API server on loopback, and the crowd that talks through it, in a closed loop.

Only what a bench needs: long polls with offsets, messages, taps, and calls that say yes. Bare
asyncio, so that the bot is the slower side. Every chat sends its next answer when the next
question has come, and each question is looked at: a bot that skips one fails the bench.
"""

import asyncio
import json
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qs

TOKEN: Final = "123456789:bench-bench-bench-bench-bench-bench"
ME: Final = {"id": 123456789, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}
AT_ONCE: Final = 100
FIRST_CHAT: Final = 1_000_000
"""Where the chats of stored people begin."""
YES: Final = b'{"ok":true,"result":true}'


class Wrong(Exception):  # noqa: N818  says what a bot did
    """A bot asked another question than the next one, or sent what nobody waited for."""


@dataclass(slots=True)
class Chat:
    """One person: `at` is the place of the question that is open, -1 before the first."""

    id: int
    at: int = -1
    since: float = 0.0
    last_message: int = 0
    buttons: tuple[str, ...] = ()


@dataclass
class Script:
    """What is asked, and what is answered; `taps` presses the first button instead of typing."""

    asks: list[str]
    answers: list[str]
    taps: bool = False


@dataclass
class Meter:
    """Seconds between an answer and the next question, and when each question came."""

    latencies: list[float] = field(default_factory=list)
    came: list[float] = field(default_factory=list)

    @property
    def answers(self) -> int:
        return len(self.came)

    def note(self, since: float, now: float) -> None:
        self.latencies.append(now - since)
        self.came.append(now)


@dataclass
class Crowd:
    """People who answer: `begin` lets a chat talk, `after` tells who comes when one is done."""

    script: Script
    after: Callable[[Chat], None] = lambda _: None
    meter: Meter = field(default_factory=Meter)
    chats: dict[int, Chat] = field(default_factory=dict)
    fetched: deque[tuple[int, bytes]] = field(default_factory=deque)
    typed: int = 0
    counts_beginnings: bool = False
    is_open: bool = True
    _update: int = 1000
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    def writes(self, chat: Chat, text: str) -> None:
        chat.last_message += 1
        message = {
            "message_id": chat.last_message,
            "from": _person(chat.id),
            "chat": {"id": chat.id, "first_name": "Anna", "type": "private"},
            "date": int(time.time()),
            "text": text,
        }
        if text.startswith("/"):
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text)}]
        self._queue(chat, "message", message)

    def taps(self, chat: Chat) -> None:
        message = {
            "message_id": chat.last_message,
            "from": ME,
            "chat": {"id": chat.id, "first_name": "Anna", "type": "private"},
            "date": int(time.time()),
            "text": self.script.asks[chat.at],
        }
        tap = {
            "id": str(self._update),
            "from": _person(chat.id),
            "message": message,
            "chat_instance": "1",
            "data": chat.buttons[0],
        }
        self._queue(chat, "callback_query", tap)

    def begins(self, chat: Chat) -> None:
        self.chats[chat.id] = chat
        self.writes(chat, "/start")

    def speaks(self, chat: Chat) -> None:
        """Let a chat begin, or answer the question that is open; no two people write the same."""
        if chat.at < 0:
            self.begins(chat)
            return
        self.typed += 1
        if self.script.taps:
            self.taps(chat)
        else:
            self.writes(chat, f"{self.script.answers[chat.at]} ({chat.id})")

    def _queue(self, chat: Chat, kind: str, content: dict[str, Any]) -> None:
        self._update += 1
        update = {"update_id": self._update, kind: content}
        self.fetched.append((self._update, json.dumps(update, ensure_ascii=False).encode()))
        chat.since = time.perf_counter()
        self._wake.set()

    async def updates(self, offset: int, seconds: float) -> bytes:
        """Return what waits from `offset` on, as Telegram does: lower ones are confirmed by it."""
        while self.fetched and self.fetched[0][0] < offset:
            self.fetched.popleft()
        if not self.fetched and seconds:
            self._wake.clear()
            try:
                await asyncio.wait_for(self._wake.wait(), seconds)
            except TimeoutError:
                return b'{"ok":true,"result":[]}'
        bodies = [self.fetched[at][1] for at in range(min(AT_ONCE, len(self.fetched)))]
        return b'{"ok":true,"result":[' + b",".join(bodies) + b"]}"

    def hears(self, chat_id: int, text: str, markup: Any) -> int:  # noqa: ANN401  JSON
        """Take a message of the bot's and return its id; the next question is answered."""
        chat = self.chats[chat_id]
        chat.last_message += 1
        asked = chat.at + 1
        if asked >= len(self.script.asks) or self.script.asks[asked] not in text:
            if any(ask in text for ask in self.script.asks[asked + 1 :]):
                raise Wrong(f"question {asked} was left out: {text[:200]}")
            return chat.last_message
        if chat.at >= 0 or self.counts_beginnings:
            self.meter.note(chat.since, time.perf_counter())
        chat.at = asked
        chat.buttons = tuple(_buttons(markup))
        if self.is_open:
            self.after(chat)
        return chat.last_message


def _buttons(markup: Any) -> Iterator[str]:  # noqa: ANN401  JSON
    markup = json.loads(markup) if isinstance(markup, str) else markup
    for row in (markup or {}).get("inline_keyboard", ()):
        for button in row:
            yield button["callback_data"]


def _person(id_: int) -> dict[str, Any]:
    return {"id": id_, "is_bot": False, "first_name": "Anna", "language_code": "de"}


@dataclass
class Server:
    """Serves one bot; `crowd` may be exchanged while it runs."""

    crowd: Crowd
    port: int = 0
    wrong: list[str] = field(default_factory=list)
    calls: dict[str, int] = field(default_factory=dict)
    _server: asyncio.Server | None = None
    _open: set["_Connection"] = field(default_factory=set)

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Connection(self), "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        assert self._server
        self._server.close()
        for connection in list(self._open):
            connection.transport.abort()

    async def answer(self, method: str, parameters: dict[str, Any]) -> bytes:
        self.calls[method] = self.calls.get(method, 0) + 1
        if method == "getUpdates":
            offset, seconds = int(parameters.get("offset", 0)), float(parameters.get("timeout", 0))
            return await self.crowd.updates(offset, seconds)
        if method == "getMe":
            return json.dumps({"ok": True, "result": ME}).encode()
        if method in ("sendMessage", "editMessageText"):
            return self._said(method, parameters)
        return YES

    def _said(self, method: str, parameters: dict[str, Any]) -> bytes:
        chat_id, text = int(parameters["chat_id"]), parameters["text"]
        message_id = int(parameters.get("message_id", 0))
        if method == "sendMessage":
            try:
                message_id = self.crowd.hears(chat_id, text, parameters.get("reply_markup"))
            except Wrong as error:
                self.wrong.append(str(error))
        chat = {"id": chat_id, "first_name": "Anna", "type": "private"}
        said = {
            "message_id": message_id,
            "from": ME,
            "chat": chat,
            "date": int(time.time()),
            "text": text,
        }
        return json.dumps({"ok": True, "result": said}).encode()


class _Connection(asyncio.Protocol):
    """HTTP/1.1 as the clients of four bots speak it: a length, a body, one request at a time."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.buffer = b""
        self.task: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.server._open.add(self)  # noqa: SLF001  two halves of one thing

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self.server._open.discard(self)  # noqa: SLF001
        if self.task:
            self.task.cancel()

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, found, rest = self.buffer.partition(b"\r\n\r\n")
        if not found:
            return
        headers = _headers(head)
        length = int(headers.get(b"content-length", 0))
        if len(rest) < length:
            return
        self.buffer = rest[length:]
        method = head.split(b" ", 2)[1].rpartition(b"/")[2].decode()
        parameters = _parameters(headers.get(b"content-type", b""), rest[:length])
        if method == "getUpdates":
            self.task = asyncio.ensure_future(self._later(method, parameters))
            return
        answering = self.server.answer(method, parameters)
        try:
            answering.send(None)
        except StopIteration as done:  # only getUpdates waits; all others are answered at once
            self._write(done.value)

    async def _later(self, method: str, parameters: dict[str, Any]) -> None:
        self._write(await self.server.answer(method, parameters))

    def _write(self, body: bytes) -> None:
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
        self.transport.write(head % len(body) + body)


def _headers(head: bytes) -> dict[bytes, bytes]:
    lines: Iterable[bytes] = head.split(b"\r\n")[1:]
    parts = (line.split(b":", 1) for line in lines)
    return {name.lower(): value.strip() for name, value in parts}


def _parameters(kind: bytes, body: bytes) -> dict[str, Any]:
    if not body:
        return {}
    if kind.startswith(b"application/json"):
        told: dict[str, Any] = json.loads(body)
        return told
    return {name: values[0] for name, values in parse_qs(body.decode()).items()}
