"""The faces that are typeset: the PDF, the picture for a phone, the page for staff."""

from pathlib import Path
from typing import Final

from coachbot.definition.model import Definition
from coachbot.definition.press import faces_folder, image, pages
from coachbot.definition.setting import Setting
from coachbot.texts.library import Words

PIXELS_PER_INCH: Final = 216
"""A picture is 360 points wide, as a phone is; three pixels each make 1080."""


def pdf(definition: Definition, words: Words, prompts: Path | None = None) -> bytes:
    """Return the whole definition, A4: the wall page, then the owner's part."""
    setting = Setting(definition, words)
    data = {**setting.head(), **setting.wall(), **setting.owner()}
    return pages("definition.typ", data, definition.edition.on, faces_folder(prompts))


def picture(definition: Definition, words: Words, prompts: Path | None = None) -> bytes:
    """Return the wall page as a PNG, 1080 pixels wide, phone-shaped."""
    setting = Setting(definition, words)
    data = {**setting.head(), **setting.wall()}
    return image("picture.typ", data, faces_folder(prompts), PIXELS_PER_INCH)


def trend(definition: Definition, words: Words, prompts: Path | None = None) -> bytes:
    """Return the line of the ratings as a PNG, 1080 pixels wide."""
    setting = Setting(definition, words)
    data = {**setting.head(), **setting.course()}
    return image("trend.typ", data, faces_folder(prompts), PIXELS_PER_INCH)


def handout(definition: Definition, words: Words, prompts: Path | None = None) -> bytes:
    """Return the page for everybody who deals with customers: one A4 page, no inner matters."""
    setting = Setting(definition, words)
    data = {**setting.head(), **setting.wall(), **setting.handout()}
    return pages("handout.typ", data, definition.edition.on, faces_folder(prompts))
