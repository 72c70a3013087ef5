"""What the bot asked of the server, in order."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase

from tests.fake_botapi.parameters import Parameters, Upload
from tests.fake_botapi.signals import Signal


@dataclass(slots=True)
class Call:
    """One request. `status` is None until it is answered, and stays so if it never is."""

    sequence: int
    time: float
    method: str
    parameters: Parameters
    token_ok: bool
    status: int | None = None
    description: str = ""

    @property
    def at(self) -> datetime:
        return datetime.fromtimestamp(self.time, UTC)

    @property
    def chat_id(self) -> int:
        return self.parameters.integer("chat_id")

    @property
    def text(self) -> str:
        return self.parameters.text("text")

    @property
    def files(self) -> dict[str, Upload]:
        return self.parameters.files

    def fits(self, method: str, chat: int | None = None) -> bool:
        """Tell whether the call is of this method (`send*` will do) and to this chat."""
        return fnmatchcase(self.method, method) and chat in (None, self.chat_id)


class CallLog:
    """The calls so far, oldest first; only the last `remember` of them if that is given."""

    def __init__(self, remember: int | None = None) -> None:
        self._calls: deque[Call] = deque(maxlen=remember)
        self._changed = Signal()
        self.count = 0

    def __iter__(self) -> Iterator[Call]:
        return iter(list(self._calls))

    def __len__(self) -> int:
        return len(self._calls)

    def __getitem__(self, index: int) -> Call:
        return self._calls[index]

    def open(self, time: float, method: str, parameters: Parameters, *, token_ok: bool) -> Call:
        """Note a call that has arrived."""
        self.count += 1
        call = Call(self.count, time, method, parameters, token_ok)
        self._calls.append(call)
        self._changed.notify()
        return call

    def close(self, call: Call, status: int, description: str) -> None:
        """Note how a call was answered."""
        call.status, call.description = status, description
        self._changed.notify()

    def of(self, method: str, chat: int | None = None) -> list[Call]:
        """Return the calls of a method, answered or not; a pattern like `send*` will do."""
        return [call for call in self._calls if call.fits(method, chat)]

    async def arrived(self, method: str, count: int = 1, chat: int | None = None) -> list[Call]:
        """Wait until `count` such calls have come in."""

        def look() -> list[Call] | None:
            calls = self.of(method, chat)
            return calls if len(calls) >= count else None

        return await self._changed.until(look)

    async def answered(self, method: str, count: int = 1, chat: int | None = None) -> list[Call]:
        """Wait until `count` such calls have been answered."""

        def look() -> list[Call] | None:
            calls = [call for call in self.of(method, chat) if call.status is not None]
            return calls if len(calls) >= count else None

        return await self._changed.until(look)
