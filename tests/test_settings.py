"""Where settings come from."""

from pathlib import Path

import pytest

from coachbot.settings import Settings


@pytest.fixture
def credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder in which systemd hands over secrets."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    return tmp_path


def test_a_secret_may_come_as_a_file(credentials: Path) -> None:
    (credentials / "coachbot_telegram_token").write_text("123:abc\n")
    (credentials / "something_else").write_text("-")
    token = Settings.load().telegram_token
    assert token
    assert token.get_secret_value() == "123:abc"
    assert "abc" not in repr(Settings.load())


def test_the_environment_has_the_last_word(
    credentials: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (credentials / "coachbot_language").write_text("en")
    assert Settings.load().language == "en"
    monkeypatch.setenv("COACHBOT_LANGUAGE", "de")
    assert Settings.load().language == "de"


def test_without_such_a_folder_nothing_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", "/nowhere/at/all")
    assert Settings.load().language == "de"
