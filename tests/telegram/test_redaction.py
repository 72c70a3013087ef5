import asyncio
import io
import json
import logging
import sys
from collections.abc import Callable, Iterator
from typing import NoReturn
from urllib.parse import quote, unquote

import aiohttp
import pytest
import structlog
from telegram.error import TelegramError
from yarl import URL

from coachbot.channels.telegram import redaction
from coachbot.channels.telegram.redaction import MASK, TokenFilter, redact, token_processor
from coachbot.channels.telegram.request import AiohttpRequest

TOKEN = "123456789:AAE-x_yzabcdefghijklmnopqrstuvwxyz012"
SECRET = TOKEN.split(":")[1]
ADDRESS = f"https://api.telegram.org/bot{TOKEN}/sendMessage"
ODD = "7:short"  # as fake servers use them: no shape gives it away


def fully_encoded(text: str) -> str:
    return "".join(f"%{ord(character):02X}" for character in text)


SPELLINGS: tuple[Callable[[str], str], ...] = (
    str,
    quote,
    lambda text: quote(quote(text, safe="")),
    lambda text: quote(text, safe="").replace("%3A", "%3a"),
    lambda text: text.replace("-", "%2D").replace("_", "%5f"),
    lambda text: json.dumps({"a": text}),
    lambda text: repr(text.encode()),
    lambda text: f"<a href='https://x/file/bot{text}/documents/file_1.pdf'>",
)


@pytest.mark.parametrize("spelled", SPELLINGS)
@pytest.mark.parametrize("known", [TOKEN, None])
def test_tokens_are_masked_in_every_spelling(
    spelled: Callable[[str], str], known: str | None
) -> None:
    text = redact(f"before {spelled(TOKEN)} after", known)
    assert text.startswith("before ")
    assert text.endswith(" after")
    assert MASK in text
    assert "yzabcdef" not in text.lower()


@pytest.mark.parametrize("spelled", [*SPELLINGS, fully_encoded])
def test_a_known_token_needs_no_shape(spelled: Callable[[str], str]) -> None:
    clean = redact(spelled(ODD), ODD)
    assert MASK in clean
    assert "short" not in unquote(unquote(clean))


def test_the_secret_half_alone_is_masked() -> None:
    assert redact(f"secret {SECRET}.", TOKEN) == f"secret {MASK}."


@pytest.mark.parametrize(
    "text", ["12:30:00", "2026-11-21 22:47", "http://127.0.0.1:8080/bot", "1234567:too_short", ""]
)
def test_other_text_stays(text: str) -> None:
    assert redact(text) == redact(text, TOKEN) == text


# ---- records


@pytest.fixture
def log() -> Iterator[tuple[logging.Logger, io.StringIO]]:
    """A logger at DEBUG below a root whose one handler writes to memory, tokens masked."""
    root, stream = logging.getLogger(), io.StringIO()
    handler, level = logging.StreamHandler(stream), root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    redaction.install(ODD)
    yield logging.getLogger("coachbot.test"), stream
    root.removeHandler(handler)
    root.setLevel(level)
    for each in (*root.handlers, logging.lastResort):
        if each:
            each.filters = [old for old in each.filters if not isinstance(old, TokenFilter)]


class Shy:
    """Shows a token in one of its two texts only, or in none."""

    def __init__(self, spoken: str, shown: str) -> None:
        self.spoken, self.shown = spoken, shown

    def __str__(self) -> str:
        return self.spoken

    def __repr__(self) -> str:
        return self.shown


class Mute:
    def __str__(self) -> str:
        raise RuntimeError

    __repr__ = __str__


Log = tuple[logging.Logger, io.StringIO]


@pytest.mark.parametrize(
    ("message", "arguments"),
    [
        (f"got {ADDRESS}", ()),
        ("got %s", (ADDRESS,)),
        ("got %r in %d ms", (ADDRESS.encode(), 3)),
        ("got %s", (URL(ADDRESS),)),
        ("got %s", (TelegramError(ADDRESS),)),
        ("got %s", ([{ADDRESS: (ADDRESS,)}],)),
        ("got %(url)s", ({"url": ADDRESS},)),
        ("got %r", (Shy("nothing", ADDRESS),)),
        ("got %s", (Shy(ADDRESS, "nothing"),)),
        ("got 123456789:%s", (SECRET,)),
        ("got %s:%s", ODD.split(":")),
    ],
)
def test_message_and_arguments(log: Log, message: str, arguments: tuple[object, ...]) -> None:
    logger, stream = log
    logger.debug(message, *arguments)
    assert stream.getvalue().startswith("got ")
    assert MASK in stream.getvalue()
    assert SECRET not in stream.getvalue()
    assert "short" not in stream.getvalue()


def test_harmless_records_stay_as_they_are() -> None:
    arguments = (3, 1.5, None, Shy("a", "b"), [1], ("x",))
    record = logging.LogRecord("n", logging.INFO, "p", 1, "%s" * 6, arguments, None)
    before = dict(vars(record))
    assert TokenFilter(TOKEN).filter(record)
    assert vars(record) == before
    assert isinstance(record.args, tuple)
    assert all(mine is theirs for mine, theirs in zip(record.args[:4], arguments, strict=False))


def test_extra_fields_and_stack(log: Log) -> None:
    logger, stream = log
    seen: list[logging.LogRecord] = []
    handler = logging.getLogger().handlers[-1]
    handler.addFilter(lambda record: seen.append(record) is None)  # type: ignore[func-returns-value]
    logger.debug("hello", extra={"url": ADDRESS, "parts": [ADDRESS]}, stack_info=True)
    handler.removeFilter(handler.filters[-1])
    assert SECRET not in repr(vars(seen[0]))
    assert "Stack (most recent call last)" in stream.getvalue()


@pytest.mark.parametrize("arguments", [("too", "many"), (Mute(),)])
def test_wrong_arguments_do_not_raise(
    log: Log, arguments: tuple[object, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging, "raiseExceptions", False)
    log[0].debug("one %s", *arguments)


def break_off() -> NoReturn:
    raise OSError(ADDRESS)


def fail() -> NoReturn:
    try:
        break_off()
    except OSError as error:
        raise TelegramError("sending failed") from error


def test_tracebacks_and_their_causes(log: Log) -> None:
    logger, stream = log
    try:
        fail()
    except TelegramError:
        logger.exception("it failed")
    text = stream.getvalue()
    assert SECRET not in text
    assert f"OSError: https://api.telegram.org/bot{MASK}/sendMessage" in text
    assert "TelegramError: sending failed" in text
    assert "in fail" in text


def test_a_harmless_traceback_stays_an_exception() -> None:
    error = ValueError("harmless")
    info = (ValueError, error, None)
    record = logging.LogRecord("n", logging.ERROR, "p", 1, "m", (), info)
    assert TokenFilter(TOKEN).filter(record)
    assert record.exc_info is info
    assert record.exc_text is None


def test_a_text_that_another_handler_left_is_masked() -> None:
    record = logging.LogRecord("n", logging.ERROR, "p", 1, "m", (), None)
    record.exc_text = f"Traceback {ADDRESS}"
    TokenFilter().filter(record)
    assert record.exc_text == f"Traceback https://api.telegram.org/bot{MASK}/sendMessage"


async def test_a_failing_request_shows_no_token(log: Log) -> None:
    (logger, stream), texts = log, list[str]()
    async with AiohttpRequest() as request:
        for url in (
            f"http://127.0.0.1:1/bot{TOKEN}/getMe",
            f"http://[/bot{TOKEN}",
            f"x://h/{TOKEN}",
        ):
            try:
                await request.call(url, {})
            except TelegramError as error:
                texts.append(str(error))
                logger.debug("failed: %s %r", error, error.__cause__, exc_info=True)
    assert SECRET not in "".join(texts)
    assert stream.getvalue().count("failed: ") == 3
    assert SECRET not in stream.getvalue()


async def test_a_complaint_of_the_loop_shows_no_token(log: Log) -> None:
    context = {"message": "never retrieved", "exception": aiohttp.InvalidURL(ADDRESS)}
    asyncio.get_running_loop().call_exception_handler(context)
    assert "never retrieved" in log[1].getvalue()
    assert SECRET not in log[1].getvalue()


def test_install_twice_leaves_one_filter(log: Log) -> None:
    redaction.install(TOKEN)
    for handler in logging.getLogger().handlers:
        assert sum(isinstance(each, TokenFilter) for each in handler.filters) == 1
    assert logging.lastResort
    assert any(isinstance(each, TokenFilter) for each in logging.lastResort.filters)


def test_talkative_libraries_are_quiet() -> None:
    before = {name: logging.getLogger(name).level for name in redaction.TALKATIVE}
    try:
        redaction.quiet()
        for name in ("httpx", "httpcore.http11", "aiohttp.client", "telegram.Bot"):
            assert not logging.getLogger(name).isEnabledFor(logging.INFO)
            assert logging.getLogger(name).isEnabledFor(logging.WARNING)
    finally:
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)


# ---- structlog


def rendered(*before: structlog.typing.Processor, **event: object) -> str:
    stream = io.StringIO()
    logger = structlog.wrap_logger(
        structlog.PrintLogger(stream),
        processors=[
            *before,
            token_processor(ODD),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
    )
    logger.debug(ODD, **event)
    return stream.getvalue()


def test_structlog_fields() -> None:
    text = rendered(url=ADDRESS, nested={"list": [ADDRESS, URL(ADDRESS)]}, number=3, nothing=None)
    assert SECRET not in text
    masked = ADDRESS.replace(TOKEN, MASK)
    event = json.loads(text)
    assert event["event"] == MASK
    assert event["nested"] == {"list": [masked, masked]}
    assert (event["number"], event["nothing"]) == (3, None)


@pytest.mark.parametrize("value", [Shy(ADDRESS, "x"), Shy("x", ADDRESS), ADDRESS.encode()])
def test_structlog_objects(value: object) -> None:
    assert json.loads(rendered(value=value))["value"] != repr(value)
    assert MASK in rendered(value=value)
    assert SECRET not in rendered(value=value)


@pytest.mark.parametrize("how", ["true", "tuple", "error", "formatted"])
def test_structlog_tracebacks(how: str) -> None:
    try:
        fail()
    except TelegramError as error:
        info = {"true": True, "tuple": sys.exc_info(), "error": error}.get(how, True)
        before = [structlog.processors.format_exc_info] if how == "formatted" else []
        text = rendered(*before, exc_info=info)
    assert SECRET not in text
    assert "TelegramError: sending failed" in text


def test_structlog_harmless_tracebacks_stay() -> None:
    processor, error = token_processor(), ValueError("harmless")
    clean = processor(None, "error", {"event": "e", "exc_info": error})
    assert clean == {"event": "e", "exc_info": error}


@pytest.mark.parametrize("masked_by", ["filter", "processor"])
def test_records_rendered_by_structlog(masked_by: str) -> None:
    stream, formatter = io.StringIO(), structlog.stdlib.ProcessorFormatter
    handler = logging.StreamHandler(stream)
    processors: list[structlog.typing.Processor] = [
        structlog.stdlib.add_logger_name,
        formatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(),
    ]
    if masked_by == "filter":
        handler.addFilter(TokenFilter())
    else:
        processors.insert(0, token_processor())
    handler.setFormatter(formatter(processors=processors))
    logger = logging.getLogger("coachbot.alone")
    logger.addHandler(handler)
    try:
        fail()
    except TelegramError:
        logger.exception(ADDRESS)
    logger.removeHandler(handler)
    event = json.loads(stream.getvalue())
    assert SECRET not in stream.getvalue()
    assert event["logger"] == "coachbot.alone"
    assert "TelegramError: sending failed" in event["exception"]
