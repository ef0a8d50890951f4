"""Words on A4: blocks become pieces, pieces become pages, each with number, version, check digits and QR code."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desktop.documents import style
from desktop.documents.cjk import break_lines
from desktop.documents.grids import table_pieces
from desktop.documents.pieces import Canvas, Piece, Placed, draw_line, glue, paginate, text_pieces
from desktop.i18n import tr

_WIDTH, _HEIGHT = 210 * style.MM, 297 * style.MM
_SIDE, _TOP, _BOTTOM = 22 * style.MM, 19 * style.MM, 27 * style.MM
_MEASURE = _WIDTH - 2 * _SIDE
_FOOT = 23.5 * style.MM
_CODE = 15 * style.MM
_FINE = style.Look("song", 8, 12, "left")
_FINE_RIGHT = style.Look("song", 8.5, 12, "left")
_BADGE = style.Look("hei-bold", 10.5, 15, "center")
_WATERMARK = style.Look("hei-bold", 76, 90, "center")


@dataclass(frozen=True)
class Foot:
    """What stands at the foot of each page; without `code` there is neither QR code nor check digits."""

    number: str
    template: str
    code: str
    printed_hash: str


def render(content: Mapping[str, Any], code_text: str, printed_hash: str) -> bytes:
    """Return the PDF of the words; only embedded TrueType, no date, no random id."""
    with style.drawing:
        pages = paginate(pieces_of(content), _HEIGHT - _TOP, _BOTTOM)
        foot = Foot(content["document_no"], _template_name(content), code_text, printed_hash)
        target = io.BytesIO()
        canvas = _canvas(target, content)
        for number, page in enumerate(pages, 1):
            _draw_page(canvas, page, content, foot, tr("第 {x} 页　共 {y} 页", x=number, y=len(pages)))
        canvas.save()
        return target.getvalue()


def _template_name(content: Mapping[str, Any]) -> str:
    return tr("模板 {code} 第 {n} 版", code=content["template"], n=content["template_version"])


def _canvas(target: io.BytesIO, content: Mapping[str, Any]) -> Canvas:
    from reportlab.pdfgen.canvas import Canvas as Paper

    style.font("song")
    size = (_WIDTH, _HEIGHT)
    canvas = Paper(target, pagesize=size, invariant=1, pageCompression=1, initialFontName="song", lang="zh-CN")
    canvas.setTitle(f"{content['title']} {content['document_no']}".strip())
    canvas.setAuthor("")
    canvas.setCreator("Kangyi")
    return canvas


def pieces_of(content: Mapping[str, Any]) -> list[Piece]:
    """Return the pieces of all blocks; neighbours with the same `keep` are tied into one."""
    pieces: list[Piece] = []
    kept: list[Piece] = []
    blocks = content["blocks"]
    for number, block in enumerate(blocks):
        made = _block_pieces(block, content["is_large_print"])
        group = _group(block, content)
        if not group:
            pieces += made
            continue
        kept += made
        if number + 1 == len(blocks) or _group(blocks[number + 1], content) != group:
            pieces += glue(kept)
            kept = []
    return pieces


def _group(block: Mapping[str, Any], content: Mapping[str, Any]) -> str:
    """Return the name of what must stay on one page; in large print a long table may be parted to save a half page."""
    is_parted = content["is_large_print"] and block.get("may_split_large", False)
    return "" if is_parted else str(block.get("keep", ""))


def _block_pieces(block: Mapping[str, Any], is_large_print: bool) -> list[Piece]:
    kind = block["is"]
    if kind == "table":
        return table_pieces(block, is_large_print, _SIDE, _MEASURE)
    if kind == "gap":
        return [Piece(block["mm"] * style.MM, lambda _canvas, _top: None)]
    if kind == "code":
        return [_code_piece("".join(run[0] for run in block["runs"]))]
    name = block.get("look", "body" if kind == "text" else kind)
    made = text_pieces(block["runs"], style.look(name, is_large_print), _SIDE, _MEASURE)
    if kind in ("title", "subtitle", "heading"):
        made = [*glue(made)[:-1], Piece(made[-1].height, made[-1].draw, made[-1].before, is_glued=True)]
    return made


def _code_piece(code: str) -> Piece:
    """Return seven groups of four boxes, filled with the code or empty to be filled by hand."""
    side, gap, line = 9 * style.MM, 6 * style.MM, 14 * style.MM
    symbols = code.replace("-", "").ljust(28)
    look = style.look("code", False)

    def draw(canvas: Canvas, top: float) -> None:
        for place, symbol in enumerate(symbols):
            group, within = divmod(place, 4)
            row, column = divmod(group, 4)
            x = _SIDE + 2 * style.MM + column * (4 * side + gap) + within * side
            y = top - row * line - side
            canvas.setLineWidth(0.7)
            canvas.rect(x, y, side, side)
            if symbol != " ":
                _write(canvas, symbol, look, x, y + side / 2 - 0.36 * look.size, side)

    return Piece(2 * line, draw)


def _draw_page(canvas: Canvas, page: Sequence[Placed], content: Mapping[str, Any], foot: Foot, number: str) -> None:
    if content["is_practice"]:
        _draw_practice(canvas)
    for placed in page:
        placed.piece.draw(canvas, placed.top)
    _draw_foot(canvas, foot, number)
    canvas.showPage()


def _draw_foot(canvas: Canvas, foot: Foot, number: str) -> None:
    canvas.setStrokeGray(0.6)
    canvas.setLineWidth(0.4)
    canvas.line(_SIDE, _FOOT, _WIDTH - _SIDE, _FOOT)
    canvas.setStrokeGray(0)
    canvas.setFillGray(0.2)
    left = _SIDE
    if foot.code:
        canvas.setFillGray(0)
        _draw_code(canvas, foot.code, _SIDE - 1.6 * style.MM, _FOOT - _CODE)
        canvas.setFillGray(0.2)
        left += _CODE
        groups = " ".join(foot.printed_hash[at : at + 4] for at in range(0, len(foot.printed_hash), 4))
        _write(canvas, tr("文书编号 {no}", no=foot.number), _FINE, left, _FOOT - 15, _MEASURE)
        _write(canvas, tr("内容校验码 {groups}", groups=groups), _FINE, left, _FOOT - 27, _MEASURE)
    _write(canvas, foot.template, _FINE, left, _FOOT - (39 if foot.code else 15), _MEASURE)
    line = break_lines(style.glyphs(number, _FINE_RIGHT), _MEASURE, _MEASURE)[0]
    draw_line(canvas, line, _FINE_RIGHT, _WIDTH - _SIDE - line.width, _FOOT - 15, line.width)
    canvas.setFillGray(0)


def _draw_code(canvas: Canvas, text: str, x: float, y: float) -> None:
    """Draw the QR code with its quiet zone of four modules (reportlab's own drawing of it would bring in Helvetica)."""
    from reportlab.graphics.barcode.qr import QrCodeWidget

    code = QrCodeWidget(text, barLevel="M").qr
    code.make()
    module = _CODE / (code.getModuleCount() + 8)
    path = canvas.beginPath()
    for row, cells in enumerate(code.modules):
        for column, is_dark in enumerate(cells):
            if is_dark:
                path.rect(x + (column + 4) * module, y + _CODE - (row + 5) * module, module, module)
    canvas.drawPath(path, stroke=0, fill=1)


def _draw_practice(canvas: Canvas) -> None:
    """Mark a page of a practice station so that nobody signs it by mistake."""
    words = tr("练习 · 无效")
    canvas.saveState()
    canvas.setFillGray(0.87)
    canvas.translate(_WIDTH / 2, _HEIGHT / 2)
    canvas.rotate(50)
    _write(canvas, words, _WATERMARK, -_WIDTH, -_WATERMARK.size / 3, 2 * _WIDTH)
    canvas.restoreState()
    width = 74.0
    canvas.setLineWidth(1.1)
    canvas.rect(_WIDTH - _SIDE - width, _HEIGHT - 14 * style.MM, width, 18)
    _write(canvas, words, _BADGE, _WIDTH - _SIDE - width, _HEIGHT - 14 * style.MM + 5.2, width)


def _write(canvas: Canvas, text: str, look: style.Look, left: float, y: float, width: float) -> None:
    line = break_lines(style.glyphs(text, look), width, width)[0]
    draw_line(canvas, line, look, left, y, width)
