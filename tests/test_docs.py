"""The docs say what the code says; `COACHBOT_RECORD=1` writes the generated parts anew."""

import os
import re
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import typer.main

from coachbot.cli import app
from coachbot.flow.questions import Flow
from coachbot.settings import PREFIX, Settings
from coachbot.texts.diagram import mermaid
from coachbot.texts.library import Library
from coachbot.wiring import write_document

ROOT = Path(__file__).parent.parent
MADE_ON = date(2026, 11, 22)
README = ROOT / "README.md"
sys.path.insert(0, str(ROOT / "bench"))


def part(path: Path, name: str) -> str:
    text = path.read_text(encoding="utf-8")
    found = re.search(rf"<!-- {name} -->\n(.*?)<!-- /{name} -->", text, flags=re.DOTALL)
    assert found, f"{path.name} lacks the part {name}"
    return found[1]


def holds(path: Path, name: str, generated: str) -> None:
    """Assert that a generated part is up to date, or write it when asked to."""
    if os.environ.get("COACHBOT_RECORD"):
        text = path.read_text(encoding="utf-8")
        old = f"<!-- {name} -->\n{part(path, name)}<!-- /{name} -->"
        path.write_text(text.replace(old, f"<!-- {name} -->\n{generated}<!-- /{name} -->"), "utf-8")
    assert part(path, name) == generated


def settings_table() -> str:
    rows = [
        f"| `{PREFIX}{name.upper()}` | {field.description} | {default_of(name)} |"
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join(["| setting | what it is | default |", "|---|---|---|", *rows]) + "\n"


def default_of(name: str) -> str:
    field = Settings.model_fields[name]
    if field.default_factory:
        places = {"database_url": "SQLite in the user's data folder"}
        return places.get(name, "`master.key` in the user's config folder")
    return "–" if field.default in (None, "", frozenset()) else f"`{field.default}`"


def test_the_readme_lists_every_setting() -> None:
    holds(README, "settings", settings_table())


def test_the_readme_lists_every_command() -> None:
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    listed = re.findall(r"^\| `coachbot ([a-z-]+)", README.read_text("utf-8"), flags=re.MULTILINE)
    assert sorted(listed) == sorted(commands)


def test_the_readme_names_only_options_that_exist() -> None:
    named = re.findall(r"`?(--[a-z][a-z-]*)", README.read_text(encoding="utf-8"))
    assert set(named) <= set(options(typer.main.get_command(app)))


def options(command: Any) -> Iterator[str]:
    """Yield the options of a command and of those below it."""
    for parameter in command.params:
        yield from parameter.opts
    for below in getattr(command, "commands", {}).values():
        yield from options(below)


def test_the_readme_names_only_make_targets_that_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    text = README.read_text(encoding="utf-8")
    assert set(re.findall(r"(?:^|`)make ([a-z-]+)", text, flags=re.MULTILINE)) <= targets


def test_the_core_path_is_counted_from_the_engine(
    flow: Flow, capsys: pytest.CaptureFixture[str]
) -> None:
    del flow
    import core_path  # type: ignore[import-not-found]

    core_path.main()
    holds(README, "core path", capsys.readouterr().out)


def test_the_readme_shows_the_table_of_the_last_bench() -> None:
    told = (ROOT / "bench" / "results" / "results.md").read_text(encoding="utf-8")
    table = re.search(r"(?:^\|.*\n)+", told, flags=re.MULTILINE)
    assert table
    holds(README, "bench", table[0])


def test_the_picture_of_the_flow_is_up_to_date(flow: Flow, library: Library) -> None:
    drawn = f"```mermaid\n{mermaid(flow, library.languages['en'])}\n```\n"
    holds(ROOT / "docs" / "flow.md", "flow", drawn)


@pytest.mark.parametrize("example", sorted(p.stem for p in (ROOT / "examples").glob("*.toml")))
def test_the_example_documents_are_those_of_the_answers(example: str, tmp_path: Path) -> None:
    """Word writes its own time into a file, so its bytes are not compared."""
    folder = ROOT / "examples" / "documents" / example
    answers = ROOT / "examples" / f"{example}.toml"
    if os.environ.get("COACHBOT_RECORD"):
        write_document(Settings(), answers, folder, None, MADE_ON)
    made = write_document(Settings(), answers, tmp_path, None, MADE_ON)
    assert {path.name for path in made} == {path.name for path in folder.iterdir()}
    for path in made:
        if path.suffix != ".docx":
            assert path.read_bytes() == (folder / path.name).read_bytes(), path.name


@pytest.mark.parametrize(
    "path",
    [README, ROOT / "CONTRIBUTING.md", ROOT / "PRIVACY.md", *(ROOT / "docs").glob("*.md")],
    ids=lambda path: path.name,
)
def test_every_link_leads_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target
