"""JSON as bytes, compact. On the road a message is written and read five times.

orjson does it several times as fast; what it refuses and somebody may send, half a letter, goes
through the standard library. A number beyond 64 bits is read as a float, so it is nobody's id.
"""

import json
from typing import Any, Final

import orjson

_COMPACT: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def encode(data: object, errors: str = "strict") -> bytes:
    """Return JSON in UTF-8; `errors` says what becomes of half a letter, as in `str.encode`.

    Raises UnicodeEncodeError for it by default, and TypeError for what is no JSON.
    """
    try:
        return orjson.dumps(data, default=_as_list)
    except orjson.JSONEncodeError:
        return _COMPACT.encode(data).encode(errors=errors)


def decode(data: bytes, errors: str = "strict") -> Any:  # noqa: ANN401  whatever was written
    """Return what JSON in UTF-8 says; `errors` is that of `bytes.decode`. Raises ValueError."""
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        return json.loads(data.decode(errors=errors))


def _as_list(value: object) -> list[object]:
    """Write a named tuple as the standard library does."""
    if isinstance(value, tuple):
        return list(value)
    raise TypeError(f"no JSON: {type(value).__name__}")
