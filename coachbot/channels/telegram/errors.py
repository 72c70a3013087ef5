"""What an error of the Bot API means for the row that was being sent: one table.

Telegram has no idempotency key for messages, so an answer that was lost is a state of its own:
only what was surely not sent may be sent again without further thought.
"""

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum, auto
from json import JSONDecodeError
from typing import Final

import aiohttp
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
)

from coachbot.channels.telegram.redaction import redact


class UnsentError(Exception):
    """The cause of a `NetworkError` whose request surely did not leave this process."""


class PoolTimeoutError(UnsentError, TimeoutError):
    """No connection became free in time."""


class ShutDownError(UnsentError, RuntimeError):
    """The request object was shut down and not initialized again."""


class Outcome(StrEnum):
    """What became of a request that raised an error."""

    SENT_ALREADY = auto()  # an edit that changes nothing: as good as done
    NOT_SENT = auto()  # did not reach Telegram: safe to send again
    WAIT = auto()  # not sent; this chat has to wait, no other
    FAILED = auto()  # the server says that it failed: hardly sent, but not for certain
    AMBIGUOUS = auto()  # may have been sent or not
    UNREACHABLE = auto()  # this person cannot be written to: stop, keep the data
    STALE = auto()  # the tap or message is too old: ignore, or send anew
    BAD_MARKUP = auto()  # Telegram could not parse the text: send it once as plain text
    STOPPED = auto()  # the token is not valid: stop sending altogether
    CONFLICT = auto()  # another instance is receiving
    REFUSED = auto()  # no repetition helps: set aside and raise an alarm


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome, the seconds Telegram asks to wait (if it does), and a text safe to log.

    The description holds neither a token nor what Telegram quotes from a message.
    """

    outcome: Outcome
    retry_after: float | None
    description: str


# The request had not begun when these were raised.
_UNSENT = (
    UnsentError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientConnectorError,  # no route, no name, refused, no TLS, no proxy
    aiohttp.ClientHttpProxyError,  # the proxy refused the tunnel
    aiohttp.InvalidURL,
    aiohttp.NonHttpUrlClientError,
)

# How Telegram's descriptions begin, in lower case; they come before the types below.
_BY_DESCRIPTION: Final = {
    "message is not modified": Outcome.SENT_ALREADY,
    "chat not found": Outcome.UNREACHABLE,
    "peer_id_invalid": Outcome.UNREACHABLE,
    "user not found": Outcome.UNREACHABLE,
    "query is too old": Outcome.STALE,
    "query_id_invalid": Outcome.STALE,
    "message can't be edited": Outcome.STALE,
    "message to edit not found": Outcome.STALE,
    "message can't be deleted": Outcome.STALE,
    "message to delete not found": Outcome.STALE,
    "message to react not found": Outcome.STALE,
    "message_id_invalid": Outcome.STALE,
    "can't parse entities": Outcome.BAD_MARKUP,
    "too many requests": Outcome.WAIT,
    "request entity too large": Outcome.REFUSED,
    "internal server error": Outcome.FAILED,
    "bad gateway": Outcome.FAILED,
    "service unavailable": Outcome.FAILED,
}

# `BadRequest` stands before its parent `NetworkError`; whatever is left is ambiguous.
_BY_TYPE: Final = (
    (RetryAfter, Outcome.WAIT),
    (Forbidden, Outcome.UNREACHABLE),
    (InvalidToken, Outcome.STOPPED),
    (Conflict, Outcome.CONFLICT),
    ((BadRequest, ChatMigrated, EndPointNotFound), Outcome.REFUSED),
    (TelegramError, Outcome.AMBIGUOUS),
)


def outcome_of(error: TelegramError) -> Verdict:
    """Return what `error`, raised by a send, means for the row and for its chat."""
    return Verdict(_outcome(error), _retry_after(error), _description(error))


def is_surely_unsent(error: TelegramError) -> bool:
    """Tell whether the request that raised `error` cannot have reached Telegram."""
    return isinstance(error.__cause__, _UNSENT)


def _outcome(error: TelegramError) -> Outcome:
    if is_surely_unsent(error):
        return Outcome.NOT_SENT
    described = _described(error)
    if described is Outcome.FAILED or _is_page(error):
        return Outcome.FAILED
    # The answer was no JSON: a proxy spoke, not Telegram.
    if isinstance(error.__cause__, TelegramError):
        return Outcome.AMBIGUOUS
    return described or next(found for kind, found in _BY_TYPE if isinstance(error, kind))


def _is_page(error: TelegramError) -> bool:
    """Whether a page came instead of an answer, as a captive portal has it for everything."""
    cause = error.__cause__
    return isinstance(cause, JSONDecodeError) and cause.doc.lstrip().startswith("<")


def _described(error: TelegramError) -> Outcome | None:
    if not isinstance(error, NetworkError):
        return None
    said = error.message.lower()
    return next((found for start, found in _BY_DESCRIPTION.items() if said.startswith(start)), None)


def _retry_after(error: TelegramError) -> float | None:
    if not isinstance(error, RetryAfter):
        return None
    span = error.retry_after
    return span.total_seconds() if isinstance(span, dt.timedelta) else float(span)


# Foreign bodies and representations of exceptions may hold anything.
_FOREIGN = re.compile(r"(\. Parsing the server response|HTTP implementation: \w+).*", re.DOTALL)
_QUOTED = re.compile(r"(?:\"|(?<!\w)')(?:.*[\"']|.*$)", re.DOTALL)  # greedy: quotes may nest
_LONGEST = 200


def _description(error: TelegramError) -> str:
    said = _QUOTED.sub("…", _FOREIGN.sub(r"\1", redact(error.message)))
    printable = "".join(c if c.isprintable() else " " for c in said)
    return f"{type(error).__name__}: {printable[:_LONGEST]}"
