"""Where a conversation begins: an answers file, as far as it goes, with some answers changed."""

import json
import re
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from coachbot.flow.questions import Depth, Flow
from coachbot.texts.answers_file import AnswersFile, read_answers

ROOT: Final = Path(__file__).parent.parent
LAST: Final = "next.step"
_WHICH: Final = re.compile(r"(\S+)(?: until (\S+))?(?: without (.+))?")


def beginning(flow: Flow, argument: str, given: Iterable[str] = ()) -> AnswersFile:
    """Return the answers that `FILE [until ID] [without ID, …]` means.

    `until ID` is a first run that has come to ID: core answers only, and none from ID on. An ID
    with an item behind it ("values.meaning.Ruhe") is that item alone. `given` are lines as they
    stand in an answers file; they add answers or take the place of FILE's.
    """
    matched = _WHICH.fullmatch(argument)
    if matched is None:
        raise ValueError(f"expected FILE [until ID] [without ID, ID]: {argument}")
    name, until, without = matched.groups("")
    data = tomllib.loads((ROOT / name).read_text(encoding="utf-8"))
    left_out = {*re.split(r",\s*", without), *(_from(flow, until) if until else ())}
    told = dict(_without(data["answers"], left_out))
    return _read(flow, {"language": data["language"], "answers": _with(told, given)})


def _without(answers: Mapping[str, Any], left_out: set[str]) -> Iterator[tuple[str, Any]]:
    """Yield the entries that are left when questions, or items of them, are taken away."""
    for id_, told in answers.items():
        if any(f"{id_}.".startswith(f"{question}.") for question in left_out):
            continue
        is_by_item = isinstance(told, Mapping)
        kept = {i: t for i, t in told.items() if f"{id_}.{i}" not in left_out} if is_by_item else {}
        if kept or not is_by_item:
            yield id_, kept or told


def _with(answers: Mapping[str, Any], given: Iterable[str]) -> dict[str, Any]:
    changed = dict(answers)
    for line in given:
        for id_, told in tomllib.loads(line).items():
            old = changed.get(id_)
            changed[id_] = {**old, **told} if isinstance(old, dict) else told
    return changed


def _from(flow: Flow, until: str) -> Iterator[str]:
    """Yield the ids of everything that a first run has not asked before `until`."""
    ids = [question.id for question in flow.questions]
    later = ids[ids.index(until) :]
    yield from later
    yield from (question.id for question in flow.questions if question.depth is not Depth.CORE)
    yield "tension.reason"


def _read(flow: Flow, data: Mapping[str, Any]) -> AnswersFile:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answers.toml"
        lines = [f"{json.dumps(key)} = {_toml(value)}" for key, value in data.items()]
        path.write_text("\n".join(lines), encoding="utf-8")
        return read_answers(path, flow)


def _toml(value: object) -> str:
    """Return a value as TOML writes it; but for tables that is what JSON writes."""
    if not isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False)
    pairs = (f"{json.dumps(key)} = {_toml(told)}" for key, told in value.items())
    return f"{{{', '.join(pairs)}}}"
