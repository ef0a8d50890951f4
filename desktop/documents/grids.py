"""Tables of papers: label cells, values, tick boxes, cells over several columns or rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from desktop.documents import style
from desktop.documents.cjk import Line, break_lines, widest_word
from desktop.documents.pieces import Canvas, Piece, baseline, draw_line

_PAD_X = 4.0
_PAD_Y = 2.6
_AROUND = 4.0
_LINE = 0.55
_SHADE = 0.945
_FAINT = 0.45
_SMALLEST = 0.6


@dataclass(frozen=True)
class Box:
    """One cell: where it stands, how many rows it covers, what is in it."""

    left: float
    width: float
    rows: int
    look: style.Look
    lines: tuple[Line, ...]
    ticks: tuple[tuple[str, bool], ...]
    kind: str

    @property
    def height(self) -> float:
        """Return the height its words need, with padding."""
        lines = max(len(self.lines), 1 if self.ticks else 0)
        return lines * self.look.leading + 2 * _PAD_Y


def table_pieces(block: Mapping[str, Any], is_large_print: bool, left: float, width: float) -> list[Piece]:
    """Return a table as one piece a row; the first `head` rows are repeated on every page."""
    edges = _edges(block["widths"], left, width)
    rows = _boxes(block, edges, is_large_print)
    heights = _heights(block["rows"], rows)
    pieces = [_row_piece(row, heights, number) for number, row in enumerate(rows)]
    count = block.get("head", 0)
    head = tuple(pieces[:count])
    pieces = [
        Piece(p.height, p.draw, is_glued=p.is_glued or n < count, head=() if n < count else head)
        for n, p in enumerate(pieces)
    ]
    pieces[0] = replace(pieces[0], before=_AROUND)
    pieces[-1] = replace(pieces[-1], height=pieces[-1].height + _AROUND)
    return pieces


def _edges(widths: Sequence[float], left: float, width: float) -> list[float]:
    unit = width / sum(widths)
    return [left + unit * sum(widths[:n]) for n in range(len(widths) + 1)]


def _boxes(block: Mapping[str, Any], edges: Sequence[float], is_large_print: bool) -> list[list[Box]]:
    """Return the cells of each row that are drawn; a cell below one that covers several rows is not."""
    covered: dict[int, int] = {}
    rows = []
    for row in block["rows"]:
        column, boxes = 0, []
        for cell in row["cells"]:
            span = cell["span"]
            if covered.get(column, 0):
                covered[column] -= 1
            else:
                boxes.append(_box(cell, edges[column], edges[column + span], block.get("look", ""), is_large_print))
                covered[column] = boxes[-1].rows - 1
            column += span
        rows.append(boxes)
    return rows


def _box(cell: Mapping[str, Any], left: float, right: float, block_look: str, is_large_print: bool) -> Box:
    kind = cell["look"]
    look = style.look(block_look if block_look and kind == "value" else kind, is_large_print)
    room = right - left - 2 * _PAD_X
    glyphs = style.run_glyphs(cell["runs"], look)
    if widest_word(glyphs) > room:  # an ID number or a long foreign name is set smaller, not cut
        look = style.scaled(look, max(0.999 * room / widest_word(glyphs), _SMALLEST))
        glyphs = style.run_glyphs(cell["runs"], look)
    lines = tuple(break_lines(glyphs, room, room)) if glyphs else ()
    ticks = tuple((label, is_on) for label, is_on in cell.get("ticks", ()))
    return Box(left, right - left, cell.get("rows", 1), look, lines, ticks, kind)


def _heights(rows: Sequence[Mapping[str, Any]], boxes: Sequence[Sequence[Box]]) -> list[float]:
    """Return the height of each row: what was asked or its words need; a cell over rows stretches the last."""
    heights = [
        max([row["height"] * style.MM] + [box.height for box in line if box.rows == 1])
        for row, line in zip(rows, boxes, strict=True)
    ]
    for number, line in enumerate(boxes):
        for box in line:
            last = number + box.rows - 1
            heights[last] += max(0.0, box.height - sum(heights[number : last + 1]))
    return heights


def _row_piece(row: Sequence[Box], heights: Sequence[float], number: int) -> Piece:
    def draw(canvas: Canvas, top: float) -> None:
        for box in row:
            _draw_box(canvas, box, top, sum(heights[number : number + box.rows]))

    is_tied = any(box.rows > 1 for box in row)
    return Piece(heights[number], draw, is_glued=is_tied)


def _draw_box(canvas: Canvas, box: Box, top: float, height: float) -> None:
    canvas.setLineWidth(_LINE)
    canvas.setFillGray(_SHADE)
    canvas.rect(box.left, top - height, box.width, height, stroke=1, fill=int(box.kind == "label"))
    canvas.setFillGray(_FAINT if box.kind == "faint" else 0)
    lines = len(box.lines)
    y = top - (height - lines * box.look.leading) / 2
    if box.kind == "faint":
        y = top - height + lines * box.look.leading + 1
    for number, line in enumerate(box.lines):
        at = baseline(box.look, y - number * box.look.leading)
        draw_line(canvas, line, box.look, box.left + _PAD_X, at, box.width - 2 * _PAD_X)
    canvas.setFillGray(0)
    if box.ticks:
        _draw_ticks(canvas, box, top - height / 2)


def _draw_ticks(canvas: Canvas, box: Box, middle: float) -> None:
    """Draw the tick boxes of a cell as lines, evenly spread: no font of the program has ☐ and ☑."""
    size = box.look.size
    words = [(is_on, break_lines(style.glyphs(label, box.look), box.width, box.width)[0]) for label, is_on in box.ticks]
    room = (box.width - sum(size * 1.25 + line.width for _, line in words)) / (len(words) + 1)
    x = box.left + room
    for is_on, line in words:
        draw_tick_box(canvas, x, middle - size / 2, size, is_on)
        draw_line(canvas, line, box.look, x + size * 1.25, middle - 0.38 * size, line.width)
        x += size * 1.25 + line.width + room


def draw_tick_box(canvas: Canvas, x: float, y: float, size: float, is_on: bool) -> None:
    """Draw one box, ticked or empty."""
    side = size * 0.92
    canvas.setLineWidth(0.8)
    canvas.rect(x, y + size * 0.04, side, side, stroke=1, fill=0)
    if is_on:
        canvas.setLineWidth(size * 0.15)
        canvas.setLineCap(1)
        points = ((0.18, 0.52), (0.42, 0.24), (0.86, 0.86))
        (ax, ay), (bx, by), (cx, cy) = ((x + px * side, y + size * 0.04 + py * side) for px, py in points)
        canvas.lines([(ax, ay, bx, by), (bx, by, cx, cy)])
        canvas.setLineCap(0)
