"""The fonts of the document: from packages only, so that it looks the same on every machine."""

import re
import struct
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

PACKAGES: Final = {
    "fontpkg_fira_sans": "files",
    "fontpkg_ibm_plex_serif": "files",
    "manimgx_fonts": "",
}
"""Package -> its folder of fonts.

Typst sets variable fonts at their default weight only, so the two families of the design are
static; Noto, which is variable, fills in what they lack: emoji, symbols, other scripts.
"""

_TEXT: Final = ("FiraSans-Regular.ttf", "IBMPlexSerif-Medium.ttf")


@cache
def folders() -> tuple[Path, ...]:
    """Return the folders of fonts; raises ModuleNotFoundError when a package is missing."""
    return tuple(_home(package) / folder for package, folder in PACKAGES.items())


def _home(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"the fonts of {package} are not installed", name=package)
    return Path(spec.origin).parent


@cache
def coverage() -> dict[str, frozenset[int]]:
    """Return family -> its code points; under "" those that every family of the design has."""
    fira, plex, noto = folders()
    own = code_points((fira / _TEXT[0]).read_bytes()) & code_points((plex / _TEXT[1]).read_bytes())
    upright = sorted(path for path in noto.glob("*.ttf") if "Italic" not in path.name)
    return {"": own} | {_family(path): code_points(path.read_bytes()) for path in upright}


def _family(path: Path) -> str:
    """Return "Noto Sans Thai" for "NotoSansThai[wght].ttf"."""
    return re.sub("(?<=[a-z])(?=[A-Z])", " ", path.stem.partition("[")[0])


def families_for(text: str) -> list[str]:
    """Return which families stand in for the letters that the design's own do not have.

    The fewer there are, the faster a page is set: typst tries one after the other.
    """
    missing = set(map(ord, set(text))) - coverage()[""]
    return [name for name, codes in coverage().items() if name and not missing.isdisjoint(codes)]


def code_points(font: bytes) -> frozenset[int]:
    """Return the code points a TrueType font has a glyph for (its `cmap`, formats 4 and 12)."""
    tables = struct.unpack_from(">H", font, 4)[0]
    records = (struct.unpack_from(">4sLLL", font, 12 + 16 * n) for n in range(tables))
    cmap = next(offset for tag, _, offset, _ in records if tag == b"cmap")
    return frozenset(code for at in _subtables(font, cmap) for code in _codes(font, at))


def _subtables(font: bytes, cmap: int) -> Iterator[int]:
    for n in range(struct.unpack_from(">H", font, cmap + 2)[0]):
        platform, _, offset = struct.unpack_from(">HHL", font, cmap + 4 + 8 * n)
        if platform in {0, 3}:
            yield cmap + offset


def _codes(font: bytes, at: int) -> Iterator[int]:
    kind = struct.unpack_from(">H", font, at)[0]
    if kind == 4:
        count = struct.unpack_from(">H", font, at + 6)[0] // 2
        ends = struct.unpack_from(f">{count}H", font, at + 14)
        starts = struct.unpack_from(f">{count}H", font, at + 16 + 2 * count)
        for start, end in zip(starts, ends, strict=True):
            yield from range(start, min(end, 0xFFFE) + 1)
    elif kind == 12:
        for n in range(struct.unpack_from(">L", font, at + 12)[0]):
            start, end, _ = struct.unpack_from(">LLL", font, at + 16 + 12 * n)
            yield from range(start, end + 1)
