"""What was put aside is visible, and can be handled again or let go, from the command line."""

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from coachbot.__main__ import main
from coachbot.cli import app
from coachbot.coach.coach import Coach as Answering
from coachbot.errors import StoreError
from coachbot.flow.questions import Flow
from coachbot.store.inbox import MOST_ATTEMPTS, QUARANTINED
from coachbot.texts.library import Library
from tests.fake_botapi import Person
from tests.telegram.wire import Wire, wire_of_settings

SECRET = "Mein Umsatz ist 7Q-geheim"


@pytest.fixture
def wire(tmp_path: Path, flow: Flow, library: Library, monkeypatch: pytest.MonkeyPatch) -> Wire:
    return wire_of_settings(tmp_path, flow, library, monkeypatch)


def told(*arguments: str) -> str:
    ran = CliRunner().invoke(app, ["quarantine", *arguments], catch_exceptions=False)
    assert ran.exit_code == 0
    return ran.stdout


def put_aside(wire: Wire) -> list[int]:
    return [row.id for row in wire.inbox() if row.state == QUARANTINED]


async def fails(wire: Wire, anna: Person, monkeypatch: pytest.MonkeyPatch) -> int:
    """Let an answer fail until it is put aside; return its number."""

    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError

    await wire.says(anna, "/start")
    with monkeypatch.context() as patched:
        patched.setattr(Answering, "converse", broken)
        await anna.sends(SECRET)
        wire.fetch()
        for _ in range(MOST_ATTEMPTS):
            wire.work()
            wire.passes(minutes=1)
    wire.send()
    [number] = put_aside(wire)
    return number


async def test_promise_6_what_was_put_aside_is_listed_without_its_content(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = await fails(wire, wire.person("Anna"), monkeypatch)
    for line in (told("list"), told("show", str(number))):
        assert str(number) in line
        assert "5 attempts  RuntimeError" in line
        assert "geheim" not in line
    assert SECRET in told("show", str(number), "--open")


async def test_promise_6_what_was_put_aside_is_handled_once_the_fault_is_mended(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = wire.person("Anna")
    number = await fails(wire, anna, monkeypatch)
    assert dict(wire.answers(anna)) == {}
    told("replay", str(number))
    wire.runs()
    assert wire.answers(anna).text("business.name") == SECRET
    assert put_aside(wire) == []
    assert told("list") == ""


async def test_promise_5_what_cannot_be_read_can_be_let_go(wire: Wire) -> None:
    anna = wire.person("Anna")
    await anna.sends_raw({"message": {"chat": {"id": anna.id}, "text": SECRET}})
    wire.runs()
    [number] = put_aside(wire)
    assert "attempts" in told("list")
    told("drop", str(number))
    assert told("list") == ""
    assert [row.payload for row in wire.inbox()] == [None]


@pytest.mark.parametrize("command", ["show", "replay", "drop"])
async def test_only_what_was_put_aside_can_be_touched(
    wire: Wire, command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    anna = wire.person("Anna")
    await wire.says(anna, "/start")
    [settled] = wire.inbox()
    with pytest.raises(StoreError, match="put aside"):
        told(command, str(settled.id))
    monkeypatch.setattr("sys.argv", ["coachbot", "quarantine", command, "5"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert "quarantine list" in capsys.readouterr().err
