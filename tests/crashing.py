"""A bot that is killed at a named point of the road: `python -m tests.crashing POINT NTH`.

The idea is etcd's failpoints. The product has no hook for it: its functions are wrapped here, and
the process ends as by SIGKILL, without a word, when a point is passed for the n-th time.
"""

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from coachbot.channels.telegram.sending import Sender
from coachbot.coach.posting import Post
from coachbot.coach.road import Road
from coachbot.store.database import Connection, Database

POINTS: Final = (
    "after_fetch",
    "before_inbox_commit",
    "after_inbox_commit",
    "before_answer_commit",
    "after_answer_commit",
    "before_taking_commit",
    "before_send",
    "after_send",
    "before_settling_commit",
    "after_settling_commit",
)
KILLED: Final = 9


class Fuse:
    """Counts how often its point is passed."""

    def __init__(self, point: str, nth: int) -> None:
        self._point, self._left = point, nth

    def passes(self, point: str) -> None:
        if point == self._point:
            self._left -= 1
            if self._left == 0:
                os._exit(KILLED)


def lay(fuse: Fuse) -> None:
    """Put the fuse at every point of the road."""
    doing = threading.local()

    def doing_what(name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def named(*arguments: Any, **more: Any) -> Any:
            doing.name = name
            try:
                return work(*arguments, **more)
            finally:
                doing.name = ""

        return named

    write = Database.write

    @contextmanager
    def watched(database: Database) -> Iterator[Connection]:
        name = getattr(doing, "name", "")
        with write(database) as connection:
            yield connection
            fuse.passes(f"before_{name}_commit")
        fuse.passes(f"after_{name}_commit")

    receive_nothing, receive = Road.receive, doing_what("inbox", Road.receive)

    def fetched(road: Road, updates: Any, now: Any) -> Any:
        if not updates:
            return receive_nothing(road, updates, now)
        fuse.passes("after_fetch")
        return receive(road, updates, now)

    takes, settles = doing_what("taking", Post.go_on), doing_what("settling", Post.go_on)

    def went_on(post: Post, ended: Any, *rest: Any) -> Any:
        return (settles if ended else takes)(post, ended, *rest)

    call = Sender._call

    async def called(sender: Sender, owed: Any) -> Any:
        fuse.passes("before_send")
        result = await call(sender, owed)
        fuse.passes("after_send")
        return result

    _replace(Database, "write", watched)
    _replace(Road, "receive", fetched)
    _replace(Road, "work", doing_what("answer", Road.work))
    _replace(Post, "go_on", went_on)
    _replace(Post, "settle", doing_what("settling", Post.settle))
    _replace(Sender, "_call", called)


def _replace(owner: type, name: str, function: Callable[..., Any]) -> None:
    setattr(owner, name, function)


def main() -> None:
    from coachbot.settings import Settings
    from coachbot.wiring_telegram import run_bot

    point, nth = sys.argv[1], int(sys.argv[2])
    lay(Fuse(point, nth))
    run_bot(Settings.load())


if __name__ == "__main__":
    main()
