"""This bot among many stored people: the cost of an answer must not grow with them."""

import asyncio
import hashlib
import os
import random
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from bots import COACHBOT, HERE, OURS, ROOT, Home
from measuring import READY_SECONDS, Run, script, served, until, window
from server import FIRST_CHAT, Chat, Crowd

ANSWERS_EACH: Final = 8
SEED: Final = 9


async def measured_among(
    people: Sequence[int], rounds: int, seconds: float
) -> dict[str, list[dict[str, float]]]:
    """Return people -> the runs among them, the rounds interleaved."""
    runs: dict[str, list[dict[str, float]]] = {str(many): [] for many in people}
    for many in people:
        filled(many)
    for number in range(rounds):
        for many in people:
            run = await among(many, seconds)
            runs[str(many)].append(run.plain())
            told = f"{run.answers_a_second:.0f}/s, {run.cpu_an_answer:.2f} ms"
            print(f"round {number + 1}, {many:,} people: {told}", flush=True)
    return runs


def filled(people: int) -> Path:
    """Return a folder with a database of so many people; made once for each shape of tables."""
    shape = hashlib.sha256()
    for path in (*sorted((ROOT / "migrations").rglob("*.py")), HERE / "people.py"):
        shape.update(path.read_bytes())
    folder = ROOT / "out" / f"people-{people}-{shape.hexdigest()[:8]}"
    if folder.exists():
        return folder
    print(f"filling a database with {people:,} people", flush=True)
    os.sched_setaffinity(0, range(os.cpu_count() or 1))  # on all cores: this is not measured
    making = folder.with_suffix(".part")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    home = Home(making, COACHBOT, 0)
    home.furnish()
    fills = (str(HERE / "people.py"), "fill", str(home.prompts), str(home.store))
    subprocess.run(
        (str(OURS), *fills, str(home.key_file), str(people)), env=home.environment, check=True
    )
    making.rename(folder)
    return folder


async def among(people: int, seconds: float) -> Run:
    """Measure on a copy: people drawn at random, each answering eight questions and no more."""
    crowd = Crowd(script(later=ANSWERS_EACH))
    async with served(COACHBOT, crowd) as (home, server):
        copied(filled(people), home)
        with home.running() as process:
            await until(lambda: "getUpdates" in server.calls, READY_SECONDS, "the bot polls")
            ready = list(_drawn(people))
            crowd.chats = {chat.id: chat for chat in ready}
            return await window(crowd, server, process.pid, ready, seconds)


def copied(source: Path, home: Home) -> None:
    """Copy a filled database with its key, and let the disk come to rest."""
    shutil.copyfile(source / home.store.name, home.store)
    shutil.copyfile(source / home.key_file.name, home.key_file)
    os.sync()


def _drawn(people: int) -> Iterator[Chat]:
    chosen = random.Random(SEED).sample(range(people), min(people, 10_000))
    return (Chat(FIRST_CHAT + number, at=0) for number in chosen)


if __name__ == "__main__":
    print(asyncio.run(measured_among((1_000, 20_000), 1, 4.0)))
