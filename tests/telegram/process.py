"""The bot as a process of its own, against the fake Bot API on loopback."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.fake_botapi import TOKEN, FakeBotApi

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 30


def environment(folder: Path, api: FakeBotApi, **settings: str) -> dict[str, str]:
    clean = {name: v for name, v in os.environ.items() if not name.startswith("COACHBOT_")}
    own = {
        "COACHBOT_DATABASE_URL": f"sqlite:///{folder / 'coachbot.sqlite3'}",
        "COACHBOT_MASTER_KEY_FILE": str(folder / "master.key"),
        "COACHBOT_TELEGRAM_TOKEN": TOKEN,
        "COACHBOT_TELEGRAM_API_URL": api.base_url.removesuffix("/bot"),
        "COACHBOT_BUBBLE_SECONDS": "0",
        "COACHBOT_CHAT_SECONDS": "0",
        "COACHBOT_SENDS_A_SECOND": "1000",
        "COACHBOT_MESSAGES_A_MINUTE": "1000000",
        "COACHBOT_OPERATOR_NAME": "Werkstatt für Beziehungen",
        "PYTHONPATH": str(ROOT),
    }
    return clean | own | settings


async def start(folder: Path, api: FakeBotApi, **settings: str) -> Process:
    """Start a bot; its log goes to bot.log in the folder."""
    with (folder / "bot.log").open("ab") as log:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "coachbot", "bot"),
            env=environment(folder, api, **settings),
            cwd=folder,
            stderr=log,
            stdout=PIPE,
        )


async def stop(bot: Process) -> int:
    """Ask a bot to stop and return its exit code."""
    if bot.returncode is None:
        bot.terminate()
    async with asyncio.timeout(PATIENCE):
        return await bot.wait()


@asynccontextmanager
async def running(folder: Path, api: FakeBotApi, **settings: str) -> AsyncIterator[Process]:
    """Run a bot for as long as the block lasts."""
    bot = await start(folder, api, **settings)
    try:
        yield bot
    finally:
        await stop(bot)
