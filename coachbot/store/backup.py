"""A backup of a SQLite database: one file, taken while the bot writes, whole or refused.

It is the database as SQLite's own backup sees it at one moment, and behind it a line that says
how long it is, what it hashes to and what is in it. Without that line, or when it does not fit,
a file is half a backup. What people wrote is sealed in it as it is in the database.
"""

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Self

from coachbot.errors import StoreError
from coachbot.store.disk import sync_folder

SHAPE: Final = 1
_MARK: Final = b"\ncoachbot-backup "
_LONGEST_LINE: Final = 64 * 1024
_PIECE: Final = 1024 * 1024
_PRIVATE: Final = 0o600
_BUSY_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself: its size in bytes, its hash, its moment and its rows."""

    size: int
    sha256: str
    made_at: datetime
    schema: str
    rows: dict[str, int]

    def line(self) -> bytes:
        told = {
            "shape": SHAPE,
            "size": self.size,
            "sha256": self.sha256,
            "made_at": self.made_at.astimezone(UTC).isoformat(timespec="seconds"),
            "schema": self.schema,
            "rows": self.rows,
        }
        return _MARK + json.dumps(told).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> Self:
        """Read what `line` wrote; raises ValueError, KeyError or TypeError."""
        told: dict[str, Any] = json.loads(line.removeprefix(_MARK))
        if told["shape"] != SHAPE:
            raise ValueError("made by another version of coachbot")
        made_at = datetime.fromisoformat(told["made_at"])
        return cls(int(told["size"]), told["sha256"], made_at, told["schema"], told["rows"])


def back_up(database: Path, to: Path, now: datetime) -> Manifest:
    """Write a backup of a database file that may be in use; raises StoreError.

    The file appears under its name only when it is whole, checked and on the disk.
    """
    if not database.is_file():
        raise StoreError(f"{database}: there is no database")
    if to.exists():
        raise StoreError(f"{to}: exists already; a backup overwrites nothing")
    with _own_errors(to), _beside(to, ".part") as part:
        with (
            closing(sqlite3.connect(database, timeout=_BUSY_SECONDS)) as source,
            closing(sqlite3.connect(part)) as copy,
        ):
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
            rows, schema = _checked(copy)
        manifest = Manifest(part.stat().st_size, _hash(part), now, schema, rows)
        with part.open("ab") as file:
            file.write(manifest.line())
            file.flush()
            os.fsync(file.fileno())
        part.replace(to)
        sync_folder(to.parent)
    return manifest


@contextmanager
def unpacked(backup: Path, near: Path) -> Iterator[Path]:
    """Yield the database of a backup as a file beside `near`; raises StoreError for half a one.

    The file is gone afterwards unless it was moved to where it belongs.
    """
    with _own_errors(backup):
        manifest = manifest_of(backup)
        near.parent.mkdir(parents=True, exist_ok=True)
        with _beside(near, ".restoring") as part:
            _copy(backup, part, manifest.size)
            if _hash(part) != manifest.sha256:
                raise StoreError(f"{backup}: the backup is damaged; nothing was written")
            yield part


def manifest_of(backup: Path) -> Manifest:
    """Return what a backup says of itself; raises StoreError for half a backup."""
    size = backup.stat().st_size
    with backup.open("rb") as file:
        file.seek(max(0, size - _LONGEST_LINE))
        end = file.read()
    found = end.rfind(_MARK)
    try:
        manifest = Manifest.from_line(end[found:] if found >= 0 else b"")
    except (ValueError, KeyError, TypeError):
        manifest = None
    is_whole = manifest is not None and end[found:] == manifest.line()
    if manifest is None or not is_whole or manifest.size + len(end) - found != size:
        raise StoreError(f"{backup}: not a whole backup; nothing was written")
    return manifest


def put_in_place(part: Path, database: Path) -> None:
    """Give a restored database its name; what an empty one left beside it goes."""
    for rest in ("-wal", "-shm"):
        database.with_name(database.name + rest).unlink(missing_ok=True)
    part.replace(database)
    sync_folder(database.parent)


def _checked(copy: sqlite3.Connection) -> tuple[dict[str, int], str]:
    """Return the rows by table and the schema's revision; raises StoreError for a broken copy."""
    [told] = copy.execute("PRAGMA integrity_check(1)").fetchall()
    if told != ("ok",) or copy.execute("PRAGMA foreign_key_check").fetchall():
        raise StoreError(f"the copy is not in order ({told[0]}); no backup was made")
    names = [
        name
        for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        if not name.startswith("sqlite_")
    ]
    if "alembic_version" not in names:
        raise StoreError("this is no database of coachbot's; no backup was made")
    rows = {
        name: copy.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608  a table's own name
        for name in names
    }
    [revision] = copy.execute("SELECT version_num FROM alembic_version").fetchone()
    return rows, revision


@contextmanager
def _beside(path: Path, ending: str) -> Iterator[Path]:
    """Yield a private, empty file beside a path; nothing of it is left afterwards."""
    part = path.with_name(path.name + ending)
    names = [part, *(part.with_name(part.name + rest) for rest in ("-wal", "-shm", "-journal"))]
    for name in names:
        name.unlink(missing_ok=True)
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE))
    try:
        yield part
    finally:
        for name in names:
            name.unlink(missing_ok=True)


def _copy(source: Path, to: Path, size: int) -> None:
    with source.open("rb") as file, to.open("wb") as copy:
        while size > 0:
            piece = file.read(min(size, _PIECE))
            copy.write(piece)
            size -= len(piece)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _own_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"{path}: {error}") from error
