"""Sealed values open only where they belong, with a key of the ring."""

from pathlib import Path

import pytest

from coachbot.errors import SealError, SettingsError
from coachbot.store.sealing import KeyRing, new_key
from coachbot.store.types import Sealed


def test_what_is_sealed_opens_again(ring: KeyRing) -> None:
    sealed = ring.seal({"wert": "Ehrlichkeit"}, "answers", 1, 2)
    assert ring.open(sealed, "answers", 1, 2) == {"wert": "Ehrlichkeit"}
    assert b"Ehrlichkeit" not in bytes(sealed)


@pytest.mark.parametrize("place", [("people", 1, 2), ("answers", 3, 2), ("answers", 1, 3)])
def test_a_moved_cipher_text_does_not_open(ring: KeyRing, place: tuple[str, int, int]) -> None:
    sealed = ring.seal("geheim", "answers", 1, 2)
    with pytest.raises(SealError):
        ring.open(sealed, *place)


def test_a_changed_cipher_text_does_not_open(ring: KeyRing) -> None:
    sealed = ring.seal("geheim", "answers", 1, 2)
    changed = Sealed(sealed[:-1] + bytes([sealed[-1] ^ 1]))
    with pytest.raises(SealError):
        ring.open(changed, "answers", 1, 2)


def test_the_first_key_seals_and_every_key_opens() -> None:
    old, new = new_key(), new_key()
    sealed = KeyRing.from_text(old).seal("alt", "answers", 1, 2)
    both = KeyRing.from_text(f"{new},{old}")
    assert both.open(sealed, "answers", 1, 2) == "alt"
    assert KeyRing.from_text(new).open(both.seal("neu", "answers", 1, 2), "answers", 1, 2) == "neu"
    with pytest.raises(SealError, match="key"):
        KeyRing.from_text(new).open(sealed, "answers", 1, 2)


@pytest.mark.parametrize("text", ["", "short", "x" * 44, "ä" * 10])
def test_a_bad_key_is_told_and_not_shown(text: str) -> None:
    with pytest.raises(SettingsError) as failed:
        KeyRing.from_text(text)
    assert "COACHBOT_MASTER_KEY" in str(failed.value)
    assert not text or text not in str(failed.value)


def test_a_key_file_is_made_once_and_only_for_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "config" / "master.key"
    first, is_new = KeyRing.from_file(path)
    again, is_new_again = KeyRing.from_file(path)
    assert (is_new, is_new_again) == (True, False)
    assert path.stat().st_mode & 0o777 == 0o600
    assert again.open(first.seal("x", "answers", 1, 2), "answers", 1, 2) == "x"


def test_a_key_ring_does_not_print_its_keys(ring: KeyRing) -> None:
    assert repr(ring) == "KeyRing(1 keys)"
