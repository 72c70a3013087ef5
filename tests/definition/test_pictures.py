"""How the documents look, held against pictures that somebody has looked at.

`COACHBOT_RECORD=1 pytest tests/definition/test_pictures.py` writes them anew: look at them again.
"""

import io
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageFilter

from coachbot.definition.typesetting import handout, pdf, picture
from coachbot.texts.library import Library, Words
from tests.definition.conftest import Drawn
from tests.definition.reading import pictures_of

SEEN = Path(__file__).with_name("pictures")
DOTS_PER_INCH = 42
DIFFERENT = 40
"""Of 255 shades, after a slight blur: more than another rasteriser's edges make."""
MOST_DIFFERENT = 0.002
"""Of all dots; one line of small type is more."""
WHOLE = ("bakery", "bookshop")
PAGES = ("association", "sole_trader", "smallest")


def shown(name: str, drawn: Drawn, library: Library) -> Iterator[tuple[str, Image.Image]]:
    """Yield (file name, picture) of what is looked at of an example."""
    definition = drawn(name)
    words = library.languages[definition.language]
    pages = list(pictures_of(pdf(definition, words), DOTS_PER_INCH))
    for number, page in enumerate(pages if name in WHOLE else pages[:1], 1):
        yield f"{name}-{number}.png", page
    yield f"{name}-handout.png", next(pictures_of(handout(definition, words), DOTS_PER_INCH))
    if name in WHOLE:
        phone = Image.open(io.BytesIO(picture(definition, words))).convert("L")
        yield f"{name}-phone.png", phone.resize((phone.width // 4, phone.height // 4))


@pytest.mark.parametrize("name", WHOLE + PAGES)
def test_it_looks_as_it_was_seen(name: str, drawn: Drawn, library: Library) -> None:
    made = dict(shown(name, drawn, library))
    if os.environ.get("COACHBOT_RECORD"):
        SEEN.mkdir(exist_ok=True)
        for file, image in made.items():
            image.quantize(16).save(SEEN / file, optimize=True)
    assert set(made) == {path.name for path in SEEN.glob(f"{name}-*.png")}
    strange = {file: difference(image, SEEN / file) for file, image in made.items()}
    assert {file for file, share in strange.items() if share > MOST_DIFFERENT} == set()


def difference(image: Image.Image, seen: Path) -> float:
    """Return the share of dots that differ; 1 for another size."""
    expected = Image.open(seen).convert("L")
    if expected.size != image.size:
        return 1.0
    blurred = [one.filter(ImageFilter.BoxBlur(1)) for one in (image, expected)]
    dots = ImageChops.difference(*blurred).histogram()
    return sum(dots[DIFFERENT:]) / sum(dots)


@pytest.mark.parametrize("name", ["bakery", "smallest", "sole_trader"])
def test_a_picture_is_shaped_like_a_phone(name: str, drawn: Drawn, words: Words) -> None:
    image = Image.open(io.BytesIO(picture(drawn(name), words)))
    assert image.width == 1080
    assert 1.7 < image.height / image.width < 2.2


@pytest.mark.parametrize("name", ["arabic", "code", "emoji", "marks", "wide"])
def test_a_picture_holds_whatever_is_written(name: str, hostile: Drawn, words: Words) -> None:
    image = Image.open(io.BytesIO(picture(hostile(name), words)))
    assert image.width == 1080
    assert image.height + image.width < 10_000
