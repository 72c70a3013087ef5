"""Whole conversations: a failure shows the difference; `make record` writes them anew."""

from pathlib import Path

import pytest

from coachbot.coach import Coach
from tests.conftest import NOW
from tests.transcripts import Chat

FOLDER = Path(__file__).parent / "conversations"
FILES = sorted(FOLDER.glob("*.txt"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_conversation_goes_as_written(
    path: Path, coach: Coach, pytestconfig: pytest.Config
) -> None:
    script = path.read_text(encoding="utf-8")
    transcript = Chat(coach, NOW).runs(script)
    if pytestconfig.getoption("--record"):
        path.write_text(transcript, encoding="utf-8")
    assert transcript == path.read_text(encoding="utf-8")
