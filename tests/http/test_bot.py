"""The bot as a process, looked at through its own port."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.fake_botapi import FakeBotApi, error
from tests.telegram.process import PATIENCE, running, start, stop


@pytest.fixture
async def api() -> AsyncIterator[FakeBotApi]:
    async with FakeBotApi() as made:
        yield made


@pytest.fixture
def port() -> int:
    """Return a port that is free now."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


async def get(port: int, path: str) -> tuple[int, str]:
    async with (
        aiohttp.ClientSession() as client,
        client.get(f"http://127.0.0.1:{port}{path}") as answer,
    ):
        return answer.status, await answer.text()


async def health(port: int) -> tuple[int, dict[str, Any]]:
    status, text = await get(port, "/healthz")
    return status, json.loads(text)["checks"]


async def test_health_and_metrics_of_a_bot_that_runs(
    api: FakeBotApi, tmp_path: Path, port: int
) -> None:
    async with running(tmp_path, api, COACHBOT_HEALTH_LISTEN=f"127.0.0.1:{port}") as bot:
        anna = api.person(first_name="Anna", language_code="de")
        await anna.sends("/start")
        await anna.sees("Um welchen Betrieb", patience=PATIENCE)
        status, checks = await health(port)
        assert {name for name, check in checks.items() if not check["ok"]} <= {"disk"}
        assert status == (200 if checks["disk"]["ok"] else 503)
        _, metrics = await get(port, "/metrics")
        assert 'coachbot_updates_total{kind="message"} 1.0' in metrics
        assert 'coachbot_sends_total{kind="question",outcome="sent"} 1.0' in metrics
        assert "Anna" not in metrics
        assert await stop(bot) == 0


async def test_promise_24_a_token_that_is_revoked_is_red(
    api: FakeBotApi, tmp_path: Path, port: int
) -> None:
    async with running(tmp_path, api, COACHBOT_HEALTH_LISTEN=f"127.0.0.1:{port}"):
        await api.polled()
        api.faults.on("send*", error(401))
        anna = api.person(first_name="Anna", language_code="de")
        await anna.sends("/start")
        await api.calls.answered("sendMessage")
        async with asyncio.timeout(PATIENCE):
            status, checks = await health(port)
            while checks["token"]["ok"]:
                status, checks = await health(port)
        assert status == 503


async def test_a_port_that_is_taken_is_one_line_and_exit_2(
    api: FakeBotApi, tmp_path: Path, port: int
) -> None:
    with socket.create_server(("127.0.0.1", port)):
        bot = await start(tmp_path, api, COACHBOT_HEALTH_LISTEN=f"127.0.0.1:{port}")
        assert await bot.wait() == 2
    log = (tmp_path / "bot.log").read_text()
    assert f"COACHBOT_HEALTH_LISTEN: 127.0.0.1:{port}" in log
    assert "Traceback" not in log
