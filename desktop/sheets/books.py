"""Opens a book of any format in use and gives its sheets as cells; whatever is wrong with it is a sentence."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from math import isfinite
from typing import TYPE_CHECKING

from desktop.domain.folding import clean_text
from desktop.domain.lists import Cell
from desktop.i18n import tr
from desktop.mainthread import assert_slow_work_allowed
from desktop.sheets import packages, texts
from desktop.sheets.files import ODS, TEXT, XLSX, SheetLimits, bad_roster, broken, format_of, locked, too_big
from desktop.sheets.packages import Noticed, Range

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

PASTE = "paste"

_ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#SPILL!", "#CALC!"})
# Controls mean nothing in a list; half a character (a lone surrogate) cannot be stored at all.
_UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_BLANK = Cell()


@dataclass(frozen=True)
class SheetName:
    """One sheet of a book."""

    name: str
    is_hidden: bool = False


class Grid:
    """The cells of a sheet, and which of them are merged; rows and columns count from 1."""

    def __init__(
        self, name: str, rows: Sequence[Sequence[object]], merged: Sequence[Range], limits: SheetLimits
    ) -> None:
        self.name = name
        self._rows = rows
        self.last_row = len(rows)
        self.width = max(map(len, rows), default=0)
        self.merged = [one for one in merged if one[0] <= self.last_row and one[2] <= self.width]
        self._origins = self._merged_spots(limits)

    def _merged_spots(self, limits: SheetLimits) -> dict[tuple[int, int], tuple[int, int]]:
        """Return for each cell under a merged one where its text stands."""
        spots: dict[tuple[int, int], tuple[int, int]] = {}
        most = limits.max_rows * limits.max_columns
        for first_row, last_row, first_column, last_column in self.merged:
            rows = range(first_row, min(last_row, self.last_row) + 1)
            columns = range(first_column, min(last_column, self.width) + 1)
            most -= len(rows) * len(columns)
            if most < 0:
                raise bad_roster(tr("合并的单元格互相重叠，表格打不开。"))
            spots |= {(row, column): (first_row, first_column) for row in rows for column in columns}
        return spots

    def at(self, row: int, column: int) -> Cell:
        """Return a cell."""
        if not 0 < row <= self.last_row:
            return _BLANK
        values = self._rows[row - 1]
        return cell_of(values[column - 1]) if 0 < column <= len(values) else _BLANK

    def filled(self, row: int, column: int) -> Cell:
        """Return a cell, or the one it was merged into from above or from the left."""
        return self.at(*self._origins.get((row, column), (row, column)))

    def texts(self, row: int) -> list[str]:
        """Return the texts of a row, without the blank ones."""
        cells = (cell_of(value) for value in self._rows[row - 1] if value not in ("", None))
        return [clean_text(cell.text) for cell in cells if not cell.is_blank]

    def rows(self) -> list[list[str]]:
        """Return all cells as texts, as somebody sees them."""
        return [[cell_of(value).text for value in row] for row in self._rows]


@dataclass(frozen=True)
class Book:
    """A book that was opened; `format` is xlsx, xls, ods, text or paste."""

    format: str
    sheets: tuple[SheetName, ...]
    is_1904: bool
    _limits: SheetLimits
    _noticed: Noticed = field(default_factory=Noticed)
    _book: CalamineWorkbook | None = None
    _rows: Sequence[Sequence[object]] = ()

    def grid(self, name: str) -> Grid:
        """Return the cells of a sheet; raises ValidationError bad_roster."""
        assert_slow_work_allowed("sheets.grid")
        if self._book is None:
            return Grid(name, self._rows, (), self._limits)
        sheet = _sheet(self._book, name)
        if sheet.total_height > self._limits.max_rows or sheet.total_width > self._limits.max_columns:
            raise too_big(self._limits)
        rows: list[list[object]] = [list(row) for row in sheet.to_python(skip_empty_area=False)]
        for (row, column), text in self._noticed.errors.get(name, {}).items():
            if 0 < row <= len(rows) and 0 < column <= len(rows[row - 1]):
                rows[row - 1][column - 1] = text
        return Grid(name, rows, _merged(sheet) or self._noticed.merged.get(name, ()), self._limits)


def open_book(data: bytes, limits: SheetLimits) -> Book:
    """Open the bytes of a file, whatever its name says; raises ValidationError bad_roster."""
    assert_slow_work_allowed("sheets.open_book")
    kind = format_of(data)
    if kind == TEXT:
        return Book(kind, (SheetName("CSV"),), False, limits, _rows=texts.rows_of_csv(data, limits))
    noticed = Noticed()
    if kind == XLSX:
        noticed = packages.look_into_xlsx(data, limits)
    elif kind == ODS:
        noticed = packages.look_into_ods(data, limits)
    book = _opened(data)
    return Book(kind, _names(book), noticed.is_1904, limits, noticed, book)


def open_paste(text: str, limits: SheetLimits) -> Book:
    """Open rows that were copied in a spreadsheet; raises ValidationError bad_roster."""
    rows = texts.rows_of_paste(text, limits)
    return Book(PASTE, (SheetName(tr("粘贴的内容")),), False, limits, _rows=rows)


def _opened(data: bytes) -> CalamineWorkbook:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(data))
    except PasswordError as error:
        raise locked() from error
    except (CalamineError, OSError, ValueError) as error:
        raise broken() from error


def _names(book: CalamineWorkbook) -> tuple[SheetName, ...]:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    sheets = [one for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
    return tuple(SheetName(one.name, one.visible != SheetVisibleEnum.Visible) for one in sheets)


def _sheet(book: CalamineWorkbook, name: str) -> CalamineSheet:
    from python_calamine import CalamineError, WorksheetNotFound

    try:
        return book.get_sheet_by_name(name)
    except WorksheetNotFound as error:
        raise bad_roster(tr("表格里没有工作表“{name}”。", name=name)) from error
    except (CalamineError, OSError, ValueError) as error:
        raise broken() from error


def _merged(sheet: CalamineSheet) -> Sequence[Range]:
    ranges = sheet.merged_cell_ranges or ()
    return [(first[0] + 1, last[0] + 1, first[1] + 1, last[1] + 1) for first, last in ranges]


def cell_of(value: object) -> Cell:
    """Return a value of a reader as text that loses nothing, and what it was."""
    if isinstance(value, str):
        return _text_cell(value)
    if value is None:
        return _BLANK
    if isinstance(value, bool):
        return Cell("是" if value else "否")
    if isinstance(value, int | float):
        is_whole = isfinite(value) and value == int(value)
        return Cell(str(int(value)) if is_whole else repr(value), "number")
    return _time_cell(value)


def _text_cell(value: str) -> Cell:
    if not value:
        return _BLANK
    if not value.isprintable():
        value = _UNSTORABLE.sub("", value)
    return Cell(value, "error" if value in _ERRORS else "text")


def _time_cell(value: object) -> Cell:
    if isinstance(value, datetime | date):
        return Cell(value.isoformat()[:10], "date")
    if isinstance(value, timedelta):  # more than a day of hours, or a time in a sheet of OpenDocument
        minutes = int(value.total_seconds()) // 60
        return Cell(f"{minutes // 60:02d}:{minutes % 60:02d}")
    return Cell(value.strftime("%H:%M") if isinstance(value, time) else str(value))
