"""The Bot API over aiohttp, behind python-telegram-bot's extension point `BaseRequest`.

Behaves like the library's own `HTTPXRequest` (same requests, results, error types and messages)
and serves several times as many messages a second. Beyond that, `call` posts ready JSON, and no
error text shows a token.
"""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Final, cast
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from telegram._utils.defaultvalue import DefaultValue
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from coachbot.channels.telegram.bodies import Content, as_json, body_of, encoded
from coachbot.channels.telegram.errors import PoolTimeoutError, ShutDownError
from coachbot.channels.telegram.redaction import redact
from coachbot.plain_json import decode

if TYPE_CHECKING:
    from telegram._utils.types import JSONDict, ODVInput

NOT_GIVEN: Final = BaseRequest.DEFAULT_NONE

_POOL_EXHAUSTED = (
    "Pool timeout: All connections in the connection pool are occupied. "
    "Request was *not* sent to Telegram. Consider adjusting the connection "
    "pool size or the pool timeout."
)
_NO_ANSWER = "Invalid server response"


class AiohttpRequest(BaseRequest):
    """Sends the requests of `telegram.Bot`; parameters and defaults are those of `HTTPXRequest`.

    All timeouts are seconds, None waits for ever. The one session opens with the first request,
    in the loop that runs then, and `shutdown` closes it; `initialize` makes it usable again.

    Args:
        connection_pool_size: how many requests run at once; the others wait.
        read_timeout: for every read of the answer.
        write_timeout: for every 64 KiB written.
        connect_timeout: for name, connection and TLS together.
        pool_timeout: for a place among the running requests.
        media_write_timeout: instead of `write_timeout` where files are sent.
        proxy: URL of an HTTP proxy, with credentials if it wants them. Without it HTTP_PROXY,
            HTTPS_PROXY, ALL_PROXY and NO_PROXY decide, as they are when the object is made.

    Raises:
        ValueError: the proxy speaks another protocol than HTTP.
    """

    def __init__(
        self,
        connection_pool_size: int = 256,
        read_timeout: float | None = 5.0,
        write_timeout: float | None = 5.0,
        connect_timeout: float | None = 5.0,
        pool_timeout: float | None = 1.0,
        media_write_timeout: float | None = 20.0,
        proxy: str | None = None,
    ) -> None:
        self._pool_size = connection_pool_size
        self._read_timeout = read_timeout
        self._write_timeout = write_timeout
        self._connect_timeout = connect_timeout
        self._pool_timeout = pool_timeout
        self._media_write_timeout = media_write_timeout
        self._proxy = proxy and _http_proxy(proxy)
        self._proxies = {} if proxy else _proxies_of_environment()
        self._session: aiohttp.ClientSession | None = None
        self._places = asyncio.Semaphore(connection_pool_size)
        self._is_shut_down = False

    @property
    def read_timeout(self) -> float | None:
        return self._read_timeout

    async def initialize(self) -> None:
        self._is_shut_down = False

    async def shutdown(self) -> None:
        self._is_shut_down = True
        self._places = asyncio.Semaphore(self._pool_size)  # the next loop may be another one
        session, self._session = self._session, None
        if session:
            await session.close()

    async def call(
        self,
        url: str,
        parameters: Mapping[str, object],
        *,
        read_timeout: "ODVInput[float]" = NOT_GIVEN,
        write_timeout: "ODVInput[float]" = NOT_GIVEN,
        connect_timeout: "ODVInput[float]" = NOT_GIVEN,
        pool_timeout: "ODVInput[float]" = NOT_GIVEN,
    ) -> object:
        """Post ready `parameters` as JSON and return the `result`; errors are those of `post`.

        Cheaper than `post`, as no typed objects are built and nothing is encoded twice.

        Raises:
            TelegramError: see `coachbot.channels.telegram.errors`.
        """
        payload = await self._request_wrapper(
            url,
            "POST",
            # The wrapper reads the answer only and hands the content on to `do_request`.
            cast("RequestData", as_json(parameters)),
            read_timeout,
            write_timeout,
            connect_timeout,
            pool_timeout,
        )
        answer = self.parse_json_payload(payload)
        if "result" not in answer:
            raise TelegramError(_NO_ANSWER)
        return answer["result"]

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | Content | None = None,
        read_timeout: "ODVInput[float]" = NOT_GIVEN,
        write_timeout: "ODVInput[float]" = NOT_GIVEN,
        connect_timeout: "ODVInput[float]" = NOT_GIVEN,
        pool_timeout: "ODVInput[float]" = NOT_GIVEN,
    ) -> tuple[int, bytes]:
        """Return status and body of the answer; the library's hook, called by `post` and `call`.

        Raises:
            TimedOut: no connection, no place in the pool, or no answer in time.
            NetworkError: all else that goes wrong on the way; the cause tells what.
            BadRequest: a text that cannot be encoded.
        """
        if self._is_shut_down:
            raise ShutDownError("This AiohttpRequest is not initialized!")
        content = encoded(request_data)
        slow = content is not None and content.has_files
        write_default = self._media_write_timeout if slow else self._write_timeout
        body = content and body_of(content, _chosen(write_timeout, write_default))
        timeout = _timeout(
            _chosen(connect_timeout, self._connect_timeout),
            _chosen(read_timeout, self._read_timeout),
        )
        with _errors_of_the_library():
            places = await self._place(_chosen(pool_timeout, self._pool_timeout))
            try:
                async with self._opened().request(
                    method,
                    url,
                    data=body,
                    timeout=timeout,
                    proxy=self._proxy_for(url),
                    allow_redirects=False,
                ) as response:
                    return response.status, await response.read()
            finally:
                places.release()

    @staticmethod
    def parse_json_payload(payload: bytes) -> "JSONDict":
        """Return the answer as a dict.

        The library's own version logs answers that it cannot read, and they quote what people
        wrote; it also lets JSON pass that is no answer of the Bot API.

        Raises:
            TelegramError: `payload` is no answer of the Bot API.
        """
        try:
            answer = decode(payload, errors="replace")
        except ValueError as error:
            raise TelegramError(_NO_ANSWER) from error
        if isinstance(answer, dict) and ("result" in answer or answer.get("ok") is False):
            return answer
        raise TelegramError(_NO_ANSWER)

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=0
                ),  # `_place` counts: it can tell why it waits
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
            )
        return self._session

    def _proxy_for(self, url: str) -> str | None:
        if not self._proxies:
            return self._proxy
        target = urlsplit(url)
        if proxy_bypass(target.netloc):
            return None
        return self._proxies.get(target.scheme) or self._proxies.get("all")

    async def _place(self, seconds: float | None) -> asyncio.Semaphore:
        """Take a place among the running requests; to be released by the caller."""
        places = self._places
        if not places.locked():
            await places.acquire()  # at once
            return places
        try:
            async with asyncio.timeout(seconds):
                await places.acquire()
        except TimeoutError as error:
            raise PoolTimeoutError from error
        return places


@contextmanager
def _errors_of_the_library() -> Iterator[None]:
    """Raise what `HTTPXRequest` raises in the same place, with aiohttp's error as the cause."""
    try:
        yield
    except PoolTimeoutError as error:
        raise TimedOut(_POOL_EXHAUSTED) from error
    except TimeoutError as error:
        raise TimedOut from error
    except aiohttp.ClientError as error:
        raise NetworkError(redact(f"aiohttp.{type(error).__name__}: {error}")) from error


@lru_cache(maxsize=16)
def _timeout(connect: float | None, read: float | None) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(connect=connect, sock_read=read)


def _chosen(given: "ODVInput[float]", default: float | None) -> float | None:
    return default if isinstance(given, DefaultValue) else given


def _proxies_of_environment() -> dict[str, str]:
    proxies = {scheme: getproxies().get(scheme) for scheme in ("http", "https", "all")}
    return {scheme: _http_proxy(url) for scheme, url in proxies.items() if url}


def _http_proxy(url: str) -> str:
    url = url if "://" in url else f"http://{url}"
    scheme = urlsplit(url).scheme
    if scheme not in {"http", "https"}:
        raise ValueError(f"Only HTTP proxies are supported, not {scheme}://")
    return url
