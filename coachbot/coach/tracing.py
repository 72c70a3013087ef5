"""Which update or call a line in the log is about: its ids, never its content."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

_ABOUT: Final[ContextVar[Mapping[str, int]]] = ContextVar("about")
_NOTHING: Final[Mapping[str, int]] = {}


@contextmanager
def about(**ids: int) -> Iterator[None]:
    """Let every line that is logged in this block carry these ids, like `update=7, inbox=8`."""
    token = _ABOUT.set({**_ABOUT.get(_NOTHING), **ids})
    try:
        yield
    finally:
        _ABOUT.reset(token)


def ids() -> Mapping[str, int]:
    """Return the ids of what is being done."""
    return _ABOUT.get(_NOTHING)
