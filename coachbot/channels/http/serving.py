"""A web server inside the bot's own loop: it comes and goes with a block, signals are the bot's."""

import asyncio
import contextlib
import re
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Final

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from coachbot.errors import SettingsError

LAST_ANSWERS_SECONDS: Final = 1
"""How long requests that are under way may take once the block is left."""
IDLE_SECONDS: Final = 75
HEAD_SECONDS: Final = 10.0
"""How long a client may take to say what it wants."""
WAITING_ROOM: Final = 512
HIGHEST_PORT: Final = 65535
_PLACE: Final = re.compile(r"(?P<host>[\w.-]+|\[[0-9a-fA-F:.]+\]):(?P<port>[0-9]{1,5})")


class Patient(H11Protocol):
    """Gives a client so long to say what it wants; uvicorn would wait for ever."""

    head_seconds: float = HEAD_SECONDS
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._give_time()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        has_half_a_head = self.conn.their_state is h11.IDLE and bool(self.conn.trailing_data[0])
        if not has_half_a_head:
            self._take_time_back()
        elif self._deadline is None:
            self._give_time()

    def connection_lost(self, exc: Exception | None) -> None:
        self._take_time_back()
        super().connection_lost(exc)

    def _give_time(self) -> None:
        self._deadline = self.loop.call_later(self.head_seconds, self.transport.abort)

    def _take_time_back(self) -> None:
        if self._deadline:
            self._deadline.cancel()
            self._deadline = None


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the bot: it stops receiving first and everything else in order."""
        yield


def listening(setting: str, place: str) -> socket.socket:
    """Return a socket that listens at `host:port`; raises SettingsError that names the setting.

    Port 0 is any free one; the socket's own name tells which.
    """
    shaped = _PLACE.fullmatch(place)
    if not shaped or int(shaped["port"]) > HIGHEST_PORT:
        raise SettingsError(f"COACHBOT_{setting}: {place}: expected host:port")
    host, family = shaped["host"], socket.AF_INET6 if ":" in shaped["host"] else socket.AF_INET
    try:
        return socket.create_server(
            (host.strip("[]"), int(shaped["port"])), family=family, backlog=WAITING_ROOM
        )
    except OSError as error:
        raise SettingsError(f"COACHBOT_{setting}: {place}: {error}") from None


@asynccontextmanager
async def serving(app: ASGIApp, at: socket.socket) -> AsyncIterator[None]:
    """Serve an application at a listening socket for as long as the block lasts."""
    config = uvicorn.Config(
        app,
        http=Patient,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=LAST_ANSWERS_SECONDS,
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[at]), name="http")
    try:
        yield
    finally:
        server.should_exit = True
        await task
