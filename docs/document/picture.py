"""Pictures of the example documents for the README, rendered from the real files.

.venv/bin/python docs/document/picture.py
"""

import tempfile
from datetime import date
from pathlib import Path
from typing import Final

import pypdfium2
from PIL import Image

from coachbot.settings import Settings
from coachbot.wiring import write_document

ROOT: Final = Path(__file__).resolve().parents[2]
PICTURES: Final = ROOT / "docs" / "pictures"
EXAMPLES: Final = {"bakery": "document-de.png", "bookshop": "document-en.png"}
ON: Final = date(2026, 11, 22)
WIDTH, GAP, PAPER = 1200, 16, "#e8e8e4"


def pages(path: Path, first: int) -> list[Image.Image]:
    """Return the first pages of a PDF as pictures."""
    document = pypdfium2.PdfDocument(path)
    return [document[number].render(scale=1.2).to_pil() for number in range(first)]


def strip(pictures: list[Image.Image]) -> Image.Image:
    """Return pictures side by side, equally high, on grey."""
    height = min(picture.height for picture in pictures)
    scaled = [p.resize((round(p.width * height / p.height), height)) for p in pictures]
    width = sum(p.width for p in scaled) + GAP * (len(scaled) + 1)
    sheet = Image.new("RGB", (width, height + 2 * GAP), PAPER)
    left = GAP
    for picture in scaled:
        sheet.paste(picture.convert("RGB"), (left, GAP))
        left += picture.width + GAP
    return sheet.resize((WIDTH, round(sheet.height * WIDTH / width)))


def main() -> None:
    for example, name in EXAMPLES.items():
        with tempfile.TemporaryDirectory() as folder:
            answers = ROOT / "examples" / f"{example}.toml"
            files = write_document(Settings(), answers, Path(folder), None, ON)
            whole, handout = (path for path in files if path.suffix == ".pdf")
            picture = next(path for path in files if path.suffix == ".png")
            shown = [*pages(whole, 2), *pages(handout, 1), Image.open(picture)]
            strip(shown).quantize(128).save(PICTURES / name, optimize=True)


if __name__ == "__main__":
    main()
