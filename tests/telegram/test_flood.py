"""Somebody who floods the bot, and somebody who wants to talk to it meanwhile."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fake_botapi import FakeBotApi
from tests.telegram.process import running

A_MINUTE = 20
FLOOD = 400


@pytest.fixture
async def api() -> AsyncIterator[FakeBotApi]:
    async with FakeBotApi() as made:
        yield made


def rows(folder: Path, chat: int) -> int:
    with sqlite3.connect(folder / "coachbot.sqlite3") as connection:
        [found] = connection.execute("SELECT count(*) FROM inbox WHERE chat = ?", (chat,))
    count: int = found[0]
    return count


async def test_promise_47_a_flood_delays_nobody_and_fills_no_disk(
    api: FakeBotApi, tmp_path: Path
) -> None:
    limit = {"COACHBOT_MESSAGES_A_MINUTE": str(A_MINUTE)}
    anna, bert = api.person(first_name="Anna"), api.person(first_name="Bert")
    async with running(tmp_path, api, **limit):
        await bert.sends("/start")
        await bert.sees("Um welchen Betrieb")
        for number in range(FLOOD):
            await anna.sends(f"Nachricht {number}")
        await bert.sends("Imkerei")
        await bert.sees("Was bekommt man")
        await anna.sees("Das ging mir zu schnell")
        for number in range(FLOOD):
            await anna.sends(f"Noch eine {number}")
        await bert.sends("Honig und Wachs für Leute, die im Dorf wohnen")
        await bert.sees("Um wen")
        assert anna.chat.count("Das ging mir zu schnell") == 1
    assert rows(tmp_path, anna.id) < 4 * A_MINUTE
    assert [call for call in api.calls if call.status == 400] == []
