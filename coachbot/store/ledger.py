"""The ledger of erasures: who was erased and when, kept apart from the database.

A backup may be older than an erasure. `restore` reads this file and erases again, so it lies
beside the master key, not in the database, and nothing is ever taken out of it. It names no
address: only the id that a person had here, and the moment.
"""

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Self

from coachbot.errors import SettingsError
from coachbot.store.disk import sync_folder

NAME: Final = "erasures.jsonl"
_PRIVATE: Final = 0o600
_END: Final = b"\n"


@dataclass(frozen=True, slots=True)
class Ledger:
    """One JSON line an erasure: {"person": id, "erased_at": instant in UTC}."""

    path: Path

    @classmethod
    def opened(cls, path: Path) -> Self:
        """Return the ledger of a file, begun when there is none.

        Raises SettingsError when nothing could be noted in it: that must not turn out only when
        somebody wants to be erased.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            is_new = not path.exists()
            os.close(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, _PRIVATE))
            if is_new:
                sync_folder(path.parent)
        except OSError as error:
            raise SettingsError(f"COACHBOT_LEDGER_FILE: {error}") from None
        return cls(path)

    def note(self, person_id: int, now: datetime) -> None:
        """Add an erasure; on return it is on the disk. Call it before the erasure is committed.

        A crash in between leaves somebody in the ledger who is still stored. They wanted to go,
        their wish is handled again at the next start, and a restored backup leaves them out.
        Raises SettingsError when the file cannot be written: then nobody may be erased.
        """
        line = json.dumps({"person": person_id, "erased_at": now.astimezone(UTC).isoformat()})
        try:
            handle = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, _PRIVATE)
            with os.fdopen(handle, "rb+", buffering=0) as file:
                file.write((b"" if _is_whole(handle) else _END) + line.encode() + _END)
                os.fsync(handle)
        except OSError as error:
            raise SettingsError(f"COACHBOT_LEDGER_FILE: {error}") from None

    def erased(self) -> dict[int, datetime]:
        """Return when each erased person was erased last; raises SettingsError.

        A line that a crash cut off is passed over: its erasure was never committed. Whoever is
        named by any other line that cannot be read might come back, so that is refused.
        """
        try:
            lines = self.path.read_bytes().split(_END)
        except OSError as error:
            raise SettingsError(f"COACHBOT_LEDGER_FILE: {error}") from None
        found: dict[int, datetime] = {}
        for number, line in enumerate(lines[:-1], 1):
            if line.endswith(b"}"):
                person, erased_at = _read(line, f"{self.path}, line {number}")
                found[person] = erased_at
        return found


def _read(line: bytes, where: str) -> tuple[int, datetime]:
    try:
        told = json.loads(line)
        return int(told["person"]), datetime.fromisoformat(told["erased_at"])
    except (ValueError, KeyError, TypeError):
        raise SettingsError(f"COACHBOT_LEDGER_FILE: {where}: not an erasure") from None


def _is_whole(handle: int) -> bool:
    """Whether the file ends with a whole line; a crash may have cut its last one off."""
    size = os.fstat(handle).st_size
    return size == 0 or os.pread(handle, 1, size - 1) == _END
