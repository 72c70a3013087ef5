"""Sealing: AES-256-GCM under a master key that lives apart from the database.

A sealed value is bound to its table, row and person, so a cipher text moved elsewhere does not
open. The first key of the ring seals, every key opens: put a new one in front to rotate.
Shape: 1 byte version, 4 bytes key id, 12 bytes nonce, cipher text with its tag.
"""

import base64
import binascii
import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from coachbot.errors import SealError, SettingsError
from coachbot.plain_json import decode, encode
from coachbot.store.types import Sealed

KEY_BYTES: Final = 32
_PRIVATE: Final = 0o600
KEY_ID: Final = slice(1, 5)
"""Where a sealed value says which key sealed it."""
_VERSION: Final = b"\x01"
_NONCE: Final = slice(5, 17)
_AS_IT_CAME: Final = "surrogatepass"  # a raw update may hold half a letter


def new_key() -> str:
    """Return a fresh master key, 32 random bytes in URL-safe base64."""
    return base64.urlsafe_b64encode(os.urandom(KEY_BYTES)).decode()


class KeyRing:
    """Master keys, the sealing one first. Its repr shows none of them."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys:
            raise SettingsError("COACHBOT_MASTER_KEY: at least one key is needed")
        self._ciphers = {_id_of(key): AESGCM(key) for key in keys}
        self.sealing = _id_of(keys[0])
        """The id of the key that seals."""

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read keys as `new_key` writes them, separated by commas or lines."""
        parts = [part.strip() for part in text.replace("\n", ",").split(",")]
        return cls([_decoded(part) for part in parts if part])

    @classmethod
    def from_file(cls, path: Path) -> tuple[Self, bool]:
        """Read the keys of a file, made with one fresh key when there is none.

        Returns the ring, and whether the file was made. Raises SettingsError.
        """
        try:
            if path.exists():
                return cls.from_text(path.read_text(encoding="ascii")), False
            return cls.from_text(_make_key_file(path)), True
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"COACHBOT_MASTER_KEY_FILE: {error}") from None

    def __repr__(self) -> str:
        return f"KeyRing({len(self._ciphers)} keys)"

    @property
    def ids(self) -> tuple[bytes, ...]:
        """Return the ids of the keys, the sealing one first."""
        return tuple(self._ciphers)

    def seal(self, data: Any, table: str, row: int, person: int) -> Sealed:  # noqa: ANN401
        """Return JSON-able data sealed for one row of one person."""
        return self._encrypted(encode(data, _AS_IT_CAME), _bound(table, row, person))

    def open(self, sealed: Sealed, table: str, row: int, person: int) -> Any:  # noqa: ANN401
        """Return what was sealed; raises SealError for a strange key, row, person or bytes."""
        return decode(self._decrypted(sealed, table, row, person), _AS_IT_CAME)

    def seal_anew(self, sealed: Sealed, table: str, row: int, person: int) -> Sealed:
        """Return the same data sealed with the first key; raises SealError as `open` does."""
        plain = self._decrypted(sealed, table, row, person)
        return self._encrypted(plain, _bound(table, row, person))

    def _encrypted(self, plain: bytes, bound: bytes) -> Sealed:
        nonce = os.urandom(12)
        cipher = self._ciphers[self.sealing].encrypt(nonce, plain, bound)
        return Sealed(_VERSION + self.sealing + nonce + cipher)

    def _decrypted(self, sealed: Sealed, table: str, row: int, person: int) -> bytes:
        cipher = self._ciphers.get(sealed[KEY_ID])
        if sealed[:1] != _VERSION or cipher is None:
            raise SealError(f"{table}: a row was sealed with a key that COACHBOT_MASTER_KEY lacks")
        try:
            return cipher.decrypt(sealed[_NONCE], sealed[17:], _bound(table, row, person))
        except InvalidTag:
            raise SealError(f"{table}: row {row} does not open; it was changed or moved") from None


def _make_key_file(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = new_key()
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(f"{key}\n")
        file.flush()
        os.fsync(handle)
    return key


def _bound(table: str, row: int, person: int) -> bytes:
    return f"{table}/{row}/{person}".encode()


def _id_of(key: bytes) -> bytes:
    return hashlib.sha256(b"coachbot key id" + key).digest()[:4]


def _decoded(text: str) -> bytes:
    try:
        key = base64.urlsafe_b64decode(text)
    except (ValueError, binascii.Error):
        key = b""
    if len(key) != KEY_BYTES:
        raise SettingsError(
            f"COACHBOT_MASTER_KEY: expected {KEY_BYTES} bytes in URL-safe base64 for each key"
        )
    return key
