"""Every promise has a test that carries its number, or a reason; docs/promises.md lists them.

`COACHBOT_RECORD=1` writes the table anew.
"""

import ast
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.test_docs import ROOT, holds

DATA = ROOT / "docs" / "promises.toml"
PAGE = ROOT / "docs" / "promises.md"
NUMBERED = re.compile(r"test_promise_(\d+)_(\w+)")


@dataclass(frozen=True, slots=True)
class Kept:
    """A test that keeps a promise; `says` is its name in words."""

    number: int
    path: Path
    says: str


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise in short; `lacks` is what is not kept of it.

    `note` is a word on one that is kept, `also` what measures it besides.
    """

    number: int
    says: str
    lacks: str = ""
    note: str = ""
    also: str = ""

    def result(self, tests: list[Kept]) -> str:
        if not self.lacks:
            return f"kept; {self.note}" if self.note else "kept"
        return f"partly: {self.lacks}" if tests else f"not kept: {self.lacks}"


def kept() -> Iterator[Kept]:
    """Yield the numbered tests, file by file in the order in which they stand there."""
    for path in sorted(ROOT.glob("tests/**/test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            if found := NUMBERED.fullmatch(node.name):
                yield Kept(int(found[1]), path, found[2].replace("_", " "))


def parts() -> list[tuple[str, list[Promise]]]:
    data: Mapping[str, Any] = tomllib.loads(DATA.read_text(encoding="utf-8"))
    return [(part["name"], [Promise(**one) for one in part["promise"]]) for part in data["part"]]


def promises() -> list[Promise]:
    return [promise for _, of_part in parts() for promise in of_part]


def page() -> str:
    tests = list(kept())
    return "\n".join(line for name, of_part in parts() for line in _part(name, of_part, tests))


def _part(name: str, of_part: list[Promise], tests: list[Kept]) -> Iterator[str]:
    yield f"## {name}\n"
    yield "| | promise | result | tests |"
    yield "|---|---|---|---|"
    for promise in of_part:
        mine = [test for test in tests if test.number == promise.number]
        cells = (str(promise.number), promise.says, promise.result(mine), _named(promise, mine))
        yield f"| {' | '.join(cells)} |"
    yield ""


def _named(promise: Promise, tests: list[Kept]) -> str:
    by_path: dict[Path, list[str]] = {}
    for test in tests:
        by_path.setdefault(test.path, []).append(test.says)
    named = [f"{_link(path)}: {', '.join(said)}" for path, said in by_path.items()]
    return "<br>".join([*named, *filter(None, [promise.also])])


def _link(path: Path) -> str:
    inside = path.relative_to(ROOT / "tests").as_posix()
    return f"[{inside}](../tests/{inside})"


def test_there_are_fifty_promises() -> None:
    assert [promise.number for promise in promises()] == list(range(1, 51))


def test_every_promise_has_a_test_or_a_reason() -> None:
    tested = {test.number for test in kept()}
    assert [p.number for p in promises() if p.number not in tested and not p.lacks] == []


def test_no_test_keeps_a_promise_that_nobody_gave() -> None:
    assert {test.number for test in kept()} <= {promise.number for promise in promises()}


def test_the_page_lists_the_tests_there_are() -> None:
    holds(PAGE, "promises", f"\n{page()}")
