"""The library's httpx backend and ours side by side: same requests, results and errors."""

import asyncio
import inspect
import io
import json
import re
import socket
import struct
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, NoReturn, cast

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from telegram import Bot, InputFile, InputMediaDocument
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import BaseRequest, HTTPXRequest, RequestData
from telegram.request._requestparameter import RequestParameter

from coachbot.channels.telegram.errors import Outcome, is_surely_unsent, outcome_of
from coachbot.channels.telegram.request import AiohttpRequest

TOKEN = "123456789:AAE-x_yzabcdefghijklmnopqrstuvwxyz012"
BACKENDS = (HTTPXRequest, AiohttpRequest)
ANSWER = {"ok": True, "result": {"message_id": 7, "text": "Grüße „an alle“ 👋"}}


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@dataclass
class Seen:
    """What arrived at the server."""

    content_type: str
    body: bytes
    headers: Mapping[str, str]
    peer: object

    def normalised(self) -> bytes:
        """The body with the random boundary of a multipart form replaced."""
        boundary = re.search(r"boundary=(\w+)", self.content_type)
        return self.body.replace(boundary[1].encode(), b"BOUNDARY") if boundary else self.body


@dataclass
class Api:
    """A Bot API that answers every method with the same status and body."""

    status: int = 200
    body: bytes = json.dumps(ANSWER).encode()
    content_type: str = "application/json"
    seen: list[Seen] = field(default_factory=list)
    url: str = ""

    async def answer(self, request: web.Request) -> web.Response:
        peer = request.transport and request.transport.get_extra_info("peername")
        content_type = request.headers.get("Content-Type", "")
        self.seen.append(Seen(content_type, await request.read(), request.headers, peer))
        return web.Response(
            status=self.status,
            body=self.body,
            content_type=self.content_type,
            headers={"Location": "/elsewhere"} if self.status == 302 else None,
        )


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    api = Api()
    app = web.Application(client_max_size=64 * 1024**2)
    app.router.add_route("*", "/{tail:.*}", api.answer)
    async with TestServer(app) as server:
        api.url = str(server.make_url(f"/bot{TOKEN}/sendMessage"))
        yield api


Road = Callable[[str, dict[str, object]], Awaitable[object]]


@asynccontextmanager
async def roads(**options: Any) -> AsyncIterator[tuple[Road, Road, Road]]:
    """Yield three ways to post: the library's, ours, and our `call`."""
    async with HTTPXRequest(**options) as theirs, AiohttpRequest(**options) as ours:

        async def post(request: BaseRequest, url: str, values: dict[str, object]) -> object:
            return await request.post(url, data_of(**values))

        yield (
            lambda url, values: post(theirs, url, values),
            lambda url, values: post(ours, url, values),
            ours.call,
        )


def data_of(**values: object) -> RequestData:
    return RequestData([RequestParameter.from_input(name, value) for name, value in values.items()])


async def said(road: Road, url: str, **values: object) -> object:
    """Return the result, or type and text of the error."""
    try:
        return await road(url, values or {"chat_id": 1, "text": "Hallo"})
    except TelegramError as error:
        return type(error), str(error)


async def error_of(sending: Awaitable[object]) -> TelegramError:
    with pytest.raises(TelegramError) as caught:
        await sending
    return caught.value


# ---- answers


def failure(description: str, **parameters: int) -> bytes:
    answer = {"ok": False, "error_code": 0, "description": description}
    return json.dumps(answer | ({"parameters": parameters} if parameters else {})).encode()


HTML = b"<html><h1>Welcome to our hotel</h1></html>"

ANSWERS: tuple[tuple[int, bytes, type[TelegramError] | None], ...] = (
    (200, json.dumps(ANSWER).encode(), None),
    (200, b'{"ok": true, "result": true}', None),
    (200, b'{"ok": true, "result": "\\ud83d \xff"}', None),
    (400, failure("Bad Request: chat not found"), BadRequest),
    (400, failure("Bad Request: group chat was upgraded", migrate_to_chat_id=-7), ChatMigrated),
    (401, failure("Unauthorized"), InvalidToken),
    (403, failure("Forbidden: bot was blocked by the user"), Forbidden),
    (403, HTML, Forbidden),
    (404, failure("Not Found"), InvalidToken),
    (409, failure("Conflict: terminated by other getUpdates request"), Conflict),
    (429, failure("Too Many Requests: retry after 7", retry_after=7), RetryAfter),
    (429, failure("Too Many Requests", something_new=1), NetworkError),
    (500, failure("Internal Server Error: restart"), NetworkError),
    (500, b"", NetworkError),
    (502, HTML, NetworkError),
    (504, b'{"ok": false}', NetworkError),
    (302, b"", NetworkError),
    (599, b"", NetworkError),
    (200, HTML, TelegramError),
    (200, b'{"ok": true, "result": {"message_id"', TelegramError),
    (200, b"", TelegramError),
)


@pytest.mark.parametrize(("status", "body", "expected"), ANSWERS)
async def test_same_answer_same_result_or_error(
    api: Api, status: int, body: bytes, expected: type[TelegramError] | None
) -> None:
    api.status, api.body = status, body
    async with roads() as ways:
        theirs, ours, called = [await said(way, api.url) for way in ways]
    assert theirs == ours == called
    assert expected is None or (isinstance(theirs, tuple) and theirs[0] is expected)
    assert len(api.seen) == 3  # nothing was sent twice, no redirection followed


@pytest.mark.parametrize(
    "body", [b"{}", b"[]", b"null", b'"ok"', b'{"ok": true}', b'{"detail": "gone"}']
)
@pytest.mark.parametrize("status", [200, 403])
async def test_json_that_is_no_answer_is_an_ordinary_error(
    api: Api, status: int, body: bytes
) -> None:
    api.status, api.body = status, body
    async with AiohttpRequest() as request:
        for sending in (request.post(api.url), request.call(api.url, {})):
            assert outcome_of(await error_of(sending)).outcome is Outcome.AMBIGUOUS


async def test_call_demands_a_result(api: Api) -> None:
    api.body = b'{"ok": false}'
    async with AiohttpRequest() as request:
        error = await error_of(request.call(api.url, {}))
    assert (type(error), str(error)) == (TelegramError, "Invalid server response")


async def test_an_unreadable_answer_is_not_logged(
    api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    api.body = b'{"ok": true, "result": {"text": "what somebody wrote"'
    async with AiohttpRequest() as request:
        await error_of(request.post(api.url))
    assert "somebody" not in caplog.text


async def test_retrieve_returns_the_bytes(api: Api) -> None:
    api.body, api.content_type = bytes(range(256)), "application/octet-stream"
    async with HTTPXRequest() as theirs, AiohttpRequest() as ours:
        assert await theirs.retrieve(api.url) == await ours.retrieve(api.url) == api.body


# ---- requests


@pytest.mark.parametrize(
    "values",
    [
        {"chat_id": 1, "text": "Grüße „an alle“ 👋 <b>&amp;</b>\r\n\x00 a=b&c+d%20"},
        {"chat_id": 1, "reply_markup": {"inline_keyboard": [[{"text": "Jä", "url": "x"}]]}},
        {"chat_id": 1, "disable_notification": True, "latitude": 1.5, "nothing": None},
        {"text": {"nested": "\ud83d"}},
    ],
)
async def test_parameters_travel_as_the_library_sends_them(
    api: Api, values: dict[str, object]
) -> None:
    async with HTTPXRequest() as theirs, AiohttpRequest() as ours:
        for request in (theirs, ours):
            assert await request.post(api.url, data_of(**values)) == ANSWER["result"]
    expected, got = api.seen
    assert (got.content_type, got.body) == (expected.content_type, expected.body)
    assert got.headers["User-Agent"] == expected.headers["User-Agent"]


async def test_call_posts_json(api: Api) -> None:
    values = {"chat_id": 1, "text": "Grüße 👋", "reply_markup": {"remove_keyboard": True}}
    async with AiohttpRequest() as request:
        assert await request.call(api.url, values) == ANSWER["result"]
    assert api.seen[0].content_type == "application/json"
    assert json.loads(api.seen[0].body) == values


async def test_post_without_data(api: Api) -> None:
    async with HTTPXRequest() as theirs, AiohttpRequest() as ours:
        assert await theirs.post(api.url) == await ours.post(api.url)
    assert [seen.body for seen in api.seen] == [b"", b""]


def uploads(folder: Path) -> Iterator[dict[str, object]]:
    pdf = b"%PDF \r\n--\x00\xff" * 50_000
    yield {"chat_id": 1, "caption": "Grüße", "document": InputFile(pdf, filename="Kunden.pdf")}
    yield {"document": InputFile(b"x", filename='ä"\\\r\n\t;b.pdf'), 'na"me': "ü"}
    yield {"photo": InputFile("text")}
    media = [InputMediaDocument(InputFile(each, attach=True)) for each in (b"one", b"two")]
    yield {"chat_id": 1, "media": media}
    (folder / "a.png").write_bytes(pdf)
    for file in ((folder / "a.png").open("rb"), io.BytesIO(b"in memory")):
        with file:
            yield {"document": InputFile(file, read_file_handle=False)}


async def test_files_travel_as_the_library_sends_them(api: Api, tmp_path: Path) -> None:
    for values in uploads(tmp_path):
        api.seen.clear()
        data = data_of(**values)
        async with HTTPXRequest() as theirs, AiohttpRequest() as ours:
            for request in (theirs, ours, ours):  # twice: a file can be sent again
                assert await request.post(api.url, data) == ANSWER["result"]
        expected, first, second = (seen.normalised() for seen in api.seen)
        assert expected == first == second
        assert {seen.content_type.split(";")[0] for seen in api.seen} == {"multipart/form-data"}


async def test_a_bot_works_with_it(api: Api) -> None:
    api.body = (
        b'{"ok": true, "result": {"message_id": 5, "date": 1, "chat": {"id":1,"type":"private"}}}'
    )
    base = api.url.split(TOKEN, maxsplit=1)[0]
    request = AiohttpRequest()
    bot = Bot(TOKEN, base_url=base, request=request, get_updates_request=AiohttpRequest())
    try:
        message = await bot.send_document(1, b"%PDF", filename="Kunden.pdf", caption="Hier")
    finally:
        await request.shutdown()
    assert message.message_id == 5
    assert b'name="document"; filename="Kunden.pdf"' in api.seen[0].body


LONELY = "private words \ud83d"


@pytest.mark.parametrize(
    "values", [{"text": LONELY}, {"caption": LONELY, "document": InputFile(b"x")}]
)
async def test_a_lone_surrogate_is_refused_and_never_sent(
    api: Api, values: dict[str, object]
) -> None:
    async with HTTPXRequest() as theirs, AiohttpRequest() as ours:
        assert type(await error_of(theirs.post(api.url, data_of(**values)))) is NetworkError
        errors = [
            await error_of(ours.post(api.url, data_of(**values))),
            await error_of(ours.call(api.url, {"text": LONELY})),
        ]
    for error in errors:
        assert type(error) is BadRequest
        assert outcome_of(error).outcome is Outcome.REFUSED
        assert "private" not in "".join(traceback.format_exception(error))
        assert error.__suppress_context__
    assert not api.seen


# ---- what can happen on the wire

Behaviour = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def read_request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head.lower())
    return head + await reader.readexactly(int(length[1]) if length else 0)


def replying(reply: bytes) -> Behaviour:
    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(reply)

    return behave


async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_request(reader)
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def speak_plainly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1)
    writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")


async def hang(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await read_request(reader)
    await reader.read()  # until the client gives up


@asynccontextmanager
async def wire(behave: Behaviour) -> AsyncIterator[str]:
    """Yield host and port of a server that treats every connection as told."""

    serving: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving[cast("asyncio.Task[None]", asyncio.current_task())] = writer
        try:
            await behave(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client went away first
        finally:
            writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        try:
            yield address(server.sockets[0])
        finally:
            for writer in serving.values():
                writer.transport.abort()
    await asyncio.gather(*serving)


@asynccontextmanager
async def refusing() -> AsyncIterator[str]:
    with socket.socket() as sock:  # bound, so that nobody else gets the port, but not listening
        sock.bind(("127.0.0.1", 0))
        yield address(sock)


@asynccontextmanager
async def not_accepting() -> AsyncIterator[str]:
    with ExitStack() as stack:
        server = stack.enter_context(socket.socket())
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        for _ in range(4):  # fill the backlog: from now on nobody answers
            client = stack.enter_context(socket.socket())
            client.setblocking(False)
            client.connect_ex(server.getsockname())
        yield address(server)


def address(sock: Any) -> str:
    host, port = sock.getsockname()[:2]
    return f"{host}:{port}"


HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n"
Wire = Callable[[], AbstractAsyncContextManager[str]]
WIRES: Mapping[str, tuple[Wire, str, type[TelegramError], Outcome]] = {
    "refused": (refusing, "http", NetworkError, Outcome.NOT_SENT),
    "connect timeout": (not_accepting, "http", TimedOut, Outcome.NOT_SENT),
    "no TLS": (partial(wire, speak_plainly), "https", NetworkError, Outcome.NOT_SENT),
    "dropped": (partial(wire, replying(b"")), "http", NetworkError, Outcome.AMBIGUOUS),
    "reset": (partial(wire, reset), "http", NetworkError, Outcome.AMBIGUOUS),
    "garbage": (partial(wire, replying(b"SSH\r\n\r\n")), "http", NetworkError, Outcome.AMBIGUOUS),
    "half head": (partial(wire, replying(HEAD[:20])), "http", NetworkError, Outcome.AMBIGUOUS),
    "half body": (partial(wire, replying(HEAD + b"{")), "http", NetworkError, Outcome.AMBIGUOUS),
    "read timeout": (partial(wire, hang), "http", TimedOut, Outcome.AMBIGUOUS),
}


@pytest.mark.parametrize(("broken", "scheme", "expected", "outcome"), WIRES.values(), ids=WIRES)
async def test_same_fault_same_error(
    broken: Wire, scheme: str, expected: type[TelegramError], outcome: Outcome
) -> None:
    async with broken() as host, roads(read_timeout=0.05, connect_timeout=0.05) as ways:
        url = f"{scheme}://{host}/bot{TOKEN}/sendMessage"
        errors = [await error_of(way(url, {"text": "Hallo"})) for way in ways]
    theirs, *ours = errors
    assert type(theirs) is expected
    for error in ours:
        assert type(error) is expected
        assert error.__cause__ is not None
        assert outcome_of(error).outcome is outcome
        assert is_surely_unsent(error) is (outcome is Outcome.NOT_SENT)
        assert TOKEN not in str(error)
        if expected is TimedOut:
            assert str(error) == str(theirs)
        else:
            assert str(error).startswith(f"aiohttp.{type(error.__cause__).__name__}: ")


async def test_an_unknown_name_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    async def unknown(*_: object, **__: object) -> NoReturn:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", unknown)
    async with roads() as ways:
        for way in ways:
            error = await error_of(way("http://telegram.invalid/bot", {}))
            assert type(error) is NetworkError
    assert is_surely_unsent(error)


@pytest.mark.parametrize("url", ["no address", "http:///bot", "ftp://127.0.0.1/bot"])
async def test_a_wrong_address_is_not_sent(url: str) -> None:
    async with AiohttpRequest() as request:
        error = await error_of(request.call(url, {}))
    assert type(error) is NetworkError
    assert is_surely_unsent(error)


async def test_write_timeout_of_files(tmp_path: Path) -> None:
    large = data_of(document=InputFile(bytes(16 * 1024**2)))
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        server.bind(("127.0.0.1", 0))
        server.listen()  # connections are made, but nobody reads
        for backend in BACKENDS:
            async with backend(media_write_timeout=0.05, write_timeout=None) as request:
                error = await error_of(request.post(f"http://{address(server)}/bot", large))
            assert (type(error), str(error)) == (TimedOut, "Timed out")
            assert not is_surely_unsent(error)


# ---- the pool and its life


@dataclass
class Gate:
    """A server that answers only after `opened`, and tells what waits there."""

    opened: asyncio.Event = field(default_factory=asyncio.Event)
    arrived: asyncio.Semaphore = field(default_factory=partial(asyncio.Semaphore, 0))
    most: int = 0
    waiting: int = 0

    async def behave(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        self.waiting += 1
        self.most = max(self.most, self.waiting)
        self.arrived.release()
        await self.opened.wait()
        self.waiting -= 1
        writer.write(b'HTTP/1.0 200 OK\r\n\r\n{"ok": true, "result": true}')


async def test_pool_timeout() -> None:
    async with roads(connection_pool_size=1, pool_timeout=0.05) as ways:
        errors = []
        for way in ways:
            gate = Gate()
            async with wire(gate.behave) as host:
                first = asyncio.create_task(cast("Any", way(f"http://{host}/bot", {"a": 1})))
                await gate.arrived.acquire()
                errors.append(await error_of(way(f"http://{host}/bot", {"a": 2})))
                gate.opened.set()
                assert await first is True
    assert {(type(error), str(error)) for error in errors} == {(TimedOut, str(errors[0]))}
    assert "*not* sent" in str(errors[0])
    assert all(is_surely_unsent(error) for error in errors[1:])


@pytest.mark.parametrize("backend", BACKENDS)
async def test_no_more_requests_at_once_than_places(
    backend: type[HTTPXRequest | AiohttpRequest],
) -> None:
    gate = Gate()
    async with wire(gate.behave) as host, backend(connection_pool_size=2) as request:
        sending = [asyncio.create_task(request.post(f"http://{host}/bot")) for _ in range(6)]
        await gate.arrived.acquire()
        await gate.arrived.acquire()
        gate.opened.set()
        assert await asyncio.gather(*sending) == [True] * 6
    assert gate.most == 2


@pytest.mark.parametrize("backend", BACKENDS)
async def test_none_waits_where_the_default_gives_up(
    backend: type[HTTPXRequest | AiohttpRequest],
) -> None:
    gate = Gate()
    async with wire(gate.behave) as host, backend(read_timeout=0.05) as request:
        patient = asyncio.create_task(request.post(f"http://{host}/bot", read_timeout=None))
        await gate.arrived.acquire()
        assert type(await error_of(request.post(f"http://{host}/bot"))) is TimedOut
        gate.opened.set()
        assert await patient is True


async def test_a_cancelled_request_frees_its_place(api: Api) -> None:
    gate = Gate()
    async with wire(gate.behave) as host, AiohttpRequest(connection_pool_size=1) as request:
        task = asyncio.create_task(request.call(f"http://{host}/bot", {}))
        await gate.arrived.acquire()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await request.call(api.url, {}) == ANSWER["result"]
        gate.opened.set()


async def test_connections_are_kept(api: Api) -> None:
    async with AiohttpRequest() as request:
        await request.call(api.url, {})
        await request.post(api.url)
    assert api.seen[0].peer == api.seen[1].peer


@pytest.mark.parametrize("backend", BACKENDS)
async def test_usable_at_once_closed_by_shutdown_and_opened_again(
    api: Api, backend: type[HTTPXRequest | AiohttpRequest]
) -> None:
    request = backend()
    assert await request.post(api.url)
    for _ in range(2):
        await request.shutdown()
        error = await error_of(request.post(api.url))
        assert type(error) is NetworkError
        assert f"This {backend.__name__} is not initialized!" in str(error)
        assert backend is HTTPXRequest or is_surely_unsent(error)
    for _ in range(2):
        await request.initialize()
        assert await request.post(api.url)
    await request.shutdown()


def test_survives_a_change_of_the_loop() -> None:
    request = AiohttpRequest(connection_pool_size=1)

    async def use() -> None:
        gate = Gate()
        async with wire(gate.behave) as host, request:
            sending = [asyncio.create_task(request.post(f"http://{host}/bot")) for _ in range(3)]
            gate.opened.set()
            await asyncio.gather(*sending)

    asyncio.run(use())
    asyncio.run(use())


def test_defaults_are_those_of_the_library() -> None:
    theirs = inspect.signature(HTTPXRequest).parameters
    ours = inspect.signature(AiohttpRequest).parameters
    assert {name: each.default for name, each in ours.items()} == {
        name: theirs[name].default for name in ours
    }
    assert AiohttpRequest(read_timeout=3).read_timeout == 3


# ---- proxies


@dataclass
class Proxy:
    """A forward proxy on loopback that answers in place of the target; it refuses tunnels."""

    seen: list[bytes] = field(default_factory=list)
    host: str = ""

    async def behave(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.seen.append(await read_request(reader))
        if self.seen[-1].startswith(b"CONNECT"):
            writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
        else:
            writer.write(b'HTTP/1.0 200 OK\r\n\r\n{"ok": true, "result": "by proxy"}')


@pytest.fixture
async def proxy() -> AsyncIterator[Proxy]:
    proxy = Proxy()
    async with wire(proxy.behave) as proxy.host:
        yield proxy


async def posted(request: BaseRequest, url: str) -> object:
    return await request.post(url)


FAR = f"http://telegram.invalid/bot{TOKEN}/getMe"


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
@pytest.mark.parametrize("scheme", ["http://", ""])
@pytest.mark.parametrize("backend", BACKENDS)
async def test_proxy_of_the_environment(
    proxy: Proxy,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    scheme: str,
    backend: type[HTTPXRequest | AiohttpRequest],
) -> None:
    monkeypatch.setenv(variable, scheme + proxy.host)
    async with backend() as request:
        assert await posted(request, FAR) == "by proxy"
    assert proxy.seen[0].startswith(f"POST {FAR} HTTP/1.1\r\n".encode())


@pytest.mark.parametrize("backend", BACKENDS)
async def test_no_proxy_goes_straight(
    proxy: Proxy,
    api: Api,
    monkeypatch: pytest.MonkeyPatch,
    backend: type[HTTPXRequest | AiohttpRequest],
) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://{proxy.host}")
    monkeypatch.setenv("NO_PROXY", "example.org,127.0.0.1")
    async with backend() as request:
        assert await request.post(api.url) == ANSWER["result"]
        assert await posted(request, FAR) == "by proxy"
    assert len(proxy.seen) == 1


@pytest.mark.parametrize("backend", BACKENDS)
async def test_a_given_proxy_wins_and_gets_its_credentials(
    proxy: Proxy, monkeypatch: pytest.MonkeyPatch, backend: type[HTTPXRequest | AiohttpRequest]
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "telegram.invalid")
    async with backend(proxy=f"http://me:se%20cret@{proxy.host}") as request:
        assert await posted(request, FAR) == "by proxy"
    assert b"proxy-authorization: basic bwu6c2ugy3jlda==" in proxy.seen[0].lower()


@pytest.mark.parametrize("backend", BACKENDS)
async def test_a_refused_tunnel_is_not_sent(
    proxy: Proxy, monkeypatch: pytest.MonkeyPatch, backend: type[HTTPXRequest | AiohttpRequest]
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://{proxy.host}")
    async with backend() as request:
        error = await error_of(request.post(FAR.replace("http:", "https:")))
    assert type(error) is NetworkError
    assert backend is HTTPXRequest or is_surely_unsent(error)
    assert proxy.seen[0].startswith(b"CONNECT telegram.invalid:443 ")


async def test_a_missing_proxy_is_not_sent() -> None:
    async with refusing() as host, AiohttpRequest(proxy=f"http://{host}") as request:
        assert is_surely_unsent(await error_of(request.post(FAR)))


@pytest.mark.parametrize("given", [True, False])
def test_other_proxies_are_refused_early(monkeypatch: pytest.MonkeyPatch, given: bool) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://me:secret@127.0.0.1:9")
    with pytest.raises(ValueError, match=r"Only HTTP proxies are supported, not socks5://$"):
        AiohttpRequest(proxy="socks5://127.0.0.1:9" if given else None)
