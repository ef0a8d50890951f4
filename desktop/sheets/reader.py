"""Reads a roster: finds the header, fills merged cells, gives the lines below it as cells by the key of the column."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from math import isfinite
from typing import TYPE_CHECKING, Any

from desktop.domain.folding import clean_text, fold
from desktop.domain.rosters import Cell
from desktop.i18n import tr
from desktop.sheets.files import SheetLimits, bad_roster, workbook

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_NOT_IN_HEADERS = re.compile(r"[()\[\]【】（）:*、/_.\-]")
_NAME = "name"
_GUARDIAN = "guardian."
_ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#SPILL!", "#CALC!"})


@dataclass(frozen=True)
class RosterShape:
    """What a roster looks like (resources/codes/roster.toml): keys by the words of the header, words of other lines."""

    keys: Mapping[str, str]
    totals: frozenset[str]
    footers: frozenset[str]
    header_rows: int
    columns_needed: int

    @classmethod
    def of(cls, table: Mapping[str, Any], header_rows: int, columns_needed: int) -> RosterShape:
        """Build it from roster.toml."""
        keys = {
            header_word(word): column["key"]
            for column in table["columns"]
            for word in (column["label"], *column.get("aliases", ()))
        }
        return cls(keys, frozenset(table["totals"]), frozenset(table["footers"]), header_rows, columns_needed)


@dataclass(frozen=True)
class Line:
    """One line of a roster: its row in the sheet and its cells by the key of the column."""

    excel_row: int
    cells: Mapping[str, Cell]


@dataclass(frozen=True)
class Skipped:
    """A row, a column or a sheet that was not read, and why."""

    excel_row: int
    column: str | None
    code: str
    message: str
    is_row: bool = False


@dataclass(frozen=True)
class Merged:
    """A cell that was merged over several lines, and so stands for each of them."""

    first_row: int
    last_row: int
    key: str
    text: str


@dataclass(frozen=True)
class Roster:
    """A sheet as read; `columns` gives for each key the number of the column and its header as it stands there."""

    sheet: str
    header_row: int
    columns: Mapping[str, tuple[int, str]]
    heading: tuple[str, ...]
    lines: tuple[Line, ...]
    merged: tuple[Merged, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    is_1904: bool = False

    @property
    def skipped_rows(self) -> tuple[Skipped, ...]:
        """The rows that are no lines: totals, notes at the foot, headers repeated."""
        return tuple(one for one in self.skipped if one.is_row)


@dataclass
class _Header:
    """A header that was found: its last row, number and words of each column by key, and the columns nobody knows."""

    row: int
    columns: dict[str, tuple[int, str]] = field(default_factory=dict)
    unknown: list[tuple[int, str]] = field(default_factory=list)

    @property
    def score(self) -> int:
        """How many columns were recognised."""
        return len(self.columns)


def header_word(text: str) -> str:
    """Return the words of a header without blanks, brackets, colons and stars, so that spellings compare equal."""
    return _NOT_IN_HEADERS.sub("", fold(text)).casefold()


def read_roster(data: bytes, shape: RosterShape, limits: SheetLimits) -> Roster:
    """Read the first visible sheet that has the header of a roster; raises ValidationError bad_roster."""
    with workbook(data, with_formulas=False) as book:
        return _read_book(book, shape, limits)


def _read_book(book: Workbook, shape: RosterShape, limits: SheetLimits) -> Roster:
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    found: list[tuple[_Grid, _Header]] = []
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible":
            grid = _Grid(sheet, limits)
            header = _find_header(grid, shape)
            found += [(grid, header)] if header else []
    if not found:
        remedy = tr("没有导入任何内容。表头一行要有“姓名”“身份证号”“联系电话”等列名，请对照样表修改。")
        raise bad_roster(tr("没有找到花名册的表头。"), remedy)
    (grid, header), *others = found
    skipped = [_other_sheet(other, head.row) for other, head in others]
    return _read_grid(grid, header, shape, skipped, is_1904=book.epoch == CALENDAR_MAC_1904)


def _other_sheet(grid: _Grid, row: int) -> Skipped:
    message = tr("工作表“{name}”也像花名册，这次没有读；请另存为单独的文件再导入。", name=grid.name)
    return Skipped(row, None, "other_sheet", message)


class _Grid:
    """The cells of a sheet as text, and which of them are merged."""

    def __init__(self, sheet: Worksheet, limits: SheetLimits) -> None:
        if sheet.max_row > limits.max_rows or sheet.max_column > limits.max_columns:
            message = tr("表格超过 {rows} 行或 {columns} 列。", rows=limits.max_rows, columns=limits.max_columns)
            remedy = tr("没有导入任何内容。请删去多余的空行空列（或清除整列格式）后再导入。")
            raise bad_roster(message, remedy)
        self.name: str = sheet.title
        self.last_row: int = sheet.max_row
        self.width: int = sheet.max_column
        self._cells = {(cell.row, cell.column): _cell(cell.value) for row in sheet.iter_rows() for cell in row}
        self.merged = [(one.min_row, one.max_row, one.min_col, one.max_col) for one in sheet.merged_cells.ranges]
        self._origins = {
            (row, column): (first_row, first_column)
            for first_row, last_row, first_column, last_column in self.merged
            for row in range(first_row, min(last_row, self.last_row) + 1)
            for column in range(first_column, min(last_column, self.width) + 1)
        }

    def at(self, row: int, column: int) -> Cell:
        """Return a cell."""
        return self._cells.get((row, column), Cell())

    def filled(self, row: int, column: int) -> Cell:
        """Return a cell, or the one it was merged into from above or from the left."""
        return self.at(*self._origins.get((row, column), (row, column)))

    def texts(self, row: int) -> list[str]:
        """Return the texts of a row, without the blank ones."""
        cells = (self.at(row, column) for column in range(1, self.width + 1))
        return [clean_text(cell.text) for cell in cells if not cell.is_blank]


def _cell(value: object) -> Cell:
    """Return a value of openpyxl as text that loses nothing, and what it was."""
    if value is None:
        return Cell()
    if isinstance(value, bool):
        return Cell("是" if value else "否")
    if isinstance(value, datetime):
        return Cell(value.date().isoformat(), "date")
    if isinstance(value, int | float):
        is_whole = isfinite(value) and value == int(value)
        return Cell(str(int(value)) if is_whole else repr(value), "number")
    text = value.strftime("%H:%M") if isinstance(value, time) else str(value)
    return Cell(text, "error" if text in _ERRORS else "text")


def _find_header(grid: _Grid, shape: RosterShape) -> _Header | None:
    """Return the best header among the first rows: one row, or two where the upper one groups the lower."""
    found = []
    for row in range(1, min(grid.last_row, shape.header_rows) + 1):
        found.append(_header(grid, shape, row, row))
        found.append(_header(grid, shape, row, row + 1))
    fitting = [one for one in found if _NAME in one.columns and one.score >= shape.columns_needed]
    return max(fitting, key=lambda one: (one.score, -one.row), default=None)


def _header(grid: _Grid, shape: RosterShape, upper: int, lower: int) -> _Header:
    header = _Header(lower)
    for column in range(1, grid.width + 1):
        top, bottom = clean_text(grid.filled(upper, column).text), clean_text(grid.filled(lower, column).text)
        words = next((one for one in (top + bottom, bottom, top) if header_word(one) in shape.keys), bottom or top)
        key = shape.keys.get(header_word(words))
        if key in header.columns and _seen_guardian(header):
            key = f"{_GUARDIAN}{key}"  # 姓名 电话 监护人 电话: the second one is the guardian's
        if key is None or key in header.columns or key not in {*shape.keys.values()}:
            header.unknown += [(column, words)] if words else []
        elif key:
            header.columns[key] = (column, words)
    return header


def _seen_guardian(header: _Header) -> bool:
    return any(key.startswith(_GUARDIAN) for key in header.columns)


def _read_grid(
    grid: _Grid, header: _Header, shape: RosterShape, skipped: Sequence[Skipped], *, is_1904: bool
) -> Roster:
    lines, ignored = [], [*_unknown_columns(grid, header), *skipped]
    own_words = {header_word(words) for _, words in header.columns.values()}
    for row in range(header.row + 1, grid.last_row + 1):
        texts = grid.texts(row)
        reason = _why_no_line(texts, own_words, shape)
        if reason:
            ignored.append(Skipped(row, None, *reason, is_row=True))
        elif not all(grid.at(row, column).is_blank for column, _ in header.columns.values()):
            cells = {key: grid.filled(row, column) for key, (column, _) in header.columns.items()}
            lines.append(Line(row, cells))
    return Roster(
        sheet=grid.name,
        header_row=header.row,
        columns=header.columns,
        heading=tuple(text for row in range(1, header.row) for text in grid.texts(row)),
        lines=tuple(lines),
        merged=tuple(_merged_in(grid, header, lines)),
        skipped=tuple(ignored),
        is_1904=is_1904,
    )


def _why_no_line(texts: Sequence[str], own_words: set[str], shape: RosterShape) -> tuple[str, str] | None:
    """Return code and reason when a row is no line of the roster: totals, a foot, the header once more."""
    if not texts:
        return None
    first = fold(texts[0])
    if first.rstrip(":") in shape.totals:
        return "totals_line", tr("合计行，没有导入。")
    if first.partition(":")[0] in shape.footers and ":" in first:
        return "footer_line", tr("表尾说明，没有导入。")
    if sum(header_word(text) in own_words for text in texts) >= max(shape.columns_needed, len(texts) // 2 + 1):
        return "header_again", tr("重复的表头，没有导入。")
    return None


def _unknown_columns(grid: _Grid, header: _Header) -> Iterator[Skipped]:
    """Tell of columns that hold something and are not taken in."""
    for column, words in header.unknown:
        if any(not grid.at(row, column).is_blank for row in range(header.row + 1, grid.last_row + 1)):
            message = tr("不认识“{words}”这一列，没有导入；请改成样表里的列名，或并入“备注”。", words=words)
            yield Skipped(header.row, words, "column_unknown", message)


def _merged_in(grid: _Grid, header: _Header, lines: Sequence[Line]) -> Iterator[Merged]:
    """Tell of cells that were merged over several lines."""
    keys = {column: key for key, (column, _) in header.columns.items()}
    rows = {line.excel_row for line in lines}
    for first_row, last_row, first_column, _ in grid.merged:
        text = clean_text(grid.at(first_row, first_column).text)
        if first_row < last_row and first_row in rows and first_column in keys and text:
            yield Merged(first_row, last_row, keys[first_column], text)
