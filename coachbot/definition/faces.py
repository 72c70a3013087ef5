"""The faces of a definition that are files: what makes each, and what its file is called."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from coachbot.definition.model import Definition
from coachbot.texts.library import Words
from coachbot.texts.wording import say_plain

Make = Callable[[Definition, Words, Path | None], bytes]


@dataclass(frozen=True, slots=True)
class Face:
    """A face is pure: the same definition, words and typst files make the same bytes."""

    name: str
    suffix: str
    make: Make

    def file_name(self, definition: Definition, words: Words) -> str:
        """Return a name from a fixed pattern of `document.toml`; nothing in it is a person's."""
        pattern = words.text("document", "files", self.name)
        return say_plain(pattern, {"version": definition.edition.version}) + self.suffix


# Typst and Word are loaded by the first face that needs them.


def _pdf(definition: Definition, words: Words, prompts: Path | None) -> bytes:
    from coachbot.definition.typesetting import pdf

    return pdf(definition, words, prompts)


def _picture(definition: Definition, words: Words, prompts: Path | None) -> bytes:
    from coachbot.definition.typesetting import picture

    return picture(definition, words, prompts)


def _handout(definition: Definition, words: Words, prompts: Path | None) -> bytes:
    from coachbot.definition.typesetting import handout

    return handout(definition, words, prompts)


def _trend(definition: Definition, words: Words, prompts: Path | None) -> bytes:
    from coachbot.definition.typesetting import trend

    return trend(definition, words, prompts)


def _markdown(definition: Definition, words: Words, _: Path | None) -> bytes:
    from coachbot.definition.markdown import markdown

    return markdown(definition, words).encode(errors="replace")


def _docx(definition: Definition, words: Words, _: Path | None) -> bytes:
    from coachbot.definition.word import docx

    return docx(definition, words)


FACES: Final = {
    face.name: face
    for face in (
        Face("pdf", ".pdf", _pdf),
        Face("picture", ".png", _picture),
        Face("handout", ".pdf", _handout),
        Face("markdown", ".md", _markdown),
        Face("docx", ".docx", _docx),
    )
}

BESIDE: Final = {"trend": Face("trend", ".png", _trend)}
"""What is printed like a face, and is none: the line of the ratings, for /trend."""
