"""The printer: makes faces beside the work that asked, few at once, and none twice."""

from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Final

from coachbot.definition.faces import BESIDE, FACES
from coachbot.definition.model import Definition
from coachbot.definition.printable import known
from coachbot.texts.library import Words

AT_ONCE: Final = 2
KEPT: Final = 32


@dataclass(frozen=True, slots=True)
class Printed:
    """A file to hand over."""

    name: str
    content: bytes


Order = tuple[str, Definition, str]


@dataclass
class Printer:
    """Prints faces in its own threads; safe to be asked from any thread.

    `prompts` is the operator's folder of texts (COACHBOT_PROMPTS), None for the package's own.
    What was printed is kept in memory, the last `kept` files, until `forget`.
    """

    prompts: Path | None = None
    at_once: int = AT_ONCE
    kept: int = KEPT
    _orders: OrderedDict[Order, Future[Printed]] = field(default_factory=OrderedDict, init=False)
    _lock: Lock = field(default_factory=Lock, init=False)
    _pool: ThreadPoolExecutor = field(init=False)

    def __post_init__(self) -> None:
        self._pool = ThreadPoolExecutor(self.at_once, thread_name_prefix="printer")

    def order(self, face: str, definition: Definition, words: Words) -> Future[Printed]:
        """Return what will be printed; the same content is printed once, also while under way.

        The future fails with what the face raised (KeyError for a face that does not exist); a
        failure is not kept.
        """
        order = (face, definition, words.language)
        with self._lock:
            if order not in self._orders:
                self._orders[order] = self._pool.submit(self._made, face, definition, words)
            self._orders.move_to_end(order)
            ordered = self._orders[order]
            while len(self._orders) > self.kept:
                self._orders.popitem(last=False)
        ordered.add_done_callback(lambda done: self._drop_failed(order, done))
        return ordered

    def print(self, face: str, definition: Definition, words: Words) -> Printed:
        """Return a face, made now or kept from before; raises what the face raises."""
        return self.order(face, definition, words).result()

    def forget(self) -> None:
        """Let go of everything kept: somebody wants to be forgotten, or the texts changed."""
        with self._lock:
            self._orders.clear()
        known.cache_clear()

    def close(self) -> None:
        """Finish what is under way, drop what is not; nothing can be ordered any more."""
        self._pool.shutdown(cancel_futures=True)
        self.forget()

    def _made(self, face: str, definition: Definition, words: Words) -> Printed:
        made = BESIDE[face] if face in BESIDE else FACES[face]
        return Printed(
            made.file_name(definition, words), made.make(definition, words, self.prompts)
        )

    def _drop_failed(self, order: Order, done: Future[Printed]) -> None:
        if done.cancelled() or done.exception():
            with self._lock:
                if self._orders.get(order) is done:
                    del self._orders[order]
