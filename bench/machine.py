"""What the figures were measured on."""

import os
import platform
import sqlite3
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from typing import Final

from bots import ROOT

PEERS: Final = ("aiogram", "python-telegram-bot", "sqlalchemy", "aiosqlite", "httpx", "aiohttp")


def machine() -> dict[str, str]:
    """Return a machine's description by name; no name of its own, no path."""
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GB",
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "a commit to the disk": f"{_sync_milliseconds():.2f} ms",
        "versions": ", ".join(f"{name} {version(name)}" for name in PEERS),
    }


def stolen_seconds() -> float:
    """Return for how long cores of ours stood still since boot because another guest ran."""
    cores = Path("/proc/stat").read_text(encoding="utf-8").splitlines()[0].split()
    return int(cores[8]) / os.sysconf("SC_CLK_TCK")


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _sync_milliseconds(times: int = 50) -> float:
    """Return how long 4 KiB take to reach the disk: the median is what every commit pays."""
    took = []
    with tempfile.NamedTemporaryFile(dir=ROOT / "out") as file:
        for _ in range(times):
            began = time.perf_counter()
            file.write(b"x" * 4096)
            file.flush()
            os.fsync(file.fileno())
            took.append(time.perf_counter() - began)
    return 1000 * sorted(took)[times // 2]
