"""Writes a copy of a sheet with the faulty cells red and the reasons in a column of their own."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.domain.lists import header_word
from desktop.sheets.files import workbook
from desktop.sheets.table import table_book

if TYPE_CHECKING:
    from openpyxl.styles import PatternFill
    from openpyxl.worksheet.worksheet import Worksheet

_RED, _AMBER = "FFF4B6B0", "FFFBE3AE"
_COLOURS = {"error": _RED, "warning": _AMBER}
_REASONS_WIDTH = 60
_SHEET = "Sheet1"


@dataclass(frozen=True)
class Mark:
    """One reason on a sheet: row, column (None: the whole line), error or warning, the sentence."""

    row: int
    column: int | None
    verdict: str
    message: str


def marked_copy(data: bytes, sheet: str, header_row: int, marks: Sequence[Mark], title: str) -> bytes:
    """Return the workbook with cells coloured and reasons in the column `title`; everything else as it was.

    Marks of an earlier copy are taken off first, so that a mended sheet comes back clean.
    """
    with workbook(data, with_formulas=True) as book:
        page = book[sheet]
        column = _reasons_column(page, header_row, title)
        _take_marks_off(page, header_row, column)
        _put_marks_on(page, column, marks)
        page.cell(header_row, column, title)
        _widen(page, column)
        target = io.BytesIO()
        book.save(target)
    return target.getvalue()


def marked_table(rows: Sequence[Sequence[str]], header_row: int, marks: Sequence[Mark], title: str) -> bytes:
    """Return a new workbook with these rows as text, marked like `marked_copy`, for sheets that were no xlsx."""
    width = max(map(len, rows), default=0)
    data = table_book(_SHEET, [[*row, *[""] * (width - len(row))] for row in rows])
    return marked_copy(data, _SHEET, header_row, marks, title)


def _reasons_column(page: Worksheet, header_row: int, title: str) -> int:
    """Return the column of an earlier copy, or the first one to the right of everything written."""
    last = 0
    for row in page.iter_rows():
        for cell in row:
            if cell.row == header_row and header_word(str(cell.value or "")) == header_word(title):
                return int(cell.column)
            last = max(last, cell.column if cell.value is not None else 0)
    return last + 1


def _take_marks_off(page: Worksheet, header_row: int, column: int) -> None:
    from openpyxl.styles import PatternFill

    for row in page.iter_rows(min_row=header_row + 1):
        for cell in row:
            if cell.fill.fill_type == "solid" and cell.fill.fgColor.rgb in {_RED, _AMBER}:
                cell.fill = PatternFill()
            if cell.column == column and cell.value is not None:
                cell.value = None


def _put_marks_on(page: Worksheet, column: int, marks: Sequence[Mark]) -> None:
    fills = _fills()
    reasons: dict[int, list[str]] = {}
    for mark in sorted(marks, key=lambda one: one.verdict, reverse=True):  # warnings first: errors paint over them
        page.cell(mark.row, mark.column or column).fill = fills[mark.verdict]
        page.cell(mark.row, column).fill = fills[mark.verdict]
    for mark in marks:
        reasons.setdefault(mark.row, []).append(mark.message)
    for row, messages in reasons.items():
        page.cell(row, column, "\n".join(messages))


def _fills() -> Mapping[str, PatternFill]:
    from openpyxl.styles import PatternFill

    return {verdict: PatternFill("solid", fgColor=colour) for verdict, colour in _COLOURS.items()}


def _widen(page: Worksheet, column: int) -> None:
    """Give the reasons room to be read without clicking."""
    from openpyxl.utils import get_column_letter

    page.column_dimensions[get_column_letter(column)].width = _REASONS_WIDTH
