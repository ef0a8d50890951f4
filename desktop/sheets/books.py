"""Opens a book of any format in use and gives its sheets as cells; whatever is wrong with it is a sentence."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from desktop import confined
from desktop.domain.folding import clean_text
from desktop.domain.lists import Cell
from desktop.i18n import tr
from desktop.mainthread import assert_slow_work_allowed
from desktop.sheets import packages, texts
from desktop.sheets.files import ODS, TEXT, XLSX, SheetLimits, bad_roster, broken, format_of, locked, too_big
from desktop.sheets.packages import Noticed, Range, Spot

PASTE = "paste"

Rows = Sequence[list[Any]]

_CHILD = {"memory_bytes": 1_500_000_000, "seconds": 120}
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

    def __init__(self, name: str, rows: Rows, merged: Sequence[Range], limits: SheetLimits) -> None:
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
        cells = (cell_of(value) for value in self._rows[row - 1] if value)
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
    _rows: Mapping[str, Rows | None]  # by sheet; None: too big
    _merged: Mapping[str, Sequence[Range]] = field(default_factory=dict)

    def grid(self, name: str) -> Grid:
        """Return the cells of a sheet; raises ValidationError bad_roster."""
        assert_slow_work_allowed("sheets.grid")
        if name not in self._rows:
            raise bad_roster(tr("表格里没有工作表“{name}”。", name=name))
        rows = self._rows[name]
        if rows is None:
            raise too_big(self._limits)
        return Grid(name, rows, self._merged.get(name, ()), self._limits)


def open_book(data: bytes, limits: SheetLimits) -> Book:
    """Open the bytes of a file, whatever its name says; raises ValidationError bad_roster."""
    assert_slow_work_allowed("sheets.open_book")
    kind = format_of(data)
    if kind == TEXT:
        return _of_rows(kind, "CSV", texts.rows_of_csv(data, limits), limits)
    noticed = Noticed()
    if kind == XLSX:
        noticed = packages.look_into_xlsx(data, limits)
    elif kind == ODS:
        noticed = packages.look_into_ods(data, limits)
    return _of_sheets(kind, _sheets_in(data, limits), noticed, limits)


def open_paste(text: str, limits: SheetLimits) -> Book:
    """Open rows that were copied in a spreadsheet; raises ValidationError bad_roster."""
    return _of_rows(PASTE, tr("粘贴的内容"), texts.rows_of_paste(text, limits), limits)


def _of_rows(kind: str, name: str, rows: Rows, limits: SheetLimits) -> Book:
    return Book(kind, (SheetName(name),), False, limits, {name: rows})


def _of_sheets(kind: str, sheets: Sequence[dict[str, Any]], noticed: Noticed, limits: SheetLimits) -> Book:
    rows = {sheet["name"]: sheet["rows"] for sheet in sheets}
    for name, errors in noticed.errors.items():
        _put_errors(rows.get(name) or [], errors)
    merged = {sheet["name"]: sheet["merged"] or noticed.merged.get(sheet["name"], ()) for sheet in sheets}
    names = tuple(SheetName(sheet["name"], sheet["is_hidden"]) for sheet in sheets)
    return Book(kind, names, noticed.is_1904, limits, rows, merged)


def _put_errors(rows: Sequence[list[Any]], errors: Mapping[Spot, str]) -> None:
    """Put the errors of formulas where the reader leaves a blank."""
    for (row, column), text in errors.items():
        if 0 < row <= len(rows) and 0 < column <= len(rows[row - 1]):
            rows[row - 1][column - 1] = text


def _sheets_in(data: bytes, limits: SheetLimits) -> list[dict[str, Any]]:
    """Let another process read the book, with little memory and a clock running: it may crash, this one may not."""
    asked = {**_CHILD, "max_rows": limits.max_rows, "max_columns": limits.max_columns}
    done = subprocess.run(
        confined.command("desktop.sheets.opener"),
        input=json.dumps(asked).encode() + b"\n" + data,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=False,
        creationflags=confined.HIDDEN,
    )
    if done.returncode:
        raise broken()
    answer = json.loads(done.stdout)
    if "fault" in answer:
        raise locked() if answer["fault"] == "locked" else broken()
    sheets: list[dict[str, Any]] = answer["sheets"]
    return sheets


def cell_of(value: object) -> Cell:
    """Return a value of a row: a text, or a text with what it was in the sheet."""
    if isinstance(value, str):
        return _text_cell(value) if value else _BLANK
    return Cell(*value) if isinstance(value, list) else _BLANK


def _text_cell(value: str) -> Cell:
    if not value.isprintable():
        value = _UNSTORABLE.sub("", value)
    return Cell(value, "error" if value in _ERRORS else "text")
