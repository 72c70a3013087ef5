"""The fake Bot API server: HTTP on loopback around the cloud.

    async with FakeBotApi(clock) as api:
        anna = api.person(first_name="Anna")
        await anna.sends("/start")
        await anna.sees("Willkommen")

Rests on the Bot API's documentation and on the sources of Telegram's own server and TDLib.
"""

import asyncio
import contextlib
import re
import socket
import struct
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote

from aiohttp import StreamReader, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http_parser import RawRequestMessage

from tests.fake_botapi import limits
from tests.fake_botapi.calls import Call, CallLog
from tests.fake_botapi.clock import Clock, SystemClock
from tests.fake_botapi.cloud import Cloud, Json
from tests.fake_botapi.delivery import Delivery
from tests.fake_botapi.faults import Dropped, Faults, Process, Reply
from tests.fake_botapi.methods import Method, methods_of
from tests.fake_botapi.parameters import Parameters, read_parameters
from tests.fake_botapi.person import Group, Person
from tests.fake_botapi.profile import Profile
from tests.fake_botapi.refusals import Refusal
from tests.fake_botapi.texts import encode
from tests.fake_botapi.updates import UpdateQueue

TOKEN = "1000000001:AAfake-token-for-tests-0123456789abc"
_BOT = {"id": 1000000001, "is_bot": True, "first_name": "Coach", "username": "coach_test_bot"}
_METHOD_PATH = re.compile(r"/bot(?P<token>[^/]+)/(?P<method>.*)\Z")
_FILE_PATH = re.compile(r"/file/bot(?P<token>[^/]+)/(?P<path>.*)\Z")
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)
_HOST = "127.0.0.1"
_FIRST_PERSON = 5_000_000_001
_FIRST_GROUP = -1_001_000_000_001


class FakeBotApi:
    """A Bot API server for one bot; listens while it is used as a context manager.

    `clock` stamps and expires everything (the machine's own by default). `remember` limits how
    many calls, and how many messages a chat, are kept: None keeps all, benches want few.
    """

    def __init__(
        self,
        clock: Clock | None = None,
        *,
        token: str = TOKEN,
        first_update_id: int | None = None,
        remember: int | None = None,
    ) -> None:
        self.clock: Clock = clock or SystemClock()
        self.token = token
        self.cloud = Cloud(self.clock, _BOT, first_update_id, remember)
        self.profile = Profile()
        self.calls = CallLog(remember)
        self.faults = Faults()
        self.port = 0
        self.delivery = Delivery(self.cloud.updates, self.clock)
        methods = methods_of(self.cloud, self.profile)
        self._methods = {name.lower(): (name, method) for name, method in methods.items()}
        self._http: web.Server | None = None
        self._listener: asyncio.Server | None = None
        self._handling: set[asyncio.Task[Any]] = set()
        self._people: dict[int, Person] = {}

    # --- who is there

    @property
    def base_url(self) -> str:
        """Where the server listens, without a slash at the end."""
        return f"http://{_HOST}:{self.port}"

    @property
    def updates(self) -> UpdateQueue:
        return self.cloud.updates

    @property
    def is_polled(self) -> bool:
        """Tell whether a long poll is waiting right now."""
        return self.delivery.polling.is_waiting

    async def polled(self, *, waiting: bool = True) -> None:
        """Wait until a long poll waits for updates, or until none does any more."""
        await self.delivery.polling.changed.until(lambda: self.is_polled == waiting)

    def person(
        self,
        *,
        id: int | None = None,  # noqa: A002 - as Telegram calls it
        first_name: str = "Anna",
        language_code: str | None = "de",
        started: bool = True,
        **more: str | bool,
    ) -> Person:
        """Return the person with this id, made up on the first call.

        `more` are further fields of User: last_name, username, is_bot. Somebody who has not
        `started` the bot cannot be written to.
        """
        person_id = id or _FIRST_PERSON + len(self._people)
        if person_id not in self._people:
            user: Json = {"id": person_id, "is_bot": False, "first_name": first_name, **more}
            if language_code:
                user["language_code"] = language_code
            chat = self.cloud.chat(person_id, _private(user), started=started)
            self._people[person_id] = Person(self.cloud, chat, user)
        return self._people[person_id]

    def group(
        self,
        *,
        id: int = _FIRST_GROUP,  # noqa: A002 - as Telegram calls it
        title: str = "Stammtisch",
        type: str = "supergroup",  # noqa: A002 - as Telegram calls it
    ) -> Group:
        """Return a group, supergroup or channel with the bot in it."""
        json = {"id": id, "title": title, "type": type}
        return Group(self.cloud, self.cloud.chat(id, json))

    # --- coming and going

    async def __aenter__(self) -> Self:
        self._http = web.Server(
            self._handle, request_factory=_request, handler_cancellation=True, access_log=None
        )
        await self.comes_up()
        return self

    async def __aexit__(
        self,
        _type: type[BaseException] | None,
        _value: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        await self.delivery.stop()
        await self.goes_down()

    async def comes_up(self) -> None:
        """Listen, after `goes_down` on the same port as before."""
        assert self._http
        loop = asyncio.get_running_loop()
        self._listener = await loop.create_server(self._http, _HOST, self.port)
        self.port = self._listener.sockets[0].getsockname()[1]

    async def goes_down(self) -> None:
        """Refuse connections and cut those that are open, as when a server dies."""
        assert self._http
        if self._listener:
            self._listener.close()
            self._listener = None
        handling = list(self._handling)
        for task in handling:
            task.cancel()
        await asyncio.gather(*handling, return_exceptions=True)
        self._http.pre_shutdown()
        await self._http.shutdown(timeout=1)

    # --- answering

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        task = asyncio.current_task()
        assert task
        self._handling.add(task)
        try:
            return await self._respond(request)
        except Dropped as dropped:
            return await _hang_up(request, dropped)
        finally:
            self._handling.discard(task)

    async def _respond(self, request: web.BaseRequest) -> web.StreamResponse:
        if match := _METHOD_PATH.match(request.path):
            reply = await self._called(request, match["token"], match["method"])
        elif match := _FILE_PATH.match(request.path):
            reply = self._file(match["token"], unquote(match["path"]))
        else:
            reply = _refused(Refusal(404))
        headers = {"Retry-After": str(reply.retry_after)} if reply.retry_after else None
        return web.Response(
            status=reply.status,
            body=reply.body,
            content_type=reply.content_type,
            headers=headers,
        )

    async def _called(self, request: web.BaseRequest, token: str, name: str) -> Reply:
        try:
            parameters = await read_parameters(request)
        except Refusal as refusal:
            return _refused(refusal)
        spelled = self.delivery.spelling(name) or self._method(name)[0]
        token_ok = token == self.token
        call = self.calls.open(self.clock.time(), spelled, parameters, token_ok=token_ok)

        async def process() -> Reply:
            return await self._process(call)

        reply = await self._with_faults(call, process)
        self.calls.close(call, reply.status, _description(reply))
        return reply

    async def _with_faults(self, call: Call, process: Process) -> Reply:
        """Process a call, or let its fault happen; that goes on even if the bot hangs up."""
        effect = self.faults.effect(call)
        if effect is None:
            return await process()
        happening = asyncio.ensure_future(effect(process))
        self._handling.add(happening)
        happening.add_done_callback(self._handling.discard)
        return await asyncio.shield(happening)

    async def _process(self, call: Call) -> Reply:
        if not call.token_ok:
            return _refused(Refusal(401))
        try:
            if answer := self.delivery.method(call.method):
                return Reply(200, await answer(call.parameters))
            result = self._method(call.method)[1](call.parameters)
            return Reply(200, b'{"ok":true,"result":' + encode(result) + b"}")
        except Refusal as refusal:
            return _refused(refusal)

    def _method(self, name: str) -> tuple[str, Method]:
        return self._methods.get(name.lower(), (name, _unknown_method))

    def _file(self, token: str, path: str) -> Reply:
        if token != self.token:
            return _refused(Refusal(401))
        file = self.cloud.files.at(path)
        if file is None:
            return _refused(Refusal(404))
        return Reply(200, file.content, "application/octet-stream")


def _request(
    message: RawRequestMessage,
    payload: StreamReader,
    protocol: web.RequestHandler,
    writer: AbstractStreamWriter,
    task: asyncio.Task[None],
) -> web.BaseRequest:
    """Make a request whose body may be as large as Telegram's largest upload."""
    loop = asyncio.get_running_loop()
    size = limits.UPLOAD + (1 << 20)
    return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=size)


def _unknown_method(_parameters: Parameters) -> Any:
    raise Refusal(404, "method not found")


def _refused(refusal: Refusal) -> Reply:
    retry_after = refusal.parameters.get("retry_after", 0)
    return Reply(refusal.status, encode(refusal.body()), retry_after=retry_after)


def _description(reply: Reply) -> str:
    return "" if reply.status == 200 else reply.body.decode("utf-8", "replace")


def _private(user: Json) -> Json:
    names = ("first_name", "last_name", "username")
    known = {name: user[name] for name in names if name in user}
    return {"id": user["id"], **known, "type": "private"}


async def _hang_up(request: web.BaseRequest, dropped: Dropped) -> web.StreamResponse:
    """End the connection: at once, or after a part of the answer."""
    transport = request.transport
    response = web.StreamResponse(headers={"Content-Length": str(dropped.size)})
    if dropped.part:
        response.content_type = "application/json"
        with contextlib.suppress(ConnectionError):
            await response.prepare(request)
            await response.write(dropped.part)
    if isinstance(transport, asyncio.Transport):
        if dropped.reset:
            connection: socket.socket = transport.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
            transport.abort()
        else:
            transport.close()
    return response
