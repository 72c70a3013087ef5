"""The ledger of erasures: what is noted is on the disk, and no crash makes it unreadable."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from coachbot.errors import SettingsError
from coachbot.store.ledger import Ledger
from tests.conftest import NOW

LATER = NOW + timedelta(days=3)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger.opened(tmp_path / "config" / "erasures.jsonl")


def test_promise_40_an_erasure_is_noted_and_names_nobody(ledger: Ledger) -> None:
    ledger.note(7, NOW)
    ledger.note(8, LATER)
    assert ledger.path.read_text() == (
        '{"person": 7, "erased_at": "2026-11-22T09:30:00+00:00"}\n'
        '{"person": 8, "erased_at": "2026-11-25T09:30:00+00:00"}\n'
    )
    assert Ledger.opened(ledger.path).erased() == {7: NOW, 8: LATER}


def test_promise_40_who_was_erased_twice_counts_once(ledger: Ledger) -> None:
    ledger.note(7, NOW)
    ledger.note(7, LATER)
    assert ledger.erased() == {7: LATER}


def test_promise_40_it_is_on_the_disk_before_the_call_returns(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[bytes] = []
    monkeypatch.setattr(os, "fsync", lambda _: synced.append(ledger.path.read_bytes()))
    ledger.note(7, NOW)
    assert synced == [ledger.path.read_bytes()]


@pytest.mark.parametrize("cut", [1, 2, 20, 50])
def test_promise_40_a_line_cut_off_by_a_crash_spoils_no_other(ledger: Ledger, cut: int) -> None:
    ledger.note(7, NOW)
    ledger.note(8, NOW)
    ledger.path.write_bytes(ledger.path.read_bytes()[:-cut])
    assert ledger.erased() == {7: NOW}
    ledger.note(9, NOW)
    assert ledger.erased().keys() - {8} == {7, 9}


def test_promise_40_a_ledger_that_was_tampered_with_is_refused(ledger: Ledger) -> None:
    ledger.path.write_text('{"person": "x"}\n')
    with pytest.raises(SettingsError, match="line 1"):
        ledger.erased()


def test_promise_40_a_missing_ledger_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="COACHBOT_LEDGER_FILE"):
        Ledger(tmp_path / "gone.jsonl").erased()


def test_a_place_where_nothing_can_be_noted_is_refused_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="COACHBOT_LEDGER_FILE"):
        Ledger.opened(tmp_path / "file" / "erasures.jsonl")


def test_only_its_owner_may_read_it(ledger: Ledger) -> None:
    assert ledger.path.stat().st_mode & 0o777 == 0o600
