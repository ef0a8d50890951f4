"""Chinese line breaking and justification on plain values (W3C CLREQ: marks that cannot begin or end a line)."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

NOT_FIRST = frozenset("，。、；：！？）〕］｝〉》」』】〗’”…—～·％‰℃°ー々＞!%),.:;?]}")
"""Marks that cannot begin a line."""
NOT_LAST = frozenset("（〔［｛〈《「『【〖‘“＜￥¥＃＠№#$([{")
"""Marks that cannot end a line."""

_CLOSING = frozenset("，。、；：！？）〕］｝〉》」』】〗’”")
_OPENING = frozenset("（〔［｛〈《「『【〖‘“")
_UNPARTED = frozenset("—…")
_BLANKS = frozenset(" \u00a0\u3000")
_STRETCH = 0.2
"""Of the letter size; a line that would need wider gaps stays ragged."""
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character in the font that has it; `width` in points."""

    char: str
    font: str
    width: float


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its glyphs, the advance of each (marks side by side share their blank halves), and how it ends."""

    glyphs: tuple[Glyph, ...]
    advances: tuple[float, ...]
    is_last: bool

    @property
    def width(self) -> float:
        """Return the natural width in points."""
        return sum(self.advances)

    @property
    def text(self) -> str:
        """Return the characters."""
        return "".join(glyph.char for glyph in self.glyphs)

    def gap(self, measure: float, size: float) -> float:
        """Return what each gap must grow so that the line fills `measure`; 0 for last and for hopeless lines."""
        gaps = len(self.glyphs) - 1
        if self.is_last or gaps < 1:
            return 0.0
        gap = (measure - self.width) / gaps
        return gap if 0 < gap <= _STRETCH * size else 0.0


def clean(text: str) -> str:
    """Return the text without what cannot be printed (controls, variation selectors); blanks and line ends stay."""
    return "".join(" " if char == "\t" else char for char in text if char in "\t\n" or not _is_invisible(char))


@cache
def _is_invisible(char: str) -> bool:
    if "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef":
        return True
    # Unassigned for this Python may be a new ideograph: fonts decide about those.
    category = unicodedata.category(char)
    return category in _INVISIBLE and not (category in ("Cn", "Co") and ord(char) > 0x20000)


def may_part(before: str, after: str) -> bool:
    """Say whether a line may end with `before` and the next begin with `after`."""
    if after in NOT_FIRST or before in NOT_LAST or unicodedata.combining(after):
        return False
    return not (_is_word(before) and _is_word(after))


@cache
def _is_word(char: str) -> bool:
    """Say whether a character belongs to a number or a word of letters, which is never cut."""
    return ("!" <= char <= "~") or unicodedata.category(char) in ("Lu", "Ll", "Lt", "Lm") or char in "–·"


def widest_word(glyphs: Sequence[Glyph]) -> float:
    """Return the width of the longest stretch that should not be cut."""
    widest = used = 0.0
    for number, glyph in enumerate(glyphs):
        is_tied = number > 0 and glyph.char != "\n" and not may_part(glyphs[number - 1].char, glyph.char)
        used = used + glyph.width if is_tied else glyph.width
        widest = max(widest, used)
    return widest


def break_lines(glyphs: Sequence[Glyph], first_width: float, width: float) -> list[Line]:
    """Break one text into lines no wider than `first_width` and `width`; a line end in the text ends a paragraph."""
    lines: list[Line] = []
    start = 0
    for end in [i for i, glyph in enumerate(glyphs) if glyph.char == "\n"] + [len(glyphs)]:
        lines += _paragraph(glyphs[start:end], width if lines else first_width, width)
        start = end + 1
    return lines


def _paragraph(glyphs: Sequence[Glyph], first_width: float, width: float) -> list[Line]:
    advances = [_advance(a, b) for a, b in pairwise(glyphs)] + [g.width for g in glyphs[-1:]]
    cuts = [0]
    while cuts[-1] < len(glyphs):
        cuts.append(_cut(glyphs, advances, cuts[-1], first_width if len(cuts) == 1 else width))
    _mend_runt(glyphs, cuts)
    spans = list(pairwise(cuts)) or [(0, 0)]
    return [_line(glyphs[a:b], advances[a:b], is_first=a == 0, is_last=b == len(glyphs)) for a, b in spans]


def _advance(glyph: Glyph, following: Glyph) -> float:
    """Return how far the pen goes: two full-width marks side by side give up one blank half (标点挤压)."""
    a, b = glyph.char, following.char
    is_pair = (a in _CLOSING and (b in _CLOSING or b in _OPENING)) or (a in _OPENING and b in _OPENING)
    is_wide = glyph.width > 0.9 * following.width and following.width > 0.9 * glyph.width
    return glyph.width / 2 if is_pair and is_wide else glyph.width


def _cut(glyphs: Sequence[Glyph], advances: Sequence[float], start: int, width: float) -> int:
    """Return where the line that begins at `start` ends (exclusive)."""
    end, used = start, 0.0
    while end < len(glyphs) and (used + glyphs[end].width <= width + 1e-6 or glyphs[end].char in _BLANKS):
        used += advances[end]
        end += 1
    if end == len(glyphs):
        return end
    end = max(end, start + 1)
    places = range(end, start, -1)
    legal = (i for i in places if may_part(glyphs[i - 1].char, glyphs[i].char))
    # A word longer than the line has to be cut somewhere, but still not before a mark that cannot begin a line.
    forced = (i for i in places if glyphs[i].char not in NOT_FIRST and glyphs[i - 1].char not in NOT_LAST)
    return next(legal, next(forced, end))


def _mend_runt(glyphs: Sequence[Glyph], cuts: list[int]) -> None:
    """Give a last line of one lonely character company from the line before (CLREQ: 孤字不成行)."""
    if len(cuts) < 3 or sum(glyph.char not in _CLOSING for glyph in glyphs[cuts[-2] :]) > 1:
        return
    first = cuts[-3] + (cuts[-2] - cuts[-3]) // 2
    places = range(cuts[-2] - 1, first, -1)
    cuts[-2] = next((i for i in places if may_part(glyphs[i - 1].char, glyphs[i].char)), cuts[-2])


def _line(glyphs: Sequence[Glyph], advances: Sequence[float], *, is_first: bool, is_last: bool) -> Line:
    """Drop the blanks at the ends of a line that the breaking made; those the writer put at the very ends stay."""
    start, end = 0, len(glyphs)
    while not is_first and start < end and glyphs[start].char in _BLANKS:
        start += 1
    while not is_last and end > start and glyphs[end - 1].char in _BLANKS:
        end -= 1
    kept = list(advances[start:end])
    if kept:
        kept[-1] = glyphs[end - 1].width
    return Line(tuple(glyphs[start:end]), tuple(kept), is_last)
