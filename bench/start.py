"""How quickly the bot is there, and what it takes at rest: `make bench-start`.

    .venv/bin/python bench/start.py [--times 5]

Ready is the first long poll that reaches Telegram, here our own server on loopback; at rest is two
seconds after one conversation was begun. Import times are those of a process of its own,
each library's with what it alone brings.
"""

import argparse
import asyncio
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.fake_botapi import FakeBotApi  # noqa: E402
from tests.telegram.process import start, stop  # noqa: E402

REST_SECONDS: Final = 2
AIMS: Final = {"help": 0.5, "ready": 3.0, "memory": 150, "stopped": 5}
MOST_SHOWN: Final = 16
_LINE: Final = re.compile(r"import time:\s+(\d+) \|\s+\d+ \| (\s*)(\S+)")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--times", type=int, default=5)
    times = parser.parse_args().times
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, median of {times}\n")
    print("| what | median | worst | aim |\n|---|---|---|---|")
    row("`coachbot --help`", [helped() for _ in range(times)], "s", AIMS["help"])
    new = [asyncio.run(started()) for _ in range(times)]
    row("ready, with a new database", [one.ready for one in new], "s", AIMS["ready"])
    row("processor time until then", [one.processor for one in new], "s", AIMS["ready"])
    with tempfile.TemporaryDirectory() as folder:
        again = [asyncio.run(started(Path(folder))) for _ in range(times + 1)][1:]
    row("ready, again", [one.ready for one in again], "s", AIMS["ready"])
    row("processor time until then", [one.processor for one in again], "s", AIMS["ready"])
    row("memory at rest", [one.memory for one in again], "MB", AIMS["memory"])
    row("stopped", [one.stopped for one in again], "s", AIMS["stopped"])
    watched = [asyncio.run(started(COACHBOT_HEALTH_LISTEN="127.0.0.1:0")) for _ in range(times)]
    row("ready, with health and metrics", [one.ready for one in watched], "s", AIMS["ready"])
    row("processor time until then", [one.processor for one in watched], "s", AIMS["ready"])
    row("memory at rest, with both", [one.memory for one in watched], "MB", AIMS["memory"])
    imports("coachbot.wiring_telegram")


def row(what: str, measured: list[float], unit: str, aim: float) -> None:
    digits = 0 if unit == "MB" else 2
    median, worst = statistics.median(measured), max(measured)
    print(f"| {what} | {median:.{digits}f} {unit} | {worst:.{digits}f} {unit} | {aim} {unit} |")


def helped() -> float:
    return timed(
        lambda: subprocess.run(
            [sys.executable, "-m", "coachbot", "--help"],
            check=True,
            capture_output=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
    )


def timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


class Started(NamedTuple):
    """Seconds until the first poll, on the clock and on the processor; megabytes at rest; seconds
    from the signal to the end."""

    ready: float
    processor: float
    memory: float
    stopped: float


async def started(folder: Path | None = None, **settings: str) -> Started:
    if folder is None:
        with tempfile.TemporaryDirectory() as fresh:
            return await started(Path(fresh), **settings)
    async with FakeBotApi() as api:
        began = time.perf_counter()
        bot = await start(folder, api, **settings)
        await api.polled()
        ready, busy = time.perf_counter() - began, processor(bot.pid)
        anna = api.person(first_name="Anna", language_code="de")
        await anna.sends("/start")
        await anna.sees(lambda message: bool(message.text))
        await asyncio.sleep(REST_SECONDS)
        memory = resident(bot.pid)
        began = time.perf_counter()
        await stop(bot)
        return Started(ready, busy, memory, time.perf_counter() - began)


def processor(pid: int) -> float:
    """Return the seconds that a process has kept a processor busy."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found
    return int(found[1]) / 1024


def imports(module: str) -> None:
    """Print what importing the bot takes, by library: each one with what it alone imports."""
    told = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", f"import {module}"],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ).stderr
    spent, modules = Counter[str](), Counter[str]()
    for microseconds, _, name in _LINE.findall(told):
        spent[name.partition(".")[0]] += int(microseconds)
        modules[name.partition(".")[0]] += 1
    print(f"\nImports of `{module}`: {spent.total() / 1e6:.2f} s, {modules.total()} modules\n")
    print("| library | milliseconds | modules |\n|---|---|---|")
    for name, microseconds in spent.most_common(MOST_SHOWN):
        print(f"| {name} | {microseconds / 1000:.0f} | {modules[name]} |")


if __name__ == "__main__":
    main()
