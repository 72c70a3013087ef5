"""Where the time of an answer goes: `make bench-profile` samples the bot under load.

Prints the share of each step of the road, in the order in which an update travels it. A sample
belongs to the innermost step that is on the stack; one that belongs to none is the rest.
"""

import asyncio
import sys
from collections import Counter
from pathlib import Path
from typing import Final

from bots import COACHBOT, TAPS, Bot
from measuring import Run, script, served, started, until, window
from server import Crowd

SECONDS: Final = 10.0
RATE: Final = "250"
STEPS: Final = {
    "fetching: HTTP, JSON": ("Poller.poll ",),
    "inbox: seal, insert, commit": ("Road.receive ",),
    "inbox: read, open": ("claim (coachbot/store/inbox", "Road._claim "),
    "update to event": ("Reader.read ",),
    "person: find, seen": ("(coachbot/store/people",),
    "conversation: load, open": (
        "load_all (coachbot/store/conversations",
        "meet (coachbot/coach/meeting",
    ),
    "engine": ("step (coachbot/flow/engine",),
    "noticing": ("(coachbot/noticing/", "tensed (coachbot/texts"),
    "rendering": ("Coach._spoken ", "(coachbot/texts/speaker", "Turn.speaker "),
    "conversation: seal": ("save (coachbot/store/conversations", "Coach._keep "),
    "message of the question": ("message_of ",),
    "calls from what is said": ("present (coachbot/channels",),
    "outbox: seal": ("owe (coachbot/store/outbox",),
    "written together: rows of all of them": ("_write_down (coachbot/store/database",),
    "inbox: settle": ("settle (coachbot/store/inbox",),
    "work: the rest, commit": ("Road.work ",),
    "sending": ("Sender.make ", "Sender.turn "),
    "courtesies": ("Sender.be_courteous ", "Courtesies.begin "),
    "outbox: settle, take, commit": ("Post.go_on ", "Post.settle "),
    "event loop, thread hops": ("BaseEventLoop._run_once ", "_worker (concurrent"),
}


async def sampled(bot: Bot, out: Path, seconds: float) -> Run:
    """Run a bot under load, its stacks sampled into a file."""
    crowd = Crowd(script(taps="taps" in bot.prompts))
    spy = str(Path(sys.executable).parent / "py-spy")
    async with served(bot, crowd) as (home, server):
        with home.running() as process:
            await until(lambda: server.calls.get("getUpdates", 0) > 0, 60, "the bot polls")
            ready = await started(crowd, 3_000, budget=seconds / 2)
            told = ("record", "-r", RATE, "-d", str(int(seconds)), "-f", "raw", "-o", str(out))
            sampling = await asyncio.create_subprocess_exec(
                *(spy, *told, "--pid", str(process.pid)),
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
            )
            run = await window(crowd, server, process.pid, ready, seconds)
            await sampling.wait()
    return run


def step_of(frames: list[str]) -> str:
    for frame in reversed(frames):
        for step, marks in STEPS.items():
            if any(mark in frame for mark in marks):
                return step
    return "elsewhere"


def is_idle(frames: list[str]) -> bool:
    """Whether a thread waits for work: it holds no processor then."""
    return frames[-1].startswith("_worker (concurrent")


def shares(out: Path) -> dict[str, float]:
    """Return step -> share of the samples, in the order of the road."""
    counted = Counter[str]()
    for line in out.read_text(encoding="utf-8").splitlines():
        stack, _, many = line.rpartition(" ")
        frames = stack.split(";")
        if not is_idle(frames):
            counted[step_of(frames)] += int(many)
    total = counted.total()
    return {step: counted[step] / total for step in (*STEPS, "elsewhere") if counted[step]}


def table(run: Run, shared: dict[str, float]) -> str:
    """Return the shares as Markdown, and what each is in microseconds of processor time."""
    told = f"{run.answers_a_second:.0f} answers a second under the sampler"
    cpu = f"{run.cpu_an_answer:.2f} ms of processor time an answer"
    lines = [f"{told}, {cpu}.", "", "| step | share | µs an answer |", "|---|---:|---:|"]
    for step, share in shared.items():
        lines.append(f"| {step} | {share:.1%} | {1000 * run.cpu_an_answer * share:.0f} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Print the table; `--taps` for taps, a file's name to keep the sampled stacks."""
    bot = TAPS if "--taps" in sys.argv else COACHBOT
    names = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    out = Path(names[0] if names else "out/profile.raw").resolve()
    out.parent.mkdir(exist_ok=True, parents=True)
    run = asyncio.run(sampled(bot, out, SECONDS))
    print(table(run, shares(out)))


if __name__ == "__main__":
    main()
