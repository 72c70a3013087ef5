"""Wiring for whoever looks after the database: keys and what was put aside."""

import time
from collections.abc import Iterator
from typing import Final

from coachbot.errors import SettingsError
from coachbot.settings import Settings
from coachbot.store import keys
from coachbot.wiring import database_of, key_ring

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
