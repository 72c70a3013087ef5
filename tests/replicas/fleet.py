"""Several bot processes at one PostgreSQL, behind something that hands requests around."""

import asyncio
import contextlib
import itertools
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
from aiohttp import web

from coachbot.channels.http.serving import listening
from tests.fake_botapi import FakeBotApi
from tests.fake_botapi.signals import Signal
from tests.telegram.process import PATIENCE, start, stop


@dataclass
class Fleet:
    """Replicas by port. Each request goes to `copies` of them at once, as if it were retried."""

    folder: Path
    api: FakeBotApi
    database_url: str
    copies: int = 2
    url: str = ""
    replicas: dict[int, Process] = field(default_factory=dict)
    statuses: list[int] = field(default_factory=list)
    changed: Signal = field(default_factory=Signal)
    _turn: "itertools.count[int]" = field(default_factory=itertools.count)
    _client: aiohttp.ClientSession | None = field(default=None)

    async def grows(self) -> int:
        """Start a replica and return its port, once it answers."""
        port = _free_port()
        self.replicas[port] = await start(
            self.folder,
            self.api,
            COACHBOT_DATABASE_URL=self.database_url,
            COACHBOT_WEBHOOK_URL=self.url,
            COACHBOT_WEBHOOK_LISTEN=f"127.0.0.1:{port}",
        )
        told = len(self.api.calls.of("setWebhook"))
        async with asyncio.timeout(PATIENCE):
            await self.api.calls.arrived("setWebhook", told + 1)
        return port

    async def loses(self, port: int) -> None:
        """Kill a replica."""
        replica = self.replicas.pop(port)
        replica.kill()
        await replica.wait()

    async def lets_go(self, port: int) -> int:
        """Ask a replica to stop and return its exit code."""
        return await stop(self.replicas.pop(port))

    async def hands_on(self, request: web.BaseRequest) -> web.Response:
        """Hand a request to some replicas; one that fails makes Telegram send it again."""
        body, headers = await request.read(), dict(request.headers)
        ports, turn = list(self.replicas), next(self._turn)
        if not ports:
            return web.Response(status=502)
        chosen = {ports[(turn + n) % len(ports)] for n in range(self.copies)}
        status = max(await asyncio.gather(*(self._post(port, body, headers) for port in chosen)))
        self.statuses.append(status)
        self.changed.notify()
        return web.Response(status=status)

    async def _post(self, port: int, body: bytes, headers: dict[str, str]) -> int:
        assert self._client
        url = f"http://127.0.0.1:{port}/telegram"
        try:
            async with self._client.post(url, data=body, headers=headers) as answer:
                return answer.status
        except aiohttp.ClientError:
            return 502

    @asynccontextmanager
    async def behind_one_address(self) -> AsyncIterator[None]:
        listener = web.Server(self.hands_on)
        server = await asyncio.get_running_loop().create_server(listener, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/telegram"
        async with aiohttp.ClientSession() as self._client:
            try:
                yield
            finally:
                for replica in self.replicas.values():
                    await stop(replica)
                server.close()
                await listener.shutdown(1)


def _free_port() -> int:
    with listening("WEBHOOK_LISTEN", "127.0.0.1:0") as free:
        return int(free.getsockname()[1])


@dataclass
class Wire:
    """Stands between a bot and PostgreSQL, and can be cut."""

    server: Path
    folder: Path
    _listener: asyncio.Server | None = field(default=None)
    _ways: set[asyncio.Task[None]] = field(default_factory=set)
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    async def joins(self) -> None:
        self._listener = await asyncio.start_unix_server(
            self._carry, self.folder / self.server.name
        )

    async def is_cut(self) -> None:
        """Refuse connections and end those that are open."""
        assert self._listener
        self._listener.close()
        (self.folder / self.server.name).unlink(missing_ok=True)
        for writer in tuple(self._open):
            writer.close()
        await asyncio.gather(*self._ways, return_exceptions=True)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_unix_connection(self.server)
        self._open |= {writer, far_writer}
        for one in (_pump(reader, far_writer), _pump(far_reader, writer)):
            task = asyncio.create_task(one)
            self._ways.add(task)
            task.add_done_callback(self._ways.discard)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()
