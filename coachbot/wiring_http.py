"""Wiring the port for operators: health and metrics, imported only where they are wanted."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from coachbot.coach.meter import Meter
from coachbot.settings import Settings
from coachbot.store import vitals
from coachbot.store.database import Database, file_of

Ring = Callable[[str, str], Awaitable[None]]
Guard = Callable[[Ring], Coroutine[Any, Any, None]]


@asynccontextmanager
async def watched(
    settings: Settings, database: Database, now: Callable[[], datetime]
) -> AsyncIterator[tuple[Meter, Guard]]:
    """Yield the meter of a bot, and a guard that rings when something is red.

    While the block lasts, its health can be asked for.
    """
    if not settings.health_listen:
        yield Meter(), _no_guard
        return
    from coachbot.channels.http.metrics import Metrics
    from coachbot.channels.http.serving import listening, serving
    from coachbot.channels.http.watching import Watch

    at, metrics = listening("HEALTH_LISTEN", settings.health_listen), Metrics(now)
    thread = ThreadPoolExecutor(1, thread_name_prefix="watch")
    file = file_of(settings.database_url.get_secret_value())

    def asked() -> vitals.Vitals:
        with database.read() as connection:
            return vitals.read(connection, now())

    async def ask() -> vitals.Vitals:
        return await asyncio.get_running_loop().run_in_executor(thread, asked)

    watch = Watch(metrics, ask, lambda: _free_disk(file), now(), not settings.webhook_url)
    try:
        async with serving(watch.app(), at):
            yield metrics, watch.guard
    finally:
        thread.shutdown(wait=False, cancel_futures=True)


async def _no_guard(_: Ring) -> None:
    """Watch nothing: nobody measures."""


def _free_disk(file: Path | None) -> float | None:
    """Return which share of the disk of the database's file is free."""
    if file is None:
        return None
    usage = shutil.disk_usage(file.parent)
    return usage.free / usage.total
