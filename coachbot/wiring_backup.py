"""Wiring backups: settings in, what was done out, by name."""

from datetime import datetime
from pathlib import Path

from coachbot.errors import SettingsError
from coachbot.settings import Settings
from coachbot.store.database import file_of, open_database, place_of
from coachbot.store.ledger import Ledger
from coachbot.store.restoring import Restored
from coachbot.store.sealing import KeyRing
from coachbot.wiring import database_of, ledger_file

Told = dict[str, object]


def back_up_to(settings: Settings, file: Path, now: datetime) -> Told:
    """Back the database up; raises SettingsError for one that has tools of its own."""
    from coachbot.store.backup import back_up

    made = back_up(_file(settings, "pg_dump"), file, now)
    return {"backup": file, "bytes": made.size, "schema": made.schema, **made.rows}


def restore_from(settings: Settings, file: Path, now: datetime) -> Told:
    from coachbot.store.restoring import restore

    to, ring = _file(settings, "pg_restore, then --in-place"), _keys(settings)
    return _told(restore(file, to, ring, Ledger(ledger_file(settings)), now))


def settle_restored(settings: Settings, now: datetime) -> Told:
    from coachbot.store.restoring import settle_in_place

    ring, ledger = _keys(settings), Ledger(ledger_file(settings))
    return _told(settle_in_place(database_of(settings), ring, ledger, now))


def move_to(settings: Settings, url: str, now: datetime) -> Told:
    from coachbot.store.moving import move

    ring, target = _keys(settings), open_database(url)
    rows, compared = move(database_of(settings), target, ring, now)
    target.close()
    return {"moved to": place_of(url), **rows, "opened and compared": compared}


def _keys(settings: Settings) -> KeyRing:
    """Return the master keys; none is made here, it could not open anything."""
    if settings.master_key is not None:
        return KeyRing.from_text(settings.master_key.get_secret_value())
    if not settings.master_key_file.exists():
        raise SettingsError(f"COACHBOT_MASTER_KEY_FILE: {settings.master_key_file}: no such file")
    return KeyRing.from_file(settings.master_key_file)[0]


def _file(settings: Settings, tool: str) -> Path:
    file = file_of(settings.database_url.get_secret_value())
    if file is None:
        raise SettingsError(f"this is for SQLite; use {tool}, see docs/operating.md")
    return file


def _told(restored: Restored) -> Told:
    return {
        **restored.rows,
        "erased again": restored.erased_again,
        "owed, not sent": restored.not_sent,
        "arrived, not handled": restored.not_handled,
        "nudges moved on": restored.nudges_moved,
    }
