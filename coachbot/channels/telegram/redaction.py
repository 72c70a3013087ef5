"""Keeps bot tokens out of logs: out of messages, arguments, extra fields and tracebacks.

A token is part of every URL of the Bot API, so it turns up in the error texts of HTTP libraries.
The token at hand is recognised in any percent-encoding, every other one by its shape.
"""

import logging
import re
import sys
import traceback
from collections.abc import Iterable
from functools import lru_cache

from structlog.typing import EventDict, Processor, WrappedLogger

MASK = "<token>"

# They write URLs (httpx, httpcore, aiohttp) or, at DEBUG, what people wrote (telegram) and rows.
TALKATIVE = ("httpx", "httpcore", "aiohttp", "telegram", "sqlalchemy", "alembic")

_PERCENT = "%(?:25)*"  # encoded once or many times over
_SHAPE = re.compile(
    rf"[0-9]{{5,}}(?::|{_PERCENT}3a)(?:[a-z0-9_-]|{_PERCENT}(?:5f|2d)){{35,}}", re.IGNORECASE
)


def redact(text: str, token: str | None = None) -> str:
    """Return `text` with `token`, and all that is shaped like a bot token, masked."""
    if token:
        text = _spellings(token).sub(MASK, text)
    return _SHAPE.sub(MASK, text)


@lru_cache(maxsize=8)
def _spellings(token: str) -> re.Pattern[str]:
    """Match the token, or its secret half alone, each character as it is or percent-encoded."""
    number, colon, secret = token.rpartition(":")
    return re.compile(f"(?:{_spelled(number + colon)})?{_spelled(secret)}")


def _spelled(text: str) -> str:
    return "".join(f"(?:{re.escape(c)}|{_PERCENT}(?i:{ord(c):02x}))" for c in text)


class RedactedError(Exception):
    """Stands in for an exception whose traceback shows a token; its text is that traceback."""


class TokenFilter(logging.Filter):
    """Masks tokens in everything a log record carries; it drops no record.

    Belongs on handlers: a filter on a logger does not see what its children send.
    """

    def __init__(self, token: str | None = None) -> None:
        super().__init__()
        self._token = token

    def filter(self, record: logging.LogRecord) -> bool:
        for name, value in list(vars(record).items()):
            if name != "exc_info":
                setattr(record, name, _cleaned(value, self._token))
        self._clean_composed(record)
        if clean := _redacted_exc_info(record.exc_info, self._token):
            record.exc_info = clean
        return True

    def _clean_composed(self, record: logging.LogRecord) -> None:
        """Catch a token that only message and arguments together spell."""
        try:
            composed = record.getMessage()
        except Exception:  # noqa: BLE001 - the handler itself reports arguments that do not fit
            return
        if (clean := redact(composed, self._token)) != composed:
            record.msg, record.args = clean, ()


def token_processor(token: str | None = None) -> Processor:
    """Return a structlog processor that masks tokens like `TokenFilter`.

    Put it last before the renderer, and after `format_exc_info`: a renderer that prints local
    variables of a traceback prints tokens, too.
    """

    def processor(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        exc_info = event.pop("exc_info", None)
        clean: EventDict = {key: _cleaned(value, token) for key, value in event.items()}
        if exc_info:
            clean["exc_info"] = _redacted_exc_info(exc_info, token) or exc_info
        return clean

    return processor


def install(token: str | None = None) -> None:
    """Put a `TokenFilter` on every handler of the root logger, replacing an earlier one."""
    for handler in (*logging.getLogger().handlers, logging.lastResort):
        if handler is not None:
            for old in [each for each in handler.filters if isinstance(each, TokenFilter)]:
                handler.removeFilter(old)
            handler.addFilter(TokenFilter(token))


def quiet(loggers: Iterable[str] = TALKATIVE) -> None:
    """Let the named loggers speak from WARNING on only."""
    for name in loggers:
        logging.getLogger(name).setLevel(logging.WARNING)


def _cleaned(value: object, token: str | None) -> object:
    """Return `value` itself where it shows no token, else a masked copy or its masked text."""
    if value is None or isinstance(value, int | float | logging.LogRecord):
        return value
    if isinstance(value, str):
        return redact(value, token)
    if isinstance(value, dict):
        return {_cleaned(key, token): _cleaned(each, token) for key, each in value.items()}
    if type(value) is list:
        return [_cleaned(each, token) for each in value]
    if type(value) is tuple:
        return tuple(_cleaned(each, token) for each in value)
    return _cleaned_object(value, token)


def _cleaned_object(value: object, token: str | None) -> object:
    try:
        spoken = (str(value), repr(value))
    except Exception:  # noqa: BLE001 - logging must not raise where the value cannot speak
        return value
    masked = (redact(text, token) for text in spoken)
    return next((clean for text, clean in zip(spoken, masked, strict=True) if clean != text), value)


def _redacted_exc_info(
    exc_info: object, token: str | None
) -> tuple[type[BaseException], BaseException, None] | None:
    """Return a stand-in for what `exc_info` names, or None where its traceback shows no token."""
    if exc_info is True:
        exc_info = sys.exc_info()
    error = exc_info[1] if isinstance(exc_info, tuple) else exc_info
    if not isinstance(error, BaseException):
        return None
    text = "".join(traceback.format_exception(error))
    clean = redact(text, token)
    return (RedactedError, RedactedError(clean), None) if clean != text else None
