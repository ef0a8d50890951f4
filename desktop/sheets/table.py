"""Writes a plain table as a workbook: every cell is text, whatever it looks like, so that nothing is computed."""

from __future__ import annotations

import io
from collections.abc import Sequence

from desktop.mainthread import assert_slow_work_allowed

_WIDEST = 40


def table_book(title: str, lines: Sequence[Sequence[str]]) -> bytes:
    """Return a workbook with one sheet; the first line is the heading and stays in view."""
    assert_slow_work_allowed("write a table")
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    page = book.create_sheet(title)
    page.freeze_panes = "A2"
    for place, width in enumerate(_widths(lines), 1):
        page.column_dimensions[get_column_letter(place)].width = width
    for number, line in enumerate(lines):
        cells = []
        for text in line:
            cell = WriteOnlyCell(page, ILLEGAL_CHARACTERS_RE.sub("", text))
            cell.data_type = "s"
            cell.number_format = "@"
            if not number:
                cell.font = Font(bold=True)
            cells.append(cell)
        page.append(cells)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _widths(lines: Sequence[Sequence[str]]) -> list[int]:
    """Return how wide each column is: two places for a Chinese character."""
    columns = zip(*lines, strict=True)
    return [min(_WIDEST, 3 + max(sum(1 + (letter > "\u2e80") for letter in text) for text in each)) for each in columns]
