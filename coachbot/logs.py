"""Logs: structured, for people or machines; never a token, never what somebody wrote."""

import logging
import sys
import traceback
from collections.abc import Iterator
from types import TracebackType

import structlog

from coachbot.channels.telegram.redaction import quiet, token_processor
from coachbot.coach.tracing import ids
from coachbot.errors import CoachbotError


def set_up_logs(level: str, form: str, token: str = "") -> None:
    """Send every log line to standard error; `form` is console or json."""
    shared: list[structlog.typing.Processor] = [
        _with_ids,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        brief,
        wordless,
        token_processor(token),
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    quiet()
    sys.excepthook = _last_words
    logging.raiseExceptions = False  # a log that cannot be written would print what it was given


def _with_ids(
    _logger: structlog.typing.WrappedLogger, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Add the ids as texts: 63 bits are more than JSON's numbers hold everywhere."""
    return {**event, **{name: str(id_) for name, id_ in ids().items()}}


def brief(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Cut a complaint of asyncio's to its first line; below, it prints the error as it is."""
    record = event.get("_record")
    if isinstance(record, logging.LogRecord) and record.name == "asyncio":
        event["event"] = str(event["event"]).partition("\n")[0]
    return event


def wordless(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Put a traceback into words that hold none of anybody's.

    An exception's message may quote what it failed at, and that may be somebody's answer. So
    where it happened is told, and of what kind it was; what it says only where it is our own.
    """
    info = event.pop("exc_info", None)
    error = info[1] if isinstance(info, tuple) else info
    if info is True:
        error = sys.exc_info()[1]
    if isinstance(error, BaseException):
        event["exception"] = "".join(_told(error)).rstrip()
    return event


def _told(error: BaseException) -> Iterator[str]:
    """Yield the lines of a traceback, the cause first."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from _told(before)
        yield "\nwhich led to:\n\n"
    yield from traceback.format_tb(error.__traceback__)
    says = f": {error}" if isinstance(error, CoachbotError) else ""
    yield f"{type(error).__module__}.{type(error).__qualname__}{says}\n"
    for inner in getattr(error, "exceptions", ()):
        yield from _told(inner)


def _last_words(
    kind: type[BaseException], error: BaseException, place: TracebackType | None
) -> None:
    """Log what ends the process; Python's own way would print the message as it is."""
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, place)
        return
    logging.getLogger("coachbot").critical("the bot ends", exc_info=(kind, error, place))
