"""Where settings come from, and what is said when they are wrong."""

from pathlib import Path

import pytest

from coachbot.errors import SettingsError
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


@pytest.mark.parametrize(
    ("told", "users"),
    [("", set()), ("5", {5}), (" 5, 17,,6600000000 ", {5, 17, 6600000000})],
)
def test_users_are_listed_by_commas(
    told: str, users: set[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COACHBOT_ALLOWED_USERS", told)
    assert Settings.load().allowed_users == users


def test_every_problem_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COACHBOT_ALLOWED_USERS", "5,anna")
    monkeypatch.setenv("COACHBOT_RETENTION_DAYS", "10")
    monkeypatch.setenv("COACHBOT_PRIVACY_URL", "javascript:alert(1)")
    monkeypatch.setenv("COACHBOT_LIMITS", "none")
    with pytest.raises(SettingsError) as failed:
        Settings.load()
    for name in ("ALLOWED_USERS", "RETENTION_DAYS", "PRIVACY_URL", "LIMITS"):
        assert f"COACHBOT_{name}" in str(failed.value)


def test_promise_42_no_secret_is_shown_by_what_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    secret = "1234567:AAEhBOweik9ai2o01NjFoeFoIoOooooo"
    monkeypatch.setenv("COACHBOT_TELEGRAM_TOKEN", secret)
    monkeypatch.setenv("COACHBOT_MASTER_KEY", secret)
    monkeypatch.setenv("COACHBOT_DATABASE_URL", f"postgresql://anna:{secret}@localhost/x")
    assert secret not in repr(Settings.load())
    monkeypatch.setenv("COACHBOT_RETENTION_DAYS", secret)
    with pytest.raises(SettingsError) as failed:
        Settings.load()
    assert secret not in str(failed.value)
