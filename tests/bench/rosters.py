"""Taking in a roster of 2 000 lines; the floor is reading the sheet alone."""

from __future__ import annotations

from pathlib import Path

import openpyxl

from desktop.services.fiction import Fiction
from tests.bench import crowd
from tests.bench.floor import Figure, seconds

LINES = 2_000
_HEADER = ("姓名", "身份证号", "联系电话", "村居", "诊断", "监护人", "监护人电话")
_ILLNESS = "精神分裂症"


def measure(folder: Path) -> list[Figure]:
    """Import once into an empty station: a second time there would be nothing to do."""
    sheet = make_sheet(folder / "roster.xlsx")
    services = crowd.make_station(folder / "imports")
    floor = seconds(lambda: list(openpyxl.load_workbook(sheet, read_only=True).active.iter_rows(values_only=True)))
    ours = seconds(lambda: services.imports.take(sheet))
    services.close()
    return [Figure(f"roster of {LINES} lines", ours, "reading the sheet", floor, "under 20 s", most_seconds=20)]


def make_sheet(path: Path) -> Path:
    """Write a roster in the shape of the stations' own."""
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet()
    page.append(_HEADER)
    for one in Fiction(2, crowd.DAY).people(LINES, is_special=False):
        page.append((one.name, one.id_no, one.phone, one.village, _ILLNESS, one.guardian.name, one.guardian.phone))
    book.save(path)
    return path
