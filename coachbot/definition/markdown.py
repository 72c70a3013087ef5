"""The definition as a Markdown file, for those who go on writing."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from coachbot.definition.model import Definition, Entry
from coachbot.texts.library import Words
from coachbot.texts.wording import say_plain

_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]<>#|~!])")
_AT_LINE_START: Final = re.compile(r"^(\s*)([-+=]|\d+[.)])(?=\s|$)")


def escaped(text: str) -> str:
    """Return a person's words so that Markdown shows them as they were written, on one line."""
    line = " ".join(text.split())
    line = _SPECIAL.sub(r"\\\1", line)
    return _AT_LINE_START.sub(lambda m: f"{m[1]}{m[2][:-1]}\\{m[2][-1]}", line)


def markdown(definition: Definition, words: Words) -> str:
    """Return the whole definition: the wall page, then what is for the owner."""
    blocks = [*_wall(definition, words), *_owner(definition, words)]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _wall(definition: Definition, words: Words) -> Iterator[str]:
    fixed, wall = words.table("document", "fixed"), definition.wall
    yield f"# {escaped(definition.business)}"
    yield escaped(definition.title)
    yield f"> **{escaped(wall.sentence)}**" if wall.sentence else f"> {fixed['no_sentence']}"
    word = escaped(wall.word)
    yield say_plain(fixed["sticky"], {"word": word}) if word else fixed["means"]
    yield _bullets(((wall.means,) if wall.means else ()) + wall.observables)
    if wall.nevers:
        yield fixed["nevers"]
        yield _bullets(wall.nevers)
    yield f"*{definition.edition_line}*"


def _owner(definition: Definition, words: Words) -> Iterator[str]:
    fixed, headings = words.table("document", "fixed"), words.table("document", "sections")
    yield "---"
    yield f"# {fixed['for_you']}"
    yield fixed["for_you_why"]
    for section in definition.sections:
        yield f"## {section.heading}"
        if section.drawing == "matrix":
            yield _matrix(definition, words)
        else:
            yield "\n".join(_entry(entry) for entry in section.entries)
        if section.drawing == "profile" and definition.neighbour:
            yield f"*{definition.neighbour.name}: {definition.neighbour.works}*"
    if definition.rubs:
        yield f"## {headings['tensions']}"
        yield "\n".join(f"- {line}" for line in _rubs(definition, words))
    if definition.open_points:
        yield f"## {headings['open']}"
        yield _bullets(definition.open_points)
    if definition.next_nudge:
        yield definition.next_nudge
    if definition.changes:
        yield f"## {headings['changes']}"
        yield _changes(definition, words)


def _entry(entry: Entry) -> str:
    mark = f" *({entry.mark})*" if entry.mark else ""
    lines = [
        f"{escaped(item)}: {escaped(line)}" if item else escaped(line) for item, line in entry.lines
    ]
    if len(lines) == 1:
        return f"- **{entry.name}**{mark}: {lines[0]}"
    return "\n".join([f"- **{entry.name}**{mark}", *(f"  - {line}" for line in lines)])


def _matrix(definition: Definition, words: Words) -> str:
    fixed = words.table("document", "fixed")
    heads = (fixed["customers_column"], fixed["company_column"], fixed["fit_column"])
    rows = (
        (row.customers, row.company, f"{row.question} {row.judgement or fixed['unjudged']}")
        for row in definition.matrix
    )
    return _table(heads, rows)


def _changes(definition: Definition, words: Words) -> str:
    fixed = words.table("document", "fixed")
    heads = (fixed["change_column"], fixed["before"], fixed["after"])
    return _table(heads, ((one.name, one.before, one.after) for one in definition.changes))


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *([_cell(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(text: str) -> str:
    return "<br>".join(escaped(line) for line in text.split("\n"))


def _rubs(definition: Definition, words: Words) -> Iterator[str]:
    source = words.table("document", "fixed")["meant_so"]
    for rub in definition.rubs:
        reason = say_plain(source, {"reason": rub.reason}) if rub.reason else ""
        yield escaped(f"{rub.question} {reason}")


def _bullets(lines: tuple[str, ...]) -> str:
    return "\n".join(f"- {escaped(line)}" for line in lines)
