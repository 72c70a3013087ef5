"""Whoever asks by letter is erased from the command line, like everybody else."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from coachbot.cli import app
from coachbot.coach import Coach
from coachbot.coach.turn import Office
from coachbot.errors import StoreError
from coachbot.flow.questions import Flow
from coachbot.settings import Settings
from coachbot.store.migrating import migrate
from coachbot.texts.library import Library
from coachbot.wiring import database_of, key_ring, ledger_of
from tests.telegram.wire import Wire


@pytest.fixture
def wire(tmp_path: Path, flow: Flow, library: Library, monkeypatch: pytest.MonkeyPatch) -> Wire:
    """Return a wire on the database that the settings name."""
    monkeypatch.setenv("COACHBOT_DATABASE_URL", f"sqlite:///{tmp_path / 'coachbot.sqlite3'}")
    monkeypatch.setenv("COACHBOT_MASTER_KEY_FILE", str(tmp_path / "master.key"))
    settings = Settings.load()
    database = database_of(settings)
    ring = key_ring(settings, database)
    migrate(database)
    return Wire(Coach(Office(flow, library, ring), database))


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
