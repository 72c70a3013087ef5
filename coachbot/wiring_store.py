"""Wiring for whoever looks after the database: keys and what was put aside."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from coachbot.errors import SettingsError, StoreError
from coachbot.settings import Settings
from coachbot.store import keys, people, quarantine
from coachbot.store.people import Address
from coachbot.wiring import database_of, key_ring, ledger_of

CHANNEL: Final = "telegram"
REST_SECONDS: Final = 0.05
"""Between two batches; a bot that waits for its turn to write tries again within this time."""


def rotate_keys(settings: Settings, tell: keys.Progress) -> int:
    """Seal everything with the first key, beside a running bot; returns how many values it was."""
    database = database_of(settings)
    ring = key_ring(settings, database)
    return keys.rotate(database, ring, tell, lambda: time.sleep(REST_SECONDS))


def keys_in_use(settings: Settings) -> Iterator[str]:
    """Yield a line for each key: its id, how many values it sealed, and whether it is needed."""
    database = database_of(settings)
    ring = key_ring(settings, database)
    sealed = keys.count(database)
    for key in ring.ids:
        needed = "seals" if key == ring.sealing else "needed" if sealed[key] else "may go"
        yield f"{key.hex()} {sealed[key]:>10}  {needed}"
    if lacking := [key.hex() for key in sealed if key not in ring.ids]:
        raise SettingsError(f"COACHBOT_MASTER_KEY: lacks the keys {', '.join(lacking)}")


def erase(settings: Settings, user: int) -> None:
    """Erase a person who asks by another way than the chat; raises StoreError for a stranger."""
    database, now = database_of(settings), datetime.now(UTC)
    with database.write() as connection:
        person = people.find(connection, Address(CHANNEL, str(user)))
        if person is None:
            raise StoreError(f"nobody with the Telegram user id {user} is known here")
        ledger_of(settings).note(person.id, now)
        people.erase(connection, person, now)


def put_aside(settings: Settings) -> Iterator[str]:
    """Yield a line for each update that was put aside: what is known of it but its content."""
    with database_of(settings).read() as connection:
        found = quarantine.all_of(connection)
    return map(_line, found)


def put_aside_shown(settings: Settings, id_: int, *, opened: bool) -> Iterator[str]:
    """Yield what is known of an update that was put aside, and its content when it is `opened`."""
    database = database_of(settings)
    with database.read() as connection:
        yield _line(quarantine.get(connection, id_))
        if opened:
            raw = quarantine.content(connection, key_ring(settings, database), id_)
            yield json.dumps(raw, indent=2)


def replay(settings: Settings, id_: int) -> None:
    with database_of(settings).write() as connection:
        quarantine.replay(connection, id_, datetime.now(UTC))


def drop(settings: Settings, id_: int) -> None:
    with database_of(settings).write() as connection:
        quarantine.drop(connection, id_, datetime.now(UTC))


def _line(one: quarantine.PutAside) -> str:
    came = one.received_at.isoformat(timespec="seconds")
    return f"{one.id}  {came}  chat {one.chat}  {one.attempts} attempts  {one.reason}"
