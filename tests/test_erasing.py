"""Whoever asks by letter is erased from the command line, like everybody else."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from coachbot.cli import app
from coachbot.errors import StoreError
from coachbot.flow.questions import Flow
from coachbot.settings import Settings
from coachbot.texts.library import Library
from coachbot.wiring import ledger_of
from tests.telegram.wire import Wire, wire_of_settings


@pytest.fixture
def wire(tmp_path: Path, flow: Flow, library: Library, monkeypatch: pytest.MonkeyPatch) -> Wire:
    return wire_of_settings(tmp_path, flow, library, monkeypatch)


async def test_promise_48_whoever_asks_by_letter_is_erased(wire: Wire) -> None:
    anna, bert = wire.person("Anna"), wire.person("Bert")
    await wire.says(anna, "/start", "Bäckerei")
    await wire.says(bert, "/start", "Imkerei")
    ran = CliRunner().invoke(app, ["erase", str(anna.id), "--yes"], catch_exceptions=False)
    assert ran.exit_code == 0
    assert not wire.is_known(anna)
    assert wire.answers(bert).text("business.name") == "Imkerei"
    assert len(ledger_of(Settings.load()).erased()) == 1


async def test_nobody_is_erased_by_mistake(wire: Wire) -> None:
    anna = wire.person("Anna")
    await wire.says(anna, "/start")
    ran = CliRunner().invoke(app, ["erase", str(anna.id)], input="n\n")
    assert ran.exit_code == 1
    with pytest.raises(StoreError, match="nobody"):
        CliRunner().invoke(app, ["erase", "5", "--yes"], catch_exceptions=False)
    assert wire.is_known(anna)
    assert ledger_of(Settings.load()).erased() == {}
