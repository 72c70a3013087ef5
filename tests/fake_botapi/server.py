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
from collections.abc import Awaitable, Callable
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
from tests.fake_botapi.faults import Dropped, Faults, Process, Reply
from tests.fake_botapi.methods import Method, methods_of
from tests.fake_botapi.parameters import Parameters, read_parameters
from tests.fake_botapi.person import Group, Person
from tests.fake_botapi.polling import WEBHOOK_ACTIVE, Polling
from tests.fake_botapi.profile import Profile
from tests.fake_botapi.refusals import Refusal
from tests.fake_botapi.texts import encode
from tests.fake_botapi.updates import UpdateQueue
from tests.fake_botapi.webhook import Webhook

TOKEN = "1000000001:AAfake-token-for-tests-0123456789abc"
_BOT = {"id": 1000000001, "is_bot": True, "first_name": "Coach", "username": "coach_test_bot"}
_METHOD_PATH = re.compile(r"/bot(?P<token>[^/]+)/(?P<method>.*)\Z")
_FILE_PATH = re.compile(r"/file/bot(?P<token>[^/]+)/(?P<path>.*)\Z")
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)
_HOST = "127.0.0.1"
_FIRST_PERSON = 5_000_000_001
_FIRST_GROUP = -1_001_000_000_001

AsyncMethod = Callable[[Parameters], Awaitable[bytes]]


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
        self.webhook: Webhook | None = None
        self._polling = Polling(self.cloud.updates, self.clock)
        methods = methods_of(self.cloud, self.profile)
        self._methods = {name.lower(): (name, method) for name, method in methods.items()}
        self._delivery: dict[str, tuple[str, AsyncMethod]] = {
            "getupdates": ("getUpdates", self._get_updates),
            "setwebhook": ("setWebhook", self._set_webhook),
            "deletewebhook": ("deleteWebhook", self._delete_webhook),
            "getwebhookinfo": ("getWebhookInfo", self._get_webhook_info),
        }
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
        return self._polling.is_waiting

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
        self._http = web.Server(self._handle, request_factory=_request, access_log=None)
        await self.comes_up()
        return self

    async def __aexit__(
        self,
        _type: type[BaseException] | None,
        _value: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        if self.webhook:
            await self.webhook.stop()
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
        spelled, _ = self._delivery.get(name.lower()) or self._method(name)
        token_ok = token == self.token
        call = self.calls.open(self.clock.time(), spelled, parameters, token_ok=token_ok)

        async def process() -> Reply:
            return await self._process(call)

        reply = await self._with_faults(call, process)
        self.calls.close(call, reply.status, _description(reply))
        return reply

    async def _with_faults(self, call: Call, process: Process) -> Reply:
        effect = self.faults.effect(call)
        return await (effect(process) if effect else process())

    async def _process(self, call: Call) -> Reply:
        if not call.token_ok:
            return _refused(Refusal(401))
        try:
            if delivery := self._delivery.get(call.method.lower()):
                return Reply(200, await delivery[1](call.parameters))
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

    # --- delivering updates

    async def _get_updates(self, parameters: Parameters) -> bytes:
        if self.webhook:
            raise Refusal(409, WEBHOOK_ACTIVE)
        return b'{"ok":true,"result":' + await self._polling.get_updates(parameters) + b"}"

    async def _set_webhook(self, parameters: Parameters) -> bytes:
        if not parameters.text("url"):
            return await self._delete_webhook(parameters)
        self.updates.allow(parameters.json("allowed_updates"))
        if self.webhook and self.webhook.same(parameters):
            return _done("Webhook is already set")
        webhook = Webhook(parameters, self.updates, self.clock)
        await self._remove_webhook(parameters)
        self._polling.interrupt()
        self.webhook = webhook
        webhook.start()
        return _done("Webhook was set")

    async def _delete_webhook(self, parameters: Parameters) -> bytes:
        was_set = await self._remove_webhook(parameters)
        return _done("Webhook was deleted" if was_set else "Webhook is already deleted")

    async def _remove_webhook(self, parameters: Parameters) -> bool:
        webhook, self.webhook = self.webhook, None
        if webhook:
            await webhook.stop()
        if parameters.flag("drop_pending_updates"):
            self.updates.clear()
        return webhook is not None

    async def _get_webhook_info(self, _parameters: Parameters) -> bytes:
        info = {
            "url": self.webhook.url if self.webhook else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self.updates),
            **(self.webhook.info() if self.webhook else {}),
        }
        return encode({"ok": True, "result": info})


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


def _done(description: str) -> bytes:
    return encode({"ok": True, "result": True, "description": description})


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
