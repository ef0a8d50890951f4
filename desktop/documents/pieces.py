"""Pieces of a page (a line, a table row) and how they are put on pages: what belongs together stays together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from desktop.documents import style
from desktop.documents.cjk import Line, break_lines

Canvas = Any  # reportlab is untyped


@dataclass(frozen=True)
class Piece:
    """Something of one height that is never cut; `draw(canvas, top)` puts it below `top`.

    `is_glued` keeps it on the page of the next piece; `head` is repeated when a page begins with this piece.
    """

    height: float
    draw: Callable[[Canvas, float], None]
    before: float = 0
    is_glued: bool = False
    head: tuple[Piece, ...] = ()


@dataclass(frozen=True)
class Placed:
    """A piece and the height of its upper edge on the page."""

    piece: Piece
    top: float


def glue(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces tied to one another, the last one free."""
    return [replace(piece, is_glued=True) for piece in pieces[:-1]] + list(pieces[-1:])


def paginate(pieces: Sequence[Piece], top: float, bottom: float) -> list[list[Placed]]:
    """Put the pieces on pages between two heights; a glued chain moves to the next page as a whole if it fits there."""
    pages: list[list[Placed]] = [[]]
    y = top
    for chain in _chains(pieces):
        if pages[-1] and y - _height(chain) < bottom - 1e-6 and _height(chain) <= top - bottom:
            pages.append([])
            y = top
        for piece in chain:
            if pages[-1] and y - piece.before - piece.height < bottom - 1e-6:
                pages.append([])
                y = top
            y = _place(pages[-1], piece, y)
    return pages


def _chains(pieces: Sequence[Piece]) -> list[list[Piece]]:
    chains: list[list[Piece]] = [[]]
    for piece in pieces:
        chains[-1].append(piece)
        if not piece.is_glued:
            chains.append([])
    return [chain for chain in chains if chain]


def _height(chain: Sequence[Piece]) -> float:
    return sum(piece.before + piece.height for piece in chain)


def _place(page: list[Placed], piece: Piece, y: float) -> float:
    """Put a piece at `y` and return where the next one begins; space before is dropped at the top of a page."""
    for above in piece.head if not page else ():
        page.append(Placed(above, y))
        y -= above.height
    if page:
        y -= piece.before
    page.append(Placed(piece, y))
    return y - piece.height


def text_pieces(runs: list[list[str]], look: style.Look, left: float, width: float) -> list[Piece]:
    """Return a text as one piece a line; no page begins or ends with a single line of it."""
    indent = look.indent * look.size
    lines = break_lines(style.run_glyphs(runs, look), width - indent, width)
    pieces = []
    for number, line in enumerate(lines):
        shift = indent if number == 0 else 0.0
        is_tied = number == 0 or number == len(lines) - 2 or len(lines) == 3
        pieces.append(
            Piece(
                look.leading + (look.after if number == len(lines) - 1 else 0),
                _line_drawer(line, look, left + shift, width - shift),
                before=look.before if number == 0 else 0,
                is_glued=is_tied and number < len(lines) - 1,
            )
        )
    return pieces


def _line_drawer(line: Line, look: style.Look, left: float, width: float) -> Callable[[Canvas, float], None]:
    def draw(canvas: Canvas, top: float) -> None:
        draw_line(canvas, line, look, left, baseline(look, top), width)

    return draw


def baseline(look: style.Look, top: float) -> float:
    """Return where letters stand in a line whose upper edge is `top`: ideographs reach from -0.12 to 0.88."""
    return top - (look.leading - look.size) / 2 - 0.88 * look.size


def draw_line(canvas: Canvas, line: Line, look: style.Look, left: float, y: float, width: float) -> None:
    """Draw one line in its measure: centred, ragged, or stretched by spacing its characters."""
    gap = line.gap(width, look.size) if look.align == "justify" else 0.0
    if look.align == "center":
        left += (width - line.width) / 2
    text = canvas.beginText(left, y)
    for font, spacing, chars in _strings(line, gap):
        text.setFont(font, look.size)
        text.setCharSpace(spacing)
        text.textOut(chars)
    text.setCharSpace(0)
    canvas.drawText(text)


def _strings(line: Line, gap: float) -> list[tuple[str, float, str]]:
    """Return runs of one font and one spacing; the spacing follows each character."""
    strings: list[tuple[str, float, str]] = []
    for glyph, advance in zip(line.glyphs, line.advances, strict=True):
        spacing = round(gap + advance - glyph.width, 4)
        if strings and strings[-1][:2] == (glyph.font, spacing):
            strings[-1] = (glyph.font, spacing, strings[-1][2] + glyph.char)
        else:
            strings.append((glyph.font, spacing, glyph.char))
    return strings
