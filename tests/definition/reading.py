"""Reading what was printed: text, boxes and pictures of a PDF."""

import re
from collections.abc import Iterator
from ctypes import create_string_buffer
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

SIDE, END = 52.0, 22.0
"""Points that stay white beside, and above and below; a mark may hang out a little."""
Box = tuple[float, float, float, float]
"""Left, bottom, right, top, in points."""


@dataclass(frozen=True)
class Page:
    text: str
    width: float
    height: float
    boxes: tuple[Box, ...]


def pages_of(pdf: bytes) -> list[Page]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [_page(document[number]) for number in range(len(document))]
    finally:
        document.close()


def _page(page: pypdfium2.PdfPage) -> Page:
    text = page.get_textpage()
    boxes = tuple(text.get_rect(n) for n in range(text.count_rects()))
    width, height = page.get_size()
    return Page(text.get_text_bounded(), width, height, boxes)


def pictures_of(pdf: bytes, dots_per_inch: int) -> Iterator[Image.Image]:
    document = pypdfium2.PdfDocument(pdf)
    for number in range(len(document)):
        yield document[number].render(scale=dots_per_inch / 72, grayscale=True).to_pil()
    document.close()


def text_of(pdf: bytes) -> str:
    return "\n".join(page.text for page in pages_of(pdf))


def spoken_of(pdf: bytes, number: int) -> list[str]:
    """Return the alternative texts on a page, counted from 0."""
    document = pypdfium2.PdfDocument(pdf)
    page = document[number]
    tree = pdfium.FPDF_StructTree_GetForPage(page)
    count = pdfium.FPDF_StructTree_CountChildren(tree)
    roots = [pdfium.FPDF_StructTree_GetChildAtIndex(tree, n) for n in range(count)]
    spoken = list(_spoken(roots))
    pdfium.FPDF_StructTree_Close(tree)
    document.close()
    return spoken


def _spoken(elements: list[Any]) -> Iterator[str]:
    for element in filter(None, elements):
        if size := pdfium.FPDF_StructElement_GetAltText(element, None, 0):
            buffer = create_string_buffer(size)
            pdfium.FPDF_StructElement_GetAltText(element, buffer, size)
            yield buffer.raw.decode("utf-16-le").rstrip("\0")
        count = pdfium.FPDF_StructElement_CountChildren(element)
        children = [pdfium.FPDF_StructElement_GetChildAtIndex(element, n) for n in range(count)]
        yield from _spoken(children)


def squeezed(text: str) -> str:
    """Return a text without what typesetting may change: spaces, hyphens, places to break."""
    return re.sub(r"[\s\u00ad\u200b\u0002\ufffe-]", "", text)


def outside(page: Page, side: float, end: float) -> list[Box]:
    """Return the boxes of text that leave the page, or reach into its margins (in points)."""
    return [
        (left, bottom, right, top)
        for left, bottom, right, top in page.boxes
        if left < side or right > page.width - side or bottom < end or top > page.height - end
    ]


def overlaps(page: Page) -> list[tuple[Box, Box]]:
    """Return pairs of boxes of text that cover one another by more than a hair."""
    boxes = sorted(page.boxes, key=lambda box: box[1])
    return [
        (one, other)
        for n, one in enumerate(boxes)
        for other in takewhile(lambda box: box[1] < one[3], boxes[n + 1 :])  # noqa: B023  used at once
        if _shared(one, other, 0) > 1 and _shared(one, other, 1) > 1
    ]


def _shared(one: Box, other: Box, axis: int) -> float:
    return min(one[axis + 2], other[axis + 2]) - max(one[axis], other[axis])
