"""The server in a thread with a loop of its own, for tests that have none."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from tests.fake_botapi.server import FakeBotApi

Result = TypeVar("Result")


class ThreadedBotApi:
    """A handle on a server in another thread.

    Coroutines of its people, calls and faults go through `do`, which waits for their result, and
    everything else through `ask`:

        with run_in_thread(FakeBotApi()) as thread:
            anna = thread.api.person()
            thread.do(anna.sends("/start"))
            print(thread.ask(lambda: anna.chat))
    """

    def __init__(self, api: FakeBotApi, loop: asyncio.AbstractEventLoop) -> None:
        self.api = api
        self._loop = loop

    def do(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Run a coroutine in the server's loop and return its result."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def ask(self, look: Callable[[], Result]) -> Result:
        """Call something in the server's loop, so that nothing changes meanwhile."""

        async def work() -> Result:
            return look()

        return self.do(work())


@contextmanager
def run_in_thread(api: FakeBotApi) -> Iterator[ThreadedBotApi]:
    """Serve in a thread until the block ends."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="fake Bot API", daemon=True)
    thread.start()
    handle = ThreadedBotApi(api, loop)
    try:
        handle.do(api.__aenter__())
        yield handle
    finally:
        handle.do(api.__aexit__(None, None, None))
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
