"""The definition as a Word file, for those who go on writing: real headings, lists and tables."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from coachbot.definition.model import Definition, Entry, Section
from coachbot.texts.library import Words
from coachbot.texts.wording import say_plain

ACCENT: Final = RGBColor(0x0B, 0x55, 0x63)
INK: Final = RGBColor(0x1B, 0x24, 0x26)
SOFT: Final = RGBColor(0x56, 0x65, 0x6A)
HAIR: Final = "C3CECF"
LOOKS: Final = (
    ("Title", 24, ACCENT),
    ("Subtitle", 11, SOFT),
    ("Intense Quote", 18, INK),
    ("Heading 1", 20, ACCENT),
    ("Heading 2", 14, ACCENT),
)
LOCALES: Final = {"de": "de-AT", "en": "en-GB"}
PROFILE_WIDTHS: Final = (4.2, 1.4, 1.4, 1.4, 1.4, 1.4, 4.2)
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_DRAWN: Final = frozenset({"profile", "matrix", "journey"})


def docx(definition: Definition, words: Words, _: Path | None = None) -> bytes:
    """Return the whole definition; everything a person wrote is there in full."""
    paper = Paper(definition, words)
    paper.wall()
    paper.owner()
    return paper.file()


def writable(text: str) -> str:
    """Return a text as XML can hold it."""
    return _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text)


class Paper:
    """A Word document in the making."""

    def __init__(self, definition: Definition, words: Words) -> None:
        self.definition = definition
        self.words = words
        self.fixed = words.table("document", "fixed")
        self.headings = words.table("document", "sections")
        self.paper: Any = Document()  # typed by halves upstream
        self._style()
        self._describe()

    def _style(self) -> None:
        styles: Any = self.paper.styles
        styles["Normal"].font.name = "Calibri"
        styles["Normal"].font.size = Pt(10.5)
        styles["Normal"].paragraph_format.space_after = Pt(5)
        for name, size, colour in LOOKS:
            font = styles[name].font
            font.name, font.size, font.color.rgb, font.italic = "Calibri", Pt(size), colour, False
        for border in styles["Table Grid"].element.iter(qn("w:tblBorders")):
            for side in border:
                side.set(qn("w:color"), HAIR)
        language = OxmlElement("w:lang")
        language.set(qn("w:val"), LOCALES[self.definition.language])
        styles["Normal"].element.get_or_add_rPr().append(language)
        for section in self.paper.sections:
            section.page_width, section.page_height = Cm(21), Cm(29.7)
            section.left_margin = section.right_margin = Cm(2.2)

    def _describe(self) -> None:
        about, made = self.paper.core_properties, self.definition.edition.on
        about.title = writable(f"{self.definition.business}: {self.definition.title}")[:255]
        about.author = about.last_modified_by = writable(self.definition.business)[:255]
        about.language = LOCALES[self.definition.language]
        about.comments = ""
        about.created = about.modified = datetime.combine(made, time(), UTC).replace(tzinfo=None)

    def wall(self) -> None:
        wall = self.definition.wall
        self.paper.add_heading(writable(self.definition.business), 0)
        self.say(self.definition.title, "Subtitle")
        self.say(wall.sentence or self.fixed["no_sentence"], "Intense Quote")
        if wall.means or wall.observables:
            head = say_plain(self.fixed["sticky"], {"word": wall.word}) if wall.word else ""
            self.bold(head or self.fixed["means"])
            self.points(((wall.means,) if wall.means else ()) + wall.observables)
        if wall.nevers:
            self.bold(self.fixed["nevers"])
            self.points(wall.nevers)
        self.say(self.definition.edition_line)

    def owner(self) -> None:
        definition = self.definition
        self.paper.add_page_break()
        self.paper.add_heading(self.fixed["for_you"], 1)
        self.say(self.fixed["for_you_why"])
        for section in definition.sections:
            self.section(section)
        if definition.rubs:
            self.paper.add_heading(self.headings["tensions"], 2)
            meant = self.fixed["meant_so"]
            reasons = [
                say_plain(meant, {"reason": r.reason}) * bool(r.reason) for r in definition.rubs
            ]
            pairs = zip(definition.rubs, reasons, strict=True)
            self.points(f"{rub.question} {reason}".strip() for rub, reason in pairs)
        if definition.open_points:
            self.paper.add_heading(self.headings["open"], 2)
            self.points(definition.open_points)
        if definition.next_nudge:
            self.bold(definition.next_nudge)
        if definition.changes:
            self.paper.add_heading(self.headings["changes"], 2)
            heads = (self.fixed["change_column"], self.fixed["before"], self.fixed["after"])
            self.table(heads, [(one.name, one.before, one.after) for one in definition.changes])

    def section(self, section: Section) -> None:
        self.paper.add_heading(section.heading, 2)
        is_drawn = section.drawing in _DRAWN
        if is_drawn:
            {"profile": self.profile, "matrix": self.matrix, "journey": self.journey}[
                section.drawing
            ]()
        for entry in section.entries:
            if not (is_drawn and entry.is_drawn):
                self.entry(entry)

    def profile(self) -> None:
        positions, neighbour = self.definition.positions, self.definition.neighbour
        others = neighbour.positions if neighbour else (0,) * len(positions)
        rows = [
            (one.low, *(_mark(step, one.at, other) for step in range(1, 6)), one.high)
            for one, other in zip(positions, others, strict=False)
        ]
        if rows:
            self.table(("", "1", "2", "3", "4", "5", ""), rows, PROFILE_WIDTHS)
        if neighbour:
            legend = f"● {self.fixed['here']}   ○ {neighbour.name}"
            self.say(legend)
            self.say(f"{neighbour.name}: {neighbour.works} ({neighbour.credit})")

    def matrix(self) -> None:
        names = ("customers_column", "company_column", "fit_column")
        rows = [
            (
                row.customers,
                row.company,
                f"{row.question}\n{row.judgement or self.fixed['unjudged']}",
            )
            for row in self.definition.matrix
        ]
        if rows:
            self.table([self.fixed[name] for name in names], rows)

    def journey(self) -> None:
        names = ("phase_column", "touchpoints_column", "experience_column")
        natures = {**self.words.table("touchpoints", "nature"), "": self.fixed["nature_open"]}
        rows = [
            (
                phase.name,
                "\n".join(f"{name} ({natures[of]})" for name, of in phase.touchpoints)
                or self.fixed["hole"],
                phase.experience or "–",
            )
            for phase in self.definition.journey
        ]
        if rows:
            self.table([self.fixed[name] for name in names], rows)

    def entry(self, entry: Entry) -> None:
        paragraph = self.paper.add_paragraph()
        paragraph.add_run(entry.name).bold = True
        if entry.mark:
            paragraph.add_run(f" ({entry.mark})").italic = True
        if len(entry.lines) == 1:
            item, line = entry.lines[0]
            paragraph.add_run(writable(f": {item}: {line}" if item else f": {line}"))
            return
        paragraph.paragraph_format.keep_with_next = True
        self.points(f"{item}: {line}" if item else line for item, line in entry.lines)

    def say(self, text: str, style: str | None = None) -> None:
        self.paper.add_paragraph(writable(text), style)

    def bold(self, text: str) -> None:
        paragraph = self.paper.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        paragraph.add_run(writable(text)).bold = True

    def points(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.say(line, "List Bullet")

    def table(
        self,
        heads: Sequence[str],
        rows: Sequence[Sequence[str]],
        widths: Sequence[float] = (),
    ) -> None:
        """Add a table with a header row; `widths` of its columns are in centimetres."""
        table = self.paper.add_table(1, len(heads), "Table Grid")
        for cell, head in zip(table.rows[0].cells, heads, strict=True):
            cell.paragraphs[0].add_run(writable(head)).bold = True
        header = table.rows[0]._tr.get_or_add_trPr()  # noqa: SLF001  no public way
        header.append(OxmlElement("w:tblHeader"))
        for row in rows:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = writable(text)
        table.autofit = not widths
        for column, width in zip(table.columns, widths, strict=False):
            column.width = Cm(width)
            for cell in column.cells:
                cell.width = Cm(width)
        self.paper.add_paragraph()

    def file(self) -> bytes:
        """Return the bytes, the same ones for the same definition."""
        kept = BytesIO()
        self.paper.save(kept)
        settled = BytesIO()
        with ZipFile(kept) as old, ZipFile(settled, "w", ZIP_DEFLATED) as new:
            for name in old.namelist():
                new.writestr(ZipInfo(name), old.read(name), ZIP_DEFLATED)
        return settled.getvalue()


def _mark(step: int, at: int, other: int) -> str:
    return "●" * (step == at) + "○" * (step == other)
