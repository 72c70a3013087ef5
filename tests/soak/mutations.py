"""A barrage of broken updates: none is lost, none breaks the bot, none holds a good one up.

`python -m tests.soak.mutations --count 100000` prints a line for a table.
"""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import reduce
from pathlib import Path
from typing import Final

from sqlalchemy import select

from coachbot.coach import Coach
from coachbot.coach.turn import Office
from coachbot.flow.answers import Key
from coachbot.store.database import open_database
from coachbot.store.inbox import QUARANTINED, SETTLED
from coachbot.store.migrating import migrate
from coachbot.store.sealing import KeyRing, new_key
from coachbot.store.tables import inbox
from coachbot.texts.library import Library, prompts_folder
from coachbot.texts.rules import coached_flow
from tests.mutations import Breaker
from tests.telegram.wire import Wire

CROWD: Final = 12
AT_ONCE: Final = 100
BUBBLE: Final = 1.5
FIRST: Final = 1_000_000_000
HARMLESS: Final = (
    *("chat not found", "message to edit not found", "message can't be edited"),
    *("message is not modified", "query is too old", "the bot was blocked"),
    *("bot was kicked", "not a member", "need administrator rights", "PEER_ID_INVALID"),
    "chat member status can't be changed in private chats",
)
"""What Telegram may say about chats, messages and taps that a mutation made up."""
HEAD: Final = (
    "| broken updates | put aside | failed | lost | good ones lost | refused | a second |\n"
    "|---|---|---|---|---|---|---|"
)


@dataclass
class Tally:
    """What became of a barrage. All but the first two must be empty."""

    sent: int = 0
    put_aside: int = 0
    failed: list[str] = field(default_factory=list)
    lost: int = 0
    good_ones_lost: int = 0
    refused: Counter[str] = field(default_factory=Counter)

    @property
    def is_clean(self) -> bool:
        return not (self.failed or self.lost or self.good_ones_lost or self.refused)

    def and_(self, other: "Tally") -> "Tally":
        return Tally(
            self.sent + other.sent,
            self.put_aside + other.put_aside,
            self.failed + other.failed,
            self.lost + other.lost,
            self.good_ones_lost + other.good_ones_lost,
            self.refused + other.refused,
        )


@dataclass
class Barrage:
    wire: Wire
    chance: random.Random
    tally: Tally = field(default_factory=Tally)

    def __post_init__(self) -> None:
        crowd = [self.wire.person(f"Person {n}") for n in range(CROWD)]
        self.breaker = Breaker(self.chance, crowd)

    def fires(self, count: int) -> Tally:
        """Send `count` broken updates, a hundred at a time, each time followed by good ones."""
        for start in range(0, count, AT_ONCE):
            self._volley(FIRST + start, min(AT_ONCE, count - start))
        return self.tally

    def _volley(self, first: int, size: int) -> None:
        broken = [self.breaker.update(first + n) for n in range(size)]
        stranger, name = self.wire.person("Clara"), f"Betrieb {first}"
        good = [
            self._from(stranger.id, 2 * FIRST + first + n, t) for n, t in ((0, "/start"), (1, name))
        ]
        self.wire.receive(*broken, *good)
        for _ in range(2):
            self.wire.work()
            self.wire.send()
            self.wire.passes(seconds=2 * self.wire.bubble)
        told = self.wire.answers(stranger) if self.wire.is_known(stranger) else {}
        self.tally.good_ones_lost += told != {Key("business.name"): name}
        self._counts(first, size)
        self.wire.passes(seconds=self.chance.choice((1, 1, 60, 13 * 3600)))
        self.wire.post.tidy(self.wire.now)
        self._forgets()

    def _from(self, id_: int, update_id: int, words: str) -> dict[str, object]:
        sender = {"id": id_, "is_bot": False, "first_name": "Clara", "language_code": "de"}
        chat = {"id": id_, "type": "private", "first_name": "Clara"}
        date = int(self.wire.now.timestamp())
        message = {"message_id": update_id % 2, "date": date, "chat": chat, "from": sender}
        return {"update_id": update_id, "message": message | {"text": words}}

    def _forgets(self) -> None:
        """Note what Telegram refused, and let go of what nobody looks at any more."""
        said = (reason.partition(": ")[2] for reason in self.wire.refused)
        self.tally.refused += Counter(why for why in said if not any(h in why for h in HARMLESS))
        self.wire.refused.clear()
        for person in self.breaker.people:
            for message in person.messages[:-40]:
                del self.wire.telegram.cloud.chats[person.id].messages[message.id]

    def _counts(self, first: int, size: int) -> None:
        """Note what became of a volley; nothing may still wait."""
        fired = (inbox.c.update_id >= first) & (inbox.c.update_id < first + size)
        with self.wire.coach.database.read() as connection:
            rows = connection.execute(select(inbox).where(fired)).all()
        ended = Counter(row.state for row in rows)
        self.tally.sent += size
        self.tally.put_aside += ended[QUARANTINED]
        self.tally.lost += size - ended[SETTLED] - ended[QUARANTINED]
        self.tally.failed += [str(row.reason) for row in rows if row.attempts]


def barrage(folder: Path, count: int, seed: int) -> Tally:
    """Fire at a coach of its own; every second one waits for further bubbles."""
    library = Library(prompts_folder())
    database = open_database(f"sqlite:///{folder / 'coachbot.sqlite3'}")
    migrate(database)
    office = Office(coached_flow(library), library, KeyRing.from_text(new_key()))
    wire = Wire(Coach(office, database), bubble=BUBBLE * (seed % 2))
    try:
        return Barrage(wire, random.Random(seed)).fires(count)
    finally:
        database.close()


def barrages(count: int, seed: int, processes: int) -> Tally:
    """Fire in several processes at once, each at a coach of its own."""
    with tempfile.TemporaryDirectory(prefix="coachbot-") as folder:
        places = [Path(folder) / str(n) for n in range(processes)]
        shares = [count // processes + (n < count % processes) for n in range(processes)]
        with ProcessPoolExecutor(processes) as pool:
            seeds = range(seed, seed + processes)
            return reduce(Tally.and_, pool.map(barrage, places, shares, seeds))


def line(tally: Tally, seconds: float) -> str:
    figures = (
        *(tally.sent, tally.put_aside, len(tally.failed), tally.lost, tally.good_ones_lost),
        *(sum(tally.refused.values()), round(tally.sent / seconds)),
    )
    return f"| {' | '.join(map(str, figures))} |"


def main() -> None:
    parser = argparse.ArgumentParser(description="Fire broken updates at the bot, and count.")
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    told = parser.parse_args()
    began = time.monotonic()
    tally = barrages(told.count, told.seed, told.processes)
    print(f"{HEAD}\n{line(tally, time.monotonic() - began)}")
    for complaint in (*tally.failed, *tally.refused):
        print(complaint, file=sys.stderr)
    sys.exit(0 if tally.is_clean else 1)


if __name__ == "__main__":
    main()
