"""A web server inside the bot's own loop: it comes and goes with a block, signals are the bot's."""

import asyncio
import contextlib
import re
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Final

import uvicorn
from starlette.types import ASGIApp

from coachbot.errors import SettingsError

LAST_ANSWERS_SECONDS: Final = 1
"""How long requests that are under way may take once the block is left."""
IDLE_SECONDS: Final = 75
WAITING_ROOM: Final = 512
HIGHEST_PORT: Final = 65535
_PLACE: Final = re.compile(r"(?P<host>[\w.-]+|\[[0-9a-fA-F:.]+\]):(?P<port>[0-9]{1,5})")


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
        http="h11",
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
