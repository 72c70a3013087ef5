"""The library: every sentence and the flow, read once from `prompts/`.

Looked up in this order: the folder of `COACHBOT_PROMPTS`, the package's own copy (a wheel brings
it), the checkout's `prompts/` (an editable install), so that no stale copy is ever read.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from coachbot.errors import PromptsError

LANGUAGES: Final = ("de", "en")
_PACKAGE: Final = Path(__file__).resolve().parent.parent
Table = Mapping[str, Any]


def prompts_folder(configured: Path | None = None) -> Path:
    """Return the folder of texts; raises PromptsError when there is none."""
    candidates = [configured] if configured else [_PACKAGE / "prompts", _PACKAGE.parent / "prompts"]
    for folder in candidates:
        if (folder / "flow.toml").is_file():
            return folder
    raise PromptsError(f"no flow.toml in {' or '.join(map(str, candidates))} (COACHBOT_PROMPTS)")


def read_table(path: Path) -> Table:
    """Return a TOML file as a mapping; raises PromptsError naming file and line."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise PromptsError(f"{path}: the file is missing") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PromptsError(f"{path}: {error}") from None


@dataclass(frozen=True)
class Words:
    """One language's tables: `questions` by id, and a table per file beside them."""

    language: str
    questions: Table
    files: Mapping[str, Table] = field(default_factory=dict)

    def table(self, file: str, name: str) -> Table:
        table = self.files[file].get(name)
        if not isinstance(table, Mapping):
            raise PromptsError(f"{self.language}/{file}.toml: table [{name}] is missing")
        return table

    def text(self, file: str, table: str, name: str) -> str:
        """Return a text as it is written, unrendered."""
        text = self.table(file, table).get(name)
        if not isinstance(text, str):
            raise PromptsError(f"{self.language}/{file}.toml: [{table}] {name} is missing")
        return text


@dataclass(frozen=True)
class Library:
    folder: Path

    @cached_property
    def flow(self) -> Table:
        return read_table(self.folder / "flow.toml")

    @cached_property
    def layout(self) -> Table:
        """Return which questions each section of the document holds."""
        return read_table(self.folder / "document.toml")

    @cached_property
    def places(self) -> Table:
        """Return regions and cities with the zone that holds there: the texts' own, or ours."""
        own = self.folder / "places.toml"
        return read_table(own if own.is_file() else prompts_folder() / "places.toml")

    @cached_property
    def languages(self) -> dict[str, Words]:
        return {language: _words(self.folder / language, language) for language in LANGUAGES}


def _words(folder: Path, language: str) -> Words:
    if not folder.is_dir():
        raise PromptsError(f"{folder}: the folder of texts is missing")
    questions: dict[str, Any] = {}
    for path in sorted((folder / "questions").glob("*.toml")):
        questions.update(read_table(path))
    files = {path.stem: read_table(path) for path in sorted(folder.glob("*.toml"))}
    return Words(language, questions, files)
