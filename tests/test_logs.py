"""What is logged: every line by its ids, and nothing that somebody wrote."""

import io
import json
import logging
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from coachbot.channels.telegram.pacing import Pacer
from coachbot.channels.telegram.sending import Sender
from coachbot.coach import road
from coachbot.coach.coach import Coach
from coachbot.coach.tracing import about, ids
from coachbot.logs import set_up_logs
from tests.coach.conftest import light, migrated, quiet
from tests.fake_botapi import TOKEN, error
from tests.telegram.calling import Bell, calling
from tests.telegram.wire import Wire

__all__ = ["light", "migrated", "quiet"]

CANARY = "Kanarienvogel"


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Log everything as JSON; yield a function that returns the lines."""
    stream, root = io.StringIO(), logging.getLogger()
    before = (root.handlers, root.level)
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(logging, "raiseExceptions", logging.raiseExceptions)
    set_up_logs("debug", "json", TOKEN)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers, _ = before
    root.setLevel(before[1])


def test_ids_are_those_of_the_block_and_of_the_blocks_around_it() -> None:
    assert ids() == {}
    with about(update=1):
        with about(inbox=2):
            assert ids() == {"update": 1, "inbox": 2}
        assert ids() == {"update": 1}
    assert ids() == {}


async def test_every_line_of_an_update_carries_its_ids(light: Wire, lines: Any) -> None:
    anna = light.person(CANARY)
    await anna.sends("/start")
    await anna.sends(CANARY)
    light.fetch()
    light.work()
    told = [line for line in lines() if "update" in line]
    assert [line["event"].split()[0] for line in told] == ["received"] * 2 + ["answered"] * 2
    assert [line["update"] for line in told] == ["1000", "1001", "1000", "1001"]
    assert [line["inbox"] for line in told[2:]] == [str(row.id) for row in light.inbox()]
    for row in light.outbox():
        assert any(str(row.id) in line["event"] for line in told)
    assert CANARY not in json.dumps(lines(), ensure_ascii=False)


async def test_a_failure_carries_the_ids_of_the_update_that_failed(
    light: Wire, lines: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    class BrokenError(RuntimeError): ...

    def broken(*_: object, **__: object) -> Any:
        raise BrokenError("broken")

    monkeypatch.setattr(Coach, "converse", broken)
    await light.person().sends(CANARY)
    light.fetch()
    light.work()
    failed = [line for line in lines() if line["event"] == "an event failed"]
    assert {(line["update"], line["level"]) for line in failed} == {("1000", "error")}
    assert all("BrokenError" in line["exception"] for line in failed)
    assert CANARY not in json.dumps(lines(), ensure_ascii=False)


async def test_every_line_of_a_call_carries_its_row_and_no_token(light: Wire, lines: Any) -> None:
    async with light.telegram, calling(light.telegram) as api:
        anna = light.person()
        await light.person().sends("/start")
        light.fetch()
        light.work()
        light.telegram.faults.on("sendMessage", error(400, f"bad {CANARY} {TOKEN}"))

        def never(*_: object) -> Any:
            raise AssertionError("nothing is printed here")

        pacer = Pacer(lambda: 0.0, chat_seconds=0)
        sender = Sender(api, pacer, Bell().alarms, lambda: light.now, never, never)
        [owed] = light.take()
        await sender.send(replace(owed, chat=anna.id))
    told = [line for line in lines() if "outbox" in line]
    assert len(told) >= 2
    assert {line["outbox"] for line in told} == {str(owed.id)}
    text = json.dumps(lines(), ensure_ascii=False)
    assert TOKEN not in text
    assert TOKEN.partition(":")[2] not in text


def test_the_roads_logger_is_a_plain_one() -> None:
    assert road.log.name == "coachbot.coach.road"
