import json
import traceback
from types import SimpleNamespace
from typing import Any, cast

import aiohttp
import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import BaseRequest

from coachbot.channels.telegram.errors import (
    Outcome,
    PoolTimeoutError,
    ShutDownError,
    Verdict,
    is_surely_unsent,
    outcome_of,
)

TOKEN = "123456789:AAE-x_yzabcdefghijklmnopqrstuvwxyz012"


class Canned(BaseRequest):
    """Hands the library's own error parsing one status and body."""

    def __init__(self, status: int, body: bytes) -> None:
        self._answer = status, body

    @property
    def read_timeout(self) -> float | None:
        return None

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...

    async def do_request(self, *_: Any, **__: Any) -> tuple[int, bytes]:
        return self._answer


async def answered(status: int, body: bytes) -> TelegramError:
    with pytest.raises(TelegramError) as caught:
        await Canned(status, body).post("")
    return caught.value


async def refused(status: int, description: str, **parameters: int) -> TelegramError:
    answer: dict[str, object] = {"ok": False, "error_code": status, "description": description}
    if parameters:
        answer["parameters"] = parameters
    return await answered(status, json.dumps(answer).encode())


REFUSALS = (
    (400, "Bad Request: message is not modified: specified new message", Outcome.SENT_ALREADY),
    (400, "Bad Request: chat not found", Outcome.UNREACHABLE),
    (400, "Bad Request: PEER_ID_INVALID", Outcome.UNREACHABLE),
    (400, "Bad Request: user not found", Outcome.UNREACHABLE),
    (403, "Forbidden: bot was blocked by the user", Outcome.UNREACHABLE),
    (403, "Forbidden: user is deactivated", Outcome.UNREACHABLE),
    (403, "Forbidden: bot can't initiate conversation with a user", Outcome.UNREACHABLE),
    (400, "Bad Request: query is too old and response timeout expired", Outcome.STALE),
    (400, "Bad Request: QUERY_ID_INVALID", Outcome.STALE),
    (400, "Bad Request: message can't be edited", Outcome.STALE),
    (400, "Bad Request: message to edit not found", Outcome.STALE),
    (400, "Bad Request: message can't be deleted for everyone", Outcome.STALE),
    (400, "Bad Request: message to delete not found", Outcome.STALE),
    (400, "Bad Request: message to react not found", Outcome.STALE),
    (400, "Bad Request: MESSAGE_ID_INVALID", Outcome.STALE),
    (400, "Bad Request: can't parse entities: Unsupported start tag", Outcome.BAD_MARKUP),
    (400, "Bad Request: message text is empty", Outcome.REFUSED),
    (400, "Bad Request: message is too long", Outcome.REFUSED),
    (400, "Bad Request: BUTTON_DATA_INVALID", Outcome.REFUSED),
    (413, "Request Entity Too Large", Outcome.REFUSED),
    (401, "Unauthorized", Outcome.STOPPED),
    (404, "Not Found", Outcome.STOPPED),
    (409, "Conflict: terminated by other getUpdates request", Outcome.CONFLICT),
    (500, "Internal Server Error: restart", Outcome.FAILED),
    (502, "Bad Gateway", Outcome.FAILED),
    (503, "Service Unavailable", Outcome.FAILED),
    (504, "Gateway Timeout", Outcome.AMBIGUOUS),
)


@pytest.mark.parametrize(("status", "description", "outcome"), REFUSALS)
async def test_refusals(status: int, description: str, outcome: Outcome) -> None:
    verdict = outcome_of(await refused(status, description))
    assert (verdict.outcome, verdict.retry_after) == (outcome, None)


async def test_a_quoted_phrase_decides_nothing() -> None:
    error = await refused(400, 'Bad Request: can\'t parse entities: tag "chat not found"')
    assert outcome_of(error).outcome is Outcome.BAD_MARKUP


@pytest.mark.parametrize("seconds", [1, 7, 3600])
async def test_promise_21_flood_control_names_its_seconds(seconds: int) -> None:
    error = await refused(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
    assert isinstance(error, RetryAfter)
    assert outcome_of(error) == Verdict(Outcome.WAIT, float(seconds), outcome_of(error).description)


async def test_the_wait_is_read_without_the_opt_in(monkeypatch: pytest.MonkeyPatch) -> None:
    error = RetryAfter(7)
    monkeypatch.setattr(RetryAfter, "retry_after", 7)
    assert outcome_of(error).retry_after == 7.0


async def test_flood_control_without_seconds() -> None:
    verdict = outcome_of(await refused(429, "Too Many Requests: retry after 0", retry_after=0))
    assert (verdict.outcome, verdict.retry_after) == (Outcome.WAIT, None)


@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 409, 429, 500, 502, 504])
@pytest.mark.parametrize("body", [b"<html>a captive portal</html>", b"", b'{"ok": tr'])
async def test_promise_19_what_telegram_did_not_say_is_ambiguous(status: int, body: bytes) -> None:
    """Unless the status says that it failed, or a page for everybody came instead."""
    error = await answered(status, body)
    failed = status in (500, 502) or (status == 200 and body.startswith(b"<html>"))
    expected = Outcome.FAILED if failed else Outcome.AMBIGUOUS
    assert outcome_of(error).outcome is expected
    assert "portal" not in outcome_of(error).description


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (ChatMigrated(-7), Outcome.REFUSED),
        (EndPointNotFound("no such method"), Outcome.REFUSED),
        (BadRequest("anything new"), Outcome.REFUSED),
        (Forbidden("anything new"), Outcome.UNREACHABLE),
        (InvalidToken(), Outcome.STOPPED),
        (Conflict("other"), Outcome.CONFLICT),
        (TimedOut(), Outcome.AMBIGUOUS),
        (NetworkError("anything"), Outcome.AMBIGUOUS),
        (TelegramError("Invalid server response"), Outcome.AMBIGUOUS),
    ],
)
def test_types(error: TelegramError, outcome: Outcome) -> None:
    assert outcome_of(error).outcome is outcome


KEY = cast("Any", SimpleNamespace(host="h", port=1, ssl=True, is_ssl=True))


@pytest.mark.parametrize(
    ("cause", "unsent"),
    [
        (PoolTimeoutError(), True),
        (ShutDownError(), True),
        (aiohttp.ConnectionTimeoutError(), True),
        (aiohttp.ClientConnectorError(KEY, OSError(111, "refused")), True),
        (aiohttp.ClientConnectorDNSError(KEY, OSError(-2, "unknown")), True),
        (aiohttp.ClientProxyConnectionError(KEY, OSError(111, "refused")), True),
        (aiohttp.InvalidURL("x"), True),
        (aiohttp.SocketTimeoutError(), False),
        (aiohttp.ServerDisconnectedError(), False),
        (aiohttp.ClientOSError(104, "reset"), False),
        (aiohttp.ClientPayloadError(), False),
        (TimeoutError(), False),
        (RuntimeError(), False),
        (None, False),
    ],
)
@pytest.mark.parametrize("kind", [TimedOut, NetworkError])
def test_promise_18_only_a_request_that_never_began_is_unsent(
    kind: type[NetworkError], cause: BaseException | None, unsent: bool
) -> None:
    error = kind("on the way")
    error.__cause__ = cause
    assert is_surely_unsent(error) is unsent
    assert outcome_of(error).outcome is (Outcome.NOT_SENT if unsent else Outcome.AMBIGUOUS)


@pytest.mark.parametrize(
    ("message", "described"),
    [
        ("chat not found", "BadRequest: chat not found"),
        (f"no route to /bot{TOKEN}/getMe", "BadRequest: no route to /bot<token>/getMe"),
        (
            'can\'t parse entities: tag "my "secret" rival" at byte offset 3',
            "BadRequest: can't parse entities: tag … at byte offset 3",
        ),
        ("button URL 'my rival' is invalid", "BadRequest: button URL … is invalid"),
        ('cut off "my rival', "BadRequest: cut off …"),
        ("two\nlines\x1b[31m", "BadRequest: two lines [31m"),
        (
            "Bad Gateway (502). Parsing the server response b'my\\nrival' failed",
            "BadRequest: Bad Gateway (502). Parsing the server response",
        ),
        (
            "Unknown error in HTTP implementation: UnicodeEncodeError('utf-8', 'my rival')",
            "BadRequest: Unknown error in HTTP implementation: UnicodeEncodeError",
        ),
        ("x" * 999, "BadRequest: " + "x" * 200),
    ],
)
def test_descriptions_are_safe_to_log(message: str, described: str) -> None:
    assert outcome_of(BadRequest(message)).description == described


def test_a_verdict_is_silent_about_causes() -> None:
    error = TimedOut()
    error.__cause__ = TimeoutError(f"https://api.telegram.org/bot{TOKEN}/x")
    assert TOKEN in "".join(traceback.format_exception(error))
    assert TOKEN not in repr(outcome_of(error))
