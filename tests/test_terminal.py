"""The commands as people type them, each in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def coachbot(
    folder: Path, *arguments: str, typed: str = "", **settings: str
) -> subprocess.CompletedProcess[str]:
    """Run a command with settings of its own, nothing of this machine's."""
    clean = {name: v for name, v in os.environ.items() if not name.startswith("COACHBOT_")}
    own = {
        "COACHBOT_DATABASE_URL": f"sqlite:///{folder / 'coachbot.sqlite3'}",
        "COACHBOT_MASTER_KEY_FILE": str(folder / "master.key"),
    }
    return subprocess.run(
        [sys.executable, "-m", "coachbot", *arguments],
        input=typed,
        capture_output=True,
        encoding="utf-8",
        check=False,
        cwd=folder,
        env=clean | own | settings | {"PYTHONPATH": str(ROOT), "COLUMNS": "100"},
    )


def test_the_demo_leaves_the_document(tmp_path: Path) -> None:
    done = coachbot(
        tmp_path, "demo", "--answers", str(ROOT / "examples" / "bakery.toml"), "--out", "out"
    )
    assert done.returncode == 0, done.stderr
    assert "Geschafft." in done.stdout
    assert "Version 1" in (tmp_path / "out" / "beziehungsdefinition-v1.md").read_text("utf-8")
    assert (tmp_path / "out" / "beziehungsdefinition-v1.pdf").read_bytes().startswith(b"%PDF")


def test_a_chat_reads_lines_and_tells_what_is_open(tmp_path: Path) -> None:
    done = coachbot(tmp_path, "chat", typed="Bäckerei\nBrot für das Dorf\n")
    assert done.returncode == 0, done.stderr
    assert "Noch offen" in done.stdout
    assert "Um wen soll es gehen" in done.stdout
    assert str(tmp_path / "coachbot.sqlite3") in done.stdout.replace("\n", "")
    assert "master.key" in done.stderr


def test_a_chat_goes_on_where_it_was(tmp_path: Path) -> None:
    coachbot(tmp_path, "chat", typed="Bäckerei\n")
    done = coachbot(tmp_path, "chat", typed="")
    assert "Schritt 2" in done.stdout
    assert "master key was made" not in done.stderr


def test_a_chat_begins_with_the_answers_of_a_file(tmp_path: Path) -> None:
    answers = tmp_path / "answers.toml"
    answers.write_text('language = "en"\n[answers]\n"business.name" = "The Old Forge"\n')
    done = coachbot(tmp_path, "chat", "--answers", str(answers), typed="")
    assert done.returncode == 0, done.stderr
    assert "The Old Forge" in done.stdout
    assert "Still open" in done.stdout


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[answers]\n"values.lust" = ["x"]\n', ("values.lust", "no question")),
        ('[answers]\n"values.list" = "Ruhe"\n', ("values.list", "a list of texts")),
        ('[answers]\n"check.self" = 9\n', ("check.self", "1 to 5")),
        ('[answers]\n"business.kind" = "x"\n', ("business.kind", "b2c, b2b, members")),
        ('[answers]\n"relation.position" = 3\n', ("relation.position", "a table")),
        ('[answers]\n"relation.position" = { near = 3 }\n', ("near", "personal")),
        ('language = "fr"\n', ("language", "de, en")),
        ("[answers\n", ("answers.toml",)),
        ("[wishes]\n", ("wishes", "answers")),
    ],
)
def test_a_wrong_answers_file_names_file_key_and_what_was_expected(
    tmp_path: Path, text: str, told: tuple[str, ...]
) -> None:
    path = tmp_path / "answers.toml"
    path.write_text(text, encoding="utf-8")
    done = coachbot(tmp_path, "document", "--answers", str(path), "--out", "out")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert all(part in done.stderr for part in ("answers.toml", *told)), done.stderr


def test_every_wrong_setting_is_told_at_once(tmp_path: Path) -> None:
    wrong = {"COACHBOT_LANGUAGE": "fr", "COACHBOT_LOG_FORMAT": "xml", "COACHBOT_LANGAUGE": "de"}
    done = coachbot(tmp_path, "check", **wrong)
    assert done.returncode == 2
    assert all(name in done.stderr for name in wrong)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("COACHBOT_DATABASE_URL", "nonsense"),
        ("COACHBOT_MASTER_KEY", "too short"),
        ("COACHBOT_PROMPTS", "/nowhere"),
    ],
)
def test_a_wrong_place_or_key_is_one_line_and_exit_2(tmp_path: Path, name: str, value: str) -> None:
    done = coachbot(tmp_path, "chat", typed="", **{name: value})
    assert done.returncode == 2
    assert name in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "coachbot.sqlite3").exists()


def test_check_migrate_and_flow(tmp_path: Path) -> None:
    assert "all in order" in coachbot(tmp_path, "check").stdout
    assert coachbot(tmp_path, "migrate").returncode == 0
    assert (tmp_path / "coachbot.sqlite3").exists()
    assert coachbot(tmp_path, "flow").stdout.startswith("flowchart TD")
