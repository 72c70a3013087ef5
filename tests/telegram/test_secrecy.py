"""What people said, and the token, are looked for everywhere the bot leaves anything."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.fake_botapi import TOKEN, FakeBotApi, Person, error, lost_answer
from tests.telegram.process import running

FIRST_NAME = "Kanarienfrau"
SAID = ("Rotkehlchen-7Q", "Zaunkönig & Söhne 7Q", "Alle Stieglitze 7Q")
ASIDE = "Wiedehopf-7Q"


@pytest.fixture
async def api() -> AsyncIterator[FakeBotApi]:
    async with FakeBotApi() as made:
        yield made


async def tells(anna: Person) -> None:
    """Say things at every place where something might go wrong."""
    await anna.sends("/start")
    await anna.sees("Um welchen Betrieb")
    for said, asked in zip(SAID, ("Was bekommt man", "Um wen", "Privatleute"), strict=True):
        await anna.sends(said)
        await anna.sees(asked)
    await anna.sends("/summary")
    await anna.sees("Entwurf")
    await anna.sends("/document")
    await anna.sees(lambda message: message.document is not None)
    await anna.sends("/export")
    await anna.sees(lambda message: "export" in str(message.document))


def spelled(secret: str) -> Iterator[bytes]:
    """Yield the ways in which a text may lie on a disk."""
    yield secret.encode()
    yield secret.encode("utf-16-le")
    yield json.dumps(secret)[1:-1].encode()


@pytest.mark.parametrize("form", ["console", "json"])
async def test_promise_42_nothing_said_is_anywhere_in_plain(
    api: FakeBotApi, tmp_path: Path, form: str
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    quoting = error(400, f"can't parse entities: {SAID[0]}")
    api.faults.on("sendMessage", quoting, nth=3)
    api.faults.on("sendMessage", lost_answer(), nth=5)
    api.faults.on("getUpdates", error(502), nth=4)
    anna = api.person(first_name=FIRST_NAME, language_code="de")
    how = {"LOG_LEVEL": "debug", "LOG_FORMAT": form}
    settings = {f"COACHBOT_{name}": value for name, value in how.items()}
    async with running(tmp_path, api, TMPDIR=str(scratch), **settings) as bot:
        await tells(anna)
        await anna.sends_raw({"message": {"chat": {"id": anna.id}, "text": ASIDE}})
        await anna.sends("/help")
        await anna.sees("Diese Wörter gelten immer")
        bot.kill()
        await bot.wait()
    secrets = [way for said in (*SAID, ASIDE, FIRST_NAME, TOKEN) for way in spelled(said)]
    found = [path for path in files(tmp_path) if any(way in path.read_bytes() for way in secrets)]
    assert found == []
    names = {path.name for path in files(tmp_path)}
    assert names >= {"bot.log", "coachbot.sqlite3", "coachbot.sqlite3-wal", "erasures.jsonl"}
    assert list(scratch.iterdir()) == []
    assert "quarantined" in (tmp_path / "bot.log").read_text("utf-8")


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())
