"""Real sheets of earlier years, made in the test and taken in through the service."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook

from desktop.services.catalogue import Services
from desktop.services.imports import ImportRequest, ImportResult

Rows = Sequence[Sequence[object]]
Take = Callable[..., ImportResult]


def book(path: Path, rows: Rows, sheet: str = "Sheet1") -> Path:
    """Write rows as a workbook, each cell with the type it has."""
    made = Workbook()
    page = made.active
    page.title = sheet
    for row in rows:
        page.append(list(row))
    made.save(path)
    return path


def plain(path: Path, rows: Rows, encoding: str = "gb18030") -> Path:
    """Write rows as a text file with commas."""
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(rows)
    return path


@pytest.fixture
def take(services: Services, tmp_path: Path) -> Take:
    """Take rows in as a kind of list; `as_csv` writes them as a text file."""

    def run(
        kind: str, *rows: Sequence[object], as_csv: bool = False, station: Services = services, **options: object
    ) -> ImportResult:
        name = tmp_path / f"{kind}.{'csv' if as_csv else 'xlsx'}"
        path = plain(name, rows) if as_csv else book(name, rows)
        return station.imports.take(ImportRequest(path, kind=kind), **options)  # type: ignore[arg-type]

    return run


def errors(result: ImportResult) -> list[tuple[int | str, str | None, str]]:
    """Return the faults that kept a line out: row, column, code."""
    return [(one.excel_row, one.column, one.code) for one in result.faults if one.verdict == "error"]


def warnings(result: ImportResult) -> list[tuple[int | str, str | None, str]]:
    """Return what was pointed out and taken."""
    return [(one.excel_row, one.column, one.code) for one in result.faults if one.verdict == "warning"]
