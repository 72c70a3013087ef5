"""Measuring one run: a crowd in a closed loop, the clock, and what /proc says of the bot."""

import asyncio
import contextlib
import os
import statistics
import tempfile
import tomllib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from bots import HERE, OUR_CORE, ROOT, Bot, Home
from server import Chat, Crowd, Script, Server

CHATS: Final = 200
BEFOREHAND: Final = 3_000
BEGINNING: Final = 3.0
"""How many people begin before it is measured, and in how many seconds; 200 in any case."""
READY_SECONDS: Final = 60.0
LONGEST_PAUSE: Final = 300.0
TICK: Final = os.sysconf("SC_CLK_TCK")


class BenchError(Exception):
    """A bot did not do what it is measured for."""


@dataclass(frozen=True)
class Run:
    """One run. Times are milliseconds, memory is MB."""

    answers_a_second: float
    cpu_an_answer: float
    p50: float
    p99: float
    longest_pause: float
    peak_memory: float
    answers: int

    def plain(self) -> dict[str, float]:
        return asdict(self)


def script(*, taps: bool = False, later: int = 0) -> Script:
    """Return the ten questions and answers; `later`: those that stored people are asked next."""
    texts = tomllib.loads((HERE / "prompts/de/questions/form.toml").read_text("utf-8"))
    told = tomllib.loads((HERE / "prompts/answers.toml").read_text("utf-8"))
    again = texts["form.later"]["ask"].partition("(")[0].rstrip()
    if later:
        return Script([f"{again} ({n})" for n in range(1, later + 2)], [told["later"]] * later)
    asks = [table["ask"] for name, table in texts.items() if name != "form.later"]
    return Script([*asks, again], told["form"], taps=taps)


@asynccontextmanager
async def served(bot: Bot, crowd: Crowd) -> AsyncIterator[tuple[Home, Server]]:
    """Yield a bot's furnished home and a server for it, in a folder on the disk."""
    os.sched_setaffinity(0, {OUR_CORE})
    server = Server(crowd)
    await server.start()
    (ROOT / "out").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=ROOT / "out") as folder:
        home = Home(Path(folder), bot, server.port)
        home.furnish()
        yield home, server
    server.stop()


def new_people(first: int = 1) -> Iterator[Chat]:
    while True:
        yield Chat(first)
        first += 1


async def until(what: Callable[[], bool], seconds: float, why: str) -> None:
    """Wait until something is so; raises BenchError after `seconds`."""
    try:
        async with asyncio.timeout(seconds):
            while not what():  # noqa: ASYNC110  it is counters and files that are looked at
                await asyncio.sleep(0.01)
    except TimeoutError:
        raise BenchError(f"waited {seconds:.0f} s in vain: {why}") from None


async def ready_to_answer(bot: Bot, crowd: Crowd) -> list[Chat]:
    """Return people who were asked the first question; where that takes minutes, who have not.

    Their beginnings are then counted like answers.
    """
    if bot.is_slow:
        crowd.counts_beginnings = True
        return [chat for chat, _ in zip(new_people(), range(BEFOREHAND), strict=False)]
    return await started(crowd, BEFOREHAND, budget=BEGINNING)


async def started(crowd: Crowd, people: int, budget: float) -> list[Chat]:
    """Let people begin, 200 at a time, until all are asked the first question or time is up.

    Beginning is not measured: the figures are about answers.
    """
    waiting, ready = new_people(), list[Chat]()
    clock = asyncio.get_running_loop().time
    end = clock() + budget

    def next_one(chat: Chat) -> None:
        ready.append(chat)
        if len(crowd.chats) < people and (clock() < end or len(crowd.chats) < CHATS):
            crowd.begins(next(waiting))

    crowd.after = next_one
    for _ in range(CHATS):
        crowd.begins(next(waiting))
    await until(lambda: len(ready) >= CHATS, 180, "two hundred people begin")
    await until(lambda: len(ready) == len(crowd.chats), 60, "everybody is asked")
    return ready


async def answering(crowd: Crowd, ready: list[Chat], seconds: float) -> None:
    """Let 200 chats answer for some seconds, or until fewer than 200 have anything to say."""
    rest, ended = iter(ready), asyncio.Event()
    crowd.meter = type(crowd.meter)()
    crowd.is_open = True

    def goes_on(chat: Chat) -> None:
        if chat.at < len(crowd.script.answers):
            crowd.speaks(chat)
        elif (another := next(rest, None)) is not None:
            crowd.speaks(another)
        else:
            ended.set()

    crowd.after = goes_on
    for chat in [chat for _, chat in zip(range(CHATS), rest, strict=False)]:
        crowd.speaks(chat)
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(ended.wait(), seconds)
    crowd.is_open = False


async def measured(bot: Bot, seconds: float | None = None) -> Run:
    """Run a bot from an empty store for its time, and return its figures."""
    seconds = seconds or bot.seconds
    crowd = Crowd(script(taps="taps" in bot.prompts))
    async with served(bot, crowd) as (home, server):
        with home.running() as process:
            await until(lambda: server.calls.get("getUpdates", 0) > 0, READY_SECONDS, "a bot polls")
            ready = await ready_to_answer(bot, crowd)
            return await window(crowd, server, process.pid, ready, seconds)


async def window(crowd: Crowd, server: Server, pid: int, ready: list[Chat], seconds: float) -> Run:
    """Measure while people answer; raises BenchError when a question was left out."""
    clock = asyncio.get_running_loop().time
    cpu, began = cpu_seconds(pid), clock()
    await answering(crowd, ready, seconds)
    # A bot that stands still now is waited for: its pause belongs to the window.
    before = crowd.meter.answers
    if crowd.counts_beginnings:
        await until(lambda: crowd.meter.answers > before, LONGEST_PAUSE, "a pause ends")
    spent, lasted = cpu_seconds(pid) - cpu, clock() - began
    if server.wrong or not crowd.meter.answers:
        raise BenchError("; ".join(server.wrong[:3]) or "nothing was answered")
    return figures(crowd, spent, lasted, peak_memory(pid))


def figures(crowd: Crowd, cpu: float, seconds: float, memory: float) -> Run:
    meter = crowd.meter
    latencies = sorted(meter.latencies)
    gaps = [after - before for before, after in zip(meter.came, meter.came[1:], strict=False)]
    return Run(
        answers_a_second=meter.answers / seconds,
        cpu_an_answer=1000 * cpu / meter.answers,
        p50=1000 * statistics.median(latencies),
        p99=1000 * latencies[int(0.99 * (len(latencies) - 1))],
        longest_pause=1000 * max(gaps, default=seconds),
        peak_memory=memory,
        answers=meter.answers,
    )


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process has used, in user and in system mode."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def peak_memory(pid: int) -> float:
    """Return the most memory a process has held so far, in MB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    peak = next(line for line in lines if line.startswith("VmHWM"))
    return int(peak.split()[1]) / 1024


def together(runs: list[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """Return median, lowest and highest of every figure over the runs of one bot."""
    return {
        name: {
            "median": statistics.median(values := [run[name] for run in runs]),
            "lowest": min(values),
            "highest": max(values),
        }
        for name in runs[0]
    }
