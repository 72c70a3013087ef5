"""`make bench`: this bot and its peers, side by side in one run, on one core.

    .venv-bench/bin/python bench/run.py [--quick] [--only WORD] [--out FOLDER]

Rounds are interleaved, so that whatever else the machine does hits all alike. Writes results.json,
results.md and results.png; the ratios travel to another machine, absolute figures do not.
"""

import argparse
import asyncio
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import Any, Final

from bots import COACHBOT, HERE, PEERS, TAPS, Bot
from killing import killed
from machine import machine, stolen_seconds
from measuring import BenchError, measured, together
from report import drawn, written
from stored import measured_among

PEOPLE: Final = (1_000, 100_000, 1_000_000)
RESULTS: Final = HERE / "results"


@dataclass(frozen=True)
class Plan:
    """How much is measured: rounds, seconds a run (None: each bot's own), stored people."""

    rounds: int = 3
    seconds: float | None = None
    people: Sequence[int] = PEOPLE
    stored_rounds: int = 3
    stored_seconds: float = 6.0


QUICK: Final = Plan(
    rounds=1, seconds=4.0, people=(1_000, 20_000), stored_rounds=1, stored_seconds=4.0
)


def main() -> None:
    chosen = _arguments()
    plan = QUICK if chosen.quick else Plan()
    bots = [bot for bot in (COACHBOT, *PEERS, TAPS) if chosen.only in bot.name]
    print(asyncio.run(measured_all(plan, bots, chosen.out)))


def keep(results: Mapping[str, Any], out: Path) -> str:
    """Write what is measured so far; returns the tables."""
    out.mkdir(parents=True, exist_ok=True)
    text = json.dumps(results, indent=2, ensure_ascii=False)
    (out / "results.json").write_text(f"{text}\n", encoding="utf-8")
    table = written(results)
    (out / "results.md").write_text(table, encoding="utf-8")
    drawn(results, out / "results.png")
    return table


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure this bot beside others.")
    parser.add_argument("--quick", action="store_true", help="one short round, in two minutes")
    parser.add_argument("--only", default="", help="only bots with this word in their name")
    parser.add_argument("--out", type=Path, default=RESULTS, help="where the results go")
    return parser.parse_args()


async def measured_all(plan: Plan, bots: Sequence[Bot], out: Path) -> str:
    """Measure everything, keep what is measured so far, and return the tables."""
    runs: dict[str, list[dict[str, float]]] = {bot.name: [] for bot in bots}
    began, stolen = time.monotonic(), stolen_seconds()
    for number in range(plan.rounds):
        # Who is measured once comes last: the rounds of all others stand close together.
        for bot in (
            bot
            for bot in sorted(bots, key=attrgetter("is_slow"))
            if number >= plan.rounds - bot.rounds
        ):
            with told(f"round {number + 1}, {bot.name}"):
                run = await measured(bot, plan.seconds)
                runs[bot.name].append(run.plain())
                print(f"{run.answers_a_second:.0f} answers a second", flush=True)
    lost: dict[str, dict[str, int]] = {}
    for bot in (bot for bot in bots if bot is not TAPS):
        with told(f"kill, {bot.name}"):
            lost[bot.name] = (await killed(bot)).plain()
            print(f"{lost[bot.name]['lost']} of {lost[bot.name]['typed']} answers lost", flush=True)
    share = (stolen_seconds() - stolen) / (time.monotonic() - began)
    results = {
        "machine": {**machine(), "taken by other guests": f"{share:.1%} of a core"},
        "rounds": plan.rounds,
        "bots": {name: together(some) for name, some in runs.items() if some},
        "keeps": {bot.name: bot.keeps for bot in bots},
        "runs": runs,
        "killed": lost,
        "stored": {},
        "stored_runs": {},
    }
    table = keep(results, out)
    if COACHBOT in bots:
        among = await measured_among(plan.people, plan.stored_rounds, plan.stored_seconds)
        results["stored"] = {people: together(some) for people, some in among.items()}
        results["stored_runs"] = among
        table = keep(results, out)
    return table


@contextmanager
def told(what: str) -> Iterator[None]:
    """Say what is measured; a bot that cannot be is left out, and the others go on."""
    print(f"{what}: ", end="", flush=True)
    try:
        yield
    except BenchError as error:
        print(f"left out: {error}", flush=True)


if __name__ == "__main__":
    main()
