"""The press: typst with our fonts and no others. Data goes in as JSON, and is never evaluated.

The JSON is a string literal in a main file of two lines, with quotation marks, backslashes and all
other signs escaped. Typst's own `sys.inputs` would do, too, but they are part of the library that
every paragraph was set with: with new inputs nothing is taken over from the last time, and a
document takes twice as long.
"""

import json
import re
import threading
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from string import ascii_letters, digits
from typing import Any, Final

import typst

from coachbot.definition.fonts import families_for, folders
from coachbot.errors import PromptsError
from coachbot.texts.library import prompts_folder

_ACCESSIBLE: Final = "ua-1"
_AS_IT_IS: Final = frozenset(ascii_letters + digits + " ,.:;-_()[]{}")
_ESCAPED: Final = {code: f"\\u{{{code:x}}}" for code in range(128) if chr(code) not in _AS_IT_IS}
_PLACE: Final = re.compile(r"─ (\S+\.typ:\d+)")
_fonts_at_hand: typst.Fonts | None = None
_of_thread = threading.local()
_loading = threading.Lock()


def faces_folder(prompts: Path | None = None) -> Path:
    """Return the folder of typst files: the texts' own, or, when they bring none, the package's."""
    own = prompts / "faces" if prompts else None
    return own if own and own.is_dir() else prompts_folder() / "faces"


def pages(template: str, data: Mapping[str, Any], on: date, faces: Path) -> bytes:
    """Return `template` as a tagged PDF (PDF/UA-1), made at midnight UTC of `on`.

    Raises PromptsError naming the place in a typst file that is broken.
    """
    made = datetime.combine(on, time(), UTC)
    try:
        return _printed(template, data, faces, timestamp=made, pdf_standards=_ACCESSIBLE)
    except typst.TypstError:
        # A letter that slipped through: better a document with a gap than none at all.
        return _proofed(template, data, faces, timestamp=made)


def image(template: str, data: Mapping[str, Any], faces: Path, pixels_per_inch: int) -> bytes:
    """Return the one page of `template` as a PNG; raises PromptsError as `pages` does."""
    return _proofed(template, data, faces, format="png", ppi=pixels_per_inch)


def _proofed(template: str, data: Mapping[str, Any], faces: Path, **how: Any) -> bytes:  # noqa: ANN401
    try:
        return _printed(template, data, faces, **how)
    except typst.TypstError as error:
        # The message itself may quote a person's words, so only the place goes on.
        place = _PLACE.search(error.diagnostic or "")
        raise PromptsError(f"{place[1] if place else template}: cannot be typeset") from None


def _printed(template: str, data: Mapping[str, Any], faces: Path, **how: Any) -> bytes:  # noqa: ANN401
    made = _compiler(faces).compile(source(template, data), **{"format": "pdf", **how})
    if not isinstance(made, bytes):
        raise PromptsError(f"{template}: expected one page or file")
    return made


def source(template: str, data: Mapping[str, Any]) -> bytes:
    """Return the main file: the face of `template`, called with its data."""
    families = families_for(json.dumps(data, ensure_ascii=False))
    told = json.dumps({**data, "fallbacks": families})
    return f'#import "{template}": face\n#face(json(bytes("{literal(told)}")))\n'.encode("ascii")


def literal(text: str) -> str:
    """Return an ASCII text for between a typst string's quotation marks; nothing ends them."""
    return text.translate(_ESCAPED)


def _compiler(faces: Path) -> typst.Compiler:
    """Return this thread's compiler: a compiler serves one at a time; fonts are read once."""
    compilers: dict[Path, typst.Compiler] = _of_thread.__dict__.setdefault("compilers", {})
    if faces not in compilers:
        compilers[faces] = typst.Compiler(root=faces, font_paths=_fonts(), ignore_system_fonts=True)
    return compilers[faces]


def _fonts() -> typst.Fonts:
    global _fonts_at_hand  # noqa: PLW0603  read once a process
    with _loading:
        if _fonts_at_hand is None:
            _fonts_at_hand = typst.Fonts(
                include_system_fonts=False,
                include_embedded_fonts=False,
                font_paths=list(folders()),
            )
        return _fonts_at_hand
