"""The bodies of requests: JSON, a form, or a form with files, and how they are written.

Forms are encoded as python-telegram-bot's own `HTTPXRequest` encodes them.
"""

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

import aiohttp
from telegram.error import BadRequest
from telegram.request import RequestData

from coachbot.plain_json import encode

if TYPE_CHECKING:
    from aiohttp.abc import AbstractStreamWriter
    from telegram._utils.types import FieldTuple

_PIECE = 64 * 1024
_LONE_SURROGATE = "Text holds a lone surrogate. Request was *not* sent to Telegram."


@dataclass(frozen=True, slots=True)
class Content:
    """An encoded request body."""

    data: bytes
    media_type: str
    has_files: bool = False


def as_json(parameters: Mapping[str, object]) -> Content:
    """Return parameters as compact JSON; raises BadRequest for a text that cannot be encoded."""
    try:
        return Content(encode(parameters), "application/json")
    except UnicodeEncodeError:
        raise BadRequest(_LONE_SURROGATE) from None  # the original quotes the whole text


def encoded(data: RequestData | Content | None) -> Content | None:
    """Return what a request carries as a form; what is encoded already stays as it is.

    Raises BadRequest for a text that cannot be encoded.
    """
    if data is None or isinstance(data, Content):
        return data
    try:
        if data.contains_files:
            return _multipart(data.json_parameters, data.multipart_data)
        form = data.url_encoded_parameters().encode()
        return Content(form, "application/x-www-form-urlencoded")
    except UnicodeEncodeError:
        raise BadRequest(_LONE_SURROGATE) from None


def _multipart(fields: Mapping[str, str], files: "Mapping[str, FieldTuple]") -> Content:
    """Encode a form as `HTTPXRequest` does; aiohttp's own adds types to fields and quotes names."""
    boundary = secrets.token_hex(16)
    parts = [(_disposition(name=name), value.encode()) for name, value in fields.items()]
    for name, (filename, file, media_type) in files.items():
        header = f"{_disposition(name=name, filename=filename)}\r\nContent-Type: {media_type}"
        parts.append((header, file if isinstance(file, bytes) else _all_of(file)))
    data = b"".join(
        b"--%b\r\n%b\r\n\r\n%b\r\n" % (boundary.encode(), header.encode(), value)
        for header, value in parts
    )
    media_type = f"multipart/form-data; boundary={boundary}"
    return Content(data + f"--{boundary}--\r\n".encode(), media_type, has_files=True)


_ESCAPES = str.maketrans({'"': "%22", "\\": "\\\\"} | {chr(c): f"%{c:02X}" for c in range(32)})


def _disposition(**parameters: str) -> str:
    named = (f'; {name}="{value.translate(_ESCAPES)}"' for name, value in parameters.items())
    return "Content-Disposition: form-data" + "".join(named)


def _all_of(file: IO[bytes]) -> bytes:
    """Read a file whole and leave it open: a second attempt reads it again."""
    if file.seekable():
        file.seek(0)
    return file.read()


def body_of(content: Content, seconds: float | None) -> aiohttp.Payload:
    """Return what aiohttp writes; what fits into one piece goes out with the head, at once."""
    if len(content.data) > _PIECE:
        return _Body(content, seconds)
    return aiohttp.BytesPayload(content.data, content_type=content.media_type)


class _Body(aiohttp.Payload):
    """Writes content piece by piece, each within the write timeout, which aiohttp lacks."""

    _autoclose = True

    def __init__(self, content: Content, seconds: float | None) -> None:
        super().__init__(content.data, content_type=content.media_type)
        self._data = content.data
        self._size = len(content.data)
        self._seconds = seconds

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        return self._data.decode(encoding, errors)

    async def write(self, writer: "AbstractStreamWriter") -> None:
        for start in range(0, len(self._data), _PIECE):
            async with asyncio.timeout(self._seconds):
                await writer.write(self._data[start : start + _PIECE])
