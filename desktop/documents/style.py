"""Fonts and sizes of papers: 宋体 text, 黑体 headings, 楷体 notes; rare characters from fonts that have them."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from desktop import resources
from desktop.documents.cjk import Glyph, clean

log = logging.getLogger(__name__)

drawing = threading.RLock()
"""reportlab keeps fonts and their subsets in globals: one paper at a time."""

MM = 72 / 25.4
_FILES = {
    "song": "NotoSerifSC_400Regular.ttf",
    "song-bold": "NotoSerifSC_700Bold.ttf",
    "hei": "NotoSansSC_500Medium.ttf",
    "hei-bold": "NotoSansSC_700Bold.ttf",
    "kai": "LXGWWenKai-Regular.ttf",
    "rare": "HanaMinB.ttf",
    "symbols": "DejaVuSans.ttf",
}
_BOLD = {"song": "song-bold", "hei": "hei-bold", "kai": "song-bold"}
_FALLBACK = ("song", "rare", "kai", "symbols")
_UNKNOWN = "〓"


@dataclass(frozen=True)
class Look:
    """How a text is set: font, size and leading in points, first-line indent in letters, space around it in points."""

    font: str
    size: float
    leading: float
    align: str = "justify"
    indent: float = 0
    before: float = 0
    after: float = 0


_REGULAR = {
    "title": Look("song-bold", 18, 27, "center", after=4),
    "subtitle": Look("song", 11, 17, "center", after=7),
    "heading": Look("hei", 12, 20, "left", before=5, after=1),
    "body": Look("song", 11.5, 19.5, indent=2, after=1),
    "lead": Look("kai", 11.5, 19, indent=2, before=6, after=1),
    "note": Look("kai", 9, 13.5, before=4),
    "value": Look("song", 9.5, 14, "left"),
    "label": Look("hei", 9, 13, "center"),
    "center": Look("song", 9.5, 14, "center"),
    "faint": Look("kai", 8.5, 13, "center"),
    "fine": Look("song", 8.5, 12.5, "center"),
    "ticks": Look("song", 9.5, 14, "center"),
    "small": Look("song", 8.8, 13, "left"),
    "code": Look("hei-bold", 19, 26, "center"),
    "cover_station": Look("hei", 16, 26, "center", after=14),
    "cover_title": Look("song-bold", 36, 56, "center", after=2),
    "cover_sub": Look("kai", 14, 22, "center", after=6),
    "cover": Look("song", 14, 21, "left"),
    "board_title": Look("hei-bold", 40, 62, "center", after=4),
    "board_head": Look("hei-bold", 19, 28, "center"),
    "board": Look("hei", 19, 29, "left", before=4),
    "board_center": Look("hei", 19, 29, "center", after=4),
    "board_phone": Look("hei-bold", 27, 42, "center", before=8),
    "board_date": Look("hei", 14, 24, "center", before=2),
}
_LARGER = 1.36
"""Large print: 11.5 becomes 15.6 points (between 小三 and 三号)."""
_LARGER_CELLS = 1.26
_LARGER_TITLES = 1.15
_CELLS = ("value", "label", "center", "faint", "fine", "ticks", "small")


@cache
def look(name: str, is_large_print: bool) -> Look:
    """Return a look by name for the usual or the large print."""
    usual = _REGULAR[name]
    if not is_large_print:
        return usual
    return scaled(usual, _LARGER_TITLES if usual.size > 14 else _LARGER_CELLS if name in _CELLS else _LARGER)


def scaled(usual: Look, factor: float) -> Look:
    """Return a look with all its measures multiplied."""
    return replace(
        usual,
        size=usual.size * factor,
        leading=usual.leading * factor,
        before=usual.before * factor,
        after=usual.after * factor,
    )


def font(name: str) -> Any:
    """Return a font of the program, loading it at its first use (each takes 0.1 s, several when the disk is cold)."""
    from reportlab.pdfbase import pdfmetrics, ttfonts

    if name not in pdfmetrics.getRegisteredFontNames():
        path = str(resources.path(f"fonts/{_FILES[name]}"))
        ttfonts.makeToUnicodeCMap = _unicode_map
        pdfmetrics.registerFont(ttfonts.TTFont(name, path, asciiReadable=False))
    return pdfmetrics.getFont(name)


def glyphs(text: str, look_: Look, is_bold: bool = False) -> list[Glyph]:
    """Return the characters of a text, each in the first font that has it; any character stands for itself."""
    wanted = _BOLD.get(look_.font, look_.font) if is_bold else look_.font
    return [_glyph(char, wanted, look_.size) for char in clean(text)]


def run_glyphs(runs: list[list[str]], look_: Look) -> list[Glyph]:
    """Return the characters of [text, "" or "b"] pieces."""
    return [glyph for text, weight in runs for glyph in glyphs(text, look_, weight == "b")]


def _glyph(char: str, wanted: str, size: float) -> Glyph:
    if char == "\n":
        return Glyph(char, wanted, 0)
    shown, name, width = _found(char, wanted)
    return Glyph(shown, name, width * size)


@cache
def _found(char: str, wanted: str) -> tuple[str, str, float]:
    """Return what is printed for a character, in which font, and its width at 1 point."""
    for name in (wanted, *_FALLBACK):
        face = font(name)
        if ord(char) in face.face.charToGlyph:
            return char, name, face.stringWidth(char, 1)
    # Never the text around it: names stay out of the log.
    log.warning("no font has U+%04X", ord(char))
    return _UNKNOWN, "song", font("song").stringWidth(_UNKNOWN, 1)


def _unicode_map(fontname: str, subset: list[int]) -> str:
    """Return the ToUnicode map of a font subset: reportlab forgets surrogate pairs: 𬭎 would be copied as Ⲵ₻."""
    pairs = [f"<{code:02X}> <{chr(char).encode('utf-16-be').hex().upper()}>" for code, char in enumerate(subset)]
    blocks = [pairs[at : at + 100] for at in range(0, len(pairs), 100)]  # the format allows a hundred in a block
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap",
            f"/CIDSystemInfo\n<< /Registry ({fontname})\n/Ordering ({fontname})\n/Supplement 0\n>> def",
            f"/CMapName /{fontname} def\n/CMapType 2 def",
            f"1 begincodespacerange\n<00> <{len(subset) - 1:02X}>\nendcodespacerange",
            *(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks),
            "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend",
        ]
    )
