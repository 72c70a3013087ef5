"""How fast is the document? `make bench-document` prints a table; WeasyPrint beside it, if there.

Warm: in a process that has printed before. Cold: a new process, from the
end of its imports to the bytes. WeasyPrint sets the Markdown of the same definition as plain HTML:
`pip install -r bench/requirements.txt` (it needs Pango on the machine).
"""

import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from html import escape
from pathlib import Path

from coachbot.definition.building import Builder
from coachbot.definition.faces import FACES
from coachbot.definition.model import Definition, Edition
from coachbot.flow.answers import Answers, Key, Value
from coachbot.flow.questions import Flow, Kind, Question
from coachbot.flow.replies import LONGEST_PART, LONGEST_TEXT
from coachbot.flow.sources import items_of
from coachbot.texts.answers_file import read_answers
from coachbot.texts.library import Library, Words, prompts_folder
from coachbot.texts.rules import coached_flow

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "bakery.toml"
TIMES = 30
AIMS = {"pdf": 50, "picture": 150, "cold": 600, "largest": 1000}
SENTENCE = "Wer „Größe“ sagt, meint bei uns die Länge der Schlange am Samstag um halb acht. "


def main() -> None:
    if sys.argv[1:] == ["--cold"]:
        cold()
        return
    definition, words = example()
    print(f"{'what':<44}{'median':>10}{'worst':>10}{'aim':>10}")
    for name in ("pdf", "picture", "handout", "docx", "markdown"):
        row(
            f"{name}, warm, every answer new",
            measured(name, varied(definition), words),
            AIMS.get(name),
        )
    changed = (replace(definition, next_nudge=str(n)) for n in range(TIMES))
    row("pdf, warm, one line new", measured("pdf", changed, words))
    row("pdf, warm, nothing new", measured("pdf", iter([definition] * TIMES), words))
    row("pdf, cold process beyond imports", [started() for _ in range(5)], AIMS["cold"])
    big, _ = largest()
    times = measured("pdf", (retitled(big, n) for n in range(5)), words)
    row("pdf of the largest allowed answers", times, AIMS["largest"])
    weasyprint(definition)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{'peak memory of this process':<44}{peak:>7.0f} MB")


def row(what: str, times: list[float], aim: int | None = None) -> None:
    told = f"{aim:>7} ms" if aim else ""
    print(f"{what:<44}{statistics.median(times):>7.0f} ms{max(times):>7.0f} ms{told}")


def example() -> tuple[Definition, Words]:
    library = Library(prompts_folder())
    flow = coached_flow(library)
    file = read_answers(EXAMPLE, flow)
    words = library.languages[file.language]
    edition = Edition(1, False, date(2026, 11, 22))
    return Builder(flow, words, library.layout).build(file.answers, edition), words


def varied(definition: Definition) -> Iterator[Definition]:
    """Yield definitions in which every answer differs from the time before."""
    for n in range(TIMES):
        yield reworded(definition, f" ({n})")


def reworded(definition: Definition, more: str) -> Definition:
    sections = tuple(
        replace(
            section,
            entries=tuple(
                replace(entry, lines=tuple((item, line + more) for item, line in entry.lines))
                for entry in section.entries
            ),
        )
        for section in definition.sections
    )
    wall = replace(definition.wall, sentence=definition.wall.sentence + more)
    return replace(definition, sections=sections, wall=wall)


def retitled(definition: Definition, n: int) -> Definition:
    return replace(reworded(definition, f" {n}"), business=f"{n}")


def measured(name: str, definitions: Iterator[Definition], words: Words) -> list[float]:
    """Return milliseconds; the first is left out, it warms up."""
    times = []
    for definition in definitions:
        began = time.perf_counter()
        FACES[name].make(definition, words, None)
        times.append(1000 * (time.perf_counter() - began))
    return times[1:]


def started() -> float:
    done = subprocess.run(
        [sys.executable, __file__, "--cold"], check=True, capture_output=True, text=True
    )
    return float(done.stdout)


def cold() -> None:
    from coachbot.definition.typesetting import pdf

    definition, words = example()
    began = time.perf_counter()
    pdf(definition, words)
    print(1000 * (time.perf_counter() - began))


def largest() -> tuple[Definition, Words]:
    """Return a definition of answers as long as the conversation takes them."""
    library = Library(prompts_folder())
    flow, words = coached_flow(library), library.languages["de"]
    edition = Edition(1, False, date(2026, 11, 22))
    return Builder(flow, words, library.layout).build(longest_answers(flow), edition), words


def longest_answers(flow: Flow) -> Answers:
    answers = Answers({Key("business.kind"): "b2c"})
    for question in flow.questions:
        for item in items_of(flow, question, answers):
            answers = answers.with_({Key(question.id, item): longest(question)})
    return answers


def longest(question: Question) -> Value:
    if question.kind is Kind.SCALE:
        return 3
    options = question.options if isinstance(question.options, tuple) else ()
    if question.takes_several:
        part = (SENTENCE * 20)[: LONGEST_PART - 3]
        own = tuple(f"{n} {part}" for n in range(min(12, question.at_most)))
        return own if question.own or not options else options[: question.at_most]
    text = (SENTENCE * 300)[:LONGEST_TEXT]
    return text if question.own or not options else options[0]


def weasyprint(definition: Definition) -> None:
    try:
        from weasyprint import HTML  # type: ignore[import-not-found]
    except (ImportError, OSError):
        print(f"{'weasyprint':<44}   not installed (bench/requirements.txt)")
        return
    make: Callable[[], bytes] = lambda: HTML(string=html(definition)).write_pdf()  # noqa: E731
    times = []
    for _ in range(4):
        began = time.perf_counter()
        make()
        times.append(1000 * (time.perf_counter() - began))
    row("weasyprint, warm, the same words", times[1:])
    row("weasyprint, the first in a process", times[:1])


def html(definition: Definition) -> str:
    rows = "".join(
        f"<h2>{escape(section.heading)}</h2><table>"
        + "".join(
            f"<tr><th>{escape(entry.name)}<td>"
            + "<br>".join(escape(f"{item} {line}") for item, line in entry.lines)
            for entry in section.entries
        )
        + "</table>"
        for section in definition.sections
    )
    style = "<style>@page{size:A4} th{width:4cm;text-align:left;vertical-align:top}</style>"
    return f"<html lang=de>{style}<h1>{escape(definition.wall.sentence)}</h1>{rows}"


if __name__ == "__main__":
    main()
