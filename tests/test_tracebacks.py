"""What a log never says, whatever fails: a token, or what somebody wrote."""

import asyncio
import gc
import io
import json
import logging
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import text

from coachbot.errors import SettingsError, StoreError
from coachbot.logs import set_up_logs
from coachbot.store.database import Database

SECRET = "Mein Umsatz ist 7Q-geheim"
TOKEN = "1234567890:AAEhBOweik9ai2o01NjFoeFoIoOooooo123"
FORMS = ["console", "json"]
Log = Callable[[], str]


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    root, hook, told = logging.getLogger(), sys.excepthook, logging.raiseExceptions
    handlers, level = root.handlers, root.level
    yield
    root.handlers, sys.excepthook, logging.raiseExceptions = handlers, hook, told
    root.setLevel(level)


@pytest.fixture(params=FORMS)
def log(request: pytest.FixtureRequest) -> Callable[[], str]:
    """Return what tells all that was logged, at DEBUG."""
    set_up_logs("debug", request.param, TOKEN)
    [handler] = logging.getLogger().handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(stream := io.StringIO())
    return stream.getvalue


def breaks(said: str) -> None:
    answer = said
    if answer:
        raise ValueError(f"cannot read {answer!r}")


def fails(said: str) -> None:
    try:
        breaks(said)
    except ValueError as error:
        raise KeyError(said) from error


@pytest.mark.parametrize("failing", [breaks, fails])
def test_promise_42_a_traceback_tells_where_but_not_what_was_said(log: Log, failing: Any) -> None:
    try:
        failing(SECRET)
    except (ValueError, KeyError):
        logging.getLogger("coachbot.coach.road").exception("an event failed")
    told = log()
    assert "geheim" not in told
    for wanted in ("an event failed", "in breaks", "builtins.ValueError"):
        assert wanted in told


def test_promise_42_neither_do_groups_of_exceptions(log: Log) -> None:
    several = ExceptionGroup(SECRET, [ValueError(SECRET), TypeError(SECRET)])
    logging.getLogger().error("several", exc_info=several)
    told = log()
    assert "geheim" not in told
    assert "builtins.TypeError" in told


def test_promise_42_what_says_our_own_error_is_told(log: Log) -> None:
    error = SettingsError("COACHBOT_LEDGER_FILE: no such folder")
    logging.getLogger().error("an event failed", exc_info=error)
    assert "SettingsError: COACHBOT_LEDGER_FILE: no such folder" in log()


async def test_promise_42_a_task_that_nobody_asks_tells_no_words(log: Log) -> None:
    async def courtesy() -> None:
        raise ValueError(SECRET)

    task = asyncio.create_task(courtesy())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    del task
    gc.collect()
    told = log()
    assert "Task exception was never retrieved" in told
    assert "geheim" not in told


def test_promise_42_what_ends_the_process_tells_no_words(log: Log) -> None:
    try:
        breaks(SECRET)
    except ValueError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    told = log()
    assert "the bot ends" in told
    assert "in breaks" in told
    assert "geheim" not in told


def test_promise_42_the_token_is_in_no_line(log: Log) -> None:
    logger = logging.getLogger("coachbot")
    logger.debug("calling https://api.telegram.org/bot%s/getMe", TOKEN)
    logger.error("no answer", exc_info=SettingsError(f"no answer from bot{TOKEN}"))
    told = log()
    assert "getMe" in told
    assert TOKEN.partition(":")[2] not in told


def test_promise_42_a_failing_statement_shows_no_parameter(log: Log, sqlite: Database) -> None:
    with pytest.raises(StoreError) as failed, sqlite.write() as connection:
        connection.execute(text("INSERT INTO nowhere VALUES (:said)"), {"said": SECRET})
    logging.getLogger().error("database", exc_info=failed.value)
    assert "geheim" not in str(failed.value)
    assert "geheim" not in str(failed.value.__cause__)
    assert "geheim" not in log()


def test_promise_42_a_log_that_cannot_be_written_complains_to_nobody(
    log: Log, capsys: pytest.CaptureFixture[str]
) -> None:
    handler, *_ = logging.getLogger().handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.stream.close()
    logging.getLogger().error("an event failed", exc_info=ValueError(SECRET))
    assert capsys.readouterr().err == ""
    del log


def test_a_line_for_machines_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs("info", "json", TOKEN)
    logging.getLogger("coachbot").info("Grüß Gott")
    [line] = capsys.readouterr().err.splitlines()
    assert json.loads(line) | {"timestamp": ""} == {
        "event": "Grüß Gott",
        "level": "info",
        "timestamp": "",
    }
